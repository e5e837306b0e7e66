"""What chance may have done to a share: Wilson's interval."""

import ibis
import ibis.expr.types as ir

Z = 1.96  # both sides together 5 %


def wilson(count: ir.NumericValue, n: ir.NumericValue, z: float = Z) -> tuple[ir.NumericValue, ir.NumericValue]:
    """The ends of Wilson's (1927) score interval for `count` of `n`; empty where n is 0."""
    whole = n.cast("float64").nullif(0)
    share = count.cast("float64") / whole
    middle = (share + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z * (share * (1 - share) / whole + z * z / (4 * whole * whole)).sqrt() / (1 + z * z / whole)
    # Rounding may leave a hair between the end and a share of exactly nothing or everything.
    return ibis.cases((share > 0, middle - half), (share == 0, 0.0)), ibis.cases(
        (share < 1, middle + half), (share == 1, 1.0)
    )
