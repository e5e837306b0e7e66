"""What people did on site and app: events with their visit, and the visits themselves."""

import ibis
import ibis.expr.types as ir

from customary.declare import frame
from customary.frames.bots import SUSPECTED, VIEWS, is_left_out, with_bot_sign
from customary.frames.calendar import with_calendar
from customary.frames.channels import with_channel
from customary.frames.consents import people
from customary.frames.places import name_of, places_of
from customary.rules.book import RuleBook

GAP_S = 30 * 60  # a visit ends after half an hour without an event
ENGAGED_S = 10  # GA4: ten seconds, a second page view or a key event make a visit engaged
WAYS = ("channel", "campaign", "device", "os", "browser", "network", "platform")  # what a visit begins with


def _visits(t: ir.Table) -> ir.Table:
    """Event → its visit, whether it opens or closes it, and the seconds to the next event of the visit.

    Where the source numbers its visits, events of one visitor and number are one visit, however long the silence.
    Of events without a time nobody knows which came first, and without a number none of which visit they are.
    """
    t = t.select("event_id", "visitor_id", "session_id", at=t.occurred_at.epoch_seconds().cast("int64"))
    parts = {"group_by": [t.visitor_id, t.session_id], "order_by": [t.at, t.event_id]}
    line, so_far = ibis.window(**parts), ibis.cumulative_window(**parts)
    gap, until_next = t.at - t.at.lag().over(line), t.at.lead().over(line) - t.at
    is_own = t.session_id.notnull()
    is_start = gap.isnull() | (~is_own & (gap > GAP_S).fill_null(True))
    goes_on = until_next.notnull() & (is_own | (until_next <= GAP_S).fill_null(False))
    t = t.mutate(
        until_next=until_next,
        is_start=ibis.cases((t.at.notnull(), is_start)),
        goes_on=ibis.cases((t.at.notnull(), goes_on)),
    )
    t = t.mutate(began=ibis.cases((t.is_start, t.at)).max().over(so_far))
    order = [t.began, ibis.asc(t.session_id, nulls_first=True)]
    visit_no = (ibis.dense_rank().over(group_by=t.visitor_id, order_by=order) + 1).cast("int32")
    return t.select(
        visit_event="event_id",
        visit_no=ibis.cases((t.at.notnull() | is_own, visit_no)),
        dwell_seconds=ibis.cases((t.goes_on, t.until_next)),
        is_start="is_start",
        is_end=~t.goes_on,
    )


def _with_reasons(events: ir.Table, who: ir.Table, shop_rules: RuleBook) -> ir.Table:
    """The few columns that visits and places are made of, and why an event is left out.

    Only these go through windows and grouping; the wide rows are joined once, at the end.
    """
    t = with_bot_sign(events, shop_rules)
    t = t.left_join(who, t.customer_id == who.person_id)
    why = ibis.cases(
        (t.excluded_because.notnull(), t.excluded_because),
        (t.is_bot.fill_null(False), "known bot"),
        (t.is_test_account.fill_null(False), "test account"),
        (t.refuses.fill_null(False), "no consent to analysis"),
        (is_left_out(t, shop_rules), SUSPECTED),
    )
    facts = ("event_id", "visitor_id", "customer_id", "session_id", "occurred_at", "event_name", "page", "bot_sign")
    return t.select(*facts, name=name_of(t), left_out_because=why)


def place_events(events: ir.Table, consents: ir.Table, customers: ir.Table, shop_rules: RuleBook) -> ir.Table:
    """Event (`placed_event`) → its visit, person, place, sign of a bot, why it is left out: on the way to events."""
    t = _with_reasons(events, people(customers, consents), shop_rules)
    visits = _visits(t)
    t = places_of(t.inner_join(visits, t.event_id == visits.visit_event))
    known = ("visitor_id", "customer_id", "session_id", "occurred_at", "event_name", "page")
    t = t.drop("visit_event", "name", *known)
    return t.rename(placed_event="event_id")


@frame("one row per page view or action", key="event_id")
def events(events: ir.Table, placed_events: ir.Table, week_start: int) -> ir.Table:
    """Events with the visit they belong to (the visitor's `visit_no`) and the seconds until the visit's next event.

    Where a log names no channel but the source or the medium, the channel is that of GA4's default channel group.
    """
    t = with_channel(events)
    t = t.inner_join(placed_events, t.event_id == placed_events.placed_event)
    t = with_calendar(t, "occurred_at", week_start)
    aside = ("placed_event", "excluded_because", "is_bot", "week_on", "quarter_on", "year_on")
    # In this order it takes less room, and what is of one visit is read together.
    return t.drop(*aside).order_by("visit_key", "event_no")


def _has_event(t: ir.Table, name: str) -> ir.BooleanValue:
    return (t.event_name == name).any()


@frame("one row per visit", key="session_id")
def sessions(events: ir.Table, week_start: int) -> ir.Table:
    """Visits: where from, on what, how long, how deep, and how far towards a purchase.

    Of events that say no time a visit is only known where the source numbers it, and neither how it began nor how long.
    """
    t = events.filter(events.visit_no.notnull())
    start = {name: t[name].max(where=t.is_start) for name in WAYS}
    is_view = t.event_name.isin(VIEWS)
    s = t.group_by("visitor_id", "visit_no").agg(
        customer_id=t.customer_id.max(),
        left_out_because=t.left_out_because.max(),
        started_at=t.occurred_at.min(),
        started_local=t.occurred_local.min(),
        duration_seconds=t.ts_s.max() - t.ts_s.min(),
        event_count=t.count(),
        view_count=is_view.sum(),
        landing_page=t.page.max(where=t.is_start),
        exit_page=t.page.max(where=t.is_end),
        has_view_item=_has_event(t, "view_item"),
        has_add_to_cart=_has_event(t, "add_to_cart"),
        has_begin_checkout=_has_event(t, "begin_checkout"),
        has_purchase=_has_event(t, "purchase"),
        bot_sign=t.bot_sign.max(),
        **start,
    )
    engaged = (s.duration_seconds >= ENGAGED_S) | (s.view_count >= 2) | s.has_purchase
    s = s.mutate(
        session_id=s.visitor_id + "-" + s.visit_no.cast("string"),
        is_bounce=s.view_count <= 1,
        is_engaged=ibis.cases((s.duration_seconds.notnull(), engaged)),
        is_known=s.customer_id.notnull(),
    )
    return with_calendar(s, "started_at", week_start).order_by("ts_s", "session_id")
