"""Workbooks to take away: of a figure, or of a whole chapter; written when they are asked for and not before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import marimo as mo

from customary.cache import as_key
from customary.errors import Refused, UnknownName
from customary.page.markup import Markup, element, embed
from customary.page.tables import hold_button, is_for, plain_name
from customary.query.answer import Answer
from customary.query.export import to_xlsx
from customary.wording import say

MOST_CELLS = 500_000  # of a workbook that a page writes: more take minutes and a server's memory
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook_markup(answer: Answer) -> Markup:
    """A quiet button that hands out all rows as a workbook; too many for one are said to be, with what to take."""
    if not is_for(answer) or not answer.rows_total:
        return Markup()
    return _button(lambda: to_xlsx(answer), plain_name(answer, answer.name), "XLSX", [answer])


def chapter_markup(answers: Sequence[Answer], name: str) -> Markup:
    """The same for all figures of a chapter that this audience may take along, each on a sheet of its own."""
    found = list({as_key(answer.question): answer for answer in answers if _can_be_taken(answer)}.values())
    return _button(lambda: _chapter(found), name, say("This chapter as XLSX"), found) if found else Markup()


def _can_be_taken(answer: Answer) -> bool:
    try:
        return is_for(answer) and not answer.is_withheld and answer.rows_total > 0
    except (Refused, UnknownName):  # it says why where it stands; the others can be taken along
        return False


def _chapter(answers: Sequence[Answer]) -> bytes:
    from customary.query.workbook import chapter_bytes  # openpyxl: who asks for no workbook does not wait for it

    return chapter_bytes(answers)


def _button(write: Callable[[], bytes], name: str, label: str, answers: Sequence[Answer]) -> Markup:
    cells = sum(answer.rows_total * len(answer.titles()) for answer in answers)
    if cells > MOST_CELLS:
        template = "XLSX: {cells:,} cells are too many for a workbook of a page ({most:,}); take CSV."
        return element("span", say(template, cells=cells, most=MOST_CELLS), kind="cy-note")
    button = mo.download(write, filename=f"{name}.xlsx", mimetype=_KIND, label=label)
    hold_button(button)
    return embed(button)
