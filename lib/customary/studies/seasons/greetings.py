"""Whom to greet for a holiday: the shop's calendar of holidays says which one comes, a few days before it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir

from customary.declare import study
from customary.errors import Refused
from customary.rules.book import RuleBook
from customary.studies.seasons.almanac import country_of, public_day


def greeting_days(greetings: Sequence[Mapping[str, Any]], year: int, country: str) -> Iterator[tuple[date, str]]:
    """Day and name of each holiday of a year that is greeted where `country` (two letters, or nothing) is.

    `greetings` is that list of seasons.toml; a holiday that moves is looked up by its name, and left out of years in
    which the calendar does not know it.
    """
    for one in greetings:
        if "*" not in one["countries"] and country not in one["countries"]:
            continue
        day = date.fromisoformat(f"{year}-{one['on']}") if "on" in one else public_day(country, year, one["holiday"])
        if day:
            yield day, one["name"]


def next_greeting(
    greetings: Sequence[Mapping[str, Any]], as_of: date, days: int, country: str
) -> tuple[date, str] | None:
    """The first holiday from the as-of date to so many days after it; of two on one day the first of the list."""
    years = (as_of.year, as_of.year + 1)
    found = [each for year in years for each in greeting_days(greetings, year, country)]
    coming = [each for each in found if as_of <= each[0] <= as_of + timedelta(days=days)]
    return min(coming, key=lambda each: each[0], default=None)


@study(zh="节日关怀名单", source="C-081", shown=100, is_list=True)
def holiday_greetings(
    customers: ir.Table, as_of: date, time_zone: str, shop_rules: RuleBook, *, country: str = "", days: int = 3
) -> ir.Table:
    """Buyers to greet for the next holiday of the shop's calendar, the biggest spenders first; nobody before one.

    The calendar is the list `greeting` of seasons.toml, kept where the shop's country is. A holiday is greeted from
    `days` 3 days before it on, until its first day.
    """
    if days < 0:
        raise Refused("days is a number of days, not {days}", days=days)
    almanac = shop_rules["seasons"]
    coming = next_greeting(almanac["greeting"], as_of, days, country_of(time_zone, almanac["countries"], country))
    day, name = coming or (as_of, "")
    t = customers.filter((customers.order_count > 0) & ibis.literal(coming is not None))
    t = t.mutate(
        holiday=ibis.literal(name),
        holiday_on=ibis.literal(day, "date"),
        net_spend=t.net_spend.cast("float64"),
        customer_total=t.count().over(ibis.window()),
    )
    facts = ("customer_id", "holiday", "holiday_on", "net_spend", "order_count", "days_since_last_order")
    return t.select(*facts, "customer_total").order_by(ibis.desc("net_spend"), "customer_id")
