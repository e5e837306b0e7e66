"""The filter bar: period, comparison, split and filters. It travels from page to page in the address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import marimo as mo

from customary.language import format_date
from customary.page import choice as choices
from customary.page import links, periods
from customary.page.choice import ASKED, Choice, check, value_text
from customary.page.choices import options_by_text
from customary.page.crossing import draw_for
from customary.page.faults import short
from customary.page.links import OF_PERIODS
from customary.page.markup import Markup, element, join, label_text
from customary.page.offers import MOST_CHOSEN, MOST_LISTED, NO_FIGURE, TILES, Offer, offer
from customary.page.twins import Twins
from customary.query.address import in_one_text
from customary.wording import say, word

__all__ = ["choose", "controls", "offer"]


def choose(offer: Offer, value: object) -> Choice:
    """The choice a bar's `value` means, every part checked again; the page's figures are drawn for it from now on."""
    return draw_for(choices.choose(offer, value))


def controls(offer: Offer, address: Any = None) -> Any:
    """The filter bar as a marimo element; its `.value` goes through `choose`. Begins as the address says.

    Each change is written back to the `address` (by default the browser's), so links keep it; defaults are not. The
    period is chosen by its name or by its two dates: whichever is touched, the other follows.
    """
    address = mo.query_params() if address is None else address
    asked = {name: address.get(name) for name in address}
    good = check(offer, links.answers_in(offer, asked))
    twins = Twins("period", "between")
    parts = _elements(offer, good, address, twins)
    parts = {name: part for name, part in parts.items() if offer.dated != NO_FIGURE or name not in OF_PERIODS}
    fields = [_field(name, _hint(offer, name)) for name in parts]
    body = element("div", join(fields), kind="cy-fields")
    fold = element("details", element("summary", say("Filters")), body, kind="cy-filters")
    # The link itself is part of the value, so that what it asks for in vain can be said until something else is chosen.
    link = mo.ui.text(value=links.as_query(asked))
    bar = mo.Html(str(fold)).batch(**parts, **{ASKED: link})
    if "period" in parts:
        twins.join(bar)
    return bar


def _field(name: str, hint: str) -> Markup:
    """The place of a control in the bar; the period's name and its dates are one field."""
    if name == "between":
        return Markup()
    both = name == "period"
    places = [Markup(f"{{{one}}}") for one in (("period", "between") if both else (name,))]
    held = element("div", join(places), kind="cy-period") if both else places[0]
    said = element("span", hint, kind="cy-hint") if hint else Markup()
    return element("div", held, said, kind="cy-field cy-wide" if both else "cy-field")


def _label(offer: Offer, name: str) -> str:
    """What a control is called, to be seen and to be read aloud."""
    labels = {
        "period": say("Period"),
        "between": say("Custom dates"),
        "compare": say("Compare with"),
        "split": say("Split by"),
    }
    return label_text(labels.get(name) or offer.label(name))


def _hint(offer: Offer, name: str) -> str:
    """What goes by the period, and how many of a filter's values are listed, where that is not all."""
    if name == "period" and offer.dated == TILES:
        day = format_date(offer.last_day)
        return say("Of the figures at the top; the others show how things stand on {day}.", day=day)
    known = len(offer.wheres.get(name, ()))
    if known <= MOST_LISTED:
        return ""
    total = f"{known:,}+" if name in offer.uncounted else f"{known:,}"
    return say("The {n} commonest of {total} values; a link reaches the others.", n=MOST_LISTED, total=total)


def _elements(offer: Offer, good: Mapping[str, Any], address: Any, twins: Twins) -> dict[str, Any]:
    """One marimo element per choice, in reading order."""
    options = links.options_of(offer)
    first, last = offer.first_day, offer.last_day

    def shown_dates(name: str) -> tuple[Any, Any]:
        start, end = periods.period({"period": name}, offer.as_of, offer.first_day)
        return start, periods.last_of((start, end))

    def choose_period(name: str) -> None:
        _write(address, "period", name, options["period"][0])
        if name == periods.CUSTOM:
            between = twins.value("between")
            return _write(address, "between", periods.in_link(between), "")
        _write(address, "between", "", "")
        return twins.show("between", [day.isoformat() for day in shown_dates(name)])

    def choose_dates(between: Any) -> None:
        _write(address, "between", periods.in_link(between), "")
        _write(address, "period", periods.CUSTOM, options["period"][0])
        twins.show("period", [word(periods.CUSTOM)])

    start, end = good["between"] or shown_dates(good["period"])
    dates = (max(start, first), min(end, last))
    between = mo.ui.date_range(
        first, last, value=dates, label=_label(offer, "between"), full_width=True, on_change=choose_dates
    )
    made = {
        name: _one_of(
            offer,
            name,
            allowed,
            good[name],
            choose_period if name == "period" else _writer(address, name, allowed[0]),
        )
        for name, allowed in options.items()
        if len(allowed) > 1
    }
    filters = {name: _several_of(offer, name, good[name], address) for name in offer.wheres}
    return {"period": made.pop("period"), "between": between, **made, **filters}


def _one_of(offer: Offer, name: str, allowed: tuple[str, ...], chosen: str, on_change: Callable[[Any], None]) -> Any:
    """A field of which one answer is chosen."""
    shown = options_by_text(name, allowed, offer.frame)
    return mo.ui.dropdown(
        shown,
        value=next(text for text, value in shown.items() if value == chosen),
        label=_label(offer, name),
        allow_select_none=False,
        on_change=on_change,
        full_width=True,
    )


def _several_of(offer: Offer, name: str, chosen: tuple[str, ...], address: Any) -> Any:
    """A field of which several values are chosen; none means everybody."""
    listed = dict.fromkeys([*offer.wheres[name][:MOST_LISTED], *offer.wheres[name][-1:], *chosen])
    shown = labels_of(offer, name, tuple(listed))
    names = {value: label for label, value in shown.items()}
    return mo.ui.multiselect(
        shown,
        value=[names[value] for value in chosen],
        label=_label(offer, name),
        max_selections=MOST_CHOSEN,
        full_width=True,
        on_change=lambda values: _write(address, offer.name_in_links(name), in_one_text(map(str, values)), ""),
    )


def labels_of(offer: Offer, name: str, values: tuple[str, ...]) -> dict[str, str]:
    """Label → value: a long value is shortened, and values that would look alike are numbered apart."""
    found: dict[str, str] = {}
    for value in values:
        label, number = short(value_text(offer, name, value)), 2
        while label in found:
            label, number = f"{short(value_text(offer, name, value))} ({number})", number + 1
        found[label] = value
    return found


def _writer(address: Any, name: str, default: object) -> Callable[[Any], None]:
    """Writes a changed answer to the address, or takes it out when it is the default again."""
    return lambda value: _write(address, name, value, default)


def _write(address: Any, name: str, value: Any, default: object) -> None:
    if value == default or value is None:
        if name in address:
            del address[name]
        return
    address[name] = value
