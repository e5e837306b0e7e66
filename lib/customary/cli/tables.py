"""Tables for people: numbers to the right in their units, wide answers in blocks, nothing cut without saying so."""

import os
import re
import sys
from collections.abc import Iterator, Sequence

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from customary.language import reader_language
from customary.query.answer import SHOWN, Answer
from customary.query.preview import rows_text
from customary.wording import say

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_GAP = 2


def console() -> Console:
    """Where tables go; a pipe is as wide as it needs to be, and data is never read as markup."""
    piped = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 200
    return Console(width=piped, markup=False, emoji=False, highlight=False)


def without_controls(text: str) -> str:
    """Text from files without the characters that steer a terminal."""
    return _CONTROL.sub(" ", text)


def fold_name(name: str, width: int) -> str:
    """A heading over several lines, broken after spaces and underscores."""
    lines = [""]
    for part in re.findall(r"[^_ ]+[_ ]*|[_ ]+", name):
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
        headings = [fold_name(name, max(12, _width(cells, ""))) for cells, name in zip(columns, headings, strict=True)]
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


def show_heading(answer: Answer) -> None:
    """Shop, days, selection and as-of date on one line; the window it is compared with, if there is one."""
    question = answer.question
    named = question.title if question.title == question.shop else f"{question.title} ({question.shop})"
    start, end = question.during or (answer.shop.snapshot.first_on, question.as_of)
    is_dated = start < end  # a shop whose files say no date stands as of the day on which it begins
    parts = [named, say("from {start} until before {end}", start=start, end=end) if is_dated else say("no dates")]
    if question.against:
        before, after = question.against
        parts.append(say("against {start} until before {end}", start=before, end=after))
    parts += [question.where_text] if question.where else []
    parts += [f"{name} {value}" for name, value in question.options.items() if value not in ("", None)]
    parts.append(say("as of {day}", day=question.as_of))
    console().print(Text(without_controls(" · ".join(parts)), style="bold"))


def _card(answer: Answer) -> None:
    """An answer of one row without a split: a line for each figure, its label and text as in any table."""
    (texts,) = answer.cells(1)
    chinese = [column.zh for column in answer.columns if not column.hidden]
    lines = list(zip(answer.titles().values(), chinese, map(without_controls, texts), strict=True))
    if reader_language() == "zh":
        grid((say("name"), say("value")), [(name, text) for name, _chinese, text in lines], (False, True), keys=2)
        return
    grid(("name", "中文", "value"), lines, (False, False, True), keys=3)


def show(answer: Answer, limit: int | None) -> None:
    """The answer under its heading, ending in “n of N rows”; what must stand beside it follows."""
    show_heading(answer)
    _show_rows(answer, limit)
    for key, companion in answer.companions.items():
        console().print(Text(f"\n{key}", style="bold"))
        _show_rows(companion, limit)


def _show_rows(answer: Answer, limit: int | None) -> None:
    """The first rows of an answer: as many as were asked for, else as the study shows, else `SHOWN`; 0 is all."""
    limit = (answer.shown or SHOWN) if limit is None else limit
    if answer.rows_total == 1 and not answer.keys:
        _card(answer)
    else:
        right = [column.unit.is_number for column in answer.columns if not column.hidden]
        cells = [[without_controls(text) for text in row] for row in answer.cells(limit)]
        grid(tuple(answer.titles().values()), cells, right, keys=len(answer.keys) or 1)
    shown = min(limit or answer.rows_total, answer.rows_total)
    more = say(" – --limit 0 shows all") if shown < answer.rows_total else ""
    console().print(f"{rows_text(shown, answer.rows_total)}{more}")
    if said := answer.beside_text():
        console().print(said)
    if answer.omissions_text:
        console().print(answer.omissions_text)
