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
    """How many of the entries whose window is over got from step to step within 7 days of the first, and how fast.

    These are the defaults: people, order sequential, entry first, within 7d of the first step. Order strict: events of
    any kind that follow each other at once; any: k of the steps done, the clock from the first of them. Entry best: of
    all mature entries the chain that came furthest, of equals the latest. An entry is mature when entry + window does
    not pass the as-of date, one within a visit also when the visit is over; a unit without a mature one is in
    `immature_count` of step 1 and nowhere else. Of entries as units a new one begins after the last converted, timed
    out or was excluded, up to 4,096 of one person. Events of one instant count as after each other (grace g: so do
    those up to g seconds earlier), a step needs an event of its own, and no step implies an earlier one. An exclusion
    strictly between two steps ends the chain at the step before, or takes out the person whom it costs a step. Held
    values equal the entry's; empty equals nothing. Touch any: a unit stands in every group that it touched. `as` names
    a tool by whose rules to count beside. By clock prior an entry is mature after its first window.
    """
    rules = rules_of(
        step, order, entry, unit, within, clock, grace, exclude, exclude_mode, hold, during, as_of, time_zone
    )
    rules = rules.split(split_columns(asked_events, by), touch, every)
    if as_:
        return set_beside(asked_events, rules, as_, within is USUAL_WITHIN)
    return steps_of(outcomes_of(asked_events, rules), rules)
