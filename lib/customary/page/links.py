"""Choices as an address carries them: a filter's values under one name each, what is a default left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode

import marimo as mo

from customary import renamed
from customary.columns import find
from customary.page import periods
from customary.page.offers import NO_SPLIT, Offer, label_of
from customary.query.address import IN_LINKS, LONGEST, in_one_text, plain_part, raw_parts

LANGUAGE = "lang"  # stays in every link of a page
OF_PERIODS = ("period", "between", "compare")
CHOICES = (*OF_PERIODS, "split")  # what is no filter by a column


def options_of(offer: Offer) -> dict[str, tuple[str, ...]]:
    """The allowed answers of each choice that is one of several, the default first."""
    return {
        "period": (offer.period, *[name for name in periods.PRESETS if name != offer.period]),
        "compare": (offer.compare, *[name for name in periods.COMPARES if name != offer.compare]),
        "split": (NO_SPLIT, *offer.splits),
    }


def texts(value: object) -> tuple[str, ...]:
    """The texts of an answer: of an address one or several, of a field a list; anything else is none."""
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list | tuple):
        return ()
    return tuple(dict.fromkeys(one for one in value if isinstance(one, str)))


def values_in(value: object, known: Iterable[str]) -> tuple[str, ...]:
    """The values that a link or a field asks for: "app,web" is two, unless the shop has one of that very name."""
    values = frozenset(known)
    found = [[one] if one in values else raw_parts(one) for one in texts(value)]
    return tuple(dict.fromkeys(part if part in values else plain_part(part) for parts in found for part in parts))


def answers_in(offer: Offer, asked: Mapping[str, object]) -> dict[str, object]:
    """The answers of an address; a link that was kept with a column's earlier name still says the same."""
    own = {offer.name_in_links(name): name for name in offer.wheres}
    elsewhere = set(offer.wheres) - set(own)  # a filter of this name belongs to other pages
    now = {renamed.column(own.get(name, name)): value for name, value in asked.items() if name not in elsewhere}
    found: dict[str, object] = {name: now[name] for name in (*CHOICES, *offer.wheres) if name in now}
    for name in ("period", "compare", "split"):
        if name in found:
            found[name] = renamed.column(next(iter(texts(found[name])), ""))
    return found


def link_of(offer: Offer, answers: Mapping[str, object]) -> dict[str, object]:
    """The answers of fields under the names that a link gives them."""
    return {offer.name_in_links(name) if name in offer.wheres else name: value for name, value in answers.items()}


def elsewhere_in(offer: Offer, asked: Mapping[str, object]) -> dict[str, str]:
    """The filters of an address that this page does not offer: they travel on to the pages that do."""
    own = {offer.name_in_links(name) for name in offer.wheres} | set(CHOICES)
    now = {name if name in own else renamed.column(name): value for name, value in asked.items()}
    others = {name: ",".join(texts(value)) for name, value in now.items() if name not in own and is_filter(name)}
    return {name: text for name, text in others.items() if text}


def is_filter(name: str) -> bool:
    """Whether an address speaks of a column to filter by: it carries what is marimo's as well, and people are none."""
    return name in IN_LINKS.values() or (not name.endswith("_id") and find(name) is not None)


def label_in_links(name: str) -> str:
    """What a filter is called that an address speaks of."""
    frame, column = next((key for key, said in IN_LINKS.items() if said == name), ("", name))
    return label_of(column, frame)


def query_of(offer: Offer, good: Mapping[str, Any], others: Mapping[str, str]) -> str:
    """The checked answers that are not defaults as the query of an address, and the filters of other pages."""
    said: dict[str, object] = {
        name: good[name] for name, allowed in options_of(offer).items() if good[name] != allowed[0]
    }
    if good["period"] == periods.CUSTOM:
        said["between"] = periods.in_link(good["between"])
    said |= {offer.name_in_links(name): in_one_text(good[name]) for name in offer.wheres if good[name]}
    return urlencode({**said, **others}, safe=",")


def answers_of_query(query: object) -> dict[str, object]:
    """The parts of a query as marimo hands out an address: one text or several."""
    if not isinstance(query, str):
        return {}
    found = parse_qs(query[:LONGEST], keep_blank_values=True)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def as_query(asked: Mapping[str, object]) -> str:
    """What an address asks for as one text, as `answers_of_query` reads it."""
    return urlencode({name: texts(value) for name, value in asked.items()}, doseq=True)[:LONGEST]


def here(query: str) -> str:
    """The address of this page with other choices: what marimo and the reader's language need in it stays."""
    if not mo.running_in_notebook():
        return f"?{query}"
    address = mo.query_params()
    kept = {name: texts(address.get(name)) for name in ("file", LANGUAGE) if name in address}
    return "?" + "&".join(part for part in (urlencode(kept, doseq=True), query) if part)
