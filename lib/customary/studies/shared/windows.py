"""The rows of a window, for studies that look beyond their own window, so that their frames are not cut for them."""

from datetime import date

import ibis
import ibis.expr.types as ir

from customary.dates import WindowLike, as_window
from customary.frames.calendar import epoch_day

type Day = date | ir.DateValue


def days_of(during: WindowLike) -> tuple[Day, Day]:
    """First day of a window and the one after its last; such as are only known when the query runs are left as it is.

    What is no window, or holds no day, is refused.
    """
    start, end = during[0], during[-1]
    return (start, end) if isinstance(start, ir.Value) else as_window(during)


def date_value(day: Day) -> ir.DateValue:
    """A day for the engine to reckon with, be it known already or only when the query runs."""
    return day if isinstance(day, ir.Value) else ibis.literal(day)


def day_count(day: Day) -> ir.IntegerValue:
    """The days from 1970-01-01 to a day, as frames have them."""
    return epoch_day(date_value(day))


def within(on: ir.DateValue, during: WindowLike) -> ir.BooleanValue:
    """Whether a date lies in a half-open window; what is no window, or holds no day, is refused."""
    start, end = days_of(during)
    return (on >= start) & (on < end)


def inside(table: ir.Table, during: WindowLike | None, day_on: str = "day_on") -> ir.Table:
    """The rows whose date `day_on` lies in the window; all of them where there is none."""
    return table.filter(within(table[day_on], during)) if during else table
