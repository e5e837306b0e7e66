"""Tables as a reader wants them: numbers right and in full, units in the heading, "n of N" below, all rows as CSV."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Iterable, Mapping, Sequence

import marimo as mo
import pandas as pd

from customary.cell_texts import cell
from customary.columns import Column
from customary.frame_columns import DeclaredColumns
from customary.page.crossing import Crossing, linked_cell
from customary.page.markup import Markup, element, embed, escape, join, show
from customary.page.periods import last_of
from customary.query.answer import Answer
from customary.query.export import to_csv_bytes
from customary.query.preview import rows_text
from customary.query.taken_files import name_of_csv
from customary.wording import say

MOST_ROWS = 25
_LONGEST_PART = 60  # letters of a part of a file's name: systems of files take 255 bytes, a letter up to four
LONG = 2_000  # rows from which a CSV is written only when somebody wants it
_held = threading.local()


def table(answer: Answer | pd.DataFrame, *, most: int = 0) -> mo.Html:
    """The table of an answer, or of a frame cut from one, as something a cell can show; it scrolls within itself."""
    return show(table_markup(answer, most=most))


def table_markup(
    content: Answer | pd.DataFrame, *, most: int = 0, columns: Sequence[str] = (), crossing: Crossing | None = None
) -> Markup:
    """The table's HTML: at most `most` rows, by default as many as the answer shows, and these `columns`, or all.

    The line below says n of N. `crossing` are the values that lead to the page of them alone.
    """
    if isinstance(content, Answer) and not is_for(content):
        return element("p", _for_analysts(content), kind="cy-note")
    if isinstance(content, Answer):
        return _answer_markup(content, most or content.shown or MOST_ROWS, columns, crossing or {})
    return _cut_markup(content, most or MOST_ROWS, crossing or {})


def _answer_markup(answer: Answer, limit: int, wanted: Sequence[str], crossing: Crossing) -> Markup:
    """The table of an answer, with the columns wanted in their order, or with all."""
    columns = _shown_columns(answer.columns)
    names = [column.name for column in columns]
    places = [names.index(name) for name in wanted or names]
    texts = [[row[place] for place in places] for row in answer.cells(limit)]
    shown = [columns[place] for place in places]
    return _markup(shown, answer.shop.currency, texts, answer.rows_total, crossing, answer.omissions_text)


def _for_analysts(answer: Answer) -> str:
    """What is said of a list to whoever may not see its rows."""
    said = say("A list of {n} rows about single people, for analysts only.", n=answer.size_text)
    more = answer.omissions_text
    return say("{first} {more}.", first=said, more=more) if more else said


def _cut_markup(frame: pd.DataFrame, limit: int, crossing: Crossing) -> Markup:
    """The table of a data frame; one cut from an answer still knows its columns."""
    declared = DeclaredColumns.of(frame)
    numeric = pd.api.types.is_numeric_dtype
    columns = _shown_columns(declared.column(str(name), numeric(frame[name])) for name in frame.columns)
    records = frame.head(limit).to_dict("records")
    texts = [[cell(column, record, declared.currency, keys=declared.keys) for column in columns] for record in records]
    return _markup(columns, declared.currency, texts, len(frame), crossing)


def _markup(
    columns: list[Column],
    currency: str,
    texts: list[list[str]],
    total: int,
    crossing: Crossing,
    omissions: str = "",
) -> Markup:
    """Headings, rows of texts and the line below: n of N rows, and whom a list leaves off."""
    heads = {column.name: escape(column.title(currency)) for column in columns}
    said = " · ".join(part for part in (rows_text(len(texts), total), omissions) if part)
    return rows_markup(columns, heads, texts, escape(said), crossing=crossing)


def rows_markup(
    columns: Sequence[Column],
    heads: Mapping[str, Markup],
    texts: Iterable[Sequence[str]],
    note: Markup,
    order: Mapping[str, str] | None = None,
    crossing: Crossing | None = None,
) -> Markup:
    """A table of finished texts under their headings, with a line below; `order` says how a column is sorted, if so."""
    sorts = order or {}
    head = [
        element(
            "th",
            heads[column.name],
            kind=_kind(column),
            scope="col",
            title=column.meaning_in() or None,
            aria_sort=sorts.get(column.name),
        )
        for column in columns
    ]
    kinds, names = [_kind(column) for column in columns], [column.name for column in columns]
    cells = [[linked_cell(crossing or {}, *cell) for cell in zip(names, row, strict=True)] for row in texts]
    rows = [
        element("tr", join(element("td", text, kind=kind) for text, kind in zip(row, kinds, strict=True)))
        for row in cells
    ]
    body = element("table", element("thead", element("tr", join(head))), element("tbody", join(rows)))
    scrolling = element("div", body, kind="cy-scroll", tabindex="0", role="group", aria_label=say("Table"))
    return element("div", scrolling, element("div", note, kind="cy-note"), kind="cy-table")


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

    The name says whom the rows are about, of which snapshot and under which definition: a file that was put aside says
    it nowhere else. Rows about single people are handed to analysts only.
    """
    if not is_for(answer):
        return Markup()
    name = name_of_csv(answer, plain_name(answer, file_name))
    is_long = answer.rows_total > LONG
    data = (lambda: to_csv_bytes(answer)) if is_long else to_csv_bytes(answer)
    button = mo.download(data, filename=name, mimetype="text/csv", label="CSV")
    if is_long:
        hold_button(button)
    return embed(button)


def plain_name(answer: Answer, file_name: str) -> str:
    """The name of a file without its ending: what it is, the selection, the days; letters, digits and hyphens."""
    question = answer.question
    days = [day.isoformat() for day in (question.during[0], last_of(question.during))] if question.during else []
    parts = [file_name.removesuffix(".csv"), question.where_text, *days]
    plain = [re.sub(r"[^\w\-]+", "-", part).strip("-_").lower()[:_LONGEST_PART] for part in parts]
    return "_".join(part for part in plain if part) or "table"


def hold_button(button: object) -> None:
    """Hold a button for as long as its viewer's thread lives: marimo forgets what nobody holds, with its click."""
    if not hasattr(_held, "buttons"):
        _held.buttons = deque(maxlen=100)
    _held.buttons.append(button)
