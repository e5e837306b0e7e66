"""The columns of events by which a question is split."""

import ibis.expr.types as ir

from customary.errors import Refused, unknown_name
from customary.frames.places import STORED

# Keys, times and marks of the build: nobody's group.
_ASIDE = {"event_id", "visitor_id", "customer_id", "session_id", "visit_no", "dwell_seconds", "is_start", "is_end"}
_ASIDE |= set(STORED)
_ASIDE |= {"left_out_because", "occurred_at", "occurred_local", "ts_s", "day", "month_idx", "search_term", "_record"}


def split_columns(events: ir.Table, by: str) -> tuple[str, ...]:
    """The columns that `by` names, with commas between; what is no column to split events by is refused."""
    names = tuple(name.strip() for name in by.split(",") if name.strip())
    known = [name for name in events.columns if name not in _ASIDE]
    for name in names:
        if name not in known:
            raise unknown_name(name, known, "column to split events by")
    if len(set(names)) < len(names):
        raise Refused("the split names a column twice: {by}", by=by)
    return names
