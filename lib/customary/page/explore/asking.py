"""The question of a reader as the page asks it: fields and filters together, and the answer or why there is none."""

from __future__ import annotations

from dataclasses import dataclass, replace

import marimo as mo

from customary.errors import Refused, UnknownName
from customary.page.choice import Choice
from customary.page.choice import choose as choose_filters
from customary.page.explore.drawing import AUTOMATIC
from customary.page.explore.form import CHART, SORT, START, address_now, chart_kind, read_form
from customary.page.links import texts
from customary.page.offers import EVERY_FIGURE, NO_FIGURE, Offer
from customary.page.offers import offer as offer_filters
from customary.page.parts import notice
from customary.page.periods import NOTHING
from customary.page.switches import with_parts
from customary.query.address import IN_LINKS
from customary.query.answer import Answer
from customary.query.catalogue import filter_names, frames_to_cut, is_dated, selectable_names
from customary.query.exploration import Exploration, LinkReading, ask
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


def offer(shop: Shop, wanted: Exploration) -> Offer:
    """The filters of a question: a few columns of the frame it is about, and those that the link asks for."""
    frames = frames_to_cut(shop, wanted.names)
    frame = frames[0] if frames else "orders"
    known = selectable_names(shop, wanted.names)
    asked = [name for name in known if IN_LINKS.get((frame, name), name) in address_now()]
    names = tuple(dict.fromkeys([*filter_names(shop, wanted.names), *asked]))
    dated = EVERY_FIGURE if is_dated(shop, wanted.names) else NO_FIGURE
    return offer_filters(shop, *names, frame=frame, splits=False, compare=NOTHING, dated=dated)


def choose(shop: Shop, wanted: LinkReading, offered: Offer, filled: object, filters: object) -> Inquiry:
    """The question that form and filters hold, and its answer; never raises for what a viewer can send."""
    found = read_form(shop, wanted.exploration, filled)
    address, kind = address_now(), chart_kind(filled)
    sort, start = (next(iter(texts(address.get(name))), "") for name in (SORT, START))
    shown = {CHART: "" if kind == AUTOMATIC else kind, SORT: sort, START: start}
    own = {**found.exploration.parts, **{name: text for name, text in shown.items() if text}}
    choice = with_parts(choose_filters(offered, filters), own, (*wanted.notes, *found.notes))
    return _with_answer(shop, Inquiry(found.exploration, choice, kind, sort, start))


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
