"""The search of the chapter Explore: a field, and what was found as links – questions, columns, pages, customers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import marimo as mo

from customary.page.chapters import chapters
from customary.page.headers import chapter_address
from customary.page.links import here, texts
from customary.page.markup import Markup, element, join, label_text, show
from customary.page.reader import with_language
from customary.places import NOTEBOOKS
from customary.query.address import ASK, BY, FIND, WITH, in_one_text, write_query
from customary.query.exploration import usual_names
from customary.query.search import COLUMN, CUSTOMER, MOST_LETTERS, Hit, rank_of, search
from customary.shop import Shop
from customary.wording import say, word, wording

PAGE = "page"


def search_field(address: Any = None) -> Any:
    """The field to search in; it begins as the address says."""
    address = mo.query_params() if address is None else address
    asked = next(iter(texts(address.get(FIND))), "")[:MOST_LETTERS]

    def write(text: str) -> None:
        if text:
            address[FIND] = text[:MOST_LETTERS]
        elif FIND in address:
            del address[FIND]

    label = label_text(say("Search metrics, studies, columns and pages"))
    return mo.ui.text(value=asked, label=label, on_change=write, full_width=True)


def search_results(shop: Shop, text: object) -> mo.Html:
    """What meets the text, each as a link with what it means; nothing for an empty field."""
    if not isinstance(text, str) or not text.strip():
        return show(Markup())
    found = [*search(shop, text), *_pages(text)]
    if not found:
        said = say("Nothing is called or means “{text}”: try one word of it.", text=text.strip()[:MOST_LETTERS])
        return show(element("p", said, kind="cy-note", role="status"))
    items = [element("li", _kind(hit), " ", _link(shop, hit), _meaning(hit)) for hit in found]
    return show(element("ul", join(items), kind="cy-found", aria_label=say("Found")))


def _kind(hit: Hit) -> Markup:
    return element("span", word(hit.kind), kind="cy-note")


def _meaning(hit: Hit) -> Markup:
    return element("span", f" – {hit.meaning}", kind="cy-note") if hit.meaning else Markup()


def _pages(text: str) -> Iterator[Hit]:
    """The chapters whose name or question meets the text, in either language."""
    for one in chapters(NOTEBOOKS):
        names = (one.title, one.zh, one.stem)
        rank = rank_of(text, names, (one.question, wording(one.question, "zh")))
        if rank is not None:
            yield Hit(PAGE, one.stem, one.name, wording(one.question), rank)


def _link(shop: Shop, hit: Hit) -> Markup:
    label = hit.label[:1].upper() + hit.label[1:]
    if hit.kind == PAGE:
        return element("a", label, href=chapter_address(hit.name, with_language()))
    return element("a", label, href=here(write_query(_parts(shop, hit))))


def _parts(shop: Shop, hit: Hit) -> dict[str, str]:
    """The question that a hit leads to: itself, the usual metric by a column, the timeline of a customer."""
    if hit.kind == COLUMN:
        return {ASK: in_one_text(usual_names(shop)), BY: in_one_text([hit.name])}
    if hit.kind == CUSTOMER:
        return {ASK: "timeline", WITH: in_one_text([f"customer:{hit.name}"])}
    return {ASK: in_one_text([hit.name])}
