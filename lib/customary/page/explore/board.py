"""The shop's saved views: a board of figures in an order of its own, links to the others, and a place to keep one."""

from __future__ import annotations

from collections.abc import Iterator

import marimo as mo

from customary.errors import Refused, UnknownName
from customary.page.crossing import drawing_apart
from customary.page.explore.asking import Inquiry, inquiry_of_link
from customary.page.explore.drawing import draw
from customary.page.explore.form import address_now
from customary.page.figures import figure, two_up
from customary.page.links import here
from customary.page.markup import Markup, element, join, show
from customary.page.parts import notice
from customary.query.address import ASK, write_query
from customary.query.lists import ANALYST, KEY
from customary.query.playbook import CELL_EXAMPLES, CELLS
from customary.query.views import SavedView, SavedViews, notes_on, save_view, views_of
from customary.shop import Shop
from customary.wording import Finished, join_sentences, say

HEIGHT_WITHOUT = 4  # rows of a table that stands on the board in place of a chart


def board(shop: Shop) -> mo.Html:
    """The figures of the board, where the reader asks nothing else, and the way to every saved view."""
    found = views_of(shop)
    parts = [_links(shop, found)] if found.views else []
    if found.problem:
        parts = [element("div", found.problem, kind="cy-notice", role="note"), *parts]
    if ASK not in address_now():
        figures = [_figure(shop, view) for view in found.on_board]
        parts += [Markup(two_up(*figures).text)] if figures else []
    return show(element("section", join(parts), kind="cy-board")) if parts else show(Markup())


def _links(shop: Shop, found: SavedViews) -> Markup:
    """Every view by its title; one that the shop no longer knows as it was saved says so."""
    items = [element("li", _link(view), *_notes(shop, view)) for view in found.views]
    summary = element("summary", say("Saved views ({n})", n=len(items)))
    return element("details", summary, element("ul", join(items)), kind="cy-views")


def _link(view: SavedView) -> Markup:
    return element("a", view.title, href=here(view.link))


def _notes(shop: Shop, view: SavedView) -> Iterator[Markup]:
    for note in notes_on(shop, view):
        yield element("span", f" ▲ {note}", kind="cy-bad")


def _figure(shop: Shop, view: SavedView) -> mo.Html:
    """A view as it stands on the board; one that has no answer any more says why in its place."""
    with drawing_apart():
        asked = inquiry_of_link(shop, view.link)
        if asked.answer is None or asked.answer.is_withheld or not asked.answer.rows_total:
            return notice(view.title, asked.fault or say("There is nothing to show."))
        return _drawn_view(view, asked)


def _drawn_view(view: SavedView, asked: Inquiry) -> mo.Html:
    assert asked.answer is not None
    drawing = draw(asked.answer, asked.kind)
    said = (*asked.choice.notes, asked.answer.question.text, drawing.note)
    return figure(
        asked.answer,
        drawing.chart,
        Finished(view.title),
        tuple(Finished(say("{sentence}.", sentence=text.removesuffix("."))) for text in said if text),
        frame=drawing.rows,
        most=HEIGHT_WITHOUT,
    )


def keeper(shop: Shop, asked: Inquiry) -> mo.Html:
    """For analysts a title and a button that keep this question as a view; for others nothing."""
    if shop.audience != ANALYST or asked.answer is None:
        return show(Markup())
    title = mo.ui.text(label=say("Title of this view"))
    return mo.ui.form(title, submit_button_label=say("Save view"), bordered=False)


def keep(shop: Shop, asked: Inquiry, title: object) -> mo.Html:
    """Save the question under the title that an analyst gave it; says under which name, or why not."""
    if shop.audience != ANALYST or not isinstance(title, str):
        return show(Markup())
    try:
        view = save_view(shop, title, view_link(asked))
    except (Refused, UnknownName) as error:
        return notice(say("Not saved."), say("{sentence}.", sentence=str(error)))
    command = f"customary views {shop.name} --board {view.name}"
    said = say("On the board it is put by `{command}`.", command=command)
    return notice(say("Saved."), join_sentences([said, *_as_list(shop, asked, view)]))


def _as_list(shop: Shop, asked: Inquiry, view: SavedView) -> Iterator[str]:
    """How the people behind a view become a list, where there are any."""
    study = asked.exploration.names[0]
    if study in CELLS or (asked.answer is not None and KEY in asked.answer.titles()):
        cell = f" --cell {CELL_EXAMPLES[study]}" if study in CELL_EXAMPLES else ""
        command = f"customary lists audience {shop.name} NAME --view {view.name}{cell} --offer TEXT"
        yield say("The people behind it become a list by `{command}`.", command=command)


def view_link(asked: Inquiry) -> str:
    """The query that asks this question again."""
    return asked.choice.query or write_query(asked.exploration.parts)
