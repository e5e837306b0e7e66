"""Beta-geometric/NBD: customers buy at a rate of their own and may leave for good right after a purchase.

BG/NBD (Fader, Hardie, Lee 2005): the first purchase is never the last. MBG/NBD (Batislam, Denizel, Filiztekin 2007):
it may be. r and alpha describe the rates (gamma), a and b the chance of leaving after a purchase (beta).

With k the purchases that could have been the last, the likelihood of (x, t_x, T) is (2005, eq. 6)

    Γ(r+x)/Γ(r)·alpha^r·B(a, b+k)/B(a, b)·((alpha+T)^-(r+x) + a/(b+k-1)·(alpha+t_x)^-(r+x)),

alive and left; where k is 0 the second term is absent.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma, expit, gammaln

from customary.models.fit import Array, Fit, Likelihood, maximise, no_fit
from customary.models.histories import Histories, distinct
from customary.models.hypergeometric import lost_growth

LETTERS = ("r", "alpha", "a", "b")
BLOCK = 8192  # rows at a time: what is worked on stays in the processor's cache


class _BetaGeometricLikelihood:
    """The log-likelihood of all histories: what depends on one of x, t_x and T alone is summed by its values.

    log(alive + left) is log left + log(1 + alive/left); only the last needs every row, and only of who could have left.
    """

    def __init__(self, histories: Histories, spared: int) -> None:
        self.xs, self.lasts, self.ages = histories.by_repeats, histories.by_last_age, histories.by_age
        x, count = histories.repeats, histories.count
        could = x + 1 - spared > 0  # have left
        self.k = self.xs.values + 1 - spared
        self.n, self.n_could = self.xs.total(count), self.xs.total(count * could)
        self.size = histories.customers
        # n and n·x of those who could have left, by t_x, and of the others, by T
        self.could = self.lasts.total(count * could), self.lasts.total(count * could * x)
        self.certain = self.ages.total(count * ~could), self.ages.total(count * ~could * x)
        rows = np.flatnonzero(could)
        places = self.xs.places, self.lasts.places, self.ages.places
        self.blocks = [
            (x[block], count[block], tuple(place[block] for place in places))
            for block in np.split(rows, range(BLOCK, len(rows), BLOCK))
        ]

    def _odds(self, r: float, left: Array, log: tuple[Array, Array], per: tuple[Array, Array]) -> tuple[float, Array]:
        """Σ log(1 + odds of being alive), and by x: the expected number alive, and the same times two slopes."""
        value, found = 0.0, np.zeros((3, len(self.k)))
        for x, count, (at_x, at_last, at_age) in self.blocks:
            apart = log[1][at_age] - log[0][at_last]
            odds = np.exp(-(left[at_x] + (r + x) * apart))
            value += float(count @ np.log1p(odds))
            alive = count * odds / (1 + odds)
            found[0] += np.bincount(at_x, alive, len(self.k))
            found[1] += np.bincount(at_x, alive * apart, len(self.k))
            found[2] += np.bincount(at_x, alive * (per[1][at_age] - per[0][at_last]), len(self.k))
        return value, found

    def __call__(self, theta: Array) -> tuple[float, Array]:
        r, alpha, a, b = np.exp(theta)
        k, n, tossed = self.k, self.n, b + np.maximum(self.k - 1, 0)
        rate, left = r + self.xs.values, np.log(a) - np.log(tossed)
        ends = alpha + self.lasts.values, alpha + self.ages.values
        log, per = (np.log(ends[0]), np.log(ends[1])), (1 / ends[0], 1 / ends[1])
        value, (alive, alive_log, alive_per) = self._odds(r, left, log, per)
        of_r = (self.could[0] @ log[0] + self.certain[0] @ log[1], self.could[0] @ per[0] + self.certain[0] @ per[1])
        of_x = (self.could[1] @ log[0] + self.certain[1] @ log[1], self.could[1] @ per[0] + self.certain[1] @ per[1])
        value += n @ (gammaln(rate) - gammaln(r) + gammaln(a + b) - gammaln(b) + gammaln(b + k) - gammaln(a + b + k))
        value += self.size * r * np.log(alpha) + self.n_could @ left - r * of_r[0] - of_x[0]
        gone, both = self.n_could - alive, digamma(a + b) - digamma(a + b + k)
        slopes = (
            n @ (digamma(rate) - digamma(r)) + self.size * np.log(alpha) - of_r[0] - alive_log.sum(),
            self.size * r / alpha - r * of_r[1] - of_x[1] - rate @ alive_per,
            n @ both + gone.sum() / a,
            n @ (both + digamma(b + k) - digamma(b)) - gone @ (1 / tossed),
        )
        return float(value), np.array(slopes) * np.exp(theta)


@dataclass(frozen=True)
class BetaGeometric:
    """Both models: `spared` is 1 where the first purchase is never the last, else 0."""

    name: str
    spared: int
    letters: tuple[str, ...] = LETTERS

    def fit(self, histories: Histories) -> Fit:
        """The most likely parameters; r, a and b are pure numbers, alpha is in the unit of the ages."""
        if histories.doubt:
            return no_fit(self.name, LETTERS, histories.customers, histories.doubt)
        repeats, age = histories.scale
        start = (0.5, 0.25 * age / repeats, 0.7, 3.0)
        exact, rough = self.likelihood(histories), self.likelihood(histories.coarse())
        return maximise(self.name, LETTERS, exact, start, histories.customers, rough=rough)

    def likelihood(self, histories: Histories) -> Likelihood:
        """The log-likelihood of the histories and its slopes, as a function of log-parameters."""
        return _BetaGeometricLikelihood(histories, self.spared)

    def log_likelihood(self, values: ArrayLike, histories: Histories) -> float:
        """The log-likelihood of the histories at given parameters."""
        return self.likelihood(histories)(np.log(np.asarray(values, float)))[0]

    def alive(self, fit: Fit, histories: Histories) -> Array:
        """P(alive at T) of each row."""
        r, alpha, a, b = fit.values
        x, k = histories.repeats, histories.repeats + 1 - self.spared
        left = np.where(k > 0, np.log(a) - np.log(b + np.maximum(k - 1, 0)), -np.inf)
        return expit(-(left + (r + x) * np.log((alpha + histories.age) / (alpha + histories.last_age))))

    def purchase_probability(self, fit: Fit, histories: Histories, horizon: float) -> Array:
        """P(at least one purchase within the horizon after T) of each row."""
        r, alpha = fit.values[:2]
        silent = -(r + histories.repeats) * np.log1p(horizon / (alpha + histories.age))
        return -np.expm1(silent) * self.alive(fit, histories)

    def expected_purchases(self, fit: Fit, histories: Histories, horizon: float) -> Array:
        """E[purchases within the horizon after T] of each row (eq. 10); its long series once per different (x, T)."""
        r, alpha, a, b = fit.values
        xs, ages = histories.by_repeats, histories.by_age
        pairs = distinct((xs.places * len(ages.values) + ages.places).astype(np.float64))
        at_x, at_age = np.divmod(pairs.values.astype(np.intp), max(len(ages.values), 1))
        x, share = xs.values[at_x], horizon / (alpha + ages.values[at_age] + horizon)
        growth = lost_growth(r + x, b + x + 1 - self.spared, a - 1, share)
        return growth[pairs.places] * self.alive(fit, histories)

    def cumulative(self, fit: Fit, times: ArrayLike) -> Array:
        """E[repeat purchases of a new customer by each of the times] (eq. 9)."""
        r, alpha, a, b = fit.values
        share = np.atleast_1d(np.asarray(times, float))
        share = share / (alpha + share)
        growth = lost_growth(np.full_like(share, r), np.full_like(share, b + 1 - self.spared), a - 1, share)
        return np.asarray(growth * self.alive(fit, Histories([0], [0], [0]))[0])


BGNBD = BetaGeometric("bgnbd", spared=1)
MBGNBD = BetaGeometric("mbgnbd", spared=0)
