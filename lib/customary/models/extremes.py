"""Which groups may be called the highest: those clear of all others, the many comparisons included."""

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from customary.models.fit import Array

Places = NDArray[np.intp]
LEVEL = 0.95
MOST = 3  # groups that may share a first place; more than that is no first place


def proportion_ends(rates: Array, trials: Array) -> tuple[Array, Array]:
    """The ends of the 95 % interval of each share of so many trials (Wilson 1927)."""
    pairs = zip(rates, trials, strict=True)
    ends = [stats.binomtest(round(p * n), round(n)).proportion_ci(LEVEL, "wilson") for p, n in pairs]
    return np.array([end.low for end in ends]), np.array([end.high for end in ends])


def count_ends(counts: Array) -> tuple[Array, Array]:
    """The ends of the 95 % interval of each count, taken as Poisson (Garwood 1936)."""
    low = np.where(counts > 0, stats.chi2.ppf((1 - LEVEL) / 2, 2 * counts) / 2, 0.0)
    return low, stats.chi2.ppf((1 + LEVEL) / 2, 2 * counts + 2) / 2


def widening(groups: int) -> float:
    """By how much 95 % intervals grow where every pair of so many groups is compared (Bonferroni)."""
    pairs = max(groups * (groups - 1) / 2, 1)
    return float(stats.norm.isf((1 - LEVEL) / 2 / pairs) / stats.norm.isf((1 - LEVEL) / 2))


def stand_apart(values: Array, lows: Array, highs: Array) -> Places:
    """Positions of the groups that may be called highest, the highest first; none where no difference is clear.

    A difference is clear where the interval of it, put together of the two groups' own (Zou and Donner 2008, eq. 2),
    lies above zero, each widened for all pairs compared. Groups that cannot be told from each other share the place
    if each is clear of all below: at most `MOST`, and never more than half of all.
    """
    order = np.argsort(-values, kind="stable")
    factor = widening(len(order))
    for size in range(1, min(MOST, len(order) // 2) + 1):
        above, below = order[:size, None], order[None, size:]
        arms = np.hypot(values[above] - lows[above], highs[below] - values[below])
        if (values[above] - values[below] > factor * arms).all():
            return order[:size]
    return order[:0]


def share_first_place(values: Array) -> Places:
    """Positions of all that have the greatest value, in their order: what is counted whole has ties and no interval."""
    return np.flatnonzero(np.isclose(values, values.max())) if len(values) else np.array([], dtype=np.intp)
