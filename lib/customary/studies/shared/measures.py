"""What metrics define, asked by studies: the metrics' own formulas over the rows at hand, at their own grain."""

from collections.abc import Mapping, Sequence

import ibis.expr.types as ir

from customary.declare import METRICS
from customary.metrics.aggregate import aggregate


def measures(frames: Mapping[str, ir.Table], names: Sequence[str], by: Sequence[str] = ()) -> ir.Table:
    """One row per group of `by` with the metrics called `names`.

    `frames` are the rows that count, by the name of their stored frame. Nothing is restated: a metric that is edited
    changes here as well.
    """
    found = aggregate(frames, [METRICS[name] for name in names], by)
    return found.select(*by, *names)
