"""Who started and who came back, by cohort and age: what every reading of retention is made of."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike
from customary.studies.shared.wanted import WantedEvents
from customary.studies.shared.windows import within
from customary.studies.visits.ages import Timing, acts_of, starts_of, with_times


@dataclass(frozen=True)
class ReturnRule:
    """What starts the clock, what counts as coming back, and at which ages: pairs of a first and a last age."""

    start: WantedEvents
    back: WantedEvents
    cohort: str
    mode: str
    ages: tuple[tuple[int, int], ...]
    by: tuple[str, ...] = ()


def _age_table(ages: tuple[tuple[int, int], ...]) -> ir.Table:
    t = ibis.array([first * 10_000 + last for first, last in ages]).unnest().name("both").as_table()
    return t.select(age=(t.both // 10_000).cast("int32"), age_to=(t.both % 10_000).cast("int32"))


def _count_kept(acts: ir.Table, starts: ir.Table, ages: ir.Table, rule: ReturnRule) -> ir.Table:
    """Cohort, split, age and maturity → people who came back."""
    if rule.mode == "on_or_after":  # it is enough to know the last time
        acts = acts.group_by("person_no", "start_period").agg(age_then=_.age_then.max())
    t = acts.cross_join(ages)
    matches = t.age_then >= t.age
    t = t.filter(matches if rule.mode == "on_or_after" else matches & (t.age_then <= t.age_to))
    t = t.select("person_no", "start_period", "age", "age_to").distinct()
    s = starts.select("watched", "period", *rule.by, who="person_no")
    t = t.inner_join(s, [t.person_no == s.who, t.start_period == s.period])
    t = t.mutate(is_mature=t.age_to < t.watched)
    return t.group_by("period", *rule.by, "age", "is_mature").agg(kept_count=_.count())


def count_retained(events: ir.Table, timing: Timing, rule: ReturnRule, during: WindowLike | None = None) -> ir.Table:
    """Period, split, age and maturity → people who started and those who came back, of every age that has begun."""
    t = with_times(events, timing)
    starts = starts_of(t, rule.start, rule.cohort == "recurring", rule.by)
    starts = starts.mutate(**{name: value.cast("int32") for name, value in timing.spans_watched(starts).items()})
    if during:
        starts = starts.filter(within(starts.day_on, during))
    ages, keys = _age_table(rule.ages), ["period", *rule.by, "age"]
    sizes = starts.group_by("period", *rule.by, "watched", "reach").agg(n=_.count()).cross_join(ages)
    sizes = sizes.mutate(is_mature=sizes.age_to < sizes.watched, has_begun=sizes.age <= sizes.reach)
    base = sizes.group_by(*keys, "age_to", "is_mature").agg(customer_count=_.n.sum(), has_begun=_.has_begun.any())
    base = base.mutate(has_begun=base.has_begun.cast("int32").max().over(group_by=[base[key] for key in keys]))
    base = base.filter(_.has_begun == 1).drop("has_begun")
    kept = _count_kept(acts_of(t, starts, rule.back, timing), starts, ages, rule)
    same = [base[name].identical_to(kept[name]) for name in (*keys, "is_mature")]
    joined = base.left_join(kept, same)
    return joined.select(*base.columns, kept_count=joined.kept_count.fill_null(0).cast("int64"))
