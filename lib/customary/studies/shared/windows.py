"""The rows of a window, for studies that look beyond their own window, so that their frames are not cut for them."""

import ibis.expr.types as ir

from customary.dates import WindowLike, as_window


def within(on: ir.DateValue, during: WindowLike) -> ir.BooleanValue:
    """Whether a date lies in a half-open window; what is no window, or holds no day, is refused."""
    start, end = as_window(during)
    return (on >= start) & (on < end)


def inside(table: ir.Table, during: WindowLike | None, day_on: str = "day_on") -> ir.Table:
    """The rows whose date `day_on` lies in the window; all of them where there is none."""
    return table.filter(within(table[day_on], during)) if during else table
