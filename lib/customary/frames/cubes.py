"""What chapters ask of events again and again, counted once by the build: small tables that give the same answers.

Nobody above knows whether an answer came from one of them. Each holds what its study would count – over the days and
the ways of visits that questions choose – and the study itself is what it is tested against (`tests/test_cubes.py`).
Sums are narrowed to four bytes: as the engine gives them they have sixteen, and are read ten times as slowly.
"""

from collections.abc import Callable, Mapping

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.frames.places import AUTOMATIC

WAYS = ("channel", "device", "platform", "bot_sign")
DOINGS = ("search", "view_review", "add_to_wishlist", "share", "contact_service", "add_to_cart")


def _rows_that_count(events: ir.Table) -> ir.Table:
    return events.filter(events.left_out_because.isnull())


def page_days(events: ir.Table) -> ir.Table:
    """Page, day, and the day on which its visitors had last been on it → these visitors, their views and seconds.

    Whoever had been there before the window began is counted on that earlier day: visitors of any window are the sum
    over its days of those who come from before it, or for the first time. `previous_on` is empty for these.
    """
    t = _rows_that_count(events).filter(_.opens_page)
    v = t.group_by("page", "visitor_id", "day_on").agg(
        view_count=_.count(),
        seconds=_.page_seconds.sum(),
        squares=(_.page_seconds * _.page_seconds).sum(),
        dwell_count=_.page_seconds.count(),
    )
    before = v.day_on.lag().over(group_by=[v.page, v.visitor_id], order_by=v.day_on)
    return (
        v.mutate(previous_on=before)
        .group_by("page", "day_on", "previous_on")
        .agg(
            visitor_count=_.count(),
            view_count=_.view_count.sum().cast("int32"),
            seconds=_.seconds.sum(),
            squares=_.squares.sum(),
            dwell_count=_.dwell_count.sum().cast("int32"),
        )
    )


def flow_days(events: ir.Table) -> ir.Table:
    """Day, ways of the visit, an event and what follows it → how often; what tags send by themselves is none."""
    t = _rows_that_count(events).filter(_.event_name.notin(AUTOMATIC))
    return t.group_by("day_on", *WAYS, "event_name", "next_event").agg(pair_count=_.count())


def doing_days(events: ir.Table) -> ir.Table:
    """Day and ways of a visit → visits, how often each thing was done, in how many of them, how many of these bought.

    A visit past midnight, or of two ways, is in several rows, which only its number (`apart`) brings together again;
    all others are counted together, and `apart` is empty.
    """
    t = _rows_that_count(events).filter(_.visit_no.notnull())
    keys = ("visit_key", "day_on", *WAYS)
    done = {f"n_{name}": (t.event_name == name).cast("int32").sum().cast("int32") for name in DOINGS}
    v = t.group_by(*keys).agg(bought=(t.event_name == "purchase").any(), **done)
    part_count = v.count().over(group_by=v.visit_key)
    v = v.mutate(apart=ibis.cases((part_count > 1, v.visit_key)))
    counts = {"visits": v.count(), "bought": _flag_sum(v.bought)}
    for name in DOINGS:
        counts[f"n_{name}"] = v[f"n_{name}"].sum().cast("int32")
        counts[f"with_{name}"] = _flag_sum(v[f"n_{name}"] > 0)
        counts[f"bought_{name}"] = _flag_sum((v[f"n_{name}"] > 0) & v.bought)
    return v.group_by("apart", "day_on", *WAYS).agg(**counts)


def _flag_sum(flag: ir.BooleanValue) -> ir.IntegerValue:
    return flag.cast("int32").sum().cast("int32")


def event_names(events: ir.Table) -> ir.Table:
    """Every name that an event of the log bears, whether it counts or not."""
    return events.select("event_name").distinct()


CUBES: Mapping[str, Callable[[ir.Table], ir.Table]] = {
    "page_days": page_days,
    "flow_days": flow_days,
    "doing_days": doing_days,
    "event_names": event_names,
}
