"""What customers can be grouped by besides their own columns and segments: cohort and first purchase."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import SEGMENTS
from customary.errors import unknown_name

EVERYBODY = "everybody"
COHORTS = ("cohort_month", "cohort_quarter")
FIRSTS = {"first_category": "category", "first_product": "product_name"}


def cohort_of(customers: ir.Table, by: str) -> ir.DateValue:
    """The first day of the month or quarter of each customer's first order; NULL for who never bought."""
    on = customers.first_order_on
    month = on.month() if by == "cohort_month" else (on.quarter() - 1) * 3 + 1
    return ibis.cases((on.notnull(), ibis.date(on.year(), month, 1)))


def with_group(t: ir.Table, by: str, grouped_customers: ir.Table, whole_items: ir.Table) -> ir.Table:
    """`t`, which has a `customer_id`, with a column `by`: everybody alike, the cohort, or whatever customers have.

    first_category and first_product are those with the most spend in the first order; equal spend goes to the first
    name. A column that does not exist is refused with the nearest.
    """
    if by in t.columns:
        return t
    if by == EVERYBODY:
        return t.mutate(everybody=ibis.literal("all customers"))
    labels = _labels(by, grouped_customers, whole_items)
    return t.left_join(labels, t.customer_id == labels.labelled_id).drop("labelled_id")


def _labels(by: str, customers: ir.Table, items: ir.Table) -> ir.Table:
    if by in FIRSTS:
        return _first(items, FIRSTS[by]).rename({by: "label"})
    if by not in (*COHORTS, *customers.columns):
        raise unknown_name(by, [EVERYBODY, *COHORTS, *FIRSTS, *SEGMENTS, *customers.columns], "column of customers")
    label = cohort_of(customers, by) if by in COHORTS else customers[by]
    return customers.select(labelled_id="customer_id", **{by: label})


def _first(items: ir.Table, name: str) -> ir.Table:
    bought = items.filter(items.left_out_because.isnull(), items.is_first_order, items[name].notnull())
    t = bought.group_by(labelled_id="customer_id", label=bought[name]).agg(amount=bought.net_amount.sum())
    place = ibis.row_number().over(group_by=t.labelled_id, order_by=[ibis.desc(t.amount), t.label])
    return t.mutate(place=place).filter(_.place == 0).select("labelled_id", "label")
