"""The ways to recommend that are tried against each other, and how each fills its places."""

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.errors import unknown_name
from customary.studies.recommendations.interests import Memory, doings_of, interests_of
from customary.studies.recommendations.neighbours import by_baskets, by_customers
from customary.studies.recommendations.scores import best_of, scores_of

FEWEST = 3  # customers, or orders, that two products share before they are neighbours
REMEMBERED = 30  # products of a customer that speak for others, those with the most weight
CUSTOMERS, BASKETS = "customers", "baskets"
POPULAR, AGAIN, RANDOM = "popular", "bought again", "random"
BASELINES = (POPULAR, AGAIN, RANDOM)


@dataclass(frozen=True)
class Way:
    """A way to recommend: learned from customers or from baskets, with what was looked at or without.

    `own` is how many times as much a product speaks for itself as for others: for being bought again.
    """

    name: str
    learned_from: str
    knows_views: bool = False
    own: int = 1


WAYS = {
    way.name: way
    for way in (
        Way("by customers", CUSTOMERS),
        Way("by customers, more repeats", CUSTOMERS, own=4),
        Way("by customers and views", CUSTOMERS, knows_views=True),
        Way("by customers and views, more repeats", CUSTOMERS, knows_views=True, own=4),
        Way("by baskets", BASKETS),
        Way("by baskets, more repeats", BASKETS, own=4),
    )
}


def way_named(name: str) -> Way:
    """The way of that name; another is refused with the nearest ones."""
    if name not in WAYS:
        raise unknown_name(name, WAYS, "way to recommend")
    return WAYS[name]


def interests_for(way: Way, purchases: ir.Table, views: ir.Table, memory: Memory) -> ir.Table:
    """The interests that a way knows of: with what was looked at, or of purchases alone."""
    return interests_of(doings_of(purchases, views, memory.seen if way.knows_views else 0.0), memory)


def neighbours_for(way: Way, interests: ir.Table, purchases: ir.Table, fewest: int) -> ir.Table:
    """The neighbours of each product as a way learns them: from customers, or from orders."""
    if way.learned_from == CUSTOMERS:
        found = by_customers(interests, fewest=fewest)
    else:
        found = by_baskets(_numbered_lines(interests, purchases), fewest=fewest)
    is_own = found.first_no == found.second_no
    return found.mutate(closeness=ibis.cases((is_own, found.closeness * way.own), else_=found.closeness))


def _numbered_lines(interests: ir.Table, purchases: ir.Table) -> ir.Table:
    """Order and product by their numbers, those of products as the interests have them."""
    numbers = interests.select("trial", "product_id", "product_no").distinct()
    lines = purchases.inner_join(numbers, ["trial", "product_id"]).select("trial", "order_id", "product_no")
    orders = lines.select("trial", "order_id").distinct()
    number = ibis.row_number().over(order_by=[orders.trial, orders.order_id])
    lines = lines.inner_join(orders.mutate(order_no=number), ["trial", "order_id"])
    return lines.select("order_no", "product_no")


def strongest(interests: ir.Table) -> ir.Table:
    """The interests that speak for others: of each customer those with the most weight."""
    return interests.filter(_.place < REMEMBERED)


def lists_of(way: Way, purchases: ir.Table, views: ir.Table, asked: ir.Table, memory: Memory, places: int) -> ir.Table:
    """What a way recommends in each trial to the customers asked for: `trial`, `customer_id`, `product_id`."""
    interests = interests_for(way, purchases, views, memory)
    neighbours = neighbours_for(way, interests, purchases, FEWEST)
    own = strongest(interests).semi_join(asked, ["trial", "customer_id"])
    best = best_of(scores_of(own, neighbours), places)
    people = interests.select("customer_no", "trial").distinct()
    return with_names(best.inner_join(people, "customer_no"), interests).select("trial", "customer_id", "product_id")


def with_names(numbered: ir.Table, interests: ir.Table) -> ir.Table:
    """Rows with the `customer_id` and `product_id` behind `customer_no` and `product_no`."""
    t = numbered
    for name in ("customer", "product"):
        known = interests.select(f"{name}_no", f"{name}_id").distinct()
        t = t.inner_join(known, f"{name}_no")
    return t


def baselines(purchases: ir.Table, asked: ir.Table, memory: Memory, places: int) -> Mapping[str, ir.Table]:
    """What needs no model: the products that most customers bought, the customer's own once more, any."""
    interests = interests_of(doings_of(purchases, purchases.limit(0), 0.0), memory)
    t = interests.group_by("trial", "product_id", "product_no").agg(buyers=_.count())
    by_buyers = ibis.window(group_by=t.trial, order_by=[ibis.desc(t.buyers), t.product_no])
    # Numbers of products are mixed so that neighbours in a list are not of one kind: a multiplier that is large beside
    # the modulus (Fishman, Moore 1986), for a small one leaves numbers below 44,488 as they stand.
    mixed = ibis.window(group_by=t.trial, order_by=[(t.product_no * 742_938_285) % 2_147_483_647, t.product_no])
    t = t.mutate(
        place=ibis.row_number().over(by_buyers),
        mixed_place=ibis.row_number().over(mixed),
        product_count=t.count().over(group_by=t.trial),
    )
    popular = asked.inner_join(t.filter(t.place < places).select("trial", "product_id"), "trial")
    own = interests.semi_join(asked, ["trial", "customer_id"])
    people = own.select("trial", "customer_id", "customer_no").distinct()
    found = people.inner_join(t, "trial")
    start = (found.customer_no * 48_271) % found.product_count
    ahead = (found.mixed_place - start + found.product_count) % found.product_count
    names = ("trial", "customer_id", "product_id")
    return {
        POPULAR: popular.select(*names),
        AGAIN: own.filter(own.place < places).select(*names),
        RANDOM: found.filter(ahead < places).select(*names),
    }
