"""What chance may have done to a share or an average: the same few formulas for every study."""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
from ibis import _

Z = 1.96  # the normal quantile of a two-sided 95 % interval


def clamp(value: ir.Value, least: float | None = None, most: float | None = None) -> ir.Value:
    """The value, or the bound it passes; nothing stays nothing, which GREATEST and LEAST promise on no engine."""
    tests = [] if least is None else [(value < least, least)]
    tests += [] if most is None else [(value > most, most)]
    return ibis.cases(*tests, else_=value)


def share(part: ir.Value, whole: ir.Value) -> ir.FloatingValue:
    """A ratio that is NULL where there is nothing to share."""
    return part.cast("float64") / whole.cast("float64").nullif(0)


def share_of_all(value: ir.Value, *among: ir.Value | str) -> ir.FloatingValue:
    """What a row's value is of the sum over all rows, or over the rows that are alike in `among`."""
    return share(value, value.sum().over(ibis.window(group_by=among)))


def wilson(hits: ir.Value, n: ir.Value, z: float = Z) -> tuple[ir.FloatingValue, ir.FloatingValue]:
    """The interval of a share of `n` (Wilson 1927); NULL where there is nobody. Neither need be whole."""
    p, trials = share(hits, n), n.cast("float64").nullif(0)
    middle = (p + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * (p * (1 - p) / trials + z * z / (4 * trials * trials)).sqrt()
    # Rounding may leave a hair between the end and a share of exactly nothing or everything.
    return ibis.cases((p > 0, middle - half), (p == 0, 0.0)), ibis.cases((p < 1, middle + half), (p == 1, 1.0))


def byar(count: ir.Value) -> tuple[ir.Value, ir.Value]:
    """The 95 % interval of a count of rare events (Byar's approximation to the Poisson; Breslow & Day 1987, 2.13)."""
    c = count.cast("float64")
    above = c + 1
    low = c * (1 - 1 / (9 * c.nullif(0)) - Z / (3 * c.nullif(0).sqrt())) ** 3
    return low.fill_null(0.0), above * (1 - 1 / (9 * above) + Z / (3 * above.sqrt())) ** 3


def clustered_ratio(table: ir.Table, by: Sequence[str], above: ir.Value, below: ir.Value) -> ir.Table:
    """Ratio of two sums per group, with the standard error that customers' repeated orders leave (Cochran 1977, 6.4).

    Gives `by`, `row_count`, `cluster_count`, `above_sum`, `below_sum`, `ratio`, `error` (empty for one customer).
    Orders that name nobody resemble none in particular: each is a cluster of its own.
    """
    t = table.mutate(above=above.cast("float64"), below=below.cast("float64"))
    own = ibis.cases((t.customer_id.isnull(), ibis.row_number().over(ibis.window())))
    t = t.mutate(own=own).group_by(*by, "customer_id", "own").agg(y=_.above.sum(), x=_.below.sum(), rows=_.count())
    sums = {
        "row_count": _.rows.sum().cast("int64"),
        "cluster_count": _.count(),
        "above_sum": _.y.sum(),
        "below_sum": _.x.sum(),
        "yy": (_.y * _.y).sum(),
        "xy": (_.x * _.y).sum(),
        "xx": (_.x * _.x).sum(),
    }
    t = t.group_by(*by).agg(**sums) if by else t.agg(**sums)
    t = t.mutate(ratio=share(t.above_sum, t.below_sum))
    m = t.cluster_count.cast("float64")
    spread = clamp(t.yy - 2 * t.ratio * t.xy + t.ratio * t.ratio * t.xx, 0.0)
    error = share(share(spread * m, m - 1).sqrt(), t.below_sum)
    return t.mutate(error=error).drop("yy", "xy", "xx")


def shares(table: ir.Table, by: Sequence[str], event: ir.Value) -> ir.Table:
    """Share of rows with `event` per group: `by`, `n`, `event_count`, `rate`, `low`, `high`.

    Wilson's interval on as many rows as they are worth: the orders of one customer resemble each other, so that n is
    divided by the design effect where there is one.
    """
    t = clustered_ratio(table, by, event.fill_null(False).cast("int64"), ibis.literal(1))
    worth = share(t.ratio * (1 - t.ratio), t.error * t.error)
    trials = ibis.cases((worth < t.below_sum, worth), else_=t.below_sum)
    low, high = wilson(t.ratio * trials, trials)
    return t.select(*by, n="row_count", event_count=t.above_sum.cast("int64"), rate="ratio", low=low, high=high)
