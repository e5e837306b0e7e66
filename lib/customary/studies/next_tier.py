"""The way up: what customers lack for the next value tier, and the bounds they are held against."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary import standard
from customary.words import SEGMENTS, nearest, study

LEVELS = standard.rules("tiers")["value_tier"]["levels"]
NAMES = [level["name"] for level in LEVELS]


def _bound(level: ir.IntegerValue, which: str) -> ir.FloatingValue:
    """The bound of the level above."""
    return ibis.cases(*((level == n, float(LEVELS[n + 1][which])) for n in range(len(LEVELS) - 1)))


@study(zh="距离下一层级", source="A-083")
def next_tier(customers: ir.Table, *, tier: str = NAMES[-2], n: int = 100) -> ir.Table:
    """Customers of a tier who bought in the trailing year, nearest to the next tier first, and what they lack for it.

    `distance` is the greater of the two missing shares; `customer_total` says of how many they are the nearest.
    Shop numbers only: no name, mail or phone is in a snapshot.
    """
    if tier not in NAMES[:-1]:
        raise nearest(tier, NAMES[:-1], "tier with one above it")
    t = customers.mutate(value_tier=SEGMENTS["value_tier"].rule(customers)).filter(_.value_tier == tier)
    t = t.filter(t.year_order_count > 0)
    level = ibis.literal(NAMES.index(tier))
    spend, again = _bound(level, "spend"), _bound(level, "repurchases")
    t = t.mutate(
        spend=t.year_net_spend.cast("float64"),
        missing_spend=ibis.greatest(spend - t.year_net_spend.cast("float64"), 0.0),
        missing_repurchases=ibis.greatest(again - t.year_repurchase_count, 0.0).cast("int64"),
    )
    t = t.mutate(
        distance=ibis.greatest(t.missing_spend / spend.nullif(0), t.missing_repurchases / again.nullif(0)),
        customer_total=t.count().over(ibis.window()),
    )
    facts = ("customer_id", "spend", "year_repurchase_count", "missing_spend", "missing_repurchases", "distance")
    known = ("days_since_last_order", "favourite_category", "country", "region", "customer_total")
    return t.select(*facts, *known).order_by("distance", ibis.desc("spend"), "customer_id").limit(n)
