"""A day in several columns, its year, its month and its day, as reports and data sets write it: together they are one.

The month is a number or a name. A year and a month without a day are none: on which day it was is not invented.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from customary.intake import instants
from customary.intake.readers import quote
from customary.intake.recognise.look import Look
from customary.intake.recognise.meanings import AGREE, plain
from customary.standard import rules
from customary.wording import say

PARTS = ("year", "month", "day")


def day_parts(look: Look) -> tuple[str, ...]:
    """The columns of year, month and day; () where there are none, or their values are no days."""
    found = _columns_of_parts(look)
    if not all(name in found for name in PARTS):
        return ()
    columns = tuple(found[name] for name in PARTS)
    places = [look.columns.index(column) for column in columns]
    days = [_day_text(*(row[place].strip() for place in places)) for row in look.rows]
    return columns if days and sum(map(_is_day, days)) >= AGREE * len(days) else ()


def _columns_of_parts(look: Look) -> dict[str, str]:
    """Part → the column that is called so: by its whole name, or its last word behind one that all parts share."""
    known = {plain(name): part for part, names in rules("recognition")["day_parts"].items() for name in names}
    found: dict[str, dict[str, str]] = {}
    for column in look.columns:
        before, last = _split(column)
        for head, name in ((before, last), ("", plain(column))):
            if part := known.get(name):
                found.setdefault(head, {}).setdefault(part, column)
    return max(found.values(), key=lambda one: len(set(PARTS) & set(one)), default={})


def _split(column: str) -> tuple[str, str]:
    """What stands before the last word of a name, and that word, both plain: order_year, OrderYear."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[^\W_A-Z]+", column) or [column]
    return "".join(map(plain, words[:-1])), plain(words[-1])


def _day_text(year: str, month: str, day: str) -> str:
    """A day as text from its parts: 2024-05-06, or 6 May 2024 where the month is a name."""
    if not (year and month and day):
        return ""
    return f"{year}-{month:0>2}-{day:0>2}" if month.isdigit() else f"{day} {month} {year}"


def _is_day(text: str) -> bool:
    """Whether a text is a day that there is, with a year of four digits."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        try:
            return 1990 <= date.fromisoformat(text).year <= 2100
        except ValueError:
            return False
    return re.fullmatch(rf"\d{{1,2}} {instants.MONTH} (19|20)\d\d", text.lower()) is not None


def with_day(look: Look, parts: Sequence[str]) -> Look:
    """The look with the day in the place of its year; as it is without parts."""
    if not parts:
        return look
    year, *others = (look.columns.index(column) for column in parts)
    rows = (
        (*row[:year], _day_text(row[year].strip(), *(row[place].strip() for place in others)), *row[year + 1 :])
        for row in look.rows
    )
    return replace(look, rows=tuple(rows))


def join_parts(raw: str, parts: Sequence[str]) -> tuple[str, str]:
    """SQL for a raw table, given in SQL, with the day in the column of its year, and the decision; "" twice without."""
    if not parts:
        return "", ""
    year, month, day = (f"trim({quote(column)}::VARCHAR)" for column in parts)
    by_number = f"{year} || '-' || lpad({month}, 2, '0') || '-' || lpad({day}, 2, '0')"
    by_name = f"{day} || ' ' || {month} || ' ' || {year}"
    text = f"case when regexp_full_match({month}, '[0-9]+') then {by_number} else {by_name} end"
    said = " and ".join(f"“{column}”" for column in parts)
    return f"(select * replace ({text} as {quote(parts[0])}) from {raw})", f"{said} together are the day"


def because(parts: Sequence[str]) -> str:
    """Why the column of the year is the time."""
    return say("it is one day with “{month}” and “{day}”", month=parts[1], day=parts[2])


def lacks_day(look: Look) -> bool:
    """Whether a file says the year and the month, and not the day."""
    found = _columns_of_parts(look)
    return "year" in found and "month" in found and "day" not in found
