"""Lines that a vectorised reader would read otherwise than a strict one: odd quotes, and nothing but delimiters.

Both look at a block of whole lines, as bytes, without cutting it into cells.
"""

import re
from collections.abc import Iterator

import numpy as np

_QUOTE, _END = ord('"'), ord("\n")


def odd_lines(block: bytes, delimiter: str) -> Iterator[bytes]:
    """The lines whose quotes are not one before and one behind a cell: doubled, within a word, or not in pairs."""
    letters = np.frombuffer(block, np.uint8)
    quotes, ends = np.flatnonzero(letters == _QUOTE), np.flatnonzero(letters == _END)
    lines = np.searchsorted(ends, quotes)
    places = np.arange(len(quotes)) - np.searchsorted(lines, lines)  # 0 for the first quote of a line
    starts = np.concatenate(([0], ends[:-1] + 1))
    is_opening = places % 2 == 0
    around = np.where(is_opening, letters[np.maximum(quotes - 1, 0)], letters[quotes + 1])
    is_plain = np.isin(around, [ord(delimiter), _END, 13]) | (is_opening & (quotes == starts[lines]))
    is_alone = is_opening & (np.append(lines[1:], -1) != lines)
    for line in np.unique(lines[~is_plain | is_alone]):
        yield block[starts[line] : ends[line] + 1]


def has_empty_records(block: bytes, delimiter: str) -> bool:
    """Whether a line holds nothing but delimiters, quotes and blanks, as spreadsheets leave them at the end."""
    mark = delimiter.encode()
    starts = (mark, b'""', b'" ', b'"\t', b" ", b"\t", b"\r", b"\n")
    if not block.startswith(starts) and not any(b"\n" + start in block for start in starts):
        return False
    mark = re.escape(mark)
    return re.search(rb"(?:\A|\n)(?:" + mark + rb'|[ \t"])*\r?\n', block) is not None
