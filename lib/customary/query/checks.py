"""Equations between chapters: what must hold before a snapshot is published."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import FRAMES
from customary.engine import connect, disconnect
from customary.errors import Refused
from customary.reasons import reason_text
from customary.wording import say

Sql = Callable[[str, Callable[[], ir.Table]], str]  # the SQL of an expression that bears a name


def compile_once(name: str, compose: Callable[[], ir.Table]) -> str:
    """The SQL of a check, compiled now; a builder that publishes often hands in a memory instead."""
    return str(ibis.duckdb.compile(compose()))


class _Books:
    """A finished snapshot: its tables, and the numbers that a check reads from it."""

    def __init__(self, path: Path, sql: Sql) -> None:
        self._backend, self._sql = connect(path), sql

    def __getitem__(self, name: str) -> ir.Table:
        return self._backend.table(name)

    def frames(self) -> list[str]:
        """The frames that the snapshot holds."""
        return [name for name in self._backend.list_tables() if name in FRAMES]

    def rows(self, name: str, compose: Callable[[], ir.Table]) -> list[tuple[Any, ...]]:
        """What the check called `name` reads."""
        return self._backend.con.execute(self._sql(f"check: {name}", compose)).fetchall()


def _counting_rows(t: ir.Table) -> ir.Table:
    return t.filter(t.left_out_because.isnull())


def _repeated_keys(books: _Books) -> ir.Table:
    """Frame, key and how many keys stand there more than once, for all frames in one question.

    A key of which a part is unknown, such as the day of what was spent, is the same as no other.
    """
    parts = []
    for name in books.frames():
        key = list(FRAMES[name].key)
        known = books[name].drop_null(key, how="any")
        doubled = known.group_by(key).agg(n=_.count()).filter(_.n > 1)
        parts.append(doubled.agg(frame=ibis.literal(name), key=ibis.literal(", ".join(key)), repeated=_.count()))
    return ibis.union(*parts).filter(_.repeated > 0).order_by("frame")


def _keys_are_unique(books: _Books) -> None:
    for frame, key, count in books.rows("keys", lambda: _repeated_keys(books)):
        raise Refused(
            "frame {frame} has {count:,} repeated keys ({key}); nothing was published",
            frame=frame,
            count=count,
            key=key,
        )


def _order_and_line_amounts(books: _Books) -> ir.Table:
    orders, lines = _counting_rows(books["orders"]), _counting_rows(books["items"])
    whole = orders.filter(orders.line_count > 0).agg(whole=_.gross_amount.sum().fill_null(0))
    return whole.cross_join(lines.agg(parts=_.gross_amount.sum().fill_null(0)))


def _lines_sum_to_orders(books: _Books) -> None:
    """The lines that count add up to the gross amount of the orders that count, where orders have lines."""
    ((whole, parts),) = books.rows("lines", lambda: _order_and_line_amounts(books))
    if whole != parts:
        raise Refused(
            "order lines sum to {parts:,} but their orders to {whole:,}; nothing was published",
            parts=parts,
            whole=whole,
        )


def _order_and_customer_amounts(books: _Books) -> ir.Table:
    named = _counting_rows(books["orders"]).filter(_.customer_id.notnull())
    sales = named.agg(sales=_.net_amount.sum().fill_null(0))
    return sales.cross_join(books["customers"].agg(held=_.ordered_spend.sum().fill_null(0)))


def _customers_hold_all_sales(books: _Books) -> None:
    ((sales, held),) = books.rows("customers", lambda: _order_and_customer_amounts(books))
    if sales != held:
        raise Refused(
            "orders of customers amount to {sales:,} but customers' spend to {held:,}; nothing was published",
            sales=sales,
            held=held,
        )


def _orders_at_a_glance(books: _Books) -> ir.Table:
    """How many orders are refunded beyond what they were worth, how many count, and the first day that does."""
    orders = _counting_rows(books["orders"])
    worth = ibis.cases((orders.net_amount.notnull(), ibis.greatest(orders.net_amount, 0)))  # else unknown
    over_refunded = (orders.refund_amount > worth).sum().fill_null(0)
    return orders.agg(over_refunded=over_refunded, order_count=orders.count(), first_on=orders.day_on.min())


def _first_day(books: _Books) -> ir.Table:
    """The first day on which anything of a shop without orders happened."""
    named = ("sessions", "tickets", "responses", "returns", "spend", "assignments")
    days = [books[name].select(day=books[name].day_on) for name in named]
    return ibis.union(*days).agg(first_on=_.day.min())


def _reasons(books: _Books) -> str:
    """Why the orders of a shop in which none counts were left out, the most frequent reason first."""
    t = books["orders"]
    counts = t.group_by("left_out_because").agg(n=t.count()).order_by(ibis.desc("n"), "left_out_because")
    rows = counts.to_pyarrow().to_pylist()
    each = [say("{n:,} because “{reason}”", n=row["n"], reason=reason_text(row["left_out_because"])) for row in rows]
    return say("each was left out, {reasons}", reasons=say(", ").join(each))


def _refunds_fit_their_orders(over_refunded: int) -> None:
    """What came back of an order is at most what it was worth, however often it was refunded."""
    if over_refunded:
        raise Refused("{n:,} orders are refunded beyond what they were worth; nothing was published", n=over_refunded)


UNDATED = ("customers", "assignments", "responses", "tickets", "spend", "events")  # what stands without a day as well


def _prove(books: _Books) -> dict[str, Any]:
    _keys_are_unique(books)
    _lines_sum_to_orders(books)
    _customers_hold_all_sales(books)
    ((over_refunded, order_count, first),) = books.rows("orders", lambda: _orders_at_a_glance(books))
    _refunds_fit_their_orders(over_refunded)
    if not order_count and books["orders"].count().execute():
        raise Refused("no order of this shop counts: {why}; nothing was published", why=_reasons(books))
    if first is None:
        ((first,),) = books.rows("first day", lambda: _first_day(books))
    if first is None and not order_count and not any(books[name].count().execute() for name in UNDATED):
        raise Refused("nothing of this shop counts: all was left out or quarantined; nothing was published")
    return {"first_on": first.isoformat() if first else None}


def verify(path: Path, sql: Sql = compile_once) -> dict[str, Any]:
    """Reopen a finished snapshot read-only and prove its equations; returns facts for the manifest.

    `sql` gives the SQL of an expression by a name of its own: it may be remembered from an earlier snapshot.
    """
    try:
        return _prove(_Books(path, sql))
    finally:
        disconnect(path)
