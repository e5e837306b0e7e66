"""Days, windows and periods: one reader for what is typed, linked or passed, and one "previous period"."""

from datetime import date, datetime, timedelta

from customary.errors import Refused, unknown_name
from customary.wording import say

Window = tuple[date, date]
WindowLike = tuple[date | str, date | str] | list[date | str] | str
EPOCH = date(1970, 1, 1)
YEAR = 365  # days: a trailing year, and the distance to the same days a year before
MONTHS = {"month": 1, "quarter": 3, "year": 12}
PERIODS = ("day", "week", "month", "quarter", "year")
PREVIOUS, LAST_YEAR = "previous", "year"
COMPARES = (PREVIOUS, LAST_YEAR)


def as_day(value: date | str) -> date:
    """A day, or its ISO text 2025-01-31, as a date; anything else is refused."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise Refused(say("“{value}” is not a day: write it as 2025-01-31", value=value)) from error


def as_window(value: WindowLike) -> Window:
    """A half-open window – its first day and the day after its last – from two days or from "2025-01-01..2025-04-01".

    Raises `Refused` for what is no window, and for one that holds no day.
    """
    parts = value.split("..") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or len(parts) != 2 or not all(parts):
        raise Refused(
            say(
                "“{value}” is not a window: write its first day and the day after its last, 2025-01-01..2025-04-01",
                value=value,
            )
        )
    start, end = as_day(parts[0]), as_day(parts[1])
    if end <= start:
        raise Refused(
            say(
                "the window {start}..{end} holds no day: its first day must come before the day after its last",
                start=start,
                end=end,
            )
        )
    return start, end


def day_number(day: date) -> int:
    """Days since 1970-01-01, as frames count them."""
    return (day - EPOCH).days


def day_of_number(number: int) -> date:
    """The date of a day counted from 1970-01-01."""
    return EPOCH + timedelta(days=number)


def month_number(day: date) -> int:
    """Months since the year 0, as frames count them."""
    return day.year * 12 + day.month - 1


def months_later(day: date, months: int) -> date:
    """The same day so many months later (earlier if negative); a day that the month lacks is its last one."""
    year, month = divmod(month_number(day) + months, 12)
    if year < 1:
        return date.min
    following = date(year + month // 11, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))


def is_whole_months(window: Window) -> bool:
    """Whether a window is so many months from one day of the month to the same one."""
    start, end = window
    return start.day == end.day and months_later(start, month_number(end) - month_number(start)) == end


def previous(window: Window) -> Window:
    """The window of the same length just before: so many months if it is whole months, else so many days."""
    start, end = window
    if is_whole_months(window):
        return months_later(start, month_number(start) - month_number(end)), start
    length = end - start
    return (start - length, start) if start - date.min > length else (date.min, start)


def year_before(window: Window) -> Window:
    """The same window a year earlier."""
    return months_later(window[0], -12), months_later(window[1], -12)


def comparison_window(window: Window, name: str) -> Window:
    """The window to compare with: "previous" (the one just before) or "year" (a year earlier)."""
    if name not in COMPARES:
        raise unknown_name(name, COMPARES, "comparison")
    return previous(window) if name == PREVIOUS else year_before(window)


def last_whole(as_of: date, period: str) -> Window:
    """The last whole month, quarter or year before the as-of date."""
    if period not in MONTHS:
        raise unknown_name(period, MONTHS, "period")
    size = MONTHS[period]
    year, month = divmod(month_number(as_of) // size * size, 12)
    end = date(year, month + 1, 1)
    return months_later(end, -size), end


def in_words(window: Window) -> str:
    """The window as it is read, both days included: "2024-01-01 – 2024-03-31"."""
    return say("{first} – {last}", first=window[0].isoformat(), last=(window[1] - timedelta(days=1)).isoformat())
