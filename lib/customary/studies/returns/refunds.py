"""Two views of refunds: on the day they came back, and with the orders they belong to."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import study


def _step(position: int, label: str, amount: ir.Value) -> ir.Table:
    t = amount.name("amount").as_table()
    return t.select(position=ibis.literal(position, "int8"), step=ibis.literal(label), amount="amount")


@study(zh="退款口径对照", source="M1", rests_on=("amounts", "returns", "returned orders"))
def refund_views(orders: ir.Table, returns: ir.Table) -> ir.Table:
    """Net revenue with returns on their own date, and with the returns of these very orders: the steps between them.

    The last step is the sum of the others. A refund that names no order, and what exceeds the order that was found for
    it, lowers the first figure only.
    """
    own = returns.semi_join(orders, "order_id").agg(own=_.order_refund_amount.sum().fill_null(0).cast("float64"))
    back = returns.agg(
        refunds=_.refund_amount.sum().fill_null(0).cast("float64"),
        borne=_.order_refund_amount.sum().fill_null(0).cast("float64"),
    )
    sold = orders.agg(
        ordered=_.net_amount.sum().fill_null(0).cast("float64"),
        of_orders=_.refund_amount.sum().fill_null(0).cast("float64"),
    )
    t = sold.cross_join(back).cross_join(own)
    steps = [
        ("net revenue, returns on their own date", t.ordered - t.refunds),
        ("refunds here of orders from elsewhere", t.borne - t.own),
        ("refunds here that no order bears", t.refunds - t.borne),
        ("refunds of these orders at other times", t.own - t.of_orders),
        ("net revenue of these orders", t.ordered - t.of_orders),
    ]
    return ibis.union(*(_step(n, label, amount) for n, (label, amount) in enumerate(steps, 1))).order_by("position")


@study(zh="异常退款", source="M24", rests_on="returns")
def odd_refunds(all_returns: ir.Table) -> ir.Table:
    """Refunds that look wrong: dated before their order, beyond their order, or of no order; how many and how much."""
    t = all_returns
    kinds = {
        "dated before its order, counted": (t.is_before_order & t.left_out_because.isnull(), t.refund_amount),
        "beyond its order, left out": (
            (t.excess_amount > 0) | (t.left_out_because == "refund beyond the order"),
            ibis.cases((t.left_out_because.isnull(), t.excess_amount), else_=t.refund_amount),
        ),
        "beyond the order found for it, counted": (
            t.left_out_because.isnull() & t.order_id.notnull() & (t.refund_amount > t.order_refund_amount),
            t.refund_amount - t.order_refund_amount,
        ),
        "of no order, counted": (t.left_out_because.isnull() & t.order_id.isnull(), t.refund_amount),
        "negative, counted": (t.left_out_because.isnull() & (t.refund_amount < 0), t.refund_amount),
    }
    rows = []
    for position, (kind, (test, amount)) in enumerate(kinds.items()):
        found = t.agg(
            return_count=test.fill_null(False).sum().fill_null(0).cast("int64"),
            amount=amount.sum(where=test.fill_null(False)).fill_null(0).cast("float64"),
        )
        labels = {"position": ibis.literal(position, "int8"), "kind": ibis.literal(kind)}
        rows.append(found.select(**labels, return_count="return_count", amount="amount"))
    return ibis.union(*rows).order_by("position").drop("position")
