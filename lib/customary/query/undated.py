"""What is said of figures that date refunds: which of them have no date in the source and stand on their order's."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from ibis import _

from customary.cache import cached_per_snapshot
from customary.declare import METRICS, Metric, Study
from customary.metrics.aggregate import bases_of
from customary.query.parameters import WHOLE, frames_of
from customary.query.selection import Scope, frame_rows
from customary.query.withholding import fewest_people
from customary.shop import Shop
from customary.units import MONEY

FRAME = "returns"
_ONE = {
    "en": "1 refund{worth} has no date of its own and counts by its order’s",
    "zh": "其中 1 笔退款{worth}来源未注明日期，按订单日期推定",
}
_MANY = {
    "en": "{n:,} refunds{worth} have no date of their own and count by their orders’",
    "zh": "其中 {n:,} 笔退款{worth}来源未注明日期，按订单日期推定",
}
_FEW = {
    "en": "some refunds, of fewer than {fewest} customers, have no date of their own and count by their orders’",
    "zh": "其中有退款（不足 {fewest} 位客户）来源未注明日期，按订单日期推定",
}
_WORTH = {"en": " ({amount})", "zh": "（{amount}）"}


@dataclass(frozen=True)
class UndatedRefunds:
    """Refunds that count and whose date no file gives: how many, of how many customers, and what they came to.

    `fewest` is of how many customers a viewer may hear numbers.
    """

    refund_count: int = 0
    customer_count: int = 0
    amount: Decimal | None = None
    fewest: int = 0

    def text(self, currency: str, language: str = "en") -> str:
        """In words: "2 refunds (€100) have no date of their own and count by their orders’"; "" for none."""
        if not self.refund_count:
            return ""
        if self.customer_count < self.fewest:
            return _FEW[language].format(fewest=self.fewest)
        amount = None if self.amount is None else MONEY.text(self.amount, currency, language)
        worth = _WORTH[language].format(amount=amount) if amount else ""
        return (_ONE if self.refund_count == 1 else _MANY)[language].format(n=self.refund_count, worth=worth)


@cached_per_snapshot
def _count_undated(shop: Shop, scope: Scope) -> UndatedRefunds:
    rows = frame_rows(shop, FRAME, scope).in_scope().filter(_.is_undated & _.left_out_because.isnull())
    sums = rows.agg(refund_count=_.count(), customer_count=_.customer_id.nunique(), amount=_.refund_amount.sum())
    return UndatedRefunds(**shop.fetch(sums).to_pylist()[0])


def _among(shop: Shop, scope: Scope) -> UndatedRefunds:
    """Those of a window and selection; a shop without any is not asked again for each."""
    if not _count_undated(shop, Scope()).refund_count:
        return UndatedRefunds()
    return replace(_count_undated(shop, scope), fewest=fewest_people(shop))


def refunds_in_metrics(shop: Shop, wanted: Iterable[Metric], scope: Scope) -> UndatedRefunds:
    """Refunds without a date among the rows of these metrics, in their window and selection."""
    is_dated = any(FRAME in bases_of([METRICS[metric.name]]) for metric in wanted if metric.name in METRICS)
    return _among(shop, Scope(during=scope.during, where=scope.where)) if is_dated else UndatedRefunds()


def refunds_in_study(shop: Shop, found: Study, scope: Scope) -> UndatedRefunds:
    """The same for a study that reads returns, or rests on which orders came back."""
    behind = {frame.removeprefix(WHOLE) for name in found.needs for frame in frames_of(name)}
    return _among(shop, scope) if FRAME in behind or "returned orders" in found.rests_on else UndatedRefunds()
