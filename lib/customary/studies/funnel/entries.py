"""Counting entries: somebody enters anew only after the last entry converted, timed out or was ended by an exclusion.

Which candidates are entries depends on the entry before, and that on the one before it. Each candidate knows the next
one after its own end, and following these steps from the first, doubled in length each time, marks all entries: twelve
rounds of joins find the first 4,096 of everybody, on any engine, without a loop over rows.
"""

from functools import reduce

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.studies.funnel.chains import has_events
from customary.studies.funnel.rules import FunnelRules

NOT_YET = 2**62  # after every instant
ROUNDS = 12


def with_entry_numbers(t: ir.Table, rules: FunnelRules) -> ir.Table:
    """The instants with each entry as a `unit` of its own, from its first step until the next entry; others go."""
    entries = _entries(_next_candidates(_with_ends(t, rules)))
    t = t.left_join(entries, [t.unit == entries.entry_unit, t.at_us == entries.entry_at])
    t = t.mutate(is_candidate=_.entry_unit.notnull()).drop("entry_unit", "entry_at")
    so_far = ibis.cumulative_window(group_by=t.unit, order_by=t.at_us)
    t = t.mutate(entry_no=ibis.cases((t.is_candidate, 1), else_=0).sum().over(so_far)).filter(_.entry_no > 0)
    return t.mutate(unit=t.unit.cast("string") + "#" + t.entry_no.cast("string")).drop("entry_no")


def _with_ends(t: ir.Table, rules: FunnelRules) -> ir.Table:
    """Candidates with `ends_us`: their last step, else the first exclusion or the end of their window."""
    for step in range(rules.count, 0, -1):
        t = t.mutate(**{f"done_{step}": _earliest_end(t, step, rules)})
        following = ibis.window(group_by=t.unit, order_by=t.at_us, following=(1, None))
        t = t.mutate(**{f"after_{step}": t[f"done_{step}"].min().over(following).fill_null(NOT_YET)})
    following = ibis.window(group_by=t.unit, order_by=t.at_us, following=(1, None))
    excluded = ibis.cases((t.is_excluded, t.at_us), else_=NOT_YET).min().over(following).fill_null(NOT_YET)
    t = t.mutate(ends_us=ibis.least(t.done_1, excluded, t.at_us + rules.window_us))
    return t.filter(_.is_candidate).select("unit", "at_us", "ends_us")


def _earliest_end(t: ir.Table, step: int, rules: FunnelRules) -> ir.IntegerValue:
    """When the last step is done at the earliest, if this one is taken here, and perhaps those after it as well."""
    ways = []
    for last in range(step, rules.count + 1):
        end = t.at_us if last == rules.count else t[f"after_{last + 1}"]
        ways.append(ibis.cases((has_events(t, step, last, rules), end), else_=NOT_YET))
    return reduce(ibis.least, ways)


def _next_candidates(t: ir.Table) -> ir.Table:
    """Candidates by `unit` and `place` with `next_place`, that of the first candidate after their end."""
    by_unit = ibis.window(group_by=t.unit, order_by=t.at_us)
    t = t.mutate(place=(ibis.row_number().over(by_unit) + 1).cast("int64"))
    starts = t.select("unit", "place", "at_us", moment="at_us", is_end=ibis.literal(0, "int8"))
    ends = t.select("unit", "place", "at_us", moment="ends_us", is_end=ibis.literal(1, "int8"))
    points = ibis.union(starts, ends)
    order = [points.moment, points.is_end, points.place]
    so_far = ibis.cumulative_window(group_by=points.unit, order_by=order)
    points = points.mutate(next_place=(1 - points.is_end).cast("int64").sum().over(so_far) + 1)
    return points.filter(_.is_end == 1).select("unit", "place", "at_us", "next_place")


def _entries(t: ir.Table) -> ir.Table:
    """`entry_unit` and `entry_at` of the candidates that are reached from the first one by going to the next."""
    steps = t.select("unit", "place", onward="next_place")
    marked = steps.filter(_.place == 1).select("unit", "place")
    for _round in range(ROUNDS):
        known = steps.select(known_unit="unit", known_place="place", onward="onward")
        reached = marked.inner_join(known, [marked.unit == known.known_unit, marked.place == known.known_place])
        marked = ibis.union(marked, reached.select("unit", place="onward"), distinct=True)
        beyond = known.rename(further="onward")
        further = steps.inner_join(beyond, [steps.unit == beyond.known_unit, steps.onward == beyond.known_place])
        steps = further.select("unit", "place", onward="further")
    found = marked.select(marked_unit="unit", marked_place="place")
    found = t.inner_join(found, [t.unit == found.marked_unit, t.place == found.marked_place])
    return found.select(entry_unit="unit", entry_at="at_us")
