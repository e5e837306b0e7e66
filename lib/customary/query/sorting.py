"""The rows of an answer in an order of the reader's own, a page of them at a time; n of N stays what it is."""

from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from customary.query.answer import MOST_FETCHED, Answer

_PLACE = "place_before_sorting"


@dataclass(frozen=True)
class RowOrder:
    """By which column rows are sorted, "" as they come; whether the greatest comes first; the first row shown, from 0.

    What is unknown comes last either way, and rows that are equal keep the order they had.
    """

    column: str = ""
    greatest_first: bool = False
    start: int = 0


def read_order(answer: Answer, sort: str, start: str, most: int) -> RowOrder:
    """An order out of a link: "-net_revenue" is the greatest first; what the answer does not have is its own order."""
    name = sort.removeprefix("-")
    known = {column.name for column in answer.columns if not column.hidden}
    first = int(start) if start.isascii() and start.isdigit() and len(start) < 10 else 0
    last = max((answer.rows_total - 1) // most * most, 0)
    return RowOrder(name if name in known else "", sort.startswith("-"), min(first // most * most, last))


def rows_in_order(answer: Answer, order: RowOrder, most: int) -> list[dict[str, Any]]:
    """`most` rows of an answer from `order.start` on, as dictionaries."""
    if answer.rows_total > MOST_FETCHED and order.column:
        found = answer.shop.fetch(_sorted_table(answer.table, order).limit(most, offset=order.start))
    else:
        found = _sorted_rows(answer.to_pyarrow(), order).slice(order.start, most)
    rows: list[dict[str, Any]] = found.to_pylist()
    return rows


def _sorted_table(t: ir.Table, order: RowOrder) -> ir.Table:
    """The same by the engine, for answers that are too long to be held for a page of them."""
    t = t.mutate(**{_PLACE: ibis.row_number()})
    key = ibis.desc(order.column) if order.greatest_first else ibis.asc(order.column)
    return t.order_by(t[order.column].isnull(), key, _PLACE).drop(_PLACE)


def _sorted_rows(rows: pa.Table, order: RowOrder) -> pa.Table:
    if not order.column:
        return rows
    import pyarrow.compute as pc  # a table in its own order does not wait for it

    direction = "descending" if order.greatest_first else "ascending"
    # Nulls are sorted to the end, whichever way.
    placed = rows.append_column(_PLACE, pa.array(range(rows.num_rows), pa.int64()))
    keys = [(order.column, direction), (_PLACE, "ascending")]
    return rows.take(pc.sort_indices(placed, sort_keys=keys))
