"""How far chains of steps get: for each instant and step, the latest entry from which a chain arrives there.

Among chains that have come equally far by some moment, the one that entered last has most of its window left, so that
it alone must be remembered: one running maximum per step, no loop over rows.
"""

from functools import reduce

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.studies.funnel.instants import count_name
from customary.studies.funnel.rules import FunnelRules, groups_of

NEVER = -(2**62)  # before every instant: nobody has come so far


def entry_name(step: int) -> str:
    """The column with the entry, in microseconds, of the chain that arrives at a step at this instant."""
    return f"entry_{step}"


def onward_name(step: int) -> str:
    """The same of chains that may go on from here to the next instant; in strict order not all may."""
    return f"onward_{step}"


def with_chains(t: ir.Table, rules: FunnelRules) -> ir.Table:
    """The instants with `entry_1` … `entry_n`: the entry of a chain that arrives at this step then, NEVER for none."""
    if rules.entry == "first":
        t = _since_the_first(t, rules)
    keys = list(rules.keys)
    if rules.exclude:
        t, keys = _cut_by_exclusions(t, rules), [*rules.keys, "stretch"]
    t = t.mutate(**{entry_name(1): ibis.cases((t.is_candidate & t.is_mature, t.at_us), else_=NEVER)})
    t = t.mutate(**{onward_name(1): t[entry_name(1)]})
    if rules.order == "strict":
        t = t.mutate(previous_us=t.at_us.lag().over(ibis.window(group_by=t.unit, order_by=t.at_us)))
    for step in range(2, rules.count + 1):
        t = t.mutate(**{f"before_{step}": _latest_before(t, step - 1, keys, rules)})
        t = t.mutate(**_arrivals(t, step, rules))
        if rules.exclude:
            t = _carry_over(t, step, rules)
    return t


def _since_the_first(t: ir.Table, rules: FunnelRules) -> ir.Table:
    """The instants that can belong to a chain from the unit's first candidate, which alone stays one."""
    first = t.filter(_.is_candidate).group_by(first_unit="unit").agg(first_us=_.at_us.min())
    t = t.inner_join(first, t.unit == first.first_unit)
    t = t.filter(_.at_us >= _.first_us - rules.grace_us * (rules.count - 1))  # each step may come so much earlier
    if rules.clock == "first":
        t = t.filter(_.at_us - _.first_us <= rules.window_us)
    return t.mutate(is_candidate=t.is_candidate & (t.at_us == t.first_us)).drop("first_unit", "first_us")


def _latest_before(t: ir.Table, step: int, keys: list[str], rules: FunnelRules) -> ir.Value:
    """The latest entry of a chain that had come to `step` before this instant, or within the grace after it."""
    group = [t[key] for key in keys]
    onward = t[onward_name(step)]
    if rules.order == "strict":
        return onward.lag().over(ibis.window(group_by=group, order_by=t.at_us)).fill_null(NEVER)
    if rules.clock == "prior":
        earlier = ibis.range_window(preceding=(rules.window_us, 1), group_by=group, order_by=t.at_us)
    else:
        earlier = ibis.window(preceding=(None, 1), group_by=group, order_by=t.at_us)
    before = onward.max().over(earlier).fill_null(NEVER)
    if not rules.grace_us:
        return before
    later = ibis.range_window(following=(1, rules.grace_us), group_by=group, order_by=t.at_us)
    return ibis.greatest(before, onward.max().over(later).fill_null(NEVER))


def _arrivals(t: ir.Table, step: int, rules: FunnelRules) -> dict[str, ir.Value]:
    """The entries of chains that take the steps from some `first` to this one at this very instant."""
    ways = []
    for first in range(1, step + 1):
        entry = t[entry_name(1)] if first == 1 else t[f"before_{first}"]
        is_open = entry > NEVER
        if rules.hold:
            is_open = is_open & (t.held != "")  # empty equals nothing, not even empty
        if rules.clock == "first":
            is_open = is_open & (t.at_us - entry <= rules.window_us)
        elif rules.order == "strict" and first > 1:
            is_open = is_open & (t.at_us - t.previous_us <= rules.window_us)
        ways.append((first, ibis.cases((is_open & has_events(t, first, step, rules), entry), else_=NEVER)))
    arrived = _greatest([entry for _first, entry in ways])
    if rules.order != "strict":
        return {entry_name(step): arrived, onward_name(step): arrived}
    # Strict: what came from the instant before has to use up all events of this one before it goes on.
    onward = [
        entry if first == 1 else ibis.cases((t.event_count == step - first + 1, entry), else_=NEVER)
        for first, entry in ways
    ]
    return {entry_name(step): arrived, onward_name(step): _greatest(onward)}


def _greatest(values: list[ir.Value]) -> ir.Value:
    return ibis.greatest(*values) if len(values) > 1 else values[0]


def has_events(t: ir.Table, first: int, last: int, rules: FunnelRules) -> ir.BooleanValue:
    """Whether the instant has an event of its own for each of these steps.

    Hall (1935): it has if any group of their conditions is met by as many events as there are steps that ask for it.
    """
    asked = rules.kind_of[first - 1 : last]
    enough = ibis.literal(True)
    for family in rules.families:
        for group in groups_of([kind for kind in family if kind in asked]):
            enough = enough & (t[count_name(group)] >= sum(kind in group for kind in asked))
    return enough


def _cut_by_exclusions(t: ir.Table, rules: FunnelRules) -> ir.Table:
    """The instants in stretches between exclusions: chains go on within a stretch only.

    An exclusion counts strictly between two steps, so that an instant that has one stands twice: at the end of the
    stretch before it, for what arrives then, and at the beginning of the next, for what goes on from it.
    """
    cut = ibis.cases((t.is_excluded, 1), else_=0)
    so_far = ibis.range_window(preceding=None, following=0, group_by=t.unit, order_by=t.at_us)
    # Where values are held, an instant has a row for each, and an exclusion in one of them cuts them all.
    here = cut.sum().over(group_by=[t.unit, t.at_us]) if rules.hold else cut
    t = t.mutate(upto=cut.sum().over(so_far), here=here)
    t = t.filter(reduce(lambda a, b: a | b, [t[count_name((n,))] > 0 for n in range(len(rules.kinds))]))
    again = t.filter(t.here > 0).mutate(stretch=_.upto)
    return ibis.union(t.mutate(stretch=t.upto - t.here), again).drop("upto", "here")


def _carry_over(t: ir.Table, step: int, rules: FunnelRules) -> ir.Table:
    """What arrived at an instant in one stretch stands at the same instant in the next."""
    same = ibis.window(group_by=[t[key] for key in (*rules.keys, "at_us")])
    entry = t[entry_name(step)].max().over(same)
    return t.mutate(**{entry_name(step): entry, onward_name(step): entry})
