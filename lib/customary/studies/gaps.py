"""How long until the next purchase: gaps that were seen, and those still open, weighed together."""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.words import Refused, study

Days = tuple[date | str, date | str]


def _as_day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _spans(orders: ir.Table, as_of: date, during: Days | None) -> ir.Table:
    """One row per purchase day: days to the customer's next one, or days watched in vain (`is_open`)."""
    end = _as_day(during[1]) if during else as_of
    t = orders.filter(orders.day_on < end)
    if during:
        if _as_day(during[0]) >= end:
            raise Refused(f"the window from {during[0]} to {during[1]} holds no day")
        t = t.filter(t.day_on >= _as_day(during[0]))
    days = t.select("customer_id", "day").distinct()
    until_next = days.day.lead().over(group_by=days.customer_id, order_by=days.day) - days.day
    watched = (end - date(1970, 1, 1)).days - days.day
    return days.select(span=ibis.coalesce(until_next, watched).cast("int32"), is_open=until_next.isnull())


def _survival(spans: ir.Table) -> ir.Table:
    """Kaplan–Meier (1958): the share of gaps still open after so many days, open ones counted while watched."""
    t = spans.group_by("span").agg(closed=(~spans.is_open).sum(), ended=spans.count())
    at_risk = t.ended.sum().over(ibis.window(order_by=ibis.desc(t.span), preceding=None, following=0))
    t = t.mutate(at_risk=at_risk)
    # The last at risk all coming back is a factor 0, whose logarithm does not exist: it ends the product at 0.
    stays = 1 - t.closed.cast("float64") / t.at_risk
    t = t.mutate(log_stays=ibis.cases((stays > 0, stays), else_=1e-300).ln())
    so_far = ibis.cumulative_window(order_by=t.span)
    return t.mutate(still_open_rate=t.log_stays.sum().over(so_far).exp())


@study(zh="复购曲线", source="A-064")
def purchase_curve(orders: ir.Table, as_of: date, *, during: Days | None = None) -> ir.Table:
    """Share of purchase days followed by another within so many days; gaps still open count as long as watched."""
    t = _survival(_spans(orders, as_of, during))
    bought_again = 1 - t.still_open_rate
    return t.select(days="span", gap_count="closed", at_risk="at_risk", bought_again_rate=bought_again).order_by("days")


@study(zh="购买间隔汇总", source="A-064")
def purchase_gaps(orders: ir.Table, as_of: date, *, during: Days | None = None) -> ir.Table:
    """Gaps seen and still open, mean and median of the seen ones, and the median with the open ones weighed in.

    The last is empty where not even half of the purchases were followed by another while they were watched.
    """
    spans = _spans(orders, as_of, during)
    curve = _survival(spans)
    # A shade under one half, so that sums of logarithms which should be exactly 0.5 are.
    half = curve.filter(curve.still_open_rate <= 0.5 + 1e-9).agg(honest_median_days=_.span.min())
    seen = spans.span.cast("float64")
    return spans.agg(
        gap_count=(~spans.is_open).sum(),
        open_count=spans.is_open.sum(),
        mean_days=seen.mean(where=~spans.is_open),
        median_days=seen.quantile(0.5, where=~spans.is_open),
    ).cross_join(half.select(honest_median_days=_.honest_median_days.cast("float64")))
