"""How far a forecast was from what came: in total, per customer, and in who comes before whom."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from customary.models.fit import Array
from customary.models.grading import area_under_curve

NAN = float("nan")


@dataclass(frozen=True)
class Accuracy:
    """Errors of a forecast; what cannot be told (nobody, or everybody alike) is NaN.

    `error_rate` is the total expected over the total that came, less 1; `mae` and `rmse` are per customer; `auc` is
    the chance that of two customers the one who bought had been put first.
    """

    expected_total: float = NAN
    actual_total: float = NAN
    error_rate: float = NAN
    mae: float = NAN
    rmse: float = NAN
    correlation: float = NAN
    auc: float = NAN


def ranking(score: Array, bought: Array, not_bought: Array) -> float:
    """AUC of a score over groups with so many who bought and who did not; equal scores count half.

    NaN where all or none bought, and where a score is missing.
    """
    if not np.isfinite(score).all():
        return NAN
    happened = np.repeat([1.0, 0.0], len(score))
    return area_under_curve(happened, np.tile(score, 2), np.concatenate([bought, not_bought]))


def _correlation(x: Array, y: Array, count: Array) -> float:
    n = count.sum()
    off_x, off_y = x - count @ x / n, y - count @ y / n
    spread = (count @ off_x**2) * (count @ off_y**2)
    return float(count @ (off_x * off_y) / np.sqrt(spread)) if spread > 1e-24 else NAN


def accuracy(expected: ArrayLike, actual: ArrayLike, count: ArrayLike, ranked: ArrayLike | None = None) -> Accuracy:
    """The errors of `expected` purchases against `actual` ones, over groups of `count` customers who share both.

    `ranked` is what customers are put in order by, such as P(at least one purchase); by default what is expected.
    """
    e, a, n = (np.asarray(column, float) for column in (expected, actual, count))
    size, total = n.sum(), float(n @ a)
    if not size:
        return Accuracy(expected_total=0.0, actual_total=0.0)
    order = e if ranked is None or not np.isfinite(ranked).all() else np.asarray(ranked, float)
    return Accuracy(
        expected_total=float(n @ e),
        actual_total=total,
        error_rate=float(n @ e / total - 1) if total else NAN,
        mae=float(n @ np.abs(e - a) / size),
        rmse=float(np.sqrt(n @ (e - a) ** 2 / size)),
        correlation=_correlation(e, a, n),
        auc=ranking(order, n * (a > 0), n * (a == 0)),
    )
