"""Spans of time as they are typed: 30m, 24h, 7d."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from customary.errors import Refused
from customary.frames.places import MICRO, instant_us

__all__ = ["DAY_US", "HOUR_US", "MICRO", "SECONDS", "instant_us", "midnight_us", "span_seconds"]

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
HOUR_US, DAY_US = SECONDS["h"] * MICRO, SECONDS["d"] * MICRO


def span_seconds(text: str, name: str) -> int:
    """The seconds of a span such as 45s, 30m, 24h, 7d or 2w; none, or nothing of that kind, is refused by `name`."""
    found = re.fullmatch(r"\s*(\d+)\s*([smhdw])\s*", text)
    if not found:
        raise Refused("{name} is a span such as 45s, 30m, 24h, 7d or 2w, not “{text}”", name=name, text=text)
    seconds = int(found[1]) * SECONDS[found[2]]
    if not seconds:
        raise Refused("{name} of “{text}” has no length: nothing can happen within it", name=name, text=text)
    return seconds


def midnight_us(day: date, time_zone: str) -> int:
    """The instant at which a day begins in a time zone, in microseconds since 1970."""
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(time_zone)).timestamp()) * MICRO
