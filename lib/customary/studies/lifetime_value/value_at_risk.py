"""Whom to look after: customers worth much who seem to be on their way out."""

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir
from numpy.typing import ArrayLike

from customary.dates import Window
from customary.declare import study
from customary.stats.intervals import share
from customary.studies.lifetime_value import closed
from customary.studies.lifetime_value.forecast import LifetimeForecast
from customary.studies.lifetime_value.scoring import value_customers, with_scores
from customary.studies.shared.histories import histories, purchases_of


def _alive_earlier(
    purchases: ir.Table, forecast: LifetimeForecast, alive_before: Mapping[str, ArrayLike], day: int
) -> ir.Table:
    """Customer → P(alive) at the end of an earlier day, by the parameters of today."""
    t = histories(purchases, day)
    if forecast.name in closed.SPARED:
        alive = closed.alive(t, forecast.name, forecast.fit.parameters, forecast.outlook.length)
        return t.select(earlier_id="customer_id", p_alive_before=alive)
    return with_scores(t, alive_before).select("p_alive_before", earlier_id="customer_id")


@study(zh="高价值流失预警", source="A-016", shown=100, is_list=True, rests_on=("amounts", "dates"))
def value_at_risk(
    named_orders: ir.Table,
    returns: ir.Table,
    whole_customers: ir.Table,
    lifetime_forecast: LifetimeForecast,
    alive_before: Mapping[str, ArrayLike],
    first_on: date,
    *,
    until: str = "",
    unit: str = "week",
    horizon: int = 52,
    model: str = "best",
    margin: float = 1.0,
    discount: float = 0.10,
    lookback: int = 90,
    during: Window | None = None,
) -> ir.Table:
    """Customers whose P(alive) fell lately, by the value counted on that may be gone: lifetime value × (1 - P(alive)).

    The fall is that of the last `lookback` days. Who is lost for certain has no lifetime value left and stands last.
    `overdue` is the time since the last purchase over the customer's own mean gap. Where no model is identified there
    is no P(alive): then those with `overdue` above 1, by lifetime value. `customer_total` says of how many; other
    options as in lifetime_value.
    """
    t = value_customers(named_orders, whole_customers, returns, lifetime_forecast, first_on, during)
    silent = (t.age_days - t.last_age_days).cast("int64")
    gap = share(t.last_age_days, t.repeats)
    t = t.mutate(days_since_last=silent, overdue=share(silent, gap))
    if lifetime_forecast.knows_who_left:
        purchases, day = (
            purchases_of(named_orders, whole_customers, during),
            lifetime_forecast.outlook.until_day - lookback,
        )
        earlier = _alive_earlier(purchases, lifetime_forecast, alive_before, day)
        t = t.inner_join(earlier, t.customer_id == earlier.earlier_id)
        t = t.mutate(value_at_risk=t.lifetime_value * (1 - t.p_alive)).filter(t.p_alive < t.p_alive_before)
    else:
        nothing = ibis.null("float64")
        t = t.mutate(p_alive_before=nothing, value_at_risk=nothing).filter(t.overdue > 1, t.lifetime_value > 0)
    places = ("favourite_category", "country", "region")
    known = whole_customers.select("customer_id", *places)
    t = t.mutate(customer_total=t.count().over(ibis.window())).left_join(known, "customer_id")
    facts = ("repeats", "days_since_last", "overdue", "p_alive_before", "p_alive", "lifetime_value", "value_at_risk")
    t = t.select("customer_id", "model", *facts, "net_spend", *places, "customer_total")
    return t.order_by(ibis.desc("value_at_risk"), ibis.desc("lifetime_value"), "customer_id")
