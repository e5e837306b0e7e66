"""A funnel whose steps may come in any order: how many of them somebody did within the window from the first."""

from functools import reduce

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.studies.funnel.instants import count_name
from customary.studies.funnel.rules import FunnelRules, groups_of


def outcomes_in_any_order(t: ir.Table, rules: FunnelRules) -> ir.Table:
    """As `outcomes_of`: depth k is k of the steps done, `at_k` the moment at which so many were done."""
    entries = _best_entries(t, rules) if rules.entry == "best" else _first_entries(t)
    keys = {f"known_{key}": key for key in rules.keys}
    known = entries.select(**keys, known_entry="entry_us", is_known="is_mature")
    t = t.inner_join(known, [t[key] == known[name] for name, key in keys.items()])
    t = t.filter((t.at_us >= t.known_entry) & (t.at_us - t.known_entry <= rules.window_us))
    so_far = ibis.window(group_by=[t[key] for key in rules.keys], order_by=t.at_us, preceding=None, following=0)
    t = t.mutate(done=_done_by_mature(t, t.is_known, _steps_done(t, rules, so_far), rules))
    times = {f"at_{step}": t.at_us.min(where=t.done >= step) for step in range(1, rules.count + 1)}
    facts = {"depth": t.done.max().cast("int32"), "entry_us": t.known_entry.max()}
    t = t.group_by(*rules.keys, "person_no").agg(**facts, **times)
    return one_per_unit(t) if rules.hold else t


def one_per_unit(t: ir.Table) -> ir.Table:
    """Of several values held the one with which it came farthest; of equals the latest entry, then the least value."""
    order = [t.depth.desc(), t.entry_us.desc(), t.held]
    return t.mutate(place=ibis.row_number().over(group_by=t.unit, order_by=order)).filter(_.place == 0).drop("place")


def _first_entries(t: ir.Table) -> ir.Table:
    """Each unit's first instant with any of the steps."""
    first = t.at_us.min(where=t.is_candidate).over(group_by=t.unit)
    return t.mutate(first_us=first).filter(_.is_candidate & (_.at_us == _.first_us)).mutate(entry_us=_.at_us)


def _best_entries(t: ir.Table, rules: FunnelRules) -> ir.Table:
    """Each unit's entry from which most steps were done, the latest of these; its first where none is mature."""
    keys = [t[key] for key in rules.keys]
    ahead = ibis.range_window(preceding=0, following=rules.window_us, group_by=keys, order_by=t.at_us)
    t = t.mutate(done=_done_by_mature(t, t.is_mature, _steps_done(t, rules, ahead), rules)).filter(_.is_candidate)
    order = [t.is_mature.desc(), t.done.desc(), ibis.cases((t.is_mature, -t.at_us), else_=t.at_us)]
    t = t.mutate(place=ibis.row_number().over(group_by=[t[key] for key in rules.keys], order_by=order))
    return t.filter(_.place == 0).mutate(entry_us=_.at_us)


def _done_by_mature(
    t: ir.Table, is_mature: ir.BooleanValue, done: ir.IntegerValue, rules: FunnelRules
) -> ir.IntegerValue:
    """The steps done, none where the window is not over; what holds no value enters and goes no further."""
    alone = [(t.held == "", ibis.least(done, ibis.literal(1, "int64")))] if rules.hold else []
    return ibis.cases((~is_mature, 0), *alone, else_=done)


def _steps_done(t: ir.Table, rules: FunnelRules, window: object) -> ir.IntegerValue:
    """How many steps the events in a window can be given to, each event to one step at most (König, 1931)."""
    parts = []
    for family in rules.families:
        asked = [sum(kind == one for one in rules.kind_of) for kind in family]
        mult = dict(zip(family, asked, strict=True))
        bounds = [
            t[count_name(group)].sum().over(window) + sum(mult[kind] for kind in family if kind not in group)
            for group in groups_of(family)
        ]
        parts.append(ibis.least(*bounds, ibis.literal(sum(asked), "int64")))
    return reduce(lambda a, b: a + b, parts)
