"""Conversions and the visits before them, each visit a touch of its channel."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.models.removal import GOAL, NOTHING, START
from customary.studies.shared.people import with_person
from customary.studies.shared.spans import MICRO, instant_us

UNTRACKED = "(untracked)"


def conversions_of(orders: ir.Table, events: ir.Table, present_frames: frozenset[str]) -> ir.Table:
    """One row per order with its worth; where the shop has no orders, per purchase in its log, of unknown worth."""
    if "orders" in present_frames:
        return orders.select(
            conversion="order_id",
            buyer=ibis.literal("customer ") + orders.customer_id,
            bought_us=instant_us(orders.ordered_at),
            revenue=orders.net_amount.cast("float64"),
        )
    t = with_person(events.filter(events.event_name == "purchase"))
    nothing = ibis.null("float64")
    return t.select(conversion="event_id", buyer="person_id", bought_us="at_us", revenue=nothing)


def touches_of(sessions: ir.Table) -> ir.Table:
    """One row per visit that counts: its person, its instant, its channel."""
    t = sessions.filter(sessions.left_out_because.isnull())
    t = with_person(t.mutate(occurred_at=_.started_at))
    return t.select("session_id", "person_id", "at_us", channel=ibis.coalesce(t.channel, UNTRACKED))


def pair_touches(conversions: ir.Table, touches: ir.Table, look_back_s: int) -> ir.Table:
    """One row per conversion and touch of its person within the look-back, with the touch's place and their number."""
    t = conversions.inner_join(touches, conversions.buyer == touches.person_id)
    ago = t.bought_us - t.at_us
    t = t.mutate(ago_us=ago).filter((ago >= 0) & (ago <= look_back_s * MICRO))
    order = [t.at_us, t.session_id]
    return t.mutate(
        place=ibis.row_number().over(group_by=t.conversion, order_by=order),
        touch_count=t.session_id.count().over(group_by=t.conversion),
    )


def steps_between(conversions: ir.Table, touches: ir.Table, look_back_s: int) -> ir.Table:
    """How often one channel follows another on the way to a conversion or to nothing: columns of `models/removal`.

    A touch belongs to the next conversion of its person within the look-back; touches before none are one journey per
    person that leads to nothing.
    """
    pairs = pair_touches(conversions, touches, look_back_s)
    nearest = pairs.group_by("session_id").agg(conversion=_.conversion.argmin(_.bought_us))
    t = touches.left_join(nearest, "session_id").drop("session_id_right")
    line = ibis.window(group_by=[t.person_id, t.conversion], order_by=[t.at_us, t.session_id])
    end = ibis.cases((t.conversion.notnull(), GOAL), else_=NOTHING)
    t = t.mutate(
        step_from=t.channel,
        step_to=ibis.coalesce(t.channel.lead().over(line), end),
        is_first=t.channel.lag().over(line).isnull(),
    )
    first = t.filter(t.is_first).select(step_from=ibis.literal(START), step_to=_.channel)
    steps = ibis.union(t.select("step_from", "step_to"), first)
    return steps.group_by("step_from", "step_to").agg(step_count=_.count()).order_by("step_from", "step_to")
