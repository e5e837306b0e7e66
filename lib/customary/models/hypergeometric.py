"""The one special function that SciPy does not compute well enough for expected purchases."""

import numpy as np

from customary.models.fit import Array

MOST_TERMS = 200_000
LARGE = 30.0  # parameters from which the transformed series may overflow, while the plain one loses nothing


def _series(a: Array, b: Array, c: Array, z: Array) -> Array:
    """(2F1(a - 1, b - 1; c - 1; z) - 1)·(c - 1) / ((a - 1)·(b - 1)·z): 1 + a·b/(c·2!)·… with the first factors out."""
    total, term, rows = np.ones_like(z), np.ones_like(z), np.arange(len(z))
    for j in range(MOST_TERMS):
        if not len(rows):
            break
        term = term * ((a[rows] + j) * (b[rows] + j) / ((c[rows] + j) * (j + 2)) * z[rows])
        total[rows] += term
        if j % 16 == 15:  # the terms come to fall like z^j: what follows is below term / (1 - z)
            going = np.abs(term) > 1e-16 * (1 - z[rows]) * np.abs(total[rows])
            rows, term = rows[going], term[going]
    return total


def _above_one(a: Array, b: Array | float, c: Array, z: Array) -> Array:
    """(2F1(a, b; c; z) - 1)·c / b, which no b or c of 0 disturbs."""
    return a * z * _series(a + 1, np.broadcast_to(np.asarray(b) + 1, z.shape), c + 1, z)


def lost_growth(rate: Array, stayed: Array, leaving: float, share: Array) -> Array:
    """Purchases expected of somebody alive in a stretch of time, who may leave after each of them.

    (c/B)·(1 - (1-z)^r·2F1(r, b; c; z)) with r = `rate`, b = `stayed`, B = `leaving` = a - 1, c = b + B, z = `share`
    (Fader, Hardie, Lee 2005, eq. 10). Euler's transformation leaves (1-z)^B·2F1(c-r, B; c; z), whose first term meets
    the 1 through expm1, so that nothing is lost near a = 1.
    """
    c, log_rest = stayed + leaving, np.log1p(-share)
    with np.errstate(over="ignore", invalid="ignore"):
        if leaving > LARGE or float((rate - c).max(initial=0.0)) > LARGE:
            return (c - np.exp(rate * log_rest) * (c + stayed * _above_one(rate, stayed, c, share))) / leaving
        shrunk = np.expm1(leaving * log_rest) / leaving if abs(leaving) > 1e-12 else log_rest
        grown = np.exp(leaving * log_rest) * _above_one(c - rate, leaving, c, share)
    return -(c * shrunk + grown)
