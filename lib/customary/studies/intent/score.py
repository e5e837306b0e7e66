"""How much somebody means to buy: plain points for what they did lately, by the table of `intent.toml`."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike
from customary.declare import study
from customary.rules.book import RuleBook
from customary.stats.intervals import clamp
from customary.studies.shared.people import with_person
from customary.studies.shared.windows import day_count, days_of

BANDS = ("high", "medium", "low")
CUSTOMER = "customer "  # what person_id begins with, of somebody whose number is known
STALE = 0.5  # what is left of points for what was done last before the fresh days


def end_of(during: WindowLike | None, as_of: date) -> ir.IntegerValue:
    """The day that everything is before: the end of the window, else the as-of date, as days since 1970."""
    return day_count(days_of(during)[1] if during else as_of)


def points_until(events: ir.Table, rules: Mapping[str, Any], end: ir.IntegerValue) -> ir.Table:
    """Everybody seen in the days before day number `end`, with their `points` and what gave most of them.

    Gives `person_id`, `points`, `strongest` (a name of an event, empty without points) and `last_day`.
    """
    told, start = rules["intent"], end - rules["intent"]["days"]
    t = with_person(events)
    t = t.filter((t.day >= start) & (t.day < end) & t.person_id.notnull())
    t = t.group_by("person_id", "event_name").agg(times=_.count(), last_day=_.day.max())
    worth = [
        (t.event_name == name, clamp(t.times, most=one["most"]) * one["each"]) for name, one in rules["points"].items()
    ]
    fresh = ibis.cases((t.last_day >= end - told["fresh_days"], 1.0), else_=STALE)
    t = t.mutate(own=ibis.cases(*worth, else_=0).cast("float64") * fresh)
    first = ibis.row_number().over(group_by=t.person_id, order_by=[ibis.desc(t.own), t.event_name])
    t = t.mutate(strongest=ibis.cases(((first == 0) & (t.own > 0), t.event_name)))
    return t.group_by("person_id").agg(points=_.own.sum(), strongest=_.strongest.max(), last_day=_.last_day.max())


def band_of(points: ir.Value, rules: Mapping[str, Any]) -> ir.Value:
    """The band of a number of points: 1 is high, 3 low."""
    told = rules["intent"]
    return ibis.cases((points >= told["high"], 1), (points >= told["medium"], 2), else_=3).cast("int8")


def band_name(place: ir.Value) -> ir.Value:
    """The word for a band."""
    return ibis.cases(*((place == n, name) for n, name in enumerate(BANDS, 1)))


@study(
    zh="购买意向评分",
    source="A-062",
    shown=100,
    is_list=True,
    rests_on="visits",
    beside={"bands": "intent_bands", "deciles": "intent_deciles"},
)
def intent_score(events: ir.Table, shop_rules: RuleBook, as_of: date, *, during: WindowLike | None = None) -> ir.Table:
    """Customers seen lately by points for what they did: products seen, reviews, carts, checkouts; the highest first.

    Each kind of event gives the points of `intent.toml` as often as it says; half of them where it was last done before
    the fresh days. `strongest` is what gave most. Points are no probability: `intent_deciles` tells how often people of
    as many bought. Visitors whose number is not known are in the bands and not on this list. With `during` its end
    stands in place of the as-of date.
    """
    rules, end = shop_rules["intent"], end_of(during, as_of)
    t = points_until(events, rules, end)
    t = t.filter(t.person_id.startswith(CUSTOMER) & (t.points > 0))
    t = t.select(
        customer_id=t.person_id.substr(len(CUSTOMER)),
        intent_points=t.points,
        intent_band=band_name(band_of(t.points, rules)),
        strongest="strongest",
        days_since_last_seen=(end - t.last_day).cast("int32"),
        customer_total=t.count().over(ibis.window()),
    )
    return t.order_by(ibis.desc("intent_points"), "customer_id")
