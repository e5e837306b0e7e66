"""Visits counted by the rule that is asked for: how many, how deep, how many went at once."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike
from customary.declare import study
from customary.frames.visits import ENGAGED_S, VIEWS
from customary.studies.shared.cuts import KEYS, cut_visits
from customary.studies.shared.spans import MICRO
from customary.studies.shared.splits import split_columns
from customary.studies.shared.windows import inside


def visits_of(events: ir.Table, gap: str, split: str, by: tuple[str, ...] = ()) -> ir.Table:
    """One row per visit: its person, first day, events, views, seconds, purchase, and what it began with."""
    t = cut_visits(events, gap, split)
    return t.group_by(*KEYS).agg(
        person_id=t.person_id.max(),
        day_on=t.day_on.min(),
        event_count=t.count(),
        view_count=t.event_name.isin(VIEWS).cast("int64").sum(),
        page_count=t.page.count(),
        seconds=(t.at_us.max() - t.at_us.min()).cast("float64") / MICRO,
        has_purchase=(t.event_name == "purchase").any(),
        is_campaign_known=t.campaign.notnull().any(),
        is_numbered=t.session_id.notnull().any() if not gap else ibis.literal(False),
        **{name: t[name].max(where=t.is_first) for name in by},
    )


def _with_bounces(t: ir.Table) -> ir.Table:
    """Visits with both readings of a bounce: pages decide where any are known, else the number of events."""
    has_pages = (t.page_count.sum().over(ibis.window()) > 0).fill_null(False)
    engaged = (t.seconds >= ENGAGED_S) | (t.view_count >= 2) | t.has_purchase
    return t.mutate(
        bounce_rule=ibis.cases((has_pages, "one page at most"), else_="one event"),
        is_bounce=ibis.cases((has_pages, t.view_count <= 1), else_=t.event_count == 1),
        is_unengaged=ibis.cases((has_pages, ~engaged)),
    )


@study(zh="访问统计", source="A-045…A-047", shown=50)
def sessions(
    asked_events: ir.Table, *, gap: str = "", split: str = "", by: str = "", during: WindowLike | None = None
) -> ir.Table:
    """Visits with both bounce rates and their median length, by the source's own visits or by a gap of silence.

    Without `gap` a visit is what the source numbers as one, else events without half an hour of silence; a `gap` such
    as 30m cuts anew, per person, and silence of exactly that length cuts nothing. `split` cuts also at a new "campaign"
    or at "midnight". Where no event names a page, a bounce is a visit of one event and the unengaged rate is unknown.
    `by` names columns of events, as they are when the visit begins; `during` cuts by the day of that.
    """
    names = split_columns(asked_events, by)
    t = _with_bounces(inside(visits_of(asked_events, gap, split, names), during))
    t = t.group_by(*names, "bounce_rule").agg(
        session_count=_.count(),
        visitor_count=_.person_id.nunique(),
        bounce_rate=_.is_bounce.cast("float64").mean(),
        unengaged_rate=_.is_unengaged.cast("float64").mean(),
        median_seconds=_.seconds.median(),
        mean_seconds=_.seconds.mean(),
        events_per_visit=_.event_count.cast("float64").mean(),
        numbered_count=_.is_numbered.cast("int64").sum(),
        split_visit_count=(_.part > 0).cast("int64").sum(),
        is_campaign_known=_.is_campaign_known.any(),
    )
    if "campaign" in split:  # where no event names one, nothing is known of how they would split visits
        known = t.is_campaign_known.cast("int64").sum().over(ibis.window()) > 0
        t = t.mutate(split_visit_count=ibis.cases((known, t.split_visit_count)))
    t = t.drop("is_campaign_known")
    t = t.relocate("bounce_rule", after="events_per_visit")
    return t.order_by(ibis.desc("session_count"), *(ibis.asc(name, nulls_first=False) for name in names))
