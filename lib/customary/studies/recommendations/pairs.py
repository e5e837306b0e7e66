"""Products that go together: by the customers who bought both, and by the orders that hold both."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import study
from customary.stats.intervals import share, wilson


def _pairs(held: ir.Table, product: str, most: int, fewest: int) -> ir.Table:
    """Pairs of products by the holders – customers or orders – that they share, from either side.

    `held` has `holder`, `product_id` and `product_name`. Gives ids and names of both, `first_n`, `second_n` and
    `both_n`, the share of the first's holders with its interval, the usual share, lift and closeness. The closest stand
    first: a lift ranks rare pairs highest, and of these nobody can be sure.
    """
    held = held.distinct()
    names = held.group_by("product_id").agg(name=_.product_name.max(), n=_.holder.nunique())
    place = ibis.row_number().over(order_by=[ibis.desc(names.n), names.product_id])
    names = names.mutate(place=place).filter((_.place < most) | (_.product_id == product))
    everybody = held.agg(everybody=held.holder.nunique())
    one = held.select("holder", "product_id").distinct().inner_join(names, "product_id")
    one = one.select("holder", first_id="product_id")
    two = one.select(other_holder="holder", second_id="first_id")
    one = one.filter(one.first_id == product) if product else one
    t = one.inner_join(two, (one.holder == two.other_holder) & (one.first_id != two.second_id))
    t = t.group_by("first_id", "second_id").agg(both_n=_.count()).filter(_.both_n >= fewest)
    firsts = names.select(first_id="product_id", first_name="name", first_n="n")
    seconds = names.select(second_id="product_id", second_name="name", second_n="n")
    t = t.inner_join(firsts, "first_id").inner_join(seconds, "second_id").cross_join(everybody)
    return _with_shares(t).order_by(ibis.desc("closeness"), "first_id", "second_id")


def _with_shares(t: ir.Table) -> ir.Table:
    low, high = wilson(t.both_n, t.first_n)
    usual = share(t.second_n, t.everybody)
    return t.mutate(
        both_rate=share(t.both_n, t.first_n),
        low_rate=low,
        high_rate=high,
        usual_rate=usual,
        lift=share(share(t.both_n, t.first_n), usual),
        sure_lift=share(low, usual),
        closeness=share(t.both_n, (t.first_n.cast("float64") * t.second_n).sqrt()),
        pair_total=t.count().over(ibis.window()),
    ).drop("everybody")


@study(zh="商品搭配推荐", source="C-024", shown=50)
def product_pairs(named_items: ir.Table, *, product: str = "", most: int = 200, fewest: int = 20) -> ir.Table:
    """Which product to offer to the buyers of another: how many of them have bought both, against all buyers.

    `both_rate` is the share of the first product's buyers who also bought the second, with its interval (Wilson);
    `lift` is how much more that is than among all buyers; `open_count` are the buyers of the first without the second.
    Looked at are the `most` products with the most buyers, or one `product` against them, and pairs with at least
    `fewest` buyers of both. The pairs closest by the cosine, buyers of both ÷ √(buyers of one · of the other), stand
    first; nothing is ranked by lift. Past purchases, not a cause.
    """
    bought = named_items.filter(named_items.product_id.notnull() & named_items.customer_id.notnull())
    t = _pairs(bought.select("product_id", "product_name", holder="customer_id"), product, most, fewest)
    t = t.rename(first_buyers="first_n", second_buyers="second_n", both_count="both_n")
    return t.mutate(open_count=t.first_buyers - t.both_count)


@study(zh="购物篮关联", source="C-024", shown=50)
def basket_pairs(items: ir.Table, *, product: str = "", most: int = 200, fewest: int = 20) -> ir.Table:
    """Products in one order: of the orders with the first, the share that also hold the second – a rule of baskets.

    `both_rate` is what others call confidence, `support_rate` the share of all orders with products that hold both;
    `lift` is how many times as often as in all orders. Looked at are the `most` products in the most orders, or one
    `product` against them, and pairs in at least `fewest` orders. The closest pairs by the cosine stand first, and
    nothing is ranked by lift: it is highest where two products were sold once, together.
    """
    lines = items.filter(items.product_id.notnull() & items.charge.isnull())
    lines = lines.select("product_id", "product_name", holder="order_id")
    t = _pairs(lines, product, most, fewest).cross_join(lines.agg(order_total=lines.holder.nunique()))
    t = t.rename(first_orders="first_n", second_orders="second_n", both_orders="both_n")
    t = t.mutate(support_rate=share(t.both_orders, t.order_total))
    return t.order_by(ibis.desc("closeness"), "first_id", "second_id")
