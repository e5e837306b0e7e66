"""Value tiers of B-056…B-058, made total and exclusive."""

import ibis
import ibis.expr.types as ir

from customary import standard
from customary.words import segment

TIERS = standard.rules("tiers")["value_tier"]
NAMES = tuple(level["name"] for level in TIERS["levels"])


def spend_level(customers: ir.Table) -> ir.IntegerValue:
    """0 for the lowest tier's spend upwards; a bound belongs to the tier above it (D5)."""
    levels = list(enumerate(TIERS["levels"]))[:0:-1]
    return ibis.cases(*((customers.year_net_spend >= level["spend"], n) for n, level in levels), else_=0)


def repurchase_level(customers: ir.Table) -> ir.IntegerValue:
    """0 for the lowest tier's repurchases upwards; repurchases are purchase days after the first of the year (D3)."""
    levels = list(enumerate(TIERS["levels"]))[:0:-1]
    return ibis.cases(*((customers.year_repurchase_count >= level["repurchases"], n) for n, level in levels), else_=0)


@segment(zh="价值层级", source="B-056…B-058", labels=NAMES)
def value_tier(customers: ir.Table) -> ir.StringValue:
    """The lower of two levels: net spend of the trailing 365 days, and repurchase days in them (D4, D6)."""
    lower = ibis.least(spend_level(customers), repurchase_level(customers))
    return ibis.cases(*((lower == n, name) for n, name in enumerate(NAMES)))


def in_a_hole(customers: ir.Table) -> ir.BooleanValue:
    """Whether the original rule, which wants both conditions of one tier, places the customer nowhere (D6)."""
    return spend_level(customers) != repurchase_level(customers)
