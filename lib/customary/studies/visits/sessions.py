"""Visits counted by the rule that is asked for: how many, how deep, how many went at once."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike
from customary.declare import study
from customary.errors import Refused
from customary.studies.shared.splits import split_columns
from customary.studies.shared.windows import inside
from customary.studies.visits.bounces import visits_of, with_bounces
from customary.studies.visits.vendors import compared_visits


@study(zh="访问统计", source="A-045…A-047", shown=50)
def sessions(
    asked_events: ir.Table,
    *,
    gap: str = "",
    split: str = "",
    by: str = "",
    as_: str = "",
    during: WindowLike | None = None,
) -> ir.Table:
    """Visits with both bounce rates and their median length, by the source's own visits or by a gap of silence.

    Without `gap` a visit is what the source numbers as one, else events without half an hour of silence; a `gap` such
    as 30m cuts anew, per person, and silence of exactly that length cuts nothing. `split` cuts also at a new
    "campaign", at "midnight" or after "24h". Where no event names a page, a bounce is a visit of one event and the
    unengaged rate is unknown. `by` names columns of events, as they are when the visit begins; `during` cuts by the day
    of that. `as` posthog, mixpanel, amplitude, ga4 or sensors sets beside ours what that tool would count, with what
    each of its rules changes.
    """
    names = split_columns(asked_events, by)
    if as_ and names:
        raise Refused("another tool's count is set beside all visits: ask without --by")
    if as_:
        return compared_visits(asked_events, gap, split, as_, during)
    t = with_bounces(inside(visits_of(asked_events, gap, split, names), during))
    t = t.group_by(*names, "bounce_rule").agg(
        session_count=_.count(),
        visitor_count=_.person_no.nunique(),
        bounce_rate=_.is_bounce.cast("int32").cast("float64").mean(),
        unengaged_rate=_.is_unengaged.cast("int32").cast("float64").mean(),
        median_seconds=_.seconds.median(),
        mean_seconds=_.seconds.mean(),
        events_per_visit=_.event_count.cast("float64").mean(),
        numbered_count=_.is_numbered.cast("int32").sum(),
        split_visit_count=(_.part > 0).cast("int32").sum(),
        is_campaign_known=_.is_campaign_known.any(),
    )
    if "campaign" in split:  # where no event names one, nothing is known of how they would split visits
        known = t.is_campaign_known.cast("int32").sum().over(ibis.window()) > 0
        t = t.mutate(split_visit_count=ibis.cases((known, t.split_visit_count)))
    t = t.drop("is_campaign_known")
    t = t.relocate("bounce_rule", after="events_per_visit")
    return t.order_by(ibis.desc("session_count"), *(ibis.asc(name, nulls_first=False) for name in names))
