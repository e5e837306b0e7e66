"""Customers by the month in which they first bought."""

import ibis.expr.types as ir
from ibis import _

from customary.declare import study


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
