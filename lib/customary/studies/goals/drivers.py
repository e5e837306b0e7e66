"""Why revenue changed: buyers × orders per buyer × average order value, decomposed without a remainder."""

from datetime import date

import ibis
import ibis.expr.types as ir

from customary.declare import METRICS, study
from customary.errors import Refused

FACTORS = ("buyer_count", "orders_per_buyer", "average_order_value")
Days = tuple[date | str, date | str] | str


def _window(days: Days | None, otherwise: tuple[date, date]) -> tuple[date, date]:
    if not days:
        return otherwise
    parts = days.split("..") if isinstance(days, str) else days
    try:
        start, end = (day if isinstance(day, date) else date.fromisoformat(day) for day in parts)
    except ValueError as error:
        raise Refused(f"“{days}” is not a window: write it as 2025-01-01..2025-04-01") from error
    if end <= start:
        raise Refused(f"the window from {start} to {end} holds no day")
    return start, end


def _facts(orders: ir.Table, returns: ir.Table, window: tuple[date, date], suffix: str) -> ir.Table:
    """One row: buyers, orders, revenue and returns of a window, by the metrics' own formulas."""
    t = orders.filter((orders.day_on >= window[0]) & (orders.day_on < window[1]))
    back = returns.filter((returns.day_on >= window[0]) & (returns.day_on < window[1]))
    facts = {name: METRICS[name](t) for name in ("buyer_count", "order_count", "ordered_revenue")}
    sums = t.agg(**{f"{name}_{suffix}": value.fill_null(0).cast("float64") for name, value in facts.items()})
    refunds = back.agg(**{f"returned_{suffix}": METRICS["returned_revenue"](back).fill_null(0).cast("float64")})
    return sums.cross_join(refunds)


def _log_mean(before: ir.Value, after: ir.Value) -> ir.Value:
    # The weight that makes shares of ln(after/before) add up to after - before exactly (Ang 2004, LMDI-I).
    return ibis.cases((before == after, before), else_=(after - before) / (after / before).ln())


def _contributions(t: ir.Table) -> dict[str, ir.Value]:
    """Each factor's part in the change; where one side sold nothing there is only the number of buyers to name."""
    before, after = t.ordered_revenue_0, t.ordered_revenue_1
    possible = (before > 0) & (after > 0)
    weight = _log_mean(before.nullif(0), after.nullif(0))
    parts = {
        "buyer_count": t.buyer_count_1 / t.buyer_count_0.nullif(0),
        "orders_per_buyer": (t.order_count_1 / t.buyer_count_1.nullif(0))
        / (t.order_count_0 / t.buyer_count_0.nullif(0)).nullif(0),
        "average_order_value": (after / t.order_count_1.nullif(0)) / (before / t.order_count_0.nullif(0)).nullif(0),
    }
    whole = {"buyer_count": after - before}
    return {
        name: ibis.cases((possible, weight * ratio.ln()), else_=whole.get(name, ibis.literal(0.0)))
        for name, ratio in parts.items()
    }


def _values(t: ir.Table, n: int) -> dict[str, ir.Value]:
    buyers, orders, revenue = t[f"buyer_count_{n}"], t[f"order_count_{n}"], t[f"ordered_revenue_{n}"]
    return {
        "buyer_count": buyers,
        "orders_per_buyer": orders / buyers.nullif(0),
        "average_order_value": revenue / orders.nullif(0),
        "returned_revenue": t[f"returned_{n}"],
        "net_revenue": revenue - t[f"returned_{n}"],
    }


@study(zh="销售额驱动树", source="A-012…A-014")
def driver_tree(
    orders: ir.Table, returns: ir.Table, as_of: date, *, during: Days | None = None, against: Days | None = None
) -> ir.Table:
    """What the change of net revenue between two windows is due to: buyers, orders per buyer, order value, returns.

    The contributions add up to the change. Without `during` the 365 days before the as-of date are explained,
    without `against` they are held against the window of the same length just before.
    """
    start, end = _window(during, (date.fromordinal(as_of.toordinal() - 365), as_of))
    span = (end - start).days
    earlier = _window(against, (date.fromordinal(start.toordinal() - span), start))
    t = _facts(orders, returns, earlier, "0").cross_join(_facts(orders, returns, (start, end), "1"))
    before, after, parts = _values(t, 0), _values(t, 1), _contributions(t)
    parts["returned_revenue"] = t.returned_0 - t.returned_1
    parts["net_revenue"] = after["net_revenue"] - before["net_revenue"]
    rows = [
        t.select(
            position=ibis.literal(n, "int8"),
            driver=ibis.literal(name),
            before=before[name],
            after=after[name],
            contribution=parts[name],
        )
        for n, name in enumerate((*FACTORS, "returned_revenue", "net_revenue"), 1)
    ]
    return ibis.union(*rows).order_by("position")
