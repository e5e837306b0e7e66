"""Customers by score: recency, frequency and money, and composite scores with weights of one's own."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import SEGMENTS, study
from customary.errors import Refused, unknown_name
from customary.rules.book import RuleBook
from customary.stats.intervals import share, share_of_all
from customary.stats.quantiles import score
from customary.studies.shared.facts import SPENDS
from customary.studies.shared.labels import rank_of

FREQUENCIES = ("order_count", "purchase_day_count")
AMOUNTS = ("sum", "mean")
PARTS = ("r_score", "f_score", "m_score")


def weights_of(told: str, count: int) -> list[float]:
    """Weights written as "2,1,1": `count` numbers, not all of them 0."""
    try:
        found = [float(part) for part in told.split(",")]
    except ValueError as error:
        raise Refused("weights are numbers such as 2,1,1, not “{told}”", told=told) from error
    if len(found) != count or not any(found):
        raise Refused(
            "there are {count} weights, not all 0, such as {names}, not “{told}”",
            count=count,
            names=",".join("1" * count),
            told=told,
        )
    return found


def _money(t: ir.Table, spend: str, amount: str) -> ir.FloatingValue:
    """Spend as one sum, or as the mean of an order (M20)."""
    whole = t[spend].cast("float64")
    return whole if amount == "sum" else share(whole, t.order_count)


def _score(customers: ir.Table, bins: int, frequency: str, spend: str, amount: str) -> ir.Table:
    for told, known, what in (
        (frequency, FREQUENCIES, "frequency"),
        (spend, SPENDS, "spend"),
        (amount, AMOUNTS, "amount"),
    ):
        if told not in known:
            raise Refused("{what} is one of {names}, not “{told}”", what=what, names=known, told=told)
    if not 2 <= bins <= 100:
        raise Refused("scores have 2 to 100 bins")
    t = customers.filter(customers.is_buyer)
    return t.mutate(
        r_score=score(-t.days_since_last_order, t.is_buyer, bins),
        f_score=score(t[frequency], t.is_buyer, bins),
        m_score=score(_money(t, spend, amount), t.is_buyer, bins),
    )


@study(zh="RFM模型", source="A-080", rests_on="amounts")
def rfm(
    customers: ir.Table,
    *,
    bins: int = 5,
    frequency: str = "order_count",
    spend: str = "ordered_spend",
    amount: str = "sum",
    weights: str = "1,1,1",
) -> ir.Table:
    """Each buyer's days since the last order, orders and spend, with scores that equal values share.

    `rfm_score` writes the three scores beside each other; `weighted_score` is their mean with the weights of
    recency, frequency and money. `amount` is the sum of all spend or the mean of an order.
    """
    parts = list(zip(weights_of(weights, 3), PARTS, strict=True))
    t = _score(customers, bins, frequency, spend, amount)
    facts = ("days_since_last_order", *FREQUENCIES)
    money = {name: t[name].cast("float64") for name in SPENDS}
    digit = 10 if bins < 10 else 1000
    weighted = sum(weight * t[part].cast("float64") for weight, part in parts)
    return (
        t.mutate(
            rfm_score=t.r_score.cast("int64") * digit**2 + t.f_score * digit + t.m_score,
            weighted_score=weighted / ibis.literal(sum(abs(weight) for weight, _part in parts)),
        )
        .select("customer_id", *facts, **money, **{name: _[name] for name in (*PARTS, "rfm_score", "weighted_score")})
        .order_by("customer_id")
    )


@study(zh="RFM分布", source="A-080", rests_on=("amounts", "dates"))
def rfm_grid(
    customers: ir.Table,
    *,
    bins: int = 5,
    frequency: str = "order_count",
    spend: str = "ordered_spend",
    amount: str = "sum",
) -> ir.Table:
    """Buyers and their spend in each cell of recency score by frequency score."""
    t = _score(customers, bins, frequency, spend, amount)
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


@study(zh="RFM同值检验", source="M20", rests_on=("amounts", "dates"))
def rfm_ties(
    customers: ir.Table,
    *,
    bins: int = 5,
    frequency: str = "order_count",
    spend: str = "ordered_spend",
    amount: str = "sum",
) -> ir.Table:
    """Buyers whom scores by rank (NTILE) would set apart from somebody with exactly the same value."""
    t = _score(customers, bins, frequency, spend, amount)
    values = {"recency": -t.days_since_last_order, "frequency": t[frequency], "spend": _money(t, spend, amount)}
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


@study(zh="RFM分群规模", source="A-080", rests_on="dates")
def rfm_segments(customers: ir.Table, shop_rules: RuleBook) -> ir.Table:
    """Buyers, spend and share of spend of each RFM group, best first; the shares add up to one."""
    found = SEGMENTS["rfm_segment"]
    t = customers.mutate(rfm_segment=found.label(customers, shop_rules)).filter(customers.is_buyer)
    t = t.group_by("rfm_segment").agg(
        buyer_count=_.count(),
        net_spend=_.net_spend.sum().cast("float64"),
        spend_per_buyer=_.net_spend.cast("float64").mean(),
        orders_per_buyer=_.order_count.mean(),
        days_since_last_order=_.days_since_last_order.mean(),
    )
    t = t.mutate(
        buyer_share=share_of_all(t.buyer_count),
        spend_share=share_of_all(t.net_spend),
        rank=rank_of(t.rfm_segment, found.labels(shop_rules)),
    )
    return t.order_by("rank").drop("rank")


def _compose(customers: ir.Table, columns: str, weights: str) -> ir.Table:
    """Buyers with `composite_score`: the weighted mean of their percentile ranks, 0 to 100.

    A percentile rank is the share of buyers with strictly less, so that equal buyers score alike; a negative weight
    turns a column round.
    """
    names = [name.strip() for name in columns.split(",")]
    kinds = customers.schema()
    for name in names:
        if name not in kinds or not kinds[name].is_numeric():
            raise unknown_name(name, [n for n, kind in kinds.items() if kind.is_numeric()], "number of customers")
    wanted = weights_of(weights, len(names))
    t = customers.filter(customers.is_buyer)
    n = t.count().over(ibis.window()).cast("float64")
    parts = []
    for name, weight in zip(names, wanted, strict=True):
        value = t[name].cast("float64")
        below = ibis.rank().over(order_by=-value if weight < 0 else value).cast("float64")
        parts.append(abs(weight) * ibis.cases((value.isnull(), 0.0), else_=share(below, n - 1)).fill_null(0))
    whole = sum(abs(weight) for weight in wanted)
    return t.mutate(composite_score=100 * sum(parts[1:], start=parts[0]) / ibis.literal(whole))


@study(zh="综合评分", source="A-081", shown=100, rests_on=("amounts", "dates"))
def composite_score(
    customers: ir.Table,
    *,
    columns: str = "ordered_spend,order_count,days_since_last_order",
    weights: str = "2,1,-1",
    bins: int = 5,
) -> ir.Table:
    """Buyers by a composite of chosen numbers: the weighted mean of their percentile ranks, from 0 to 100.

    A percentile rank is the share of buyers with strictly less; a negative weight says that less is better. `band`
    is the fifth (or other part) they fall into; `customer_total` says how many there are.
    """
    t = _compose(customers, columns, weights)
    facts = {name: t[name].cast("float64") for name in dict.fromkeys(part.strip() for part in columns.split(","))}
    t = t.select("customer_id", **facts, composite_score=t.composite_score, counts=ibis.literal(True))
    t = t.mutate(band=score(t.composite_score, t.counts, bins), customer_total=t.count().over(ibis.window()))
    return t.drop("counts").order_by(ibis.desc("composite_score"), "customer_id")


@study(zh="综合评分分层", source="A-081", rests_on=("amounts", "dates"))
def composite_bands(
    customers: ir.Table,
    *,
    columns: str = "ordered_spend,order_count,days_since_last_order",
    weights: str = "2,1,-1",
    bins: int = 5,
) -> ir.Table:
    """Buyers in equal bands of a composite score, the best first: how many, their spend, and their share of it."""
    t = _compose(customers, columns, weights).mutate(counts=ibis.literal(True))
    t = t.mutate(band=score(t.composite_score, t.counts, bins))
    t = t.group_by("band").agg(
        buyer_count=_.count(),
        lowest_score=_.composite_score.min(),
        net_spend=_.net_spend.sum().cast("float64"),
        orders_per_buyer=_.order_count.mean(),
    )
    return t.mutate(
        buyer_share=share_of_all(t.buyer_count),
        spend_share=share_of_all(t.net_spend),
    ).order_by(ibis.desc("band"))
