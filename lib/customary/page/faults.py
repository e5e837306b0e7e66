"""What was asked of a page in vain, in words, and what it shows instead: nothing is left out in silence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from customary.page import links, periods
from customary.page.offers import MOST_CHOSEN, Offer
from customary.wording import say, word

_LONGEST = 60  # letters of an asked value that are repeated


def faults_of(offer: Offer, asked: Mapping[str, object], good: Mapping[str, Any]) -> dict[str, str]:
    """Choice or filter → what is wrong with what was asked of it; `good` is what is shown."""
    return {name: said for name, said in _faults(offer, asked, good) if said}


def _faults(offer: Offer, asked: Mapping[str, object], good: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    names = {"period": say("the period"), "compare": say("the comparison"), "split": say("the split by")}
    for name, allowed in links.options_of(offer).items():
        value = asked.get(name)
        if value is not None and value not in allowed:
            yield name, _unknown_choice(names[name], value, word(allowed[0]))
    if asked.get("period") == periods.CUSTOM or (asked.get("between") and asked.get("period") is None):
        yield "period", _fault_in_dates(offer, asked)
    for name in offer.wheres:
        yield name, _fault_in_filter(offer, name, asked.get(name), good[name])


def _unknown_choice(what: str, value: object, shown: str) -> str:
    template = "The link asks for {what} “{value}”, which is not known here; shown: {shown}."
    return say(template, what=what, value=short(value), shown=shown)


def _fault_in_dates(offer: Offer, asked: Mapping[str, object]) -> str:
    """What is wrong with the dates that are to be the period; a date outside of the data is said as well."""
    fault = periods.fault_in_dates(asked.get("between"), offer.as_of, offer.first_day)
    if fault:
        return say("{fault}; shown: {shown}.", fault=fault, shown=word(offer.period))
    return periods.cut_text(asked.get("between"), offer.as_of, offer.first_day)


def _fault_in_filter(offer: Offer, name: str, value: object, shown: tuple[str, ...]) -> str:
    """The values that nobody has, and those too many: "‘Narnia’ is not in this shop; shown: France."."""
    wanted = links.values_in(value, offer.wheres[name])
    known = frozenset(offer.wheres[name])
    absent = [text for text in wanted if text not in known]
    if not absent:
        return _too_many(offer, name, len(wanted), len(shown))
    said = say(", ").join(f"‘{short(text)}’" for text in absent[:3]) + (" …" if len(absent) > 3 else "")
    template = "{filter}: {values} is not in this shop; shown: {shown}."
    if len(absent) > 1:
        template = "{filter}: {values} are not in this shop; shown: {shown}."
    if name in offer.uncounted:
        template = "{filter}: {values} is not among the {n:,} commonest values; shown: {shown}."
    shown_text = say(", ").join(map(short, shown)) if shown else word("all")
    return say(template, filter=offer.label(name), values=said, shown=shown_text, n=len(known))


def _too_many(offer: Offer, name: str, wanted: int, shown: int) -> str:
    if wanted <= shown:
        return ""
    template = "{filter}: {wanted:,} values are asked for, a filter holds {most}; shown: the {shown} commonest of them."
    return say(template, filter=offer.label(name), wanted=wanted, most=MOST_CHOSEN, shown=shown)


def short(value: object) -> str:
    """A value as a sentence can repeat it, however long it is."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
