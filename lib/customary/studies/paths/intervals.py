"""How long it takes from one event to another: 间隔分析."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike
from customary.declare import study
from customary.errors import Refused, unknown_name
from customary.studies.shared.people import with_person
from customary.studies.shared.spans import MICRO, span_seconds
from customary.studies.shared.splits import split_columns
from customary.studies.shared.wanted import WantedEvents, is_wanted
from customary.studies.shared.windows import inside

PAIRS = ("nearest", "first_of_run", "every")
CART, PURCHASE = WantedEvents("event=add_to_cart"), WantedEvents("event=purchase")
QUANTILES = (("p10", 0.1), ("p25", 0.25), ("p75", 0.75), ("p90", 0.9))


def _runs(events: ir.Table, start: WantedEvents, end: WantedEvents) -> tuple[ir.Table, ir.Table]:
    """The starts and the ends of each person by the number of the run that they open or close.

    A run holds what lies between two ends. Of one instant a start comes before an end, whatever the file says; an event
    that is both closes a run and opens the next one.
    """
    t = with_person(events)
    t = t.mutate(is_from=is_wanted(t, start), is_to=is_wanted(t, end)).filter(_.is_from | _.is_to)
    order = [t.at_us, t.is_to.cast("int32"), t.event_id]
    so_far = ibis.cumulative_window(group_by=t.person_no, order_by=order)
    t = t.mutate(closed=t.is_to.cast("int32").sum().over(so_far))
    starts = t.filter(t.is_from).mutate(run=_.closed)
    ends = t.filter(t.is_to).select(who="person_no", end_run=t.closed - 1, end_us="at_us")
    return starts, ends


def pairs_of(events: ir.Table, start: WantedEvents, end: WantedEvents, pair: str, by: tuple[str, ...] = ()) -> ir.Table:
    """One row per pair: who, the columns `by` and the day of its start, and the seconds between."""
    starts, ends = _runs(events, start, end)
    if pair != "every":
        order = starts.at_us.desc() if pair == "nearest" else starts.at_us
        place = ibis.row_number().over(group_by=[starts.person_no, starts.run], order_by=[order, starts.event_id])
        starts = starts.mutate(place=place).filter(_.place == 0)
    t = starts.inner_join(ends, [starts.person_no == ends.who, starts.run == ends.end_run])
    return t.select("person_no", "day_on", *by, seconds=(t.end_us - t.at_us).cast("float64") / MICRO)


@study(zh="间隔分析", source="A-048", shown=50)
def event_intervals(
    asked_events: ir.Table,
    *,
    from_: WantedEvents = CART,
    to: WantedEvents = PURCHASE,
    pair: str = "nearest",
    within: str = "",
    by: str = "",
    during: WindowLike | None = None,
) -> ir.Table:
    """How long people take from one event to another: median and other quantiles of the seconds between.

    A pair ends at an event that `to` means, and starts at one that `from` means after the end before: the nearest one,
    the first of the run ("first_of_run"), or each of them ("every"), which counts one end as often as there are starts.
    By default it is from cart to purchase. Starts that nothing follows make no pair; events of one instant are 0
    seconds apart. `within` leaves out longer pairs and says how many; `during` cuts by the day of the start.
    """
    if pair not in PAIRS:
        raise unknown_name(pair, PAIRS, "way to pair events")
    if not from_ or not to:
        raise Refused("an interval has two ends: name them with --from event=… and --to event=…")
    names = split_columns(asked_events, by)
    t = inside(pairs_of(asked_events, from_, to, pair, names), during)
    limit = float(span_seconds(within, "within")) if within else None
    t = t.mutate(is_inside=(t.seconds <= limit) if limit else ibis.literal(True))
    t = t.group_by(*names) if names else t
    t = t.agg(
        pair_count=_.is_inside.cast("int32").sum().fill_null(0),
        customer_count=_.person_no.nunique(where=_.is_inside),
        median_seconds=_.seconds.median(where=_.is_inside),
        mean_seconds=_.seconds.mean(where=_.is_inside),
        **{f"{name}_seconds": _.seconds.quantile(at, where=_.is_inside) for name, at in QUANTILES},
        longer_count=(~_.is_inside).cast("int32").sum().fill_null(0),
    )
    return t.order_by(*(ibis.asc(name, nulls_first=False) for name in names)) if names else t
