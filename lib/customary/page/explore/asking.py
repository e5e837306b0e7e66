"""The question of a reader as the page asks it: fields and filters together, and the answer or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import marimo as mo

from customary.errors import Refused, UnknownName
from customary.page.choice import ASKED, Choice
from customary.page.choice import choose as choose_filters
from customary.page.explore.drawing import AUTOMATIC
from customary.page.explore.form import CHART, SORT, START, address_now, chart_kind, read_form
from customary.page.links import answers_in, texts
from customary.page.offers import EVERY_FIGURE, NO_FIGURE, Offer
from customary.page.offers import offer as offer_filters
from customary.page.parts import notice
from customary.page.periods import NOTHING
from customary.page.switches import with_parts
from customary.query.address import IN_LINKS, read_query, write_query
from customary.query.answer import Answer
from customary.query.catalogue import filter_names, frames_to_cut, is_dated, selectable_names
from customary.query.exploration import Exploration, LinkReading, ask, read_exploration
from customary.query.origin import DEFINITION, SHOP, SNAPSHOT, Origin, notes_on_origin
from customary.shop import Shop
from customary.wording import say


@dataclass(frozen=True)
class Inquiry:
    """A question with its filters and period, how it is shown, and its answer; `fault` says why there is none."""

    exploration: Exploration
    choice: Choice
    kind: str = AUTOMATIC
    sort: str = ""
    start: str = ""
    answer: Answer | None = None
    fault: str = ""


def offer(shop: Shop, wanted: Exploration, address: Mapping[str, object] | None = None) -> Offer:
    """The filters of a question: a few columns of the frame it is about, and those that the link asks for.

    The link is the reader's own, or the `address` given.
    """
    address = address_now() if address is None else address
    frames = frames_to_cut(shop, wanted.names)
    frame = frames[0] if frames else "orders"
    known = selectable_names(shop, wanted.names)
    asked = [name for name in known if IN_LINKS.get((frame, name), name) in address]
    names = tuple(dict.fromkeys([*filter_names(shop, wanted.names), *asked]))
    dated = EVERY_FIGURE if is_dated(shop, wanted.names) else NO_FIGURE
    return offer_filters(shop, *names, frame=frame, splits=False, compare=NOTHING, dated=dated)


def choose(shop: Shop, wanted: LinkReading, offered: Offer, filled: object, filters: object) -> Inquiry:
    """The question that form and filters hold, and its answer; never raises for what a viewer can send."""
    found, address = read_form(shop, wanted.exploration, filled), address_now()
    notes = tuple(dict.fromkeys((*wanted.notes, *found.notes)))
    return _inquiry(
        shop, LinkReading(found.exploration, notes), choose_filters(offered, filters), chart_kind(filled), address
    )


def inquiry_of_link(shop: Shop, query: str) -> Inquiry:
    """The question of a link that is not the reader's own, such as a saved view's, and its answer; never raises."""
    address: dict[str, object] = {**read_query(query)}
    found = read_exploration(shop, address)
    offered = offer(shop, found.exploration, address)
    choice = choose_filters(offered, {**answers_in(offered, address), ASKED: query})
    return _inquiry(shop, found, choice, chart_kind(address), address)


def _inquiry(shop: Shop, found: LinkReading, choice: Choice, kind: str, address: Mapping[str, object]) -> Inquiry:
    sort, start = (next(iter(texts(address.get(name))), "") for name in (SORT, START))
    shown = {CHART: "" if kind == AUTOMATIC else kind, SORT: sort, START: start}
    own = {**found.exploration.parts, **{name: text for name, text in shown.items() if text}}
    usual = write_query(read_exploration(shop, {}).exploration.parts)
    choice = replace(with_parts(choice, own, found.notes), usual_query=usual)
    asked = Inquiry(found.exploration, choice, kind, sort, start)
    return _with_origin(_with_answer(shop, asked), address)


def _with_origin(asked: Inquiry, address: Mapping[str, object]) -> Inquiry:
    """The question with a note on what has changed, where the link stood in a file that was taken away."""
    said = {name: next(iter(texts(address.get(name))), "") for name in (SHOP, SNAPSHOT, DEFINITION)}
    if asked.answer is None or not any(said.values()):
        return asked
    notes = notes_on_origin(asked.answer, Origin(said[SHOP], said[SNAPSHOT], said[DEFINITION], {}))
    return replace(asked, choice=replace(asked.choice, notes=(*asked.choice.notes, *notes)))


def _with_answer(shop: Shop, asked: Inquiry) -> Inquiry:
    """The question with its answer, whose rows are there: what refuses it, refuses it here."""
    choice = asked.choice
    try:
        answer = ask(shop, asked.exploration, choice.window, choice.where, _comparison(asked))
        answer.rows_total  # noqa: B018  (a study may refuse its options only when its rows are asked for)
    except (Refused, UnknownName) as error:
        return replace(asked, fault=str(error))
    return replace(asked, answer=answer)


def _comparison(asked: Inquiry) -> str | None:
    return None if asked.exploration.is_study else asked.choice.comparison


def refusal(asked: Inquiry) -> mo.Html:
    """Why a question has no answer, and what to change."""
    said = asked.fault if asked.fault.endswith(".") else say("{sentence}.", sentence=asked.fault)
    return notice(say("No answer to this question."), said)
