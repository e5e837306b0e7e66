"""What the index page tells about the shop, read from its current snapshot at each visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from customary.places import shop_path
from customary.shop import current_snapshot, now

# Canonical tables whose rows the snapshot keeps under a frame's name.
FRAME_OF = {"order_items": "items"}


@dataclass(frozen=True)
class ShopSummary:
    """A shop seen from the street: its title, up to when it counts, how old the snapshot is, what it holds.

    `as_of` and `age` are None while nothing is published; `tables` are the frames with at least one row.
    """

    title: str
    as_of: date | None = None
    age: timedelta | None = None
    tables: frozenset[str] = frozenset()

    def holds(self, table: str) -> bool:
        """Whether the snapshot has rows of this canonical table or frame."""
        return FRAME_OF.get(table, table) in self.tables


def shop_summary(shop_name: str) -> ShopSummary:
    """The shop's storefront now. Raises UnknownName for a shop that does not exist."""
    snapshot = current_snapshot(shop_path(shop_name))
    if snapshot is None:
        return ShopSummary(shop_name)
    return ShopSummary(
        title=snapshot.facts["title"],
        as_of=date.fromisoformat(snapshot.facts["as_of"]),
        age=now() - snapshot.built_at,
        tables=frozenset(name for name, rows in snapshot.rows.items() if rows),
    )


def age_in_words(age: timedelta) -> str:
    """Whole hours below two days, else whole days: "3 hours", "12 days"; "less than an hour"."""
    hours = int(age.total_seconds() // 3600)
    if hours < 1:
        return "less than an hour"
    if hours < 48:
        return f"{hours} hour{'s' if hours > 1 else ''}"
    return f"{hours // 24} days"
