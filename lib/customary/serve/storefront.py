"""What the front page tells about the shop, read from its current snapshot at each visit; its parts from the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from customary.page.chapters import Chapter
from customary.places import shop_path
from customary.serve.front.drawing import Drawn
from customary.serve.front.store import fronts
from customary.shop import now, readers_snapshot
from customary.wording import say

# Canonical tables whose rows the snapshot keeps under a frame's name.
FRAME_OF = {"order_items": "items"}


@dataclass(frozen=True)
class ShopSummary:
    """A shop seen from the street: its title, up to when it counts, how old the snapshot is, what it holds.

    `as_of` and `age` are None while nothing is published; `tables` are the frames and tables with at least one row;
    `drawn` are the parts of the page that take seconds, None before the first is there; `is_drawing` says
    that some will come.
    """

    title: str
    as_of: date | None = None
    age: timedelta | None = None
    tables: frozenset[str] = frozenset()
    accepted: str = ""
    drawn: Drawn | None = None
    is_drawing: bool = False

    def holds(self, table: str) -> bool:
        """Whether the snapshot has rows of this canonical table or frame."""
        known = self.tables | (self.drawn.tables if self.drawn else frozenset())
        return table in known or FRAME_OF.get(table, table) in known


def shop_summary(shop_name: str) -> ShopSummary:
    """The shop's storefront now, without drawn parts. Raises UnknownName for a shop that does not exist."""
    snapshot = readers_snapshot(shop_path(shop_name))
    if snapshot is None:
        return ShopSummary(shop_name)
    accepted = snapshot.facts.get("accepted")
    return ShopSummary(
        title=snapshot.facts["title"],
        as_of=date.fromisoformat(snapshot.facts["as_of"]),
        age=now() - snapshot.built_at,
        tables=frozenset(name for name, rows in snapshot.rows.items() if rows),
        accepted=str(accepted["reason"]) if accepted else "",
    )


def storefront_of(chapters: Iterable[Chapter]) -> Callable[[str], ShopSummary]:
    """What a visit asks: the summary with its drawn parts, or with word that they are being drawn."""
    listed = tuple(chapters)

    def show(shop_name: str) -> ShopSummary:
        summary, snapshot = shop_summary(shop_name), readers_snapshot(shop_path(shop_name))
        if snapshot is None:
            return summary
        is_drawing, drawn = fronts.is_drawing(snapshot), fronts.find(snapshot)
        if drawn is None:
            fronts.draw_aside(shop_name, snapshot, listed)
        return replace(summary, drawn=drawn, is_drawing=is_drawing or drawn is None)

    return show


def as_it_is(summary: ShopSummary) -> ShopSummary:
    """The summary as it is, for whoever sees the whole shop."""
    return summary


def without_figures(summary: ShopSummary) -> ShopSummary:
    """The summary for somebody who sees a part of the shop: its figures are drawn for those who see all of it."""
    return replace(summary, drawn=None, is_drawing=False)


def draw_ahead(shop_name: str, chapters: Iterable[Chapter]) -> None:
    """Draw the parts before the first visit, where there is a snapshot."""
    snapshot = readers_snapshot(shop_path(shop_name))
    if snapshot is not None:
        fronts.draw_now(shop_name, snapshot, chapters)


def age_in_words(age: timedelta) -> str:
    """Whole hours below two days, else whole days: "3 hours", "12 days"; "less than an hour"."""
    hours = int(age.total_seconds() // 3600)
    if hours < 1:
        return say("less than an hour")
    if hours < 48:
        return say("1 hour") if hours == 1 else say("{hours:,} hours", hours=hours)
    return say("{days:,} days", days=hours // 24)
