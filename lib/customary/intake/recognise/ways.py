"""Columns whose text can be read in two ways, with their first rows both ways, before anything is taken in.

03/04/2025 is a day in April or in March; 1.234 is a thousand or one and a bit. A build decides by all values of a
column; here the first rows show what there is to decide.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from customary.engine import memory_database
from customary.intake import amounts, instants
from customary.intake.readings import is_split
from customary.intake.recognise.kinds import Recognition
from customary.intake.recognise.meanings import AMOUNTS, TIMES
from customary.intake.recognise.propose import SourceProposal, raw_tables
from customary.language import reader_language

SHOWN = 20
_DAY_PATTERNS = {"en": "%-d %B %Y", "zh": "%Y年%-m月%-d日"}
DAYS, MARKS = (instants.DAY_FIRST, instants.MONTH_FIRST), (amounts.DOT, amounts.COMMA)


@dataclass(frozen=True)
class TwoWays:
    """A column of a raw table that can be read in two ways: `readings`, and `rows` of (as written, one way, other way).

    `counts` say how many of the first rows allow one reading only; a way that gives nothing is "". `reading` is what
    these rows decide, "" where only the shop can.
    """

    file: str
    raw: str
    column: str
    readings: tuple[str, str]
    rows: tuple[tuple[str, str, str], ...]
    counts: tuple[int, int]

    @property
    def key(self) -> str:
        """Under what a shop's settings note how the column is read."""
        return f"{self.raw}.{self.column}"

    @property
    def reading(self) -> str:
        """The reading that the first rows decide; "" where they say nothing or both."""
        if not sum(self.counts) or is_split(*self.counts):
            return ""
        return self.readings[self.counts[1] > self.counts[0]]


def two_ways(proposal: SourceProposal) -> list[TwoWays]:
    """The columns of all files that have a value which can be read in two ways."""
    with memory_database() as con:
        return [
            way
            for raw, members in raw_tables(proposal.found).items()
            for way in _of_file(con, raw, members[0])
            if _is_worth_a_look(way)
        ]


def _is_worth_a_look(way: TwoWays) -> bool:
    """Whether the readings differ; amounts that all are written with a dot before two digits need no second look."""
    both = any(one and other and one != other for _, one, other in way.rows)
    return both or (any(one != other for _, one, other in way.rows) and way.reading != amounts.DOT)


def _of_file(con: duckdb.DuckDBPyConnection, raw: str, found: Recognition) -> Iterator[TwoWays]:
    for name, meaning in found.meanings.items():
        readings = DAYS if name in TIMES else MARKS if name in (*AMOUNTS, "quantity") else None
        values = found.look.values(meaning.column)
        if readings and values and not (found.system and name in found.system.readings):
            rows = _rows(con, values, readings)
            yield TwoWays(found.look.path.name, raw, meaning.column, readings, rows, _counts(con, values, readings))


def _counts(con: duckdb.DuckDBPyConnection, values: Sequence[str], readings: tuple[str, str]) -> tuple[int, int]:
    """How many values can only be read the one way, and only the other."""
    con.register("_values", pa.table({"text": pa.array(values, pa.string())}))
    evidence = (instants if readings == DAYS else amounts).evidence("text")
    ((one, other, *_),) = con.execute(f"select {evidence} from _values").fetchall()
    return int(one), int(other)


def _rows(
    con: duckdb.DuckDBPyConnection, values: Sequence[str], readings: tuple[str, str]
) -> tuple[tuple[str, str, str], ...]:
    """The first rows as they are written and by each reading; those that can be read both ways come first."""
    con.register("_values", pa.table({"text": pa.array(values, pa.string()), "place": range(len(values))}))
    doubtful = instants.is_pair("text") if readings == DAYS else amounts.is_marked("text")
    ways = ", ".join(f"coalesce({_text('text', reading)}, '')" for reading in readings)
    found = con.execute(f"select text, {ways} from _values order by not {doubtful}, place limit {SHOWN}")
    return tuple(found.fetchall())


def _text(text: str, reading: str) -> str:
    """SQL for a value as it would be read, written so that nobody can take it for something else."""
    if reading in DAYS:
        return f"strftime({instants.instant(text, 'UTC', reading)}, '{_DAY_PATTERNS[reader_language()]}')"
    number = f"try_cast({amounts.number_text(text, reading)} as DECIMAL(38, 4))"
    return f"printf('%.2f', {number}::DOUBLE)"
