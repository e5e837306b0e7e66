"""Visits as a question wants them: as the source or the build counts them, or cut anew by silence, day or campaign."""

from collections.abc import Iterable

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.errors import unknown_name
from customary.studies.shared.people import in_time, parts_of, with_person
from customary.studies.shared.spans import DAY_US, MICRO, span_seconds

KEYS = ("owner", "visit", "part")  # what a visit is known by
SPLITS = ("campaign", "midnight", "24h")
ENDS = "(visit ends)"  # what follows the last event of a visit


def cut_visits(events: ir.Table, gap: str = "", split: str = "") -> ir.Table:
    """Events with the visit they belong to (`owner`, `visit`, `part`), and its person.

    Without a `gap` these are the visits of the build: the source's own where it numbers them, else cut after half an
    hour of silence per visitor. A `gap` cuts anew by silence per person; silence of exactly that length cuts nothing.
    `split` also cuts at a new "campaign", at "midnight" of the shop's clock or after each "24h", several with commas.
    Events of one instant are taken in the order of their numbers.
    """
    wanted = [name.strip() for name in split.split(",") if name.strip()]
    for name in wanted:
        if name not in SPLITS:
            raise unknown_name(name, SPLITS, "way to split visits")
    t = with_person(events)
    return _split(_cut_by_silence(t, span_seconds(gap, "gap")) if gap else _as_built(t), wanted)


def _as_built(t: ir.Table) -> ir.Table:
    """The visits of the build, by the one number of each where it is stored."""
    if "visit_key" in t.columns:
        return t.mutate(owner=t.visit_key, visit=ibis.literal(0, "int32"))
    return t.mutate(owner=t.visitor_id, visit=t.visit_no)


def mark_first_events(t: ir.Table) -> ir.Table:
    """Events of visits that are cut, with `is_first` of their visit."""
    return t.mutate(is_first=ibis.row_number().over(ibis.window(**in_order(t, KEYS))) == 0)


def in_order(t: ir.Table, keys: Iterable[str]) -> dict[str, list[ir.Value]]:
    """The parts of a window over the events of each group, in the order in which they happened."""
    return {"group_by": [t[key] for key in keys], "order_by": in_time(t)}


def _cut_by_silence(t: ir.Table, seconds: int) -> ir.Table:
    t = t.mutate(owner=t.person_no)
    silence = t.at_us - t.at_us.lag().over(ibis.window(**in_order(t, ["owner"])))
    t = t.mutate(is_first=(silence > seconds * MICRO).fill_null(True).cast("int32"))
    so_far = ibis.cumulative_window(**in_order(t, ["owner"]))
    return t.mutate(visit=t.is_first.sum().over(so_far).cast("int32")).drop("is_first")


def _split(t: ir.Table, wanted: list[str]) -> ir.Table:
    """The visits with their `part`, 0 for all where nothing splits them."""
    if not wanted:
        return t.mutate(part=ibis.literal(0, "int32"))
    line = ibis.window(**in_order(t, ["owner", "visit"]))
    t = t.mutate(is_first=ibis.row_number().over(line) == 0)
    is_new = ibis.literal(False)
    if "midnight" in wanted:
        is_new = is_new | (t.day != t.day.lag().over(line)).fill_null(False)
    if "24h" in wanted:
        days = (t.at_us - t.at_us.min().over(group_by=[t.owner, t.visit])) // DAY_US
        t = t.mutate(is_new=is_new, days=days)
        line = ibis.window(**in_order(t, ["owner", "visit"]))
        is_new = t.is_new | (t.days != t.days.lag().over(line)).fill_null(False)
    t = t.mutate(is_new=is_new)
    t = _mark_campaigns(t) if "campaign" in wanted else t
    so_far = ibis.cumulative_window(**in_order(t, ["owner", "visit"]))
    part = (t.is_new & ~t.is_first).cast("int32").sum().over(so_far).cast("int32")
    return t.mutate(part=part).drop("is_new", "is_first", *(["days"] if "24h" in wanted else []))


def _mark_campaigns(t: ir.Table) -> ir.Table:
    """Mark events that name another campaign than the last one named in their visit, or the visit's first."""
    known = t.filter(t.campaign.notnull()).select(*parts_of(t, "owner", "visit", "campaign"))
    before = known.campaign.lag().over(ibis.window(**in_order(known, ["owner", "visit"])))
    known = known.mutate(changes=before.isnull() | (known.campaign != before).fill_null(True))
    changes = known.filter(known.changes).select(changing_event="event_id")
    t = t.left_join(changes, t.event_id == changes.changing_event)
    return t.mutate(is_new=_.is_new | _.changing_event.notnull()).drop("changing_event")
