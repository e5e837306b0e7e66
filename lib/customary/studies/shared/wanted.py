"""Which events an option means: conditions, or the plain name of an event."""

from collections.abc import Iterable
from functools import reduce
from typing import Self

import ibis
import ibis.expr.types as ir

from customary.studies.shared.conditions import EVENT, Conditions, meets

OWN_NAME = "source_event_name"  # where a log keeps what the source itself calls an event


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


def name_of(events: ir.Table) -> ir.StringValue:
    """What an event is called: by the source itself where the log keeps that, else in the vocabulary."""
    if OWN_NAME in events.columns:
        return ibis.coalesce(events[OWN_NAME], events.event_name)
    return events.event_name
