"""Engagement groups of C-066…C-073: basic, active, loyal and lost, by activity, purchase frequency and spend."""

import ibis.expr.types as ir

from customary.declare import segment
from customary.rules.published import label, published


@segment(zh="参与度分层", source="C-066…C-073", labels=lambda: published("engagement", "engagement_group").names)
def engagement_group(customers: ir.Table) -> ir.StringValue:
    """How close customers are to the shop: by visits, purchase days and spend, and by whether they still come."""
    return label(customers, "engagement", "engagement_group")
