"""Visits as they were until they bought: what came after a purchase, or with it, cannot have led to it."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.frames.places import AUTOMATIC
from customary.studies.shared.follows import visit_keys

# The way to a purchase: whoever bought has gone it, so that it tells buyers from others by itself.
WAY = (
    *("view_item", "view_cart", "add_to_cart", "remove_from_cart", "begin_checkout", "add_shipping_info"),
    *("add_payment_info", "purchase", "refund"),
)


def until_purchase(events: ir.Table) -> ir.Table:
    """The events of visits before their first purchase, with `bought`, whether there was one."""
    t, keys = events.filter(events.visit_no.notnull() & events.occurred_at.notnull()), visit_keys(events)
    ends = t.filter(t.event_name == "purchase").group_by(keys).agg(bought_at=_.occurred_at.min())
    t = t.left_join(ends, keys, rname="{name}_of_purchase")
    t = t.filter(t.bought_at.isnull() | (t.occurred_at < t.bought_at))
    return t.mutate(bought=t.bought_at.notnull()).drop("bought_at")


def is_browsing(t: ir.Table) -> ir.BooleanValue:
    """Whether somebody did the event, and it is no part of the way to a purchase."""
    return t.event_name.notin([*WAY, *AUTOMATIC])


def places(count: int) -> ir.Table:
    """The numbers from 1 as `place`, a row each: to spread what was counted once over the lines of an answer."""
    return ibis.array(list(range(1, count + 1))).unnest().name("place").as_table()
