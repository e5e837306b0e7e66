"""Telephone numbers in what people write are masked before anything is published; dates and short numbers stay."""

import re
from collections.abc import Iterable, Iterator

import duckdb
import pyarrow as pa

from customary import standard

MASK = "(phone)"
# Where people write what they like: any seven to fifteen digits in a row, however they are set apart, may be a phone's.
WRITTEN = {("returns", "reason"), ("tickets", "topic"), ("events", "search_term")}
_LIKE_A_PHONE = re.compile(r"(?<![0-9A-Za-z_])\+?\(?\d(?:[ .()/-]{0,3}\d){6,14}(?![0-9A-Za-z_])")
_DATE = re.compile(r"\d{4}[-/. ]{1,2}\d{1,2}[-/. ]{1,2}\d{1,2}(?: \d{1,2})?|\d{1,2}[-/. ]{1,2}\d{1,2}[-/. ]{1,2}\d{4}")
# Elsewhere long numbers are a shop's own codes: only what is written as nothing but a phone is, after an “=” in a page.
_PHONE = r"(?:\+|%2B|00)[1-9](?:[ ()/-]{0,2}\d){6,14}|(?:(?:\+|%2B|00)?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}"
_SURE = re.compile(f"(?<![0-9A-Za-z_])(?:{_PHONE})(?![0-9A-Za-z_])")
_IN_A_PAGE = re.compile(f"(?<==)(?:{_PHONE})(?![0-9A-Za-z_])")
_SEVEN_DIGITS = r"\d([^\d]{0,4}\d){6}"  # a quick look in the engine, which has no look-behind
Column = tuple[str, str]  # a table and its column


def mask_phones(text: str, place: Column) -> str:
    """The text with each telephone number masked, by how sure the place of the text lets one be that it is one."""
    if place in WRITTEN:
        return _LIKE_A_PHONE.sub(lambda found: found[0] if _DATE.fullmatch(found[0]) else MASK, text)
    return (_IN_A_PAGE if place[1] == "page" else _SURE).sub(MASK, text)


def _own_texts(columns: Iterable[Column]) -> Iterator[Column]:
    """The places to look at: what people write, pages, and the columns that a shop added to canonical tables."""
    shipped = {(name, field.name) for name, table in standard.tables().items() for field in table.columns}
    for table, column in columns:
        is_own = table in standard.tables() and (table, column) not in shipped and not column.startswith("_")
        if (table, column) in WRITTEN or column == "page" or (is_own and column != "excluded_because"):
            yield table, column


def mask_phones_in(con: duckdb.DuckDBPyConnection, columns: Iterable[Column]) -> None:
    """Mask the telephone numbers in these text columns of a build, each different text once."""
    for table, column in _own_texts(columns):
        texts = con.execute(
            f'select distinct "{column}" from "{table}" where regexp_matches("{column}", ?)', [_SEVEN_DIGITS]
        ).fetchall()
        masked = {text: mask_phones(text, (table, column)) for (text,) in texts}
        changed = {text: new for text, new in masked.items() if new != text}
        if changed:
            con.register("_masked", pa.table({"said": list(changed), "shown": list(changed.values())}))
            con.execute(f'update "{table}" set "{column}" = m.shown from _masked m where "{column}" = m.said')
            con.unregister("_masked")
