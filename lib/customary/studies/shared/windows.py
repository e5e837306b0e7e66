"""Windows of studies that look beyond their own window, so that their frames are not cut for them."""

from datetime import date

import ibis.expr.types as ir

from customary.errors import Refused

Days = tuple[date | str, date | str] | str


def window_of(during: Days) -> tuple[date, date]:
    """The half-open window that was asked for, as two dates or as text “2025-01-01..2025-04-01”."""
    parts = during.split("..") if isinstance(during, str) else during
    try:
        start, end = (day if isinstance(day, date) else date.fromisoformat(day) for day in parts)
    except ValueError as error:
        raise Refused(f"“{during}” is not a window: write it as 2025-01-01..2025-04-01") from error
    return start, end


def inside(table: ir.Table, during: Days | None, day_on: str = "day_on") -> ir.Table:
    """The rows whose date `day_on` lies in the window; all of them where there is none."""
    if not during:
        return table
    start, end = window_of(during)
    return table.filter((table[day_on] >= start) & (table[day_on] < end))


def epoch_of(day: date) -> int:
    """Days since 1970-01-01, as the frames' `day` counts them."""
    return (day - date(1970, 1, 1)).days
