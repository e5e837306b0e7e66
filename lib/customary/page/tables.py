"""Tables as a reader wants them: numbers right and in full, units in the heading, "n of N" below, all rows as CSV."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Iterable, Sequence

import marimo as mo
import pandas as pd

from customary.columns import Column, cell
from customary.frame_columns import DeclaredColumns
from customary.page.markup import Markup, element, embed, join, show
from customary.query.answer import Answer
from customary.query.export import to_csv_bytes
from customary.wording import say

MOST_ROWS = 25
LONG = 2_000  # rows from which a CSV is written only when somebody wants it
_held = threading.local()


def table(answer: Answer | pd.DataFrame, *, most: int = 0) -> mo.Html:
    """The table of an answer, or of a frame cut from one, as something a cell can show; it scrolls within itself."""
    return show(table_markup(answer, most=most))


def table_markup(content: Answer | pd.DataFrame, *, most: int = 0, columns: Sequence[str] = ()) -> Markup:
    """The table's HTML: at most `most` rows, by default as many as the answer shows, and these `columns`, or all.

    The line below says n of N.
    """
    if isinstance(content, Answer) and not is_for(content):
        return element("p", _for_analysts(content), kind="cy-note")
    if isinstance(content, Answer):
        return _answer_markup(content, most or content.shown or MOST_ROWS, columns)
    return _cut_markup(content, most or MOST_ROWS)


def _answer_markup(answer: Answer, limit: int, wanted: Sequence[str]) -> Markup:
    """The table of an answer, with the columns wanted in their order, or with all."""
    columns = _shown_columns(answer.columns)
    names = [column.name for column in columns]
    places = [names.index(name) for name in wanted or names]
    texts = [[row[place] for place in places] for row in answer.cells(limit)]
    shown = [columns[place] for place in places]
    return _markup(shown, answer.shop.currency, texts, answer.rows_total, answer.omissions_text)


def _for_analysts(answer: Answer) -> str:
    """What is said of a list to whoever may not see its rows."""
    said = f"A list of {answer.size_text} rows about single people, for analysts only."
    return f"{said} {answer.omissions_text}.".removesuffix(" .")


def _cut_markup(frame: pd.DataFrame, limit: int) -> Markup:
    """The table of a data frame; one cut from an answer still knows its columns."""
    declared = DeclaredColumns.of(frame)
    numeric = pd.api.types.is_numeric_dtype
    columns = _shown_columns(declared.column(str(name), numeric(frame[name])) for name in frame.columns)
    records = frame.head(limit).to_dict("records")
    texts = [[cell(column, record, declared.currency, keys=declared.keys) for column in columns] for record in records]
    return _markup(columns, declared.currency, texts, len(frame))


def _markup(columns: list[Column], currency: str, texts: list[list[str]], total: int, omissions: str = "") -> Markup:
    """Headings, rows of texts and the line below: n of N rows, and whom a list leaves off."""
    head = [
        element("th", column.title(currency), kind=_kind(column), scope="col", title=column.meaning or None)
        for column in columns
    ]
    kinds = [_kind(column) for column in columns]
    rows = [
        element("tr", join(element("td", text, kind=kind) for text, kind in zip(row, kinds, strict=True)))
        for row in texts
    ]
    body = element("table", element("thead", element("tr", join(head))), element("tbody", join(rows)))
    scrolling = element("div", body, kind="cy-scroll", tabindex="0", role="group", aria_label=say("Table"))
    said = " · ".join(part for part in (f"{len(texts):,} of {total:,} rows", omissions) if part)
    note = element("div", said, kind="cy-note")
    return element("div", scrolling, note, kind="cy-table")


def _shown_columns(columns: Iterable[Column]) -> list[Column]:
    """The columns in their order, those left out that only serve the order of rows."""
    return [column for column in columns if not column.hidden]


def _kind(column: Column) -> str:
    """The class of a column's cells: numbers stand right, dates on one line."""
    return "cy-number" if column.unit.is_number else "cy-date" if column.unit.name == "date" else ""


def is_for(answer: Answer) -> bool:
    """Whether this audience may see the rows: those about single people are for analysts only."""
    return answer.shop.audience == "analyst" or not answer.is_about_single_people


def download(answer: Answer, file_name: str) -> Markup:
    """A quiet button that hands out all rows as CSV under a plain file name; a long list is written when it is pressed.

    Rows about single people are handed to analysts only.
    """
    if not is_for(answer):
        return Markup()
    name = re.sub(r"[^\w\-]+", "-", file_name.removesuffix(".csv")).strip("-_").lower() or "table"
    is_long = answer.rows_total > LONG
    data = (lambda: to_csv_bytes(answer)) if is_long else to_csv_bytes(answer)
    button = mo.download(data, filename=f"{name}.csv", mimetype="text/csv", label="CSV")
    if is_long:
        _keep(button)
    return embed(button)


def _keep(button: object) -> None:
    """Hold a button for as long as its viewer's thread lives: marimo forgets what nobody holds, with its click."""
    if not hasattr(_held, "buttons"):
        _held.buttons = deque(maxlen=100)
    _held.buttons.append(button)
