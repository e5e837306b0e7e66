"""What customers will bring: who is still one, how often each will buy, what that is worth today."""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import Window
from customary.declare import study
from customary.stats.intervals import Z, share
from customary.studies.lifetime_value.forecast import LifetimeForecast
from customary.studies.lifetime_value.grouping import with_group
from customary.studies.lifetime_value.scoring import value_customers

BESIDE = {
    "backtest": "lifetime_value_backtest",
    "fits": "lifetime_value_fits",
    "spend_independence": "spend_independence",
}


@study(zh="客户终身价值（CLV）", source="A-079", beside=BESIDE, rests_on=("amounts", "dates"))
def lifetime_value(
    named_orders: ir.Table,
    returns: ir.Table,
    whole_items: ir.Table,
    grouped_customers: ir.Table,
    lifetime_forecast: LifetimeForecast,
    first_on: date,
    *,
    until: str = "",
    unit: str = "week",
    horizon: int = 52,
    model: str = "best",
    margin: float = 1.0,
    discount: float = 0.10,
    by: str = "",
    during: Window | None = None,
) -> ir.Table:
    """What each customer is expected to bring in the time ahead, in today's money, the most valuable first.

    Expected purchase days within `horizon` units, times what one brings net of returns, times `margin` (1 = revenue),
    discounted by `discount` a year in steps of about a month. `model` is bgnbd, mbgnbd, paretonbd, mbgcnbd, naive,
    seasonal or best, the one that the back-test inside the data recommends; a model that the data do not identify gives
    way to it, and the column `model` tells which one spoke. `until` is the last day known. With `by` (a column of
    customers, a segment, cohort_month, cohort_quarter, first_category, first_product, everybody) one row per group with
    the mean per customer, its 95 % interval over customers, and the sum. `during` takes customers whose first order
    fell into it.
    """
    t = value_customers(named_orders, grouped_customers, returns, lifetime_forecast, first_on, during)
    if by:
        return _means(with_group(t, by, grouped_customers, whole_items), by)
    facts = ("repeats", "last_age_days", "age_days", "is_left_truncated", "p_alive", "p_purchase")
    worth = ("expected_purchases", "expected_order_value", "lifetime_value", "net_spend")
    t = t.select("customer_id", "model", *facts, *worth, customer_total=t.count().over(ibis.window()))
    return t.order_by(ibis.desc("lifetime_value"), "customer_id")


def _means(t: ir.Table, by: str) -> ir.Table:
    """Per group the mean of each customer's figures, the interval of the mean lifetime value, and its sum."""
    means = ("p_alive", "p_purchase", "expected_purchases", "expected_order_value", "net_spend", "lifetime_value")
    count, spread = t.count(), t.lifetime_value.std(how="sample")
    t = t.group_by(by, "model").agg(
        customer_count=count,
        **{name: t[name].mean() for name in means},
        half=Z * spread / count.cast("float64").sqrt(),
        lifetime_value_total=t.lifetime_value.sum(),
        left_truncated_count=t.is_left_truncated.sum(),
    )
    t = t.mutate(low=ibis.greatest(t.lifetime_value - t.half, 0.0), high=t.lifetime_value + t.half)
    t = t.mutate(low=ibis.cases((t.half.notnull(), t.low)))
    columns = (by, "model", "customer_count", *means, "low", "high", "lifetime_value_total", "left_truncated_count")
    return t.order_by(ibis.desc("lifetime_value"), ibis.asc(by, nulls_first=False)).select(*columns)


@study(zh="终身价值分布", source="A-079", rests_on=("amounts", "dates"))
def lifetime_value_spread(
    named_orders: ir.Table,
    returns: ir.Table,
    whole_customers: ir.Table,
    lifetime_forecast: LifetimeForecast,
    first_on: date,
    *,
    until: str = "",
    unit: str = "week",
    horizon: int = 52,
    model: str = "best",
    margin: float = 1.0,
    discount: float = 0.10,
    bins: int = 30,
    during: Window | None = None,
) -> ir.Table:
    """How many customers fall into each band of lifetime value; the last band holds all above the 98th percentile.

    `mean_value` and `median_value` are those of all customers; options as in lifetime_value.
    """
    t = value_customers(named_orders, whole_customers, returns, lifetime_forecast, first_on, during)
    value = t.lifetime_value
    t = t.select(
        value=value,
        top=value.quantile(0.98).as_scalar(),
        mean_value=value.mean().as_scalar(),
        median_value=value.quantile(0.5).as_scalar(),
    )
    width = t.top / bins
    place = share(t.value, width).floor().fill_null(0.0)
    t = t.mutate(band=ibis.cases((t.value >= t.top, bins), else_=ibis.least(place, bins - 1).cast("int32")))
    t = t.mutate(low=t.band * width, high=ibis.cases((t.band < bins, (t.band + 1) * width)))
    keys = ("band", "low", "high", "mean_value", "median_value")
    return t.group_by(*keys).agg(customer_count=_.count()).order_by("band")
