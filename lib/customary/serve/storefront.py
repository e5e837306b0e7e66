"""What the index page tells about the shop. Filled from the shop's current snapshot at each request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Storefront:
    """A shop seen from the street: its title, up to when it counts, how old the snapshot is, what it holds.

    `tables` are the canonical tables with at least one row; `age` is None when unknown.
    """

    title: str
    as_of: date | None = None
    age: timedelta | None = None
    tables: frozenset[str] = frozenset()


def age_in_words(age: timedelta) -> str:
    """Whole hours below two days, else whole days: "3 hours", "12 days"; "less than an hour"."""
    hours = int(age.total_seconds() // 3600)
    if hours < 1:
        return "less than an hour"
    if hours < 48:
        return f"{hours} hour{'s' if hours > 1 else ''}"
    return f"{hours // 24} days"
