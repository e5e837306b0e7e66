"""Scores by quantile in which equal values always share a score (M20)."""

from collections.abc import Iterable

import ibis
import ibis.expr.types as ir
from ibis import _


def score(value: ir.Value, group: ir.BooleanValue, bins: int = 5) -> ir.IntegerValue:
    """1 (low) to `bins` (high) among the rows of `group`; equal values always share a score.

    The score is the quantile in which the share of strictly smaller values lies, so that a heavy tie at the bottom
    (everybody who bought once) scores 1 and is not lifted by its own weight. An unknown value has no score.
    """
    known = [group, value.notnull()]
    smaller = ibis.rank().over(group_by=known, order_by=value)  # counts from 0: the number of strictly smaller values
    place = (smaller * bins // value.count().over(group_by=known).nullif(0)).cast("int32") + 1
    return ibis.cases((value.notnull(), place))


def bounds(rows: ir.Table, bins: int = 5, **values: ir.Value) -> ir.Table:
    """One row: the values of `rows` above which a score is 2, 3, … `bins`, named `<value>_2`, `<value>_3`, …

    Only the different values are put in order, never the rows.
    """
    found = []
    for name, value in values.items():
        t = rows.filter(value.notnull()).group_by(value=value).agg(n=_.count())
        t = t.mutate(
            so_far=t.n.sum().over(ibis.cumulative_window(order_by=t.value)), whole=t.n.sum().over(ibis.window())
        )
        found.append(
            t.agg(**{f"{name}_{k + 1}": t.value.min(where=t.so_far * bins >= k * t.whole) for k in range(1, bins)})
        )
    first, *others = found
    return first.cross_join(*others) if others else first


def score_within(value: ir.Value, least: Iterable[ir.Value]) -> ir.IntegerValue:
    """The same as `score`, by the `bounds` of the group: one more than the bounds that a value exceeds."""
    return sum(((value > bound).cast("int32") for bound in least), start=ibis.literal(1, "int32")).cast("int32")
