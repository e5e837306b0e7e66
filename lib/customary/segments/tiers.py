"""Value tiers, as data/tiers.toml bounds them."""

import ibis.expr.types as ir

from customary.declare import segment
from customary.rules.published import label, published


@segment(zh="价值层级", source="B-056…B-058", labels=lambda: published("tiers", "value_tier").names)
def value_tier(customers: ir.Table) -> ir.StringValue:
    """The lower of two levels: net spend of the trailing 365 days, and repurchases in them (D4, D6)."""
    return label(customers, "tiers", "value_tier")
