"""Who is worth what: groups by score, readings of the tier rule, and who stands closest to the next tier."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.studies.people import FREQUENCIES, SPENDS
from customary.words import SEGMENTS, Refused, study


@study(zh="RFM同值检验", source="M20")
def rfm_ties(
    customers: ir.Table, *, bins: int = 5, frequency: str = "order_count", spend: str = "ordered_spend"
) -> ir.Table:
    """Buyers whom scores by rank (NTILE) would set apart from somebody with exactly the same value."""
    if frequency not in FREQUENCIES or spend not in SPENDS:
        raise Refused(f"frequency is one of {', '.join(FREQUENCIES)}, spend one of {', '.join(SPENDS)}")
    t = customers.filter(customers.is_buyer)
    values = {"recency": -t.days_since_last_order, "frequency": t[frequency], "spend": t[spend]}
    parts = []
    for part, value in values.items():
        ranked = t.select("customer_id", value=value.cast("float64"))
        tile = ibis.ntile(bins).over(order_by=[ranked.value, ranked.customer_id])
        tied = ranked.mutate(tile=tile).group_by("value").agg(n=_.count(), tiles=_.tile.nunique())
        sums = tied.agg(
            buyer_count=_.n.sum(), value_count=_.count(), split_count=_.n.sum(where=_.tiles > 1).fill_null(0)
        )
        parts.append(sums.select(part=ibis.literal(part), **{name: sums[name] for name in sums.columns}))
    return ibis.union(*parts).order_by("part")


@study(zh="RFM分群规模", source="A-080")
def rfm_segments(customers: ir.Table) -> ir.Table:
    """Buyers, spend and share of spend of each RFM group, best first; the shares add up to one."""
    t = customers.mutate(rfm_segment=SEGMENTS["rfm_segment"].rule(customers)).filter(customers.is_buyer)
    t = t.group_by("rfm_segment").agg(
        buyer_count=_.count(),
        net_spend=_.net_spend.sum().cast("float64"),
        spend_per_buyer=_.net_spend.cast("float64").mean(),
        orders_per_buyer=_.order_count.mean(),
        days_since_last_order=_.days_since_last_order.mean(),
    )
    whole = ibis.window()
    rank = ibis.cases(*((t.rfm_segment == name, n) for n, name in enumerate(SEGMENTS["rfm_segment"].labels)))
    t = t.mutate(
        buyer_share=t.buyer_count.cast("float64") / t.buyer_count.sum().over(whole),
        spend_share=t.net_spend / t.net_spend.sum().over(whole).nullif(0),
        rank=rank,
    )
    return t.order_by("rank").drop("rank")


@study(zh="洛伦兹曲线", source="A-016")
def lorenz(customers: ir.Table, *, steps: int = 100, spend: str = "ordered_spend") -> ir.Table:
    """Buyers from the smallest spender up, in equal steps: the share of all spend that they hold together."""
    if spend not in SPENDS:
        raise Refused(f"spend is one of {', '.join(SPENDS)}")
    t = customers.filter(customers.is_buyer).select("customer_id", spend=_[spend].cast("float64"))
    n = t.count().over(ibis.window())
    place = ibis.row_number().over(order_by=[t.spend, t.customer_id])
    t = t.mutate(step=(place * steps // n).cast("int32") + 1)
    t = t.group_by("step").agg(buyer_count=_.count(), spend=_.spend.sum())
    so_far, everything = ibis.cumulative_window(order_by=t.step), ibis.window()
    return t.select(
        "step",
        "buyer_count",
        buyer_share=t.buyer_count.sum().over(so_far).cast("float64") / t.buyer_count.sum().over(everything),
        spend_share=t.spend.sum().over(so_far) / t.spend.sum().over(everything).nullif(0),
    ).order_by("step")


@study(zh="层级的品类构成", source="B-053")
def tier_categories(items: ir.Table, customers: ir.Table, *, n: int = 8) -> ir.Table:
    """What each value tier spends on: the share of its spend in the `n` biggest categories and in all others."""
    tier = customers.select(tier_id="customer_id", value_tier=SEGMENTS["value_tier"].rule(customers))
    t = items.select("customer_id", category=items.category.fill_null("unknown"), spend=items.net_amount)
    sums = t.group_by("category").agg(whole=_.spend.sum())
    rank = ibis.row_number().over(order_by=[ibis.desc(sums.whole), sums.category])
    ranked = sums.mutate(rank=rank).select(ranked_category="category", rank="rank")
    t = t.inner_join(tier, t.customer_id == tier.tier_id)
    t = t.inner_join(ranked, t.category == ranked.ranked_category)
    t = t.mutate(category=ibis.cases((t["rank"] < n, t.category), else_="others"), place=ibis.least(t["rank"], n))
    t = t.group_by("value_tier", "category", "place").agg(spend=_.spend.sum().cast("float64"))
    share = t.spend / t.spend.sum().over(group_by=t.value_tier).nullif(0)
    return t.mutate(spend_share=share).order_by("place", "category", "value_tier").drop("place")


def _bent(t: ir.Table) -> dict[str, ir.Table]:
    """Customers as other readings of the rule would see them, ours first; the rule itself stays that of tiers.toml."""
    up, down = t.year_net_spend / 1.1, t.year_net_spend / 0.9
    return {
        "days after the first": t,
        "orders after the first": t.mutate(year_repurchase_count=ibis.greatest(t.year_order_count - 1, 0)),
        "all purchase days": t.mutate(year_repurchase_count=t.year_purchase_day_count),
        "all orders": t.mutate(year_repurchase_count=t.year_order_count),
        "bounds 10 % higher": t.mutate(year_net_spend=up),
        "bounds 10 % lower": t.mutate(year_net_spend=down),
    }


@study(zh="层级规则的读法", source="B-056…B-058")
def tier_readings(customers: ir.Table) -> ir.Table:
    """How many customers each tier has, and how many move up or down, if the rule is read in another way (D3)."""
    rule, names = SEGMENTS["value_tier"].rule, SEGMENTS["value_tier"].labels
    ours = ibis.cases(*((rule(customers) == name, n) for n, name in enumerate(names)))
    parts = []
    for position, (reading, bent) in enumerate(_bent(customers.mutate(ours=ours)).items()):
        t = bent.mutate(tier=rule(bent))
        level = ibis.cases(*((t.tier == name, n) for n, name in enumerate(names)))
        counts = {name: (t.tier == name).sum() for name in reversed(names)}
        row = t.agg(**counts, moved_up=(level > t.ours).sum(), moved_down=(level < t.ours).sum())
        told = {name: row[name].fill_null(0) for name in row.columns}
        parts.append(row.select(position=ibis.literal(position, "int8"), reading=ibis.literal(reading), **told))
    return ibis.union(*parts).order_by("position")
