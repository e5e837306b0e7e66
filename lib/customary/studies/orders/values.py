"""Orders by size, hour, gap and product."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import METRICS, study
from customary.studies.shared.measures import measures


@study(zh="订单金额分布", source="A-065", rests_on="amounts")
def order_values(orders: ir.Table, *, bins: int = 24) -> ir.Table:
    """How many orders fall into each band of order value; the last band holds everything above the 98th percentile."""
    value = orders.net_amount.cast("float64")
    t = orders.mutate(value=value, top=value.quantile(0.98).over(ibis.window()))
    width = t.top / bins
    band = ibis.cases((t.value >= t.top, bins), else_=(t.value / width.nullif(0)).floor().cast("int32").fill_null(0))
    t = t.mutate(band=band, low=band * width, high=ibis.cases((band < bins, (band + 1) * width)))
    return t.group_by("band", "low", "high").agg(order_count=_.count()).order_by("band")


@study(zh="下单时段", source="C-015")
def hours(orders: ir.Table) -> ir.Table:
    """Orders by weekday (0 = Monday) and hour of the shop's own clock."""
    by = ["weekday", "hour"]
    return measures({"orders": orders}, ["order_count"], by).order_by(by)


@study(zh="购买间隔", source="A-064")
def purchase_intervals(orders: ir.Table, *, week_days: int = 7) -> ir.Table:
    """Gaps between one customer's consecutive purchase days, in weeks; last gaps are still open and not in here."""
    days = orders.select("customer_id", "day").distinct()
    window = ibis.window(group_by=days.customer_id, order_by=days.day)
    gaps = days.mutate(gap=days.day - days.day.lag().over(window)).filter(_.gap.notnull())
    week = (gaps.gap // week_days).cast("int32")
    t = gaps.mutate(week_no=ibis.cases((week >= 52, 52), else_=week))
    return t.group_by("week_no").agg(gap_count=_.count(), mean_days=_.gap.mean()).order_by("week_no")


@study(zh="商品排行", source="A-052", shown=100)
def products(items: ir.Table) -> ir.Table:
    """The products with the most revenue: revenue, units, orders, buyers; `product_total` says of how many."""
    sums = {name: METRICS[name](items) for name in ("item_revenue", "unit_count")}
    t = items.group_by("product_id").agg(
        product_name=items.product_name.max(),
        category=items.category.max(),
        revenue=sums["item_revenue"].cast("float64"),
        unit_count=sums["unit_count"].cast("int64"),
        order_count=items.order_id.nunique(),
        buyer_count=items.customer_id.nunique(),
    )
    return t.mutate(product_total=t.count().over(ibis.window())).order_by(ibis.desc("revenue"), "product_id")
