"""A viewer's choice, every part of it checked here: a viewer can send anything, and a link may be years old."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from customary.dates import Window, in_words
from customary.page import links, periods
from customary.page.choices import choice_text
from customary.page.faults import faults_of
from customary.page.links import OF_PERIODS
from customary.page.offers import EVERY_FIGURE, MOST_CHOSEN, NO_FIGURE, NO_SPLIT, TILES, Offer
from customary.query.address import UNKNOWN
from customary.query.selection import Scope
from customary.wording import any_of, say, word, wording

ASKED = "asked"  # under this name a filter bar's value carries the link by which its reader came

_AGAINST = {
    periods.PREVIOUS: "on the previous period",
    periods.LAST_YEAR: "on the same period last year",
}
_NO_DATA = {
    periods.PREVIOUS: "no data for the previous period",
    periods.LAST_YEAR: "no data for the same period last year",
}


@dataclass(frozen=True)
class Chip:
    """One part of the population: what it is, and the query of the same page without it ("" `label`: the whole)."""

    label: str
    text: str
    without: str | None = None


@dataclass(frozen=True)
class Choice:
    """What a viewer chose, checked: ready for `measure` (during, by, every, where) and for links (query).

    `chips` name the population part by part, `notes` say in words what was asked in vain and what is shown instead.
    `usual_query` is the query of the page as it opens, where that is not empty.
    """

    during: Window
    against: Window | None
    compare: str
    by: tuple[str, ...]
    where: dict[str, tuple[str | None, ...]]
    every: str
    query: str
    frame: str = "orders"
    population_text: str = ""
    chips: tuple[Chip, ...] = ()
    notes: tuple[str, ...] = ()
    offer: Offer | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    others: Mapping[str, str] = field(default_factory=dict)
    usual_query: str = ""

    @property
    def query_options(self) -> dict[str, Any]:
        """Window and selection as both verbs take them."""
        return {"where": self.where} if self.window is None else {"during": self.window, "where": self.where}

    @property
    def window(self) -> Window | None:
        """The period as it cuts what the page shows; None where its rows say no dates, so that no period can."""
        return self.during if self.offer is None or self.offer.knows_days else None

    @property
    def scope(self) -> Scope:
        """Window and selection as they cut the frame whose columns the page filters by."""
        return Scope(during=self.window, where=tuple(self.where.items()))

    @property
    def comparison(self) -> str | None:
        """What `measure` sets beside its values (`compare=`): "previous", "year" or nothing."""
        if self.against is None:
            return None
        return "year" if self.compare == periods.LAST_YEAR else "previous"

    @property
    def period_text(self) -> str:
        """The period of the page in words, and what it is compared with; "" where no figure goes by one."""
        if self.offer is None or self.offer.dated == EVERY_FIGURE:
            return self.text
        return say("figures at the top: {period}", period=self.text) if self.offer.dated == TILES else ""

    @property
    def during_text(self) -> str:
        """The period in words."""
        return in_words(self.window) if self.window else say("whenever it was, as the files say no dates")

    @property
    def text(self) -> str:
        """The period in words, and what it is compared with."""
        if self.against is None:
            return self.during_text
        return say("{during}, against {against}", during=self.during_text, against=in_words(self.against))

    @property
    def against_text(self) -> str:
        """What a change is a change from: "on the previous period", or why there is no comparison."""
        if self.against is not None:
            return wording(_AGAINST[self.compare])
        return "" if self.compare == periods.NOTHING else wording(_NO_DATA[self.compare])

    def query_with(self, chosen: Mapping[str, object]) -> str:
        """The query of this page with other answers to some of its choices."""
        if self.offer is None:
            return self.query
        return links.query_of(self.offer, {**self.answers, **chosen}, self.others)


def choose(offer: Offer, value: object) -> Choice:
    """The choice a bar's `value` means, every part checked against the offer again; never raises."""
    asked: Mapping[str, object] = value if isinstance(value, Mapping) else {}
    link = links.answers_of_query(asked.get(ASKED)) if ASKED in asked else links.link_of(offer, asked)
    asked = {**_travelling_period(offer, link), **asked}
    good, others = check(offer, asked), links.elsewhere_in(offer, link)
    during = periods.period(good, offer.as_of, offer.first_day)
    return Choice(
        during=during,
        against=periods.compared_period(good["compare"], during, offer.first_day) if offer.knows_days else None,
        compare=good["compare"],
        by=() if good["split"] == NO_SPLIT else (good["split"],),
        where={name: offer.where_values(name, good[name]) for name in offer.wheres if good[name]},
        every=periods.default_every(during),
        query=links.query_of(offer, good, others),
        frame=offer.frame,
        population_text=_population(offer, good),
        chips=_chips(offer, good, others, during),
        notes=_notes(offer, asked, link, good),
        offer=offer,
        answers=good,
        others=others,
    )


def _travelling_period(offer: Offer, link: Mapping[str, object]) -> dict[str, object]:
    """The period of a link, on a page without figures that go by one: it travels on to the pages that have them."""
    answers = links.answers_in(offer, link) if offer.dated == NO_FIGURE else {}
    return {name: answers[name] for name in OF_PERIODS if name in answers}


def check(offer: Offer, asked: Mapping[str, object]) -> dict[str, Any]:
    """The answers with what nobody can choose replaced by defaults: one of each choice, and the values of each filter.

    Values that nobody has are left out; where none is left, everybody is meant.
    """
    good: dict[str, Any] = {
        name: asked.get(name) if isinstance(asked.get(name), str) and asked.get(name) in allowed else allowed[0]
        for name, allowed in links.options_of(offer).items()
    }
    if good["period"] == periods.CUSTOM and periods.fault_in_dates(asked.get("between"), offer.as_of, offer.first_day):
        good["period"] = offer.period
    good["between"] = periods.dates(asked.get("between")) if good["period"] == periods.CUSTOM else None
    for name, known in offer.wheres.items():
        wanted = frozenset(links.values_in(asked.get(name), known))
        good[name] = tuple(dict.fromkeys(text for text in known if text in wanted))[:MOST_CHOSEN]
    return good


def _notes(
    offer: Offer, asked: Mapping[str, object], link: Mapping[str, object], good: Mapping[str, Any]
) -> tuple[str, ...]:
    """What was asked in vain: by the fields, and by the link as long as what it asked for is what is shown."""
    of_fields = faults_of(offer, asked, good)
    if ASKED not in asked:
        return (*of_fields.values(), *_not_here(offer, link))
    answers = links.answers_in(offer, link)
    meant = check(offer, answers)
    of_link = faults_of(offer, answers, meant)
    still = {name: said for name, said in of_link.items() if name not in good or good[name] == meant[name]}
    return (*{**of_fields, **still}.values(), *_not_here(offer, link))


def _not_here(offer: Offer, link: Mapping[str, object]) -> list[str]:
    """The filters of a link that this page does not offer."""
    template = "The link filters by {what}, which this page does not offer: it shows all."
    return [say(template, what=links.label_in_links(name)) for name in links.elsewhere_in(offer, link)]


def _population(offer: Offer, good: Mapping[str, Any]) -> str:
    """Whom the page speaks of, in words: "only Country = France or Spain · Order channel = app", or the whole shop."""
    values = {name: any_of(value_text(offer, name, value) for value in good[name]) for name in offer.wheres}
    chosen = [
        say("{name} = {values}", name=offer.label(name), values=text) for name, text in values.items() if good[name]
    ]
    return say("only {population}", population=" · ".join(chosen)) if chosen else say("the whole shop")


def value_text(offer: Offer, name: str, value: str) -> str:
    """A value of a filter as a reader knows it: a word of ours in the reader's language, the shop's own as it is."""
    return word(value) if value == UNKNOWN else choice_text(name, value, offer.frame)


def _chips(offer: Offer, good: Mapping[str, Any], others: Mapping[str, str], during: Window) -> tuple[Chip, ...]:
    """The period and each value of each filter; one that is no default can be taken away by itself."""
    plain = {**good, "period": offer.period, "between": None}
    away = links.query_of(offer, plain, others) if good["period"] != offer.period else None
    said = in_words(during)
    if good["period"] != periods.CUSTOM:
        said = say("{name}: {text}", name=word(good["period"]), text=said)
    label = say("Period of the figures at the top") if offer.dated == TILES else say("Period")
    if not offer.knows_days:
        said, away = say("none: the files say no dates"), None
    found = [] if offer.dated == NO_FIGURE else [Chip(label, said, away)]
    for name in offer.wheres:
        for value in good[name]:
            rest = {**good, name: tuple(one for one in good[name] if one != value)}
            found.append(Chip(offer.label(name), value_text(offer, name, value), links.query_of(offer, rest, others)))
    return (*found, *([] if any(good[name] for name in offer.wheres) else [Chip("", say("the whole shop"))]))
