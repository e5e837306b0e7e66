"""Products that the same customers buy: what to offer to who has bought one of a pair."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import study
from customary.stats.intervals import share, wilson


@study(zh="商品搭配推荐", source="C-024", shown=50)
def product_pairs(named_items: ir.Table, *, product: str = "", most: int = 200, fewest: int = 20) -> ir.Table:
    """Which product to offer to the buyers of another: how many of them have bought both, against all buyers.

    `both_rate` is the share of the first product's buyers who also bought the second, with its interval (Wilson);
    `lift` is how much more that is than among all buyers; `open_count` are the buyers of the first without the second.
    Looked at are the `most` products with the most buyers, or one `product` against them, and pairs with at least
    `fewest` buyers of both; the surest lift (by the interval's low end) stands first. Past purchases, not a cause.
    """
    bought = named_items.filter(named_items.product_id.notnull() & named_items.customer_id.notnull())
    bought = bought.select("customer_id", "product_id", "product_name").distinct()
    names = bought.group_by("product_id").agg(name=_.product_name.max(), buyers=_.customer_id.nunique())
    place = ibis.row_number().over(order_by=[ibis.desc(names.buyers), names.product_id])
    names = names.mutate(place=place).filter((_.place < most) | (_.product_id == product))
    everybody = bought.agg(everybody=bought.customer_id.nunique())
    held = bought.select("customer_id", "product_id").distinct()
    one = held.inner_join(names, "product_id").select("customer_id", first_id=_.product_id)
    two = one.select(other_customer="customer_id", second_id="first_id")
    one = one.filter(one.first_id == product) if product else one
    t = one.inner_join(two, (one.customer_id == two.other_customer) & (one.first_id != two.second_id))
    t = t.group_by("first_id", "second_id").agg(both_count=_.count()).filter(_.both_count >= fewest)
    for side in ("first", "second"):
        told = names.select(
            **{f"{side}_key": names.product_id, f"{side}_name": names.name, f"{side}_buyers": names.buyers}
        )
        t = t.inner_join(told, t[f"{side}_id"] == told[f"{side}_key"]).drop(f"{side}_key")
    t = t.cross_join(everybody)
    low, high = wilson(t.both_count, t.first_buyers)
    usual = share(t.second_buyers, t.everybody)
    t = t.mutate(
        open_count=t.first_buyers - t.both_count,
        both_rate=share(t.both_count, t.first_buyers),
        low_rate=low,
        high_rate=high,
        usual_rate=usual,
        lift=share(t.both_count, t.first_buyers) / usual.nullif(0),
        sure_lift=low / usual.nullif(0),
        pair_total=t.count().over(ibis.window()),
    ).drop("everybody")
    return t.order_by(ibis.desc("sure_lift"), "first_id", "second_id")
