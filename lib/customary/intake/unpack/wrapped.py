"""Text files whose every line was put in quotes as a whole, as spreadsheets save a table that stood in one column.

`"1,""Mug, blue"",9.50"` is the line `1,"Mug, blue",9.50`. Line by line, so that all keep their numbers.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from customary.errors import Refused
from customary.intake.texts import raw_blocks
from customary.intake.unpack.naming import place_for

SAMPLE_BYTES, SAMPLE_LINES = 1 << 16, 200
_BOM = b"\xef\xbb\xbf"
_WRAPPED = re.compile(rb'"((?:[^"]|"")*)"[,;\t]*(\r?\n?)')
_NAMES = (".csv", ".txt", ".tsv", ".gz")
MOST = 0.9


def is_wrapped(path: Path) -> bool:
    """Whether nearly all lines of a text file stand in quotes of their own, and are a table without them."""
    if path.suffix.lower() not in _NAMES:
        return False
    try:
        lines = _first_lines(path)
    except Refused:
        return False  # whoever looks at it says what is wrong with it
    body = [line for line in lines[1:] if line.strip()]
    wrapped = [line for line in body if _WRAPPED.fullmatch(line)]
    return bool(body) and len(wrapped) >= MOST * len(body) and _have_columns(list(map(unwrap, wrapped)))


def _first_lines(path: Path) -> list[bytes]:
    start = b""
    for block in raw_blocks(path, SAMPLE_BYTES):
        start += block
        if len(start) >= SAMPLE_BYTES:
            return start.splitlines(keepends=True)[:-1][:SAMPLE_LINES]
    return start.splitlines(keepends=True)[:SAMPLE_LINES]


def _have_columns(lines: Sequence[bytes]) -> bool:
    """Whether nearly all lines have the same number of cells, more than one, by one delimiter."""
    texts = [line.decode("latin-1").rstrip("\r\n") for line in lines]
    for mark in ",;\t|":
        (width, count), *_ = Counter(len(row) for row in csv.reader(texts, delimiter=mark)).most_common(1)
        if width > 1 and count >= MOST * len(texts):
            return True
    return False


def unwrap(line: bytes) -> bytes:
    """A line without the quotes around it, those within written once; one that has none stays."""
    bare = line.removeprefix(_BOM)
    found = _WRAPPED.fullmatch(bare)
    return found[1].replace(b'""', b'"') + found[2] if found else bare


def tables(path: Path, scratch: Path) -> list[Path]:
    """The file with its lines as they were before they were put in quotes."""
    target = place_for(scratch, path.name.split(".")[0], "", ".csv")
    with target.open("wb") as file:
        file.writelines(map(unwrap, _lines(path)))
    return [target]


def _lines(path: Path) -> Iterator[bytes]:
    rest = b""
    for block in raw_blocks(path, SAMPLE_BYTES):
        *whole, rest = (rest + block).splitlines(keepends=True)
        if rest.endswith(b"\n"):
            whole, rest = [*whole, rest], b""
        yield from whole
    if rest:
        yield rest
