"""Text files with quotes where they do harm, and what must be true of reading any of them.

`python tests/fuzzed.py 100000` reads that many; `make fuzz` does.
"""

import csv
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from customary.intake.lines import Layout, physical_lines, read_records

SEED = 20_260
ENDS = ("\n", "\r\n", "\r")
CELLS = ("", "1", "mug", "2.50", "é", " ", '"a,b"', '"say ""hi"""', '""', '"two\nlines"', '"a\r\nb\r\nc"', "x y")
DIRT = ('"', 'a"', '"a', 'a"b', '"a"b', '""a', '"""', '"a\n', "\n", ",", '",', ',"', '"\n', "\r", '"x\ny,z\n')


@dataclass
class Reading:
    """What was read: the cells of each record by the line it begins on, the broken lines, how many were blank."""

    records: dict[int, list[str]] = field(default_factory=dict)
    broken: dict[int, str] = field(default_factory=dict)
    blank_count: int = 0
    line_count: int = 0


def layout(width: int, delimiter: str = ",") -> Layout:
    """All columns of a file so many columns wide."""
    return Layout(width, delimiter, tuple(range(width)))


def _cut(content: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


def read(text: str, width: int, size: int = 1 << 20, delimiter: str = ",") -> Reading:
    """A text without a header, read in blocks of `size` bytes."""
    found = Reading()
    for part in read_records(_cut(text.encode(), size), layout(width, delimiter), 1):
        texts = ([cell or "" for cell in column.to_pylist()] for column in part.cells.columns)  # bare cells have NULL
        rows = zip(*texts, strict=True)
        found.records.update(zip(part.lines.to_pylist(), map(list, rows), strict=True))
        found.broken.update((one.line, one.reason) for one in part.broken)
        found.blank_count += part.blank_count
        found.line_count += part.line_count
    return found


def written(dice: random.Random) -> tuple[str, int]:
    """A file that somebody could have: mostly plain records, here and there a quote too many; and its width."""
    width, end, dirt = dice.choice((2, 3, 4, 9)), dice.choice(ENDS), dice.choice((0, 0.05, 0.3))
    records = []
    for _ in range(dice.randint(1, 12)):
        cells = [dice.choice(CELLS) for _ in range(width)]
        if dice.random() < dirt:
            cells[dice.randrange(width)] = dice.choice(DIRT)
        records.append(",".join(cells) + (dice.choice(ENDS) if dice.random() < dirt else end))
    text = "".join(records)
    return (text if dice.random() < 0.8 else text.rstrip("\r\n")), width


def _span(lines: list[str], at: int) -> tuple[list[str], int]:
    """The record that the csv module finds at a line, and how many lines it takes; its complaint where it is none."""
    reader = csv.reader(lines[at:], strict=True)
    try:
        return next(reader), reader.line_num
    except csv.Error as error:
        return [f"no record: {error}"], 1


def complaints(text: str, width: int, found: Reading) -> Iterator[str]:
    """Everything that is wrong with how a text was read."""
    lines = physical_lines(text)
    if found.line_count != len(lines):
        yield f"{found.line_count} lines told, {len(lines)} there"
    inside: set[int] = set()
    for number, cells in found.records.items():
        expected, span = _span(lines, number - 1)
        if expected != cells:
            yield f"line {number} was read as {cells}, it is {expected}"
        inside |= set(range(number, number + span))
    spans = sum(_span(lines, number - 1)[1] for number in found.records)
    if spans != len(inside) or spans + len(found.broken) + found.blank_count != len(lines):
        yield f"{spans} in records, {len(found.broken)} broken, {found.blank_count} blank: not {len(lines)}"
    for number, line in enumerate(lines, 1):
        is_whole = not set('"\0') & set(line) and line.count(",") == width - 1 and line.strip(", \r\n") != ""
        if is_whole and number not in inside:
            yield f"line {number} is a record by itself and was lost"


def fuzz(count: int, seed: int = SEED) -> list[str]:
    """Read so many files, whole and in small blocks; gives what went wrong, with the file."""
    dice, wrong = random.Random(seed), []
    for number in range(count):
        text, width = written(dice)
        found = read(text, width)
        wrong += [f"{said} ({width} columns): {text!r}" for said in complaints(text, width, found)]
        if number % 3 == 0 and read(text, width, 1 + len(text) // dice.randint(2, 5)) != found:
            wrong.append(f"small blocks read otherwise ({width} columns): {text!r}")
    return wrong


if __name__ == "__main__":
    failures = fuzz(int(sys.argv[1]))
    print("\n".join(failures[:20]))
    print(f"{int(sys.argv[1]):,} files read, {len(failures):,} complaints")
    sys.exit(bool(failures))
