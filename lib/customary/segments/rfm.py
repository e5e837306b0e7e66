"""Recency, frequency, monetary value: scores by quintile of distinct values, so that equal values share a score (M20)."""

import ibis
import ibis.expr.types as ir

from customary.words import segment

BINS = 5
NAMES = ("best", "loyal", "recent", "slipping", "asleep", "no purchase")


def score(value: ir.Value, group: ir.BooleanValue, bins: int = BINS) -> ir.IntegerValue:
    """1 (low) to `bins` (high) among the rows of `group`; equal values always share a score.

    A value's place is the share of rows at or below it, so a heavy tie at the bottom takes the low scores together.
    """
    at_or_below = ibis.window(group_by=group, order_by=value)
    place = value.cume_dist() if hasattr(value, "cume_dist") else ibis.cume_dist()
    return (place.over(at_or_below) * bins).ceil().cast("int32").clip(1, bins)


def scores(customers: ir.Table, *, frequency: str = "order_count", spend: str = "ordered_spend", bins: int = BINS) -> ir.Table:
    """Buyers with `r`, `f`, `m` scores 1…bins; `frequency` and `spend` name columns of the customers frame."""
    buyers = customers.filter(customers.is_buyer & customers.left_out_because.isnull())
    everyone = buyers.is_buyer
    return buyers.mutate(
        r=score(-buyers.days_since_last_order, everyone, bins),
        f=score(buyers[frequency], everyone, bins),
        m=score(buyers[spend], everyone, bins),
    )


@segment(zh="RFM分群", source="A-080", labels=NAMES)
def rfm_segment(customers: ir.Table) -> ir.StringValue:
    """Buyers by how lately and how often they bought, against the other buyers; who never bought is apart."""
    r = score(-customers.days_since_last_order, customers.is_buyer)
    f = score(customers.order_count, customers.is_buyer)
    return ibis.cases(
        (~customers.is_buyer, "no purchase"),
        ((r >= 4) & (f >= 4), "best"),
        ((r >= 3) & (f >= 3), "loyal"),
        (r >= 4, "recent"),
        (f >= 3, "slipping"),
        else_="asleep",
    )
