"""What was known of each customer of an experiment before lots decided: what they had ordered, and who they are."""

from collections.abc import Iterable

import ibis.expr.types as ir

from customary.declare import METRICS
from customary.errors import unknown_name
from customary.stats.intervals import share
from customary.studies.experiments.segments import BEFORE
from customary.studies.shared.outcomes import own_columns

DAY_S = 86_400
NUMBERS = ("days_since_order", "orders_before", "revenue_before", "discounted_before")
OWN = "own_"  # begins a column that came with the arms


def _orders_before(assignments: ir.Table, whole_orders: ir.Table) -> ir.Table:
    """Experiment and customer → days since the last order, orders, their revenue, and the share of them on discount."""
    o = whole_orders.filter(whole_orders.left_out_because.isnull())
    o = o.select("customer_id", "net_amount", "discount_amount", placed_s="ts_s")
    units = assignments.select("experiment", "customer_id", "ts_s")
    t = units.inner_join(o, "customer_id")
    t = t.filter(t.placed_s < t.ts_s)
    n = METRICS["order_count"](t)
    return t.group_by("experiment", "customer_id").agg(
        days_since_order=(t.ts_s.max() - t.placed_s.max()).cast("float64") / DAY_S,
        orders_before=n.cast("float64"),
        revenue_before=t.net_amount.sum().cast("float64"),
        discounted_before=share((t.discount_amount > 0).cast("int64").sum(), t.discount_amount.count()),
    )


def with_what_was_before(
    units: ir.Table, assignments: ir.Table, whole_orders: ir.Table, whole_customers: ir.Table, known: Iterable[str]
) -> ir.Table:
    """`units` with what was known of each before: `NUMBERS`, columns of customers, and those that came with the arms.

    Of the arms' own columns those named in `known` are numbers where they can be; the others are kept as words. A name
    that none of them bears is refused.
    """
    own = own_columns(assignments.columns)
    for name in known:
        if name not in own:
            raise unknown_name(name, own, "column that came with the arms")
    keys = ["experiment", "customer_id"]
    doubles = [f"{key}_right" for key in keys]
    t = units.left_join(_orders_before(assignments, whole_orders), keys).drop(*doubles)
    t = t.mutate(orders_before=t.orders_before.fill_null(0), revenue_before=t.revenue_before.fill_null(0))
    of_arms = {
        f"{OWN}{name}": _as_number(assignments[name]) if name in known else assignments[name].cast("string")
        for name in own
    }
    t = t.left_join(assignments.select(*keys, **of_arms), keys).drop(*doubles)
    texts = [name for name in BEFORE if name in whole_customers.columns]
    people = whole_customers.select("customer_id", **{name: whole_customers[name].cast("string") for name in texts})
    return t.left_join(people, "customer_id").drop("customer_id_right")


def _as_number(column: ir.Value) -> ir.FloatingValue:
    return column.try_cast("float64")
