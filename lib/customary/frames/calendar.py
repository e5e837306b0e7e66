"""Shop-local calendar fields, computed once and stored as integers and first days of periods."""

import ibis
import ibis.expr.types as ir

PERIODS = {
    "day": "day_on",
    "week": "week_on",
    "month": "month_on",
    "quarter": "quarter_on",
    "year": "year_on",
}


def _shift(day: ir.DateValue, days: ir.IntegerValue) -> ir.DateValue:
    # DuckDB answers date arithmetic with a timestamp; the double cast brings the date back on every engine.
    return (day - days.as_interval("D")).cast("timestamp").cast("date")


def epoch_day(day: ir.DateValue | ir.TimestampValue) -> ir.IntegerValue:
    """Days since 1970-01-01 of a day or of a wall clock, so that spans are plain subtraction."""
    return (day.cast("timestamp").epoch_seconds().cast("int64") // 86400).cast("int32")


def day_of(number: ir.IntegerValue) -> ir.DateValue:
    """The date of a day counted from 1970-01-01; empty stays empty."""
    return _shift(ibis.date(1970, 1, 1), -number)


def with_calendar(table: ir.Table, at: str, week_start: int) -> ir.Table:
    """Add `ts_s` (UTC seconds), `day` and `month_idx` (integers), `hour`, `weekday` (0 = Monday) and period starts.

    `at` is the name of the instant, such as `ordered_at`; its wall clock stands beside it as `ordered_local`.
    `week_start` is 0 for Monday to 6 for Sunday.
    """
    local = table[at.removesuffix("_at") + "_local"]
    on = local.date()
    day = epoch_day(on)
    weekday = ((day + 3) % 7).cast("int32")  # 1970-01-01 was a Thursday
    return table.mutate(
        ts_s=table[at].epoch_seconds().cast("int64"),
        day=day,
        month_idx=(local.year() * 12 + local.month() - 1).cast("int32"),
        hour=local.hour().cast("int32"),
        weekday=weekday,
        day_on=on,
        week_on=_shift(on, (weekday - week_start + 7) % 7),
        month_on=ibis.date(local.year(), local.month(), 1),
        quarter_on=ibis.date(local.year(), (local.quarter() - 1) * 3 + 1, 1),
        year_on=ibis.date(local.year(), 1, 1),
    )
