"""Rows far behind the first ones of a file, where they hold something that matters: found before they are read."""

import csv
from collections.abc import Callable, Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from customary.intake import documents
from customary.intake.recognise.look import Look
from customary.intake.texts import utf8_blocks
from customary.intake.workbooks import is_workbook, rows

Holds = Callable[[bytes], bool]


def rows_that_hold(look: Look, columns: Sequence[str], holds: Holds) -> Iterator[Sequence[str]]:
    """The rows of a file of whose UTF-8 something holds, all rows of a workbook; of Parquet one for each such value.

    Of a file whose first rows are all there are none: whoever asks has seen them. `holds` is asked of blocks of lines
    first, so that most of a file is passed over; in Parquet it is asked once for each text in one of the `columns`,
    and the other cells of its rows are blank.
    """
    if not look.goes_on:
        return
    if look.path.suffix.lower() == ".parquet":
        yield from (row for column in columns for row in _rows_of_values(look, column, holds))
    elif documents.is_json_lines(look.path):
        yield from _records(look, holds)
    elif is_workbook(look.path):
        yield from rows(look.path)
    else:
        yield from _lines(look, holds)


def _lines(look: Look, holds: Holds) -> Iterator[Sequence[str]]:
    for lines in _blocks_of_lines(look):
        if holds(lines):
            yield from _cells(look, [line for line in lines.split(b"\n") if holds(line)])


def _blocks_of_lines(look: Look) -> Iterator[bytes]:
    """The text of a file in UTF-8, in blocks of whole lines."""
    rest = b""
    for block in utf8_blocks(look.path, look.encoding):
        whole, newline, after = block.rpartition(b"\n")
        if newline:
            yield rest + whole
        rest = after if newline else rest + after
    yield rest


def _cells(look: Look, lines: Sequence[bytes]) -> Iterator[Sequence[str]]:
    """Single lines as rows; a record over several lines is none of them."""
    for line in lines:
        text = line.decode("utf-8", "ignore").rstrip("\r")
        try:
            yield text.split() if look.delimiter == "whitespace" else next(csv.reader([text], delimiter=look.delimiter))
        except (csv.Error, StopIteration):
            continue


def _records(look: Look, holds: Holds) -> Iterator[Sequence[str]]:
    """The records of JSON lines of whose text something holds, or that write letters by their numbers."""
    for line in documents.lines_of(look.path):
        record = documents.record_of(line) if "\\u" in line or holds(line.encode()) else None
        if isinstance(record, dict):
            yield tuple(record.get(name, "") for name in look.columns)


def _rows_of_values(look: Look, column: str, holds: Holds) -> Iterator[Sequence[str]]:
    """A row for each different value of a column of text in a Parquet file of which something holds."""
    file, place, values = pq.ParquetFile(look.path), look.columns.index(column), set()
    if not _is_text(file.schema_arrow.field(column).type):
        return
    for batch in file.iter_batches(columns=[column]):
        values |= set(pc.unique(batch.column(0).cast(pa.string())).to_pylist())
    for value in sorted(filter(None, values)):
        if holds(value.encode()):
            yield tuple(value if n == place else "" for n in range(len(look.columns)))


def _is_text(kind: pa.DataType) -> bool:
    is_dictionary = pa.types.is_dictionary(kind)
    return pa.types.is_string(kind.value_type if is_dictionary else kind) or pa.types.is_large_string(kind)
