"""Segments from recency, frequency and monetary value."""

import ibis
import ibis.expr.types as ir

from customary.frames.quantiles import score
from customary.words import segment

NAMES = ("best", "loyal", "recent", "slipping", "asleep", "no purchase")


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
