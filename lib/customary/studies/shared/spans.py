"""Windows of days as studies take them, and days as numbers."""

from datetime import date

import ibis.expr.types as ir

from customary.errors import Refused

Days = tuple[date | str, date | str]


def as_day(value: date | str) -> date:
    """A day, or its ISO text, as a day."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def number(day: date) -> int:
    """Days since 1970-01-01, as frames count them."""
    return (day - date(1970, 1, 1)).days


def month_number(day: date) -> int:
    """Months since the year 0, as frames count them."""
    return day.year * 12 + day.month - 1


def within(on: ir.DateValue, during: Days) -> ir.BooleanValue:
    """Whether a date lies in a half-open window; a window without a day is refused."""
    start, end = as_day(during[0]), as_day(during[1])
    if start >= end:
        raise Refused(f"the window from {during[0]} to {during[1]} holds no day")
    return (on >= start) & (on < end)
