"""Visits: how far they got, which pages they saw, and in which order."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.words import study

STEPS = (
    ("visit", "访问"),
    ("saw a product", "浏览商品"),
    ("added to cart", "加入购物车"),
    ("began checkout", "开始结账"),
    ("purchased", "购买"),
)


@study(zh="访问转化漏斗", source="A-009")
def visit_funnel(sessions: ir.Table) -> ir.Table:
    """Visits that got to each step or beyond it within the visit; a later step implies the earlier ones."""
    t = sessions
    reached = ibis.cases(
        (t.has_purchase, 5), (t.has_begin_checkout, 4), (t.has_add_to_cart, 3), (t.has_view_item, 2), else_=1
    )
    counts = t.mutate(reached=reached).agg(**{f"s{n}": (_.reached >= n).sum() for n in range(1, len(STEPS) + 1)})
    parts = [
        counts.select(
            position=ibis.literal(n, "int8"),
            step=ibis.literal(name),
            zh=ibis.literal(zh),
            session_count=counts[f"s{n}"],
        )
        for n, (name, zh) in enumerate(STEPS, 1)
    ]
    f = ibis.union(*parts).mutate(session_count=_.session_count.fill_null(0))
    before = f.session_count.lag().over(order_by=f.position)
    first = f.session_count.max().over(ibis.window())
    return f.mutate(
        step_rate=f.session_count.cast("float64") / before.nullif(0),
        overall_rate=f.session_count.cast("float64") / first.nullif(0),
    ).order_by("position")


@study(zh="页面排行", source="C-011")
def pages(events: ir.Table, *, n: int = 50) -> ir.Table:
    """The pages seen most: views, visitors, seconds until the next event, share of views that ended the visit."""
    t = (
        events.filter(events.page.notnull())
        .group_by("page")
        .agg(
            view_count=_.count(),
            visitor_count=_.visitor_id.nunique(),
            dwell_seconds=_.dwell_seconds.cast("float64").mean(),
            exit_rate=_.is_end.cast("float64").mean(),
        )
    )
    return t.mutate(page_total=t.count().over(ibis.window())).order_by(ibis.desc("view_count"), "page").limit(n)


@study(zh="浏览路径", source="A-048")
def page_flow(events: ir.Table, *, n: int = 50) -> ir.Table:
    """What follows what within a visit: pairs of events with their count and the share among what follows the first."""
    t = events.select("visitor_id", "session_id", "ts_s", "event_id", "event_name")
    window = ibis.window(group_by=t.session_id, order_by=[t.ts_s, t.event_id])
    t = t.mutate(following=t.event_name.lead().over(window).fill_null("(visit ends)"))
    t = t.group_by("event_name", "following").agg(pair_count=_.count())
    share = t.pair_count.cast("float64") / t.pair_count.sum().over(group_by=t.event_name)
    return (
        t.mutate(share=share, pair_total=t.count().over(ibis.window()))
        .order_by(ibis.desc("pair_count"), "event_name", "following")
        .limit(n)
    )
