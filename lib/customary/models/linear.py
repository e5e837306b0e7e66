"""Least squares on grouped observations: the same answer as row by row, from counts, sums and sums of squares."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LinearFit:
    """Coefficients with standard errors that hold under unequal variances; what the data cannot tell apart is NaN."""

    coefficients: Floats
    standard_errors: Floats
    observations: int
    r_squared: float


def _independent_columns(moments: Floats) -> NDArray[np.bool_]:
    """Columns that are no combination of those before them, by pivots of the Cholesky factor."""
    kept: list[int] = []
    for j in range(len(moments)):
        own = moments[j, j]
        if kept:
            own -= moments[j, kept] @ np.linalg.solve(moments[np.ix_(kept, kept)], moments[kept, j])
        if own > 1e-9 * max(moments[j, j], 1.0):
            kept.append(j)
    return np.isin(np.arange(len(moments)), kept)


def fit_grouped(design: Floats, counts: Floats, sums: Floats, squares: Floats) -> LinearFit:
    """Ordinary least squares where row i of `design` stands for `counts[i]` observations.

    `sums` and `squares` are the sums of the outcome and of its square in each group. Standard errors are the sandwich
    with the factor n / (n − k) (White 1980, MacKinnon and White 1985: HC1). Raises ValueError on negative counts.
    """
    if np.any(counts < 0):
        raise ValueError("a group cannot stand for fewer than no observations")
    n, width = int(counts.sum()), design.shape[1]
    coefficients, errors = np.full(width, np.nan), np.full(width, np.nan)
    moments = design.T @ (design * counts[:, None])
    use = _independent_columns(moments)
    if n <= use.sum():
        return LinearFit(coefficients, errors, n, float("nan"))
    x, bread = design[:, use], np.linalg.inv(moments[np.ix_(use, use)])
    coefficients[use] = bread @ (x.T @ sums)
    guess = x @ coefficients[use]
    left = squares - 2 * guess * sums + counts * guess**2  # the squared residuals of each group
    spread = bread @ (x.T @ (x * left[:, None])) @ bread * n / (n - use.sum())
    errors[use] = np.sqrt(np.maximum(np.diag(spread), 0))
    whole = squares.sum() - sums.sum() ** 2 / n
    return LinearFit(coefficients, errors, n, float(1 - left.sum() / whole) if whole > 0 else float("nan"))
