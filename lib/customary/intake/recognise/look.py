"""A first look at a file: its encoding and delimiter from its bytes, where its table begins, its first rows as text."""

import csv
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
from charset_normalizer import from_bytes

from customary.errors import Refused
from customary.intake import documents
from customary.intake.failures import FAILED
from customary.intake.heads import AROUND
from customary.intake.lines import physical_lines
from customary.intake.texts import MARKS, raw_blocks
from customary.intake.workbooks import is_workbook, rows

SAMPLE_BYTES = 1 << 20
SAMPLE_ROWS = 2_000
DELIMITERS = (",", ";", "\t", "|")
# Encodings that shops' files have; the last two only where nothing says otherwise.
ENCODINGS = ("utf_8", "gb18030", "big5", "cp932", "cp1252")
# Those that are tried where none of the usual ones makes words of it: a few letters of any would fit them as well.
OTHERS = ("cp1251", "koi8_r", "cp1253", "cp949")
MOST_PREAMBLE = 15


@dataclass(frozen=True)
class Look:
    """A table in a file before anything is decided: how its text is read, its columns and its first rows."""

    path: Path
    encoding: str
    delimiter: str
    skip: int  # lines above the header
    has_header: bool
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    goes_on: bool = False  # whether the file may have rows behind these

    def values(self, column: str) -> list[str]:
        """The values of a column in the first rows, without blanks and failed formulas."""
        place = self.columns.index(column)
        found = (row[place].strip(AROUND) for row in self.rows)
        return [value for value in found if value and value not in FAILED]


def _encoding(start: bytes, path: Path) -> str:
    """The encoding of a file from its first bytes: a byte-order mark, else UTF-8 if it is that, else the likeliest."""
    for mark, name in MARKS.items():
        if start.startswith(mark):
            return name
    whole = start[: start.rfind(b"\n") + 1] or start
    if start.count(0) > len(start) // 4:
        return _wide(start, path)
    try:
        whole.decode("utf-8")
    except UnicodeDecodeError:
        tried = (from_bytes(whole, cp_isolation=list(names)).best() for names in (ENCODINGS, OTHERS))
        found = next(filter(None, tried), None)
        if found is None:
            raise Refused(
                "{file} is no text, or in letters of an unknown encoding: export it again as CSV in UTF-8",
                file=path.name,
            ) from None
        return found.encoding.replace("_", "-")
    return "utf-8"


def _wide(start: bytes, path: Path) -> str:
    """The encoding of text whose every other byte is nothing, as of UTF-16 without a mark; refused where it is none."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    if min(even, odd) * 10 > max(even, odd):
        raise Refused("{file} is no text: export the table as CSV", file=path.name)
    return "utf-16-le" if odd > even else "utf-16-be"


def _cells(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """The records of some lines; what is broken is left out of a look."""
    if delimiter == "whitespace":
        return [line.split() for line in lines]
    found = []
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        try:
            found.append(next(reader))
        except StopIteration:
            return found
        except csv.Error:
            continue


def _agreement(lines: Sequence[str], delimiter: str) -> tuple[int, float]:
    """How many columns most lines have with a delimiter, and which share of the lines has them."""
    widths = Counter(len(cells) for cells in _cells(lines, delimiter) if any(cells))
    if not widths:
        return 0, 0.0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    return width, count / widths.total()


def _delimiter(lines: Sequence[str], path: Path) -> str:
    """The delimiter by which most lines have the same number of columns, more than one."""
    found = {mark: _agreement(lines, mark) for mark in DELIMITERS}
    good = [mark for mark, (width, share) in found.items() if width > 1 and share >= 0.5]
    if good:
        return max(good, key=lambda mark: (found[mark][1] >= 0.9, found[mark][0]))
    width, share = _agreement(lines, "whitespace")
    if width > 1 and share >= 0.9:
        return "whitespace"
    raise Refused("{file} is no table: its lines have no column in common", file=path.name)


_NUMBER = re.compile(r"[-+(]?[^\w]{0,3}\d[\d.,:/ -]*\)?")


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row looks like names: every cell has a letter and none is a number or a date."""
    told = [cell.strip(AROUND) for cell in cells]
    return all(told[:2]) and not any(_NUMBER.fullmatch(cell) or "@" in cell for cell in told)


def _header_place(found: Sequence[list[str]]) -> tuple[int, bool]:
    """Where the table begins below titles and remarks, and whether its first row is a header."""
    width = Counter(len(row) for row in found if any(row)).most_common(1)[0][0]
    whole = [place for place, row in enumerate(found) if len(row) == width and any(row)]
    # A title that a spreadsheet saves with the width of the table has one cell filled; a table's rows have more.
    first = next((place for place in whole if sum(map(bool, found[place])) > 1), whole[0])
    return _below_groups(found, 0 if first > MOST_PREAMBLE else first)


def _below_groups(found: Sequence[list[str]], first: int) -> tuple[int, bool]:
    """Where the names of a table stand that begins at a row, and whether that row is one of names.

    Above them may stand a row that names groups of columns: it leaves cells blank and has no numbers.
    """
    if is_header(found[first]):
        return first, True
    head, below = found[first], found[first + 1] if first + 1 < len(found) else []
    is_of_groups = not all(head) and not any(_NUMBER.fullmatch(cell.strip(AROUND)) for cell in head)
    goes_on = is_of_groups and len(below) == len(head) and all(below) and is_header(below)
    return (first + 1, True) if goes_on else (first, False)


def look(path: Path) -> Look:
    """A first look at a text file (also .gz); raises `Refused` where it holds no table."""
    if not path.is_file():
        raise Refused("there is no file {path}", path=path)
    if path.suffix.lower() == ".parquet":
        return _look_at_parquet(path)
    if is_workbook(path):
        return _look_at_workbook(path)
    if documents.is_json_lines(path):
        return _look_at_json_lines(path)
    start = b"".join(_start(path))
    if not start.strip():
        raise Refused("{file} is empty", file=path.name)
    encoding = _encoding(start, path)
    text = start.decode(encoding, "ignore").removeprefix("\ufeff")
    lines = physical_lines(text)
    lines = lines[:-1] if len(start) >= SAMPLE_BYTES else lines
    delimiter = _delimiter(lines[: MOST_PREAMBLE + 200], path)
    found = _cells(lines[: SAMPLE_ROWS + MOST_PREAMBLE], delimiter)
    place, has_header = _header_place(found)
    names = found[place] if has_header else [f"column_{n}" for n in range(1, len(found[place]) + 1)]
    body = found[place + has_header :]
    columns = tuple(name.strip(AROUND) for name in names)
    kept = tuple(tuple(row) for row in body if len(row) == len(columns) and row != names)[:SAMPLE_ROWS]
    goes_on = len(start) >= SAMPLE_BYTES or len(lines) >= SAMPLE_ROWS
    return Look(path, encoding, delimiter, place, has_header, columns, kept, goes_on)


def _look_at_workbook(path: Path) -> Look:
    """A first look at the first sheet of a workbook that holds something."""
    found = list(itertools.islice(rows(path), SAMPLE_ROWS + MOST_PREAMBLE))
    wide = max(len(row) for row in found)
    place = next(n for n, row in enumerate(found) if sum(map(bool, row)) > wide / 2)
    place, has_header = _below_groups(found, place)
    names = found[place] if has_header else [f"column_{n}" for n in range(1, wide + 1)]
    body = tuple(tuple(row) for row in found[place + has_header :] if len(row) == len(names) and any(row))
    columns = tuple(name.strip(AROUND) for name in names)
    return Look(path, "utf-8", ",", place, has_header, columns, body[:SAMPLE_ROWS], len(found) >= SAMPLE_ROWS)


def _look_at_json_lines(path: Path) -> Look:
    """A first look at a file of JSON lines: all of its fields, its first records."""
    names = documents.columns(path)
    told = itertools.islice(map(documents.record_of, documents.lines_of(path)), SAMPLE_ROWS)
    rows = tuple(tuple(one.get(name, "") for name in names) for one in told if isinstance(one, dict))
    return Look(path, "utf-8", ",", 0, True, tuple(names), rows, len(rows) >= SAMPLE_ROWS)


def _look_at_parquet(path: Path) -> Look:
    """A first look at a Parquet file; what is nested in it is not looked into."""
    batch = next(pq.ParquetFile(path).iter_batches(SAMPLE_ROWS), None)
    if batch is None:
        raise Refused("{file} is empty", file=path.name)
    columns = [["" if value is None else str(value) for value in column.to_pylist()] for column in batch.columns]
    body, goes_on = tuple(zip(*columns, strict=True)), batch.num_rows >= SAMPLE_ROWS
    return Look(path, "utf-8", ",", 0, True, tuple(batch.schema.names), body, goes_on)


def _start(path: Path) -> Iterator[bytes]:
    """The first bytes of a file."""
    count = 0
    for block in raw_blocks(path, SAMPLE_BYTES):
        yield block
        count += len(block)
        if count >= SAMPLE_BYTES:
            return
