"""Tables for people: numbers to the right in their units, wide answers in blocks, nothing cut without saying so."""

import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from customary.cli.output import Answer
from customary.declare import METRICS

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_GAP = 2


def console() -> Console:
    """Where tables go; a pipe is as wide as it needs to be, and data is never read as markup."""
    piped = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 200
    return Console(width=piped, markup=False, emoji=False, highlight=False)


def clean(text: str) -> str:
    """Text from files without the characters that steer a terminal."""
    return _CONTROL.sub(" ", text)


def spoken(answer: Answer, column: str, value: Any) -> str:
    """One value as a reader expects it."""
    if value is None:
        return "(none)" if answer.columns.index(column) < answer.keys else "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float | Decimal):
        unit = answer.unit(column)
        if unit:
            return unit.text(float(value), answer.shop.currency)
        return "–" if value != value else f"{value:,.2f}" if isinstance(value, float) else str(value)
    return clean(value.isoformat() if isinstance(value, date) else str(value))


def folded(name: str, width: int) -> str:
    """A column's name over several lines, broken after underscores."""
    lines = [""]
    for part in re.findall(r"[^_]+_*|_+", name):
        if lines[-1] and len(lines[-1]) + len(part) > width:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)


def _width(cells: Sequence[str], heading: str) -> int:
    return max(map(cell_len, [*cells, *heading.split("\n")]), default=0)


def _blocks(widths: Sequence[int], keys: int, room: int) -> Iterator[list[int]]:
    """Columns that fit beside each other, the keys repeated in front of each block."""
    front = list(range(keys))
    block, used = list(front), sum(widths[:keys]) + _GAP * keys
    start = used
    for n in range(keys, len(widths)):
        if len(block) > keys and used + widths[n] + _GAP > room:
            yield block
            block, used = list(front), start
        block.append(n)
        used += widths[n] + _GAP
    yield block


def grid(headings: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool], keys: int = 1) -> None:
    """Write rows under headings; columns marked `right` hold numbers and are never wrapped."""
    out = console()
    room = out.width
    columns = [[row[n] for row in rows] for n in range(len(headings))]
    widths = [_width(cells, name) for cells, name in zip(columns, headings, strict=True)]
    if sum(widths) + _GAP * len(widths) > room:
        headings = [folded(name, max(12, _width(cells, ""))) for cells, name in zip(columns, headings, strict=True)]
        widths = [_width(cells, name) for cells, name in zip(columns, headings, strict=True)]
        longest = max(16, room // 3)
        widths = [w if right[n] else min(w, longest) for n, w in enumerate(widths)]
    for number, block in enumerate(_blocks(widths, min(keys, len(headings)), room)):
        if number:
            out.print()
        table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False, header_style="bold")
        for n in block:
            table.add_column(
                headings[n],
                justify="right" if right[n] else "left",
                no_wrap=right[n],
                overflow="fold",
                max_width=widths[n],
                vertical="top",
            )
        for row in rows:
            table.add_row(*(row[n] for n in block))
        out.print(table)


def _numeric(answer: Answer, column: str) -> bool:
    values = [row[column] for row in answer.rows if row[column] is not None]
    return all(isinstance(v, int | float | Decimal) and not isinstance(v, bool) for v in values) and (
        bool(values) or column in METRICS
    )


def _card(answer: Answer) -> None:
    """An answer of one row without a split: a line for each figure."""
    row = answer.rows[0]
    lines = [
        (name, METRICS[name].zh if name in METRICS else "", spoken(answer, name, row[name])) for name in answer.columns
    ]
    grid(("metric", "", "value"), lines, (False, False, True), keys=3)


def show(answer: Answer, limit: int) -> None:
    """The answer under its heading, ending in “n of N rows”; what must stand beside it follows."""
    out = console()
    out.print(Text(clean(answer.heading), style="bold"))
    if answer.is_empty or not answer.rows:
        out.print("no data in this selection\n0 of 0 rows")
    else:
        _rows(answer, limit)
    for name, rows in answer.beside.items():
        out.print(Text(f"\n{name}", style="bold"))
        columns = tuple(rows[0]) if rows else ()
        _rows(replace(answer, columns=columns, rows=rows, beside={}), limit)


def _rows(answer: Answer, limit: int) -> None:
    out = console()
    shown = list(islice(answer.rows, limit or None))
    if len(answer.rows) == 1 and not answer.keys:
        _card(answer)
    else:
        right = [_numeric(answer, name) for name in answer.columns]
        cells = [[spoken(answer, name, row[name]) for name in answer.columns] for row in shown]
        grid(answer.columns, cells, right, keys=answer.keys or 1)
    more = " – --limit 0 shows all" if len(shown) < len(answer.rows) else ""
    out.print(f"{len(shown):,} of {len(answer.rows):,} rows{more}")
