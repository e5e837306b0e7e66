"""Feeds held against the orders: what providers and carriers report, what the books say, and whether they agree.

No figure rests on a feed. An order is judged where it counts and lies within the days of the feed; whatever a feed says
beyond that is said, too: of orders that do not count, of numbers that no order has.
"""

from collections.abc import Callable, Mapping

import ibis
import ibis.expr.types as ir
from ibis import _

CENT = 0.005  # amounts that round to the same cent agree
AGREES = "agrees"
# What stands in no feed, or only there.
NO_ORDER, NO_NUMBER, NOT_COUNTED = "no such order", "names no order", "the order does not count"
UNKNOWN, OTHER_CURRENCY = "the order's amount is unknown", "in another currency"
NOTHING_PAID, PAID_LESS, PAID_MORE = "nothing paid", "paid less", "paid more"
NO_PARCEL, UNDERWAY = "no parcel", "not delivered yet"
ONLY_CARRIER, ONLY_ORDER = "only the carrier says delivered", "only the order says delivered"
EARLIER, LATER, OTHER_PROMISE = "delivered earlier", "delivered later", "promised for another day"
Matches = Callable[[ir.Table, ir.Table], ir.Table]


def hold_against(matches: Matches, tables: Mapping[str, ir.Table], made: Mapping[str, ir.Table]) -> ir.Table:
    """The matches of a feed – of canonical `tables` – with the orders among the frames `made`."""
    name = "payments" if matches is payment_matches else "shipments"
    return matches(made["orders"], tables[name].filter(_.excluded_because.isnull()))


def _with_orders(orders: ir.Table, feed: ir.Table, reported: ir.Table, time: str) -> ir.Table:
    """Orders and what is reported of each, side by side: those within the days of the feed, and all that it names."""
    days = feed.agg(first=feed[time].date().min(), last=feed[time].date().max())
    t = orders.cross_join(days)
    is_within = t.left_out_because.isnull() & t.ordered_local.date().between(
        t["first"].fill_null(t.ordered_local.date()), t["last"].fill_null(t.ordered_local.date())
    )
    t = t.mutate(is_within=is_within & (feed.count().as_scalar() > 0)).drop("first", "last")
    t = t.outer_join(reported, t.order_id == reported.reported_id)
    return t.filter(t.record_count.notnull() | t.is_within)


def payment_matches(orders: ir.Table, payments: ir.Table) -> ir.Table:
    """One row per order that payments should pay, and per order number of payments that is none of these.

    `paid_amount` is what came in, refunds apart. `order_amount` is what the shop's books say was received, else the net
    amount with shipping and with tax, or without it where that is nearer, as prices may hold the tax already.
    """
    reported = payments.group_by(reported_id=payments.order_id).agg(
        record_count=_.count(),
        received=_.amount.sum(where=_.amount > 0),
        refunded=-_.amount.sum(where=_.amount < 0),
        money=_.currency.max(),
    )
    t = _with_orders(orders, payments, reported, "paid_local")
    bare = t.net_amount + t.shipping_amount.fill_null(0)
    received = t.received.fill_null(0)
    is_bare = (bare - received).abs() < (t.total_amount - received).abs()
    t = t.mutate(order_amount=ibis.coalesce(t.paid_amount, is_bare.ifelse(bare, t.total_amount)))
    is_comparable = t.order_amount.notnull() & t.order_id.notnull() & ~_is_foreign(t)
    t = t.mutate(difference_amount=ibis.cases((is_comparable, t.received.fill_null(0) - t.order_amount)))
    return t.select(
        order_id=ibis.coalesce(t.order_id, t.reported_id),
        ordered_on=t.ordered_local.date(),
        outcome=_payment_outcome(t),
        order_amount=t.order_amount.cast("decimal(18, 4)"),
        paid_amount=ibis.cases((~_is_foreign(t), t.received)).cast("decimal(18, 4)"),
        refunded_amount=ibis.cases((~_is_foreign(t), t.refunded)).cast("decimal(18, 4)"),
        difference_amount=t.difference_amount.cast("decimal(18, 4)"),
        record_count=t.record_count.fill_null(0),
    )


def _is_foreign(t: ir.Table) -> ir.BooleanValue:
    """Whether payments are in another money than their order was paid in, so that amounts cannot be compared."""
    return t.money.notnull()


def _payment_outcome(t: ir.Table) -> ir.StringValue:
    return ibis.cases(
        (t.order_id.isnull() & t.reported_id.isnull(), NO_NUMBER),
        (t.order_id.isnull(), NO_ORDER),
        (t.left_out_because.notnull(), NOT_COUNTED),
        (t.received.isnull(), NOTHING_PAID),
        (_is_foreign(t), OTHER_CURRENCY),
        (t.order_amount.isnull(), UNKNOWN),
        (t.difference_amount.abs() < CENT, AGREES),
        (t.difference_amount < 0, PAID_LESS),
        else_=PAID_MORE,
    )


def delivery_matches(orders: ir.Table, shipments: ir.Table) -> ir.Table:
    """One row per order that parcels should bring, and per order number of parcels that is none of these.

    An order in several parcels is delivered with the last of them. Days are the shop's; `difference_days` is how many
    days later than the order's books the carrier says it was.
    """
    reported = shipments.group_by(reported_id=shipments.order_id).agg(
        record_count=_.count(),
        arrived=ibis.cases((_.delivered_at.count() == _.count(), _.delivered_local.max())),
        promise=_.promised_on.max(),
    )
    t = _with_orders(orders, shipments, reported, "shipped_local")
    t = t.mutate(delivered_on=t.delivered_local.date(), carrier_on=t.arrived.date())
    return t.select(
        order_id=ibis.coalesce(t.order_id, t.reported_id),
        ordered_on=t.ordered_local.date(),
        outcome=_delivery_outcome(t),
        delivered_on=t.delivered_on,
        carrier_delivered_on=t.carrier_on,
        difference_days=t.carrier_on.delta(t.delivered_on, unit="day").cast("int32"),
        promised_on=t.promised_on,
        carrier_promised_on=t.promise,
        record_count=t.record_count.fill_null(0),
    )


def _delivery_outcome(t: ir.Table) -> ir.StringValue:
    return ibis.cases(
        (t.order_id.isnull() & t.reported_id.isnull(), NO_NUMBER),
        (t.order_id.isnull(), NO_ORDER),
        (t.left_out_because.notnull(), NOT_COUNTED),
        (t.record_count.isnull(), NO_PARCEL),
        (t.carrier_on.isnull() & t.delivered_on.isnull(), UNDERWAY),
        (t.delivered_on.isnull(), ONLY_CARRIER),
        (t.carrier_on.isnull(), ONLY_ORDER),
        (t.carrier_on < t.delivered_on, EARLIER),
        (t.carrier_on > t.delivered_on, LATER),
        (t.promised_on != t.promise, OTHER_PROMISE),
        else_=AGREES,
    )
