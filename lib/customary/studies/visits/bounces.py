"""Visits as a question cuts them, one row each, and which of them are bounces."""

import ibis
import ibis.expr.types as ir

from customary.frames.bots import VIEWS
from customary.frames.visits import ENGAGED_S
from customary.studies.shared.cuts import KEYS, cut_visits, mark_first_events
from customary.studies.shared.people import parts_of
from customary.studies.shared.spans import MICRO


def visits_of(events: ir.Table, gap: str, split: str, by: tuple[str, ...] = ()) -> ir.Table:
    """One row per visit: its person, first day, events, views, seconds, purchase, and what it began with."""
    facts = ("event_name", "page", "campaign", "session_id", "day", "day_on", *by)
    t = mark_first_events(cut_visits(events.select(*parts_of(events, *facts)), gap, split))
    return t.group_by(*KEYS).agg(
        person_no=t.person_no.max(),
        day_on=t.day_on.min(),
        event_count=t.count(),
        view_count=t.event_name.isin(VIEWS).cast("int32").sum(),
        page_count=t.page.count(),
        seconds=(t.at_us.max() - t.at_us.min()).cast("float64") / MICRO,
        has_purchase=(t.event_name == "purchase").any(),
        is_campaign_known=t.campaign.notnull().any(),
        is_numbered=t.session_id.notnull().any() if not gap else ibis.literal(False),
        **{name: t[name].max(where=t.is_first) for name in by},
    )


def with_bounces(t: ir.Table) -> ir.Table:
    """Visits with both readings of a bounce: pages decide where any are known, else the number of events."""
    has_pages = (t.page_count.sum().over(ibis.window()) > 0).fill_null(False)
    engaged = (t.seconds >= ENGAGED_S) | (t.view_count >= 2) | t.has_purchase
    return t.mutate(
        bounce_rule=ibis.cases((has_pages, "one page at most"), else_="one event"),
        is_bounce=ibis.cases((has_pages, t.view_count <= 1), else_=t.event_count == 1),
        is_single=t.event_count == 1,
        is_unengaged=ibis.cases((has_pages, ~engaged)),
    )
