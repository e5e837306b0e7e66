"""What the lists that served a goal brought, goal by goal."""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import study
from customary.rules.book import RuleBook
from customary.studies.action.results import Found, list_results

NO_GOAL = "no goal named"


def _plays(shop_rules: RuleBook) -> ir.Table:
    """Play → the goal that it serves, by its name, and the goal's place among all."""
    names = {goal["key"]: (place, goal["en"]) for place, goal in enumerate(shop_rules["goals"]["goal"])}
    nowhere = (len(names), NO_GOAL)
    served = {play["name"]: names.get(play.get("goal", ""), nowhere) for play in shop_rules["playbook"]["plays"]}
    rows = [{"play": play, "place": place, "goal": goal} for play, (place, goal) in served.items()]
    return ibis.memtable(rows, schema={"play": "string", "place": "int64", "goal": "string"})


def _goals(shop_rules: RuleBook) -> ir.Table:
    """Every goal with its place and how many plays are meant to serve it."""
    plays = [play.get("goal", "") for play in shop_rules["playbook"]["plays"]]
    rows = [
        {"place": place, "goal": goal["en"], "play_count": plays.count(goal["key"])}
        for place, goal in enumerate(shop_rules["goals"]["goal"])
    ]
    return ibis.memtable(rows, schema={"place": "int64", "goal": "string", "play_count": "int64"})


def _sums(name: str) -> dict[str, ir.Value]:
    """The sum over lists, and its ends: lists are drawn by lots of their own, so their variances add."""
    value, half = _[f"incremental_{name}"], (_[f"high_incremental_{name}"] - _[f"low_incremental_{name}"]) / 2
    return {f"incremental_{name}": value.sum(where=_.adds), f"half_{name}": (half * half).sum(where=_.adds).sqrt()}


def _ends(t: ir.Table) -> dict[str, ir.Value]:
    return {
        f"{end}_incremental_{name}": t[f"incremental_{name}"] + sign * t[f"half_{name}"]
        for name in ("orders", "revenue")
        for end, sign in (("low", -1), ("high", 1))
    }


def _verdict(t: ir.Table) -> ir.StringValue:
    return ibis.cases(
        (t.list_count == 0, "no list yet"),
        (t.told_list_count == 0, "not attributable"),
        (t.low_incremental_orders > 0, "more"),
        (t.high_incremental_orders < 0, "fewer"),
        else_="not clear",
    )


@study(zh="目标与行动成效", source="B-007, B-009", rests_on="dates")
def goal_actions(
    assignments: ir.Table,
    whole_orders: ir.Table,
    as_of: date,
    time_zone: str,
    present_frames: frozenset[str],
    list_effects: Found,
    shop_rules: RuleBook,
    *,
    within: str = "30d",
) -> ir.Table:
    """Each goal with the lists that served it and what they brought beyond the customers who were held out by lot.

    A list serves the goal of its play. `incremental_orders` and `incremental_revenue` are sums over the lists that can
    be told, as `list_results` tells them, with a 95 % interval: those with a hold-out, of which at least as many
    bought in either arm as may be shown of a group. Other lists are counted and add nothing. `contact_amount` is what
    the contacts of all lists cost. `verdict` is “more” or “fewer” where the interval leaves out zero.
    """
    frames = (assignments, whole_orders, as_of, time_zone, present_frames)
    lists = list_results(*frames, list_effects, within=within)
    fewest = int(shop_rules["privacy"]["groups"]["fewest"])
    t = lists.left_join(_plays(shop_rules), "play").drop("play_right")
    t = t.mutate(goal=t.goal.fill_null(NO_GOAL), place=t.place.fill_null(len(shop_rules["goals"]["goal"])))
    enough = (t.contacted_buyer_count >= fewest) & (t.held_buyer_count >= fewest)
    t = t.mutate(adds=(enough & t.incremental_orders.notnull()).fill_null(False))
    t = t.group_by("place", "goal").agg(
        list_count=_.count(),
        told_list_count=_.adds.cast("int64").sum(),
        contacted_count=_.contacted_count.sum(),
        contact_amount=_.contact_amount.sum(),
        **_sums("orders"),
        **_sums("revenue"),
    )
    t = t.outer_join(_goals(shop_rules), ["place", "goal"])
    t = t.mutate(place=t.place.coalesce(t.place_right), goal=t.goal.coalesce(t.goal_right))
    counts = {name: t[name].fill_null(0) for name in ("play_count", "list_count", "told_list_count", "contacted_count")}
    t = t.mutate(**counts, **_ends(t))
    told = ("incremental_orders", "low_incremental_orders", "high_incremental_orders")
    money = ("incremental_revenue", "low_incremental_revenue", "high_incremental_revenue")
    t = t.mutate(verdict=_verdict(t)).order_by("place")
    return t.select("goal", *counts, *told, *money, "contact_amount", "verdict")
