"""Lifecycle stages of B-073…B-077, relative to each customer's own rhythm or by fixed days (D7)."""

import ibis.expr.types as ir

from customary.declare import segment
from customary.rules.published import label, published


@segment(zh="生命周期阶段", source="B-073…B-077", labels=lambda: published("stages", "lifecycle_stage").names)
def lifecycle_stage(customers: ir.Table) -> ir.StringValue:
    """Where customers stand by their own rhythm: not bought yet, growing, mature, late or visiting less, or lost."""
    return label(customers, "stages", "lifecycle_stage")


@segment(
    zh="生命周期阶段(固定天数)",
    source="B-073…B-077",
    labels=lambda: published("stages", "lifecycle_stage_by_days").names,
)
def lifecycle_stage_by_days(customers: ir.Table) -> ir.StringValue:
    """The same five stages by a fixed number of days since the last order, alike for everybody."""
    return label(customers, "stages", "lifecycle_stage_by_days")
