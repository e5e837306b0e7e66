"""Who stays, who leaves, and who buys across categories."""

import ibis.expr.types as ir

from customary.declare import metric
from customary.units import COUNT, RATE


@metric(COUNT, zh="满观察期的客户月数", source="M9", additive=True, people="group")
def watched_month_count(months: ir.Table) -> ir.Value:
    """Customer-months with a purchase that were followed for the whole retention window after it, three months."""
    return months.is_retained.count()


@metric(RATE, zh="客户留存率", source="A-088", per="watched_month_count")
def retention_rate(months: ir.Table) -> ir.Value:
    """Share of a month's buyers who bought again in the retention window after it, of those followed that long."""
    return months.is_retained.cast("float64").mean()


@metric(RATE, zh="客户流失率", source="A-089", per="watched_month_count")
def churn_rate(months: ir.Table) -> ir.Value:
    """Share of a month's buyers who did not buy in the retention window after it, of those followed that long."""
    return (~months.is_retained).cast("float64").mean()


@metric(COUNT, zh="有品类记录的购买客户数", source="M22", people="group")
def shopper_count(shoppers: ir.Table) -> ir.Value:
    """Customers who bought goods whose category is known; unknown where no order names its customer."""
    return shoppers.customer_id.nunique().nullif(0)


@metric(RATE, zh="交叉购买率", source="B-081", per="shopper_count")
def cross_purchase_rate(shoppers: ir.Table) -> ir.Value:
    """Share of the customers who bought here that did so from at least two categories."""
    return (shoppers.category_count >= 2).cast("float64").mean()
