"""Names of people, orders and products as different systems write them, and yes or no: one thing, one text.

A key that a spreadsheet shortened (1.23E+17) is no key any more. 17850.0 is 17850 where all keys of the column are
whole numbers. `0`, `guest` and their like are no customer.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import duckdb

from customary.intake.readers import quote
from customary.intake.readings import AS_WRITTEN, Chosen, declared_readings
from customary.standard import CanonicalTable, Field

WITHOUT_ZERO = "without .0"
NOBODY = "no customer where it says so"
# What systems write where there is no customer.
PLACEHOLDERS = (
    *("0", "-1", "guest", "guest checkout", "null", "none", "nan", "n/a", "na", "undefined", "unknown", "anonymous"),
    *(
        "anonym",
        "gast",
        "invité",
        "invitado",
        "convidado",
        "散客",
        "游客",
        "匿名",
        "匿名用户",
        "未知",
        "(not set)",
        "-",
    ),
)
# Letters hidden from whoever exports: 186******05 may be anybody.
_MASKED = r"[^*]*[*]{2}.*"
_WIDE, _NARROW = "０１２３４５６７８９", "0123456789"
_SHORTENED = r"[0-9](?:[.,][0-9]+)?[eE]\+[0-9]+"
_YES = ("yes", "y", "true", "t", "1", "是", "已", "oui", "sí", "si", "ja", "sim", "はい", "x")
_NO = ("no", "n", "false", "f", "0", "否", "未", "non", "nein", "não", "nao", "いいえ")


def is_key(column: Field) -> bool:
    """Whether a column names a person, an order, a product or another thing."""
    return column.type == "string" and column.name.endswith("_id")


def bare(text: str, reading: str) -> str:
    """SQL for a key by its reading; NULL where it was shortened by a spreadsheet, or names nobody."""
    if reading == AS_WRITTEN:
        return f"cast({text} as VARCHAR)"
    key = f"translate({text}, '{_WIDE}', '{_NARROW}')"
    whole = f"regexp_replace({key}, '[.]0$', '')" if WITHOUT_ZERO in reading else key
    lost = [is_shortened(key), *([is_placeholder(key)] if NOBODY in reading else [])]
    return f"case when {' or '.join(lost)} then null else {whole} end"


def faults(column: Field, reading: str) -> Iterator[tuple[str, str]]:
    """(condition, reason) of what a key cannot be; a placeholder is a fault only where there must be a customer."""
    text = quote(column.name)
    if reading == AS_WRITTEN:
        return
    yield is_shortened(text), f"{column.name} was shortened by a spreadsheet, as in 1.23E+17: export it as text"
    if column.required and NOBODY in reading:
        yield is_placeholder(text), f"{column.name} is a placeholder and no customer"


def is_shortened(text: str) -> str:
    """SQL: whether a key lost its last digits in a spreadsheet."""
    return f"coalesce(regexp_full_match({text}, '{_SHORTENED}'), false)"


def is_placeholder(text: str) -> str:
    """SQL: whether a customer's key is what systems write where there is no customer, or hides whose it is."""
    # One pattern from the start of a text fails at its first letters; a list is gone through to its end.
    words = "|".join(map(re.escape, PLACEHOLDERS))
    return f"regexp_full_match({text}, '(?is)(?:{words})|(?:guest|unknown|no-?reply|noemail)@.*|{_MASKED}')"


def is_masked(text: str) -> str:
    """SQL: whether a part of an address or a number is hidden by asterisks."""
    return f"coalesce(contains({text}::VARCHAR, '**'), false)"


def tax_number(text: str) -> str:
    """SQL for a Brazilian tax number as it is printed: 123.456.789-09 of a person, 12.345.678/0001-95 of a company.

    A spreadsheet takes the zeros from its front; what has another number of digits stays as it is.
    """
    digits = f"regexp_replace({text}::VARCHAR, '[^0-9]', '', 'g')"
    person = rf"regexp_replace(lpad({digits}, 11, '0'), '^(...)(...)(...)(..)$', '\1.\2.\3-\4')"
    company = rf"regexp_replace(lpad({digits}, 14, '0'), '^(..)(...)(...)(....)(..)$', '\1.\2.\3/\4-\5')"
    count = f"length({digits})"
    is_other = f"{text}::VARCHAR like '%*%' or {count} not between 9 and 14"
    return f"case when {is_other} then {text} when {count} > 11 then {company} else {person} end"


def is_doubtful(column: Field) -> str:
    """SQL: whether a key has anything that may ask for another reading than as it is written."""
    text = quote(column.name)
    nobody = is_placeholder(text) if column.name == "customer_id" else "false"
    # Branches of a case are worked out only for the rows that reach them; all sides of an `and` are, for every row.
    return f"""case when {text} like '%.0' or contains({text}, '+') then true
        when strlen({text}) <> length({text}) then regexp_matches({text}, '[{_WIDE}]') or {nobody}
        else {nobody} end"""


def yes_or_no(text: str) -> str:
    """SQL for a flag in words of several languages; NULL where it is none of them."""
    told = f"lower({text})"
    yes, no = (", ".join(f"'{word}'" for word in words) for words in (_YES, _NO))
    return f"case when {told} in ({yes}) then true when {told} in ({no}) then false end"


def choose(
    con: duckdb.DuckDBPyConnection,
    staged: str,
    table: CanonicalTable,
    kinds: Mapping[str, str],
    declared: Mapping[str, str],
) -> dict[str, Chosen]:
    """How each key column of a staged table is read; `declared` (`table.column`) wins."""
    asked = [c for c in table.columns if is_key(c) and kinds.get(c.name) == "VARCHAR"]
    found = declared_readings(table, asked, declared)
    looked = [c for c in asked if c.name not in found]
    for column, seen in zip(looked, _look(con, staged, looked), strict=True):
        found[column.name] = _choice(table, column, seen)
    return found


@dataclass(frozen=True)
class _Seen:
    """How many keys a column has, how many of them end in .0, are no whole numbers, are odd, name nobody."""

    given: int
    zeros: int
    others: int
    odd: int
    nobody: int


def _look(con: duckdb.DuckDBPyConnection, staged: str, columns: list[Field]) -> list[_Seen]:
    if not columns:
        return []
    found = con.execute(f"select {', '.join(map(_counts, columns))} from {quote(staged)}").fetchone() or ()
    return [_Seen(*found[n : n + 5]) for n in range(0, len(found), 5)]


def _counts(column: Field) -> str:
    text = quote(column.name)
    nobody = f"count(*) filter (where {is_placeholder(text)})" if column.name == "customer_id" else "0"
    return f"""count({text}), count(*) filter (where {text} like '%.0' and {text} similar to '[0-9]+[.]0'),
        count(*) filter (where not regexp_full_match({text}, '[0-9]+([.]0)?')),
        count(*) filter (where regexp_matches({text}, '[{_WIDE}]|^[0-9.,]+[eE][+]')), {nobody}"""


def _choice(table: CanonicalTable, column: Field, seen: _Seen) -> Chosen:
    readings, reasons = [], []
    if seen.zeros and not seen.others:
        readings.append(WITHOUT_ZERO)
        reasons.append(f"all keys are whole numbers, {seen.zeros:,} of them written with .0")
    if seen.nobody > 1 or (seen.nobody and table.name == "customers"):
        readings.append(NOBODY)
        reasons.append(f"{seen.nobody:,} of {seen.given:,} are 0, guest or the like")
    if not readings and not seen.odd:
        return Chosen(table.name, column.name, AS_WRITTEN, "")
    return Chosen(table.name, column.name, ", ".join(readings), "; ".join(reasons))
