"""Waiting times of which some are still running: a share is at risk only as long as it was watched."""

import ibis
import ibis.expr.types as ir
from ibis import _


def survival(spans: ir.Table, *by: str) -> ir.Table:
    """Kaplan–Meier (1958) per group over `span` and `is_open`: `by`, `span`, `closed`, `at_risk`, `still_open_rate`."""
    t = spans.group_by(*by, "span").agg(closed=(~_.is_open).sum(), ended=_.count())
    longer = ibis.window(group_by=[t[name] for name in by], order_by=ibis.desc(t.span), preceding=None, following=0)
    t = t.mutate(at_risk=t.ended.sum().over(longer))
    stays = 1 - t.closed.cast("float64") / t.at_risk
    # The last at risk all ending is a factor 0, whose logarithm does not exist: it ends the product at 0.
    t = t.mutate(log_stays=ibis.cases((stays > 0, stays), else_=1e-300).ln())
    so_far = ibis.cumulative_window(group_by=[t[name] for name in by], order_by=t.span)
    return t.mutate(still_open_rate=t.log_stays.sum().over(so_far).exp()).drop("ended", "log_stays")


def median(curve: ir.Table, *by: str, share: float = 0.5) -> ir.Table:
    """The span after which at most `share` is still open, per group; groups that never come so far are not in it."""
    # A shade more, so that sums of logarithms which should be exactly one half are.
    reached = curve.filter(curve.still_open_rate <= share + 1e-9)
    return reached.group_by(*by).agg(span=_.span.min()) if by else reached.agg(span=_.span.min())
