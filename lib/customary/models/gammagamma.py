"""Gamma-Gamma (Fader, Hardie 2013): what somebody spends per purchase, shrunk to what all do as they are little known.

p and q are shapes, gamma is an amount of money. Spend per purchase must not depend on how often somebody buys.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma, gammaln

from customary.errors import Refused
from customary.models.fit import Array, Fit, maximise, no_fit
from customary.models.histories import Spends

LETTERS = ("p", "q", "gamma")


class _GammaGammaLikelihood:
    """The log-likelihood of all spends; within a group log(gamma + x·m) is taken to the second order in log m.

    Σ log f(m|x) with f(m|x) = Γ(px+q)/(Γ(px)·Γ(q))·gamma^q·m^(px-1)·x^(px)/(gamma+x·m)^(px+q) (eq. 1a).
    """

    def __init__(self, spends: Spends) -> None:
        self.spends, self.xs = spends, spends.by_repeats
        self.n, self.size = self.xs.total(spends.count), spends.customers
        self.logs = self.xs.total(spends.count * spends.mean_log)
        self.spent = spends.repeats * np.exp(spends.mean_log)
        self.spread = 0.5 * spends.count * spends.variance_log * self.spent

    def __call__(self, theta: Array) -> tuple[float, Array]:
        p, q, gamma = values = np.exp(theta)
        x, n, count = self.xs.values, self.n, self.spends.count
        all_ = gamma + self.spent
        # Σ over a group of log(gamma + x·m): at its mean log m, and half the variance times the curvature there
        sums = count * np.log(all_) + self.spread * gamma / all_**2
        by_gamma = count / all_ + self.spread * (self.spent - gamma) / all_**3
        by_x = self.xs.total(sums)
        shape = p * x + q
        value = n @ (gammaln(shape) - gammaln(p * x) - gammaln(q) + q * np.log(gamma) + p * x * np.log(x))
        value += (p * x - 1) @ self.logs - shape @ by_x
        slopes = (
            (n * x) @ (digamma(shape) - digamma(p * x) + np.log(x)) + x @ self.logs - x @ by_x,
            n @ (digamma(shape) - digamma(q)) + self.size * np.log(gamma) - by_x.sum(),
            self.size * q / gamma - shape @ self.xs.total(by_gamma),
        )
        return float(value), np.array(slopes) * values


@dataclass(frozen=True)
class GammaGamma:
    """The model."""

    name: str = "gammagamma"
    letters: tuple[str, ...] = LETTERS

    def fit(self, spends: Spends) -> Fit:
        """The most likely parameters; gamma is in the unit of the spends."""
        if spends.doubt:
            return no_fit(self.name, LETTERS, spends.customers, spends.doubt)
        middle = np.average(spends.mean_log, weights=spends.count)
        start = (2.0, 3.0, float(np.exp(middle)))
        return maximise(self.name, LETTERS, _GammaGammaLikelihood(spends), start, spends.customers)

    def log_likelihood(self, values: ArrayLike, spends: Spends) -> float:
        """The log-likelihood of the spends at given parameters."""
        return _GammaGammaLikelihood(spends)(np.log(np.asarray(values, float)))[0]

    def mean_spend(self, fit: Fit) -> float:
        """E[spend per purchase] over everybody, p·gamma/(q - 1); refused where the fit says that there is no mean."""
        p, q, gamma = fit.values
        if not q > 1:
            raise Refused("spend per purchase has no mean: q is {q:.3g}, and it must be above 1", q=q)
        return p * gamma / (q - 1)

    def expected_spend(self, fit: Fit, repeats: ArrayLike, mean_spend: ArrayLike) -> Array:
        """E[spend per purchase] of each customer (eq. 5); one without repeats gets the mean of everybody."""
        p, q, gamma = fit.values
        self.mean_spend(fit)
        x = np.asarray(repeats, float)
        own = np.where(x > 0, np.asarray(mean_spend, float), 0.0)
        return np.asarray(p * (gamma + x * own) / (p * x + q - 1))


GAMMAGAMMA = GammaGamma()
