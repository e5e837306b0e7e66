"""Who comes again after a first visit, or any event that starts the clock, and does what counts as coming back."""

import re
from datetime import date

import ibis
import ibis.expr.types as ir

from customary.dates import WindowLike
from customary.declare import study
from customary.errors import Refused, unknown_name
from customary.stats.intervals import share, wilson
from customary.studies.shared.splits import split_columns
from customary.studies.shared.wanted import WantedEvents
from customary.studies.visits.ages import DAYS, Timing
from customary.studies.visits.retention_rule import ReturnRule, count_retained
from customary.studies.visits.vendors import compared_retention

CLOCKS = ("calendar", "rolling")
COHORTS = ("first", "recurring")
MODES = ("on", "on_or_after", "bracket")
AGES = {"day": 30, "week": 26, "month": 24}  # how far is shown where nobody says
ANY = WantedEvents()


def _brackets(text: str) -> tuple[tuple[int, int], ...]:
    """Ages as they are typed: "1-3" or "0,1-3,4-6"."""
    found = [re.fullmatch(r"\s*(\d+)(?:\s*-\s*(\d+))?\s*", part) for part in text.split(",")]
    pairs = [(int(one[1]), int(one[2] or one[1])) for one in found if one]
    if len(pairs) < len(found) or any(last < first for first, last in pairs):
        raise Refused("bracket is ages from first to last, such as 1-3 or 0,1-3,4-6, not “{text}”", text=text)
    return tuple(pairs)


def ages_of(every: str, mode: str, bracket: str, max_age: int) -> tuple[tuple[int, int], ...]:
    """The ages that are asked for; a bracket without its mode, or the mode without one, is refused."""
    if (mode == "bracket") != bool(bracket):
        raise Refused("--mode bracket goes with --bracket and the ages it holds, such as --bracket 1-3")
    if max_age < 0:
        raise Refused("max_age is a number of periods, not {age}", age=max_age)
    return _brackets(bracket) if bracket else tuple((n, n) for n in range((max_age or AGES[every]) + 1))


def _check(every: str, clock: str, cohort: str, mode: str) -> None:
    for value, known, kind in (
        (every, DAYS, "period of retention"),
        (clock, CLOCKS, "clock"),
        (cohort, COHORTS, "kind of cohort"),
        (mode, MODES, "mode of retention"),
    ):
        if value not in known:
            raise unknown_name(value, known, kind)


def _with_rates(t: ir.Table, timing: Timing, names: tuple[str, ...]) -> ir.Table:
    """The counts with their shares: of those observed long enough, and of everybody."""
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
    as_: str = "",
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
    `naive_rate` counts both, as most tools do. Without `max_age` 30 days, 26 weeks or 24 months are shown. `as`
    posthog, mixpanel, amplitude, ga4 or sensors sets beside ours, all cohorts together, what that tool would count by
    default, with what each of its rules changes.
    """
    _check(every, clock, cohort, mode)
    names = split_columns(asked_events, by)
    timing = Timing(every, clock, as_of, week_start)
    rule = ReturnRule(start, return_, cohort, mode, ages_of(every, mode, bracket, max_age), names)
    if as_ and names:
        raise Refused("another tool's count is set beside everybody's: ask without --by")
    if as_:
        return compared_retention(asked_events, timing, rule, as_, during)
    t = count_retained(asked_events, timing, rule, during)
    return _with_rates(t, timing, names)
