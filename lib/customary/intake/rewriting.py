"""Raw columns that declare how they are read: their text is rewritten before any SELECT sees it.

`05/03/2024 10:00` becomes `2024-03-05 10:00:00`, `1.234,50` becomes `1234.50`. What is no such value stays as it is, so
that whoever judges it later names what stood in the file.
"""

import re

from customary.errors import Refused
from customary.intake import amounts, instants

EPOCHS = {"epoch s": 1, "epoch ms": 1_000, "epoch us": 1_000_000, "epoch ns": 1_000_000_000}
# Spreadsheets count days from the end of 1899, those of old Macintoshes from the first day of 1904.
SERIALS = {"excel serial": "1899-12-30", "excel serial 1904": "1904-01-01"}
AMOUNTS = (amounts.DOT, amounts.COMMA)
NAMES = (instants.DAY_FIRST, instants.MONTH_FIRST, *AMOUNTS, *EPOCHS, *SERIALS)
_WRITTEN = "%Y-%m-%d %H:%M:%S.%f"


def is_format(reading: str) -> bool:
    """Whether a reading is a format of a time such as %d/%m/%Y."""
    return re.search("%[a-zA-Z]", reading) is not None


def reading_of_raw(text: str) -> str:
    """The reading that a source or a shop declares for a raw column, dashes or blanks between its words.

    Raises `Refused` with all readings where it is none.
    """
    name = text.strip()
    spoken = name.replace("-", " ").lower()
    if spoken in NAMES:
        return spoken
    if name in NAMES or is_format(name):
        return name
    raise Refused(
        "“{text}” is no reading of a raw column: write {names} or a format such as %d/%m/%Y", text=text, names=NAMES
    )


def _canonical_text(instant: str, mark: str) -> str:
    """SQL for a time as text, without a fraction of a second that is none."""
    return f"regexp_replace(strftime({instant}, '{_WRITTEN}'), '[.]0+$', '') || {mark}"


def _since(text: str, reading: str) -> str:
    """SQL for digits since 1970 as a time of UTC; NULL where they are no digits."""
    number = f"try_cast({text} as DECIMAL(38, 6))"
    return f"make_timestamp((case when {_is_number(text)} then {number} end * 1000000 / {EPOCHS[reading]})::BIGINT)"


def _is_number(text: str) -> str:
    return f"regexp_full_match({text}, '[0-9]{{1,19}}([.][0-9]+)?')"


def _days(text: str, reading: str) -> str:
    """SQL for a spreadsheet's day number as a wall clock; NULL where it is none."""
    seconds = f"round(case when {_is_number(text)} then try_cast({text} as DOUBLE) end * 86400)::BIGINT"
    return f"TIMESTAMP '{SERIALS[reading]}' + to_seconds({seconds})"


def _sure(number: str) -> str:
    """SQL for digits with a dot that nobody takes for thousands: 1.234 is written 1.2340."""
    return f"regexp_replace({number}, '^(-?[1-9][0-9]{{0,2}}[.][0-9]{{3}})$', '\\10')"


def canonical_text(text: str, reading: str) -> str:
    """SQL for a cleaned cell in canonical text by its declared reading; the cell as it is where it is no such value.

    Times with a written offset, and those since 1970, are written in UTC with Z; others keep their wall clock.
    """
    if reading in AMOUNTS:
        return f"coalesce({_sure(amounts.number_text(text, reading))}, {text})"
    if reading in EPOCHS:
        return f"coalesce({_canonical_text(_since(text, reading), "'Z'")}, {text})"
    if reading in SERIALS:
        return f"coalesce({_canonical_text(_days(text, reading), "''")}, {text})"
    if is_format(reading):
        wall = f"try_strptime({text}, '{reading.replace(chr(39), chr(39) * 2)}')"
        return f"coalesce({_canonical_text(wall, "'Z'" if '%z' in reading else "''")}, {text})"
    mark = f"case when {instants.has_offset(text)} then 'Z' else '' end"
    return f"coalesce({_canonical_text(instants.instant(text, 'UTC', reading), mark)}, {text})"
