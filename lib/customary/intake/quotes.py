"""What a block of whole lines holds, told from its bytes without cutting it into cells.

Lines that a vectorised reader would read otherwise than a strict one – odd quotes, nothing but delimiters – and whether
its cells need no cleaning.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from customary.intake.texts import beyond_ascii

Letters = npt.NDArray[np.uint8]
Sides = npt.NDArray[np.bool_]

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
    if not _may_have_empty_records(np.frombuffer(block, np.uint8), ord(delimiter)):
        return False
    mark = re.escape(delimiter.encode())
    return re.search(rb"(?:\A|\n)(?:" + mark + rb'|[ \t"])*\r?\n', block) is not None


def _may_have_empty_records(letters: Letters, mark: int) -> bool:
    """Whether a line begins as an empty one does, by its first letter, behind a quote by the second."""
    starts = np.concatenate(([0], np.flatnonzero(letters == _END) + 1))
    starts = starts[starts < len(letters)]
    first = letters[starts]
    second = letters[np.minimum(starts[first == _QUOTE] + 1, len(letters) - 1)]
    begins, goes_on = np.zeros(256, bool), np.zeros(256, bool)
    begins[[mark, *b" \t\r\n"]], goes_on[[_QUOTE, *b" \t"]] = True, True
    return bool(begins[first].any() or goes_on[second].any())


# What stands around a value or guards it, and its bytes: if none is in a block, none is around its cells.
_SPACES = tuple(chr(code).encode() for code in (0xA0, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0x3000))
_MARK = b"\xef\xbb\xbf"


def has_bare_cells(block: bytes, delimiter: str) -> bool:
    """Whether no cell of a block has anything around its value, is guarded for a spreadsheet or written in parts.

    Then there is nothing to clean. It may say no where a cell is bare, never yes where one is not.
    """
    letters = np.frombuffer(block, np.uint8)
    is_side = np.zeros(256, bool)
    is_side[[ord(delimiter), _END, ord("\r"), _QUOTE]] = True
    blanks = (mark for mark in b" \t" if mark != ord(delimiter))
    if any(_stands_beside(letters, blank, is_side) for blank in blanks) or _is_guarded(block, letters, is_side):
        return False
    return is_plain_unicode(block)


def _stands_beside(letters: Letters, letter: int, is_side: Sides) -> bool:
    """Whether a letter stands right before or behind a cell's end."""
    places = np.flatnonzero(letters == letter)
    around = (letters[places - 1], letters[np.minimum(places + 1, len(letters) - 1)])
    return bool(is_side[around[0]].any() or is_side[around[1]].any() or (len(places) and places[0] == 0))


def _is_guarded(block: bytes, letters: Letters, is_side: Sides) -> bool:
    """Whether a cell begins with an apostrophe or ="…", or holds a vertical tab or a form feed."""
    if b"\v" in block or b"\f" in block or (b"=" in block and b'="' in block):
        return True
    places = np.flatnonzero(letters == ord("'")) if b"'" in block else np.array([], np.intp)
    return bool(is_side[letters[places - 1]].any() or (len(places) and places[0] == 0))


def is_plain_unicode(block: bytes) -> bool:
    """Whether a text in UTF-8 has no blanks of other scripts and every letter in one piece (NFC)."""
    beyond = beyond_ascii(block)
    if _MARK in beyond or any(one in beyond for one in _SPACES):
        return False
    return all(map(_stands_alone, set(beyond.decode()))) or unicodedata.is_normalized("NFC", block.decode())


@lru_cache(1 << 12)
def _stands_alone(letter: str) -> bool:
    """Whether a letter is in one piece and never joins the one before it, whichever that is.

    Marks join, and so do the parts of Korean syllables and some letters beyond the first 65,536: those are looked at
    where they stand.
    """
    joins = unicodedata.category(letter).startswith("M") or "\u1100" <= letter <= "\u11ff" or letter > "\uffff"
    return not joins and unicodedata.is_normalized("NFC", letter)
