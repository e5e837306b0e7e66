"""The way from the first purchase to the second: how many go it, how fast, and how many are still watched."""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike, day_number, month_number
from customary.declare import study
from customary.rules.book import RuleBook
from customary.stats.intervals import Z, share, wilson
from customary.stats.survival import count_spans, survival
from customary.studies.shared.labels import label_of
from customary.studies.shared.windows import within


def _firsts(
    customers: ir.Table,
    orders: ir.Table,
    as_of: date,
    first_on: date,
    shop_rules: RuleBook,
    by: str,
    during: WindowLike | None,
) -> ir.Table:
    """One row per buyer: days from the first purchase to the second, or days watched in vain.

    `is_truncated` marks first purchases in the first months of the log: they may well be later ones.
    """
    who = customers.filter(customers.is_buyer)
    who = who.filter(within(who.first_order_on, during)) if during else who
    first = who.select("customer_id", "first_day", "first_order_on", label=label_of(who, by, shop_rules))
    later = orders.inner_join(first, "customer_id")
    later = later.filter(later.day > later.first_day).group_by(again_id="customer_id").agg(second_day=_.day.min())
    t = first.left_join(later, first.customer_id == later.again_id)
    month = t.first_order_on.year() * 12 + t.first_order_on.month() - 1
    burnt_in = month_number(first_on) + shop_rules["stages"]["flow"]["burn_in_months"]
    watched = day_number(as_of) - 1 - t.first_day
    return t.select(
        "label",
        watched=watched,
        span=ibis.coalesce(t.second_day - t.first_day, watched).cast("int32"),
        is_open=t.second_day.isnull(),
        is_truncated=month < burnt_in,
    )


def _with_interval(curve: ir.Table, z: float) -> ir.Table:
    """Greenwood's interval on the scale of log(−log S), which keeps it between 0 and 1 (Kalbfleisch, Prentice 1980)."""
    s = curve.still_open_rate
    wide = ibis.cases(((s < 1) & (s > 1e-12), z * curve.greenwood.sqrt() / s.ln().abs()))
    return curve.mutate(bought_again_rate=1 - s, low_rate=1 - s ** (-wide).exp(), high_rate=1 - s ** wide.exp())


@study(zh="二次购买曲线", source="M8", rests_on="dates")
def second_purchase(
    customers: ir.Table,
    named_orders: ir.Table,
    as_of: date,
    first_on: date,
    shop_rules: RuleBook,
    *,
    by: str = "",
    z: float = Z,
    during: WindowLike | None = None,
) -> ir.Table:
    """Share of first-time buyers who have bought again within so many days, those still watched weighed in.

    Kaplan–Meier with numbers at risk and Greenwood's interval; `by` is a column of customers, a segment or "cohort";
    `during` cuts by the day of the first purchase. `truncated_count` first purchases fall into the log's first months
    and may not be first.
    """
    spans = _firsts(customers, named_orders, as_of, first_on, shop_rules, by, during)
    t = _with_interval(survival(count_spans(spans, "label"), "label"), z)
    size = spans.group_by(size_label="label").agg(customer_count=_.count(), truncated_count=_.is_truncated.sum())
    t = t.left_join(size, t.label.identical_to(size.size_label))
    rates = ("bought_again_rate", "low_rate", "high_rate")
    t = t.select("label", *rates, "at_risk", "customer_count", "truncated_count", days="span", again_count="closed")
    return t.relocate("label", "days").order_by(ibis.asc("label", nulls_first=False), "days")


@study(zh="N 天复购率（满观察期）", source="M8", rests_on="dates")
def repeat_within(
    customers: ir.Table,
    named_orders: ir.Table,
    as_of: date,
    first_on: date,
    shop_rules: RuleBook,
    *,
    days: int = 90,
    by: str = "",
    z: float = Z,
    during: WindowLike | None = None,
) -> ir.Table:
    """First-time buyers who bought again within so many days, of those who were watched that long.

    `immature_count` were not and are in no denominator; `naive_rate` would have counted them as not coming back.
    `km_rate` uses them as long as they were watched; where nobody was watched to the end it is unknown.
    """
    spans = _firsts(customers, named_orders, as_of, first_on, shop_rules, by, during)
    is_mature = spans.watched >= days
    came = ~spans.is_open & (spans.span <= days)
    t = spans.group_by("label").agg(
        customer_count=spans.count(),
        immature_count=(~is_mature).sum(),
        truncated_count=spans.is_truncated.sum(),
        mature_count=is_mature.sum(),
        repeat_count=(came & is_mature).sum(),
        naive_rate=came.cast("float64").mean(),
    )
    low, high = wilson(t.repeat_count, t.mature_count, z)
    t = t.mutate(repeat_rate=share(t.repeat_count, t.mature_count), low_rate=low, high_rate=high)
    curve = survival(count_spans(spans, "label"), "label")
    reached = curve.group_by(km_label="label").agg(km_rate=1 - _.still_open_rate.min(where=curve.span <= days))
    t = t.left_join(reached, t.label.identical_to(reached.km_label)).drop("km_label")
    km_rate = ibis.cases((t.mature_count > 0, t.km_rate.fill_null(0)))
    return t.mutate(km_rate=km_rate).order_by(ibis.asc("label", nulls_first=False))
