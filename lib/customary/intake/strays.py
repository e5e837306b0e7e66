"""Records of a text file that are none: its header once more, where exports were joined, and lines of totals."""

import re
from collections.abc import Sequence

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from customary.intake.source import Raw
from customary.standard import rules

HEADER_AGAIN, TOTAL = "the header stands here again", "a line of totals"
# What the first cell of such a line says, with or without a colon.
TOTALS = (
    *("total", "totals", "grand total", "sum", "subtotal", "gesamt", "summe", "totale", "total général"),
    *("suma", "итого", "合计", "总计", "小计", "全部", "合計", "総計"),
)
_MOST_CELLS = 0.5  # of a line of totals, at most this share has something in it
# Under such a column nothing can be called “Total” but a line of totals, be it filled or not.
_KEYS = ("order_id", "customer_id", "email", "product_id", "line_id", "order_time", "time", "paid_time")


def _most_cells(raw: Raw) -> int:
    """How many cells of a line of totals may have something in them."""
    names = rules("recognition")["names"]
    first = _bare(raw.columns[0])
    is_key = any(_bare(name) == first for key in _KEYS for name in (key, *names[key]))
    return len(raw.columns) if is_key else max(1, int(_MOST_CELLS * len(raw.columns)))


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.lower())


def reason_sql(raw: Raw, cells: Sequence[str]) -> str:
    """SQL: why a record is none, for cells in the order of the raw table's columns; NULL where it is one."""
    names = " and ".join(
        f"{cell} is not distinct from '{name.replace(chr(39), chr(39) * 2)}'"
        for cell, name in zip(cells, raw.columns, strict=True)
    )
    words = ", ".join(f"'{word}'" for word in TOTALS)
    filled = " + ".join(f"({cell} is not null)::INTEGER" for cell in cells)
    is_total = f"lower(rtrim({cells[0]}, ': ：')) in ({words}) and {filled} <= {_most_cells(raw)}"
    again = f"when {names} then '{HEADER_AGAIN}'" if raw.header else ""
    return f"case {again} when {is_total} then '{TOTAL}' end"


def may_hold(raw: Raw, cells: pa.Table) -> bool:
    """Whether bare records may hold such a line, by their first cell; where not, none needs a closer look."""
    first = pc.ascii_rtrim(pc.ascii_lower(cells.column(0)), characters=": ")
    known = pa.array([*TOTALS, raw.columns[0].lower()])
    return bool(pc.any(pc.is_in(first, value_set=known)).as_py())


def set_aside(con: duckdb.DuckDBPyConnection, raw: Raw, file_no: int, base: int, reason: str) -> None:
    """Quarantine the records of the relation `_chunk` that are none, by the SQL of `reason_sql`."""
    con.execute(
        f"insert into quarantine select '{raw.name}', {file_no}, null, {base} + _line, _line, reason "
        f"from (select _line, {reason} as reason from _chunk) where reason is not null"
    )
