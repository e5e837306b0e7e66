"""Periods a viewer may ask for. Half-open, never past `as_of`; whatever was asked is checked here again.

A viewer can send anything to a marimo element – dates out of range, options that do not exist – so nothing is
believed because a widget could not have sent it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

Period = tuple[dt.date, dt.date]

DEFAULT = "last 12 months"
CUSTOM = "custom dates"
PRESETS = (DEFAULT, "this year", "last quarter", "last 90 days", "last 30 days", "all", CUSTOM)
PREVIOUS, LAST_YEAR, NOTHING = "previous period", "same period last year", "nothing"
COMPARES = (PREVIOUS, LAST_YEAR, NOTHING)

_DAY = dt.timedelta(days=1)


def period(value: Mapping[str, object] | object, as_of: dt.date, first_day: dt.date) -> Period:
    """The (start, end) that a filter bar's value asks for, inside [first_day, as_of).

    `value` is anything; a mapping may carry "period" (one of PRESETS) and "between" (two dates, both
    included, for the custom dates; reversed ones are turned round). What cannot be read is the default.
    """
    asked = value if isinstance(value, Mapping) else {}
    named = asked.get("period")
    if named == CUSTOM:
        between = dates(asked.get("between"))
        inside = between and _inside((between[0], _next(between[1])), as_of, first_day)
        return inside or _preset(DEFAULT, as_of, first_day)
    return _preset(named if isinstance(named, str) else DEFAULT, as_of, first_day)


def _preset(name: str, as_of: dt.date, first_day: dt.date) -> Period:
    quarter = as_of.replace(month=(as_of.month - 1) // 3 * 3 + 1, day=1)
    found = {
        "this year": ((as_of - _DAY).replace(month=1, day=1), as_of),
        "last quarter": (months_later(quarter, -3), quarter),
        "last 90 days": (as_of - 90 * _DAY, as_of),
        "last 30 days": (as_of - 30 * _DAY, as_of),
        "all": (first_day, as_of),
    }.get(name, (months_later(as_of, -12), as_of))
    return _inside(found, as_of, first_day) or (min(first_day, as_of), as_of)


def _inside(asked: Period, as_of: dt.date, first_day: dt.date) -> Period | None:
    """The asked period cut to what the data cover; None if nothing is left of it."""
    start, end = max(asked[0], first_day), min(asked[1], as_of)
    return (start, end) if start < end else None


def dates(value: object) -> Period | None:
    """Two dates, the earlier first, out of anything: dates, instants or ISO text; None if they are not there."""
    if not isinstance(value, tuple | list) or len(value) != 2:
        return None
    read = [_date(item) for item in value]
    if read[0] is None or read[1] is None:
        return None
    return min(read[0], read[1]), max(read[0], read[1])


def _date(value: object) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) and len(value) <= 10 else None
    except ValueError:
        return None


def _next(day: dt.date) -> dt.date:
    return day if day == dt.date.max else day + _DAY


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day so many months later (earlier if negative); a day that month lacks is its last one."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    if year < 1:
        return dt.date.min
    following = dt.date(year + month // 11, (month + 1) % 12 + 1, 1)
    return dt.date(year, month + 1, min(day.day, (following - _DAY).day))


def previous(start: dt.date, end: dt.date) -> Period:
    """The period of the same length just before: so many months if it is whole months, else so many days."""
    if start.day == end.day:
        months = (end.year - start.year) * 12 + end.month - start.month
        if months_later(start, months) == end:
            return months_later(start, -months), start
    length = end - start
    return (start - length, start) if start - dt.date.min > length else (dt.date.min, start)


def same_last_year(start: dt.date, end: dt.date) -> Period:
    """The same period a year earlier."""
    return months_later(start, -12), months_later(end, -12)


def compared(name: object, during: Period, first_day: dt.date) -> Period | None:
    """The period to compare with; None if nothing was asked or the data do not reach back that far.

    An unknown `name` is the default, the previous period.
    """
    if name == NOTHING:
        return None
    found = same_last_year(*during) if name == LAST_YEAR else previous(*during)
    return found if found[0] >= first_day else None


def rhythm(during: Period) -> str:
    """The `every` that draws a legible line over this period: day, week, month, quarter or year."""
    days = (during[1] - during[0]).days
    limits = ((45, "day"), (200, "week"), (365 * 3, "month"), (365 * 8, "quarter"))
    return next((name for most, name in limits if days <= most), "year")


def spoken(during: Period) -> str:
    """The period as it is read, both days included: "2024-01-01 – 2024-03-31"."""
    return f"{during[0].isoformat()} – {(during[1] - _DAY).isoformat()}"
