"""How a build tells what its books say: numbers of things, reasons, tables, lines, in the reader's language.

The books keep their reasons in English, as one snapshot is read in every language.
"""

from typing import Any

import duckdb

from customary.language import LANGUAGES, reader_language
from customary.reasons import reason_text
from customary.wording import say, word

SHOWN = 3  # reasons, readings and names in full; the others are counted


def rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query on the books."""
    return con.execute(sql).fetchall()


def reason_in_words(reason: str) -> str:
    """A reason of the books in the reader's language; in English as it stands, columns by their names."""
    return reason if reader_language() == LANGUAGES[0] else reason_text(reason)


def table_text(name: str) -> str:
    """A canonical table as the reader calls it; in English by its name, as is a raw table in every language."""
    spoken = name.replace("_", " ")
    return told if (told := word(spoken)) != spoken else name


def first_line(line: int | None) -> str:
    """Where a fault stands first; "" where nobody knows."""
    return say(", first in line {line:,}", line=line) if line else ""


def count_of(n: int, one: str, many: str) -> str:
    """So many of something: "1 record", "2 records"; both texts are templates for `n`."""
    return say(one if n == 1 else many, n=n)


def count_records(n: int) -> str:
    """So many records."""
    return count_of(n, "{n:,} record", "{n:,} records")
