"""The products with the highest scores for each customer, and the purchase or view that speaks most for each."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.studies.recommendations.neighbours import PAIR


def scores_of(interests: ir.Table, neighbours: ir.Table) -> ir.Table:
    """Customer and product → its score: what is left of each interest, times how close the product is to it.

    They are one key, `customer_no` · 2³¹ + `product_no`: grouped by it, scores cost half.
    """
    t = interests.select("customer_no", "product_no", "weight")
    t = t.inner_join(neighbours, t.product_no == neighbours.first_no)
    t = t.group_by(pair=t.customer_no * PAIR + t.second_no).agg(score=(_.weight * _.closeness).sum().cast("float64"))
    t = t.filter(t.score > 0)
    return t.select("score", customer_no=(t.pair // PAIR).cast("int64"), product_no=(t.pair % PAIR).cast("int64"))


def best_of(scores: ir.Table, places: int) -> ir.Table:
    """The `places` products with the highest scores of each customer, `position` from 1; ties by number."""
    order = [ibis.desc(scores.score), scores.product_no]
    position = ibis.row_number().over(group_by=scores.customer_no, order_by=order) + 1
    return scores.mutate(position=position.cast("int32")).filter(_.position <= places)


def reasons_of(best: ir.Table, interests: ir.Table, neighbours: ir.Table) -> ir.Table:
    """Recommendations with `because_no`, the product of the customer's own that adds most to the score."""
    own = interests.select("weight", own_customer="customer_no", own_no="product_no")
    t = best.inner_join(own, best.customer_no == own.own_customer)
    t = t.inner_join(neighbours, [t.own_no == neighbours.first_no, t.product_no == neighbours.second_no])
    order = [ibis.desc(t.weight * t.closeness), t.own_no]
    t = t.mutate(place=ibis.row_number().over(group_by=[t.customer_no, t.product_no], order_by=order))
    t = t.filter(t.place == 0)
    return t.select("customer_no", "product_no", "position", "score", because_no="own_no")
