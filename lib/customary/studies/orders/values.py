"""Orders by size, hour, gap and product."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import METRICS, study
from customary.stats.intervals import share
from customary.studies.shared.measures import measures


@study(zh="订单金额分布", source="A-065", rests_on="amounts")
def order_values(orders: ir.Table, *, bins: int = 24) -> ir.Table:
    """How many orders fall into each band of order value; the last band holds everything above the 98th percentile."""
    value = orders.net_amount.cast("float64")
    t = orders.mutate(value=value, top=value.quantile(0.98).as_scalar())
    width = t.top / bins
    band = ibis.cases((t.value >= t.top, bins), else_=share(t.value, width).floor().cast("int32").fill_null(0))
    t = t.mutate(band=band, low=band * width, high=ibis.cases((band < bins, (band + 1) * width)))
    return t.group_by("band", "low", "high").agg(order_count=_.count()).order_by("band")


@study(zh="下单时段", source="C-015", rests_on="dates")
def hours(orders: ir.Table) -> ir.Table:
    """Orders by weekday (0 = Monday) and hour of the shop's own clock."""
    by = ["weekday", "hour"]
    return measures({"orders": orders}, ["order_count"], by).order_by(by)


@study(zh="购买间隔", source="A-064", rests_on="dates")
def purchase_intervals(named_orders: ir.Table, *, week_days: int = 7) -> ir.Table:
    """Gaps between one customer's consecutive purchase days, in weeks; last gaps are still open and not in here."""
    days = named_orders.select("customer_id", "day").distinct()
    window = ibis.window(group_by=days.customer_id, order_by=days.day)
    gaps = days.mutate(gap=days.day - days.day.lag().over(window)).filter(_.gap.notnull())
    week = (gaps.gap // week_days).cast("int32")
    t = gaps.mutate(week_no=ibis.cases((week >= 52, 52), else_=week))
    return t.group_by("week_no").agg(gap_count=_.count(), mean_days=_.gap.mean()).order_by("week_no")


def _returns_of(items: ir.Table, returns: ir.Table) -> ir.Table:
    """Product → pieces and money that came back of the orders of `items`, never more than was sold in them.

    Where the shop writes down no return at all, both are unknown.
    """
    keys = ["order_id", "product_id"]
    sold = items.group_by(keys).agg(pieces=_.quantity.sum(), amount=_.net_amount.sum())
    back = returns.filter(_.order_id.notnull() & _.product_id.notnull() & _.left_out_because.isnull())
    back = back.group_by(keys).agg(back=_.quantity.sum(), refund=_.order_refund_amount.sum())
    t = sold.left_join(back, keys).drop(f"{name}_right" for name in keys)
    t = t.mutate(back=ibis.least(t.back.fill_null(0), t.pieces), refund=ibis.least(t.refund.fill_null(0), t.amount))
    t = t.group_by(back_id=t.product_id).agg(pieces=_.back.sum(), refund=_.refund.sum().cast("float64"))
    t = t.cross_join(returns.agg(known=_.count()))
    is_known = t.known > 0
    counts = ibis.cases((is_known, t.pieces.cast("int64")))
    return t.select("back_id", returned_unit_count=counts, refund_amount=ibis.cases((is_known, t.refund)))


@study(zh="商品排行", source="A-052", shown=100)
def products(items: ir.Table, whole_returns: ir.Table) -> ir.Table:
    """The products with the most net revenue: sold, come back, what is left; orders, buyers.

    What came back of these very orders so far, cancellations included, is taken off pieces and revenue; where the shop
    writes down no returns, nothing is. `product_total` says of how many; charges are no products.
    """
    lines = items.filter(items.product_id.notnull())
    sums = {name: METRICS[name](lines) for name in ("item_revenue", "unit_count")}
    t = lines.group_by("product_id").agg(
        product_name=lines.product_name.max(),
        category=lines.category.max(),
        revenue=sums["item_revenue"].cast("float64"),
        unit_count=sums["unit_count"].cast("int64"),
        order_count=lines.order_id.nunique(),
        buyer_count=METRICS["buyer_count"](lines),
    )
    back = _returns_of(lines, whole_returns)
    t = t.left_join(back, t.product_id == back.back_id).drop("back_id")
    t = t.mutate(
        net_unit_count=t.unit_count - t.returned_unit_count.fill_null(0),
        net_revenue=t.revenue - t.refund_amount.fill_null(0),
        product_total=t.count().over(ibis.window()),
    )
    return t.order_by(ibis.desc("net_revenue"), "product_id")
