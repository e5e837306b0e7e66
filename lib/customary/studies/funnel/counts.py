"""How many got to each step: counts, rates and times, a row per group and step."""

from collections.abc import Sequence
from functools import reduce

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.stats.intervals import share, wilson
from customary.stats.survival import count_spans, median, survival
from customary.studies.funnel.rules import FunnelRules
from customary.studies.shared.spans import MICRO


def steps_of(outcomes: ir.Table, rules: FunnelRules) -> ir.Table:
    """Per group of the splits and period, and step: `step`, `label`, counts, rates with n and interval, times.

    A unit of depth 0 has entered, but its window is not over: it is in `immature_count` of step 1 and nowhere else.
    """
    keys = keys_of(rules)
    rows = ibis.union(*(_step(_totals(outcomes, rules), keys, rules, step) for step in range(1, rules.count + 1)))
    low, high = wilson(rows.customer_count, rows.entry_count)
    is_people = ibis.literal(rules.unit == "people")  # visits and entries of one person are not independent trials
    rows = rows.mutate(
        conversion_rate=share(rows.customer_count, rows.entry_count),
        low_conversion_rate=ibis.cases((is_people, low)),
        high_conversion_rate=ibis.cases((is_people, high)),
        step_rate=share(rows.customer_count, rows.before_count),
    )
    rows = _with_medians(rows, outcomes, rules)
    facts = ("customer_count", "conversion_rate", "low_conversion_rate", "high_conversion_rate", "step_rate")
    times = ("median_seconds", "median_seconds_km", "immature_count", "entry_count", "before_count", "person_count")
    order = [ibis.asc(rows[key], nulls_first=False) for key in keys]
    return rows.order_by(*order, "step").select("step", "label", *keys, *facts, *times)


def keys_of(rules: FunnelRules) -> list[str]:
    """The columns that name a group: the split, then the period of the entry."""
    return [*rules.by, *([rules.every] if rules.every else [])]


def with_period(outcomes: ir.Table, rules: FunnelRules) -> ir.Table:
    """The outcomes with the period of the entry under its own name."""
    return outcomes.rename({rules.every: "period"}) if rules.every else outcomes


def label_of(rules: FunnelRules, step: int) -> str:
    """What a step is called: its event, or in any order how many of the steps were done."""
    return f"{step} of {rules.count} steps" if rules.order == "any" else rules.steps[step - 1].label


def _totals(outcomes: ir.Table, rules: FunnelRules) -> ir.Table:
    """One row per group; without any split exactly one, whoever is in it."""
    t = with_period(outcomes, rules)
    is_person = rules.unit == "people" and rules.touch != "any"
    found = {"immature": (t.depth == 0).sum().fill_null(0)}
    for step in range(1, rules.count + 1):
        there = t.depth >= step
        wait = (t[f"at_{step}"] - t.entry_us).cast("float64") / MICRO
        found[f"units_{step}"] = there.sum().fill_null(0).cast("int64")
        people = there.sum().fill_null(0) if is_person else t.person_no.nunique(where=there)
        found[f"people_{step}"] = people.cast("int64")
        found[f"median_{step}"] = wait.median(where=there)
    keys = keys_of(rules)
    return t.group_by(keys).agg(**found) if keys else t.agg(**found)


def _step(totals: ir.Table, keys: Sequence[str], rules: FunnelRules, step: int) -> ir.Table:
    t = totals
    return t.select(
        *keys,
        step=ibis.literal(step, "int32"),
        label=ibis.literal(label_of(rules, step)),
        customer_count=t[f"units_{step}"],
        entry_count=t.units_1,
        before_count=t[f"units_{step - 1}"] if step > 1 else ibis.null("int64"),
        person_count=t[f"people_{step}"],
        median_seconds=t[f"median_{step}"],
        immature_count=t.immature.cast("int64") if step == 1 else ibis.null("int64"),
    )


def _with_medians(rows: ir.Table, outcomes: ir.Table, rules: FunnelRules) -> ir.Table:
    """The rows with the median time by Kaplan–Meier: who did not come to a step was watched until the window closed."""
    keys = [*keys_of(rules), "step"]
    t = with_period(outcomes, rules).filter(_.depth > 0)
    waits = ibis.union(*(_waits(t, rules, step) for step in range(1, rules.count + 1)))
    found = median(survival(count_spans(waits, *keys), *keys), *keys)
    found = found.select(**{f"km_{key}": found[key] for key in keys}, km_span="span")
    same = reduce(lambda a, b: a & b, (rows[key].identical_to(found[f"km_{key}"]) for key in keys))
    joined = rows.left_join(found, same)
    return joined.mutate(median_seconds_km=joined.km_span.cast("float64") / MICRO)


def _waits(t: ir.Table, rules: FunnelRules, step: int) -> ir.Table:
    """One wait per unit: until it came to the step, else until its window closed."""
    watched = ibis.literal(rules.window_us, "int64")
    if rules.clock == "prior":
        deepest = [(t.depth == n, t[f"at_{n}"] - t.entry_us) for n in range(2, rules.count + 1)]
        watched = watched + ibis.cases(*deepest, else_=0)
    is_open = t.depth < step
    span = ibis.cases((is_open, watched), else_=t[f"at_{step}"] - t.entry_us)
    return t.select(*keys_of(rules), step=ibis.literal(step, "int32"), span=span, is_open=is_open)
