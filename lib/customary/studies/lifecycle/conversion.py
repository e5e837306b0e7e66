"""From the first visit to the first purchase, by the channel that brought the visitor."""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike, day_number
from customary.declare import study
from customary.stats.intervals import Z, share, wilson
from customary.studies.shared.windows import within


@study(zh="各渠道首次消费转化率", source="B-079")
def first_purchase_conversion(
    sessions: ir.Table,
    customers: ir.Table,
    as_of: date,
    *,
    within_days: int = 30,
    z: float = Z,
    during: WindowLike | None = None,
) -> ir.Table:
    """Share of new visitors who first bought within so many days of their first visit, by the channel of that visit.

    Who had bought before the first visit is no new visitor; who was not watched that long is `immature_count` and in
    no denominator. A person known by login counts once; others are told apart by cookie, so a purchase on another
    device is missed. `during` cuts by the day of the first visit.
    """
    t = sessions.mutate(who=ibis.coalesce(sessions.customer_id, sessions.visitor_id))
    t = t.mutate(via=t.channel.fill_null("unknown"))
    t = t.group_by("who").agg(visit_day=_.day.min(), visit_on=_.day_on.min(), channel=_.via.argmin(_.ts_s))
    t = t.filter(within(t.visit_on, during)) if during else t
    buyers = customers.filter(customers.is_buyer).select(buyer_id="customer_id", first_day="first_day")
    t = t.left_join(buyers, t.who == buyers.buyer_id)
    t = t.filter((t.first_day >= t.visit_day).fill_null(True))
    t = t.mutate(
        is_mature=t.visit_day + within_days <= day_number(as_of) - 1,
        bought=(t.first_day <= t.visit_day + within_days).fill_null(False),
    )
    t = t.group_by("channel").agg(
        visitor_count=_.is_mature.sum(),
        first_buyer_count=(_.bought & _.is_mature).sum(),
        immature_count=(~_.is_mature).sum(),
    )
    low, high = wilson(t.first_buyer_count, t.visitor_count, z)
    rate = share(t.first_buyer_count, t.visitor_count)
    return t.mutate(first_purchase_rate=rate, low_rate=low, high_rate=high).order_by(
        ibis.desc("visitor_count"), "channel"
    )
