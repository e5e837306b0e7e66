"""Tags of all customers: how many bear which, whether they hold afterwards, and what is to be done."""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import day_number
from customary.declare import study
from customary.errors import Refused, unknown_name
from customary.frames.tags import TAGS, UNKNOWN, tags
from customary.portraits import actions
from customary.rules.book import RuleBook
from customary.stats.intervals import Z, share, wilson
from customary.studies.customers.portraits import with_portraits

FEWEST = 5  # people in a cell below which it could point at one of them


def _large_cells(t: ir.Table, fewest: int) -> ir.Table:
    """The cells that hold enough people; `hidden_count` says how many do not.

    Where a single cell is too small the next one goes with it, or it could be reckoned from the sum of the others.
    """
    everything = ibis.window()
    small = (t.customer_count < fewest).cast("int64").sum().over(everything)
    rank = ibis.row_number().over(order_by=[t.customer_count, *t.columns])
    hidden = (small > 0) & (rank < ibis.greatest(small, 2))
    t = t.mutate(is_hidden=hidden)
    return (
        t.mutate(hidden_count=t.is_hidden.cast("int64").sum().over(everything)).filter(~_.is_hidden).drop("is_hidden")
    )


@study(zh="标签分布", source="A-029")
def tag_mix(portraits: ir.Table, shop_rules: RuleBook, *, fewest: int = FEWEST) -> ir.Table:
    """Every tag with its labels: customers who bear them, and the share among those of whom the tag is known.

    Labels of fewer than `fewest` customers are not shown; `hidden_count` says how many labels that are.
    """
    parts, limits = [], shop_rules["tags"]
    for position, name in enumerate(TAGS, 1):
        t = portraits.group_by(label=portraits[f"{name}_tag"]).agg(
            customer_count=_.count(), evidence=portraits[f"{name}_evidence"].sum()
        )
        known = t.customer_count.sum(where=t.label != UNKNOWN).over(ibis.window())
        of_known = ibis.cases((t.label != UNKNOWN, share(t.customer_count, known)))
        t = _large_cells(t.mutate(known_count=known.fill_null(0), customer_share=of_known), fewest)
        facts = {"position": ibis.literal(position, "int16"), "tag": ibis.literal(limits[name]["en"])}
        parts.append(t.mutate(**facts, zh=ibis.literal(limits[name]["zh"])))
    t = ibis.union(*parts)
    kept = ("position", "tag", "zh", "label", "customer_count", "customer_share", "known_count", "hidden_count")
    return t.select(kept).order_by("position", ibis.desc("customer_count"), "label")


@study(zh="画像交叉分布", source="A-028", rests_on="dates")
def portrait_cells(
    portraits: ir.Table, *, by: str = "lifecycle_stage", and_by: str = "value_tier", fewest: int = FEWEST
) -> ir.Table:
    """Customers by two labels of their portraits; cells of fewer than `fewest` are hidden, `hidden_count` of them."""
    for name in (by, and_by):
        if name not in portraits.columns or name in ("customer_id", "left_out_because"):
            raise unknown_name(name, portraits.columns, "label of a portrait")
    t = portraits.group_by(label=portraits[by].cast("string"), and_label=portraits[and_by].cast("string"))
    return _large_cells(t.agg(customer_count=_.count()), fewest).order_by("label", "and_label")


def _compare(before: ir.Table, after: ir.Table) -> ir.Table:
    """Tag → customers with a label before, on both sides, with the same on both, and with the commonest one after."""
    was = {f"{name}_{part}": before[f"{name}_{part}"] for name in TAGS for part in ("tag", "share")}
    seen = after.select(seen_id="customer_id", **{f"{name}_seen": after[f"{name}_tag"] for name in TAGS})
    t = before.select("customer_id", **was).inner_join(seen, before.customer_id == seen.seen_id)
    t = t.cross_join(ibis.array(list(TAGS)).unnest().name("name").as_table())
    told = {part: ibis.cases(*((t.name == n, t[f"{n}_{part}"]) for n in TAGS)) for part in ("tag", "share", "seen")}
    t = t.select("name", **told)
    judged = (t.tag != UNKNOWN) & (t.seen != UNKNOWN)
    t = t.group_by("name", "seen").agg(
        predicted=(t.tag != UNKNOWN).sum(),
        times=judged.sum(),
        right=(judged & (t.tag == t.seen)).sum(),
        claimed=t.share.cast("float64").sum(where=judged),
    )
    return t.group_by("name").agg(
        predicted_count=t.predicted.sum(),
        customer_count=t.times.sum(),
        right_count=t.right.sum(),
        base_count=t.times.max(),
        claimed=t.claimed.sum().round(6),
    )


@study(zh="画像精准度", source="B-008", rests_on="dates")
def tag_quality(
    customers: ir.Table,
    named_orders: ir.Table,
    named_items: ir.Table,
    sessions: ir.Table,
    as_of: date,
    shop_rules: RuleBook,
    *,
    holdout_days: int = 180,
    z: float = Z,
) -> ir.Table:
    """How often a tag learnt before a cut is right about what the customer did after it, against the commonest label.

    A row per tag: `customer_count` are those with enough evidence on both sides of the cut, `accuracy_rate` the share
    of them whose tag was right, with Wilson's interval; `base_rate` what calling everybody the commonest label of the
    days after would have got; `stated_share` the share the tags themselves claimed, for those that name a value.
    """
    if holdout_days < 1:
        raise Refused("holdout_days is at least 1")
    end = day_number(as_of)
    cut = end - holdout_days
    then = [t.filter(t.day < cut) for t in (named_orders, named_items, sessions)]
    later = [t.filter(t.day >= cut) for t in (named_orders, named_items, sessions)]
    limits = shop_rules["tags"]
    before = tags(customers, then[0], then[1], then[2], cut, limits)
    after = tags(customers, later[0], later[1], later[2], end, limits)
    t = _compare(before, after)
    n = t.customer_count
    low, high = wilson(t.right_count, n, z)
    rate, base = share(t.right_count, n), share(t.base_count, n)
    values = t.name.isin([name for name in TAGS if "bands" not in limits[name]])
    words = {key: ibis.cases(*((t.name == name, limits[name][key]) for name in TAGS)) for key in ("en", "zh")}
    t = t.mutate(
        position=ibis.cases(*((t.name == name, place) for place, name in enumerate(TAGS, 1))).cast("int16"),
        **{"tag": words["en"], "zh": words["zh"], "accuracy_rate": rate, "low_rate": low, "high_rate": high},
        base_rate=base,
        verdict=ibis.cases((n == 0, "no evidence"), (low > base, "better"), (high < base, "worse"), else_="not clear"),
        stated_share=ibis.cases((values, share(t.claimed, n))),
    )
    counts = ("predicted_count", "right_count", "customer_count")
    found = ("accuracy_rate", "low_rate", "high_rate", "base_rate", "verdict", "stated_share")
    return t.select("position", "tag", "zh", *counts, *found).order_by("position")


@study(zh="下一步行动", source="B-072", rests_on="dates")
def next_actions(portraits: ir.Table, customers: ir.Table, shop_rules: RuleBook, *, fewest: int = FEWEST) -> ir.Table:
    """What to do next, in the order of the rules: for how many customers, what they spent, and why.

    Actions for fewer than `fewest` customers are not shown; `hidden_count` says how many actions that are.
    """
    t = with_portraits(portraits, customers)
    t = t.group_by(action=t.next_best_action).agg(
        customer_count=_.count(),
        net_spend=_.net_spend.sum().cast("float64"),
        year_net_spend=_.year_net_spend.sum().cast("float64"),
    )
    everybody = t.customer_count.sum().over(ibis.window()).cast("float64")
    t = _large_cells(t.mutate(customer_share=share(t.customer_count, everybody)), fewest)
    known = actions(shop_rules)
    named = {key: [(t.action == told["name"], told[key]) for told in known] for key in ("zh", "do", "why")}
    place = ibis.cases(*((t.action == told["name"], n) for n, told in enumerate(known, 1)))
    t = t.mutate(position=place, **{key: ibis.cases(*cases) for key, cases in named.items()})
    kept = (
        "action",
        "zh",
        "customer_count",
        "customer_share",
        "net_spend",
        "year_net_spend",
        "do",
        "why",
        "hidden_count",
    )
    return t.select("position", *kept).order_by("position")


@study(zh="触达名单", source="B-072", shown=100, is_list=True)
def action_list(portraits: ir.Table, customers: ir.Table, shop_rules: RuleBook, *, action: str = "") -> ir.Table:
    """The customers an action is meant for, the biggest spenders first, with what to know before acting.

    Without an `action` the first one of the rules. Shop numbers only: no name, mail or phone is in a snapshot.
    """
    names = [told["name"] for told in actions(shop_rules)]
    if action and action not in names:
        raise unknown_name(action, names, "next best action")
    t = with_portraits(portraits, customers).filter(_.next_best_action == (action or names[0]))
    spend = {name: t[name].cast("float64") for name in ("net_spend", "year_net_spend")}
    t = t.mutate(**spend, customer_total=t.count().over(ibis.window()))
    facts = ("customer_id", "value_tier", "lifecycle_stage", "net_spend", "year_net_spend", "days_since_last_order")
    shown = ("category_tag", "price_tag", "promotion_tag", "channel_tag", "customer_total")
    return t.select(*facts, *shown).order_by(ibis.desc("net_spend"), "customer_id")
