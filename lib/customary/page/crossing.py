"""Filters that a reader sets where the figures are: a mark or a row of a table leads to the page of it alone, and back.

A link and not a selection in the browser: it is reached by keyboard, it can be sent to somebody, and the browser's own
"back" takes it away again.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import altair as alt
import pandas as pd

from customary.dates import months_later
from customary.page import periods
from customary.page.choice import Choice, value_text
from customary.page.links import here
from customary.page.markup import element
from customary.query.address import IN_LINKS, UNKNOWN
from customary.query.answer import Answer
from customary.units import NOTHING
from customary.wording import say, word

LINK = "filter_link"  # the column of a chart's rows that holds them
_MARKS = frozenset({"bar", "point", "circle", "rect", "line", "area", "tick"})
_MARKED_BY = ("label", "y", "x", "split")  # what charts call the columns that name a mark
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_TWO_NAMES = frozenset(name for _frame, name in IN_LINKS)
_viewer = threading.local()  # a kernel is a thread: the choice that this viewer's figures are drawn for

Crossing = Mapping[str, Mapping[str, str]]


def draw_for(choice: Choice) -> Choice:
    """Note the choice that the figures of this viewer's page are drawn for from now on; gives it back."""
    _viewer.choice = choice
    return choice


@contextmanager
def drawing_apart() -> Iterator[None]:
    """Within it figures are drawn for a question of their own; afterwards for the page's again."""
    before = getattr(_viewer, "choice", None)
    try:
        yield
    finally:
        _viewer.choice = before


def crossing_of(answer: Answer) -> Crossing:
    """Of each column of an answer by which the page can be filtered: a value as it is read → the link to it alone.

    A value that is chosen leads back to the page without it. Nothing where the page does not filter by a column of the
    answer.
    """
    choice: Choice | None = getattr(_viewer, "choice", None)
    if choice is None or choice.offer is None:
        return {}
    columns, is_of_frame = {column.name for column in answer.columns}, answer.question.frame == choice.frame
    names = [name for name in choice.offer.wheres if name in columns and (is_of_frame or name not in _TWO_NAMES)]
    return {
        name: {value_text(choice.offer, name, value): _link(choice, name, value) for value in choice.offer.wheres[name]}
        for name in names
    }


def _link(choice: Choice, name: str, value: str) -> str:
    chosen = choice.answers[name]
    return here(choice.query_with({name: () if chosen == (value,) else (value,)}))


def linked_cell(crossing: Crossing, column: str, text: str) -> object:
    """The text of a table's cell, as a link where the page can be filtered by it."""
    link = crossing.get(column, {}).get(word(UNKNOWN) if text == NOTHING else text)
    return element("a", text, href=link, kind="cy-cross", title=say("Only this, or back to all")) if link else text


def linked_chart(chart: Any, answer: Answer, crossing: Crossing) -> Any:
    """The chart with a link on each mark that is named by a value of a filter, or by a period of the time shown."""
    chart = chart.copy(deep=False)
    if isinstance(chart, alt.LayerChart):
        chart.layer = [part.copy(deep=False) for part in chart.layer]
    marks = _add_links(chart, answer, crossing)
    for part in chart.layer if isinstance(chart, alt.LayerChart) else [chart]:
        is_own = part is not chart and isinstance(part.data, pd.DataFrame)
        if _mark_of(part) in (_add_links(part, answer, crossing) if is_own else marks):
            part.encoding = part.encoding.copy(deep=False)
            part.encoding.href = alt.Href(f"{LINK}:N")
    return chart


def links_behind(answer: Answer, crossing: Crossing) -> str:
    """All that the links of a chart of an answer depend on."""
    choice: Choice | None = getattr(_viewer, "choice", None)
    days = choice and choice.offer and (choice.offer.first_day, choice.offer.last_day)
    return repr((crossing, answer.question.every, choice and here(choice.query), days))


def _mark_of(part: Any) -> str:
    return str(getattr(part.mark, "type", part.mark))


def _add_links(chart: Any, answer: Answer, crossing: Crossing) -> frozenset[str]:
    """Put links beside the rows of a chart, or of a layer of it; which marks can carry them: none where there is none.

    A line is one mark for all its periods, so a period's link stands on its points.
    """
    if not isinstance(chart.data, pd.DataFrame):
        return frozenset()
    by_value = _links_of_values(chart.data, crossing)
    links = by_value or _links_of_periods(chart.data, answer)
    if not links:
        return frozenset()
    chart.data = chart.data.assign(**{LINK: links})
    return _MARKS if by_value else _MARKS - {"line", "area"}


def _links_of_values(rows: pd.DataFrame, crossing: Crossing) -> list[str | None]:
    """The link of each row by the one column that most rows name by values of one filter; none without one.

    Groups of the other rows, such as those too small to be shown, lead nowhere.
    """
    for column in _MARKED_BY:
        texts = [] if column not in rows else [str(value) for value in rows[column]]
        found = [links for links in crossing.values() if 2 * sum(text in links for text in texts) > len(texts)]
        if len(found) == 1:
            return [found[0].get(text) for text in texts]
    return []


def _next(first: date, every: str) -> date:
    """The first day of the period after the one that begins on this day."""
    if every in _MONTHS:
        return months_later(first, _MONTHS[every])
    return first + timedelta(days=7 if every == "week" else 1)


def _links_of_periods(rows: pd.DataFrame, answer: Answer) -> list[str | None]:
    """The link of each row to its own days, where an answer goes by period."""
    choice, every = getattr(_viewer, "choice", None), answer.question.every
    if choice is None or choice.offer is None or not every or "time" not in rows or not len(rows):
        return []
    found: list[str | None] = []
    for first in pd.to_datetime(rows["time"]).dt.date:
        offered, last = choice.offer, _next(first, every) - timedelta(days=1)
        between = (max(first, offered.first_day), min(last, offered.last_day))
        found.append(here(choice.query_with({"period": periods.CUSTOM, "between": between})))
    return found
