"""Scores by quantile in which equal values always share a score (M20)."""

import ibis
import ibis.expr.types as ir


def score(value: ir.Value, group: ir.BooleanValue, bins: int = 5) -> ir.IntegerValue:
    """1 (low) to `bins` (high) among the rows of `group`; equal values always share a score.

    The score is the quantile in which the share of strictly smaller values lies, so that a heavy tie at the bottom
    (everybody who bought once) scores 1 and is not lifted by its own weight.
    """
    smaller = ibis.rank().over(group_by=group, order_by=value)  # counts from 0: the number of strictly smaller values
    return (smaller * bins // value.count().over(group_by=group)).cast("int32") + 1
