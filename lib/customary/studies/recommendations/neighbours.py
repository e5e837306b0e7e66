"""Products that go together, learned from customers (BM25) or from orders (cosine): whole numbers, ties by value."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.stats.intervals import share
from customary.studies.recommendations.interests import ONE

PAIR = 1 << 31  # two numbers of products in one: grouped by one key, pairs cost half
K1, B = 1.2, 0.75  # as Robertson and Zaragoza (2009) give them
LEARNERS = 20_000  # customers whom pairs are learned from, those who came last: more teach little and cost much
SCALE = 100  # weights of BM25 and their products are kept to two decimals


def _customer_weights(interests: ir.Table, most: int) -> ir.Table:
    """The BM25 weight of each product of a customer, in hundredths.

    A product is a document, a customer a word of it: what everybody buys weighs little, and so does a customer who buys
    everything. The inverse frequency is ln(1 + N/n), which is above zero in a shop of three products as well.
    """
    t = interests
    of_product = t.group_by("product_no", "trial").agg(length=_.strength.sum())
    usual = of_product.group_by("trial").agg(usual=share(_.length.sum(), _.count()), product_count=_.count())
    learners = _last_customers(t)
    t = t.filter(t.place < most).select("customer_no", "product_no", "strength", "trial")
    t = t.inner_join(learners, "customer_no").inner_join(usual, "trial")
    t = t.inner_join(of_product.drop("trial"), "product_no")
    times, length = share(t.strength, ibis.literal(ONE)), share(t.length, t.usual)
    saturation = times * (K1 + 1) / (K1 * (1 - B + B * length) + times)
    rarity = (1 + share(t.product_count, t.breadth)).ln()
    return t.select("customer_no", "product_no", weight=(SCALE * saturation * rarity).round().cast("int32"))


def _last_customers(interests: ir.Table) -> ir.Table:
    """Those whom pairs are learned from, the last ones of each trial, and how many products each has an interest in."""
    t = interests.group_by("trial", "customer_no").agg(breadth=_.count(), last_day=_.last_day.max())
    place = ibis.row_number().over(group_by=t.trial, order_by=[ibis.desc("last_day"), "customer_no"])
    return t.mutate(place=place).filter(_.place < LEARNERS).select("customer_no", "breadth")


def by_customers(interests: ir.Table, *, most: int = 30, fewest: int = 3, neighbours: int = 20) -> ir.Table:
    """Product → the `neighbours` products closest to it, by the customers they share (item-item BM25).

    `closeness` is the sum over customers of the products of both weights. Learned from the `most` products of each
    customer with the most weight, of the 20,000 customers who came last, and from pairs that at least `fewest` of them
    share. A product is its own neighbour: what was bought is bought again.
    """
    weights = _customer_weights(interests, most)
    other = weights.select(other_no="customer_no", second_no="product_no", second_weight="weight")
    both = (weights.customer_no == other.other_no) & (weights.product_no <= other.second_no)
    t = weights.inner_join(other, both)
    t = t.group_by(pair=t.product_no * PAIR + t.second_no).agg(
        closeness=(t.weight * t.second_weight).sum(), shared_count=_.count()
    )
    t = t.filter(t.shared_count >= fewest)
    return _nearest(t.mutate(closeness=(t.closeness / SCALE).round().cast("int64")), neighbours)


def by_baskets(lines: ir.Table, *, most: int = 30, fewest: int = 3, neighbours: int = 20) -> ir.Table:
    """Product → the products most often in the same order, by the cosine n₁₂ / √(n₁ · n₂) in ten-thousandths.

    `lines` have `order_no` and `product_no`. Of an order the first `most` products count, for pairs grow with the
    square of a basket; pairs in fewer than `fewest` orders are chance.
    """
    place = ibis.row_number().over(group_by=lines.order_no, order_by=lines.product_no)
    lines = lines.mutate(place=place).filter(_.place < most).select("order_no", "product_no")
    sizes = lines.group_by("product_no").agg(n=_.count())
    other = lines.select(other_no="order_no", second_no="product_no")
    t = lines.inner_join(other, (lines.order_no == other.other_no) & (lines.product_no <= other.second_no))
    t = t.group_by(pair=t.product_no * PAIR + t.second_no).agg(both=_.count()).filter(_.both >= fewest)
    t = _split_pairs(t)
    firsts = sizes.select(first_no="product_no", first_n="n")
    seconds = sizes.select(second_no="product_no", second_n="n")
    t = t.inner_join(firsts, "first_no").inner_join(seconds, "second_no")
    cosine = t.both.cast("float64") / (t.first_n.cast("float64") * t.second_n).sqrt()
    t = t.select(pair=t.first_no * PAIR + t.second_no, closeness=(10_000 * cosine).round().cast("int64"))
    return _nearest(t, neighbours)


def _split_pairs(t: ir.Table) -> ir.Table:
    return t.mutate(first_no=(t.pair // PAIR).cast("int64"), second_no=(t.pair % PAIR).cast("int64"))


def _nearest(t: ir.Table, neighbours: int) -> ir.Table:
    """Each pair from both sides, and of each product the closest ones; of equally close ones the first by number."""
    t = _split_pairs(t).select("first_no", "second_no", "closeness")
    turned = t.filter(t.first_no < t.second_no)
    turned = turned.select(first_no="second_no", second_no="first_no", closeness="closeness")
    t = ibis.union(t, turned)
    key = t.closeness * PAIR - t.second_no  # the closest, then the first by number: one key is sorted faster than two
    place = ibis.row_number().over(group_by=t.first_no, order_by=ibis.desc(key))
    return t.mutate(place=place).filter(_.place < neighbours).drop("place")
