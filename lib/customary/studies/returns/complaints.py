"""Complaints: how often, about what, and how long until they are settled."""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import day_number
from customary.declare import study
from customary.errors import Refused
from customary.stats.intervals import byar, share_of_all
from customary.stats.survival import count_spans, median, survival
from customary.studies.shared.measures import measures

SPLITS = ("topic", "contact", "month_on", "quarter_on")
HOUR = 3600


@study(zh="投诉频率", source="A-077, M25")
def complaints(tickets: ir.Table, orders: ir.Table, *, by: str = "topic") -> ir.Table:
    """Complaints per 1,000 orders, by topic, by way of contact, or by month, with the interval of the count.

    By month they are held against that month's orders, otherwise against all. `customer_count` are different people;
    complaints of nobody in particular are in the counts.
    """
    if by not in SPLITS:
        raise Refused("by is one of {names}", names=SPLITS)
    t = tickets.filter(tickets.kind == "complaint").group_by(by)
    t = t.agg(complaint_count=_.count(), customer_count=_.customer_id.nunique(), order_named_count=_.order_id.count())
    if by.endswith("_on"):
        sold = measures({"orders": orders}, ["order_count"], [by]).rename(sold_on=by)
        t = sold.left_join(t, sold.sold_on == t[by]).drop(by).rename(**{by: "sold_on"})
        t = t.mutate(
            **{name: t[name].fill_null(0) for name in ("complaint_count", "customer_count", "order_named_count")}
        )
    else:
        t = t.cross_join(measures({"orders": orders}, ["order_count"]))
    low, high = byar(t.complaint_count)
    per = 1000 / t.order_count.cast("float64").nullif(0)
    told = t.select(
        by,
        "complaint_count",
        "order_count",
        per_thousand_orders=t.complaint_count * per,
        low_per_thousand=low * per,
        high_per_thousand=high * per,
        customer_count="customer_count",
        order_named_count="order_named_count",
        complaint_share=share_of_all(t.complaint_count),
    )
    return told.order_by(by) if by.endswith("_on") else told.order_by(ibis.desc("complaint_count"), by)


@study(zh="工单解决时长", source="A-077")
def resolution_times(tickets: ir.Table, as_of: date, *, by: str = "topic") -> ir.Table:
    """Hours until a case is closed, by topic or kind: the median of closed ones, and the one with open ones weighed in.

    A case that is still open was watched until the as-of date; leaving it out makes every service look quicker.
    """
    if by not in ("topic", "kind", "contact"):
        raise Refused("by is one of topic, kind, contact")
    until = ibis.coalesce(tickets.closed_local.epoch_seconds().cast("int64"), ibis.literal(day_number(as_of) * 86400))
    hours = ((until - tickets.opened_local.epoch_seconds().cast("int64")) // HOUR).cast("int32")
    spans = tickets.select(by, span=ibis.cases((hours < 0, 0), else_=hours), is_open=tickets.closed_at.isnull())
    spans = spans.mutate(**{by: spans[by].fill_null("unknown")})
    whole = spans.group_by(by).agg(
        ticket_count=_.count(),
        open_count=_.is_open.sum(),
        seen_median_hours=_.span.cast("float64").quantile(0.5, where=~_.is_open),
    )
    half, most = (median(survival(count_spans(spans, by), by), by, share=share) for share in (0.5, 0.1))
    half, most = half.rename(half_by=by, half="span"), most.rename(most_by=by, most="span")
    t = whole.left_join(half, whole[by] == half.half_by)
    t = t.left_join(most, t[by] == most.most_by)
    hours_of = {"median_hours": t.half.cast("float64"), "nine_in_ten_hours": t.most.cast("float64")}
    told = t.select(by, "ticket_count", "open_count", "seen_median_hours", **hours_of)
    return told.order_by(ibis.desc("ticket_count"), by)
