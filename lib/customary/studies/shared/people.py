"""Who stands behind an event: the customer where one is known, otherwise the visitor."""

import ibis.expr.types as ir

from customary.frames.places import STORED, identify

PARTS = ("event_id", "visitor_id", "customer_id", "visit_no", "occurred_at")  # what persons and places are made of


def with_person(events: ir.Table) -> ir.Table:
    """Events with `person_id`, who did it, `person_no`, which is as good a key, and `at_us`, microseconds since 1970.

    The build has stored who did it, over all events that count; otherwise it is worked out from those that are given.
    """
    if "person_no" in events.columns:
        return events
    t = identify(events)
    return t.mutate(person_no=t.person_id)


def parts_of(events: ir.Table, *more: str) -> tuple[str, ...]:
    """The columns that persons, visits and their order are made of, and `more` of those that there are, each once."""
    wanted = dict.fromkeys((*PARTS, *STORED, *more))
    return tuple(name for name in wanted if name in events.columns)


def in_time(t: ir.Table) -> list[ir.Value]:
    """What orders events: their instant, those of one instant by their numbers; one number where it is stored."""
    return [t.event_no] if "event_no" in t.columns else [t.at_us, t.event_id]
