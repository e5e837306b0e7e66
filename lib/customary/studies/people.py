"""Customers by value and by the month in which they first bought."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.frames.quantiles import score
from customary.words import SEGMENTS, Refused, study

FREQUENCIES = ("order_count", "purchase_day_count")
SPENDS = ("gross_spend", "ordered_spend", "net_spend")


def _scored(customers: ir.Table, bins: int, frequency: str, spend: str) -> ir.Table:
    if frequency not in FREQUENCIES or spend not in SPENDS:
        raise Refused(f"frequency is one of {', '.join(FREQUENCIES)}, spend one of {', '.join(SPENDS)}")
    if not 2 <= bins <= 10:
        raise Refused("scores have 2 to 10 bins")
    labelled = customers.mutate(rfm_segment=SEGMENTS["rfm_segment"].rule(customers))
    t = labelled.filter(labelled.is_buyer)
    return t.mutate(
        r_score=score(-t.days_since_last_order, t.is_buyer, bins),
        f_score=score(t[frequency], t.is_buyer, bins),
        m_score=score(t[spend], t.is_buyer, bins),
    )


@study(zh="RFM模型", source="A-080")
def rfm(
    customers: ir.Table, *, bins: int = 5, frequency: str = "order_count", spend: str = "ordered_spend"
) -> ir.Table:
    """Each buyer's days since the last order, orders and spend, with scores that equal values share."""
    t = _scored(customers, bins, frequency, spend)
    facts = ("days_since_last_order", *FREQUENCIES)
    money = {name: t[name].cast("float64") for name in SPENDS}
    return (
        t.select("customer_id", *facts, **money, r_score=_.r_score, f_score=_.f_score, m_score=_.m_score)
        .mutate(rfm_score=_.r_score * 100 + _.f_score * 10 + _.m_score)
        .order_by("customer_id")
    )


@study(zh="RFM分布", source="A-080")
def rfm_grid(
    customers: ir.Table, *, bins: int = 5, frequency: str = "order_count", spend: str = "ordered_spend"
) -> ir.Table:
    """Buyers and their spend in each cell of recency score by frequency score."""
    t = _scored(customers, bins, frequency, spend)
    return (
        t.group_by("r_score", "f_score")
        .agg(
            buyer_count=_.count(),
            spend=_[spend].sum().cast("float64"),
            days_since_last_order=_.days_since_last_order.mean(),
            orders_per_buyer=_.order_count.mean(),
        )
        .order_by("r_score", "f_score")
    )


@study(zh="价值层级分布", source="B-056…B-058")
def tiers(customers: ir.Table) -> ir.Table:
    """Customers, buyers of the trailing year and their net spend in each value tier; the shares add up to one."""
    t = customers.mutate(value_tier=SEGMENTS["value_tier"].rule(customers), bought=customers.year_order_count > 0)
    t = t.group_by("value_tier").agg(
        customer_count=_.count(),
        year_buyer_count=_.bought.sum(),
        year_net_spend=_.year_net_spend.sum().cast("float64"),
        spend_per_year_buyer=_.year_net_spend.cast("float64").mean(where=_.bought),
    )
    whole = ibis.window()
    t = t.mutate(
        customer_share=t.customer_count.cast("float64") / t.customer_count.sum().over(whole),
        spend_share=t.year_net_spend / t.year_net_spend.sum().over(whole).nullif(0),
    )
    rank = ibis.cases(*((t.value_tier == name, n) for n, name in enumerate(SEGMENTS["value_tier"].labels)))
    return t.mutate(rank=rank).order_by(ibis.desc("rank")).drop("rank")


@study(zh="层级规则检验", source="B-058")
def tier_rule(customers: ir.Table) -> ir.Table:
    """Spend level by repurchase level: where the original rule, which wants both of one tier, names no tier at all."""
    labelled = {name: SEGMENTS[name].rule(customers) for name in ("spend_level", "repurchase_level", "value_tier")}
    t = customers.mutate(**labelled)
    t = t.group_by("spend_level", "repurchase_level", "value_tier").agg(
        customer_count=_.count(), year_net_spend=_.year_net_spend.sum().cast("float64")
    )
    return t.mutate(is_hole=t.spend_level != t.repurchase_level).order_by("spend_level", "repurchase_level")


@study(zh="同期群分析", source="B-089")
def cohorts(months: ir.Table, *, max_age: int = 24) -> ir.Table:
    """Buyers by the month of their first order: how many there were, and how many bought again k months later."""
    t = months.group_by("cohort_on", "age_months").agg(buyer_count=_.count())
    size = t.buyer_count.max(where=t.age_months == 0).over(group_by=t.cohort_on)
    t = t.mutate(cohort_size=size).filter(_.age_months <= max_age)
    t = t.mutate(retention_rate=_.buyer_count.cast("float64") / _.cohort_size.nullif(0))
    return t.select("cohort_on", "cohort_size", "age_months", "buyer_count", "retention_rate").order_by(
        "cohort_on", "age_months"
    )
