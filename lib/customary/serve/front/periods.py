"""Which days the front page speaks of, how they are said, and the link that opens a chapter on the same days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

from customary.dates import Window, last_whole, months_later, previous, year_before
from customary.declare import FRAMES
from customary.language import LANGUAGES, format_date, format_month, format_quarter, reader_language
from customary.page import periods
from customary.query.known import has_days
from customary.shop import Shop
from customary.wording import say

DAY = timedelta(days=1)


@dataclass(frozen=True)
class FrontPeriod:
    """The last whole quarter and what it is compared with; `query` are the same choices in a chapter's address.

    `is_dated` is whether the shop has anything that happened on a day.
    """

    during: Window
    against: Window | None
    query: Mapping[str, str] = field(default_factory=dict)
    is_dated: bool = True


def front_period(shop: Shop) -> FrontPeriod:
    """The last whole quarter, or all days where data began in it; against the same of last year, else the one before.

    Last year comes first: the season is then in both.
    """
    first, quarter = shop.snapshot.first_on, last_whole(shop.as_of, "quarter")
    name = "last quarter" if quarter[0] >= first.replace(day=1) else "all"
    during = quarter if name != "all" else (min(first, shop.as_of - DAY), shop.as_of)
    compares = {periods.LAST_YEAR: year_before(during), periods.PREVIOUS: previous(during)}
    for compare, window in compares.items():
        if window[0] >= first.replace(day=1):
            return FrontPeriod(during, window, {"period": name, "compare": compare}, _is_dated(shop))
    return FrontPeriod(during, None, {"period": name}, _is_dated(shop))


def _is_dated(shop: Shop) -> bool:
    """Whether anything happened on a day: a list of customers alone has none, nor have files without dates."""
    rows = shop.snapshot.rows
    return any(count and FRAMES[name].time and has_days(shop, name) for name, count in rows.items() if name in FRAMES)


def words_of(window: Window) -> str:
    """A window as it is said: "Q4 2025", "November 2025", "1 to 7 December 2025" with both days in full."""
    start, end = window
    for size, text in ((3, format_quarter), (1, format_month)):
        if start.day == 1 and end == months_later(start, size) and (size == 1 or start.month % 3 == 1):
            return text(start)
    first, last = format_date(start), format_date(end - DAY)
    return first if first == last else say("{first} to {last}", first=first, last=last)


def days_query(window: Window) -> dict[str, str]:
    """The choices of a chapter's address that say exactly these days."""
    last = window[1] - DAY
    return {"period": periods.CUSTOM, "between": f"{window[0]}_{last}"}


def address(stem: str, query: Mapping[str, str] | None = None) -> str:
    """A chapter from the front page, relative so that it holds below a proxy's prefix, in the reader's language."""
    language = reader_language()
    spoken = {} if language == LANGUAGES[0] else {"lang": language}
    said = urlencode({**(query or {}), **spoken})
    return f"{stem}/" + (f"?{said}" if said else "")
