"""From events to instants: one row per unit, value held and moment, with how many events of each kind it saw.

Events of one instant have no order among themselves, so they are counted and never sorted: the order of a file decides
nothing.
"""

from functools import reduce

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.errors import unknown_name
from customary.frames.visits import GAP_S
from customary.studies.funnel.rules import PERIODS, FunnelRules
from customary.studies.shared.conditions import NAMES, meets
from customary.studies.shared.people import parts_of, with_person
from customary.studies.shared.spans import MICRO

GAP_US = GAP_S * MICRO


def count_name(group: tuple[int, ...]) -> str:
    """The column that counts events of any of these kinds."""
    return "n_" + "_".join(map(str, group))


def value_name(column: str, kind: int) -> str:
    """The column with the value of a split at events of this kind."""
    return f"value_{kind}_{column}"


def instants_of(events: ir.Table, rules: FunnelRules) -> ir.Table:
    """`unit`, `person_no`, where a value is held `held` (empty for none), and `at_us` of each instant with a step.

    `n_…` count its events by kind, `event_count` all of them; `is_excluded` says that an exclusion was there. A
    candidate for an entry `is_candidate`; one whose window is over by the end of the data `is_mature`.
    """
    for name in (*rules.by, *rules.hold):
        if name not in events.columns:
            raise unknown_name(name, events.columns, "column of events")
    t = _marked_events(_in_window(events, rules), rules)
    ends = t.group_by("unit").agg(last_us=_.at_us.max()) if rules.unit == "sessions" else None
    if rules.order != "strict":
        t = t.filter(reduce(lambda a, b: a | b, [t[f"is_{n}"] for n in range(len(rules.kinds))], t.is_excluded))
    t = t.group_by(*rules.keys, "person_no", "at_us").agg(**_counts(t, rules), **_values(t, rules))
    return _with_entries(t, rules, ends)


def _in_window(events: ir.Table, rules: FunnelRules) -> ir.Table:
    if not rules.cuts_steps or not rules.during:
        return events
    return events.filter((events.day_on >= rules.during[0]) & (events.day_on < rules.during[1]))


def with_units(events: ir.Table, rules: FunnelRules) -> ir.Table:
    """All events with `unit`, `person_no`, `at_us` and `name`, the one that the source gave them where it is known."""
    names = [events[column] for column in reversed(NAMES) if column in events.columns]
    t = events.mutate(name=ibis.coalesce(*names))
    t = with_person(t.select(*parts_of(t, "name")))
    return t.mutate(unit=_unit(t, rules))


def _unit(t: ir.Table, rules: FunnelRules) -> ir.Value:
    """The visit that an event belongs to, or the person: by number where the build gave one."""
    if rules.unit != "sessions":
        return t.person_no
    return t.visit_key if "visit_key" in t.columns else t.visitor_id + "-" + t.visit_no.cast("string")


def _marked_events(events: ir.Table, rules: FunnelRules) -> ir.Table:
    """Only what is needed of each event: unit, instant, the kinds it is of, the values to split by."""
    never = ibis.literal(False)
    marks = {f"is_{n}": meets(events, kind) for n, kind in enumerate(rules.kinds)}
    excluded = reduce(lambda a, b: a | b, [meets(events, one) for one in rules.exclude], never)
    values = [events[name].cast("string").nullif("") for name in rules.hold]
    held = {"held": reduce(lambda a, b: a + "\n" + b, values).fill_null("")} if values else {}
    splits = {f"by_{name}": events[name] for name in rules.by}
    t = events.mutate(**marks, **splits, **held, is_excluded=excluded)
    t = with_person(t.select(*parts_of(t, "day_on", "month_on"), *marks, *splits, *held, "is_excluded"))
    period = [PERIODS[rules.every]] if rules.every and rules.every != "day" else []
    facts = ("person_no", "at_us", "day_on", *period, *marks, *splits, *held, "is_excluded")
    return t.select(*facts, unit=_unit(t, rules))


def _counts(t: ir.Table, rules: FunnelRules) -> dict[str, ir.Value]:
    found = {}
    for group in rules.unions:
        is_any = reduce(lambda a, b: a | b, [t[f"is_{n}"] for n in group])
        found[count_name(group)] = t.count(where=is_any)
    return {**found, "event_count": t.count(), "is_excluded": t.is_excluded.any()}


def _values(t: ir.Table, rules: FunnelRules) -> dict[str, ir.Value]:
    """Day and period of the instant, and the splits at its events of each kind: of several values the least."""
    found = {"day_on": t.day_on.min()}
    if rules.every:
        found["period"] = t[PERIODS[rules.every]].min()
    kinds = rules.kind_of[:1] if rules.touch == "first" else dict.fromkeys(rules.kind_of)
    if rules.order == "any":
        kinds = dict.fromkeys(rules.kind_of)
    for name in rules.by:
        found |= {value_name(name, n): t[f"by_{name}"].min(where=t[f"is_{n}"]) for n in kinds}
    return found


def _with_entries(t: ir.Table, rules: FunnelRules, ends: ir.Table | None) -> ir.Table:
    """Mark the instants at which somebody may enter, and whether their window is over."""
    first = range(len(rules.kinds)) if rules.order == "any" else [rules.kind_of[0]]
    may_enter = reduce(lambda a, b: a | b, [t[count_name((n,))] > 0 for n in first])
    if rules.during:
        may_enter = may_enter & (t.day_on >= rules.during[0]) & (t.day_on < rules.during[1])
    is_over = ibis.literal(True) if rules.takes_open else t.at_us + rules.window_us <= rules.end_us
    t = t.mutate(is_candidate=may_enter, is_mature=is_over)
    if ends is None:
        return t
    known = ends.select(ended_unit="unit", last_us="last_us")
    t = t.inner_join(known, t.unit == known.ended_unit)  # a visit that is over goes no further, whatever its window
    return t.mutate(is_mature=t.is_mature | (t.last_us + GAP_US <= rules.end_us)).drop("ended_unit", "last_us")
