"""What is refused, and names that do not exist: one sentence each, with what to do instead."""

import difflib
from collections.abc import Iterable

from customary.wording import any_of, say, wording


class UnknownName(LookupError):
    """A name that nobody bears; the message offers the nearest ones that exist."""


class Refused(ValueError):
    """A question that has no honest answer; the message says why and what to ask instead."""


class Unknown(Refused):
    """A question about something of which the shop's files say nothing; the message says what would answer it."""


_unknown: list[type[Unknown]] = [Unknown]


def show_unknown_as(kind: type[Unknown]) -> None:
    """Let `unknown_fact` give errors of this kind: a page shows them as a note where a shell prints the sentence."""
    _unknown[:] = [kind]


def unknown_fact(sentence: str) -> Unknown:
    """The error for a question that the shop's files cannot answer, of the kind that is shown here."""
    return _unknown[0](sentence)


def unknown_name(name: str, known: Iterable[str], kind: str) -> UnknownName:
    """The error for an unknown `name` among `known`, with up to three near misses; "there are none" among none."""
    names = sorted(set(known))
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    called = {"kind": wording(kind), "name": name}
    if close:
        return UnknownName(say("no {kind} is called “{name}” – did you mean {names}?", **called, names=any_of(close)))
    if names:
        return UnknownName(
            say("no {kind} is called “{name}” – known: {names}", **called, names=say(", ").join(names[:12]))
        )
    return UnknownName(say("no {kind} is called “{name}” – there are none", **called))
