"""The vocabulary of events: GA4's names, and what other tools and languages call them."""

import re
from collections.abc import Iterable
from functools import cache

from customary.standard import rules


def plain(name: str) -> str:
    """An event's name as names are compared: lower case, without blanks, underscores and dashes."""
    return re.sub(r"[\s_\-.]+", "", name.lower())


@cache
def vocabulary() -> tuple[str, ...]:
    """The names of GA4's e-commerce events that the standard knows."""
    return tuple(rules("vocabulary")["events"])


def proposals(names: Iterable[str]) -> dict[str, str]:
    """Own name → name of the vocabulary, for the names of a log that mean such an event.

    A placed order is a purchase only where no event of the log says that something was paid.
    """
    told = rules("vocabulary")
    known = {plain(name): event for event, others in told["events"].items() for name in (event, *others)}
    given = list(names)
    found = {name: known[plain(name)] for name in given if plain(name) in known}
    if "purchase" not in found.values():
        placed = {plain(name) for name in told["placed"]["names"]}
        found |= {name: "purchase" for name in given if plain(name) in placed}
    return found
