"""Whether points for intent tell who buys: graded one horizon ago, by what came since."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike
from customary.declare import study
from customary.rules.book import RuleBook
from customary.stats.intervals import Z, clamp, share, wilson
from customary.studies.intent.score import band_name, band_of, end_of, points_until
from customary.studies.shared.people import with_person

TENTHS = 10


def _with_grades(events: ir.Table, rules: Mapping[str, Any], end: ir.IntegerValue) -> ir.Table:
    """Everybody seen in the days before day number `end`, with points, and whether they bought in the horizon after."""
    later = with_person(events)
    later = later.filter((later.day >= end) & (later.day < end + rules["intent"]["horizon"]))
    buyers = later.filter(later.event_name == "purchase").select(buyer="person_id").distinct()
    t = points_until(events, rules, end)
    t = t.left_join(buyers, t.person_id == buyers.buyer)
    return t.mutate(bought=t.buyer.notnull().cast("int64")).drop("buyer")


def _with_rate(t: ir.Table) -> ir.Table:
    low, high = wilson(t.bought_count, t.graded_count)
    return t.mutate(bought_rate=share(t.bought_count, t.graded_count), low=low, high=high)


@study(zh="购买意向分档", source="A-062", rests_on="visits")
def intent_bands(events: ir.Table, shop_rules: RuleBook, as_of: date, *, during: WindowLike | None = None) -> ir.Table:
    """How many people mean to buy – high, medium, low by points –, and how many of each band bought when last graded.

    People are customers, and visitors whose number is not known. `person_count` is of today; the others were graded one
    horizon of `intent.toml` ago by what they did until then, and followed to the end of it. With `during` today is its
    end.
    """
    rules, end = shop_rules["intent"], end_of(during, as_of)
    now = points_until(events, rules, end)
    now = now.group_by(place=band_of(now.points, rules)).agg(person_count=_.count())
    then = _with_grades(events, rules, end - rules["intent"]["horizon"])
    then = then.group_by(place=band_of(then.points, rules)).agg(graded_count=_.count(), bought_count=_.bought.sum())
    t = _with_rate(now.outer_join(then, "place"))
    t = t.mutate(position=ibis.coalesce(t.place, t.place_right))
    t = t.mutate(intent_band=band_name(t.position), person_count=t.person_count.fill_null(0))
    facts = ("graded_count", "bought_count", "bought_rate", "low", "high")
    return t.select("position", "intent_band", "person_count", *facts).order_by("position")


@study(zh="购买意向检验", source="A-062", rests_on="visits")
def intent_deciles(
    events: ir.Table, shop_rules: RuleBook, as_of: date, *, during: WindowLike | None = None
) -> ir.Table:
    """How often people of more and of fewer points bought within the horizon: tenths of all, the lowest first.

    Graded one horizon of `intent.toml` before the as-of date; the points were not learned from these people, nor from
    any. People of equal points are in one group, so that there may be fewer than ten. `auc` is how often somebody who
    bought had more points than somebody who did not, ties counted half (Hanley and McNeil 1982, with their interval);
    0.5 is what chance gives. Empty where fewer people were seen than `intent.toml` asks for. With `during` its end is
    taken in place of the as-of date.
    """
    rules = shop_rules["intent"]
    t = _with_grades(events, rules, end_of(during, as_of) - rules["intent"]["horizon"])
    t = t.group_by("points").agg(graded_count=_.count(), bought_count=_.bought.sum())
    below = ibis.window(order_by=t.points, preceding=(None, 1))
    t = t.mutate(others=t.graded_count - t.bought_count)
    t = t.mutate(
        fewer=t.graded_count.sum().over(below).fill_null(0),
        others_fewer=t.others.sum().over(below).fill_null(0),
        people=t.graded_count.sum().over(ibis.window()),
    )
    middle = (t.fewer + t.graded_count / 2) / t.people  # the place of their middle among all, from 0 to 1
    t = t.mutate(position=clamp((middle * TENTHS).floor() + 1, 1, TENTHS).cast("int8"), **_auc(t))
    t = t.filter(t.people >= rules["intent"]["fewest"])
    ends = ("auc", "low_auc", "high_auc")
    t = t.group_by("position").agg(
        low_points=_.points.min(),
        high_points=_.points.max(),
        graded_count=_.graded_count.sum(),
        bought_count=_.bought_count.sum(),
        **{name: t[name].max() for name in ends},
    )
    return _with_rate(t).relocate(*ends, after="high").order_by("position")


def _auc(t: ir.Table) -> dict[str, ir.Value]:
    """The area under the curve from counts by points, with its interval (Hanley and McNeil 1982, formula 1)."""
    whole = ibis.window()
    bought, others = t.bought_count.sum().over(whole).cast("float64"), t.others.sum().over(whole).cast("float64")
    wins = (t.bought_count * (t.others_fewer + t.others / 2)).sum().over(whole)
    auc = share(wins, bought * others)
    more = (bought - 1) * (auc / (2 - auc) - auc * auc) + (others - 1) * (2 * auc * auc / (1 + auc) - auc * auc)
    half = Z * clamp(share(auc * (1 - auc) + more, bought * others), 0.0).sqrt()
    return {"auc": auc, "low_auc": clamp(auc - half, 0.0), "high_auc": clamp(auc + half, most=1.0)}
