"""A day in one column and the time of day in another, as tills write them: together they are the moment.

A time of day alone is no date: without a column of days beside it, it means nothing.
"""

from collections.abc import Mapping

from customary.intake.readers import quote
from customary.intake.recognise.look import Look
from customary.intake.recognise.meanings import CLOCK, Meaning, values_of

DAYS = ("order_time", "time", "event_time", "paid_time", "refund_time")
_DIGITS = r"^(\d{1,2})(\d\d)(\d\d)?$"
_WHOLE = ["%H:%M:%S", "%H:%M:%S.%f", "%H:%M:", "%H:%M"]
_HALF = ["%I:%M:%S %p", "%I:%M %p", "%I:%M:%S%p", "%I:%M%p"]
_FORMS = [*_WHOLE, *_HALF, "%H"]


def with_clock(look: Look, found: Mapping[str, Meaning]) -> dict[str, Meaning]:
    """The meanings without a time of day that stands beside no column of bare days."""
    return {name: one for name, one in found.items() if name != CLOCK or _day_column(look, found)}


def _day_column(look: Look, found: Mapping[str, Meaning]) -> str:
    """The column of bare days that a time of day belongs to; "" where none is."""
    columns = [found[name].column for name in DAYS if name in found]
    return next((column for column in columns if values_of(look, column).are_bare_days), "")


def moments(look: Look, found: Mapping[str, Meaning], raw: str) -> tuple[str, str]:
    """SQL for the raw table with both in the day's column, and the decision in words; "" twice where there are none."""
    day = _day_column(look, found)
    if CLOCK not in found or not day:
        return "", ""
    clock = found[CLOCK].column
    both = f"concat_ws(' ', {_bare_day(day)}, {clock_text(quote(clock))})"
    moment = f"case when {quote(day)} is not null then {both} end"
    return f"(select * replace ({moment} as {quote(day)}) from {raw})", f"“{day}” and “{clock}” together are the moment"


def _bare_day(column: str) -> str:
    """SQL for a day as it is written, without the midnight that a spreadsheet puts behind it."""
    return f"regexp_replace({quote(column)}::VARCHAR, '[ T]00:00(:00)?$', '')"


def clock_text(text: str) -> str:
    """SQL for a time of day as 14:33:10, also of 2:33 PM, 1433 and an hour alone; what is none stays and is said."""
    apart = rf"regexp_replace(upper(trim({text}::VARCHAR)), '{_DIGITS}', '\1:\2:\3')"
    return f"coalesce(strftime(try_strptime({apart}, {_FORMS}), '%H:%M:%S'), {text}::VARCHAR)"
