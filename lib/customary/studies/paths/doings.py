"""How often people do something, and groups of people by what they did: 分布分析 and 用户分群."""

from collections.abc import Sequence
from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike
from customary.declare import study
from customary.errors import Refused, unknown_name
from customary.stats.intervals import share, share_of_all
from customary.studies.shared.conditions import Condition, meets
from customary.studies.shared.people import in_time, with_person
from customary.studies.shared.spans import SECONDS, span_seconds
from customary.studies.shared.splits import split_columns
from customary.studies.shared.wanted import WantedEvents, is_wanted
from customary.studies.shared.windows import day_count, days_of, inside

MEASURES = ("times", "days", "hours")
EVERY = ("", "day", "week", "month")
ANY = WantedEvents()
VIEWERS = WantedEvents("event=view_item")


def _cuts(text: str) -> tuple[int, ...]:
    """The lower ends of the classes, rising."""
    try:
        found = tuple(int(part) for part in text.split(","))
    except ValueError as error:
        raise Refused("cuts are rising whole numbers such as 1,3,10, not “{text}”", text=text) from error
    if not found or list(found) != sorted(set(found)) or found[0] < 1:
        raise Refused("cuts are rising whole numbers from 1 up, such as 1,3,10, not “{text}”", text=text)
    return found


def _period(t: ir.Table, every: str, week_start: int) -> ir.DateValue:
    """The first day of an event's period; none where all is one."""
    if every == "month":
        return t.month_on
    if every == "day":
        return t.day_on
    if not every:
        return ibis.null("date")
    days = (t.day + 3 - week_start) % 7
    return (t.day_on - days.as_interval("D")).cast("timestamp").cast("date")


def _labels(value: ir.IntegerValue, cuts: tuple[int, ...]) -> tuple[ir.IntegerValue, ir.StringValue]:
    """The class of a number, by its place and in words: [a, b) holds a and not b."""
    ends = [*cuts[1:], None]
    names = [f"[{low}, {high})" if high else f"{low} or more" for low, high in zip(cuts, ends, strict=True)]
    below = [(value < cuts[0], 0)] if cuts[0] > 1 else []
    parts = [*below, *((value < high, n) for n, high in enumerate(cuts[1:], 1))]
    place = ibis.cases(*parts, else_=len(cuts)) if parts else ibis.literal(len(cuts))  # from 1 up everybody is in one
    label = ibis.cases(*((place == n, name) for n, name in enumerate(names, 1)), else_=f"below {cuts[0]}")
    return place, label


@study(zh="分布分析", source="A-045", shown=60)
def distribution(
    asked_events: ir.Table,
    week_start: int,
    *,
    event: WantedEvents = ANY,
    measure: str = "times",
    every: str = "",
    cuts: str = "1,2,3,5,10,20",
    by: str = "",
    during: WindowLike | None = None,
) -> ir.Table:
    """People by how often they did something in the window, or in each day, week or month of it.

    `measure` "times" counts events that `event` means, "days" and "hours" the days and the hours with one. `cuts` are
    the lower ends of the classes: [a, b) holds a and not b. Who did not do it is in no class. `by` is the value of a
    person's first such event in the period.
    """
    if measure not in MEASURES:
        raise unknown_name(measure, MEASURES, "measure of how often")
    if every not in EVERY:
        raise unknown_name(every, EVERY[1:], "period")
    bounds, names = _cuts(cuts), split_columns(asked_events, by)
    t = inside(with_person(asked_events), during)
    t = t.filter(is_wanted(t, event))
    t = t.mutate(period_on=_period(t, every, week_start), hour_no=t.day.cast("int64") * 24 + t.hour)
    keys = [t.person_no, t.period_on]
    t = t.mutate(is_first=ibis.row_number().over(group_by=keys, order_by=in_time(t)) == 0)
    how_often = {"times": t.count(), "days": t.day.nunique(), "hours": t.hour_no.nunique()}[measure]
    firsts = {name: t[name].max(where=t.is_first) for name in names}
    people = t.group_by("period_on", "person_no").agg(how_often=how_often, event_count=t.count(), **firsts)
    position, label = _labels(people.how_often, bounds)
    people = people.mutate(position=position.cast("int8"), label=label)
    t = people.group_by("period_on", *names, "position", "label")
    t = t.agg(customer_count=_.count(), event_count=_.event_count.sum().cast("int64"))
    t = t.mutate(customer_share=share_of_all(t.customer_count, "period_on", *names))
    order = [ibis.asc(name, nulls_first=False) for name in ("period_on", *names)]
    return t.order_by(*order, "position")


def _window_days(within: str, as_of: date, during: WindowLike | None) -> tuple[ir.IntegerValue, ir.IntegerValue]:
    """The first day of the window and the one after its last."""
    if during:
        start, end = days_of(during)
        return day_count(start), day_count(end)
    seconds = span_seconds(within, "within")
    if seconds % SECONDS["d"]:
        raise Refused("within is whole days, such as 7d or 30d, not “{within}”", within=within)
    return day_count(as_of) - seconds // SECONDS["d"], day_count(as_of)


def _count_groups(people: ir.Table, wanted: Sequence[tuple[Condition, bool]], least: int) -> ir.Table:
    """One row per condition: who meets it, and who meets it and all before; `people` have how often they did each."""
    meets_all: ir.BooleanValue = ibis.literal(True)
    counts: dict[str, ir.Value] = {}
    for n, (_one, is_done) in enumerate(wanted):
        alone = people[f"times{n}"] >= least if is_done else people[f"times{n}"] == 0
        meets_all = meets_all & alone
        counts |= {f"alone{n}": alone.cast("int32").sum(), f"together{n}": meets_all.cast("int32").sum()}
    totals = people.agg(total=people.count(), **counts)
    rows = [
        totals.select(
            position=ibis.literal(n + 1, "int8"),
            label=ibis.literal(f"{'did' if is_done else 'did not'} {one.label}"),
            alone_count=totals[f"alone{n}"].fill_null(0),
            customer_count=totals[f"together{n}"].fill_null(0),
            customer_total=totals.total,
        )
        for n, (one, is_done) in enumerate(wanted)
    ]
    t = ibis.union(*rows) if len(rows) > 1 else rows[0]
    return t.mutate(customer_share=share(t.customer_count, t.customer_total))


@study(zh="用户分群", source="A-061", shown=50)
def behaviour_groups(
    asked_events: ir.Table,
    as_of: date,
    *,
    did: WantedEvents = VIEWERS,
    did_not: WantedEvents = ANY,
    least: int = 1,
    within: str = "30d",
    during: WindowLike | None = None,
) -> ir.Table:
    """How many people did certain things in a window, and others not: each condition alone, and all up to it together.

    `did` are conditions each of which must be met at least `least` times, `did_not` such as must not be met at all;
    each may be given several times. The window is the last 30 days before the as-of date, `within` other whole days, or
    `during`. Shares are among all people ever seen until the window ends.
    """
    if least < 1:
        raise Refused("least is a number of times from 1 up, not {least}", least=least)
    if not did and not did_not:
        raise Refused("a group needs a condition: --did event=add_to_cart or --did-not event=purchase")
    start, end = _window_days(within, as_of, during)
    t = with_person(asked_events)
    t = t.filter(t.day < end)
    wanted = [*((one, True) for one in did), *((one, False) for one in did_not)]
    times = {
        f"times{n}": (meets(t, one) & (t.day >= start)).cast("int32").sum() for n, (one, _done) in enumerate(wanted)
    }
    people = t.group_by("person_no").agg(**times)
    return _count_groups(people, wanted, least).order_by("position")
