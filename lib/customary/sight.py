"""What a viewer sees of a shop's frames: rules on rows and columns that the query itself carries.

A row rule names a column and the values whose rows are seen. A frame without that column has the rows of the orders,
else of the customers that are seen; a frame that belongs to neither has none, unless it tells of no person. Nothing is
filtered afterwards: what is not seen is in no count, no sum and no file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import ibis
import ibis.expr.types as ir

ANALYST, STAKEHOLDER = "analyst", "stakeholder"
# What a row belongs to, by its key: asked in this order.
OWNERS = (("orders", "order_id"), ("customers", "customer_id"))
# They tell of no person and hold no figure: the range of goods, the rules in force, the shop's own calendar.
WHOLE = frozenset({"products", "rules", "notes"})
type FrameOf = Callable[[str], ir.Table]


@dataclass(frozen=True)
class Sight:
    """Hidden columns, `city` in all frames or `customers.city` in one, and of each row rule its column and values."""

    hidden: tuple[str, ...] = ()
    rows: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def key(self) -> str:
        """A name for what is seen: equal for equal rules, "" where all is seen."""
        if self == EVERYTHING:
            return ""
        return hashlib.sha256(repr((self.hidden, self.rows)).encode()).hexdigest()[:16]

    def of(self, frame: str, frame_of: FrameOf) -> ir.Table:
        """The frame as it is seen; `frame_of` gives frames with all their rows. A hidden column is unknown in it."""
        t = frame_of(frame)
        for column, values in self.rows if frame not in WHOLE else ():
            t = t.filter(_is_seen(t, frame, column, values, frame_of))
        hidden = [name for name in t.columns if name in self.hidden or f"{frame}.{name}" in self.hidden]
        return t.mutate(**{name: ibis.null(t[name].type()) for name in hidden}) if hidden else t


EVERYTHING = Sight()


def _is_seen(t: ir.Table, frame: str, column: str, values: tuple[str, ...], frame_of: FrameOf) -> ir.BooleanValue:
    """Whether the rule allows a row: by its own value, else by that of what it belongs to; of nothing else it is no."""
    if column in t.columns:
        return _is_among(t[column], values)
    for owner, key in OWNERS:
        owners = frame_of(owner) if key in t.columns and owner != frame else None
        if owners is not None and column in owners.columns:
            seen = owners.filter(_is_among(owners[column], values))
            return t[key].isin(seen[key]).fill_null(False)
    return ibis.literal(False)


def _is_among(value: ir.Value, values: tuple[str, ...]) -> ir.BooleanValue:
    """Rules are written as text: 2025 in a rule is the year 2025 of a column of numbers."""
    return value.cast("string").isin(list(values)).fill_null(False)


@dataclass(frozen=True)
class Viewer:
    """Who looks: `audience` is analyst or stakeholder, `sight` what that one sees of the frames."""

    audience: str = STAKEHOLDER
    sight: Sight = field(default=EVERYTHING)


_asked: list[Callable[[], Viewer | None]] = [lambda: None]


def ask_viewer(ask: Callable[[], Viewer | None]) -> None:
    """Let `open_shop()` ask who looks: a server that signs people in tells it for each page; None leaves it open."""
    _asked[:] = [ask]


def present_viewer() -> Viewer | None:
    """Who looks just now; None where nobody is asked who they are."""
    return _asked[0]()


def viewer_key(shop: Any) -> tuple[str, str]:
    """What tells a shop's answers for one kind of viewer from those for another: audience, and what is seen of it."""
    key: tuple[str, str] = shop._viewer
    return key
