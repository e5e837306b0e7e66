"""Sales, orders and buyers."""

import ibis
import ibis.expr.types as ir

from customary.declare import metric
from customary.stats.intervals import share
from customary.units import COUNT, MONEY, RATE, RATIO


@metric(MONEY, zh="折前销售额", source="M1", additive=True)
def gross_revenue(orders: ir.Table) -> ir.Value:
    """Price times quantity of everything sold, before discounts, returns, tax and shipping."""
    return orders.gross_amount.sum()


@metric(MONEY, zh="优惠金额", source="M1", additive=True)
def discount_total(orders: ir.Table) -> ir.Value:
    """What was taken off the price of orders."""
    return orders.discount_amount.sum()


@metric(MONEY, zh="折后销售额", source="A-066", additive=True)
def ordered_revenue(orders: ir.Table) -> ir.Value:
    """Sales after discounts, before anything came back, on the day of the order."""
    return orders.net_amount.sum()


@metric(MONEY, zh="退款金额", source="M1", additive=True)
def returned_revenue(returns: ir.Table) -> ir.Value:
    """What was refunded for returned goods, on the day they came back."""
    return returns.refund_amount.sum()


@metric(MONEY, zh="净销售额", source="M1", additive=True)
def net_revenue(ordered_revenue: ir.Value, returned_revenue: ir.Value) -> ir.Value:
    """Sales after discounts less the returns that came in during the same period."""
    return ordered_revenue - returned_revenue.fill_null(0)


@metric(MONEY, zh="净销售额（按下单日）", source="M1", additive=True)
def net_revenue_of_orders(orders: ir.Table) -> ir.Value:
    """Sales after discounts less whatever of these very orders came back, whenever it did."""
    return (orders.net_amount - orders.refund_amount).sum()


@metric(MONEY, zh="运费与税费", source="M1", additive=True)
def shipping_and_tax(orders: ir.Table) -> ir.Value:
    """Shipping and tax charged on orders."""
    shipping, tax = orders.shipping_amount, orders.tax_amount
    return ibis.coalesce(shipping + tax, shipping, tax).sum()


@metric(MONEY, zh="退还的运费与税费", source="M1", additive=True)
def refunded_shipping_and_tax(returns: ir.Table) -> ir.Value:
    """Shipping and tax that were refunded, on the day of the refund: what a refund is more than the goods it is for."""
    return returns.fee_refund_amount.sum()


@metric(MONEY, zh="含税费运费总额", source="M1", additive=True)
def total_revenue(net_revenue: ir.Value, shipping_and_tax: ir.Value, refunded_shipping_and_tax: ir.Value) -> ir.Value:
    """Net revenue plus the shipping and tax charged, less what of them was refunded."""
    return net_revenue + shipping_and_tax - refunded_shipping_and_tax.fill_null(0)


@metric(MONEY, zh="实付金额", source="A-108", additive=True)
def payment_total(orders: ir.Table) -> ir.Value:
    """Payments received for orders."""
    return orders.paid_amount.sum()


@metric(MONEY, zh="礼品卡支付金额", source="M1", additive=True)
def gift_card_payment_total(orders: ir.Table) -> ir.Value:
    """Payments for orders made with gift cards: money that came in when the cards were sold."""
    return orders.gift_card_amount.sum()


@metric(MONEY, zh="新客首单销售额", source="A-007", additive=True)
def new_buyer_revenue(orders: ir.Table) -> ir.Value:
    """Sales after discounts of first-ever orders."""
    is_first, amount = orders.is_first_order, orders.net_amount
    return ibis.cases((is_first, amount), (~is_first, amount * 0)).sum()


@metric(COUNT, zh="订单数", source="A-063", additive=True)
def order_count(orders: ir.Table) -> ir.Value:
    """Orders that were paid, are no test and were not cancelled before payment."""
    return orders.count()


@metric(COUNT, zh="金额已知的订单数", source="A-063", additive=True)
def priced_order_count(orders: ir.Table) -> ir.Value:
    """Orders of which the source says what they were worth."""
    return orders.net_amount.count()


@metric(COUNT, zh="金额未知的订单数", source="A-063", additive=True)
def unpriced_order_count(orders: ir.Table) -> ir.Value:
    """Orders of which the source does not say what they were worth: no sum of money holds them."""
    return orders.net_amount.isnull().sum()


@metric(COUNT, zh="有客户的订单数", source="A-063", additive=True)
def named_order_count(orders: ir.Table) -> ir.Value:
    """Orders that name their customer."""
    return orders.customer_id.count()


@metric(MONEY, zh="有客户订单的折后销售额", source="M3", additive=True)
def named_ordered_revenue(orders: ir.Table) -> ir.Value:
    """Sales after discounts of orders that name their customer."""
    return ibis.cases((orders.customer_id.notnull(), orders.net_amount)).sum()


@metric(MONEY, zh="有客户订单的退款金额", source="M3", additive=True)
def named_returned_revenue(returns: ir.Table) -> ir.Value:
    """What was refunded, on the day it came back, but for orders that name no customer."""
    is_of_somebody = returns.customer_id.notnull() | returns.order_id.isnull()
    return ibis.cases((is_of_somebody, returns.refund_amount), else_=0).sum()


@metric(COUNT, zh="购买客户数", source="M3", people="group")
def buyer_count(orders: ir.Table) -> ir.Value:
    """Different customers with at least one order; unknown where no order names its customer."""
    return orders.customer_id.nunique().nullif(0)


@metric(COUNT, zh="金额已知的购买客户数", source="M3", people="group")
def priced_buyer_count(orders: ir.Table) -> ir.Value:
    """Different customers with at least one order of which the source says what it was worth."""
    names_some = orders.customer_id.count() > 0
    return ibis.cases((names_some, orders.customer_id.nunique(where=orders.net_amount.notnull())))


@metric(COUNT, zh="新客数", source="A-007", additive=True, people="part")
def new_buyer_count(orders: ir.Table) -> ir.Value:
    """Customers whose first order ever falls here."""
    return orders.is_first_order.sum()


@metric(COUNT, zh="购买天数", source="M4")
def purchase_day_count(buyers: ir.Table) -> ir.Value:
    """Purchase occasions: orders of one customer on one day are one occasion."""
    return buyers.purchase_day_count.sum()


@metric(MONEY, zh="笔单价", source="A-065")
def average_order_value(orders: ir.Table) -> ir.Value:
    """Sales after discounts per order of known amount."""
    return share(orders.net_amount.sum(), orders.net_amount.count())


@metric(MONEY, zh="笔单价中位数", source="M2")
def median_order_value(orders: ir.Table) -> ir.Value:
    """The order value that half of the orders stay below, after discounts."""
    return orders.net_amount.cast("float64").quantile(0.5)


@metric(MONEY, zh="笔单价（扣除退款）", source="M2")
def average_net_order_value(net_revenue_of_orders: ir.Value, priced_order_count: ir.Value) -> ir.Value:
    """Sales after discounts per order of known amount, less whatever of these very orders came back."""
    return share(net_revenue_of_orders, priced_order_count)


@metric(MONEY, zh="次均购买金额", source="M2")
def average_occasion_value(buyers: ir.Table) -> ir.Value:
    """Sales after discounts per purchase day of known amount: orders of one customer on one day are one purchase."""
    return share(buyers.net_amount.sum(), buyers.priced_day_count.sum())


@metric(MONEY, zh="人均消费", source="M3")
def revenue_per_buyer(
    named_ordered_revenue: ir.Value, named_returned_revenue: ir.Value, priced_buyer_count: ir.Value
) -> ir.Value:
    """Net revenue from customers per customer who bought for a known amount; orders that name nobody are no part."""
    kept = named_ordered_revenue - named_returned_revenue.fill_null(0)
    return share(kept, priced_buyer_count)


@metric(RATIO, zh="人均订单数", source="A-013")
def orders_per_buyer(named_order_count: ir.Value, buyer_count: ir.Value) -> ir.Value:
    """Orders per customer who bought; orders that name nobody are no part."""
    return share(named_order_count, buyer_count)


@metric(RATIO, zh="购买频次", source="M4")
def purchase_days_per_buyer(purchase_day_count: ir.Value, buyer_count: ir.Value) -> ir.Value:
    """Purchase days per customer who bought."""
    return share(purchase_day_count, buyer_count)


@metric(RATE, zh="复购率", source="A-086", per="buyer_count")
def repeat_purchase_rate(buyers: ir.Table) -> ir.Value:
    """Share of the customers who bought here that did so on at least two different days."""
    return (buyers.purchase_day_count >= 2).cast("float64").mean()


@metric(RATE, zh="复购率（同日多单也算）", source="M6", per="buyer_count")
def repeat_purchase_rate_by_orders(buyers: ir.Table) -> ir.Value:
    """Share of the customers who bought here that placed at least two orders, be it on one day."""
    return (buyers.order_count >= 2).cast("float64").mean()


@metric(RATE, zh="老客订单占比", source="M6", per="named_order_count")
def repeat_order_rate(orders: ir.Table) -> ir.Value:
    """Share of the orders that name their customer which are not that customer's first ever."""
    return (~orders.is_first_order).cast("float64").mean()


@metric(COUNT, zh="可观察的客户月数", source="A-087", additive=True, people="group")
def followed_month_count(months: ir.Table) -> ir.Value:
    """Customer-months with a purchase whose following month is over."""
    return months.bought_next.count()


@metric(RATE, zh="回购率", source="A-087", per="followed_month_count")
def returning_buyer_rate(months: ir.Table) -> ir.Value:
    """Share of a month's buyers who bought again in the month after; months whose next is not over are not asked."""
    return months.bought_next.cast("float64").mean()


@metric(RATE, zh="退货率（按订单）", source="A-074", per="order_count")
def return_rate_by_order(orders: ir.Table) -> ir.Value:
    """Share of these orders of which anything has come back so far."""
    return orders.is_returned.cast("float64").mean()


@metric(RATE, zh="退货率（按件数）", source="M24", per="unit_count")
def return_rate_by_unit(orders: ir.Table) -> ir.Value:
    """Share of the pieces of these orders that have come back so far."""
    return share(orders.returned_unit_count.sum(), orders.unit_count.sum())


@metric(RATIO, zh="退货率（按金额）", source="M24")
def return_rate_by_value(orders: ir.Table) -> ir.Value:
    """Refunds for these orders so far, per unit of money ordered."""
    back = orders.refund_amount.sum(where=orders.net_amount.notnull())
    return share(back, orders.net_amount.sum())


@metric(RATIO, zh="退款占折后销售额之比", source="M24")
def refunds_per_revenue(returned_revenue: ir.Value, ordered_revenue: ir.Value) -> ir.Value:
    """Refunds that came in per unit of money ordered in the same period; those that name no order are in it as well."""
    return share(returned_revenue, ordered_revenue)


@metric(RATE, zh="优惠率", source="M28")
def discount_rate(gross_revenue: ir.Value, discount_total: ir.Value) -> ir.Value:
    """Discounts as a share of gross revenue."""
    return share(discount_total, gross_revenue)


@metric(RATE, zh="付款后取消率", source="A-069", per="order_count")
def cancelled_order_rate(orders: ir.Table) -> ir.Value:
    """Share of paid orders that were cancelled afterwards."""
    return orders.is_cancelled.cast("float64").mean()


@metric(COUNT, zh="可考核的送达订单数", source="A-073", additive=True)
def delivered_order_count(orders: ir.Table) -> ir.Value:
    """Orders that have arrived and had a promised day."""
    return (orders.delivered_local.notnull() & orders.promised_on.notnull()).sum()


@metric(RATE, zh="延迟送达率", source="A-073", per="delivered_order_count")
def late_delivery_rate(orders: ir.Table) -> ir.Value:
    """Share of arrived orders that came after the promised day."""
    return (orders.delivered_local.date() > orders.promised_on).cast("float64").mean()
