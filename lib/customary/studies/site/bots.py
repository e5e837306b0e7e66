"""Machines among the visitors: those that say so, and those that behave like one."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import study
from customary.frames.bots import NO_SIGN, SAYS_SO, SIGNS, SUSPECTED
from customary.stats.intervals import share_of_all

ORDER = (*SIGNS, NO_SIGN)
REASONS = ("known bot", SUSPECTED)


@study(zh="爬虫识别", source="A-105")
def bots(all_events: ir.Table) -> ir.Table:
    """Visitors that say they are machines, or behave like one, by their sign: what they did, what of it is left out.

    A known bot says so in the log, and its events count nowhere. Suspects go by the pace, the dwell time, the hours or
    the order of what they do, with the bounds of `bots.toml`; their events count unless that file says `left_out =
    true`, or the question itself leaves them out: `--where bot_sign=none`. A sign is a suspicion and no proof: a
    hurried person, or a screen that many share, may bear one.
    """
    t = all_events
    is_left_out = t.left_out_because.isin(REASONS).fill_null(False)
    t = t.group_by(label=t.bot_sign).agg(
        visitor_count=_.visitor_id.nunique(),
        session_count=_.visit_key.nunique(),
        event_count=_.count(),
        purchase_count=(t.event_name == "purchase").cast("int32").sum().cast("int64"),
        left_out_count=is_left_out.cast("int32").sum().cast("int64"),
    )
    position = ibis.cases(*((t.label == sign, n) for n, sign in enumerate(ORDER, 1)))
    t = t.mutate(position=position.cast("int8"), event_share=share_of_all(t.event_count))
    return t.relocate("position", "label").relocate("event_share", after="event_count").order_by("position")


def suspects(events: ir.Table) -> ir.Table:
    """One row: how many visitors say that they are machines, how many behave like one, and the events of both."""
    says_so = events.bot_sign == SAYS_SO
    is_suspect = ~says_so & (events.bot_sign != NO_SIGN)
    return events.agg(
        known=events.visitor_id.nunique(where=says_so),
        known_events=says_so.cast("int32").sum().cast("int64"),
        suspected=events.visitor_id.nunique(where=is_suspect),
        suspected_events=is_suspect.cast("int32").sum().cast("int64"),
        all_events=events.count(),
    )
