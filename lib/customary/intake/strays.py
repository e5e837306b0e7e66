"""Records of a text file that are none: its header once more, where exports were joined, and lines of totals."""

from collections.abc import Sequence

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from customary.intake.source import Raw

HEADER_AGAIN, TOTAL = "the header stands here again", "a line of totals"
# What the first cell of such a line says, with or without a colon.
TOTALS = (
    *("total", "totals", "grand total", "sum", "subtotal", "gesamt", "summe", "totale", "total général"),
    *("suma", "итого", "合计", "总计", "小计", "全部", "合計", "総計"),
)
_MOST_CELLS = 0.5  # of a line of totals, at most this share has something in it


def reason_sql(raw: Raw, cells: Sequence[str]) -> str:
    """SQL: why a record is none, for cells in the order of the raw table's columns; NULL where it is one."""
    names = " and ".join(
        f"{cell} is not distinct from '{name.replace(chr(39), chr(39) * 2)}'"
        for cell, name in zip(cells, raw.columns, strict=True)
    )
    words = ", ".join(f"'{word}'" for word in TOTALS)
    filled = " + ".join(f"({cell} is not null)::INTEGER" for cell in cells)
    is_total = f"lower(rtrim({cells[0]}, ': ：')) in ({words}) and {filled} <= {max(1, _MOST_CELLS * len(cells))}"
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
