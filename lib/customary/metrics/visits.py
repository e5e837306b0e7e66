"""Visits: how many, how long, how deep, how far."""

import ibis.expr.types as ir

from customary.declare import metric
from customary.stats.intervals import share
from customary.units import COUNT, RATE, RATIO, SECONDS


@metric(COUNT, zh="访问次数", source="A-045", additive=True)
def session_count(sessions: ir.Table) -> ir.Value:
    """Visits; a visit ends after half an hour without an event."""
    return sessions.count()


@metric(COUNT, zh="访客数", source="A-045", people="group")
def visitor_count(sessions: ir.Table) -> ir.Value:
    """Different visitors, told apart by cookie or device."""
    return sessions.visitor_id.nunique()


@metric(RATIO, zh="访问频率", source="A-045")
def visits_per_visitor(session_count: ir.Value, visitor_count: ir.Value) -> ir.Value:
    """Visits per visitor."""
    return share(session_count, visitor_count)


@metric(SECONDS, zh="平均访问时长", source="A-046")
def average_visit_duration(sessions: ir.Table) -> ir.Value:
    """Seconds from a visit's first event to its last, on average; the last page's reading time is not known."""
    return sessions.duration_seconds.cast("float64").mean()


@metric(RATE, zh="跳出率", source="A-047", per="session_count")
def bounce_rate(sessions: ir.Table) -> ir.Value:
    """Share of visits that saw one page at most."""
    return sessions.is_bounce.cast("float64").mean()


@metric(RATE, zh="跳出率（GA4 口径）", source="A-047", per="session_count")
def unengaged_rate(sessions: ir.Table) -> ir.Value:
    """Share of visits shorter than ten seconds, with fewer than two views and no purchase: Google's bounce rate."""
    return (~sessions.is_engaged).cast("float64").mean()


@metric(RATIO, zh="浏览深度", source="B-051")
def pages_per_visit(sessions: ir.Table) -> ir.Value:
    """Pages seen per visit."""
    return sessions.view_count.cast("float64").mean()


@metric(COUNT, zh="页面浏览量", source="C-042", additive=True)
def page_view_count(sessions: ir.Table) -> ir.Value:
    """Pages seen."""
    return sessions.view_count.sum()


@metric(RATE, zh="加购率", source="A-056", per="session_count")
def add_to_cart_rate(sessions: ir.Table) -> ir.Value:
    """Share of visits that put something into the cart."""
    return sessions.has_add_to_cart.cast("float64").mean()


@metric(RATE, zh="访问转化率", source="A-011", per="session_count")
def visit_conversion_rate(sessions: ir.Table) -> ir.Value:
    """Share of visits that ended in a purchase."""
    return sessions.has_purchase.cast("float64").mean()


@metric(COUNT, zh="加购访问数", source="C-083", additive=True)
def cart_session_count(sessions: ir.Table) -> ir.Value:
    """Visits that put something into the cart."""
    return sessions.has_add_to_cart.sum()


@metric(RATE, zh="访问内购物车放弃率", source="C-083", per="cart_session_count")
def visit_cart_abandonment_rate(sessions: ir.Table) -> ir.Value:
    """Share of visits with something in the cart that did not buy in the same visit."""
    return (~sessions.has_purchase).cast("float64").mean(where=sessions.has_add_to_cart)


@metric(SECONDS, zh="页面停留时长", source="A-049")
def average_dwell_time(events: ir.Table) -> ir.Value:
    """Seconds until the visit's next event, on average; the last page of a visit has none."""
    return events.dwell_seconds.cast("float64").mean()


@metric(COUNT, zh="事件数", source="A-056", additive=True)
def event_count(events: ir.Table) -> ir.Value:
    """Page views and actions."""
    return events.count()


@metric(COUNT, zh="行为人数", source="A-056", people="group")
def person_count(events: ir.Table) -> ir.Value:
    """Different people who viewed or did something: customers, and visitors of whom no customer is known."""
    return events.person_no.nunique()


@metric(RATE, zh="登录访问占比", source="C-041", per="session_count")
def known_visit_rate(sessions: ir.Table) -> ir.Value:
    """Share of visits by customers the shop knows, because they logged in."""
    return sessions.is_known.cast("float64").mean()


@metric(RATIO, zh="登录频率", source="C-041")
def visits_per_known_customer(sessions: ir.Table) -> ir.Value:
    """Visits per customer who logged in at least once."""
    return share(sessions.customer_id.count(), sessions.customer_id.nunique())
