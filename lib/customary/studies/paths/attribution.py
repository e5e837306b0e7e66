"""Which channels conversions are owed to, by the rule that is asked for."""

import math
from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import fit, study
from customary.errors import unknown_name
from customary.models.removal import removal_shares, steps_of
from customary.stats.intervals import share_of_all
from customary.studies.paths.touches import UNTRACKED, conversions_of, pair_touches, steps_between, touches_of
from customary.studies.shared.spans import DAY_US, span_seconds

MODELS = ("first", "last", "last_non_direct", "linear", "position", "time_decay", "removal_effect")
DIRECT = ("direct", "(direct)", "none", "(none)")
HALF_LIFE_US = 7 * DAY_US


def channel_steps(
    orders: ir.Table,
    events: ir.Table,
    whole_sessions: ir.Table,
    present_frames: frozenset[str],
    *,
    look_back: str = "30d",
) -> ir.Table:
    """How often visits by one channel follow those by another, on the way to a conversion or to nothing."""
    conversions = conversions_of(orders, events, present_frames)
    return steps_between(conversions, touches_of(whole_sessions), span_seconds(look_back, "look_back"))


@fit(table=channel_steps)
def channel_removals(columns: Mapping[str, Any]) -> dict[str, float]:
    """Channel → its share of the removal effects of a first-order Markov chain of visits."""
    return removal_shares(steps_of(columns))


def _weights(t: ir.Table, model: str) -> ir.FloatingValue:
    """The part of its conversion that each touch is owed; those of a conversion add up to 1."""
    is_last = t.place == t.touch_count - 1
    one, n = ibis.literal(1.0), t.touch_count.cast("float64")
    if model == "linear":
        return one / n
    if model == "time_decay":
        weight = (t.ago_us.cast("float64") * (-math.log(2) / HALF_LIFE_US)).exp()
        return weight / weight.sum().over(group_by=t.conversion)
    if model == "position":
        is_end = (t.place == 0) | is_last
        return ibis.cases((t.touch_count == 1, 1.0), (t.touch_count == 2, 0.5), (is_end, 0.4), else_=0.2 / (n - 2))
    if model == "last_non_direct":
        is_other = t.channel.lower().notin(DIRECT) & (t.channel != UNTRACKED)
        order = [is_other.cast("int32").desc(), t.place.desc()]
        chosen = ibis.row_number().over(group_by=t.conversion, order_by=order) == 0
        return chosen.cast("int32").cast("float64")
    return (is_last if model == "last" else t.place == 0).cast("int32").cast("float64")


def _by_rule(pairs: ir.Table, model: str) -> ir.Table:
    t = pairs.mutate(weight=_weights(pairs, model))
    return t.group_by("channel").agg(
        conversion_count=t.weight.sum(),
        revenue=(t.revenue * t.weight).sum(),
        touched_count=t.conversion.nunique(),
    )


def _by_removal(pairs: ir.Table, shares: Mapping[str, float]) -> ir.Table:
    """The conversions with a touch, shared out by removal effects."""
    reached = pairs.filter(pairs.place == 0)
    totals = reached.agg(total=reached.count().cast("float64"), worth=reached.revenue.sum())
    t = pairs.group_by("channel").agg(touched_count=_.conversion.nunique()).cross_join(totals)
    part = ibis.cases(*((t.channel == name, value) for name, value in shares.items()), else_=0.0) if shares else 0.0
    return t.select("channel", conversion_count=t.total * part, revenue=t.worth * part, touched_count="touched_count")


def _untracked_row(conversions: ir.Table, pairs: ir.Table) -> ir.Table:
    """The conversions before which nobody was seen to come."""
    t = conversions.anti_join(pairs, "conversion")
    t = t.agg(conversion_count=t.count().cast("float64"), revenue=t.revenue.sum(), touched_count=t.count())
    return t.mutate(channel=ibis.literal(UNTRACKED)).select("channel", "conversion_count", "revenue", "touched_count")


def _add_up(t: ir.Table) -> ir.Table:
    """One row per channel; what is owed nothing is owed no revenue, where the worth of orders is known at all."""
    known = t.revenue.count().over(ibis.window()) > 0
    t = t.mutate(revenue=ibis.cases((known & (t.conversion_count == 0), 0.0), else_=t.revenue))
    t = t.group_by("channel").agg(
        conversion_count=_.conversion_count.sum(),
        revenue=_.revenue.sum(),
        unknown_count=_.revenue.isnull().cast("int32").sum(),
        touched_count=_.touched_count.sum(),
    )
    return t.mutate(revenue=ibis.cases((t.unknown_count == 0, t.revenue))).drop("unknown_count")


@study(zh="渠道归因", source="A-107", shown=50)
def attribution(
    orders: ir.Table,
    events: ir.Table,
    whole_sessions: ir.Table,
    present_frames: frozenset[str],
    channel_removals: Mapping[str, float],
    *,
    model: str = "last_non_direct",
    look_back: str = "30d",
) -> ir.Table:
    """Orders and their revenue shared out to the channels of the visits before them, by one named rule.

    Each visit within `look_back` before the order, the one of the order too, is a touch of the channel it began with.
    `model`: "first" or "last" touch; "last_non_direct", the last one of a channel that is known and not direct, else
    the last; "linear", all alike; "position", 40 % to the first and the last, 20 % to those between (50 % each of two);
    "time_decay", half as much for each 7 days earlier; "removal_effect", by what a Markov chain of the visits would
    lose without the channel, supposing that the next visit depends on the present one only. Orders without any visit in
    time, and visits of unknown channel, are “(untracked)”: a row of its own. All rows add up to all orders. A shop
    without orders has the purchases of its log, whose worth is unknown.
    """
    if model not in MODELS:
        raise unknown_name(model, MODELS, "model of attribution")
    conversions = conversions_of(orders, events, present_frames)
    pairs = pair_touches(conversions, touches_of(whole_sessions), span_seconds(look_back, "look_back"))
    found = _by_removal(pairs, channel_removals) if model == "removal_effect" else _by_rule(pairs, model)
    t = ibis.union(found, _untracked_row(conversions, pairs).cast(dict(found.schema().items())))
    t = _add_up(t)
    t = t.mutate(
        conversion_share=share_of_all(t.conversion_count),
        revenue_share=share_of_all(t.revenue),
        touched_count=t.touched_count.cast("int64"),
    )
    t = t.relocate("channel", "conversion_count", "conversion_share", "revenue", "revenue_share", "touched_count")
    return t.order_by(ibis.desc("conversion_count"), "channel")
