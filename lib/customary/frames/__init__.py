"""Tables in, one row per X out. Every row counts or carries `left_out_because`."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import ibis.expr.types as ir

from customary.declare import FRAMES, Frame
from customary.frames import orders as _orders
from customary.frames import people as _people
from customary.frames import plain as _plain
from customary.frames import products as _products
from customary.frames import returns as _returns
from customary.frames import visits as _visits
from customary.frames.calendar import PERIODS
from customary.standard import OWN

__all__ = ["ASIDE", "FRAMES", "GIVEN", "LINKED", "ORDER", "PERIODS", "stored_frames", "write"]
_ROOMS = (_orders, _people, _plain, _products, _returns, _visits)
ORDER = (
    "products",
    "orders",
    "items",
    "returns",
    "events",
    "sessions",
    "customers",
    "months",
    "tickets",
    "responses",
    "spend",
    "assignments",
)
LINKED = "linked_returns"  # built first and kept by nobody: returns with the orders they came from
PLACED = "placed_events"  # likewise: of each event its visit, its person and its place
ASIDE = (LINKED, PLACED)
GIVEN = "given_columns"  # kept by nobody either: the columns that the source gives, blank or not
Compose = Callable[[], ir.Table]


def stored_frames() -> Iterator[Frame]:
    """The frames a snapshot holds, each after the ones it is built from."""
    return (FRAMES[name] for name in ORDER)


def _is_canonical(name: str, frame: Frame) -> bool:
    """Whether `name` means the canonical table to a frame: there is no frame of that name, or it is just being built.

    Customers are always the canonical ones: their frame is built late, from frames that need them. So are products,
    whose columns that a shop declared itself keep their guarded names until the frame that needs them is done.
    """
    return name in (frame.name, "customers", "products") or name not in (*ORDER, *ASIDE)


def _compose(
    frame: Frame, tables: Mapping[str, ir.Table], facts: Mapping[str, Any], made: Mapping[str, ir.Table]
) -> ir.Table:
    given = {
        need: facts[need] if need in facts else tables[need] if _is_canonical(need, frame) else made[need]
        for need in frame.needs
    }
    table = frame.build(**given)
    # A shop's own columns come through under names that no step on the way knows, and get theirs at the end.
    own = {name.removeprefix(OWN): name for name in table.columns if name.startswith(OWN)}
    return table.rename(own) if own else table


def _place_events(tables: Mapping[str, ir.Table], facts: Mapping[str, Any]) -> ir.Table:
    events, consents, customers = (tables[name] for name in ("events", "consents", "customers"))
    return _visits.place_events(events, consents, customers, facts["shop_rules"])


def write(
    tables: Mapping[str, ir.Table],
    facts: Mapping[str, Any],
    made: Mapping[str, ir.Table],
    keep: Callable[[str, Compose], None],
) -> None:
    """Build every stored frame from canonical `tables` and `facts`: `keep(name, compose)` stores what `compose` gives.

    A parameter of a frame means the frame of that name where one is built already, else the canonical table, else the
    fact; `made` looks up the frames stored so far. Nothing is composed, and no table looked at, unless `keep` asks.
    """
    keep(LINKED, lambda: _returns.link_orders(tables["returns"], tables["orders"], tables["order_items"]))
    keep(PLACED, lambda: _place_events(tables, facts))
    for frame in stored_frames():
        keep(frame.name, partial(_compose, frame, tables, facts, made))
