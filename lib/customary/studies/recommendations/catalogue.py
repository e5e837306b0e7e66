"""What may be offered: products in stock as far as the shop says so, and new ones that nobody can know yet."""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import day_number
from customary.frames.calendar import epoch_day

NEW_DAYS = 60  # a product counts as new that long after its launch


def catalogue_of(products: ir.Table, as_of: date) -> ir.Table:
    """Products: name, category, `is_in_stock` (unknown where the shop does not say), `is_new` (launched in 60 days)."""
    age = day_number(as_of) - epoch_day(products.launched_on)
    stock = products.stock_count if "stock_count" in products.columns else ibis.null("int64")  # built before there was
    return products.select(
        "product_id",
        "product_name",
        "category",
        is_in_stock=stock > 0,
        is_new=((age > 0) & (age <= NEW_DAYS)).fill_null(False),
    )


def may_be_offered(catalogue: ir.Table) -> ir.BooleanValue:
    """Whether a product is not sold out; where the shop does not say, it is taken to be there."""
    return catalogue.is_in_stock.fill_null(True)


def new_products_for(interests: ir.Table, catalogue: ir.Table) -> ir.Table:
    """Customer → one new product of the category with the most of their interest: `customer_no`, `product_id`.

    What is new has no past to be recommended by. Each customer is given another one, so that all of them are tried.
    """
    named = interests.inner_join(catalogue.select("product_id", "category"), "product_id").filter(_.category.notnull())
    liked = named.group_by("customer_no", "category").agg(weight=_.weight.sum())
    place = ibis.row_number().over(group_by=liked.customer_no, order_by=[ibis.desc(liked.weight), liked.category])
    liked = liked.mutate(place=place).filter(_.place == 0).select("customer_no", "category")
    new = catalogue.filter(catalogue.is_new & may_be_offered(catalogue)).select("product_id", "category")
    turn = ibis.row_number().over(group_by=new.category, order_by=new.product_id)
    new = new.mutate(turn=turn, new_count=new.count().over(group_by=new.category))
    t = liked.inner_join(new, "category").filter(_.customer_no % _.new_count == _.turn)
    return t.anti_join(interests, ["customer_no", "product_id"]).select("customer_no", "product_id")
