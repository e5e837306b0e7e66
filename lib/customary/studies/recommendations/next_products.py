"""What to offer to each customer next, with the reason; and which products are recommended most."""

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import study
from customary.stats.intervals import share
from customary.studies.recommendations.catalogue import catalogue_of
from customary.studies.recommendations.interests import Memory, purchases_of, views_of
from customary.studies.recommendations.recommend import KEEP, ListRules, recommend
from customary.studies.recommendations.ways import FEWEST, way_named


def _with_products(t: ir.Table, catalogue: ir.Table, *more: str) -> ir.Table:
    """Rows with name and category of their product, whatever the catalogue knows of it."""
    t = t.left_join(catalogue.select("product_id", "product_name", "category", *more), "product_id")
    return t.mutate(product_name=ibis.coalesce(t.product_name, t.product_id)).drop("product_id_right")


@study(zh="下一件推荐", source="B-098, C-020", shown=100, is_list=True, rests_on="dates")
def next_product(
    named_items: ir.Table,
    events: ir.Table,
    whole_products: ir.Table,
    as_of: date,
    best_way: Mapping[str, str],
    *,
    method: str = "",
    places: int = 5,
    owned: str = KEEP,
    explore: bool = True,
    fewest: int = FEWEST,
    half_life: float = 90.0,
    seen: float = 0.2,
    customer: str = "",
) -> ir.Table:
    """What each customer may want next: up to `places` products with the purchase or look that speaks for each.

    The way is the one with the best recall on orders that were kept back (`recommendation_quality`), or `method`.
    Interest halves every `half_life` days; a look is worth `seen` purchases. Two products are neighbours from `fewest`
    customers, or orders, on. A customer's own products are there to be bought again (`owned` “leave out” leaves them
    out); sold-out products are not, where the shop says so. The last place is for something launched in the last 60
    days in the favourite category (`explore`). Customers who bought and looked at nothing have no row.
    """
    rules = ListRules(places, owned, explore, fewest, customer)
    way = way_named(method or best_way["method"])
    catalogue, memory = catalogue_of(whole_products, as_of), Memory(half_life, seen)
    t = recommend(way, purchases_of(named_items), views_of(events), catalogue, memory, rules)
    names = catalogue.select(because_id="product_id", because_name="product_name")
    t = _with_products(t, catalogue, "is_in_stock").left_join(names, "because_id").drop("because_id_right")
    t = t.mutate(
        because_name=ibis.coalesce(t.because_name, t.because_id),
        method=ibis.literal(way.name),
        customer_total=(t.position == 1).sum().over(ibis.window()),  # everybody has one first place
    )
    facts = ("customer_id", "position", "product_id", "product_name", "category", "reason", "because_name")
    t = t.select(*facts, "is_owned", "is_in_stock", "method", "customer_total")
    return t.order_by("customer_id", "position")


@study(zh="推荐最多的商品", source="B-098", shown=50, rests_on="dates")
def recommended_products(
    named_items: ir.Table,
    events: ir.Table,
    whole_products: ir.Table,
    as_of: date,
    best_way: Mapping[str, str],
    *,
    method: str = "",
    places: int = 5,
    owned: str = KEEP,
    explore: bool = True,
    half_life: float = 90.0,
    seen: float = 0.2,
) -> ir.Table:
    """Products by the number of customers to whom they would be recommended next, made as `next_product` makes lists.

    `first_count` of them have it in the first place; to `new_count` it would be new: they have not bought it. The
    product has `buyer_count` buyers in the period; nobody is named.
    """
    rules, memory = ListRules(places, owned, explore), Memory(half_life, seen)
    catalogue, purchases = catalogue_of(whole_products, as_of), purchases_of(named_items)
    t = recommend(way_named(method or best_way["method"]), purchases, views_of(events), catalogue, memory, rules)
    everybody = t.agg(customer_total=_.customer_id.nunique())
    t = t.group_by("product_id").agg(
        recommended_count=_.count(),
        first_count=(_.position == 1).cast("int64").sum(),
        new_count=(~_.is_owned).cast("int64").sum(),
    )
    buyers = purchases.group_by("product_id").agg(buyer_count=_.customer_id.nunique())
    t = t.left_join(buyers, "product_id").drop("product_id_right").cross_join(everybody)
    t = _with_products(t, catalogue, "is_in_stock")
    t = t.mutate(
        buyer_count=t.buyer_count.fill_null(0),
        customer_share=share(t.recommended_count, t.customer_total),
        product_total=t.count().over(ibis.window()),
    )
    t = t.relocate("product_id", "product_name", "category", "recommended_count", "customer_share", "first_count")
    return t.order_by(ibis.desc("recommended_count"), "product_id")
