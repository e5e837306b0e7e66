"""The calendar that shops live by: selling seasons of seasons.toml and the public holidays of a country."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import groupby
from typing import Any

import holidays

from customary.errors import Refused

DAY = timedelta(days=1)
SEASON, HOLIDAY = "season", "public holiday"


@dataclass(frozen=True)
class Event:
    """A season or holiday as it fell: from its first day to the day after its last."""

    name: str
    zh: str
    kind: str
    starts_on: date
    ends_on: date


def country_of(time_zone: str, countries: Mapping[str, str], asked: str = "") -> str:
    """The two letters of a shop's country: what was asked for, else by its time zone in `countries`, or nothing."""
    known = holidays.list_supported_countries(include_aliases=False)
    if asked and asked.upper() not in known:
        raise Refused(
            "no public holidays are known for “{asked}”: write two letters, such as CN, DE or US", asked=asked
        )
    return asked.upper() or str(countries.get(time_zone, ""))


def _black_friday(year: int) -> date:
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 22)  # the day after the fourth Thursday


@cache
def public_day(country: str, year: int, name: str) -> date | None:
    """The first day of a year's public holiday in whose English name `name` stands; None where there is none."""
    found = holidays.country_holidays(country, years=year, language="en_US").items()
    return min((day for day, said in found if name in said and not said.startswith("Day off")), default=None)


def _chinese_new_year(year: int) -> date | None:
    return public_day("CN", year, "Spring Festival")


_RULES: Mapping[str, Callable[[int], date | None]] = {
    "black_friday": _black_friday,
    "chinese_new_year": _chinese_new_year,
}


def _span(season: Mapping[str, Any], year: int) -> tuple[date, date] | None:
    """First and last day of a season in a year."""
    if "rule" not in season:
        return date.fromisoformat(f"{year}-{season['from']}"), date.fromisoformat(f"{year}-{season['to']}")
    day = _RULES[season["rule"]](year)
    return (day - season.get("before", 0) * DAY, day + season.get("after", 0) * DAY) if day else None


def _seasons(seasons: Sequence[Mapping[str, Any]], years: range, country: str) -> Iterator[Event]:
    for season in seasons:
        if "*" not in season["countries"] and country not in season["countries"]:
            continue
        for year in years:
            if span := _span(season, year):
                yield Event(season["name"], season["zh"], SEASON, span[0], span[1] + DAY)


@cache
def _public(years: range, country: str) -> tuple[Event, ...]:
    """Public holidays; days in a row are one, named after the first of them; days off given in exchange are not."""
    plain = holidays.country_holidays(country, years=list(years))
    known = holidays.country_holidays(country, years=list(years), language="en_US")
    days = sorted(day for day, name in known.items() if not name.startswith("Day off"))
    found = []
    for _start, run in groupby(enumerate(days), key=lambda found: found[1] - found[0] * DAY):
        first, *rest = [day for _n, day in run]
        found.append(Event(known[first], plain[first], HOLIDAY, first, (rest[-1] if rest else first) + DAY))
    return tuple(found)


def events(seasons: Sequence[Mapping[str, Any]], first_year: int, last_year: int, country: str) -> tuple[Event, ...]:
    """Seasons and public holidays of these years where `country` (two letters, or nothing) keeps them, by date.

    `seasons` is the list of seasons.toml.
    """
    years = range(first_year, last_year + 1)
    found = [*_seasons(seasons, years, country), *(_public(years, country) if country else ())]
    return tuple(sorted(found, key=lambda event: (event.starts_on, event.kind, event.name)))
