"""The instrumentation plan of a shop, `tracking.toml`: the events it expects, with their properties and owners."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from customary.errors import Refused, UnknownName
from customary.rules.reading import Case, case

FILE = "tracking"


@dataclass(frozen=True)
class PlannedEvent:
    """One event of the plan: columns that it must fill (`required`), and the ranges of its values by column."""

    name: str
    owner: str
    version: str
    required: tuple[str, ...]
    values: Case

    @property
    def properties(self) -> tuple[str, ...]:
        """Every column that the plan speaks of, each once."""
        return tuple(dict.fromkeys((*self.required, *self.values)))


def planned_events(rules: Mapping[str, Any]) -> tuple[PlannedEvent, ...]:
    """The events of a plan in its order; raises `Refused` where one stands there twice or a range is none."""
    found = tuple(_read_event(told) for told in rules["events"])
    names = [event.name for event in found]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise Refused("the instrumentation plan expects “{name}” twice: one event has one entry", name=twice)
    return found


def _read_event(told: Mapping[str, Any]) -> PlannedEvent:
    try:
        values = case(told["values"]) if told["values"] else {}
    except (Refused, UnknownName) as error:
        raise Refused("instrumentation plan, {name}: {error}", name=told["name"], error=error) from error
    return PlannedEvent(told["name"], told["owner"], told["version"], tuple(told["required"]), values)
