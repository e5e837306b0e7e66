"""Windows a viewer may ask for. Half-open, never past `as_of`; whatever was asked is checked here again.

A viewer can send anything to a marimo element – dates out of range, options that do not exist – so nothing is
believed because a widget could not have sent it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from customary.dates import Window, months_later, previous, year_before
from customary.query import address
from customary.wording import say

DEFAULT = "last 12 months"
CUSTOM = address.CUSTOM
PRESETS = (DEFAULT, "this year", "last quarter", "last 90 days", "last 30 days", "all", CUSTOM)
PREVIOUS, LAST_YEAR, NOTHING = "previous period", "same period last year", "nothing"
COMPARES = (PREVIOUS, LAST_YEAR, NOTHING)

AGAINST = {PREVIOUS: "on the previous period", LAST_YEAR: "on the same period last year"}
NO_DATA = {PREVIOUS: "no data for the previous period", LAST_YEAR: "no data for the same period last year"}

_DAY = dt.timedelta(days=1)


def period(value: Mapping[str, object] | object, as_of: dt.date, first_day: dt.date) -> Window:
    """The (start, end) that a filter bar's value asks for, inside [first_day, as_of).

    `value` is anything; a mapping may carry "period" (one of PRESETS) and "between" (two dates, both included, for the
    custom dates). What cannot be read is the default: `fault_in_dates` says why.
    """
    asked = value if isinstance(value, Mapping) else {}
    named = asked.get("period")
    if named == CUSTOM:
        between = dates(asked.get("between"))
        inside = between and _inside((between[0], _next(between[1])), as_of, first_day)
        return inside or _preset(DEFAULT, as_of, first_day)
    return _preset(named if isinstance(named, str) else DEFAULT, as_of, first_day)


def fault_in_dates(value: object, as_of: dt.date, first_day: dt.date) -> str:
    """Why two dates can be no period of these data, in words without a full stop; "" where they can."""
    between, last = dates(value), max(as_of - _DAY, first_day)
    if between is None:
        return say("The custom dates are not filled in")
    if between[0] > between[1]:
        template = "The custom dates are the wrong way round: {start} comes after {end}"
        return say(template, start=between[0], end=between[1])
    if between[0] > last or between[1] < first_day:
        template = "There are no data from {start} to {end}: they reach from {first} to {last}"
        return say(template, start=between[0], end=between[1], first=first_day, last=last)
    return ""


def cut_text(value: object, as_of: dt.date, first_day: dt.date) -> str:
    """That dates reach beyond the data, so that less is shown than was asked for; "" where they do not."""
    between, last = dates(value), max(as_of - _DAY, first_day)
    if between is None or (between[0] >= first_day and between[1] <= last):
        return ""
    template = "The custom dates reach beyond the data; shown: {start} to {end}."
    return say(template, start=max(between[0], first_day), end=min(between[1], last))


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
    return (start, end) if start < end and asked[0] < asked[1] else None


def dates(value: object) -> Window | None:
    """Two dates as they were given, out of anything: dates, instants, ISO text or "2024-01-01_2024-03-31" of a link.

    None if they are not there; the later one may come first.
    """
    given = value.split("_") if isinstance(value, str) else value
    if not isinstance(given, tuple | list) or len(given) != 2:
        return None
    start, end = map(_date, given)
    return None if start is None or end is None else (start, end)


def last_of(during: Window) -> dt.date:
    """The last day of a half-open window."""
    return during[1] - _DAY


def in_link(between: Window) -> str:
    """Two dates as an address carries them."""
    return "_".join(day.isoformat() for day in between)


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
