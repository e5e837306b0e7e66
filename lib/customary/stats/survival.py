"""Kaplan–Meier on counts: how many still wait after so many days, when some are only watched for a while."""

import ibis
import ibis.expr.types as ir
from ibis import _


def count_spans(spans: ir.Table, *by: str) -> ir.Table:
    """From one row per wait (`span` days, `is_open` if nothing had ended it) to how many there are of each length."""
    t = spans.mutate(closed=ibis.cases((spans.is_open, 0), else_=1))
    return t.group_by(*by, "span").agg(closed=t.closed.sum(), ended=t.count())


def survival(spans: ir.Table, *by: str) -> ir.Table:
    """Add `at_risk`, `still_open_rate` and `greenwood` to counts of waits by length, one curve per group of `by`.

    `closed` waits of so many days ended with what was waited for, all that `ended` are no longer watched.
    Kaplan and Meier (1958): the product of the shares that stayed; `greenwood` is Greenwood's (1926) sum, the variance
    of the rate divided by its square, empty once nobody is left.
    """
    t = spans
    longest_first = ibis.window(group_by=by, order_by=ibis.desc(t.span), preceding=None, following=0)
    t = t.mutate(at_risk=t.ended.sum().over(longest_first))
    # The last at risk all coming back is a factor 0, whose logarithm does not exist: it ends the product at 0.
    stays = 1 - t.closed.cast("float64") / t.at_risk
    left = (t.at_risk - t.closed).nullif(0)
    t = t.mutate(
        log_stays=ibis.cases((stays > 0, stays), else_=1e-300).ln(),
        part=t.closed.cast("float64") / (t.at_risk.cast("float64") * left),
    )
    so_far = ibis.cumulative_window(group_by=by, order_by=t.span)
    t = t.mutate(still_open_rate=t.log_stays.sum().over(so_far).exp(), greenwood=t.part.sum().over(so_far))
    alone = t.closed == t.at_risk
    return t.mutate(greenwood=ibis.cases((~alone, t.greenwood))).drop("log_stays", "part")


def quantiles_of_returns(curve: ir.Table, **levels: float) -> ir.Table:
    """One row: the days within which such a share of those who come back at all have come back, open waits weighed in.

    Many never return, so that a quantile of everybody may not exist; this is the curve's, scaled to where it ends.
    """
    t = curve.mutate(back=1 - curve.still_open_rate)
    t = t.mutate(most=t.back.max().over(ibis.window()))
    reached = {name: (t.back >= level * t.most - 1e-9) & (t.most > 0) for name, level in levels.items()}
    return t.agg(**{name: _.span.min(where=holds).cast("float64") for name, holds in reached.items()})


def median(curve: ir.Table, *by: str, share: float = 0.5) -> ir.Table:
    """The span after which at most `share` is still open, per group; groups that never come so far are not in it."""
    # A shade more, so that sums of logarithms which should be exactly one half are.
    reached = curve.filter(curve.still_open_rate <= share + 1e-9)
    return reached.group_by(*by).agg(span=_.span.min()) if by else reached.agg(span=_.span.min())
