"""Whether a customer has left unseen, given a purchase history: the integral inside the Pareto/NBD likelihood."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

BLOCK = 512  # rows × nodes at a time: what is worked on stays in the processor's cache
LEVELS = (2.0, 8.0, 40.0)  # where the panels end: the integrand has fallen to e^-level, and nothing is left
LONG = 2.0  # a first panel from here on, in which f may still rise, is halved
STEPS = 2  # of Newton: an edge need not be exact


@lru_cache
def _nodes(number: int) -> tuple[Array, Array]:
    """Gauss–Legendre nodes and weights on (0, 1)."""
    at, weight = np.polynomial.legendre.leggauss(number)
    return 0.5 * (at + 1), 0.5 * weight


def _panel(w: Array, slow: Array, fast: Array, near: Array, weight: Array) -> Array:
    """∫ of f, f·w, f·log R, f·e^-w, f/R at each row's nodes; f = e^(-slow·w)·R^-fast, R = 1 + near·(e^w - 1)."""
    grown = np.expm1(w)
    ratio = near * grown
    log_ratio = np.log1p(ratio)
    f = np.exp(-slow * w - fast * log_ratio)
    parts = (f, f * w, f * log_ratio, f / (1 + grown), f / (1 + ratio))
    return np.stack([part @ weight for part in parts])


def _level_time(level: float, slow: Array, fast: Array, near: Array, whole: Array) -> Array:
    """Where f has fallen to e^-level, or `whole` where that comes first.

    slow·w + fast·log R is convex in w, so Newton's steps from the right of the crossing never pass it.
    """
    first, last = slow + fast * near, slow + fast
    w = np.minimum(whole, (level - fast * np.log(near)) / last)
    w = np.minimum(w, np.divide(level, first, out=np.full_like(w, np.inf), where=first > 0))
    for _step in range(STEPS):
        grown = near * np.expm1(w)
        fallen = slow * w + fast * np.log1p(grown)
        slope = slow + fast * (near + grown) / (1 + grown)
        w = np.where(fallen > level, w - (fallen - level) / np.where(fallen > level, slope, 1.0), w)
    return w


def _integrals(slow: Array, fast: Array, near: Array, whole: Array, nodes: int) -> Array:
    """The five integrals of `_panel` from 0 to `whole`, in panels between which f falls to e^-level."""
    found = np.zeros((5, len(whole)))
    at, weight = _nodes(nodes)
    start = np.zeros_like(whole)
    edges = [_level_time(level, slow, fast, near, whole) for level in LEVELS]
    for end in (np.where(edges[0] > LONG, 0.5 * edges[0], edges[0]), *edges):
        inside = np.flatnonzero(end > start)
        for row in np.split(inside, range(BLOCK, len(inside), BLOCK)):
            width = (end - start)[row]
            w = start[row, None] + width[:, None] * at
            found[:, row] += width * _panel(w, slow[row, None], fast[row, None], near[row, None], weight)
        start = end
    return found


def departure_odds(
    values: tuple[float, ...], x: Array, last: Array, age: Array, nodes: int = 16
) -> tuple[Array, Array]:
    """Of each row the log of the odds of having left by T, and its slopes by r, alpha, s and beta.

    The odds are s·∫((alpha+T)/(alpha+t))^(r+x)·((beta+T)/(beta+t))^s·dt/(beta+t), t from t_x to T. A difference of
    two 2F1 loses all digits for regular buyers; an integral of something positive loses none. With m the smaller of
    alpha and beta, M the larger and w = log((m+t)/(m+t_x)), one factor is e^-(…)w and the other smooth: a power of
    R = (M+t)/(M+t_x).
    """
    r, alpha, s, beta = values
    low, high = min(alpha, beta) + last, max(alpha, beta) + last
    span, near, rate = age - last, low / high, r + x
    powers = (rate - 1, np.full_like(x, s + 1)) if alpha <= beta else (np.full_like(x, s), rate)
    total, *sums = _integrals(*powers, near, np.log1p(span / low), nodes)
    in_low, in_high, per_low, per_high = (part / np.where(total > 0, total, 1) for part in sums)
    buying, leaving = (in_low, per_low / low), (in_high, per_high / high)
    if alpha > beta:
        buying, leaving = leaving, buying
    grown = np.log1p(span / (alpha + last)), np.log1p(span / (beta + last))
    with np.errstate(divide="ignore"):
        odds = np.log(s * total * (near if alpha <= beta else 1)) + rate * grown[0] + s * grown[1]
    slopes = (
        grown[0] - buying[0],
        rate * (1 / (alpha + age) - buying[1]),
        1 / s + grown[1] - leaving[0],
        s / (beta + age) - (s + 1) * leaving[1],
    )
    return odds, np.stack(slopes)
