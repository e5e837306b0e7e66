"""What stands beside a sales figure: orders that are left out of it for no other reason than that they name nobody."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import ibis.expr.types as ir
from ibis import _

from customary.cache import cached_per_snapshot
from customary.declare import METRICS, Metric
from customary.frames.orders import UNNAMED
from customary.metrics.aggregate import bases_of
from customary.query.recipes import fetch_rows, recipe_of
from customary.query.selection import Scope, frame_rows
from customary.query.undated import UndatedRefunds
from customary.shop import Shop
from customary.units import MONEY

# Figures that would grow by such orders, if the shop counted them.
SALES = frozenset(
    {
        "average_net_order_value",
        "average_order_value",
        "gross_revenue",
        "item_count",
        "item_revenue",
        "median_order_value",
        "net_revenue",
        "net_revenue_of_orders",
        "order_count",
        "ordered_revenue",
        "payment_total",
        "priced_order_count",
        "total_revenue",
        "unit_count",
        "units_per_order",
    }
)
# Studies of sales that read only orders with a customer: what the shop counts without one is in none of their rows.
OF_CUSTOMERS = frozenset({"driver_tree"})
_AND = {"en": "; ", "zh": "；"}
_ONE = {"en": "1 order", "zh": "1 笔订单"}
_MANY = {"en": "{:,} orders", "zh": "{:,} 笔订单"}
_WORTH = {"en": "plus {amount} ({orders}) without a customer", "zh": "另有 {amount}（{orders}）未写明客户，未计入"}
_COUNTED = {"en": "plus {orders} without a customer", "zh": "另有 {orders}未写明客户，未计入"}


@dataclass(frozen=True)
class Beside:
    """Orders without a customer, in the shop's books and in none of its figures, and what they came to.

    `amount` is after discounts and before returns; None where no order of them has one.
    """

    order_count: int
    amount: Decimal | None

    def text(self, currency: str, language: str = "en") -> str:
        """In words: "plus €200 (2 orders) without a customer"; "" for none."""
        if not self.order_count:
            return ""
        orders = (_ONE if self.order_count == 1 else _MANY)[language].format(self.order_count)
        said = _COUNTED if self.amount is None else _WORTH
        return said[language].format(orders=orders, amount=MONEY.text(self.amount, currency, language))


@cached_per_snapshot
def _unnamed_orders(shop: Shop, frame: str, scope: Scope, is_counted: bool = False) -> Beside:
    """Those that are left out for their lack of a name; with `is_counted` those that count without one as well."""
    is_unnamed = _.left_out_because == UNNAMED
    if is_counted:
        is_unnamed |= _.left_out_because.isnull() & _.customer_id.isnull()

    def add_up(scope: Scope) -> ir.Table:
        rows = frame_rows(shop, frame, scope).in_scope().filter(is_unnamed)
        return rows.agg(order_count=rows.order_id.nunique(), amount=rows.net_amount.sum())

    return Beside(**fetch_rows(shop, recipe_of(("beside", frame, is_counted), add_up, scope)).to_pylist()[0])


def beside_sales(shop: Shop, wanted: Iterable[Metric], scope: Scope) -> Beside:
    """What stands beside the sales figures among the metrics, in their window and selection; nothing for others."""
    bases = {base for metric in wanted if metric.name in SALES for base in bases_of([METRICS[metric.name]])}
    frame = next((name for name in ("orders", "items") if name in bases), "")
    return _unnamed_orders(shop, frame, Scope(during=scope.during, where=scope.where)) if frame else Beside(0, None)


def text_beside(parts: Iterable[Beside | UndatedRefunds], currency: str, language: str) -> str:
    """What stands beside a figure, in words."""
    return _AND[language].join(filter(None, (part.text(currency, language) for part in parts)))


def beside_study(shop: Shop, name: str, scope: Scope) -> Beside:
    """What stands beside a study of sales that reads orders with a customer only, be the others counted or left out."""
    return _unnamed_orders(shop, "orders", scope, True) if name in OF_CUSTOMERS else Beside(0, None)
