"""What people did on site and app: events with their visit, and the visits themselves."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.frames.calendar import with_calendar
from customary.frames.orders import people
from customary.words import frame

GAP_S = 30 * 60  # a visit ends after half an hour without an event
ENGAGED_S = 10  # GA4: ten seconds, a second page view or a key event make a visit engaged
VIEWS = (
    "page_view",
    "view_item",
    "view_item_list",
    "view_search_results",
    "search",
    "view_review",
    "view_cart",
)


@frame("one row per page view or action", key="event_id")
def events(events: ir.Table, consents: ir.Table, customers: ir.Table, week_start: int) -> ir.Table:
    """Events with the visit they belong to (`session_id`) and the seconds until the visit's next event."""
    who = people(customers, consents)
    t = events.left_join(who, events.customer_id == who.person_id)
    why = ibis.cases(
        (t.excluded_because.notnull(), t.excluded_because),
        (t.is_bot.fill_null(False), "known bot"),
        (t.is_test_account.fill_null(False), "test account"),
        (t.refuses.fill_null(False), "no consent to analysis"),
    )
    t = t.mutate(left_out_because=why).drop("person_id", "is_test_account", "refuses", "excluded_because")
    t = with_calendar(t, "occurred_at", week_start)
    by_visitor = ibis.window(group_by=t.visitor_id, order_by=[t.ts_s, t.event_id])
    t = t.mutate(gap=t.ts_s - t.ts_s.lag().over(by_visitor), until_next=t.ts_s.lead().over(by_visitor) - t.ts_s)
    t = t.mutate(starts=((t.gap > GAP_S) | t.gap.isnull()).cast("int32"))
    visit_no = t.starts.sum().over(ibis.cumulative_window(group_by=t.visitor_id, order_by=[t.ts_s, t.event_id]))
    goes_on = (t.until_next <= GAP_S).fill_null(False)
    t = t.mutate(
        session_id=t.visitor_id + "-" + visit_no.cast("string"),
        dwell_seconds=ibis.cases((goes_on, t.until_next)),
        is_start=t.starts == 1,
        is_end=~goes_on,
    )
    return t.drop("gap", "until_next", "starts", "week_on", "quarter_on", "year_on").order_by("ts_s", "event_id")


def _happened(t: ir.Table, name: str) -> ir.BooleanValue:
    return (t.event_name == name).any()


@frame("one row per visit", key="session_id")
def sessions(events: ir.Table, week_start: int) -> ir.Table:
    """Visits: where from, on what, how long, how deep, and how far towards a purchase."""
    t = events
    start = {
        name: t[name].max(where=t.is_start) for name in ("channel", "device", "os", "browser", "network", "platform")
    }
    is_view = t.event_name.isin(VIEWS)
    s = t.group_by("session_id", "visitor_id").agg(
        customer_id=t.customer_id.max(),
        left_out_because=t.left_out_because.max(),
        started_at=t.occurred_at.min(),
        started_local=t.occurred_local.min(),
        duration_seconds=t.ts_s.max() - t.ts_s.min(),
        event_count=t.count(),
        view_count=is_view.sum(),
        landing_page=t.page.max(where=t.is_start),
        exit_page=t.page.max(where=t.is_end),
        has_view_item=_happened(t, "view_item"),
        has_add_to_cart=_happened(t, "add_to_cart"),
        has_begin_checkout=_happened(t, "begin_checkout"),
        has_purchase=_happened(t, "purchase"),
        **start,
    )
    engaged = (s.duration_seconds >= ENGAGED_S) | (s.view_count >= 2) | s.has_purchase
    s = s.mutate(is_bounce=s.view_count <= 1, is_engaged=engaged, is_known=_.customer_id.notnull())
    return with_calendar(s, "started_at", week_start).order_by("ts_s", "session_id")
