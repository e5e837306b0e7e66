"""Shares with their intervals: no share stands without its n."""

import ibis
import ibis.expr.types as ir

Z = 1.96  # 95 %


def share(part: ir.Value, whole: ir.Value) -> ir.FloatingValue:
    """A ratio that is NULL where there is nothing to share."""
    return part.cast("float64") / whole.cast("float64").nullif(0)


def wilson(hits: ir.Value, n: ir.Value, z: float = Z) -> tuple[ir.FloatingValue, ir.FloatingValue]:
    """The interval of a share of `n` (Wilson 1927): it never leaves [0, 1], is honest for few, NULL for nobody."""
    p, trials = share(hits, n), n.cast("float64").nullif(0)
    middle = (p + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * (p * (1 - p) / trials + z * z / (4 * trials * trials)).sqrt()
    # Rounding may leave a hair between the end and a share of exactly nothing or everything.
    return ibis.cases((p > 0, middle - half), (p == 0, 0.0)), ibis.cases((p < 1, middle + half), (p == 1, 1.0))
