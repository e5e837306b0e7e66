"""How far each unit got: its entry, the step it came to, and when it came to each."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.studies.funnel.any_order import one_per_unit, outcomes_in_any_order
from customary.studies.funnel.chains import NEVER, entry_name, with_chains
from customary.studies.funnel.entries import with_entry_numbers
from customary.studies.funnel.instants import instants_of, value_name
from customary.studies.funnel.rules import FunnelRules


def time_name(step: int) -> str:
    """The column with the microsecond at which a unit came to a step."""
    return f"at_{step}"


def outcomes_of(events: ir.Table, rules: FunnelRules) -> ir.Table:
    """One row per unit that entered: `unit`, `person_no`, `depth`, `entry_us`, `at_1` … `at_n`.

    Depth is the last step it came to, 0 where the window of its entry is not over. Of several chains the deepest
    counts, of equally deep ones the one that entered last. `entry_us` of a unit of depth 0 is its first step 1. With a
    split or a period its values are there as well, and for touch “any” there is a row for each value.
    """
    t = instants_of(events, rules)
    if rules.unit == "entries":
        t = with_entry_numbers(t, rules)
    found = outcomes_in_any_order(t, rules) if rules.order == "any" else _deepest(t, rules)
    return _with_values(found, t, rules)


def _deepest(t: ir.Table, rules: FunnelRules) -> ir.Table:
    chained = with_chains(t, rules)
    found = _times(chained, _depths(chained, rules), rules)
    return _without_excluded(one_per_unit(found) if rules.hold else found, t, rules)


def _depths(t: ir.Table, rules: FunnelRules) -> ir.Table:
    """Unit and value held → how deep it came, from which entry; 0 for what entered and is not mature."""
    steps = range(1, rules.count + 1)
    best = {f"best_{step}": t[entry_name(step)].max() for step in steps}
    t = t.group_by(*rules.keys, "person_no").agg(first_us=t.at_us.min(where=t.is_candidate), **best)
    deep = [(t[f"best_{step}"] > NEVER, step) for step in reversed(steps)]
    entry = [(t[f"best_{step}"] > NEVER, t[f"best_{step}"]) for step in reversed(steps)]
    t = t.mutate(depth=ibis.cases(*deep, else_=0).cast("int32"), entry_us=ibis.cases(*entry, else_=t.first_us))
    return t.filter(t.entry_us.notnull()).select(*rules.keys, "person_no", "depth", "entry_us")


def _times(t: ir.Table, units: ir.Table, rules: FunnelRules) -> ir.Table:
    """The units with the first moment at which their chain came to each step."""
    keys = {f"known_{key}": key for key in rules.keys}
    known = units.select(**keys, known_entry="entry_us", known_depth="depth")
    t = t.inner_join(known, [t[key] == known[name] for name, key in keys.items()])
    times = {
        time_name(step): t.at_us.min(where=(t[entry_name(step)] == t.known_entry) & (t.known_depth >= step))
        for step in range(1, rules.count + 1)
    }
    found = t.group_by(*keys).agg(**times)
    return units.inner_join(found, [units[key] == found[name] for name, key in keys.items()]).drop(*keys)


def _without_excluded(found: ir.Table, t: ir.Table, rules: FunnelRules) -> ir.Table:
    """Without the units whom an exclusion cost a step, where the question leaves such people out."""
    if not rules.exclude or rules.exclude_mode == "step":
        return found
    freely = _depths(with_chains(t, rules.without_exclusions), rules)
    freely = freely.group_by(free_unit="unit").agg(free_depth=_.depth.max())
    joined = found.inner_join(freely, found.unit == freely.free_unit)
    return joined.filter(joined.free_depth == joined.depth).drop("free_unit", "free_depth")


def _with_values(found: ir.Table, t: ir.Table, rules: FunnelRules) -> ir.Table:
    """The period of the entry, and the values of the splits at the step that `touch` names."""
    if rules.every:
        at = t.group_by("unit", "at_us").agg(period=t.period.min())
        entered = at.select(period_unit="unit", period_us="at_us", period="period")
        same = [found.unit == entered.period_unit, found.entry_us == entered.period_us]
        found = found.left_join(entered, same).drop("period_unit", "period_us")
    if not rules.by:
        return found
    if rules.touch == "any":
        steps = [_values_at(found, t, rules, step) for step in range(1, rules.count + 1)]
        return ibis.union(*steps, distinct=True)
    return _values_at(found, t, rules, 1 if rules.touch == "first" else 0)


def _values_at(found: ir.Table, t: ir.Table, rules: FunnelRules, step: int) -> ir.Table:
    """The units that came to a step with the values of the splits there; step 0 is the deepest that each came to."""
    times = [(found.depth == n, found[time_name(n)]) for n in range(2, rules.count + 1)]
    when = {0: ibis.cases(*times, else_=found.entry_us), 1: found.entry_us}.get(step)
    touched = found.mutate(touched_us=found[time_name(step)] if when is None else when)
    touched = touched.filter(touched.depth >= step) if step > 1 else touched
    kinds = sorted(set(rules.kind_of)) if rules.order == "any" or step == 0 else [rules.kind_of[step - 1]]
    names = [value_name(name, kind) for name in rules.by for kind in kinds]
    keys = {f"same_{key}": key for key in rules.keys}
    rows = t.select(**keys, same_us="at_us", **{name: t[name] for name in names})
    same = [touched[key] == rows[name] for name, key in keys.items()]
    joined = touched.left_join(rows, [*same, touched.touched_us == rows.same_us])
    values = {name: _value(joined, rules, name, kinds, step) for name in rules.by}
    return joined.mutate(**values).select(*found.columns, *rules.by)


def _value(joined: ir.Table, rules: FunnelRules, name: str, kinds: list[int], step: int) -> ir.Value:
    """The value at the step; at the deepest one, or at one of any order, that of the events that were there."""
    if rules.order == "any":
        values = [joined[value_name(name, kind)] for kind in kinds]
        return ibis.coalesce(*values) if len(values) > 1 else values[0]
    if step:
        return joined[value_name(name, kinds[0])]
    at = [(joined.depth == n, joined[value_name(name, rules.kind_of[n - 1])]) for n in range(2, rules.count + 1)]
    return ibis.cases(*at, else_=joined[value_name(name, rules.kind_of[0])])
