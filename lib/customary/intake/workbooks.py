"""Workbooks (.xlsx, .xls): the rows of one sheet as text, times and numbers as they are meant."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from customary.errors import Refused

SUFFIXES = (".xlsx", ".xls", ".xlsm")
MOST_ROWS = {".xls": 65_536}  # what a sheet can hold; a full one was probably cut there
FULL = 1_048_576

Cell = str | float | int | bool | date | datetime | time | timedelta | None


def is_workbook(path: Path) -> bool:
    """Whether a file is called a workbook."""
    return path.suffix.lower() in SUFFIXES


def cell_text(value: Cell) -> str:
    """A cell as text: whole numbers without .0, times in ISO form, nothing for an empty or a broken one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    text = "" if value is None else str(value)
    return "" if text.startswith("#") and text.endswith(("!", "?", "/A")) else text


def sheets(path: Path) -> list[str]:
    """The names of a workbook's sheets that hold something."""
    book = _open(path)
    return [name for name in book.sheet_names if _row_count(book.get_sheet_by_name(name))]


def _row_count(sheet: CalamineSheet) -> int:
    """How many rows a sheet has, down to the last that holds something; the reader counts them from 0."""
    return 0 if sheet.end is None else sheet.end[0] + 1


def _open(path: Path) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(path))
    except PasswordError as error:
        raise Refused("{file} is protected by a password: save it without one", file=path.name) from error
    except (CalamineError, OSError) as error:
        raise Refused(
            "{file} is called a workbook but cannot be read as one: {error}", file=path.name, error=error
        ) from error


def rows(path: Path, sheet: str = "") -> Iterator[list[str]]:
    """The rows of a sheet as text, the first sheet that holds something where none is named; all equally wide.

    Raises `Refused` for a sheet that is full to its last row: what came after it was cut off.
    """
    book = _open(path)
    names = sheets(path)
    if not names:
        raise Refused("{file} is empty", file=path.name)
    found = book.get_sheet_by_name(sheet or names[0])
    if _row_count(found) >= MOST_ROWS.get(path.suffix.lower(), FULL):
        raise Refused("{file} is full to its last row: what came after was cut off, export it as CSV", file=path.name)
    for row in found.iter_rows():
        yield [cell_text(value) for value in row]
