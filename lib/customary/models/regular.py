"""MBG/CNBD-k (Platzer and Reutterer): customers who buy at regular intervals and may leave right after a purchase.

Where MBG/NBD has purchases fall at random, here each is the k-th tick of a Poisson process, so that gaps are Erlang-k:
the greater k, the more regular. r and alpha describe the rates of ticks (gamma), a and b the chance of leaving after
a purchase, the first one included (beta). With k = 1 it is MBG/NBD. With p = r + k·x and z = (T - t_x)/(alpha + T) the
likelihood of (x, t_x, T) and the gaps g is

    Π g^(k-1)/(k-1)!·B(a, b+x+1)/B(a, b)·Γ(p)/Γ(r)·alpha^r·(alpha+T)^-p·(left + alive),
    left = a/(b+x)·((alpha+T)/(alpha+t_x))^p,  alive = Σ over j < k of p·…·(p+j-1)/j!·z^j.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, betaln, expit, gammaln, loggamma

from customary.models.betageometric import MBGNBD
from customary.models.fit import Array, Fit, Likelihood, maximise, no_fit
from customary.models.histories import Histories

LETTERS = ("k", "r", "alpha", "a", "b")
FREE = LETTERS[1:]
MOST_REGULAR = 12
IMAGINARY = 1e-30  # of a complex step: the slope is exact, for nothing is subtracted (Squire and Trapp 1998)
NEGLIGIBLE = 1e-10
MOST_PURCHASES = 5000


def _log_sum(first: Array, second: Array) -> Array:
    """log(e^first + e^second), of complex numbers by the greater real part."""
    top = np.maximum(first.real, second.real)
    return np.asarray(top + np.log(np.exp(first - top) + np.exp(second - top)))


def _alive_terms(p: Array, z: Array, k: int) -> Iterator[Array]:
    """The terms of `alive`, one per number of ticks since the last purchase: 1, p·z, p·(p+1)/2·z², …"""
    term = np.ones_like(p * z)
    for j in range(k):
        yield term
        term = term * (p + j) * z / (j + 1)


def _total(terms: Iterator[Array]) -> Array:
    """The terms added up, row by row."""
    return np.asarray(sum(terms))


def _log_departure(p: Array, values: Any, h: Histories) -> Array:
    """log of `left`."""
    _r, alpha, a, b = values
    return np.asarray(np.log(a) - np.log(b + h.repeats) + p * (np.log(alpha + h.age) - np.log(alpha + h.last_age)))


def _log_rows(values: Any, h: Histories, k: int) -> Array:
    """The log-likelihood of each row without its gaps, which change no parameter; parameters may be complex."""
    r, alpha, a, b = values
    x, p = h.repeats, r + k * h.repeats
    alive = np.log(_total(_alive_terms(p, (h.age - h.last_age) / (alpha + h.age), k)))
    shape = loggamma(p) - loggamma(r) + r * np.log(alpha) - p * np.log(alpha + h.age)
    staying = loggamma(b + x + 1) - loggamma(a + b + x + 1) - loggamma(b) + loggamma(a + b)
    return np.asarray(shape + staying + _log_sum(_log_departure(p, values, h), alive))


def _likelihood(h: Histories, k: int) -> Likelihood:
    """Log-parameters → the log-likelihood without the gaps and its slopes."""

    def value_and_slopes(theta: Array) -> tuple[float, Array]:
        steps = theta + 1j * IMAGINARY * np.eye(len(theta))
        sums = [h.count @ _log_rows(np.exp(step), h, k) for step in steps]
        return float(sums[0].real), np.array([one.imag for one in sums]) / IMAGINARY

    return value_and_slopes


def gaps_share(h: Histories, k: int, log_gaps: float) -> float:
    """What the gaps themselves add to the log-likelihood; `log_gaps` is the sum of their logarithms over everybody."""
    return float((k - 1) * log_gaps - (h.count @ h.repeats) * gammaln(k))


@dataclass(frozen=True)
class RegularBuyers:
    """The model; alpha is in the unit of the ages, k a whole number that is found by comparing likelihoods."""

    name: str = "mbgcnbd"
    letters: tuple[str, ...] = LETTERS

    def fit(self, histories: Histories, log_gaps: float) -> Fit:
        """The most likely k and, for it, the most likely parameters; k is raised until two steps bring nothing.

        `log_gaps` is Σ log of the time between one purchase and the next, of all customers, in the unit of the ages.
        """
        if histories.doubt:
            return no_fit(self.name, LETTERS, histories.customers, histories.doubt)
        best: Fit | None = None
        for k in range(1, MOST_REGULAR + 1):
            found = self.fit_with(histories, k, log_gaps)
            if best is None or found.log_likelihood > best.log_likelihood:
                best = found
            elif k - best.parameters["k"] >= 2:
                break
        assert best is not None
        return best

    def fit_with(self, histories: Histories, k: int, log_gaps: float) -> Fit:
        """The most likely parameters for a k; their errors are those for this k."""
        found = MBGNBD.fit(histories) if k == 1 else self._climb(histories, k)
        return replace(
            found,
            model=self.name,
            parameters={"k": float(k), **found.parameters},
            standard_errors={"k": float("nan"), **found.standard_errors},
            log_likelihood=found.log_likelihood + gaps_share(histories, k, log_gaps),
        )

    def _climb(self, histories: Histories, k: int) -> Fit:
        repeats, age = histories.scale
        start = (0.5, 0.25 * age / repeats / k, 0.7, 3.0)
        exact, rough = _likelihood(histories, k), _likelihood(histories.coarse(), k)
        return maximise(self.name, FREE, exact, start, histories.customers, rough=rough)

    def log_likelihood(self, values: ArrayLike, histories: Histories, log_gaps: float) -> float:
        """The log-likelihood of the histories at given parameters, k first."""
        k, *free = np.asarray(values, float)
        rows = _log_rows(free, histories, int(k))
        return float(histories.count @ rows.real) + gaps_share(histories, int(k), log_gaps)

    def alive(self, fit: Fit, histories: Histories) -> Array:
        """P(alive at T) of each row."""
        k, free = int(fit.values[0]), fit.values[1:]
        p = free[0] + k * histories.repeats
        return np.asarray(expit(np.log(_total(_terms_at(free, histories, k))) - _log_departure(p, free, histories)))

    def purchase_probability(self, fit: Fit, histories: Histories, horizon: float) -> Array:
        """P(at least one purchase within the horizon after T) of each row: the next gap ends in it, if it goes on."""
        k, free = int(fit.values[0]), fit.values[1:]
        p, later = free[0] + k * histories.repeats, histories.watch_longer(horizon)
        silent = np.log(_total(_terms_at(free, later, k))) - np.log(_total(_terms_at(free, histories, k)))
        silent = silent - p * np.log1p(horizon / (free[1] + histories.age))
        return np.asarray(-np.expm1(silent) * self.alive(fit, histories))

    def expected_purchases(self, fit: Fit, histories: Histories, horizon: ArrayLike) -> Array:
        """E[purchases within the horizon after T] of each row, exactly; each row may have a horizon of its own.

        Σ over n of P(still there after n - 1 more purchases)·P(the n-th falls within the horizon): of who has ticked
        j times since the last purchase, the ticks ahead are negative binomial, and the n-th purchase needs k·n - j.
        """
        k, (r, alpha, a, b) = int(fit.values[0]), fit.values[1:]
        ahead = np.asarray(horizon, float)
        p, share = r + k * histories.repeats, ahead / (alpha + histories.age + ahead)
        ticked = np.stack(list(_terms_at((r, alpha, a, b), histories, k)))
        ticked = ticked / ticked.sum(axis=0)
        total, stayed = np.zeros(len(histories)), b + histories.repeats + 1
        for n in range(1, MOST_PURCHASES):
            arrived = _total(ticked[j] * betainc(k * n - j, p + j, share) for j in range(k))
            added = np.exp(betaln(a, stayed + n - 1) - betaln(a, stayed)) * arrived
            total += added
            if not (added > NEGLIGIBLE * (total + NEGLIGIBLE)).any():
                break
        return np.asarray(total * self.alive(fit, histories))

    def cumulative(self, fit: Fit, times: ArrayLike) -> Array:
        """E[repeat purchases of a new customer by each of the times]."""
        ahead = np.atleast_1d(np.asarray(times, float))
        new = np.zeros_like(ahead)
        return self.expected_purchases(fit, Histories(new, new, new), ahead)


def _terms_at(values: Any, h: Histories, k: int) -> Iterator[Array]:
    r, alpha, _a, _b = values
    return _alive_terms(r + k * h.repeats, (h.age - h.last_age) / (alpha + h.age), k)


REGULAR = RegularBuyers()
