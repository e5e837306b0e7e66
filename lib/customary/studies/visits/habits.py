"""How many people are active, how often, and how they come and go: activity by day, stickiness, flows."""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike, day_number
from customary.declare import study
from customary.errors import unknown_name
from customary.frames.calendar import day_of
from customary.stats.intervals import share, share_of_all
from customary.studies.shared.people import in_time, with_person
from customary.studies.shared.splits import split_columns
from customary.studies.shared.wanted import WantedEvents, is_wanted
from customary.studies.shared.windows import inside, within
from customary.studies.visits.ages import DAYS, Timing

ANY = WantedEvents()
WEEK, MONTH = 7, 30  # days of the trailing windows
KINDS = ("new", "returning", "resurrecting")


def _active_days(events: ir.Table, wanted: WantedEvents) -> ir.Table:
    t = with_person(events)
    return t.filter(is_wanted(t, wanted)).select("person_no", "day").distinct()


@study(zh="活跃天数分布（粘性）", source="A-045", shown=50)
def stickiness(
    asked_events: ir.Table, *, event: WantedEvents = ANY, by: str = "", during: WindowLike | None = None
) -> ir.Table:
    """People by the number of days on which they were active: exactly so many, and at least so many.

    A day of the shop's clock is active with one event that `event` means, any by default. People without such a day are
    in no row. `by` is the value of a person's first event in the window; ask a month with `during`, because who is
    watched longer has more days.
    """
    names = split_columns(asked_events, by)
    t = inside(with_person(asked_events), during)
    t = t.filter(is_wanted(t, event))
    if names:
        place = ibis.row_number().over(group_by=t.person_no, order_by=in_time(t))
        t = t.mutate(is_first=place == 0)
    firsts = {name: t[name].max(where=t.is_first) for name in names}
    t = t.group_by("person_no").agg(active_days=t.day.nunique().cast("int32"), **firsts)
    t = t.group_by(*names, "active_days").agg(customer_count=_.count())
    group = [t[name] for name in names]
    later = ibis.window(group_by=group, order_by=t.active_days, preceding=0, following=None)
    whole = ibis.window(group_by=group)
    t = t.mutate(
        customer_share=share_of_all(t.customer_count, *names),
        at_least_count=t.customer_count.sum().over(later).cast("int64"),
    )
    t = t.mutate(at_least_share=share(t.at_least_count, t.customer_count.sum().over(whole)))
    t = t.relocate(*names, "active_days", "customer_count", "customer_share", "at_least_count", "at_least_share")
    return t.order_by(*(ibis.asc(name, nulls_first=False) for name in names), "active_days")


def _changes(t: ir.Table, days: int) -> ir.Table:
    """Day → by how many the number of people grows who were active in the `days` days up to it.

    A person enters with an active day and leaves `days` days later, unless active again before.
    """
    line = ibis.window(group_by=t.person_no, order_by=t.day)
    before, after = t.day.lag().over(line), t.day.lead().over(line)
    t = t.mutate(
        enters=before.isnull() | (t.day - before >= days).fill_null(False),
        leaves=after.isnull() | (after - t.day >= days).fill_null(False),
    )
    entries = t.filter(t.enters).select("day", change=ibis.literal(1))
    exits = t.filter(t.leaves).select(day=(t.day + days).cast("int32"), change=ibis.literal(-1))
    return ibis.union(entries, exits).group_by("day").agg(change=_.change.sum())


@study(zh="日活、周活与月活", source="A-045", shown=62)
def active_people(
    asked_events: ir.Table, as_of: date, *, event: WantedEvents = ANY, during: WindowLike | None = None
) -> ir.Table:
    """People active on each day, in the 7 and the 30 days up to it, and the share of the 30 days' people on the day.

    Weeks and months trail the day, so that all three stand on the same day; exact, no estimate. `is_complete` is false
    where the log does not go back 30 days. `during` chooses days; the days before it still count in its windows.
    """
    days = _active_days(asked_events, event)
    last = day_number(as_of) - 1
    bounds = days.agg(first=_.day.min())
    spine = bounds.select(first="first", day=ibis.range(bounds.first, last + 1, 1).unnest().cast("int32"))
    t = spine
    for name, length in (("daily_count", 1), ("weekly_count", WEEK), ("monthly_count", MONTH)):
        changes = _changes(days, length).rename(change_day="day")
        t = t.left_join(changes, t.day == changes.change_day).drop("change_day")
        so_far = ibis.cumulative_window(order_by=t.day)
        t = t.mutate(**{name: t.change.fill_null(0).sum().over(so_far).cast("int64")}).drop("change")
    t = t.select(
        "daily_count",
        "weekly_count",
        "monthly_count",
        day_on=day_of(t.day),
        daily_share=share(t.daily_count, t.monthly_count),
        is_complete=t.day - t.first >= MONTH - 1,
    ).relocate("day_on")
    return (t.filter(within(t.day_on, during)) if during else t).order_by("day_on")


def _kinds(events: ir.Table, timing: Timing, wanted: WantedEvents) -> ir.Table:
    """Period → people active in it: for the first time, as in the period before, or again after a pause."""
    t = with_person(events)
    t = t.filter(is_wanted(t, wanted)).mutate(period=timing.period_of(t)).select("person_no", "period").distinct()
    before = t.period.lag().over(group_by=t.person_no, order_by=t.period)
    is_next = (before == t.period - 1).fill_null(False)
    kind = ibis.cases((before.isnull(), "new"), (is_next, "returning"), else_="resurrecting")
    t = t.mutate(kind=kind)
    counts = {f"{name}_count": (t.kind == name).cast("int32").sum() for name in KINDS}
    return t.group_by("period").agg(active_count=t.count(), **counts)


@study(zh="访客流动", source="B-073…B-077")
def flows(
    asked_events: ir.Table,
    as_of: date,
    first_on: date,
    week_start: int,
    *,
    every: str = "month",
    event: WantedEvents = ANY,
    during: WindowLike | None = None,
) -> ir.Table:
    """People active in each period: new, returning from the one before, or back after a pause; and who stayed away.

    Active = new + returning + resurrecting; dormant = active of the period before − returning, counted once and as a
    positive number. New is the first event seen of a person, so that the log's first periods hold people who are not
    new. `every` day, week or month; `is_complete` is false for a period that is not over, in
    which more may yet come back, and for a first one of which the log holds a part.
    """
    if every not in DAYS:
        raise unknown_name(every, DAYS, "period")
    timing = Timing(every, "calendar", as_of, week_start)
    kinds = _kinds(asked_events, timing, event)
    bounds = kinds.agg(first=_.period.min())
    last = timing.period_at(as_of - timedelta(days=1))
    spine = bounds.select(period=ibis.range(bounds.first, last + 1, 1).unnest().cast("int32"))
    t = spine.left_join(kinds, "period").drop("period_right")
    t = t.mutate(**{name: t[name].fill_null(0) for name in t.columns if name.endswith("_count")})
    before = t.active_count.lag().over(order_by=t.period)
    t = t.mutate(
        period_on=timing.first_day(t.period),
        is_complete=(t.period < timing.period_at(as_of)) & (timing.first_day(t.period) >= first_on),
        dormant_count=before.fill_null(0) - t.returning_count,
        returning_rate=share(t.returning_count, before),
        previous_active_count=before,
    ).drop("period")
    t = t.relocate("period_on", "is_complete", "active_count")
    return (t.filter(within(t.period_on, during)) if during else t).order_by("period_on")
