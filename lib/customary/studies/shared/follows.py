"""What follows an event in its visit: stored by the build, worked out where it is not."""

import ibis.expr.types as ir

from customary.frames.places import FOLLOWED, follow


def with_follows(events: ir.Table) -> ir.Table:
    """Events with what follows them in their visit, as the build stored it; otherwise it is worked out."""
    return events if set(FOLLOWED) <= set(events.columns) else follow(events)


def visit_keys(events: ir.Table) -> list[str]:
    """The columns that a visit is known by: its one number where it is stored."""
    return ["visit_key"] if "visit_key" in events.columns else ["visitor_id", "visit_no"]
