"""How often each customer buys: intervals between purchase days, and when the next one is late."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.stats.intervals import share
from customary.stats.survival import quantiles_of_returns, survival


def _waits(own: ir.Table, gaps: ir.Table) -> ir.Table:
    """All customers' intervals by length: those that ended, and the last of each customer, which is still open."""
    ended = gaps.filter(gaps.gap.notnull()).group_by(span="gap").agg(closed=_.count(), ended=_.count())
    still = own.group_by(span=(own.open_days - 1).cast("int32")).agg(
        closed=(_.count() * 0).cast("int64"), ended=_.count()
    )
    t = ibis.union(ended, still)
    return t.group_by("span").agg(closed=t.closed.sum(), ended=t.ended.sum())


def rhythm(orders: ir.Table, as_of_day: int | ir.IntegerValue, pace: Mapping[str, float]) -> ir.Table:
    """Buyer → intervals so far, their median, and after how many days without a purchase the buyer is late or lost.

    `pace` is the table of stages.toml: the own quantiles `late` and `lost` count as many times as there are intervals,
    the shop's `shop_weight` times.
    """
    t = orders.filter(orders.left_out_because.isnull() & orders.customer_id.notnull()).select("customer_id", "day")
    until_next = t.day.lead().over(group_by=t.customer_id, order_by=t.day) - t.day
    # Two orders of one day are no interval; without a next order the interval is open.
    gaps = t.mutate(gap=until_next.nullif(0).cast("int32"))
    own = gaps.group_by(pacer_id=gaps.customer_id).agg(
        gap_count=gaps.gap.count(),
        usual_gap_days=gaps.gap.quantile(0.5),
        own_late=gaps.gap.quantile(pace["late"]),
        own_lost=gaps.gap.quantile(pace["lost"]),
        open_days=(as_of_day - gaps.day.max()).cast("int32"),
    )
    shop = quantiles_of_returns(survival(_waits(own, gaps)), shop_late=pace["late"], shop_lost=pace["lost"])
    t = own.cross_join(shop)
    n = t.gap_count.cast("float64")

    def weigh(mine: ir.NumericValue, shops: ir.NumericValue) -> ir.NumericValue:
        return share(n * mine.fill_null(0) + pace["shop_weight"] * shops, n + pace["shop_weight"])

    t = t.mutate(late_after_days=weigh(t.own_late, t.shop_late), lost_after_days=weigh(t.own_lost, t.shop_lost))
    t = t.mutate(late_ratio=t.open_days / t.late_after_days, lost_ratio=t.open_days / t.lost_after_days)
    return t.drop("own_late", "own_lost", "shop_late", "shop_lost", "open_days")
