"""What payment providers and carriers report, held against the orders: how often they agree, and where not."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import study
from customary.stats.intervals import share

AGREES = "agrees"


@study(zh="外部数据核对", source="A-108, A-109")
def feed_reconciliation(payment_matches: ir.Table, delivery_matches: ir.Table) -> ir.Table:
    """How many orders agree with what payment providers and carriers report, and how the others differ.

    Judged are orders that count within the days of a feed, and whatever else a feed names; payments agree to the cent,
    deliveries to the shop's day. A shop without a feed has no row of it.
    """
    both = _outcomes(payment_matches, "payments").union(_outcomes(delivery_matches, "shipments"))
    of_feed = ibis.window(group_by="feed")
    t = both.mutate(judged_order_count=both.order_count.sum().over(of_feed))
    t = t.mutate(order_share=share(t.order_count, t.judged_order_count))
    t = t.order_by("feed", t.outcome != AGREES, ibis.desc("order_count"), "outcome")
    return t.select("feed", "outcome", "order_count", "judged_order_count", "order_share")


def _outcomes(matches: ir.Table, feed: str) -> ir.Table:
    """How many orders, or numbers that are none, have each outcome."""
    return matches.group_by("outcome").agg(order_count=_.count()).mutate(feed=ibis.literal(feed))


@study(zh="支付差异明细", source="A-108", shown=25)
def payment_differences(payment_matches: ir.Table) -> ir.Table:
    """Orders whose payments are not what the order asks for, and payments of no order, the largest difference first.

    Amounts are in the shop's currency; what was refunded stands beside and is not taken off.
    """
    t = payment_matches.filter(_.outcome != AGREES)
    t = t.order_by(ibis.desc(t.difference_amount.abs().fill_null(0)), ibis.desc("paid_amount"), "order_id")
    names = ("order_id", "ordered_on", "outcome", "order_amount", "paid_amount", "refunded_amount")
    return t.select(*names, "difference_amount", "record_count")


@study(zh="送达差异明细", source="A-109", shown=25)
def delivery_differences(delivery_matches: ir.Table) -> ir.Table:
    """Orders whose delivery the carrier dates otherwise, or only one side knows, and parcels of no order.

    The longest difference comes first; an order that is not delivered yet on either side is no difference.
    """
    t = delivery_matches.filter(~_.outcome.isin([AGREES, "not delivered yet"]))
    t = t.order_by(ibis.desc(t.difference_days.abs().fill_null(0)), "outcome", "order_id")
    names = ("order_id", "ordered_on", "outcome", "delivered_on", "carrier_delivered_on", "difference_days")
    return t.select(*names, "promised_on", "carrier_promised_on", "record_count")
