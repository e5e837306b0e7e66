"""Figures: a finding in words, the chart that shows it, and one quiet row – passport, table, download."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import altair as alt
import marimo as mo
import pandas as pd

from customary.page.crossing import Crossing, crossing_of
from customary.page.drill import explore_markup
from customary.page.markup import Markup, element, embed, join, keep_days, show
from customary.page.parts import fill_line
from customary.page.passports import open_passports, passport_markup
from customary.page.pictures import picture_markup
from customary.page.plotting import linked_element
from customary.page.tables import download, plain_name, table_markup
from customary.page.workbooks import workbook_markup
from customary.query.answer import Answer
from customary.query.origin import origin_lines
from customary.query.question import name_of
from customary.query.selection import texts_of
from customary.wording import any_of, say, word, wording


def figure(
    answer: Answer,
    chart: Any = None,
    title: str = "",
    subtitle: str | Sequence[str] = "",
    *,
    beside: Sequence[Answer] = (),
    frame: pd.DataFrame | None = None,
    most: int = 0,
    goal: str = "",
    **values: object,
) -> mo.Html:
    """A figure of an answer. `title` is the finding, computed, in words; `subtitle` measure, period and n.

    Both are templates as those of a sentence, said in the reader's language: their places are filled by `values`, and
    by the first rows of the answers. Of several subtitles each is a sentence.

    `beside` are the other answers that chart, title or subtitle read: their passports stand with the figure's own.
    `chart` is an Altair chart, a tuple of small ones or anything marimo shows; without one the answer's table is the
    figure. `frame` is what the chart was drawn from, where that is not the whole answer: the table beneath shows the
    same rows. `most` rows are shown of a table; the download has all of them. `goal` is the goal that it serves. Where
    nothing may be shown, that stands in its place: no figure says 0 of what it may not tell.
    """
    if answer.is_withheld:
        told = answer.withheld_text
        return show(element("p", f"{told[:1].upper()}{told[1:]}.", kind="cy-notice"))
    content = answer if frame is None else frame
    crossing = crossing_of(answer)
    table = partial(table_markup, content, crossing=crossing)
    heading = fill_line(title, [answer, *beside], values)
    told = fill_line(subtitle, [answer, *beside], values)
    texts = (told, _population(answer), _beside(answer), answer.withheld_text)
    said = [element("p", keep_days(text), kind="cy-subtitle") for text in texts if text]
    head = element("figcaption", element("h3", heading), join(said))
    drawing = table(most=most) if chart is None else _drawing(chart, answer, crossing, heading)
    rows, picture = Markup() if chart is None else table(), picture_markup(chart)
    quiet = [
        open_passports([answer, *beside], join(map(passport_markup, [answer, *beside]))),
        element("details", element("summary", say("Table")), rows) if rows else Markup(),
        explore_markup(answer),
        element("div", download(answer, answer.name), workbook_markup(answer), picture, kind="cy-download"),
        element("span", say("Goal: {goal}", goal=word(wording(goal))), kind="cy-goal") if goal else Markup(),
    ]
    row = element("div", join(part for part in quiet if part), kind="cy-quiet")
    words = element("p", keep_days(_words(chart)), kind="cy-events") if _words(chart) else Markup()
    drawn = element("div", drawing, kind="cy-chart")
    return show(element("figure", head, drawn, words, row, kind="cy-figure", **(_origin(answer) if picture else {})))


def _origin(answer: Answer) -> dict[str, object]:
    """What a picture of a figure is called, and what it says of itself."""
    taken = {"figure": answer.name, "file": plain_name(answer, answer.name), "origin": origin_lines([answer])}
    return {f"data_{name}": said for name, said in taken.items()}


def _population(answer: Answer) -> str:
    """Whom a figure speaks of, where that is not the whole shop: "Only Country = France." """
    frame = answer.question.frame
    named = [(name_of(name, frame), any_of(texts_of(name, wanted))) for name, wanted in answer.question.where]
    said = say("; ").join(say("{name} = {values}", name=name, values=values) for name, values in named)
    return say("Only {population}.", population=said) if named else ""


def _beside(answer: Answer) -> str:
    """What a study of sales does not speak of: "Plus €200 (2 orders) without a customer." """
    said = answer.beside_text() if answer.question.is_study else ""
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def _words(chart: Any) -> str:
    """What a chart says of itself in words, such as the notes on its time; charts without say nothing."""
    said = getattr(chart, "description", "")
    return said if isinstance(said, str) else ""


def _drawing(chart: Any, answer: Answer, crossing: Crossing, title: str) -> Markup:
    if isinstance(chart, tuple):
        return element("div", join(_drawing(one, answer, {}, title) for one in chart), kind="cy-multiples")
    if isinstance(chart, alt.Chart | alt.LayerChart):
        return embed(linked_element(chart, answer, crossing, title))
    return embed(chart)


def two_up(*figures: mo.Html, more: str = "") -> mo.Html:
    """Figures beside each other from 900 px on, below each other on anything narrower.

    With `more`, a title, they are folded away until a reader wants them: what does not serve the question first.
    """
    grid = element("div", join(Markup(figure.text) for figure in figures), kind="cy-two-up")
    return show(element("details", element("summary", more), grid, kind="cy-more") if more else grid)
