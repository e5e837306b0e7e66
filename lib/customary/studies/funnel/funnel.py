"""The funnel: how many get from step to step, by which rule, split by what, and how long it takes them."""

from datetime import date

import ibis.expr.types as ir

from customary.dates import Window
from customary.declare import study
from customary.studies.funnel.counts import steps_of
from customary.studies.funnel.outcomes import outcomes_of
from customary.studies.funnel.rules import rules_of
from customary.studies.shared.conditions import Conditions
from customary.studies.shared.splits import split_columns

NO_CONDITIONS = Conditions()


@study(zh="漏斗分析", source="A-009, C-055")
def funnel(
    asked_events: ir.Table,
    as_of: date,
    time_zone: str,
    *,
    step: Conditions = NO_CONDITIONS,
    order: str = "sequential",
    entry: str = "first",
    unit: str = "people",
    within: str = "7d",
    clock: str = "first",
    grace: int = 0,
    exclude: Conditions = NO_CONDITIONS,
    exclude_mode: str = "step",
    hold: str = "",
    by: str = "",
    touch: str = "first",
    every: str = "",
    during: Window | None = None,
) -> ir.Table:
    """How many of those who did the first step got to each next one within the window, and how long it took them."""
    rules = rules_of(
        step=step,
        order=order,
        entry=entry,
        unit=unit,
        within=within,
        clock=clock,
        grace=grace,
        exclude=exclude,
        exclude_mode=exclude_mode,
        hold=hold,
        by=split_columns(asked_events, by),
        touch=touch,
        every=every,
        during=during,
        as_of=as_of,
        time_zone=time_zone,
    )
    return steps_of(outcomes_of(asked_events, rules), rules)
