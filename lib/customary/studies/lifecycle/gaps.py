"""How long until the next purchase: gaps that were seen, and those still open, weighed together."""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike
from customary.declare import study
from customary.errors import Refused
from customary.rules.book import RuleBook
from customary.stats.survival import count_spans, survival
from customary.studies.shared.labels import label_of
from customary.studies.shared.windows import day_count, days_of, within

OCCASIONS = ("day", "order")


def _spans(orders: ir.Table, as_of: date, during: WindowLike | None, occasion: str = "day") -> ir.Table:
    """One row per purchase: days to the customer's next one, or days watched in vain (`is_open`)."""
    if occasion not in OCCASIONS:
        raise Refused("an occasion is one of {names}, not “{occasion}”", names=OCCASIONS, occasion=occasion)
    end = days_of(during)[1] if during else as_of
    t = orders.filter(within(orders.day_on, during)) if during else orders.filter(orders.day_on < end)
    if occasion == "day":
        t = t.select("customer_id", "day").distinct()
        following = ibis.window(group_by=t.customer_id, order_by=t.day)
    else:
        following = ibis.window(group_by=t.customer_id, order_by=[t.ts_s, t.order_id])
    until_next = t.day.lead().over(following) - t.day
    watched = day_count(end) - 1 - t.day  # the last day watched is the one before the end
    span = ibis.coalesce(until_next, watched).cast("int32")
    return t.select("customer_id", span=span, is_open=until_next.isnull())


@study(zh="复购曲线", source="A-064", rests_on="dates")
def purchase_curve(named_orders: ir.Table, as_of: date, *, during: WindowLike | None = None) -> ir.Table:
    """Share of purchase days followed by another within so many days; gaps still open count as long as watched."""
    t = survival(count_spans(_spans(named_orders, as_of, during)))
    bought_again = 1 - t.still_open_rate
    return t.select(days="span", gap_count="closed", at_risk="at_risk", bought_again_rate=bought_again).order_by("days")


@study(zh="购买间隔汇总", source="A-064", rests_on="dates")
def intervals(
    named_orders: ir.Table,
    customers: ir.Table,
    as_of: date,
    shop_rules: RuleBook,
    *,
    occasion: str = "day",
    by: str = "",
    during: WindowLike | None = None,
) -> ir.Table:
    """Gaps seen and still open, mean and median of the seen ones, and the median with the open ones weighed in.

    The last is Kaplan–Meier's and empty where not even half of the purchases were followed by another while they were
    watched; the mean of the seen ones alone is too short, because long gaps are the ones still open. `occasion` is
    "day" (orders of one day are one purchase) or "order"; `by` is a column of customers, a segment or "cohort".
    """
    spans = _spans(named_orders, as_of, during, occasion)
    who = customers.select(labelled_id="customer_id", label=label_of(customers, by, shop_rules))
    spans = spans.left_join(who, spans.customer_id == who.labelled_id)
    curve = survival(count_spans(spans, "label"), "label")
    # A shade over one half, so that sums of logarithms which should be exactly 0.5 are.
    half = curve.filter(curve.still_open_rate <= 0.5 + 1e-9)
    half = half.group_by(half_label="label").agg(km_median_days=_.span.min().cast("float64"))
    seen = spans.span.cast("float64")
    t = spans.group_by("label").agg(
        gap_count=(~spans.is_open).sum(),
        open_count=spans.is_open.sum(),
        mean_days=seen.mean(where=~spans.is_open),
        median_days=seen.quantile(0.5, where=~spans.is_open),
    )
    t = t.left_join(half, t.label.identical_to(half.half_label)).drop("half_label")
    return t.order_by(ibis.asc("label", nulls_first=False))


@study(zh="客户购买间隔", source="B-052", shown=100)
def customer_intervals(customers: ir.Table) -> ir.Table:
    """Each buyer's intervals so far, the days since the last purchase, and how they stand to the usual ones.

    `late_ratio` is 1 on the day a buyer is late, `lost_ratio` on the day of being lost, by data/stages.toml; the most
    overdue first. `customer_total` says of how many.
    """
    t = customers.filter(customers.is_buyer)
    facts = ("purchase_day_count", "gap_count", "usual_gap_days", "days_since_last_order")
    bounds = ("late_after_days", "lost_after_days", "late_ratio", "lost_ratio")
    t = t.select("customer_id", *facts, *bounds, customer_total=_.count().over(ibis.window()))
    return t.order_by(ibis.desc("late_ratio"), "customer_id")
