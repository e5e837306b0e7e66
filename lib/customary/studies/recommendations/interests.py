"""What each customer bought and looked at, and how much of that interest is left: the ground of recommendations.

All weights are whole numbers. Sums of fractions depend on the order in which an engine adds them up; a recommendation
must not.
"""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.errors import Refused
from customary.studies.shared.people import with_person

SEEN = ("view_item", "add_to_cart", "add_to_wishlist")
CUSTOMER = "customer "  # begins the person of an event who is a known customer
FULL = 1000  # the weight of a purchase of a customer's last day
ONE = 100  # the strength of a purchase; a view is a part of it
NOW = "now"  # the trial that is none: what is recommended today


@dataclass(frozen=True)
class Memory:
    """How interest is weighed: it halves every `half_life` days, a product seen on a day counts as `seen` purchases."""

    half_life: float = 90.0
    seen: float = 0.2

    def __post_init__(self) -> None:
        if not self.half_life > 0:
            raise Refused("half_life is a number of days above 0, not {days}", days=self.half_life)
        if not 0 <= self.seen <= 1:
            raise Refused(
                "seen is the part of a purchase that a look is worth, from 0 to 1, not {seen}", seen=self.seen
            )


def purchases_of(named_items: ir.Table) -> ir.Table:
    """Customer, product and order, once each, with the day and the instant of the order; charges are no products."""
    t = named_items.filter(named_items.product_id.notnull() & named_items.charge.isnull())
    return t.select("customer_id", "product_id", "order_id", "day", "ts_s").distinct()


def views_of(events: ir.Table) -> ir.Table:
    """Customer, product and day, once each, where a known customer opened a product's page or put it into the cart."""
    t = with_person(events)
    t = t.filter(t.event_name.isin(SEEN) & t.product_id.notnull() & t.person_id.startswith(CUSTOMER))
    return t.select(customer_id=t.person_id.substr(len(CUSTOMER)), product_id="product_id", day="day").distinct()


def doings_of(purchases: ir.Table, views: ir.Table, seen: float) -> ir.Table:
    """Purchases and views as rows of `trial`, `customer_id`, `product_id`, `day`, `strength` and `is_bought`."""
    facts = ("trial", "customer_id", "product_id", "day")
    bought = purchases.select(*facts, strength=ibis.literal(ONE, "int64"), is_bought=ibis.literal(True))
    looked = views.select(*facts, strength=ibis.literal(round(ONE * seen), "int64"), is_bought=ibis.literal(False))
    return ibis.union(bought, looked).filter(_.strength > 0)


def in_trial(table: ir.Table, trial: str = NOW) -> ir.Table:
    """The rows as those of one trial."""
    return table.mutate(trial=ibis.literal(trial))


def interests_of(doings: ir.Table, memory: Memory) -> ir.Table:
    """What is left of each customer's interest in each product: one row per trial, customer and product.

    `weight` is the interest today as a whole number, halved every `half_life` days before the customer's last day;
    `strength` is 100 for every purchase and a part of it for views, without fading; `place` is 0 for the product with
    the most weight. Customers and products are numbered, so that they are joined fast: `customer_no`, `product_no`.
    """
    last = doings.group_by(last_trial="trial", last_customer="customer_id").agg(end=_.day.max())
    t = doings.inner_join(last, [doings.trial == last.last_trial, doings.customer_id == last.last_customer])
    age = (t.end - t.day).cast("float64")
    left = (FULL * t.strength / ONE * ibis.literal(2.0).pow(-age / memory.half_life)).round().cast("int32")
    t = t.mutate(left=left).group_by("trial", "customer_id", "product_id")
    t = t.agg(
        weight=_.left.sum().cast("int32"),
        strength=_.strength.sum().cast("int32"),
        last_day=_.day.max(),
        bought_count=_.is_bought.cast("int64").sum().cast("int32"),
    )
    t = _with_numbers(t)
    order = [ibis.desc("weight"), ibis.desc("last_day"), "product_no"]
    place = ibis.row_number().over(group_by=t.customer_no, order_by=order)
    return t.mutate(place=place)


def _with_numbers(t: ir.Table) -> ir.Table:
    """The rows with a number per trial and customer, and one per trial and product, in the order of their names."""
    for name in ("customer", "product"):
        key = f"{name}_id"
        known = t.select(of_trial="trial", of_id=key).distinct()
        number = ibis.row_number().over(order_by=[known.of_trial, known.of_id])
        known = known.mutate(number.name(f"{name}_no"))
        t = t.inner_join(known, [t.trial == known.of_trial, t[key] == known.of_id]).drop("of_trial", "of_id")
    return t
