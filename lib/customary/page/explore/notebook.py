"""A question opened as a notebook: an analyst's own chapter that asks it, beside the chapters that are edited."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import marimo as mo

from customary.page.explore.asking import Inquiry
from customary.page.explore.drawing import AUTOMATIC, draw
from customary.page.markup import Markup, element, show
from customary.query.answer import Answer
from customary.query.chapter_text import chapter_text, free_stem
from customary.query.lists import ANALYST
from customary.rules.editing import replace_file
from customary.shop import Shop
from customary.wording import say


def chart(answer: Answer, kind: str = AUTOMATIC) -> Any:
    """The chart of an answer as the chapter Explore draws it; None where it is a table."""
    return draw(answer, kind).chart


def notebook_button(shop: Shop, asked: Inquiry) -> Any:
    """For an analyst in the editor a button that writes the question as a chapter; for others nothing."""
    if not _may_write(shop) or asked.answer is None:
        return show(Markup())
    return mo.ui.run_button(label=say("Open as notebook"))


def open_notebook(shop: Shop, asked: Inquiry, is_pressed: object) -> mo.Html:
    """Write the chapter and lead to it, once the button is pressed."""
    folder = mo.notebook_dir()
    if is_pressed is not True or not _may_write(shop) or asked.answer is None or folder is None:
        return show(Markup())
    stem = write_chapter(Path(folder), asked.answer, asked.answer.question.text, asked.kind)
    link = element("a", f"{stem}.py", href=f"/?file={stem}.py")
    return show(element("div", element("b", say("The chapter is written:")), " ", link, kind="cy-notice", role="note"))


def _may_write(shop: Shop) -> bool:
    return shop.audience == ANALYST and mo.app_meta().mode == "edit"


def write_chapter(folder: Path, answer: Answer, title: str, kind: str = AUTOMATIC) -> str:
    """Write the chapter that asks an answer's question into a folder; its name, which nothing bore before."""
    stem = free_stem(folder, " ".join(answer.question.names))
    replace_file(folder / f"{stem}.py", chapter_text(answer.question, title, stem, kind))
    return stem
