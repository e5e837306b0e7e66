"""What a question gives: a sentence, a figure, a grid with totals, and a table that is sorted and paged by links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import marimo as mo

from customary.page.explore.asking import Inquiry, refusal
from customary.page.explore.drawing import Drawing, draw
from customary.page.explore.form import SORT, START
from customary.page.figures import figure
from customary.page.links import here
from customary.page.markup import Markup, element, join, show
from customary.page.parts import empty, sentence
from customary.page.tables import is_for, rows_markup
from customary.query.address import read_query, write_query
from customary.query.answer import Answer
from customary.query.pivots import Pivot, can_be_pivoted, pivot
from customary.query.question import name_of
from customary.query.sorting import RowOrder, read_order, rows_in_order
from customary.wording import Finished, all_of, say

MOST_ROWS = 25  # of a page of the table


def headline(asked: Inquiry) -> mo.Html:
    """The answer in one sentence: its figures where it has one row, else how many rows there are."""
    answer = asked.answer
    if answer is None:
        return refusal(asked)
    if answer.is_withheld:
        return figure(answer)
    if not answer.rows_total:
        return empty("rows")
    when = answer.question.during_text
    if _is_one_figure(answer):
        said = all_of(say("{name}: {text}", name=_name(answer, n), text=answer.text(n)) for n in answer.question.names)
        return sentence("{what}, {when}.", answer, what=said, when=when)
    return sentence("{what}: {rows} rows, {when}.", answer, what=_subject(answer), rows=answer.size_text, when=when)


def _is_one_figure(answer: Answer) -> bool:
    return not answer.question.is_study and not answer.keys


def _subject(answer: Answer) -> str:
    """What is asked, as a heading begins: "Net revenue and order count"."""
    said = all_of(_inside(_name(answer, name)) for name in answer.question.names)
    return said[:1].upper() + said[1:]


def _inside(label: str) -> str:
    """A label within a sentence: "Month" is month there, "RFM cell" stays what it is."""
    is_short = label[1:2].isupper() or label[1:2].isdigit()
    return label if is_short else label[:1].lower() + label[1:]


def _name(answer: Answer, name: str) -> str:
    known = {column.name: column.label() for column in answer.columns}
    return known.get(name) or name_of(name)


def result(asked: Inquiry) -> mo.Html:
    """The figure: drawn as it suits the answer, or as the reader asks; what cannot be drawn is its table."""
    answer = asked.answer
    if answer is None or answer.is_withheld or not answer.rows_total:
        return show(Markup())
    drawing = draw(answer, asked.kind, asked.sort.removeprefix("-"))
    split = all_of(_inside(_name(answer, name)) for name in answer.keys)
    return figure(
        answer,
        show(_rows(asked, answer)) if drawing.chart is None and is_for(answer) else drawing.chart,
        Finished(say("{names} by {split}", names=_subject(answer), split=split) if split else _subject(answer)),
        (Finished(answer.definition), Finished(_size_and_days(answer)), *_notes(answer, drawing)),
        frame=drawing.rows,
    )


def _size_and_days(answer: Answer) -> str:
    when = answer.question.during_text
    if _is_one_figure(answer):
        return say("{sentence}.", sentence=when)
    return say("{rows} rows, {when}.", rows=answer.size_text, when=when)


def _notes(answer: Answer, drawing: Drawing) -> Iterator[str]:
    """What a drawing leaves out, or why there is none; finished, so that nothing in it is a place to fill."""
    if drawing.note:
        yield Finished(drawing.note)
    if drawing.chart is not None and len(answer.question.names) > 1:
        yield Finished(say("Drawn: {name}; the table has the others.", name=_name(answer, answer.name)))


def grid(asked: Inquiry) -> mo.Html:
    """The answer with its last key across, for each of its metrics; nothing where it has fewer than two keys."""
    answer = asked.answer
    if answer is None or not can_be_pivoted(answer) or not answer.rows_total:
        return show(Markup())
    grids = [_grid_markup(answer, pivot(answer, name)) for name in answer.question.names]
    return show(element("section", element("h2", say("As a grid")), join(grids), kind="cy-finding"))


def _grid_markup(answer: Answer, found: Pivot) -> Markup:
    names = [_name(answer, name) for name in found.down]
    heads = [*names, *found.heads, *([say("all")] if found.totals else [])]
    kinds = ["" if n < len(names) else "cy-number" for n in range(len(heads))]
    head = join(element("th", text, scope="col", kind=kind) for text, kind in zip(heads, kinds, strict=True))
    rows = [_grid_row(found, labels, cells) for labels, cells in found.rows]
    caption = element(
        "caption",
        say("{value} by {across}", value=_name(answer, found.value), across=_inside(_name(answer, found.across))),
    )
    foot = element("tfoot", _grid_foot(found)) if found.bottom else Markup()
    body = element("table", caption, element("thead", element("tr", head)), element("tbody", join(rows)), foot)
    label = say("Table")
    scrolling = element("div", body, kind="cy-scroll", tabindex="0", role="group", aria_label=label)
    return element("div", scrolling, element("div", _size_text(found), kind="cy-note"), kind="cy-table cy-grid")


def _grid_row(found: Pivot, labels: Sequence[str], cells: Sequence[str]) -> Markup:
    heads = [element("th", text, scope="row") for text in labels]
    total = [found.totals.get(tuple(labels), "")] if found.totals else []
    return element("tr", join(heads), join(element("td", text, kind="cy-number") for text in (*cells, *total)))


def _grid_foot(found: Pivot) -> Markup:
    """The row of totals: each head over all rows, and in the corner all of it."""
    name = element("th", say("all"), scope="row", colspan=len(found.down))
    corner = [found.whole] if found.totals else []
    return element("tr", name, join(element("td", text, kind="cy-number") for text in (*found.bottom, *corner)))


def _size_text(found: Pivot) -> str:
    """n of N rows and columns; that a total is asked for and not added up."""
    parts = [
        say("{shown:,} of {total:,} rows", shown=len(found.rows), total=found.rows_total),
        say("{shown:,} of {total:,} columns", shown=len(found.heads), total=found.heads_total),
        say("“all” is measured over the whole row or column, not added up") if found.totals or found.bottom else "",
    ]
    return " · ".join(part for part in parts if part)


def table(asked: Inquiry) -> mo.Html:
    """All rows, a page at a time: a heading sorts by its column, the greatest first, and again the other way round."""
    answer = asked.answer
    is_drawn = answer is not None and is_for(answer) and answer.rows_total > 1 and _is_drawn(asked, answer)
    if answer is None or not is_drawn:
        return show(Markup())  # the figure is the table, or says why there is none
    return show(element("section", element("h2", say("All rows")), _rows(asked, answer), kind="cy-finding"))


def _is_drawn(asked: Inquiry, answer: Answer) -> bool:
    return draw(answer, asked.kind, asked.sort.removeprefix("-")).chart is not None


def _rows(asked: Inquiry, answer: Answer) -> Markup:
    """A page of an answer's rows in the order asked for."""
    order = read_order(answer, asked.sort, asked.start, MOST_ROWS)
    records = rows_in_order(answer, order, MOST_ROWS)
    shown = [column for column in answer.columns if not column.hidden]
    heads = {column.name: _heading(asked, order, column.name, column.title(answer.shop.currency)) for column in shown}
    texts = [[answer.cell(column.name, row) for column in shown] for row in records]
    note = _pages(asked, order, len(records), answer.rows_total)
    return rows_markup(shown, heads, texts, note, _sorting(order))


def _sorting(order: RowOrder) -> dict[str, str]:
    """The column by which rows are sorted → how, as the browser says it aloud."""
    return {order.column: "descending" if order.greatest_first else "ascending"} if order.column else {}


def _heading(asked: Inquiry, order: RowOrder, name: str, title: str) -> Markup:
    is_greatest = order.column == name and order.greatest_first
    mark = "" if order.column != name else " ▼" if order.greatest_first else " ▲"
    link = _link(asked, {SORT: name if is_greatest else f"-{name}", START: ""})
    said = say("Sort by {column}", column=title)
    return element("a", title, element("span", mark, aria_hidden="true"), href=link, kind="cy-sort", title=said)


def _link(asked: Inquiry, parts: dict[str, str]) -> str:
    """The link to the same question, its table in another order or on another page."""
    query = {**read_query(asked.choice.query), **parts}
    return here(write_query({name: text for name, text in query.items() if text}))


def _pages(asked: Inquiry, order: RowOrder, shown: int, total: int) -> Markup:
    """Which rows these are of how many, and the way to those before and after."""
    said = say("rows {first:,} to {last:,} of {total:,}", first=order.start + 1, last=order.start + shown, total=total)
    before = _link(asked, {START: str(order.start - MOST_ROWS) if order.start > MOST_ROWS else ""})
    after = _link(asked, {START: str(order.start + MOST_ROWS)})
    links = [
        element("a", say("Rows before"), href=before, rel="prev") if order.start else Markup(),
        element("a", say("Rows after"), href=after, rel="next") if order.start + shown < total else Markup(),
    ]
    withheld = asked.answer.omissions_text if asked.answer else ""
    return join((part for part in (said, *links, withheld) if part), " · ")
