"""Goods: what is bought at which price, and what comes back and why."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.words import Refused, study


@study(zh="品类与价格带消费占比", source="A-066, A-067")
def price_bands(items: ir.Table, *, bands: int = 4) -> ir.Table:
    """Spend by category and price band; bands cut the lines at equal shares of unit price, equal prices share one.

    `low` and `high` are the lowest and highest price of a band over all categories; `spend_share` is of all spend.
    """
    if not 2 <= bands <= 10:
        raise Refused("there are 2 to 10 price bands")
    t = items.select("category", "net_amount", "quantity", price=items.unit_price.cast("float64"))
    everything = ibis.window()
    smaller = ibis.rank().over(order_by=t.price)  # counts from 0: the number of strictly lower prices
    t = t.mutate(band=(smaller * bands // t.count().over(everything)).cast("int32") + 1)
    t = t.mutate(low=t.price.min().over(group_by=t.band), high=t.price.max().over(group_by=t.band))
    t = t.group_by("category", "band", "low", "high").agg(
        spend=_.net_amount.sum().cast("float64"), unit_count=_.quantity.sum().cast("int64"), line_count=_.count()
    )
    t = t.mutate(
        spend_share=t.spend / t.spend.sum().over(everything).nullif(0),
        category_share=t.spend.sum().over(group_by=t.category) / t.spend.sum().over(everything).nullif(0),
    )
    return t.order_by(ibis.desc("category_share"), "category", "band")


@study(zh="订单状态", source="A-068…A-070")
def order_status(all_orders: ir.Table) -> ir.Table:
    """All orders of the files by how they ended: kept, returned in part or in full, cancelled, never paid."""
    t = all_orders
    status = ibis.cases(
        ((t.cancelled_at.notnull() & (t.paid_at.isnull() | (t.cancelled_at <= t.paid_at))), "cancelled before payment"),
        (t.paid_at.isnull(), "not paid"),
        (t.is_cancelled, "cancelled after payment"),
        (t.is_refunded_in_full & t.is_returned, "refunded in full"),
        (t.is_returned, "returned in part"),
        else_="successful",
    )
    t = t.mutate(order_status=status)
    t = t.group_by("order_status").agg(
        order_count=_.count(),
        counted_count=_.left_out_because.isnull().sum(),
        amount=_.net_amount.sum().cast("float64"),
    )
    share = t.order_count.cast("float64") / t.order_count.sum().over(ibis.window()).nullif(0)
    return t.mutate(order_share=share).order_by(ibis.desc("order_count"), "order_status")


@study(zh="退货时长", source="M24")
def return_delays(returns: ir.Table) -> ir.Table:
    """How returns found their order – named by the source, found by us, not at all – and after how many days."""
    sold = (returns.sold_on.cast("timestamp").epoch_seconds() // 86400).cast("int32")
    t = returns.mutate(
        link=ibis.coalesce(returns.link, ibis.literal("no order")), days=(returns.day - sold).cast("float64")
    )
    return (
        t.group_by("link")
        .agg(
            return_count=_.count(),
            refund_amount=_.refund_amount.sum().cast("float64"),
            median_days=_.days.quantile(0.5),
            most_days=_.days.quantile(0.9),
        )
        .order_by(ibis.desc("return_count"), "link")
    )


@study(zh="退货最多的商品", source="A-074")
def product_returns(items: ir.Table, returns: ir.Table, *, least_orders: int = 20, n: int = 50) -> ir.Table:
    """Products sold in at least `least_orders` orders, by how much of what they brought was refunded meanwhile.

    Sales and refunds are each taken on their own date; `product_total` says how many products were compared.
    """
    sold = items.group_by("product_id").agg(
        product_name=items.product_name.max(),
        category=items.category.max(),
        order_count=items.order_id.nunique(),
        revenue=items.net_amount.sum().cast("float64"),
    )
    back = returns.group_by(back_id=returns.product_id).agg(
        return_count=_.count(), refund_amount=_.refund_amount.sum().cast("float64")
    )
    t = sold.filter(sold.order_count >= least_orders).left_join(back, sold.product_id == back.back_id).drop("back_id")
    t = t.mutate(return_count=t.return_count.fill_null(0), refund_amount=t.refund_amount.fill_null(0.0))
    t = t.mutate(refund_share=t.refund_amount / t.revenue.nullif(0), product_total=t.count().over(ibis.window()))
    return t.order_by(ibis.desc("refund_share"), "product_id").limit(n)
