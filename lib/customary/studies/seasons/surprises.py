"""Months and weeks that season and growth did not let expect: robust, and silent where there are too few years."""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import day_number, month_number
from customary.declare import study
from customary.errors import unknown_name
from customary.frames.calendar import epoch_day
from customary.stats.intervals import share
from customary.studies.shared.measures import measures

Z = 2.576  # of a 99 % interval: several measures are looked through for the one that stands out
FEWEST = 30  # records in the season a year before: of fewer the logarithm of a sum is no normal variable
NORMAL = 1.4826  # median distance from the median → standard deviation, of a normal variable
# Periods to the same season a year before, periods that the growth is read from, and how many of them at least.
SPANS = {"month": (12, 12, 6), "week": (52, 26, 13)}
MEASURES = {"sessions": ("session_count",), "orders": ("order_count", "ordered_revenue")}
MONEY = {"ordered_revenue": "net_amount"}  # what a row adds to a measure; to all others it adds 1


def _whole_periods(frame: ir.Table, every: str, as_of: date) -> ir.Table:
    """The rows of the periods that lie wholly between the first row of a frame and the as-of date, and their place."""
    first_day = frame.day.min().as_scalar()
    start = frame[f"{every}_on"].cast("date")
    months = (start.year() * 12 + start.month() - 1).cast("int64")
    t = frame.mutate(start_on=start, place=months if every == "month" else epoch_day(start).cast("int64") // 7)
    end = start + (ibis.interval(months=1) if every == "month" else ibis.interval(days=7))
    return t.filter(epoch_day(start) >= first_day, epoch_day(end.cast("date")) <= day_number(as_of))


def _one_series(rows: ir.Table, frame: str, name: str) -> ir.Table:
    """A measure in each whole period, with the relative variance that chance leaves a sum: Σ w² ÷ (Σ w)²."""
    adds = rows[MONEY[name]].cast("float64") if name in MONEY else ibis.literal(1.0)
    t = measures({frame: rows}, [name], ["start_on", "place"])
    chance = (
        rows.mutate(adds=adds)
        .group_by(period="place")
        .agg(noise=share((_.adds * _.adds).sum(), _.adds.sum() ** 2), record_count=_.count())
    )
    t = t.inner_join(chance, t.place == chance.period)
    value = t[name].cast("float64")
    return t.select("start_on", "place", "noise", "record_count", measure=ibis.literal(name), value=value)


def _series(frames: dict[str, ir.Table], every: str, as_of: date) -> ir.Table:
    """Long rows `measure`, `start_on`, `place`, `value`, `noise`, `record_count`."""
    whole = {name: _whole_periods(frame, every, as_of) for name, frame in frames.items()}
    return ibis.union(*(_one_series(whole[name], name, metric) for name in frames for metric in MEASURES[name]))


def _growth(t: ir.Table, year: int) -> ir.Table:
    """Each period beside the same of a year before; `growth` is the logarithm of their ratio."""
    before = t.select(
        same="measure",
        year_place=t.place + year,
        year_before="value",
        noise_before="noise",
        records_before="record_count",
    )
    t = t.left_join(before, [t.measure == before.same, t.place == before.year_place])
    return t.mutate(growth=share(t.value.nullif(0), t.year_before).ln())


def _expectation(t: ir.Table, last: ir.IntegerValue, span: int, fewest: int) -> ir.Table:
    """The last whole period of each measure, with what the growth of those before it lets expect, and its interval.

    expected = a year before · e^median(growth). The spread is the median distance from that median, at least what
    chance leaves two sums of that size, and the median of n is uncertain too: √(1 + π / 2n).
    """
    history = t.filter(t.place < last, t.place >= last - span, t.growth.notnull())
    middle = history.group_by(middle_of="measure").agg(middle=_.growth.median(), period_count=_.count())
    apart = history.inner_join(middle, history.measure == middle.middle_of)
    apart = apart.group_by(apart_of="measure").agg(apart=(_.growth - _.middle).abs().median())
    now = t.filter(t.place == last, t.year_before > 0, t.records_before >= FEWEST)
    now = now.inner_join(middle, now.measure == middle.middle_of).inner_join(apart, _.measure == apart.apart_of)
    now = now.filter(now.period_count >= fewest)
    robust, chance = (NORMAL * now.apart) ** 2, now.noise_before * (1 + (-now.middle).exp())
    spread = ibis.cases((robust > chance, robust), else_=chance)
    half = Z * (spread * (1 + ibis.literal(1.5708) / now.period_count)).sqrt()
    expected = now.year_before * now.middle.exp()
    return now.mutate(expected=expected, low_expected=expected * (-half).exp(), high_expected=expected * half.exp())


def _last_place(frames: dict[str, ir.Table], every: str, as_of: date) -> ir.IntegerValue:
    """The place of the last period that is whole on the as-of date, whether anything happened in it or not."""
    if every == "month":
        return ibis.literal(month_number(as_of) - 1, "int64")
    starts = [epoch_day(frame.week_on.cast("date")).cast("int64").max().as_scalar() for frame in frames.values()]
    weekday = ibis.coalesce(*starts) % 7  # all weeks of a shop begin alike
    return (day_number(as_of) - 7 - weekday) // 7


@study(zh="异常期识别", source="C-015, B-085")
def surprises(orders: ir.Table, sessions: ir.Table, as_of: date, *, every: str = "month") -> ir.Table:
    """The last whole month (or week) against the same of a year before, grown as the periods before it grew.

    Visits, orders and sales; `is_surprise` where the value lies outside the 99 % interval of what was
    expected. A measure without a year and half a year more of whole periods is left out: its season is not known.
    """
    if every not in SPANS:
        raise unknown_name(every, SPANS, "period")
    year, span, fewest = SPANS[every]
    frames = {"sessions": sessions, "orders": orders}
    series = _growth(_series(frames, every, as_of), year)
    t = _expectation(series, _last_place(frames, every, as_of), span, fewest)
    names = [name for names in MEASURES.values() for name in names]
    place = ibis.cases(*((t.measure == name, n) for n, name in enumerate(names, 1)))
    outside = (t.value < t.low_expected) | (t.value > t.high_expected)
    t = t.mutate(position=place.cast("int8"), is_surprise=outside)
    told = ("measure", "start_on", "value", "year_before", "expected", "low_expected", "high_expected")
    return t.select("position", *told, "is_surprise", "record_count", "period_count").order_by("position")
