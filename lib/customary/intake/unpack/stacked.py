"""Several tables on one sheet, below each other or side by side: each is a table of its own.

Below a blank row a second table begins where names stand again above rows that are none; beside a blank column where
the two have other rows filled. Rows of one table that a blank row or column parts stay together.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from customary.intake import workbooks
from customary.intake.recognise.look import is_header

Rows = list[list[str]]
MOST_ROWS = 50_000


def is_stacked(path: Path) -> bool:
    """Whether the one sheet of a workbook that holds something holds several tables."""
    return workbooks.is_workbook(path) and len(list(tables_in(workbooks.rows(path)))) > 1


def tables_in(rows: Iterator[list[str]]) -> Iterator[Iterable[list[str]]]:
    """The tables in the rows of a sheet; so long a one as nobody writes by hand is one, and is not held in memory."""
    start = list(itertools.islice(rows, MOST_ROWS))
    if len(start) < MOST_ROWS:
        yield from tables_of(start)
    else:
        yield itertools.chain(start, rows)


def tables_of(rows: Sequence[list[str]]) -> list[Rows]:
    """The tables of a sheet, from top to bottom and left to right."""
    return [beside for below in _below_each_other(rows) for beside in _side_by_side(below)]


def _are_names(row: Sequence[str]) -> bool:
    told = [cell for cell in row if cell]
    return len(told) > 1 and is_header(told)


def _is_body(row: Sequence[str]) -> bool:
    """Whether a row has values of which not all are words."""
    return sum(map(bool, row)) > 1 and not _are_names(row)


def _below_each_other(rows: Sequence[list[str]]) -> Iterator[Rows]:
    found: Rows = []
    for place, row in enumerate(rows):
        below = rows[place + 1] if place + 1 < len(rows) else []
        if found and not any(found[-1]) and _begins(row, below, found):
            yield found
            found = []
        found.append(row)
    yield found


def _begins(row: Sequence[str], below: Sequence[str], above: Rows) -> bool:
    """Whether a table begins with a row: names that do not stand above it yet, over values, below a whole table."""
    return _are_names(row) and _is_body(below) and any(map(_is_body, above)) and row not in above


def _side_by_side(rows: Rows) -> Iterator[Rows]:
    is_filled = [any(row[n] for row in rows) for n in range(len(rows[0]))] if rows else []
    runs = [
        [n for n, _ in run] for told, run in itertools.groupby(enumerate(is_filled), key=lambda one: one[1]) if told
    ]
    parts = [[row[run[0] : run[-1] + 1] for row in rows] for run in runs]
    heads = [next((row for row in part if any(row)), []) for part in parts]
    lengths = {tuple(any(row) for row in part) for part in parts}
    if len(parts) > 1 and all(map(_are_names, heads)) and len(lengths) == len(parts):
        yield from parts
    else:
        yield rows
