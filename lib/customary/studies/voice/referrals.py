"""Customers who bring customers."""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import day_number
from customary.declare import study
from customary.frames.calendar import epoch_day
from customary.stats.intervals import share, wilson


@study(zh="推荐率", source="B-084, M27", rests_on="dates")
def referrals(customers: ir.Table, as_of: date, *, mature: int = 90) -> ir.Table:
    """Of the buyers whose first order is at least `mature` days old, the share that brought somebody who bought too.

    One row. Nobody refers themselves: a second account of the same person is one customer. `referred_count` counts
    the buyers who name a referrer, `by_channel_count` those whose acquisition channel is “referral”, named or not. The
    rate is empty where no customer names a referrer: then it is unknown, not 0.
    """
    buyers = customers.filter(customers.is_buyer)
    brought = buyers.filter(buyers.referred_by.notnull() & (buyers.referred_by != buyers.customer_id))
    referrers = brought.select(referrer_id="referred_by").distinct()
    ripe = buyers.filter(epoch_day(buyers.first_order_on) + mature <= day_number(as_of))
    t = ripe.left_join(referrers, ripe.customer_id == referrers.referrer_id)
    t = t.agg(buyer_count=_.count(), referrer_count=_.referrer_id.notnull().sum().fill_null(0))
    channel = (buyers.acquisition_channel == "referral").sum().fill_null(0)
    t = t.cross_join(buyers.agg(by_channel_count=channel)).cross_join(brought.agg(referred_count=_.count()))
    t = t.cross_join(customers.agg(named_count=customers.referred_by.count()))
    low, high = wilson(t.referrer_count, t.buyer_count)
    rate = share(t.referrer_count, t.buyer_count)
    rates = {"referral_rate": rate, "low_rate": low, "high_rate": high}
    known = {name: ibis.cases((t.named_count > 0, value)) for name, value in rates.items()}
    return t.mutate(**known).drop("named_count")
