"""Carts and checkouts that were left: how many, what they held, and who can be won back."""

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike, day_number
from customary.declare import study
from customary.errors import unknown_name
from customary.stats.intervals import share, wilson
from customary.studies.shared.cuts import KEYS, cut_visits
from customary.studies.shared.people import in_time, parts_of
from customary.studies.shared.spans import DAY_US, MICRO, instant_us, span_seconds
from customary.studies.shared.splits import split_columns
from customary.studies.shared.wanted import WantedEvents, is_wanted
from customary.studies.shared.windows import inside

STAGES = ("cart", "checkout")
UNITS = {"sessions": KEYS, "people": ("person_no", "day")}
CART = WantedEvents("event=add_to_cart")
CHECKOUT = WantedEvents(("event=begin_checkout", "event=add_shipping_info", "event=add_payment_info"))
MARKS = ("is_cart", "is_checkout", "is_added", "is_purchase")


@dataclass(frozen=True)
class Watch:
    """How long after a cart an order may come, and until when anything was seen."""

    within_us: int
    as_of: date

    def is_over(self, local_us: ir.IntegerValue) -> ir.BooleanValue:
        """Whether the time to order was over by the as-of date."""
        return local_us + self.within_us <= day_number(self.as_of) * DAY_US


def purchases_of(events: ir.Table, orders: ir.Table) -> ir.Table:
    """Whoever bought, and when: purchases in the log, and orders by whatever way, those by telephone too."""
    logs = events.filter(events.is_purchase).select(buyer="person_id", bought_us="at_us")
    paid = orders.filter(orders.left_out_because.isnull())
    buyer = ibis.literal("customer ") + paid.customer_id
    return ibis.union(logs, paid.select(buyer=buyer, bought_us=instant_us(paid.ordered_at)))


def _marked_events(events: ir.Table, cart: WantedEvents, checkout: WantedEvents, by: tuple[str, ...]) -> ir.Table:
    """Of each event only what is needed: what it is, its product, when and by whom it happened."""
    t = events.mutate(
        is_cart=is_wanted(events, cart),
        is_checkout=is_wanted(events, checkout),
        is_added=is_wanted(events, CART),
        is_purchase=events.event_name == "purchase",
    )
    facts = ("product_id", "campaign", "day", "day_on", *by)
    return t.select(*parts_of(t, *facts), *MARKS, local_us=instant_us(t.occurred_local))


def _openings(t: ir.Table, stage: str, unit: str, by: tuple[str, ...]) -> ir.Table:
    """One row per visit, or person and day, with an event of the stage: its first one."""
    keys = UNITS[unit]
    t = t.filter(t[f"is_{stage}"]).mutate(stage=ibis.literal(stage))
    place = ibis.row_number().over(group_by=[t[key] for key in keys], order_by=in_time(t))
    t = t.mutate(place=place).filter(_.place == 0)
    facts = ("stage", "person_no", "person_id", "event_id", "at_us", "local_us", "day_on")
    return t.select(*dict.fromkeys((*keys, *facts, *by)))


def _with_value(t: ir.Table, events: ir.Table, products: ir.Table, unit: str) -> ir.Table:
    """Carts with the list prices of what was put into them; unknown where the log or the catalogue says none."""
    prices = products.select(priced_product="product_id", price=products.list_price.cast("float64"))
    adds = events.filter(events.is_added)
    adds = adds.inner_join(prices, adds.product_id == prices.priced_product)
    keys = UNITS[unit]
    worth = adds.group_by(**{f"of_{key}": adds[key] for key in keys}).agg(value=_.price.sum())
    same = [t[key] == worth[f"of_{key}"] for key in keys]
    return t.left_join(worth, same).drop(*(f"of_{key}" for key in keys))


def _with_orders(t: ir.Table, purchases: ir.Table, watch: Watch) -> ir.Table:
    """Carts with whether an order came in time, and whether one ever came."""
    pairs = t.select("event_id", "person_id", "at_us").inner_join(purchases, _.person_id == purchases.buyer)
    pairs = pairs.filter(pairs.bought_us >= pairs.at_us)
    first = pairs.group_by(cart_event="event_id").agg(bought_us=_.bought_us.min())
    t = t.left_join(first, t.event_id == first.cart_event).drop("cart_event")
    in_time = (t.bought_us - t.at_us <= watch.within_us).fill_null(False)
    return t.mutate(is_bought=in_time, is_bought_later=t.bought_us.notnull(), is_over=watch.is_over(t.local_us))


def _count(t: ir.Table, stage: str, position: int, by: tuple[str, ...]) -> ir.Table:
    lost = t.is_over & ~t.is_bought
    back = lost & ~t.is_bought_later & t.person_id.startswith("customer ")
    t = t.mutate(is_lost=lost, is_recoverable=back).filter(t.stage == stage)
    found = (t.group_by(*by) if by else t).agg(
        cart_count=_.is_over.cast("int32").sum().fill_null(0),
        customer_count=_.person_no.nunique(where=_.is_over),
        bought_count=(_.is_over & _.is_bought).cast("int32").sum().fill_null(0),
        abandoned_count=_.is_lost.cast("int32").sum().fill_null(0),
        immature_count=(~_.is_over).cast("int32").sum().fill_null(0),
        abandoned_value=_.value.sum(where=_.is_lost),
        valued_count=_.value.count(where=_.is_lost),
        recoverable_count=_.is_recoverable.cast("int32").sum().fill_null(0),
        recoverable_value=_.value.sum(where=_.is_recoverable),
    )
    return found.mutate(position=ibis.literal(position, "int8"), stage=ibis.literal(stage))


@study(zh="购物车与结算放弃", source="C-083", shown=50)
def abandonment(
    asked_events: ir.Table,
    whole_orders: ir.Table,
    whole_products: ir.Table,
    as_of: date,
    *,
    unit: str = "sessions",
    within: str = "24h",
    cart: WantedEvents = CART,
    checkout: WantedEvents = CHECKOUT,
    gap: str = "",
    split: str = "",
    by: str = "",
    during: WindowLike | None = None,
) -> ir.Table:
    """Carts and checkouts that no order of the same person followed in time, and what could be won back.

    A cart is a visit with something put into it (`unit` "sessions"), or a person's carts of one day ("people"); a
    checkout one that got there. It is left when no purchase in the log and no order, by whatever way, came `within` 24
    hours of its first event; carts whose time is not over are `immature_count` and in no rate. Recoverable are those of
    known customers who have not bought since. Values are list prices of what was put in, each addition once, unknown
    where log or catalogue say none: `valued_count` of the carts left have one.
    """
    if unit not in UNITS:
        raise unknown_name(unit, UNITS, "unit of carts")
    names, watch = split_columns(asked_events, by), Watch(span_seconds(within, "within") * MICRO, as_of)
    t = cut_visits(_marked_events(asked_events, cart, checkout, names), gap, split)
    t = t.filter(t.is_cart | t.is_checkout | t.is_added | t.is_purchase)
    opened = ibis.union(*(_openings(t, stage, unit, names) for stage in STAGES))
    opened = _with_value(inside(opened, during), t, whole_products, unit)
    opened = _with_orders(opened, purchases_of(t, whole_orders), watch)
    t = ibis.union(*(_count(opened, stage, position, names) for position, stage in enumerate(STAGES, 1)))
    low, high = wilson(t.abandoned_count, t.cart_count)
    t = t.mutate(abandonment_rate=share(t.abandoned_count, t.cart_count), low_rate=low, high_rate=high)
    t = t.relocate("position", "stage", *names, "cart_count", "abandoned_count", "abandonment_rate", "immature_count")
    return t.order_by("position", *(ibis.asc(name, nulls_first=False) for name in names))
