"""Which events an option means: conditions, or the plain name of an event."""

from collections.abc import Iterable
from functools import reduce
from typing import Self

import ibis
import ibis.expr.types as ir

from customary.studies.shared.conditions import EVENT, Conditions, meets


class WantedEvents(Conditions):
    """Conditions of which an event must meet one; a text without `=` is the name of an event; none means any event."""

    def __new__(cls, texts: str | Iterable[str] = ()) -> Self:
        """Read each of the texts."""
        given = [texts] if isinstance(texts, str) else list(texts)
        return super().__new__(cls, [text if "=" in text else f"{EVENT}={text}" for text in given if text.strip()])

    def __str__(self) -> str:
        return " or ".join(self)


def is_wanted(events: ir.Table, wanted: WantedEvents) -> ir.BooleanValue:
    """Whether each event is one of those that are meant; every event where nothing is said."""
    if not wanted:
        return ibis.literal(True)
    return reduce(lambda a, b: a | b, (meets(events, condition) for condition in wanted))
