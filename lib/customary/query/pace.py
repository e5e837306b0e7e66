"""How fast figures and lists come: hours from the end of the data until they were there, against what is wanted."""

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from customary.shop import Shop
from customary.units import HOURS
from customary.wording import say

TABLE, FIGURES, LISTS, RECORDS = "pace", "figures", "lists", "records"  # of goals.toml


@dataclass(frozen=True)
class Timeliness:
    """Hours from the end of the data until something was there, and how many are wanted; `hours` None: not told."""

    hours: float | None
    wanted: float

    @property
    def is_met(self) -> bool | None:
        """Whether it came in time; None where that cannot be told."""
        return None if self.hours is None else self.hours <= self.wanted

    @property
    def verdict(self) -> str:
        """The verdict in words."""
        told = {True: say("in time"), False: say("too late"), None: say("cannot be told")}
        return told[self.is_met]

    @property
    def text(self) -> str:
        """The hours in words."""
        return "–" if self.hours is None else HOURS.text(self.hours)


def wanted_hours(shop: Shop, what: str) -> float:
    """Within how many hours of the end of the data figures, or lists, are wanted (B-005: 3 days, B-105: 12 hours)."""
    return float(shop.rules["goals"][TABLE][what])


def pace_of_figures(shop: Shop) -> Timeliness:
    """From the end of the data until the snapshot was published; not told of a shop whose day is fixed by hand."""
    wanted = wanted_hours(shop, FIGURES)
    if shop.snapshot.facts.get("is_as_of_given", True):
        return Timeliness(None, wanted)
    end = datetime.combine(shop.as_of, time(), ZoneInfo(shop.time_zone))
    return Timeliness((shop.snapshot.built_at - end).total_seconds() / 3600, wanted)


def pace_of_list(shop: Shop, hours: float) -> Timeliness:
    """From the end of the data of a list until it arrived."""
    return Timeliness(hours, wanted_hours(shop, LISTS))
