"""Tables as a reader wants them: numbers right and in full, units in the heading, "n of N" below, all rows as CSV."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Sequence
from typing import Any

import marimo as mo
import pandas as pd

from customary.columns import Column, DeclaredColumns, cell
from customary.page.markup import Markup, element, embed, join, show
from customary.query.answer import Answer
from customary.query.export import to_csv_bytes

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
        return element(
            "p", f"A list of {content.rows_total:,} rows about single people, for analysts only.", kind="cy-note"
        )
    limit = most or (content.shown if isinstance(content, Answer) else 0) or MOST_ROWS
    frame = content.to_pandas(limit) if isinstance(content, Answer) else content
    keys = content.keys if isinstance(content, Answer) else ()
    declared = DeclaredColumns.of(frame)
    total = max(declared.rows_total or 0, len(frame)) if isinstance(content, Answer) else len(frame)
    shown = frame[list(columns)] if columns else frame
    return _markup(shown.head(limit), declared, keys, total)


def _markup(frame: pd.DataFrame, declared: DeclaredColumns, keys: tuple[str, ...], total: int) -> Markup:
    columns = _shown_columns(frame, declared)
    head = [
        element("th", column.title(declared.currency), kind=_kind(column), scope="col", title=column.meaning or None)
        for column in columns
    ]
    rows = [
        element("tr", join(_cell(column, record, keys, declared.currency) for column in columns))
        for record in frame.to_dict("records")
    ]
    body = element("table", element("thead", element("tr", join(head))), element("tbody", join(rows)))
    scrolling = element("div", body, kind="cy-scroll", tabindex="0", role="region", aria_label="Table")
    note = element("div", f"{len(frame):,} of {total:,} rows", kind="cy-note")
    return element("div", scrolling, note, kind="cy-table")


def _shown_columns(frame: pd.DataFrame, declared: DeclaredColumns) -> list[Column]:
    """The columns to show in their order, those left out that only serve the order of rows."""
    found = [declared.column(str(name), pd.api.types.is_numeric_dtype(frame[name])) for name in frame.columns]
    return [column for column in found if not column.hidden]


def _kind(column: Column) -> str:
    """The class of a column's cells: numbers stand right, dates on one line."""
    return "cy-number" if column.unit.is_number else "cy-date" if column.unit.name == "date" else ""


def _cell(column: Column, record: dict[Any, Any], keys: tuple[str, ...], currency: str) -> Markup:
    value = record[column.name]
    is_unknown = column.name in keys and (value is None or value != value)
    return element("td", "unknown" if is_unknown else cell(column, record, currency), kind=_kind(column))


def is_for(answer: Answer) -> bool:
    """Whether this audience may see the rows: those about single people are for analysts only."""
    return answer.shop.audience == "analyst" or not any(column.personal for column in answer.columns)


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
