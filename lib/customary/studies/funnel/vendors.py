"""The same funnel as other tools count it, and why their number is another one: each rule changed in its turn.

Sources: PostHog docs/product-analytics/funnels and funnel-udf/src/steps.rs; Mixpanel docs reports/funnels/
funnels-advanced; Amplitude funnel-analysis-how-amplitude-handles-simultaneous-events; GA4 Data API FunnelStep v1alpha;
神策 漏斗分析 (manual.sensorsdata.cn).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import ibis
import ibis.expr.types as ir

from customary.errors import Refused, unknown_name
from customary.stats.intervals import share
from customary.studies.funnel.counts import label_of
from customary.studies.funnel.outcomes import outcomes_of
from customary.studies.funnel.rules import FunnelRules, check_together, may_meet_both
from customary.studies.shared.spans import DAY_US, MICRO

EVER_US = 200 * 366 * DAY_US  # no window at all
OURS = "ours"


@dataclass(frozen=True)
class Vendor:
    """How a tool counts a funnel where it differs from the defaults here; None where it goes by what is asked."""

    entry: str
    window_days: int | None
    clock: str = "first"
    grace_s: int = 0
    exclude_mode: str = "step"
    cuts_steps: bool = False
    has_no_window: bool = False


VENDORS = {
    # "the newest step 1 replaces the older"; 14 days; an exclusion takes the person out; the range acts on all steps
    "posthog": Vendor("best", 14, exclude_mode="person", cuts_steps=True),
    # the first step 1 starts the clock; 7 days; events within 2 seconds are interchangeable; counts up to the exclusion
    "mixpanel": Vendor("first", 7, grace_s=2),
    # the longest path; the window that is asked; events within a second are interchangeable
    "amplitude": Vendor("best", None, grace_s=1, exclude_mode="person"),
    # a closed funnel without time limits: each step some time after the prior one, all in the range
    "ga4": Vendor("first", None, clock="prior", cuts_steps=True, has_no_window=True),
    # the first step 1 in the range; 30 days from the first step to the last
    "sensors": Vendor("first", 30),
}


CAUSES = ("maturity", "entry rule", "window", "grace", "exclusions", "date range")  # in the order of their change


def set_beside(events: ir.Table, rules: FunnelRules, name: str, is_usual_window: bool) -> ir.Table:
    """Per step the count of ours, of the tool `name`, and each cause between: the count after one more rule changed.

    Gives `step`, `label`, `reading`, `customer_count`, `count_change` (of a cause, to the row before; they sum to the
    gap), `conversion_rate`, `entry_count` and `immature_count`. The tool's own window is taken where none is asked.
    """
    if name not in VENDORS:
        raise unknown_name(name, VENDORS, "tool that funnels are counted as")
    if rules.by or rules.every:
        raise Refused("another tool's count is set beside the whole funnel: ask without --by and --every")
    _check_exclusions(rules, name)
    stages = [rules, *_stages(rules, name, is_usual_window)]
    readings = [OURS, *CAUSES, name]
    counted = {stage: _totals(outcomes_of(events, stage), stage) for stage in dict.fromkeys(stages)}
    rows = [
        _row(counted[stage], rules, step, place, reading)
        for place, (reading, stage) in enumerate(zip(readings, [*stages, stages[-1]], strict=True))
        for step in range(1, rules.count + 1)
    ]
    return _with_changes(ibis.union(*rows), len(readings) - 1)


def _check_exclusions(rules: FunnelRules, name: str) -> None:
    clash = [one for one in rules.exclude if any(may_meet_both(one, step) for step in rules.steps)]
    if name == "posthog" and clash:
        raise Refused(
            "PostHog refuses an exclusion that is a step of the funnel: leave out --exclude {clash}", clash=clash[0]
        )


def _stages(rules: FunnelRules, name: str, is_usual_window: bool) -> Iterator[FunnelRules]:
    """The rules after each cause has changed, the last of them the tool's."""
    tool = VENDORS[name]
    window = tool.window_days * DAY_US if tool.window_days and is_usual_window else rules.window_us
    changes: tuple[dict[str, Any], ...] = (
        {"takes_open": True},
        {"entry": rules.entry if rules.unit == "entries" else tool.entry},
        {"window_us": EVER_US if tool.has_no_window else window, "clock": tool.clock},
        {"grace_us": tool.grace_s * MICRO if rules.order != "any" else 0},
        {"exclude_mode": tool.exclude_mode},
        {"cuts_steps": tool.cuts_steps},
    )
    for change in changes:
        rules = replace(rules, **change)
        try:
            check_together(rules)
        except Refused as error:
            raise Refused("this cannot be counted as {name} does: {error}", name=name, error=error) from error
        yield rules


def _totals(outcomes: ir.Table, rules: FunnelRules) -> ir.Table:
    """One row: how many came to each step, and how many are not mature."""
    steps = {f"units_{step}": (outcomes.depth >= step).sum() for step in range(1, rules.count + 1)}
    return outcomes.agg(immature=(outcomes.depth == 0).sum(), **steps)


def _row(totals: ir.Table, rules: FunnelRules, step: int, place: int, reading: str) -> ir.Table:
    counts = {"customer_count": totals[f"units_{step}"], "entry_count": totals.units_1, "immature": totals.immature}
    whole = {name: value.fill_null(0).cast("int64") for name, value in counts.items()}
    return totals.select(
        step=ibis.literal(step, "int32"),
        label=ibis.literal(label_of(rules, step)),
        place=ibis.literal(place, "int32"),
        reading=ibis.literal(reading),
        **whole,
    )


def _with_changes(t: ir.Table, last: int) -> ir.Table:
    """The rows with what each cause changed, and rates."""
    before = t.customer_count.lag().over(group_by=t.step, order_by=t.place)
    is_cause = (t.place > 0) & (t.place < last)
    t = t.mutate(
        count_change=ibis.cases((is_cause, t.customer_count - before)),
        conversion_rate=share(t.customer_count, t.entry_count),
        immature_count=ibis.cases((t.step == 1, t.immature)),
    )
    facts = ("customer_count", "count_change", "conversion_rate", "entry_count", "immature_count")
    return t.order_by("step", "place").select("step", "label", "reading", *facts)
