"""Workbooks (.xlsx, .xls): the rows of one sheet as text, times and numbers as they are meant."""

import html
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import reduce
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from customary.errors import Refused
from customary.intake import old_workbooks
from customary.wording import say

SUFFIXES = (".xlsx", ".xls", ".xlsm")
MOST_ROWS = {".xls": 65_536}  # what a sheet can hold; a full one was probably cut there
FULL = 1_048_576
PIECE = 1 << 20  # bytes of a sheet that are looked at in one go
_OLD = b"\xd0\xcf\x11\xe0"

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
    """The names of a workbook's sheets that hold something, those that it shows before those that it hides."""
    book = _open(path)
    told = sorted(book.sheets_metadata, key=lambda sheet: sheet.visible != SheetVisibleEnum.Visible)
    return [sheet.name for sheet in told if _row_count(book.get_sheet_by_name(sheet.name))]


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
            "{file} is called a workbook but cannot be read as one: {error}", file=path.name, error=_likely(path, error)
        ) from error


def _likely(path: Path, error: Exception) -> str:
    """What a file under the name of a workbook probably is, and what to do."""
    with path.open("rb") as file:
        start = file.read(512).lstrip(b"\xef\xbb\xbf \r\n\t")
    if start.startswith(b"<"):
        return say("it is a web page or XML, as some systems write it; open it in a spreadsheet and save it as .xlsx")
    if start.startswith(_OLD):
        return say("it is an older workbook or protected; save it as .xlsx without a password, or call it .xls")
    return say("it is text; call it .csv") if b"\0" not in start and not start.startswith(b"PK") else str(error)


def count_failed(path: Path) -> int:
    """How many cells of a workbook hold a formula that failed, such as #N/A: the reader gives them as blank ones."""
    if not zipfile.is_zipfile(path):
        return sum(len(row) for sheet in old_workbooks.failed_cells(path).values() for row in sheet.values())
    with zipfile.ZipFile(path) as book:
        return sum(_count_in(book, name) for name in book.namelist() if name.startswith("xl/worksheets/"))


_SHEET = re.compile(r'<sheet\b[^>]*?\bname="([^"]*)"[^>]*?\br:id="([^"]*)"')
_PART = re.compile(r"<Relationship\b[^>]*>")
_CELL = re.compile(rb'<c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)(\d+)"[^>]*>(.*?)</c>', re.DOTALL)
_VALUE = re.compile(rb"<v>([^<]*)</v>")


def failed_cells(path: Path, sheet: str) -> dict[int, dict[int, str]]:
    """Row → column, both from 0, → the words of a formula that failed there, as #N/A, in a sheet of a workbook."""
    found: dict[int, dict[int, str]] = {}
    if not zipfile.is_zipfile(path):
        return old_workbooks.failed_cells(path).get(sheet, found)
    with zipfile.ZipFile(path) as book:
        part = _part_of(book, sheet)
        if part not in book.namelist():
            return found
        for letters, number, content in (cell for text in _pieces(book, part) for cell in _CELL.findall(text)):
            said = _VALUE.search(content)
            found.setdefault(int(number) - 1, {})[_column(letters.decode())] = said[1].decode() if said else "#N/A"
    return found


def _column(letters: str) -> int:
    """The place of a column, from 0, by its letters: A is 0, AA is 26."""
    return reduce(lambda place, letter: place * 26 + ord(letter) - 64, letters, 0) - 1


def _part_of(book: zipfile.ZipFile, sheet: str) -> str:
    """The file within a workbook that holds a sheet; "" where it does not say."""
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= set(book.namelist()):
        return ""
    told = _SHEET.findall(book.read("xl/workbook.xml").decode("utf-8", "replace"))
    key = next((key for name, key in told if html.unescape(name) == sheet), "")
    for link in _PART.findall(book.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")):
        facts = dict(re.findall(r'(\w+)="([^"]*)"', link))
        if key and facts.get("Id") == key:
            target = facts.get("Target", "")
            return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return ""


def _pieces(book: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The text of a sheet in pieces that end with a row."""
    rest = b""
    with book.open(name) as sheet:
        while piece := sheet.read(PIECE):
            text = rest + piece
            cut = text.rfind(b"</row>") + len(b"</row>") if b"</row>" in text else 0
            yield text[:cut]
            rest = text[cut:]
    yield rest


def _count_in(book: zipfile.ZipFile, name: str) -> int:
    """The failed cells of one sheet, in pieces, so that a large one needs little memory."""
    count, rest = 0, b""
    with book.open(name) as sheet:
        while piece := sheet.read(PIECE):
            text = rest + piece
            cut = text.rfind(b">") + 1
            count, rest = count + text.count(b' t="e"', 0, cut), text[cut:]
    return count


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
    merged = _merged_cells(found)
    for number, row in enumerate(found.iter_rows()):
        cells = [cell_text(value) for value in row]
        for column, top in merged.get(number, ()):
            cells[column] = top.setdefault(column, cells[column])
        yield cells


def _merged_cells(sheet: CalamineSheet) -> dict[int, list[tuple[int, dict[int, str]]]]:
    """Row → the columns in which a cell goes on that was merged down from above, each with its text once it is read."""
    found: dict[int, list[tuple[int, dict[int, str]]]] = {}
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        if left == right:
            shared: dict[int, str] = {}
            for number in range(top, bottom + 1):
                found.setdefault(number, []).append((left, shared))
    return found
