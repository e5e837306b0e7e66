"""Which products truly come back more often: shares of mature lines, drawn towards the shop's own."""

from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from ibis import _

from customary.declare import study
from customary.errors import Refused
from customary.shop import Shop
from customary.stats.intervals import held

_SCORED = {
    "scored_id": "string",
    "shrunk_rate": "float64",
    "low_rate": "float64",
    "high_rate": "float64",
    "shop_rate": "float64",
    "prior_weight": "float64",
}


def _mature(items: ir.Table, as_of: date, window_days: int) -> ir.Table:
    """Lines that had the whole window to come back in, those without a product or cancelled left out."""
    if window_days < 0:
        raise Refused("a window for returns has at least one day, or 0 for the 95 % quantile of the delays seen")
    seen = (
        held(items.return_delay_days, 0)
        .cast("float64")
        .quantile(0.95)
        .ceil()
        .cast("int32")
        .fill_null(30)
        .over(ibis.window())
    )
    t = items.mutate(window_days=seen if window_days == 0 else ibis.literal(window_days, "int32"))
    return t.filter(t.product_id.notnull() & ((as_of - date(1970, 1, 1)).days - t.day >= t.window_days))


def _counted(items: ir.Table, as_of: date, window_days: int) -> ir.Table:
    """Product → orders that held it and how many of them brought some of it back."""
    lines = _mature(items, as_of, window_days).group_by("product_id", "order_id")
    t = lines.agg(
        product_name=_.product_name.max(),
        category=_.category.max(),
        is_returned=_.is_returned.any(),
        revenue=_.net_amount.sum(),
        window_days=_.window_days.max(),
    )
    return t.group_by("product_id").agg(
        product_name=_.product_name.max(),
        category=_.category.max(),
        order_count=_.count(),
        returned_count=_.is_returned.sum().fill_null(0).cast("int64"),
        revenue=_.revenue.sum().cast("float64"),
        window_days=_.window_days.max(),
    )


def _scores(counts: pa.Table) -> ir.Table:
    """Product → its shrunk share with interval, and the prior behind it; nothing where no prior can be fitted."""
    from customary.models import shrinkage  # SciPy: only where something is fitted

    events, trials = (counts[name].to_numpy().astype(float) for name in ("returned_count", "order_count"))
    prior = shrinkage.fit(events, trials)
    if prior is None:
        return ibis.memtable([], schema=_SCORED)
    mean, low, high = prior.posterior(events, trials)
    rows = {
        "scored_id": counts["product_id"].to_pylist(),
        "shrunk_rate": mean,
        "low_rate": low,
        "high_rate": high,
        "shop_rate": np.full(len(trials), events.sum() / trials.sum()),
        "prior_weight": np.full(len(trials), prior.weight),
    }
    return ibis.memtable(pa.table(rows), schema=_SCORED)


@study(zh="退货率真正偏高的商品", source="A-074, A-078, M24")
def product_returns(items: ir.Table, shop: Shop, as_of: date, *, window_days: int = 0, n: int = 50) -> ir.Table:
    """Products by how surely they come back more often than the shop's goods at large.

    Orders old enough count once per product. The raw share of a product sold twice says nothing, so that each share is
    drawn towards that of all products (beta-binomial, fitted to this shop); `is_high` means that even the low end of
    its interval lies above the shop's own rate. `product_total` says how many products were compared.
    """
    t = _counted(items, as_of, window_days)
    scores = _scores(shop.fetch(t.select("product_id", "order_count", "returned_count").order_by("product_id")))
    t = t.left_join(scores, t.product_id == scores.scored_id).drop("scored_id")
    by_category = ibis.window(group_by=t.category)
    category_rate = t.returned_count.sum().over(by_category).cast("float64") / t.order_count.sum().over(by_category)
    t = t.mutate(
        raw_rate=t.returned_count.cast("float64") / t.order_count,
        category_rate=category_rate,
        is_high=(t.low_rate > t.shop_rate).fill_null(False),
        product_total=t.count().over(ibis.window()),
    )
    return t.order_by(ibis.desc("low_rate", nulls_first=False), "product_id").limit(n)
