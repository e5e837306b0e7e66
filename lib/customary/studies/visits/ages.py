"""How long after their start people came again: periods of the calendar, or spans of their own clock."""

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import day_number, month_number
from customary.frames.calendar import day_of
from customary.studies.shared.people import with_person
from customary.studies.shared.spans import DAY_US, instant_us
from customary.studies.shared.wanted import WantedEvents, is_wanted

DAYS = {"day": 1, "week": 7, "month": 30}  # of a span of one's own clock


@dataclass(frozen=True)
class Timing:
    """By what clock ages count: `every` day, week or month of the calendar, or of one's own clock.

    `week_start` is 0 for Monday; `floor_us` cuts instants to such a step first, as a vendor does with full hours.
    """

    every: str
    clock: str
    as_of: date
    week_start: int = 0
    floor_us: int = 1

    @property
    def span_us(self) -> int:
        """The length of a span of one's own clock."""
        return DAYS[self.every] * DAY_US

    def period_of(self, events: ir.Table) -> ir.IntegerValue:
        """The number of the calendar's period in which an event lies."""
        if self.every == "month":
            return events.month_idx.cast("int32")
        if self.every == "week":
            return ((events.day + 3 - self.week_start) // 7).cast("int32")
        return events.day.cast("int32")

    def period_at(self, on: date) -> int:
        """The number of the calendar's period of a day."""
        if self.every == "month":
            return month_number(on)
        return (day_number(on) + 3 - self.week_start) // 7 if self.every == "week" else day_number(on)

    def first_day(self, period: ir.IntegerValue) -> ir.DateValue:
        """The first day of a period."""
        if self.every == "month":
            return ibis.date(period // 12, period % 12 + 1, 1)
        return day_of((period * 7 - 3 + self.week_start) if self.every == "week" else period)

    def spans_watched(self, starts: ir.Table) -> dict[str, ir.IntegerValue]:
        """How many whole periods of each start are over, and the last one that has begun."""
        if self.clock == "calendar":
            over, begun = self.period_at(self.as_of), self.period_at(self.as_of - timedelta(days=1))
            return {"watched": over - starts.period, "reach": begun - starts.period}
        left = day_number(self.as_of) * DAY_US - starts.local_us
        return {"watched": left // self.span_us, "reach": (left - 1) // self.span_us}

    def age(self, acts: ir.Table) -> ir.IntegerValue:
        """The age of an act that stands beside its start."""
        if self.clock == "calendar":
            return acts.period - acts.start_period
        return (acts.at_us - acts.start_us) // self.span_us


def with_times(events: ir.Table, timing: Timing) -> ir.Table:
    """Events with their person, their period, and their instant by world and wall clock."""
    t = with_person(events)
    step = timing.floor_us
    floored = t.at_us if step == 1 else t.at_us // step * step
    local = instant_us(t.occurred_local)
    local = local if step == 1 else local // step * step
    return t.mutate(instant_us=t.at_us, at_us=floored, local_us=local, period=timing.period_of(t))


def starts_of(t: ir.Table, wanted: WantedEvents, is_recurring: bool, by: tuple[str, ...]) -> ir.Table:
    """One row per person's first start, or per period with one: when it was and the columns `by` of that event."""
    s = t.filter(is_wanted(t, wanted))
    keys = [s.person_no, s.period] if is_recurring else [s.person_no]
    place = ibis.row_number().over(group_by=keys, order_by=[s.instant_us, s.event_id])
    s = s.mutate(place=place).filter(_.place == 0)
    return s.select("person_no", "period", "at_us", "local_us", "instant_us", "event_id", "day_on", *by)


def acts_of(t: ir.Table, starts: ir.Table, wanted: WantedEvents, timing: Timing) -> ir.Table:
    """Start and age → one row for each age at which the person came again, by an event of its own, not earlier."""
    began = starts.select(
        who="person_no", start_period="period", start_us="at_us", start_instant="instant_us", start_event="event_id"
    )
    acts = t.filter(is_wanted(t, wanted)).select("person_no", "period", "at_us", "instant_us", "event_id")
    acts = acts.inner_join(began, acts.person_no == began.who)
    acts = acts.filter(acts.instant_us >= acts.start_instant, acts.event_id != acts.start_event)
    return acts.select("person_no", "start_period", age_then=timing.age(acts).cast("int32")).distinct()
