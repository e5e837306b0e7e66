"""Early warning: whose purchases come slower or whose visits fade, since when, while there is time to act."""

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import day_number
from customary.declare import SEGMENTS, study
from customary.frames.calendar import day_of
from customary.rules.book import RuleBook


def _slowdowns(orders: ir.Table, slower: float, fewest: int) -> ir.Table:
    """Customers whose last interval was so many times the median of their earlier ones, and when it passed that."""
    days = orders.select("customer_id", "day").distinct()
    gap = days.day - days.day.lag().over(group_by=days.customer_id, order_by=days.day)
    back = ibis.row_number().over(group_by=days.customer_id, order_by=ibis.desc(days.day))
    t = days.mutate(gap=gap, back=back)
    t = t.group_by(slow_id="customer_id").agg(
        last_gap_days=t.gap.max(where=t.back == 0),
        earlier_count=t.gap.count(where=t.back > 0),
        earlier_gap_days=t.gap.cast("float64").quantile(0.5, where=t.back > 0),
        previous_day=t.day.max(where=t.back == 1),
    )
    bound = slower * t.earlier_gap_days
    is_slow = (t.earlier_count >= fewest) & (t.last_gap_days >= bound)
    return t.mutate(slowed_day=ibis.cases((is_slow, t.previous_day + bound.ceil().cast("int32"))))


def _quiet_since(listed: ir.Table, sessions: ir.Table, today: int, drop: float, lately: Mapping[str, int]) -> ir.Table:
    """Customer → the day since which visits of the trailing days have stayed down by `drop` against those before."""
    width, fewest = lately["days"], lately["fewest"]
    quiet = listed.filter(listed.visit_drop >= drop).select(quiet_id="customer_id")
    days = ibis.range(today - width, today + 1).unnest().cast("int32").name("on").as_table()
    seen = sessions.filter(sessions.day >= today - 3 * width).select(seen_id="customer_id", seen_day="day")
    t = quiet.cross_join(days)
    t = t.left_join(seen, t.quiet_id == seen.seen_id)
    t = t.group_by("quiet_id", "on").agg(
        recent=((_.seen_day >= _.on - width) & (_.seen_day < _.on)).sum(),
        earlier=((_.seen_day >= _.on - 2 * width) & (_.seen_day < _.on - width)).sum(),
    )
    down = ((t.earlier >= fewest) & (t.recent <= (1 - drop) * t.earlier)).fill_null(False)
    t = t.group_by("quiet_id").agg(up=t.on.max(where=~down))
    return t.select("quiet_id", quiet_day=(t.up.fill_null(today - width - 1) + 1).cast("int32"))


@study(zh="流失预警", source="B-085…B-086", shown=100, is_list=True, rests_on="dates")
def early_warning(
    customers: ir.Table, named_orders: ir.Table, sessions: ir.Table, as_of: date, shop_rules: RuleBook
) -> ir.Table:
    """Buyers not yet lost who are late by their own rhythm, whose last interval grew, or whose visits fell by half.

    Each signal has the day it appeared: `late_on`, `slowed_on`, `quiet_on`. The biggest spenders of the trailing year
    first; `customer_total` says of how many.
    """
    rules, today = shop_rules["stages"]["warning"], day_number(as_of)
    stage = SEGMENTS["lifecycle_stage"]
    t = customers.mutate(lifecycle_stage=stage.label(customers, shop_rules))
    t = t.filter(t.is_buyer & (t.lifecycle_stage != stage.labels(shop_rules)[-1]))
    slow = _slowdowns(named_orders, rules["slower"], rules["fewest_gaps"])
    t = t.left_join(slow, t.customer_id == slow.slow_id)
    is_late = (t.gap_count >= 1) & (t.late_ratio >= 1)
    late_day = today - t.days_since_last_order + t.late_after_days.ceil().cast("int32")
    t = t.mutate(late_day=ibis.cases((is_late, late_day)), is_quiet=(t.visit_drop >= rules["drop"]).fill_null(False))
    t = t.filter(t.late_day.notnull() | t.slowed_day.notnull() | t.is_quiet)
    t = t.mutate(customer_total=t.count().over(ibis.window()), year_net_spend=t.year_net_spend.cast("float64"))
    listed = t.order_by(ibis.desc("year_net_spend"), "customer_id")
    quiet = _quiet_since(listed, sessions, today, rules["drop"], shop_rules["stages"]["interactions"])
    t = listed.left_join(quiet, listed.customer_id == quiet.quiet_id)
    facts = ("customer_id", "lifecycle_stage", "year_net_spend", "days_since_last_order", "usual_gap_days")
    visits = ("last_gap_days", "recent_visit_count", "earlier_visit_count")
    signals = {f"{name}_on": day_of(t[f"{name}_day"]) for name in ("late", "slowed", "quiet")}
    count = sum(t[f"{name}_day"].notnull().cast("int8") for name in ("late", "slowed", "quiet"))
    t = t.select(*facts, *visits, **signals, signal_count=count, customer_total=t.customer_total)
    return t.order_by(ibis.desc("year_net_spend"), "customer_id")
