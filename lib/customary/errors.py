"""What is refused, and names that do not exist: one sentence each, with what to do instead."""

import difflib
import re
from collections.abc import Iterable
from typing import Any

from customary.wording import Finished, any_of, say, wording

_PLACES = ("at", "line", "place", "where")  # values of a template that say where something stands
_LINE = re.compile(r"(, )?\bline (\d+): ")


class UnknownName(LookupError):
    """A name that nobody bears; the message offers the nearest ones that exist."""


class Refused(ValueError):
    """A question that has no honest answer; the message says why and what to ask instead.

    It is told in the language of whoever asks: Refused("{file} is empty", file=path.name). Values are texts, numbers
    that the template writes, or several names, which are written one after the other.
    """

    def __init__(self, template: str = "", /, **values: Any) -> None:
        super().__init__(refusal_text(template, **values))


class Unknown(Refused):
    """A question about something of which the shop's files say nothing; the message says what would answer it."""


_unknown: list[type[Unknown]] = [Unknown]


def show_unknown_as(kind: type[Unknown]) -> None:
    """Let `unknown_fact` give errors of this kind: a page shows them as a note where a shell prints the sentence."""
    _unknown[:] = [kind]


def unknown_fact(template: str, /, **values: Any) -> Unknown:
    """The error for a question that the shop's files cannot answer, of the kind that is shown here."""
    return _unknown[0](refusal_text(template, **values))


def refusal_text(template: str, /, **values: Any) -> Finished:
    """A sentence of an error in the reader's language; what is a sentence already, such as another error's, stands."""
    if not values:
        return Finished(wording(template))
    return say(template, **{key: _place_text(key, value) for key, value in values.items()})


def _place_text(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return _LINE.sub(_line_text, value) if name in _PLACES else value
    return say(", ").join(str(each) for each in value) if isinstance(value, Iterable) else value


def _line_text(found: re.Match[str]) -> str:
    """Where in a file something stands: rules are read once for everybody, so they keep their places in English."""
    return say(", line {line}: " if found[1] else "line {line}: ", line=found[2])


def unknown_name(name: str, known: Iterable[str], kind: str, /, **values: Any) -> UnknownName:
    """The error for an unknown `name` among `known`, with up to three near misses; "there are none" among none.

    `kind` is what it was to be the name of, a template like any other: unknown_name(name, known, "value of {column}").
    """
    names = sorted(set(known))
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    called = {"kind": refusal_text(kind, **values), "name": name}
    if close:
        return UnknownName(say("no {kind} is called “{name}” – did you mean {names}?", **called, names=any_of(close)))
    if names:
        return UnknownName(
            say("no {kind} is called “{name}” – known: {names}", **called, names=say(", ").join(names[:12]))
        )
    return UnknownName(say("no {kind} is called “{name}” – there are none", **called))
