"""Why revenue changed: buyers × orders per buyer × average order value, decomposed without a remainder."""

from datetime import date

import ibis
import ibis.expr.types as ir

from customary.dates import YEAR, Window, WindowLike, day_number, day_of_number, previous
from customary.declare import study
from customary.stats.intervals import share
from customary.studies.shared.measures import measures
from customary.studies.shared.windows import days_of, within

FACTORS = ("buyer_count", "orders_per_buyer", "average_order_value")
SUMS = ("ordered_revenue", "returned_revenue", "net_revenue")


def facts(orders: ir.Table, returns: ir.Table, window: Window, n: int) -> ir.Table:
    """One row: the factors and sums of a window, each name with the number of the window behind it."""
    # An order of unknown amount is in no factor: revenue would not be their product.
    parts = {"orders": orders.filter(orders.net_amount.notnull()), "returns": returns}
    rows = {name: t.filter(within(t.day_on, window)) for name, t in parts.items()}
    t = measures(rows, (*FACTORS, *SUMS))
    return t.select(**{f"{name}_{n}": t[name].cast("float64") for name in t.columns})


def windows_of(as_of: date, during: WindowLike | None, against: WindowLike | None) -> tuple[Window, Window]:
    """The window that is explained and the earlier one: by default the last 365 days, and the same length before."""
    now = days_of(during) if during else (day_of_number(day_number(as_of) - YEAR), as_of)
    return now, days_of(against) if against else previous(now)


def log_mean(before: ir.Value, after: ir.Value) -> ir.Value:
    """The weight of a ratio's logarithm in a change: (after − before) ÷ ln(after ÷ before)."""
    # The weight that makes shares of ln(after/before) add up to after - before exactly (Ang 2004, LMDI-I).
    return ibis.cases((before == after, before), else_=(after - before) / (after / before).ln())


def contributions(t: ir.Table) -> dict[str, ir.Value]:
    """Each factor's part in the change; where one side sold nothing there is only the number of buyers to name."""
    before, after = t.ordered_revenue_0, t.ordered_revenue_1
    possible = (before > 0) & (after > 0)
    weight = log_mean(before.nullif(0), after.nullif(0))
    whole = {"buyer_count": after - before}
    factors = {name: share(t[f"{name}_1"], t[f"{name}_0"]) for name in FACTORS}
    parts = {
        name: ibis.cases((possible, weight * ratio.ln()), else_=whole.get(name, ibis.literal(0.0)))
        for name, ratio in factors.items()
    }
    returned, net = t.returned_revenue_0 - t.returned_revenue_1, t.net_revenue_1 - t.net_revenue_0
    return {**parts, "returned_revenue": returned, "net_revenue": net}


@study(zh="销售额拆解", source="A-012…A-014", rests_on=("amounts", "dates"))
def driver_tree(
    named_orders: ir.Table,
    named_returns: ir.Table,
    as_of: date,
    present_frames: frozenset[str],
    *,
    during: WindowLike | None = None,
    against: WindowLike | None = None,
) -> ir.Table:
    """What the change of net revenue between two windows is due to: buyers, orders per buyer, order value, returns.

    The contributions add up to the change; orders of unknown amount, and orders that name no customer, are in none of
    them. Without `during` the 365 days before the as-of date are explained, without `against` they are held against the
    window of the same length just before.
    """
    now, earlier = windows_of(as_of, during, against)
    t = facts(named_orders, named_returns, earlier, 0).cross_join(facts(named_orders, named_returns, now, 1))
    parts = contributions(t)
    back = ("returned_revenue",) if "returns" in present_frames else ()  # nobody knows of any: that is no 0
    rows = [
        t.select(
            position=ibis.literal(n, "int8"),
            driver=ibis.literal(name),
            before=t[f"{name}_0"],
            after=t[f"{name}_1"],
            contribution=parts[name],
        )
        for n, name in enumerate((*FACTORS, *back, "net_revenue"), 1)
    ]
    return ibis.union(*rows).order_by("position")
