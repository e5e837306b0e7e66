"""What an examination finds: one line each, and how to mend what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from customary.errors import refusal_text


class HealthState(StrEnum):
    """How one thing stands: a note is worth knowing and no fault."""

    good = "good"
    note = "note"
    fault = "fault"


@dataclass(frozen=True)
class Health:
    """One thing that was looked at: what was found, in a sentence, and what mends it, if anything must be."""

    verdict: HealthState
    said: str
    mend: str = ""


def good(template: str, /, **values: object) -> Health:
    """All is well; the sentence says what was found."""
    return Health(HealthState.good, refusal_text(template, **values))


def note(template: str, mend: str = "", /, **values: object) -> Health:
    """Worth knowing, with what to do about it if anything."""
    return Health(HealthState.note, refusal_text(template, **values), refusal_text(mend, **values) if mend else "")


def fault(template: str, mend: str, /, **values: object) -> Health:
    """Wrong, and what mends it."""
    return Health(HealthState.fault, refusal_text(template, **values), refusal_text(mend, **values))
