"""Who comes again after a first visit, or any event that starts the clock, and does what counts as coming back."""

import re
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike
from customary.declare import study
from customary.errors import Refused, unknown_name
from customary.stats.intervals import share, wilson
from customary.studies.shared.splits import split_columns
from customary.studies.shared.wanted import WantedEvents
from customary.studies.shared.windows import within
from customary.studies.visits.ages import DAYS, Timing, acts_of, starts_of, with_times

CLOCKS = ("calendar", "rolling")
COHORTS = ("first", "recurring")
MODES = ("on", "on_or_after", "bracket")
AGES = {"day": 30, "week": 26, "month": 24}  # how far is shown where nobody says
ANY = WantedEvents()


@dataclass(frozen=True)
class ReturnRule:
    """What starts the clock, what counts as coming back, and at which ages: pairs of a first and a last age."""

    start: WantedEvents
    back: WantedEvents
    cohort: str
    mode: str
    ages: tuple[tuple[int, int], ...]
    by: tuple[str, ...] = ()


def _brackets(text: str) -> tuple[tuple[int, int], ...]:
    """Ages as they are typed: "1-3" or "0,1-3,4-6"."""
    found = [re.fullmatch(r"\s*(\d+)(?:\s*-\s*(\d+))?\s*", part) for part in text.split(",")]
    pairs = [(int(one[1]), int(one[2] or one[1])) for one in found if one]
    if len(pairs) < len(found) or any(last < first for first, last in pairs):
        raise Refused(f"bracket is ages from first to last, such as 1-3 or 0,1-3,4-6, not “{text}”")
    return tuple(pairs)


def ages_of(every: str, mode: str, bracket: str, max_age: int) -> tuple[tuple[int, int], ...]:
    """The ages that are asked for; a bracket without its mode, or the mode without one, is refused."""
    if (mode == "bracket") != bool(bracket):
        raise Refused("--mode bracket goes with --bracket and the ages it holds, such as --bracket 1-3")
    if max_age < 0:
        raise Refused(f"max_age is a number of periods, not {max_age}")
    return _brackets(bracket) if bracket else tuple((n, n) for n in range((max_age or AGES[every]) + 1))


def _age_table(ages: tuple[tuple[int, int], ...]) -> ir.Table:
    t = ibis.array([first * 10_000 + last for first, last in ages]).unnest().name("both").as_table()
    return t.select(age=(t.both // 10_000).cast("int32"), age_to=(t.both % 10_000).cast("int32"))


def _kept(acts: ir.Table, starts: ir.Table, ages: ir.Table, rule: ReturnRule) -> ir.Table:
    """Cohort, split, age and maturity → people who came back."""
    if rule.mode == "on_or_after":  # it is enough to know the last time
        acts = acts.group_by("person_id", "start_period").agg(age_then=_.age_then.max())
    t = acts.cross_join(ages)
    matches = t.age_then >= t.age
    t = t.filter(matches if rule.mode == "on_or_after" else matches & (t.age_then <= t.age_to))
    t = t.select("person_id", "start_period", "age", "age_to").distinct()
    s = starts.select("watched", "period", *rule.by, who="person_id")
    t = t.inner_join(s, [t.person_id == s.who, t.start_period == s.period])
    t = t.mutate(is_mature=t.age_to < t.watched)
    return t.group_by("period", *rule.by, "age", "is_mature").agg(kept_count=_.count())


def retained(events: ir.Table, timing: Timing, rule: ReturnRule, during: WindowLike | None = None) -> ir.Table:
    """Period, split, age and maturity → people who started and those who came back, of every age that has begun."""
    t = with_times(events, timing)
    starts = starts_of(t, rule.start, rule.cohort == "recurring", rule.by)
    starts = starts.mutate(**{name: value.cast("int32") for name, value in timing.watched(starts).items()})
    if during:
        starts = starts.filter(within(starts.day_on, during))
    ages, keys = _age_table(rule.ages), ["period", *rule.by, "age"]
    sizes = starts.group_by("period", *rule.by, "watched", "reach").agg(n=_.count()).cross_join(ages)
    sizes = sizes.mutate(is_mature=sizes.age_to < sizes.watched, has_begun=sizes.age <= sizes.reach)
    base = sizes.group_by(*keys, "age_to", "is_mature").agg(customer_count=_.n.sum(), has_begun=_.has_begun.any())
    base = base.mutate(has_begun=base.has_begun.cast("int32").max().over(group_by=[base[key] for key in keys]))
    base = base.filter(_.has_begun == 1).drop("has_begun")
    kept = _kept(acts_of(t, starts, rule.back, timing), starts, ages, rule)
    same = [base[name].identical_to(kept[name]) for name in (*keys, "is_mature")]
    joined = base.left_join(kept, same)
    return joined.select(*base.columns, kept_count=joined.kept_count.fill_null(0).cast("int64"))


def _check(every: str, clock: str, cohort: str, mode: str) -> None:
    for value, known, kind in (
        (every, DAYS, "period of retention"),
        (clock, CLOCKS, "clock"),
        (cohort, COHORTS, "kind of cohort"),
        (mode, MODES, "mode of retention"),
    ):
        if value not in known:
            raise unknown_name(value, known, kind)


@study(zh="访客留存", source="A-088", shown=200)
def visitor_retention(
    asked_events: ir.Table,
    as_of: date,
    week_start: int,
    *,
    every: str = "month",
    clock: str = "calendar",
    cohort: str = "first",
    mode: str = "on",
    bracket: str = "",
    start: WantedEvents = ANY,
    return_: WantedEvents = ANY,
    by: str = "",
    max_age: int = 0,
    during: WindowLike | None = None,
) -> ir.Table:
    """People who came back k days, weeks or months after they started, of those whose k-th period is over.

    People are customers where they are known, else visitors. `start` begins the clock and `return` is what counts as
    coming back, any event by default, each by an event of its own: age 0 is a second event within the first period.
    `clock` "calendar" counts periods of the shop's calendar, "rolling" spans of 24 hours, 7 or 30 days from the start;
    one is mature when it is over: start + (age + 1) spans ≤ as of. `cohort` "first" starts once per person, "recurring"
    in every calendar period with a start. `mode` "on" asks for a return at that very age, "on_or_after" at it or later,
    "bracket" within ages such as `bracket` 1-3. `during` cuts by the day of the start.

    A row is about people observed long enough, or (`is_mature` false) about those who are not, who have no rate.
    `naive_rate` counts both, as most tools do. Without `max_age` 30 days, 26 weeks or 24 months are shown.
    """
    _check(every, clock, cohort, mode)
    names = split_columns(asked_events, by)
    timing = Timing(every, clock, as_of, week_start)
    rule = ReturnRule(start, return_, cohort, mode, ages_of(every, mode, bracket, max_age), names)
    t = retained(asked_events, timing, rule, during)
    whole = ibis.window(group_by=[t.period, *(t[name] for name in names), t.age])
    low, high = wilson(t.kept_count, t.customer_count)
    everybody = t.customer_count.sum().over(whole).cast("int64")
    t = t.select(
        *names,
        "age",
        "age_to",
        "customer_count",
        "kept_count",
        "is_mature",
        cohort=timing.first_day(t.period),
        retention_rate=ibis.cases((t.is_mature, share(t.kept_count, t.customer_count))),
        low_rate=ibis.cases((t.is_mature, low)),
        high_rate=ibis.cases((t.is_mature, high)),
        naive_rate=share(t.kept_count.sum().over(whole), everybody),
        cohort_size=everybody,
    )
    t = t.relocate("cohort", *names, "age", "age_to", "customer_count", "kept_count", "retention_rate", "is_mature")
    order = [ibis.asc(name, nulls_first=False) for name in names]
    return t.order_by("cohort", *order, "age", ibis.desc("is_mature"))
