"""The lines of a text file, each in exactly one place: header, blank, part of a record, or part of a broken one.

Blocks of whole lines go to a vectorised reader; where it finds fewer records than there are lines, or the quotes are
not plain, the csv module takes that block line by line. After a broken record reading resumes at its next line, so an
unclosed quote costs one record.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from customary.intake.quotes import has_bare_cells, has_empty_records, odd_lines

LONGEST = 5_000  # lines of one record; a quoted text may have many, an unclosed quote would have all
RUN = 500  # lines that are read in one go as long as nothing is odd
WIDE = 8  # from so many columns on, one line that is a whole record by itself shows that a quote was left open
NUL, _END = "\0", ord("\n")
csv.field_size_limit(1 << 24)  # one text may be long, by either reader
_OPEN = "unexpected end of data"  # what the csv module calls a quote that does not close


@dataclass(frozen=True)
class Layout:
    """How the lines of a file are cut: the number of columns, what stands between them, which columns are wanted."""

    width: int
    delimiter: str
    wanted: tuple[int, ...]

    @property
    def is_blank_separated(self) -> bool:
        """Whether columns are set with blanks, as many as it takes."""
        return self.delimiter == "whitespace"


@dataclass(frozen=True)
class Broken:
    """A record that could not be read: its first line, and why."""

    line: int
    reason: str


@dataclass
class Records:
    """Some lines of a file: the wanted cells of their records, the line each begins on, the broken and blank ones.

    `line_count` is the number of physical lines they stand on: records' spans, broken ones and blank ones together.
    Where they are `bare` there is nothing to clean: no cell has anything around its value, and an empty one is NULL.
    """

    cells: pa.Table
    lines: pa.Array
    line_count: int
    broken: list[Broken] = field(default_factory=list)
    blank_count: int = 0
    bare: bool = False


def _names(columns: Sequence[int]) -> list[str]:
    return [f"c{position}" for position in columns]


def _has_odd_quotes(block: bytes, layout: Layout) -> bool:
    """Whether a line of a block has quotes that only a strict reader reads right; where there are rows = lines."""
    lines = [line.decode() for line in odd_lines(block, layout.delimiter)]
    return sum(1 for _ in _whole_records(lines, layout)) < len(lines)


def _read_block(block: bytes, layout: Layout, is_bare: bool) -> pa.Table | None:
    """The wanted cells of a plain block; None where records and lines disagree or quotes are not plain.

    Of one whose cells are bare the empty ones are NULL.
    """
    has_lone_returns = b"\r" in block and block.count(b"\r") != block.count(b"\r\n")
    is_odd = b"\0" in block or has_lone_returns or has_empty_records(block, layout.delimiter)
    if is_odd or (b'"' in block and _has_odd_quotes(block, layout)):
        return None
    found = _names(range(layout.width))
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(block),
            arrow_csv.ReadOptions(column_names=found, use_threads=False, block_size=len(block)),
            arrow_csv.ParseOptions(delimiter=layout.delimiter, invalid_row_handler=lambda _row: "skip"),
            arrow_csv.ConvertOptions(
                include_columns=_names(layout.wanted),
                column_types=dict.fromkeys(found, pa.string()),
                strings_can_be_null=is_bare,
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid:
        return None
    line_count = np.count_nonzero(np.frombuffer(block, np.uint8) == _END)
    return table if table.num_rows == line_count else None  # fewer: a row was skipped, or went on


def _fields(lines: Sequence[str], layout: Layout) -> list[str]:
    """The cells of the first record of some lines; csv.Error where it is none."""
    return next(csv.reader(lines, delimiter=layout.delimiter, strict=True), [])


def _whole_records(lines: Sequence[str], layout: Layout) -> Iterator[list[str]]:
    """The records of some lines, up to the first that is not whole on a line of its own."""
    reader = csv.reader(lines, delimiter=layout.delimiter, strict=True)
    for count in range(1, len(lines) + 1):
        try:
            cells = next(reader)
        except csv.Error:
            return  # whoever reads this record with care says what is wrong with it
        if reader.line_num != count or len(cells) != layout.width or not any(cells) or NUL in lines[count - 1]:
            return
        yield cells


def _is_whole(line: str, layout: Layout) -> bool:
    """Whether a line without quotes would be a record by itself."""
    return '"' not in line and len(line.split(layout.delimiter)) == layout.width


def _lines_of_one(lines: Sequence[str], layout: Layout) -> Iterator[str]:
    """The lines of a record that goes on, until whole records among them show that its quote was left open."""
    needed, seen = (1 if layout.width >= WIDE else 2), 0
    for number, line in enumerate(lines):
        seen = seen + 1 if number and _is_whole(line, layout) else 0
        if seen == needed:
            return
        yield line


@dataclass(frozen=True)
class _Read:
    """One record read with care: its cells, None where it is broken, and the lines it stands on; 0 if it goes on."""

    cells: Sequence[str] | None
    span: int
    reason: str = ""


def _read_long(lines: Sequence[str], at: int, layout: Layout, is_last: bool) -> _Read:
    """The record at line `at`, whose quote is open at the end of that line."""
    reader = csv.reader(_lines_of_one(lines[at : at + LONGEST], layout), delimiter=layout.delimiter, strict=True)
    try:
        cells = next(reader)
    except csv.Error as error:
        is_open = str(error) == _OPEN
        if is_open and not is_last and at + reader.line_num == len(lines):
            return _Read(None, 0)
        return _Read(None, 1, "a quote opens and is not closed" if is_open else f"not readable as CSV: {error}")
    if len(cells) == layout.width and not any(NUL in cell for cell in cells):
        return _Read(cells, reader.line_num)
    return _Read(None, 1, "a quote opens and is not closed before the next record")


def _read_one(lines: Sequence[str], at: int, layout: Layout, is_last: bool) -> _Read:
    """The record that begins at line `at`."""
    if NUL in lines[at]:
        return _Read(None, 1, "a NUL byte stands in it, so that it is damaged or no text")
    try:
        cells = lines[at].split() if layout.is_blank_separated else _fields([lines[at]], layout)
    except csv.Error as error:
        if str(error) == _OPEN:
            return _read_long(lines, at, layout, is_last)
        return _Read(None, 1, f"not readable as CSV: {error}")
    if len(cells) == layout.width or not any(map(str.strip, cells)):
        return _Read(cells, 1)
    return _Read(None, 1, f"{len(cells)} fields where the header has {layout.width}")


@dataclass
class _Sorter:
    """Sorts the lines of a block into records, broken records and blank lines."""

    layout: Layout
    first_line: int
    rows: list[list[str]] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    blank_count: int = 0

    def sort(self, lines: Sequence[str], is_last: bool) -> int:
        """Take the lines in order; gives how many were used, all but a record that goes on in the next block."""
        at = 0
        while at < len(lines):
            at += self._sort_plain(lines, at)
            if at == len(lines):
                break
            read = _read_one(lines, at, self.layout, is_last)
            if not read.span:
                break
            self.take(read, self.first_line + at)
            at += read.span
        return at

    def _sort_plain(self, lines: Sequence[str], at: int) -> int:
        """Take the records from line `at` on that stand on one line each and are whole; gives how many there were."""
        if self.layout.is_blank_separated:
            return 0
        count = 0
        for cells in _whole_records(lines[at : at + RUN], self.layout):
            self.rows.append([cells[position] for position in self.layout.wanted])
            count += 1
        self.starts.extend(range(self.first_line + at, self.first_line + at + count))
        return count

    def take(self, read: _Read, line: int) -> None:
        """Put one record where it belongs."""
        if read.cells is None:
            self.broken.append(Broken(line, read.reason))
        elif not any(map(str.strip, read.cells)):
            self.blank_count += read.span
        else:
            self.rows.append([read.cells[position] for position in self.layout.wanted])
            self.starts.append(line)

    def records(self, line_count: int) -> Records:
        """What was sorted, as columns."""
        columns = list(zip(*self.rows, strict=True)) or [()] * len(self.layout.wanted)
        arrays = (pa.array(column, pa.string()) for column in columns)
        cells = pa.table(dict(zip(_names(self.layout.wanted), arrays, strict=True)))
        return Records(cells, pa.array(self.starts, pa.int64()), line_count, self.broken, self.blank_count)


def sort_rows(rows: Sequence[Sequence[str] | str], layout: Layout, first_line: int) -> Records:
    """Rows that were cut into cells already, each on a line of its own, as a workbook's; a text says what is wrong."""
    sorter = _Sorter(layout, first_line)
    for number, cells in enumerate(rows):
        sorter.take(
            _Read(None, 1, cells) if isinstance(cells, str) else _check_width(cells, layout), first_line + number
        )
    return sorter.records(len(rows))


def _check_width(cells: Sequence[str], layout: Layout) -> _Read:
    fits = len(cells) == layout.width or not any(map(str.strip, cells))
    return _Read(cells, 1) if fits else _Read(None, 1, f"{len(cells)} fields where the header has {layout.width}")


def _cut(block: bytes, is_last: bool) -> int:
    """Where the last whole line of a block ends."""
    return len(block) if is_last else max(block.rfind(b"\n"), block.rfind(b"\r", 0, -1)) + 1


def physical_lines(text: str) -> list[str]:
    """The lines of a text with their ends: \\n, \\r\\n or \\r, whatever stands inside quotes."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


def read_records(blocks: Iterator[bytes], layout: Layout, first_line: int) -> Iterator[Records]:
    """All records of a text in UTF-8 given in blocks, in order; `first_line` is the number of its first line.

    Raises UnicodeDecodeError where a block is no UTF-8.
    """
    line, rest = first_line, b""
    for given, is_last in _with_last(blocks):
        block = rest + given
        cut = _cut(block, is_last)
        block, rest = block[:cut], block[cut:]
        if not block:
            continue
        ended = block if block.endswith((b"\n", b"\r")) else block + b"\n"
        is_bare = not layout.is_blank_separated and has_bare_cells(ended, layout.delimiter)
        table = None if layout.is_blank_separated else _read_block(ended, layout, is_bare)
        if table is not None:
            lines = pa.array(np.arange(line, line + table.num_rows))
            yield Records(table, lines, table.num_rows, bare=is_bare)
            line += table.num_rows
            continue
        texts = physical_lines(block.decode())
        sorter = _Sorter(layout, line)
        used = sorter.sort(texts, is_last)
        yield sorter.records(used)
        line, rest = line + used, "".join(texts[used:]).encode() + rest


def _with_last(blocks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each block, and whether it is the last one."""
    block = next(blocks, b"")
    for following in blocks:
        yield block, False
        block = following
    yield block, True
