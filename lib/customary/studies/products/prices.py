"""Prices and what is taken off them: spend by price band, and orders by depth of discount."""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import day_number
from customary.declare import METRICS, study
from customary.errors import Refused
from customary.rules.book import RuleBook
from customary.stats.intervals import clamp, share, share_of_all, shares
from customary.studies.shared.measures import measures


def _in_bands(t: ir.Table, bounds: list[float]) -> ir.Table:
    """Lines with the band of price_bands.toml that holds their price: at least `low`, less than `high`."""
    ends = [0.0, *(float(bound) for bound in bounds)]
    band = ibis.cases(*((t.price >= low, n) for n, low in reversed(list(enumerate(ends, 1)))), else_=1).cast("int32")
    t = t.mutate(band=band)
    low = ibis.cases(*((t.band == n, low) for n, low in enumerate(ends, 1)))
    high = ibis.cases(*((t.band == n, high) for n, high in enumerate(ends[1:], 1)))
    return t.mutate(low=low, high=high.cast("float64"), basis=ibis.literal("declared"))


def _equal(t: ir.Table, bands: int) -> ir.Table:
    """Lines in bands of equal share; equal prices share one, `low` and `high` are the prices met in it."""
    smaller = ibis.rank().over(order_by=t.price)  # counts from 0: the number of strictly lower prices
    t = t.mutate(band=(smaller * bands // t.count().over(ibis.window())).cast("int32") + 1)
    return t.mutate(
        low=t.price.min().over(group_by=t.band),
        high=t.price.max().over(group_by=t.band),
        basis=ibis.literal("equal shares of the lines"),
    )


@study(zh="品类与价格带消费占比", source="A-066, A-067, M29")
def price_bands(items: ir.Table, currency: str, shop_rules: RuleBook, *, bands: int = 0) -> ir.Table:
    """Spend by category and price band of one piece: bands declared in price_bands.toml, or of equal shares.

    `bands` of 2 to 10 asks for bands that each hold an equal share of the lines; 0 for the declared ones of the shop's
    currency. `basis` says which were used. `gross_amount` adds up to the gross revenue of orders with lines, but for
    charges that are no products, such as postage.
    """
    declared = shop_rules["price_bands"]["price"].get(currency)
    if bands and not 2 <= bands <= 10:
        raise Refused("there are 2 to 10 price bands, or 0 for the declared ones")
    t = items.filter(items.charge.isnull())
    t = t.select("category", "net_amount", "gross_amount", "quantity", price=t.unit_price.cast("float64"))
    t = _equal(t, bands or 4) if bands or not declared else _in_bands(t, declared)
    t = t.group_by("category", "band", "low", "high", "basis").agg(
        spend=_.net_amount.sum().cast("float64"),
        gross_amount=_.gross_amount.sum().cast("float64"),
        unit_count=_.quantity.sum().cast("int64"),
        line_count=_.count(),
    )
    of_category = t.spend.sum().over(group_by=t.category)
    category_share = share(of_category, t.spend.sum().over(ibis.window()))
    t = t.mutate(spend_share=share_of_all(t.spend), category_share=category_share)
    return t.order_by(ibis.desc("category_share"), "category", "band")


def _depth(t: ir.Table, bounds: list[float]) -> ir.Table:
    """Orders with the band of their discount: 0 without any, then up to each of the bounds."""
    depth = share(t.discount_amount, t.gross_amount)
    t = t.mutate(depth=depth.fill_null(0.0))
    band = ibis.cases(
        (t.depth <= 0, 0), *((t.depth <= high, n) for n, high in enumerate(bounds, 1)), else_=len(bounds) + 1
    )
    names = ["no discount", *(f"up to {100 * high:.0f}%" for high in bounds), f"above {100 * bounds[-1]:.0f}%"]
    t = t.mutate(band=band.cast("int32"))
    return t.mutate(discount=ibis.cases(*((t.band == n, name) for n, name in enumerate(names))))


@study(zh="优惠力度分段", source="M28, A-066", rests_on=("amounts", "discounts", "dates"))
def discount_bands(orders: ir.Table, as_of: date, shop_rules: RuleBook, *, within_days: int = 90) -> ir.Table:
    """Orders by depth of discount: how many, how much, and the share followed by another within `within_days`.

    Only orders of customers with the whole span behind them are asked whether another followed. This is correlation:
    who gets a discount, and when, is not left to chance, so that nothing here says what a discount brings about.
    """
    t = _depth(orders, [float(bound) for bound in shop_rules["price_bands"]["discount"]["bounds"]])
    is_mature = (t.day + within_days < day_number(as_of)) & t.customer_id.notnull()
    t = t.mutate(followed=ibis.cases((is_mature, (t.days_to_next <= within_days).fill_null(False))))
    asked = t.filter(t.followed.notnull())
    rates = shares(asked, ["band"], asked.followed)
    rates = rates.select(rated_band="band", followed_rate="rate", low_rate="low", high_rate="high")
    t = t.group_by("band", "discount").agg(
        order_count=METRICS["order_count"](t),
        average_order_value=METRICS["average_order_value"](t),
        gross_per_order=_.gross_amount.cast("float64").mean(),
        named_order_count=METRICS["named_order_count"](t),
        new_buyer_share=_.is_first_order.cast("float64").mean(),
        mature_count=_.followed.count(),
    )
    t = t.mutate(order_share=share_of_all(t.order_count))
    return t.left_join(rates, t.band == rates.rated_band).drop("rated_band").order_by("band")


@study(zh="优惠力度与转化", source="C-083, M28", rests_on=("amounts", "discounts"))
def discount_weeks(orders: ir.Table, sessions: ir.Table) -> ir.Table:
    """Week by week: discounts as a share of gross revenue, the share of visits that bought, and how the two correlate.

    `correlation` is Pearson's over the weeks. Seasons and campaigns move both, so that it is no effect of the discount.
    """
    names = ("order_count", "session_count", "discount_rate", "visit_conversion_rate")
    t = measures({"orders": orders, "sessions": sessions}, names, ["week_on"])
    t = t.filter(t.discount_rate.notnull() & t.visit_conversion_rate.notnull())
    x, y, n = t.discount_rate, t.visit_conversion_rate, t.count().cast("float64")
    together = (x * y).mean() - x.mean() * y.mean()
    spread = ((x * x).mean() - x.mean() * x.mean()) * ((y * y).mean() - y.mean() * y.mean())
    found = t.agg(correlation=ibis.cases((n > 2, share(together, clamp(spread, 0.0).sqrt()))))
    return t.cross_join(found).order_by("week_on")
