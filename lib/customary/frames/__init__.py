"""Tables in, one row per X out. Every row counts or carries `left_out_because`."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import ibis.expr.types as ir

from customary.declare import FRAMES, Frame
from customary.frames import orders as _orders
from customary.frames import people as _people
from customary.frames import plain as _plain
from customary.frames import returns as _returns
from customary.frames import visits as _visits
from customary.frames.calendar import PERIODS

__all__ = ["FRAMES", "PERIODS", "stored", "write"]
_ROOMS = (_orders, _people, _plain, _returns, _visits)
ORDER = (
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


def stored() -> Iterator[Frame]:
    """The frames a snapshot holds, each after the ones it is built from."""
    return (FRAMES[name] for name in ORDER)


def write(
    tables: Mapping[str, ir.Table], facts: Mapping[str, Any], keep: Callable[[str, ir.Table], ir.Table]
) -> dict[str, ir.Table]:
    """Build every stored frame from canonical `tables` and `facts`; `keep` stores one and returns it.

    A parameter means the frame of that name where one is built already, else the canonical table, else the fact.
    """
    made: dict[str, ir.Table] = {}
    known = dict(tables)
    known["linked_returns"] = keep(
        "linked_returns", _returns.linked(tables["returns"], tables["orders"], tables["order_items"])
    )
    for frame in stored():
        known_here = {**facts, **known, **{name: table for name, table in made.items() if name != frame.name}}
        if frame.name == "customers" or "customers" in frame.needs:
            known_here["customers"] = tables["customers"]
        made[frame.name] = keep(frame.name, frame.build(**{name: known_here[name] for name in frame.needs}))
    return made
