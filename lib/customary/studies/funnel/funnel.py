"""The funnel: how many get from step to step, by which rule, split by what, and how long it takes them."""

from datetime import date

import ibis.expr.types as ir

from customary.dates import Window
from customary.declare import study
from customary.studies.funnel.counts import steps_of
from customary.studies.funnel.outcomes import outcomes_of
from customary.studies.funnel.rules import NO_CONDITIONS, USUAL_WITHIN, rules_of
from customary.studies.funnel.vendors import set_beside
from customary.studies.shared.conditions import Conditions
from customary.studies.shared.splits import split_columns


@study(zh="漏斗分析", source="A-009, B-088, C-012")
def funnel(
    asked_events: ir.Table,
    as_of: date,
    time_zone: str,
    *,
    step: Conditions = NO_CONDITIONS,
    order: str = "sequential",
    entry: str = "first",
    unit: str = "people",
    within: str = USUAL_WITHIN,
    clock: str = "first",
    grace: int = 0,
    exclude: Conditions = NO_CONDITIONS,
    exclude_mode: str = "step",
    hold: str = "",
    by: str = "",
    touch: str = "first",
    every: str = "",
    during: Window | None = None,
    as_: str = "",
) -> ir.Table:
    """Of the entries whose window is over, how many got from step to step, and how long it took them.

    By default people, in sequential order, within 7 days of their first step 1. Order strict: events of any kind that
    follow each other at once; any: k of the steps done, the clock from the first of them. Entry best: of all mature
    entries the chain that came furthest. An entry is mature when entry + window lies before the as-of date (for visits
    also when the visit is over); a unit without a mature one is in `immature_count` of step 1 and nowhere else. Events
    of one instant count as after each other, a step needs an event of its own, and no step implies an earlier one.
    With touch “any” a unit stands in every group that it touched. `as` names a tool by whose rules to count beside.
    """
    rules = rules_of(
        step, order, entry, unit, within, clock, grace, exclude, exclude_mode, hold, during, as_of, time_zone
    )
    rules = rules.split(split_columns(asked_events, by), touch, every)
    if as_:
        return set_beside(asked_events, rules, as_, within is USUAL_WITHIN)
    return steps_of(outcomes_of(asked_events, rules), rules)
