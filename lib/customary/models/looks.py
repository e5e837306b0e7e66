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
NOTHING = 1e-12  # of the error: what earlier looks may have spent does not move the bounds of later ones


def spending(times: NDArray[np.float64], alpha: float = ALPHA) -> NDArray[np.float64]:
    """How much of the error may be spent by each share of the information (O'Brien & Fleming; Lan & DeMets 1983)."""
    from scipy import stats  # studies know this module, and importing them must stay cheap

    spent: NDArray[np.float64] = 4 * stats.norm.sf(stats.norm.isf(alpha / 4) / np.sqrt(times))
    return np.minimum(spent, alpha)


def bounds(times: Sequence[float], alpha: float = ALPHA) -> NDArray[np.float64]:
    """The |z| at which to stop at each look; `times` are the shares of the planned information, rising to at most 1.

    By recursive numerical integration of the walk that has not been stopped (Armitage, McPherson & Rowe 1969). A look
    that knows no more than the one before has its bound, too.
    """
    at = np.asarray(times, dtype=np.float64)
    spent = spending(at, alpha)
    found = _first_bound(at, alpha)
    late = np.flatnonzero(spent > NOTHING)
    if not late.size:
        return found
    before = late[0]
    points, alive = _walk(found[before], at[before])
    for look in late[1:]:
        step = np.sqrt(at[look] - at[before])
        if step <= points[1] - points[0]:  # the grid is too coarse for a step so short, or there was none
            found[look] = found[before]
            continue
        found[look] = _bound(points, alive, step, spent[look] - spent[before]) / np.sqrt(at[look])
        onward = np.linspace(-1, 1, GRID) * found[look] * np.sqrt(at[look])
        points, alive, before = onward, _onward(points, alive, onward, step), look
    return found


def _first_bound(at: NDArray[np.float64], alpha: float) -> NDArray[np.float64]:
    """The bound of a look before which nothing was spent; by logarithms, as it may be tiny."""
    from scipy import special

    found: NDArray[np.float64] = -special.ndtri_exp(
        np.log(2) + special.log_ndtr(special.ndtri(alpha / 4) / np.sqrt(at))
    )
    return found


def _walk(bound: float, time: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The walk at its first look, z times the root of the information: points within the bound, and its density."""
    from scipy import stats

    points = np.linspace(-bound, bound, GRID) * np.sqrt(time)
    return points, stats.norm.pdf(points, scale=np.sqrt(time))


def _onward(
    points: NDArray[np.float64], alive: NDArray[np.float64], onward: NDArray[np.float64], step: float
) -> NDArray[np.float64]:
    """The density of the walk at the points of the next look, of what was not stopped."""
    from scipy import stats

    moved = stats.norm.pdf(onward[:, None] - points[None, :], scale=step)
    return np.trapezoid(moved * alive, points, axis=1)


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
