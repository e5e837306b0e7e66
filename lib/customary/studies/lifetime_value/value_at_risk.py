"""Whom to look after: customers worth much who seem to be on their way out."""

from datetime import date

import ibis
import ibis.expr.types as ir

from customary.declare import study
from customary.shop import Shop
from customary.studies.lifetime_value import closed
from customary.studies.lifetime_value.backtests import chosen
from customary.studies.lifetime_value.past import BTYD, Past, model_named, past
from customary.studies.lifetime_value.scoring import joined
from customary.studies.lifetime_value.value import valued

Days = tuple[date | str, date | str]


def _alive_then(seen: Past, model: str, day: int) -> ir.Table:
    """Customer → P(alive) at the end of an earlier day, by the parameters of today."""
    then, fit = seen.at(day), seen.fit(model)
    t = then.histories
    if model in closed.SPARED:
        return t.select(then_id="customer_id", p_alive_before=closed.alive(t, model, fit.parameters, seen.length))
    alive = model_named(model).alive(fit, then.seen)
    return joined(t, then.groups, {"p_alive_before": alive}).select("p_alive_before", then_id="customer_id")


@study(zh="高价值流失预警", source="A-016")
def value_at_risk(
    shop: Shop,
    orders: ir.Table,
    *,
    until: str = "",
    unit: str = "week",
    horizon: int = 52,
    model: str = "best",
    margin: float = 1.0,
    discount: float = 0.10,
    lookback: int = 90,
    n: int = 100,
    during: Days | None = None,
) -> ir.Table:
    """Customers whose P(alive) fell lately, by the value counted on that may be gone: lifetime value × (1 - P(alive)).

    The fall is that of the last `lookback` days. Who is lost for certain has no lifetime value left and stands last.
    `overdue` is the time since the last purchase over the customer's own mean gap. Where no model is identified there
    is no P(alive): then those with `overdue` above 1, by lifetime value. `customer_total` says of how many; other
    options as in lifetime_value.
    """
    seen = past(shop, orders, until=until, unit=unit, horizon=horizon, during=during)
    name = chosen(seen, model)
    t = valued(seen, name, margin, discount)
    silent = (t.age_days - t.last_age_days).cast("int64")
    gap = t.last_age_days.cast("float64") / t.repeats.nullif(0)
    t = t.mutate(days_since_last=silent, overdue=silent / gap.nullif(0))
    if name in BTYD:
        then = _alive_then(seen, name, seen.until_day - lookback)
        t = t.inner_join(then, t.customer_id == then.then_id)
        t = t.mutate(value_at_risk=t.lifetime_value * (1 - t.p_alive)).filter(t.p_alive < t.p_alive_before)
    else:
        nothing = ibis.null("float64")
        t = t.mutate(p_alive_before=nothing, value_at_risk=nothing).filter(t.overdue > 1, t.lifetime_value > 0)
    known = shop.frame("customers").select("customer_id", "favourite_category", "country", "region")
    t = t.mutate(customer_total=t.count().over(ibis.window())).left_join(known, "customer_id")
    facts = ("repeats", "days_since_last", "overdue", "p_alive_before", "p_alive", "lifetime_value", "value_at_risk")
    places = ("favourite_category", "country", "region")
    t = t.select("customer_id", "model", *facts, "net_spend", *places, "customer_total")
    return t.order_by(ibis.desc("value_at_risk"), ibis.desc("lifetime_value"), "customer_id").limit(n)
