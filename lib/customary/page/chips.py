"""Chips: whom a page speaks of, part by part, each with the way to take it away."""

from __future__ import annotations

from customary.page.choice import Chip, Choice
from customary.page.links import here
from customary.page.markup import Markup, element, join
from customary.wording import say


def chips_markup(choice: Choice | None) -> Markup:
    """The population of a page under its title, and in words what was asked of it in vain; nothing without a choice."""
    if choice is None or not choice.chips:
        return Markup()
    shown = [_chip(one) for one in choice.chips]
    if choice.query != choice.usual_query:
        shown.append(element("li", element("a", say("Reset all"), href=here(""), kind="cy-reset")))
    row = element("ul", join(shown), kind="cy-chips", aria_label=say("Whom this page speaks of"))
    return join([row, *(element("div", note, kind="cy-notice", role="alert", dir="auto") for note in choice.notes)])


def _chip(one: Chip) -> Markup:
    """A chip; a name of a product or a place may run from right to left, and keeps to itself."""
    name = [element("span", one.label, kind="cy-chip-name"), " "] if one.label else []
    parts = [*name, element("bdi", one.text, title=one.text)]
    if one.without is None:
        return element("li", *parts, kind="cy-chip")
    said = say("Take away {label}: {value}", label=one.label, value=one.text)
    cross = element("a", "×", href=here(one.without), kind="cy-away", title=said, aria_label=said)
    return element("li", *parts, cross, kind="cy-chip")
