"""Looking at an experiment before its end: how far a difference must stand out at each look, and what holds at any.

Whoever looks thirty times at the 5 % level, and stops at the first alarm, is wrong in a quarter of all experiments
without an effect. Group-sequential bounds share the 5 % out over the looks that were planned; the always-valid
p-value holds however often one looks, and finds true effects more rarely.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

GRID = 1_201  # points at which the distribution of the walk is known between two looks
ALPHA = 0.05


def spending(times: NDArray[np.float64], alpha: float = ALPHA) -> NDArray[np.float64]:
    """How much of the error may be spent by each share of the information (O'Brien & Fleming; Lan & DeMets 1983)."""
    from scipy import stats  # studies know this module, and importing them must stay cheap

    spent: NDArray[np.float64] = 4 * stats.norm.sf(stats.norm.isf(alpha / 4) / np.sqrt(times))
    return np.minimum(spent, alpha)


def bounds(times: Sequence[float], alpha: float = ALPHA) -> NDArray[np.float64]:
    """The |z| at which to stop at each look; `times` are the shares of the planned information, rising to at most 1.

    By recursive numerical integration of the walk that has not been stopped (Armitage, McPherson & Rowe 1969).
    """
    from scipy import stats

    at = np.asarray(times, dtype=np.float64)
    spent = np.diff(spending(at, alpha), prepend=0.0)
    found = np.empty_like(at)
    found[0] = stats.norm.isf(spent[0] / 2)
    # The walk is z times the root of the information; `alive` is its density where it was not stopped.
    points = np.linspace(-found[0], found[0], GRID) * np.sqrt(at[0])
    alive = stats.norm.pdf(points, scale=np.sqrt(at[0]))
    for look in range(1, len(at)):
        step = np.sqrt(at[look] - at[look - 1])
        found[look] = _bound(points, alive, step, spent[look]) / np.sqrt(at[look])
        onward = np.linspace(-1, 1, GRID) * found[look] * np.sqrt(at[look])
        moved = stats.norm.pdf(onward[:, None] - points[None, :], scale=step)
        points, alive = onward, np.trapezoid(moved * alive, points, axis=1)
    return found


def _bound(points: NDArray[np.float64], alive: NDArray[np.float64], step: float, spent: float) -> float:
    """Where the walk, after one more step, lies outside with just the chance that may be spent."""
    from scipy import stats

    low, high = 0.0, 12.0
    for _turn in range(60):
        middle = (low + high) / 2
        outside = stats.norm.sf(middle - points, scale=step) + stats.norm.cdf(-middle - points, scale=step)
        low, high = (middle, high) if np.trapezoid(outside * alive, points) > spent else (low, middle)
    return (low + high) / 2


def always_valid(
    differences: NDArray[np.float64], variances: NDArray[np.float64], spread: float
) -> NDArray[np.float64]:
    """The p-value that holds at every look so far: the smallest 1/Λ of the mixture test (Johari et al. 2017).

    `variances` are those of the differences at each look; `spread` is the standard deviation of the effects that are
    thought likely before the start. Looks are along the last axis.
    """
    tau = spread * spread
    known = variances > 0
    v = np.where(known, variances, 1.0)
    log = 0.5 * np.log(v / (v + tau)) + differences**2 * tau / (2 * v * (v + tau))
    return np.minimum.accumulate(np.minimum(1.0, np.where(known, np.exp(-log), 1.0)), axis=-1)
