"""What customers can be grouped by besides their own columns and segments: cohort and first purchase."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.query.selection import with_column
from customary.shop import Shop

EVERYBODY = "everybody"
COHORTS = ("cohort_month", "cohort_quarter")
FIRSTS = {"first_category": "category", "first_product": "product_name"}


def labelled(shop: Shop, t: ir.Table, by: str) -> ir.Table:
    """`t`, which has a `customer_id`, with a column `by`: everybody alike, the cohort, or whatever customers have.

    first_category and first_product are those with the most spend in the first order; equal spend goes to the first
    name.
    """
    if by == EVERYBODY:
        return t.mutate(everybody=ibis.literal("all customers"))
    if by in COHORTS:
        on = shop.frame("customers").first_order_on
        month = on.month() if by == "cohort_month" else (on.quarter() - 1) * 3 + 1
        label = shop.frame("customers").select(
            labelled_id="customer_id", **{by: ibis.cases((on.notnull(), ibis.date(on.year(), month, 1)))}
        )
    elif by in FIRSTS:
        label = _first(shop.frame("items"), FIRSTS[by]).rename({by: "label"})
    else:
        return with_column(shop, t, by, "orders")
    return t.left_join(label, t.customer_id == label.labelled_id).drop("labelled_id")


def _first(items: ir.Table, name: str) -> ir.Table:
    bought = items.filter(items.left_out_because.isnull(), items.is_first_order, items[name].notnull())
    t = bought.group_by(labelled_id="customer_id", label=bought[name]).agg(amount=bought.net_amount.sum())
    place = ibis.row_number().over(group_by=t.labelled_id, order_by=[ibis.desc(t.amount), t.label])
    return t.mutate(place=place).filter(_.place == 0).select("labelled_id", "label")
