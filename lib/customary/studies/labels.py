"""The group a customer is shown in: a column of customers, a segment, the month of the first order, or all."""

import ibis
import ibis.expr.types as ir

from customary.words import SEGMENTS, nearest

ALL = "all"


def label_of(customers: ir.Table, by: str) -> ir.StringValue:
    """The label of each customer by a column or segment, by "cohort" (month of the first order), or "all" for ""."""
    if not by:
        return ibis.literal(ALL)
    if by == "cohort":
        first = customers.first_order_on
        return ibis.date(first.year(), first.month(), 1).cast("string")
    if by in SEGMENTS:
        return SEGMENTS[by].rule(customers)
    if by not in customers.columns:
        raise nearest(by, [*customers.columns, *SEGMENTS, "cohort"], "column of customers")
    return customers[by].cast("string")
