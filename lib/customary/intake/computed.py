"""Amounts that SELECTs compute with: how their text is read is settled before any SELECT sees them.

A SELECT that subtracts the shipping from a total needs numbers. `1,234` alone is asked about, like everywhere; what is
no amount is left blank, counted and said.
"""

import duckdb

from customary.intake import raws
from customary.intake.raws import PER_FILE, quote
from customary.intake.readings import Chosen, choose_marks, odd_columns
from customary.intake.rewriting import canonical_text
from customary.intake.source import Raw
from customary.standard import Field

NO_AMOUNT = "no amount where one should be"


def _fields(con: duckdb.DuckDBPyConnection, raw: Raw) -> list[Field]:
    """The columns of text that SELECTs compute with and that declare no reading."""
    kinds = raws.kinds_of(con, quote(raw.name)) if raw.amounts else {}
    open_ones = [name for name in raw.amounts if name not in raw.readings and kinds.get(name) == "VARCHAR"]
    return [Field(name, "money", name, name) for name in open_ones]


def read(con: duckdb.DuckDBPyConnection, raw: Raw) -> None:
    """Make the amounts of a raw table numbers as text, by what all of their values decide; that is noted in `readings`.

    Raises `Undecided` with the flag that answers it where they decide nothing.
    """
    found = [choose_marks(con, raw.name, raw.name, field) for field in odd_columns(con, raw.name, _fields(con, raw))]
    chosen: list[Chosen] = [one for one in found if one]
    raws.rewrite(con, raw, {one.column: canonical_text(quote(one.column), one.reading) for one in chosen})
    for one in chosen:
        if one.because:
            con.execute("insert into readings values (?, ?, ?, ?)", [raw.name, one.column, one.reading, one.because])


def judge(con: duckdb.DuckDBPyConnection, raw: Raw) -> None:
    """Count what stands where an amount is computed with and is none, as emptied and against the table's standard."""
    for field in _fields(con, raw):
        text = quote(field.name)
        broken = f"from {quote(raw.name)} where {text} is not null and try_cast({text} as decimal(18, 4)) is null"
        con.execute(
            f"""insert into emptied
            select ?, ?, (_record // {PER_FILE})::INTEGER, ?, count(*), min(_record) % {PER_FILE}
            {broken} group by all""",
            [raw.name, field.name, NO_AMOUNT],
        )
        if raw.becomes:
            con.execute(f"insert into faulty select ?, count(*) {broken} having count(*) > 0", [raw.becomes[0]])
