"""Carts that wait: whose they are, what lies in them, and for how long."""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import day_number
from customary.declare import study
from customary.errors import Refused
from customary.studies.paths.carts import CART, purchases_of
from customary.studies.shared.spans import DAY_US, HOUR_US, MICRO, instant_us, span_seconds
from customary.studies.shared.wanted import is_wanted

KNOWN = "customer "  # what person_id begins with, of somebody whose number is known


def _additions(events: ir.Table) -> ir.Table:
    """What known customers put into a cart: when, and which product."""
    t = events.filter(is_wanted(events, CART) & events.person_id.startswith(KNOWN))
    customer = t.person_id.substr(len(KNOWN))  # who was recognised later is known from the first visit on
    facts = ("person_id", "at_us", "product_id", "day_on")
    return t.select(*facts, customer_id=customer, local_us=instant_us(t.occurred_local))


@study(zh="待召回购物车", source="C-082", shown=100, is_list=True, rests_on="dates")
def open_carts(
    events: ir.Table,
    whole_orders: ir.Table,
    whole_products: ir.Table,
    as_of: date,
    *,
    within: str = "7d",
    after: str = "3h",
) -> ir.Table:
    """Known customers who put something into a cart and bought nothing since, the fullest cart first.

    The last addition is at most `within` 7 days before the as-of date and at least `after` 3 hours, so that nobody is
    reminded who is still choosing. Any purchase since the first of these additions empties the cart, be it in the log
    or an order by whatever way. `cart_value` is the list price of each product once, blank where one is unknown.
    """
    longest, shortest = span_seconds(within, "within") * MICRO, span_seconds(after, "after") * MICRO
    if shortest >= longest:
        raise Refused("after {after} and within {within} leave no time between them", after=after, within=within)
    end = day_number(as_of) * DAY_US
    t = _additions(events).filter(_.local_us >= end - longest)
    prices = whole_products.select(priced_product="product_id", price=whole_products.list_price.cast("float64"))
    t = t.left_join(prices, t.product_id == prices.priced_product)
    once = ibis.row_number().over(group_by=[t.customer_id, t.product_id], order_by=[t.at_us]) == 0
    t = t.mutate(price=ibis.cases((once, t.price)), is_unknown=once & t.price.isnull(), is_first=once)
    carts = t.group_by("customer_id", "person_id").agg(
        opened_us=_.at_us.min(),
        last_us=_.local_us.max(),
        cart_on=_.day_on.max(),
        cart_product_count=_.is_first.cast("int64").sum(),
        cart_value=ibis.cases((~_.is_unknown.any(), _.price.sum())),
    )
    return _still_open(carts.filter(_.last_us <= end - shortest), events, whole_orders, end)


def _still_open(carts: ir.Table, events: ir.Table, orders: ir.Table, end: int) -> ir.Table:
    """The carts after whose first addition nothing was bought, with the hours since the last one."""
    marked = events.mutate(is_purchase=events.event_name == "purchase")
    bought = purchases_of(marked, orders).group_by("buyer").agg(last_bought_us=_.bought_us.max())
    t = carts.left_join(bought, carts.person_id == bought.buyer)
    t = t.filter(t.last_bought_us.isnull() | (t.last_bought_us < t.opened_us))
    t = t.mutate(
        hours_since_cart=((ibis.literal(end, "int64") - t.last_us) / HOUR_US).floor().cast("int64"),
        customer_total=t.count().over(ibis.window()),
    )
    facts = ("customer_id", "cart_on", "hours_since_cart", "cart_product_count", "cart_value", "customer_total")
    order = [ibis.desc("cart_value"), "hours_since_cart", "customer_id"]
    return t.select(*facts).order_by(*order)
