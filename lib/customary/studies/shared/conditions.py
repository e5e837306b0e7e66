"""What an event must be, as it is typed: `event=catalog`, or `event=Add to Cart,category=Luxury` for both at once."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import reduce
from typing import Any, Self

import ibis
import ibis.expr.types as ir

from customary.errors import Refused, unknown_name

EVENT = "event"  # stands for the event's name, the vocabulary's or the source's own
NAMES = ("event_name", "source_event_name")  # where it is looked for
_NEXT = re.compile(r",(?=\s*\w+\s*=)")  # a comma before another `column=`: those within a value stay
_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class Condition(str):
    """One condition as it was typed; `parts` has each column with the values that it may have, "" for none.

    Raises `Refused` for a text without `column=value`.
    """

    parts: tuple[tuple[str, tuple[str, ...]], ...]

    def __new__(cls, text: str) -> Self:
        """Read the text; a column named twice may have either value."""
        made = super().__new__(cls, text.strip())
        found: dict[str, list[str]] = {}
        for part in _NEXT.split(text):
            name, sign, value = part.partition("=")
            if not sign or not name.strip():
                raise Refused("“{text}” is no condition: write column=value, such as event=purchase", text=text)
            found.setdefault(name.strip(), []).append(value.strip())
        made.parts = tuple((name, tuple(dict.fromkeys(values))) for name, values in found.items())
        return made

    def with_names_in(self, column: str) -> "Condition":
        """The same condition, the event's name looked for in this column only."""
        made = Condition(self)
        made.parts = tuple((column if name == EVENT else name, values) for name, values in self.parts)
        return made

    @property
    def label(self) -> str:
        """The condition in short: the event's name, then whatever else is asked."""
        return ", ".join(
            " or ".join(values) if name in (EVENT, *NAMES) else f"{name}={' or '.join(values)}"
            for name, values in self.parts
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it asks about; none for the event's name."""
        return tuple(name for name, _values in self.parts if name != EVENT)


class Conditions(tuple[Condition, ...]):
    """Several conditions, from one text or a list of texts; the default of an option that may be given repeatedly."""

    __slots__ = ()

    def __new__(cls, texts: str | Iterable[str] = ()) -> Self:
        """Read each of the texts; a condition that was read already stays as it is."""
        given = [texts] if isinstance(texts, str) else list(texts)
        return super().__new__(cls, (text if isinstance(text, Condition) else Condition(text) for text in given))

    def __str__(self) -> str:
        return " > ".join(self)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that any of them asks about."""
        return tuple(dict.fromkeys(name for condition in self for name in condition.columns))


def values_asked(conditions: Iterable[Condition]) -> Mapping[str, tuple[str, ...]]:
    """Column → the values that any of the conditions asks of it, without those that mean none."""
    found: dict[str, list[str]] = {}
    for condition in conditions:
        for name, values in condition.parts:
            found.setdefault(name, []).extend(value for value in values if value)
    return {name: tuple(dict.fromkeys(values)) for name, values in found.items()}


def meets(events: ir.Table, condition: Condition) -> ir.BooleanValue:
    """Whether each event meets the condition; an event of which a column is not known does not.

    Raises `UnknownName` for a column that the events do not have, `Refused` for a value of another kind.
    """
    tests = [_meets_part(events, name, values) for name, values in condition.parts]
    return reduce(lambda a, b: a & b, tests)


def _meets_part(events: ir.Table, name: str, values: Iterable[str]) -> ir.BooleanValue:
    names = [each for each in NAMES if each in events.columns] if name == EVENT else [name]
    for each in names:
        if each not in events.columns:
            raise unknown_name(each, [EVENT, *events.columns], "column of events")
    tests = [_is_value(events[each], value) for each in names for value in values]
    return reduce(lambda a, b: a | b, tests)


def _is_value(column: ir.Value, text: str) -> ir.BooleanValue:
    if not text:
        return column.isnull()
    wanted = ibis.literal(_as_value(column, text)).cast(column.type())
    return (column == wanted).fill_null(False)


def _as_value(column: ir.Value, text: str) -> Any:
    """A typed word in the kind of the column."""
    kind = column.type()
    try:
        if kind.is_boolean():
            return _TRUTHS[text.lower()]
        if kind.is_numeric():
            return int(text) if kind.is_integer() else float(text)
        return date.fromisoformat(text) if kind.is_date() else text
    except (KeyError, ValueError) as error:
        raise Refused(
            "{column} holds no “{text}”: it is a {kind} column", column=column.get_name(), text=text, kind=kind
        ) from error
