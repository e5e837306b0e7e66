"""Scores of customers: worked out once per distinct history in memory, joined to the customers in the engine."""

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir
from numpy.typing import ArrayLike

from customary.dates import Window
from customary.stats.arrays import table_of
from customary.studies.lifetime_value import closed
from customary.studies.lifetime_value.forecast import LifetimeForecast
from customary.studies.lifetime_value.purchases import net_spend_of
from customary.studies.shared.histories import GROUP, histories, purchases_of


def with_scores(t: ir.Table, scores: Mapping[str, ArrayLike]) -> ir.Table:
    """Histories with the scores of the distinct history that each has; what is no number becomes NULL."""
    names = [name for name in scores if name not in GROUP]
    table = table_of(scores, dict.fromkeys(GROUP, "int32") | dict.fromkeys(names, "float64"))
    return t.left_join(table, GROUP).select(*t.columns, *(table[name] for name in names))


def _with_chances(t: ir.Table, forecast: LifetimeForecast) -> ir.Table:
    """Histories with what is expected of them, P(alive) and P(a purchase within the horizon).

    By BG/NBD nobody who bought once has left: that is its premise and no finding, so it is no P(alive) of theirs.
    """
    t, outlook = with_scores(t, forecast.scores), forecast.outlook
    if forecast.name not in closed.SPARED:
        return t
    parameters, days = forecast.fit.parameters, outlook.horizon * outlook.length
    t = t.mutate(p_alive=closed.alive(t, forecast.name, parameters, outlook.length))
    t = t.mutate(p_purchase=closed.buys(t, t.p_alive, parameters, outlook.length, days))
    could_have_left = t.repeats + 1 > closed.SPARED[forecast.name]
    return t.mutate(p_alive=ibis.cases((could_have_left, t.p_alive)))


def _expected_spend(t: ir.Table, forecast: LifetimeForecast) -> ir.FloatingValue:
    """What a purchase day of each will bring and leave.

    Where the data do not identify how spend varies, it is the mean of the customer's own repeat days and one of the
    shop's: whoever came back for free gifts alone is not expected to spend as everybody does.
    """
    spend, level = forecast.spend, forecast.spend_level
    if spend.identified and spend.parameters["q"] > 1:
        return closed.spend(t, spend.parameters) * level.kept_share
    usual = ibis.literal(level.per_day)
    own = (t.repeats * t.mean_spend.fill_null(usual) + usual) / (t.repeats + 1)
    return own * ibis.literal(level.kept_share)


def value_customers(
    orders: ir.Table,
    whole_customers: ir.Table,
    returns: ir.Table,
    forecast: LifetimeForecast,
    first_on: date,
    during: Window | None,
) -> ir.Table:
    """One row per customer: history, net spend so far, what the forecast expects, and what that is worth today."""
    until_day, purchases = forecast.outlook.until_day, purchases_of(orders, whole_customers, during)
    t = _with_chances(histories(purchases, until_day, customers=whole_customers, log_began_on=first_on), forecast)
    paid = net_spend_of(purchases, returns, until_day)
    paid = paid.select("buyer_id", net_spend=(paid.amount - paid.refunds.fill_null(0)).cast("float64"))
    t = t.left_join(paid, t.customer_id == paid.buyer_id)
    each = _expected_spend(t, forecast)
    return t.mutate(
        model=ibis.literal(forecast.name), expected_order_value=each, lifetime_value=t.discounted_purchases * each
    )
