"""From the first visit to the first purchase, by the channel that brought the visitor."""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike, day_number
from customary.declare import study
from customary.stats.intervals import Z, share, wilson
from customary.studies.shared.measures import measures
from customary.studies.shared.windows import inside, within


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


@study(zh="各渠道获客成本", source="A-005…A-006, B-079")
def channel_costs(
    sessions: ir.Table,
    whole_sessions: ir.Table,
    customers: ir.Table,
    whole_spend: ir.Table,
    as_of: date,
    *,
    within_days: int = 30,
    z: float = Z,
    during: WindowLike | None = None,
) -> ir.Table:
    """What a new visitor and a first-time buyer cost by channel: spend of the days that visits were watched, joined.

    A visitor costs the channel's spend by all its new visitors; a first-time buyer that cost by the share of visitors
    watched long enough who bought in time, so that the young are neither in vain nor for nothing. A channel without
    spend has none known, which is not free of charge; one that brought nobody keeps its spend. What was spent on the
    visits of a selection nobody knows: then there is no cost. It is an average, and not what one more would cost.
    """
    t = first_purchase_conversion(sessions, customers, as_of, within_days=within_days, z=z, during=during)
    everything = whole_sessions.filter(whole_sessions.left_out_because.isnull()).agg(all_count=_.count())
    watched = sessions.agg(watched_from=_.day.min(), asked_count=_.count()).cross_join(everything)
    spend = whole_spend.filter(whole_spend.left_out_because.isnull())
    paid = inside(spend, during).cross_join(watched)
    paid = paid.filter(_.day >= _.watched_from, _.asked_count == _.all_count)
    paid = measures({"spend": paid}, ["marketing_cost"], ["acquisition_channel"]).rename(watched_cost="marketing_cost")
    t = t.outer_join(paid, t.channel == paid.acquisition_channel)
    counts = {name: t[name].fill_null(0) for name in ("visitor_count", "first_buyer_count", "immature_count")}
    t = t.mutate(channel=ibis.coalesce(t.channel, t.acquisition_channel), **counts).drop("acquisition_channel")
    everybody = (t.visitor_count + t.immature_count).cast("float64").nullif(0)
    t = t.mutate(cost_per_visitor=t.watched_cost.cast("float64").nullif(0) / everybody)
    t = t.mutate(
        cost_per_first_buyer=t.cost_per_visitor / t.first_purchase_rate.nullif(0),
        low_cost_per_first_buyer=t.cost_per_visitor / t.high_rate.nullif(0),
        high_cost_per_first_buyer=t.cost_per_visitor / t.low_rate.nullif(0),
    )
    t = t.relocate("channel", "watched_cost")
    return t.order_by(ibis.desc("watched_cost", nulls_first=False), ibis.desc("visitor_count"), "channel")
