"""Returns on their own date, tied to the order they came from."""

import ibis
import ibis.expr.types as ir
from ibis import _
from ibis.common.deferred import Deferred

from customary.declare import frame
from customary.frames.calendar import with_calendar
from customary.frames.consents import people
from customary.frames.orders import UNNAMED, line_fault, refundable
from customary.frames.products import name_products

BEYOND = "refund beyond the order"
_OF_ORDER = {
    "order_fault": "left_out_because",
    "sold_country": "country",
    "sold_region": "region",
    "sold_channel": "channel",
    "sold_on": "day_on",
    "sold_day": "day",
    "sold_s": "ts_s",
    "buyer_id": "customer_id",
    "sold_id": "order_id",
}


def _cap_refunds(returns: ir.Table, orders: ir.Table, order_items: ir.Table) -> ir.Table:
    """Returns with `order_refund_amount` and `fee_refund_amount`: what of each refund its order can bear.

    Partial and full refunds together never exceed the order: after 16.13 of 33.83, a "full" refund bears 17.70. The
    goods bear first, then shipping and tax.
    """
    most = refundable(orders, order_items)
    t = returns.left_join(most, returns.order_id == most.priced_id)
    counts = t.priced_id.notnull() & t.excluded_because.isnull()
    amount = ibis.cases((counts, t.refund_amount), else_=0).cast("decimal(18, 4)")
    t = t.mutate(bears=amount, refundable=ibis.cases((t.priced_id.isnull(), 0), else_=t.refundable))
    t = t.mutate(
        so_far=t.bears.sum().over(ibis.cumulative_window(group_by=t.order_id, order_by=[t.returned_at, t.return_id]))
    )
    within = _share_of(t, t.refundable)
    borne = ibis.cases((t.refundable.isnull(), t.bears), else_=within)  # what it was worth is unknown: no limit is
    fees = (_share_of(t, t.refundable + t.fees.fill_null(0)) - within).fill_null(0)
    t = t.mutate(order_refund_amount=borne.cast("decimal(18, 4)"), fee_refund_amount=fees.cast("decimal(18, 4)"))
    return t.drop("priced_id", "refundable", "fees", "bears", "so_far")


def _share_of(t: ir.Table, most: ir.Value) -> ir.Value:
    """What a refund takes of a limit that those before it have used already."""
    return ibis.least(t.so_far, most) - ibis.least(t.so_far - t.bears, most)


def _thing(lines: ir.Table | Deferred) -> ir.StringValue:
    """What a line is about: its product, or the charge of one that sells none."""
    return ibis.coalesce(lines.product_id, lines.charge)


def link_orders(returns: ir.Table, orders: ir.Table, order_items: ir.Table) -> ir.Table:
    """Returns with `order_id` found where the source names none: the customer's latest earlier order of that thing.

    `link` says how: "named" by the source, "found" by this rule, or NULL when no such order exists. What was never
    paid, or only tried out, cannot come back.
    """
    # Among orders that say no time nothing tells which of them was the last.
    paid = orders.filter(orders.paid_at.notnull() & ~orders.is_test.fill_null(False) & orders.excluded_because.isnull())
    lines = order_items.filter(line_fault(order_items).isnull())
    bought = lines.inner_join(paid.select("order_id", "customer_id", "ordered_at"), "order_id").select(
        "customer_id", thing=_thing(_), at=_.ordered_at, order_id=_.order_id, return_id=ibis.null("string")
    )
    sought = returns.filter(returns.order_id.isnull() & returns.customer_id.notnull() & _thing(returns).notnull())
    sought = sought.select(
        "customer_id", thing=_thing(_), at=_.returned_at, order_id=ibis.null("string"), return_id=_.return_id
    )
    both = ibis.union(bought, sought)
    # The latest purchase so far, as one comparable text: ISO time, then order number. max() over it is portable.
    stamp = ibis.cases((both.order_id.notnull(), both.at.cast("string") + "|" + both.order_id))
    so_far = ibis.cumulative_window(
        group_by=[both.customer_id, both.thing],
        order_by=[both.at, both.return_id.notnull(), both.order_id, both.return_id],
    )
    found = both.mutate(latest=stamp.max().over(so_far)).filter(_.return_id.notnull() & _.latest.notnull())
    found = found.select(sought_id="return_id", found_id=_.latest.split("|")[1])
    t = returns.left_join(found, returns.return_id == found.sought_id)
    link = ibis.cases((t.order_id.notnull(), "named"), (t.found_id.notnull(), "found"))
    t = t.mutate(link=link, order_id=ibis.coalesce(t.order_id, t.found_id)).drop("found_id", "sought_id")
    return _cap_refunds(t, orders, order_items)


def _is_of_nobody(t: ir.Table, orders: ir.Table) -> ir.BooleanValue:
    """Whether a return that names neither order nor customer takes back a sale that does not count either.

    Where other returns are named, and some orders stay out for want of a customer, it is most likely one of theirs. A
    source that names nobody on any return, or knows the customer of every order, sold these goods in orders that count.
    """
    names_some = (t.link.notnull() | t.customer_id.notnull()).any().over(ibis.window())
    has_strangers = orders.filter(orders.left_out_because == UNNAMED).count().as_scalar() > 0
    return t.customer_id.isnull() & names_some & has_strangers


def _return_fault(t: ir.Table, orders: ir.Table) -> ir.StringValue:
    return ibis.cases(
        (t.excluded_because.notnull(), t.excluded_because),
        ((t.link == "named") & t.sold_id.isnull(), "its order is unknown"),
        ((t.link == "named") & t.order_fault.notnull(), t.order_fault),
        (t.is_test_account.fill_null(False), "test account"),
        (t.refuses.fill_null(False), "no consent to analysis"),
        (_is_of_nobody(t, orders), UNNAMED),
        (
            (t.link == "named") & (t.refund_amount > 0) & (t.order_refund_amount + t.fee_refund_amount <= 0),
            BEYOND,
        ),
    )


def _refunds(t: ir.Table) -> dict[str, ir.Value]:
    """What counts of a refund, and what is beyond the order that its source names.

    Where the order was only guessed, the excess speaks against the guess and not against the refund: it counts, but
    for no order.
    """
    is_cut = t.left_out_because.isnull() & (t.link == "named").fill_null(False)
    counted = ibis.cases((is_cut, t.order_refund_amount), else_=t.refund_amount).cast("decimal(18, 4)")
    fees = ibis.cases((is_cut, t.fee_refund_amount), else_=0)
    return {
        "refund_amount": counted,
        "fee_refund_amount": fees.cast("decimal(18, 4)"),
        "excess_amount": (t.refund_amount - counted - fees).cast("decimal(18, 4)"),
        "order_refund_amount": ibis.cases((t.left_out_because.isnull(), t.order_refund_amount), else_=0).cast(
            "decimal(18, 4)"
        ),
    }


@frame("one row per returned line", key="return_id")
def returns(
    linked_returns: ir.Table,
    orders: ir.Table,
    products: ir.Table,
    customers: ir.Table,
    consents: ir.Table,
    week_start: int,
) -> ir.Table:
    """Returned lines with refund, reason and the order they came from, counted on the day they came back.

    A refund dated before its order (`is_before_order`) is kept, flagged and shown; so is one without a date of its own
    (`is_undated`), which counts on its order's day or by the shop's rule, and of which no delay is known.
    """
    who = people(customers, consents)
    own = orders.select("order_id", **{name: orders[source] for name, source in _OF_ORDER.items()})
    t = linked_returns.left_join(own, linked_returns.order_id == own.sold_id).drop("order_id_right")
    t = t.left_join(who, t.customer_id == who.person_id)
    t = name_products(t, products)
    t = t.mutate(customer_id=ibis.coalesce(t.customer_id, t.buyer_id))
    t = t.mutate(
        left_out_because=_return_fault(t, orders),
        country=ibis.coalesce(t.country, t.sold_country),
        region=t.sold_region,
        channel=t.sold_channel,
    )
    t = with_calendar(t.mutate(**_refunds(t)), "returned_at", week_start)
    is_undated = t.is_undated.fill_null(False)  # such a date is a rule's, so it tells of no time until the return
    t = t.mutate(
        is_undated=is_undated,
        delay_days=ibis.cases((~is_undated, (t.day - t.sold_day).cast("int32"))),
        is_before_order=(t.ts_s < t.sold_s).fill_null(False),
    )
    dropped = [name for name in _OF_ORDER if name != "sold_on"]
    return t.drop(*dropped, "person_id", "is_test_account", "refuses", "excluded_because").order_by("ts_s", "return_id")
