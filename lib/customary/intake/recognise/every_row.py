"""Rows far behind the first ones of a file, where they hold something that matters: found before they are read."""

import csv
from collections.abc import Callable, Iterator, Sequence

from customary.intake.documents import is_json_lines
from customary.intake.recognise.look import Look
from customary.intake.texts import utf8_blocks
from customary.intake.workbooks import is_workbook, rows


def rows_that_hold(look: Look, holds: Callable[[bytes], bool]) -> Iterator[Sequence[str]]:
    """The rows of a text file of whose UTF-8 something holds, all rows of a workbook, none of another file.

    Of a file whose first rows are all there are none: whoever asks has seen them.
    `holds` is asked of blocks of lines first, so that most of a file is passed over.
    """
    if not look.goes_on or look.path.suffix.lower() == ".parquet" or is_json_lines(look.path):
        return
    if is_workbook(look.path):
        yield from rows(look.path)
        return
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
