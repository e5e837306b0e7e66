"""What was bought: lines, units, products."""

import ibis
import ibis.expr.types as ir

from customary.declare import metric
from customary.stats.intervals import share
from customary.units import COUNT, MONEY, RATIO


@metric(COUNT, zh="订单行数", source="A-066", additive=True)
def item_count(items: ir.Table) -> ir.Value:
    """Order lines that count: with a customer, a quantity and a price above zero."""
    return items.count()


@metric(COUNT, zh="销售件数", source="A-066", additive=True)
def unit_count(items: ir.Table) -> ir.Value:
    """Pieces of products sold; postage, fees and other charges are no pieces."""
    return ibis.cases((items.charge.isnull(), items.quantity), else_=0).sum()


@metric(MONEY, zh="商品销售额", source="A-066", additive=True)
def item_revenue(items: ir.Table) -> ir.Value:
    """Price times quantity less discounts written on the lines; splits by product and category."""
    return items.net_amount.sum()


@metric(COUNT, zh="动销商品数", source="A-052")
def product_count(items: ir.Table) -> ir.Value:
    """Different products sold."""
    return items.product_id.nunique()


@metric(RATIO, zh="每单件数", source="A-015")
def units_per_order(unit_count: ir.Value, order_count: ir.Value) -> ir.Value:
    """Pieces per order."""
    return share(unit_count, order_count)


@metric(COUNT, zh="退货行数", source="A-074", additive=True)
def return_count(returns: ir.Table) -> ir.Value:
    """Returned lines, on the day they came back."""
    return returns.count()
