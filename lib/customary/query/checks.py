"""Equations between chapters: what must hold before a snapshot is published."""

from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import FRAMES
from customary.engine import connect, disconnect
from customary.errors import Refused


def _value(backend: Any, expression: ir.Scalar) -> Any:
    return backend.to_pyarrow(expression).as_py()


def _keys_are_unique(backend: Any) -> None:
    for name in backend.list_tables():
        if name in FRAMES:
            table, key = backend.table(name), list(FRAMES[name].key)
            doubled = table.group_by(key).agg(n=_.count()).filter(_.n > 1)
            if count := _value(backend, doubled.count()):
                raise Refused(f"frame {name} has {count:,} repeated keys ({', '.join(key)}); nothing was published")


def _lines_sum_to_orders(backend: Any) -> None:
    """The lines that count add up to the gross amount of the orders that count, where orders have lines."""
    orders, items = backend.table("orders"), backend.table("items")
    with_lines = orders.filter(orders.left_out_because.isnull() & (orders.line_count > 0))
    whole = _value(backend, with_lines.gross_amount.sum()) or 0
    parts = _value(backend, items.filter(items.left_out_because.isnull()).gross_amount.sum()) or 0
    if whole != parts:
        raise Refused(f"order lines sum to {parts:,} but their orders to {whole:,}; nothing was published")


def _customers_hold_all_sales(backend: Any) -> None:
    orders, customers = backend.table("orders"), backend.table("customers")
    sales = _value(backend, orders.filter(orders.left_out_because.isnull()).net_amount.sum()) or 0
    held = _value(backend, customers.ordered_spend.sum()) or 0
    if sales != held:
        raise Refused(f"orders amount to {sales:,} but customers' spend to {held:,}; nothing was published")


def _refunds_fit_their_orders(backend: Any) -> None:
    """What came back of an order is at most what it was worth, however often it was refunded."""
    orders = backend.table("orders")
    worth = ibis.cases((orders.net_amount > 0, orders.net_amount), else_=0)
    over = orders.filter(orders.left_out_because.isnull() & (orders.refund_amount > worth))
    if count := _value(backend, over.count()):
        raise Refused(f"{count:,} orders are refunded beyond what they were worth; nothing was published")


def _proven(backend: Any) -> dict[str, Any]:
    _keys_are_unique(backend)
    _lines_sum_to_orders(backend)
    _customers_hold_all_sales(backend)
    _refunds_fit_their_orders(backend)
    orders = backend.table("orders")
    first = _value(backend, orders.filter(orders.left_out_because.isnull()).day_on.min())
    if first is None:
        raise Refused("no order of this shop counts: each was left out or quarantined; nothing was published")
    return {"first_on": first.isoformat()}


def verified(path: Path) -> dict[str, Any]:
    """Reopen a finished snapshot read-only and prove its equations; returns facts for the manifest."""
    try:
        return _proven(connect(path))
    finally:
        disconnect(path)
