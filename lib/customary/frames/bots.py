"""Visitors that behave like machines: by their pace, their dwell time, their hours and the order of what they do."""

from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.rules.book import RuleBook

FILE = "bots"
NO_SIGN, SAYS_SO = "none", "says so"
TOO_FAST, NO_DWELL, NIGHT_AND_DAY, IMPOSSIBLE = "too fast", "no dwell", "night and day", "impossible sequence"
SIGNS = (SAYS_SO, TOO_FAST, NO_DWELL, NIGHT_AND_DAY, IMPOSSIBLE)
SUSPECTED = "suspected bot"  # the reason for which its events are left out, where the shop wants it
VIEWS = ("page_view", "view_item", "view_item_list", "view_search_results", "search", "view_review", "view_cart")


def with_bot_sign(events: ir.Table, shop_rules: RuleBook) -> ir.Table:
    """Events with `bot_sign`: what makes their visitor look like a machine by `bots.toml`, "none" where nothing does.

    A visitor's signs rest on its events that have a time and are not a known bot's; those of a known bot say so.
    """
    suspects = _suspects(events.filter(~events.is_bot.fill_null(False)), shop_rules[FILE])
    t = events.left_join(suspects, events.visitor_id == suspects.suspect)
    sign = ibis.cases((t.is_bot.fill_null(False), SAYS_SO), else_=ibis.coalesce(t.found, NO_SIGN))
    return t.mutate(bot_sign=sign).drop("suspect", "found")


def is_left_out(events: ir.Table, shop_rules: RuleBook) -> ir.BooleanValue:
    """Whether an event counts nowhere because its visitor is a suspect, as the shop decided."""
    if not shop_rules[FILE]["suspects"]["left_out"]:
        return ibis.literal(False)
    return events.bot_sign.notin([NO_SIGN, SAYS_SO])


def _suspects(events: ir.Table, rules: Mapping[str, Any]) -> ir.Table:
    """Visitor → its first sign; visitors without any are not here."""
    v = _by_visitor(_by_hour(_by_minute(_with_seconds(events))), rules)
    found = ibis.cases(
        (v.most_in_a_minute >= rules["too_fast"]["events"], TOO_FAST),
        (v.has_no_dwell, NO_DWELL),
        (v.most_hours >= rules["night_and_day"]["hours"], NIGHT_AND_DAY),
        ((v.least_wait <= rules["impossible_sequence"]["seconds"]).fill_null(False), IMPOSSIBLE),
    )
    return v.select(suspect="visitor_id", found=found).filter(_.found.notnull())


def _with_seconds(events: ir.Table) -> ir.Table:
    """Events with their second by the shop's clock, and whether the log tells seconds at all.

    A log of whole minutes says nothing of pauses shorter than one: what rests on them is not judged.
    """
    t = events.filter(events.occurred_local.notnull())
    t = t.select("visitor_id", "event_name", at=t.occurred_local.epoch_seconds().cast("int64"))
    exact = t.agg(tells_seconds=((t.at % 60) != 0).any().fill_null(False))
    return t.cross_join(exact)


def _by_minute(t: ir.Table) -> ir.Table:
    """Visitor and minute → events, looks, and the seconds from the last cart to the first purchase of a checkout."""
    is_look = t.event_name.isin(VIEWS)
    m = t.group_by("visitor_id", "tells_seconds", minute=t.at // 60).agg(
        event_count=_.count(),
        look_count=is_look.cast("int32").sum(),
        first_look=t.at.min(where=is_look),
        last_look=t.at.max(where=is_look),
        cart=t.at.max(where=t.event_name == "add_to_cart"),
        checkouts=(t.event_name == "begin_checkout").cast("int32").sum(),
        purchase=t.at.min(where=t.event_name == "purchase"),
    )
    wait = m.purchase - m.cart
    is_whole = m.tells_seconds & (m.checkouts > 0) & (wait >= 0)
    return m.mutate(wait=ibis.cases((is_whole, wait)), hour=m.minute // 60)


def _by_hour(m: ir.Table) -> ir.Table:
    """Visitor and hour → the most events of a minute, its looks and the seconds from the first to the last of them."""
    h = m.group_by("visitor_id", "tells_seconds", "hour").agg(
        most_in_a_minute=_.event_count.max(),
        look_count=_.look_count.sum().cast("int64"),
        span=_.last_look.max() - _.first_look.min(),
        least_wait=_.wait.min(),
    )
    return h.mutate(day=h.hour // 24)


def _by_visitor(h: ir.Table, rules: Mapping[str, Any]) -> ir.Table:
    """Visitor → most events of a minute, whether an hour had no dwell, most hours of a day, the least wait."""
    views, seconds = rules["no_dwell"]["views"], rules["no_dwell"]["seconds"]
    hurries = h.tells_seconds & (h.look_count >= views) & (h.span <= seconds * (h.look_count - 1))
    d = (
        h.mutate(hurries=hurries.fill_null(False))
        .group_by("visitor_id", "day")
        .agg(
            most_in_a_minute=_.most_in_a_minute.max(),
            hurries=_.hurries.any(),
            hours=_.count(),
            least_wait=_.least_wait.min(),
        )
    )
    return d.group_by("visitor_id").agg(
        most_in_a_minute=_.most_in_a_minute.max(),
        has_no_dwell=_.hurries.any(),
        most_hours=_.hours.max(),
        least_wait=_.least_wait.min(),
    )
