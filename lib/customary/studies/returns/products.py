"""Which products truly come back more often: rates of mature lines, shrunk toward that of all products."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
from ibis import _
from numpy.typing import NDArray

from customary.dates import day_number
from customary.declare import fit, study
from customary.errors import Refused
from customary.stats.arrays import table_of
from customary.stats.intervals import clamp, share

Array = NDArray[np.float64]
KEY = ("order_count", "returned_count")
SHRUNK = {
    "order_count": "int64",
    "returned_count": "int64",
    "shrunk_rate": "float64",
    "low_rate": "float64",
    "high_rate": "float64",
}


@dataclass(frozen=True)
class ShrunkRates:
    """Return rates shrunk toward that of all products: one with its interval per pair of orders and returned orders.

    `rates` are columns as in `SHRUNK`; `prior_weight` is how many orders the common rate is worth. Where no prior can
    be fitted, both figures are NaN and the columns are empty.
    """

    rates: Mapping[str, Array]
    shop_rate: float
    prior_weight: float


def _mature(items: ir.Table, as_of: date, window_days: int) -> ir.Table:
    """Lines that had the whole window to come back in, those without a product or cancelled left out."""
    if window_days < 0:
        raise Refused("a window for returns has at least one day, or 0 for the 95 % quantile of the delays seen")
    seen = (
        clamp(items.return_delay_days, 0).cast("float64").quantile(0.95).ceil().cast("int32").fill_null(30).as_scalar()
    )
    t = items.mutate(window_days=seen if window_days == 0 else ibis.literal(window_days, "int32"))
    return t.filter(t.product_id.notnull() & (day_number(as_of) - t.day > t.window_days))


def _return_counts(items: ir.Table, as_of: date, window_days: int) -> ir.Table:
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


def product_counts(items: ir.Table, as_of: date, *, window_days: int = 0) -> ir.Table:
    """One row per product that was sold long enough ago: its orders, and how many of them brought some of it back."""
    return _return_counts(items, as_of, window_days).order_by("product_id").select(*KEY)


@fit(table=product_counts)
def shrunk_return_rates(columns: Mapping[str, Any]) -> ShrunkRates:
    """Beta-binomial prior of the products' return rates, and what it leaves of each raw rate."""
    from customary.models import shrinkage  # SciPy: only where something is fitted

    trials, events = (columns[name].astype(float) for name in KEY)
    prior = shrinkage.fit(events, trials)
    if prior is None:
        return ShrunkRates(dict.fromkeys(SHRUNK, np.array([])), float("nan"), float("nan"))
    pairs = np.unique(np.column_stack([trials, events]), axis=0)
    mean, low, high = prior.posterior(pairs[:, 1], pairs[:, 0])
    rates = dict(zip(SHRUNK, (*pairs.T, mean, low, high), strict=True))
    return ShrunkRates(rates, float(events.sum() / trials.sum()), prior.weight)


@study(zh="退货率明显偏高的商品", source="A-074, A-078, M24", shown=50, rests_on=("returns", "returned lines"))
def product_returns(
    items: ir.Table, shrunk_return_rates: ShrunkRates, as_of: date, *, window_days: int = 0
) -> ir.Table:
    """Products by the lower end of their return rate's interval, each rate shrunk toward that of all products.

    Orders old enough count once per product. The raw rate of a product sold twice says nothing, so that each rate is
    shrunk toward that of all products (beta-binomial, fitted to this shop); `is_high` means that even the lower end of
    its interval lies above the shop's own rate. `product_total` says how many products were compared.
    """
    t, found = _return_counts(items, as_of, window_days), shrunk_return_rates
    rates = table_of(found.rates, SHRUNK)
    t = t.left_join(rates, KEY).drop(f"{name}_right" for name in KEY)
    has_rate = t.low_rate.notnull()
    by_category = ibis.window(group_by=t.category)
    category_rate = share(t.returned_count.sum().over(by_category), t.order_count.sum().over(by_category))
    t = t.mutate(
        shop_rate=has_rate.ifelse(found.shop_rate, None),
        prior_weight=has_rate.ifelse(found.prior_weight, None),
        raw_rate=share(t.returned_count, t.order_count),
        category_rate=category_rate,
    )
    t = t.mutate(is_high=(t.low_rate > t.shop_rate).fill_null(False), product_total=t.count().over(ibis.window()))
    return t.order_by(ibis.desc("low_rate", nulls_first=False), "product_id")
