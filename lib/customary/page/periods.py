"""Windows a viewer may ask for. Half-open, never past `as_of`; whatever was asked is checked here again.

A viewer can send anything to a marimo element – dates out of range, options that do not exist – so nothing is
believed because a widget could not have sent it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from customary.dates import Window, months_later, previous, year_before

DEFAULT = "last 12 months"
CUSTOM = "custom dates"
PRESETS = (DEFAULT, "this year", "last quarter", "last 90 days", "last 30 days", "all", CUSTOM)
PREVIOUS, LAST_YEAR, NOTHING = "previous period", "same period last year", "nothing"
COMPARES = (PREVIOUS, LAST_YEAR, NOTHING)

AGAINST = {PREVIOUS: "on the previous period", LAST_YEAR: "on the same period last year"}
NO_DATA = {PREVIOUS: "no data for the previous period", LAST_YEAR: "no data for the same period last year"}

_DAY = dt.timedelta(days=1)


def period(value: Mapping[str, object] | object, as_of: dt.date, first_day: dt.date) -> Window:
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


def _preset(name: str, as_of: dt.date, first_day: dt.date) -> Window:
    quarter = as_of.replace(month=(as_of.month - 1) // 3 * 3 + 1, day=1)
    found = {
        "this year": ((as_of - _DAY).replace(month=1, day=1), as_of),
        "last quarter": (months_later(quarter, -3), quarter),
        "last 90 days": (as_of - 90 * _DAY, as_of),
        "last 30 days": (as_of - 30 * _DAY, as_of),
        "all": (first_day, as_of),
    }.get(name, (months_later(as_of, -12), as_of))
    return _inside(found, as_of, first_day) or (min(first_day, as_of), as_of)


def _inside(asked: Window, as_of: dt.date, first_day: dt.date) -> Window | None:
    """The asked period cut to what the data cover; None if nothing is left of it."""
    start, end = max(asked[0], first_day), min(asked[1], as_of)
    return (start, end) if start < end else None


def dates(value: object) -> Window | None:
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


def compared_period(name: object, during: Window, first_day: dt.date) -> Window | None:
    """The period to compare with; None if nothing was asked or the data do not reach back that far.

    An unknown `name` is the default, the previous period.
    """
    if name == NOTHING:
        return None
    found = year_before(during) if name == LAST_YEAR else previous(during)
    return found if found[0] >= first_day else None


def default_every(during: Window) -> str:
    """The `every` that draws a legible line over this period: day, week, month, quarter or year."""
    days = (during[1] - during[0]).days
    limits = ((45, "day"), (200, "week"), (365 * 3, "month"), (365 * 8, "quarter"))
    return next((name for most, name in limits if days <= most), "year")
