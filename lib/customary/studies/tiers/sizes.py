"""Value tiers and every other segmentation: how big the groups are, what they buy, how the rule could be read."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import SEGMENTS, study
from customary.rules.book import RuleBook
from customary.stats.intervals import share_of_all
from customary.studies.shared.labels import rank_of, segment_named


@study(zh="价值层级分布", source="B-056…B-058", rests_on="amounts")
def tiers(customers: ir.Table, shop_rules: RuleBook, *, segment: str = "value_tier") -> ir.Table:
    """Customers, buyers of the trailing year and their net spend in each value tier; the shares add up to one.

    `segment` may be any other segmentation.
    """
    found = segment_named(segment)
    t = customers.mutate(**{segment: found.label(customers, shop_rules)}, bought=customers.year_order_count > 0)
    t = t.group_by(segment).agg(
        customer_count=_.count(),
        year_buyer_count=_.bought.sum(),
        year_net_spend=_.year_net_spend.sum().cast("float64"),
        spend_per_year_buyer=_.year_net_spend.cast("float64").mean(where=_.bought),
    )
    t = t.mutate(
        customer_share=share_of_all(t.customer_count),
        spend_share=share_of_all(t.year_net_spend),
    )
    return t.mutate(rank=rank_of(t[segment], found.labels(shop_rules))).order_by("rank", segment).drop("rank")


@study(zh="层级的品类构成", source="B-053", rests_on=("amounts", "dates"))
def tier_categories(
    named_items: ir.Table, customers: ir.Table, shop_rules: RuleBook, *, categories: int = 8
) -> ir.Table:
    """What each value tier spends on: the share of its spend in the biggest `categories` and in all others."""
    tier = customers.select(tier_id="customer_id", value_tier=SEGMENTS["value_tier"].label(customers, shop_rules))
    t = named_items.select(
        "customer_id", category=named_items.category.fill_null("unknown"), spend=named_items.net_amount
    )
    sums = t.group_by("category").agg(whole=_.spend.sum())
    rank = ibis.row_number().over(order_by=[ibis.desc(sums.whole), sums.category])
    ranked = sums.mutate(rank=rank).select(ranked_category="category", rank="rank")
    t = t.inner_join(tier, t.customer_id == tier.tier_id)
    t = t.inner_join(ranked, t.category == ranked.ranked_category)
    t = t.mutate(
        category=ibis.cases((t["rank"] < categories, t.category), else_="others"),
        place=ibis.least(t["rank"], categories),
    )
    t = t.group_by("value_tier", "category", "place").agg(spend=_.spend.sum().cast("float64"))
    part = share_of_all(t.spend, t.value_tier)
    return t.mutate(spend_share=part).order_by("place", "category", "value_tier").drop("place")


def _other_readings(t: ir.Table) -> dict[str, ir.Table]:
    """Customers as other readings of the rule would see them, ours first; the rule itself stays that of tiers.toml."""
    up, down = t.year_net_spend / 1.1, t.year_net_spend / 0.9
    return {
        "days after the first": t,
        "orders after the first": t.mutate(year_repurchase_count=ibis.greatest(t.year_order_count - 1, 0)),
        "all purchase days": t.mutate(year_repurchase_count=t.year_purchase_day_count),
        "all orders": t.mutate(year_repurchase_count=t.year_order_count),
        "bounds 10% higher": t.mutate(year_net_spend=up),
        "bounds 10% lower": t.mutate(year_net_spend=down),
    }


@study(zh="层级规则的其他口径", source="B-056…B-058", rests_on=("amounts", "dates"))
def tier_readings(customers: ir.Table, shop_rules: RuleBook) -> ir.Table:
    """How many customers each tier has, and how many move up or down, if the rule is read in another way."""
    found = SEGMENTS["value_tier"]
    names = found.labels(shop_rules)
    ours = rank_of(found.label(customers, shop_rules), names)
    parts = []
    for position, (reading, bent) in enumerate(_other_readings(customers.mutate(ours=ours)).items()):
        t = bent.mutate(tier=found.label(bent, shop_rules))
        place = rank_of(t.tier, names)  # 0 is the best, so a smaller place is a move up
        counts = {name: (t.tier == name).sum() for name in names}
        row = t.agg(**counts, moved_up=(place < t.ours).sum(), moved_down=(place > t.ours).sum())
        told = {name: row[name].fill_null(0) for name in row.columns}
        parts.append(row.select(position=ibis.literal(position, "int8"), reading=ibis.literal(reading), **told))
    return ibis.union(*parts).order_by("position")
