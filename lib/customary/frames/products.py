"""The catalogue: every product, sold or not, known by its number and shown under a name that is its own."""

import ibis
import ibis.expr.types as ir

from customary.declare import frame


def with_own_names(products: ir.Table) -> ir.Table:
    """Products under unique names: the number stands behind a name that several share, alone where there is none."""
    bearers = products.product_name.count().over(group_by=products.product_name)
    numbered = products.product_name + " (" + products.product_id + ")"
    name = ibis.cases((bearers > 1, numbered), else_=products.product_name)
    return products.mutate(product_name=ibis.coalesce(name, products.product_id))


def name_products(lines: ir.Table, products: ir.Table) -> ir.Table:
    """Lines, which have a `product_id`, with the facts of their product; one that no catalogue lists is its number."""
    known = with_own_names(products).drop("excluded_because", "_record")
    t = lines.left_join(known, "product_id").drop("product_id_right")
    return t.mutate(product_name=ibis.coalesce(t.product_name, t.product_id))


@frame("one row per product", key="product_id", time=False)
def products(products: ir.Table) -> ir.Table:
    """The products of the catalogue, those never sold as well."""
    t = with_own_names(products).rename(left_out_because="excluded_because")
    return t.order_by("product_id")
