"""Segments from recency, frequency and monetary value, as data/tiers.toml bounds them."""

import ibis.expr.types as ir

from customary.declare import segment
from customary.rules.published import label, published


@segment(zh="RFM分群", source="A-080", labels=lambda: published("tiers", "rfm_segment").names)
def rfm_segment(customers: ir.Table) -> ir.StringValue:
    """Buyers by how lately and how often they bought, against the other buyers; who never bought is apart."""
    return label(customers, "tiers", "rfm_segment")


@segment(zh="RFM客户层级", source="A-082…A-085", labels=lambda: published("tiers", "rfm_tier").names)
def rfm_tier(customers: ir.Table) -> ir.StringValue:
    """Loyal, promising, general or at risk of churn, by scores of recency, frequency and spend among the buyers."""
    return label(customers, "tiers", "rfm_tier")
