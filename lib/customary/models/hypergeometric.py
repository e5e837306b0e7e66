"""The one special function that SciPy does not compute well enough for expected purchases."""

import numpy as np

from customary.models.fit import Array

MOST_TERMS = 200_000


def _series(a: Array, b: float, c: Array, z: Array) -> Array:
    """1 + Σ (a+1)…(a+j)·(b+1)…(b+j) / ((c+1)…(c+j)·(j+1)!)·z^j, so that 2F1(a, b; c; z) = 1 + a·b/c·z·this."""
    total = np.ones_like(z)
    open_, term = np.arange(len(z)), np.ones_like(z)
    for j in range(1, MOST_TERMS):
        term = term * ((a[open_] + j) * (b + j) / ((c[open_] + j) * (j + 1)) * z[open_])
        total[open_] += term
        # Beyond j > |a|, |b| all terms have one sign and fall like z^j: what follows is below term / (1 - z).
        going = np.abs(term) > 1e-16 * (1 - z[open_]) * np.abs(total[open_])
        if j % 16 == 0 and not going.all():
            open_, term = open_[going], term[going]
            if not len(open_):
                break
    return total


def lost_growth(rate: Array, stayed: Array, leaving: float, share: Array) -> Array:
    """E[(1 - (1 - share·p')^…)]: purchases expected of somebody alive, while they may leave after each.

    (c/B)·(1 - (1-z)^r·2F1(r, b; c; z)) with r = `rate`, b = `stayed`, B = `leaving` = a - 1, c = b + B, z = `share`
    (Fader, Hardie, Lee 2005, eq. 10). Euler's transformation leaves (1-z)^B·2F1(c-r, B; c; z), whose first term meets
    the 1 through expm1, so that nothing is lost near a = 1; c = 0 is no pole, for c·(2F1 - 1)/B has none.
    """
    c = stayed + leaving
    log_rest = np.log1p(-share)
    shrunk = np.expm1(leaving * log_rest) / leaving if abs(leaving) > 1e-12 else log_rest
    grown = (c - rate) * share * _series(c - rate, leaving, c, share)
    return -(c * shrunk + np.exp(leaving * log_rest) * grown)
