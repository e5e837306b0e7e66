"""How orders end, how they are paid and delivered, and what they are worth by the way they came."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import METRICS, study
from customary.errors import Refused
from customary.stats.intervals import Z, clustered_ratio, share_of_all, shares


@study(zh="订单状态", source="A-068…A-070")
def order_status(all_orders: ir.Table) -> ir.Table:
    """All orders of the files by how they ended: kept, returned in part or in full, cancelled, never paid."""
    t = all_orders
    status = ibis.cases(
        ((t.cancelled_at.notnull() & (t.paid_at.isnull() | (t.cancelled_at <= t.paid_at))), "cancelled before payment"),
        ((t.left_out_because == "not paid") | (t.paid_at.isnull() & t.ordered_at.notnull()), "not paid"),
        (t.is_cancelled, "cancelled after payment"),
        (t.is_refunded_in_full & t.is_returned, "refunded in full"),
        (t.is_returned, "returned in part"),
        else_="successful",
    )
    t = t.mutate(order_status=status)
    t = t.group_by("order_status").agg(
        order_count=_.count(),
        counted_count=_.left_out_because.isnull().sum(),
        amount=_.net_amount.sum().cast("float64"),
    )
    t = t.mutate(order_share=share_of_all(t.order_count))
    return t.order_by(ibis.desc("order_count"), "order_status")


WAYS = ("delivery_method", "region", "country", "channel", "payment_method", "device")


def _check_way(by: str) -> str:
    if by not in WAYS:
        raise Refused("by is one of {names}", names=WAYS)
    return by


@study(zh="准时送达", source="A-072, A-073")
def deliveries(orders: ir.Table, *, by: str = "delivery_method") -> ir.Table:
    """Arrived orders with a promised day: how many came later than promised, by how they were sent or where to.

    The interval is 95 %, with the orders of one customer taken together. `other_count` have not arrived or had no
    promise; they are in no rate.
    """
    _check_way(by)
    known = orders.delivered_local.notnull() & orders.promised_on.notnull()
    arrived = orders.filter(known).mutate(late=_.delivered_local.date() > _.promised_on)
    rates = shares(arrived, [by], arrived.late).rename(rated=by)
    whole = orders.group_by(by).agg(
        order_count=_.count(),
        other_count=(~known).sum(),
        median_days=(
            (orders.delivered_local.epoch_seconds() - orders.ordered_local.epoch_seconds()).cast("float64") / 86400
        ).quantile(0.5),
    )
    t = whole.left_join(rates, whole[by].fill_null("").cast("string") == rates.rated.fill_null("").cast("string"))
    return t.select(
        by,
        order_count="order_count",
        delivered_count=t.n.fill_null(0),
        late_count=t.event_count.fill_null(0),
        late_rate="rate",
        low_rate="low",
        high_rate="high",
        median_days="median_days",
        other_count="other_count",
    ).order_by(ibis.desc("delivered_count"), ibis.asc(by, nulls_first=False))


@study(zh="笔单价与置信区间", source="A-065, M2", rests_on="amounts")
def order_value_intervals(orders: ir.Table, *, by: str = "channel") -> ir.Table:
    """Average and median order value by one split, with the 95 % interval of the average.

    Repeat buyers' orders resemble each other, so the interval is clustered by customer; a group of one customer has
    none.
    """
    _check_way(by)
    t = clustered_ratio(orders, [by], orders.net_amount, ibis.literal(1)).rename(valued=by)
    medians = orders.group_by(by).agg(
        median_order_value=METRICS["median_order_value"](orders),
        spread=_.net_amount.cast("float64").std(),
        n=_.count(),
        buyers=METRICS["buyer_count"](orders),
    )
    t = medians.join(t, medians[by].fill_null("").cast("string") == t.valued.fill_null("").cast("string"))
    return t.select(
        by,
        order_count="n",
        buyer_count="buyers",
        average_order_value="ratio",
        low=t.ratio - Z * t.error,
        high=t.ratio + Z * t.error,
        median_order_value="median_order_value",
        naive_half_width=Z * t.spread / t.n.cast("float64").sqrt(),
    ).order_by(ibis.desc("order_count"), ibis.asc(by, nulls_first=False))
