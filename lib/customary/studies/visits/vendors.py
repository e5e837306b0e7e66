"""Visits and retention as other tools count them, and why their number is another one: each rule changed in its turn.

Sources: GA4 support answer 12798876 and Data API CohortSpec; Mixpanel docs features/sessions and reports/retention;
PostHog docs sessions and product-analytics/retention; Amplitude docs instrument-track-sessions and
retention-analysis-time; 神策 Session 分析 and 留存分析 (manual.sensorsdata.cn).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike
from customary.errors import unknown_name
from customary.stats.intervals import share
from customary.studies.shared.spans import HOUR_US
from customary.studies.shared.windows import inside
from customary.studies.visits.ages import Timing
from customary.studies.visits.bounces import visits_of, with_bounces
from customary.studies.visits.retention_rule import ReturnRule, count_retained

OURS = "ours"
SUNDAY = 6


@dataclass(frozen=True)
class VisitVendor:
    """How a tool cuts visits after half an hour of silence, and what it calls a bounce."""

    split: str = ""
    bounce: str = "is_bounce"


@dataclass(frozen=True)
class RetentionVendor:
    """How a tool counts retention by default."""

    clock: str
    mode: str
    cohort: str
    mature_only: bool
    is_sunday_first: bool = False
    floor_us: int = 1


VISIT_VENDORS = {
    # half an hour of inactivity, neither midnight nor campaign cut; bounce = 1 − engaged
    "ga4": VisitVendor(bounce="is_unengaged"),
    # cut at midnight of the project's time zone
    "mixpanel": VisitVendor("midnight"),
    # half an hour idle, at most 24 hours
    "posthog": VisitVendor("24h"),
    # web: half an hour
    "amplitude": VisitVendor(),
    # 跳出率: sessions of one event among all
    "sensors": VisitVendor(bounce="is_single"),
}
RETENTION_VENDORS = {
    # calendar periods, on, every period with a start is a cohort, the period in progress is shown
    "posthog": RetentionVendor("calendar", "on", "recurring", mature_only=False),
    # rolling 24 hours, 7 and 30 days, on or after; incomplete ones are left out of the average
    "mixpanel": RetentionVendor("rolling", "on_or_after", "recurring", mature_only=True),
    # rolling from the full hour
    "amplitude": RetentionVendor("rolling", "on", "recurring", mature_only=False, floor_us=HOUR_US),
    # the first session only; weeks from Sunday to Saturday
    "ga4": RetentionVendor("calendar", "on", "first", mature_only=False, is_sunday_first=True),
    # 特定日期留存: exactly the n-th calendar day, week or month
    "sensors": RetentionVendor("calendar", "on", "recurring", mature_only=False),
}
VISIT_CAUSES = ("visit rule", "splits", "bounce rule")  # in the order of their change
RETENTION_CAUSES = ("week start", "clock", "full hours", "mode", "cohorts", "maturity")


def _check(name: str, known: Iterable[str]) -> None:
    if name not in known:
        raise unknown_name(name, known, "tool that people are counted as")


# --- visits ---------------------------------------------------------------------------------------


def compared_visits(events: ir.Table, gap: str, split: str, name: str, during: WindowLike | None) -> ir.Table:
    """Visits and bounces of ours, of the tool `name`, and after each rule changed between.

    Gives `reading`, `session_count`, `count_change`, `bounce_rate` and `rate_change`: of a cause, to the row before.
    """
    _check(name, VISIT_VENDORS)
    tool = VISIT_VENDORS[name]
    stages = [(gap, split, "is_bounce"), ("30m", split, "is_bounce")]
    stages += [("30m", tool.split, "is_bounce"), ("30m", tool.split, tool.bounce)]
    readings = [OURS, *VISIT_CAUSES, name]
    cut = {way: with_bounces(inside(visits_of(events, *way), during)) for way in dict.fromkeys(s[:2] for s in stages)}
    rows = [
        cut[(gap, split)]
        .agg(
            session_count=_.count(),
            bounce_rate=_[bounce].cast("int32").cast("float64").mean(),
        )
        .mutate(place=ibis.literal(place, "int32"), reading=ibis.literal(reading))
        for place, (reading, (gap, split, bounce)) in enumerate(zip(readings, [*stages, stages[-1]], strict=True))
    ]
    t = _with_changes(ibis.union(*rows), {"count_change": "session_count", "rate_change": "bounce_rate"}, readings)
    return t.order_by("place").select("reading", "session_count", "count_change", "bounce_rate", "rate_change")


def _with_changes(t: ir.Table, changes: dict[str, str], readings: Sequence[str], keys: Sequence[str] = ()) -> ir.Table:
    """The rows with what each cause changed against the row before; ours and the tool's own have no change."""
    is_cause = (t.place > 0) & (t.place < len(readings) - 1)
    line = ibis.window(group_by=[t[key] for key in keys], order_by=t.place)
    return t.mutate(**{new: ibis.cases((is_cause, t[of] - t[of].lag().over(line))) for new, of in changes.items()})


# --- retention ------------------------------------------------------------------------------------


def compared_retention(
    events: ir.Table, timing: Timing, rule: ReturnRule, name: str, during: WindowLike | None
) -> ir.Table:
    """Per age the pooled retention of ours, of the tool `name`, and after each rule changed between.

    Gives `age`, `age_to`, `reading`, `customer_count`, `kept_count`, `retention_rate` and `rate_change`.
    """
    _check(name, RETENTION_VENDORS)
    stages = [(timing, rule, True), *_stages(timing, rule, RETENTION_VENDORS[name])]
    readings = [OURS, *RETENTION_CAUSES, name]
    counted = {way: count_retained(events, *way, during) for way in dict.fromkeys(stage[:2] for stage in stages)}
    rows = [
        _pool(counted[stage[:2]], stage[2]).mutate(place=ibis.literal(place, "int32"), reading=ibis.literal(reading))
        for place, (reading, stage) in enumerate(zip(readings, [*stages, stages[-1]], strict=True))
    ]
    t = ibis.union(*rows)
    t = t.mutate(retention_rate=share(t.kept_count, t.customer_count))
    t = _with_changes(t, {"rate_change": "retention_rate"}, readings, ["age"])
    facts = ("customer_count", "kept_count", "retention_rate", "rate_change")
    return t.order_by("age", "place").select("age", "age_to", "reading", *facts)


def _stages(timing: Timing, rule: ReturnRule, tool: RetentionVendor) -> Iterator[tuple[Timing, ReturnRule, bool]]:
    """Timing, rule and whether only mature people count, after each cause has changed; the last are the tool's."""
    timing = replace(timing, week_start=SUNDAY if tool.is_sunday_first else timing.week_start)
    yield timing, rule, True
    timing = replace(timing, clock=tool.clock)
    yield timing, rule, True
    timing = replace(timing, floor_us=tool.floor_us)
    yield timing, rule, True
    rule = replace(rule, mode=rule.mode if rule.mode == "bracket" else tool.mode)
    yield timing, rule, True
    rule = replace(rule, cohort=tool.cohort)
    yield timing, rule, True
    yield timing, rule, tool.mature_only


def _pool(t: ir.Table, mature_only: bool) -> ir.Table:
    """All cohorts of an age together."""
    counts = t.is_mature if mature_only else ibis.literal(True)
    t = t.mutate(n=ibis.cases((counts, t.customer_count), else_=0), kept=ibis.cases((counts, t.kept_count), else_=0))
    t = t.group_by("age", "age_to").agg(customer_count=_.n.sum(), kept_count=_.kept.sum())
    return t.mutate(customer_count=t.customer_count.cast("int64"), kept_count=t.kept_count.cast("int64"))
