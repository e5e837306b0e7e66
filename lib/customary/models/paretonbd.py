"""Pareto/NBD (Schmittlein, Morrison, Colombo 1987): customers buy at a rate of their own until, unseen, they leave.

r and alpha describe the purchase rates (gamma), s and beta the rates of leaving (gamma). The likelihood of
(x, t_x, T) is Γ(r+x)/Γ(r)·alpha^r·beta^s·(alpha+T)^-(r+x)·(beta+T)^-s·(1 + odds of having left).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma, expit, gammaln

from customary.models.departures import departure_odds
from customary.models.fit import Array, Fit, Likelihood, maximise, no_fit
from customary.models.histories import Histories

LETTERS = ("r", "alpha", "s", "beta")
EXACT, ROUGH = 16, 5  # nodes per panel: for the answer, and for the way there


class _ParetoLikelihood:
    """The log-likelihood of all histories."""

    def __init__(self, histories: Histories, nodes: int) -> None:
        self.histories, self.nodes = histories, nodes
        self.xs, self.ages = histories.by_repeats, histories.by_age
        self.n, self.size = self.xs.total(histories.count), histories.customers
        self.by_age = self.ages.total(histories.count), self.ages.total(histories.count * histories.repeats)

    def __call__(self, theta: Array) -> tuple[float, Array]:
        r, alpha, s, beta = values = np.exp(theta)
        h, rate, size, (n, n_x) = self.histories, r + self.xs.values, self.size, self.by_age
        odds, odds_slopes = departure_odds(tuple(values), h.repeats, h.last_age, h.age, self.nodes)
        buying, leaving = alpha + self.ages.values, beta + self.ages.values
        in_buying, in_leaving = np.log(buying), np.log(leaving)
        value = self.n @ (gammaln(rate) - gammaln(r)) + size * (r * np.log(alpha) + s * np.log(beta))
        value += h.count @ np.logaddexp(0, odds) - (r * n + n_x) @ in_buying - s * (n @ in_leaving)
        alone = (
            self.n @ (digamma(rate) - digamma(r)) + size * np.log(alpha) - n @ in_buying,
            size * r / alpha - (r * n + n_x) @ (1 / buying),
            size * np.log(beta) - n @ in_leaving,
            size * s / beta - s * (n @ (1 / leaving)),
        )
        return float(value), (np.array(alone) + odds_slopes @ (h.count * expit(odds))) * values


def _time_left(s: float, beta: Array, horizon: Array) -> Array:
    """E[time within the horizon until leaving] of somebody who is there; `beta` is that of the age reached."""
    longer = np.log1p(horizon / beta)
    return np.asarray(beta * (-np.expm1((1 - s) * longer) / (s - 1) if abs(s - 1) > 1e-12 else longer))


@dataclass(frozen=True)
class ParetoNBD:
    """The model; ages and horizons are in one unit, and so are alpha and beta."""

    name: str = "paretonbd"
    letters: tuple[str, ...] = LETTERS

    def fit(self, histories: Histories) -> Fit:
        """The most likely parameters; r and s are pure numbers."""
        if histories.doubt:
            return no_fit(self.name, LETTERS, histories.customers, histories.doubt)
        repeats, age = histories.scale
        start = (0.5, 0.5 * age / repeats, 0.5, 0.5 * age)
        exact, rough = self.likelihood(histories), self.likelihood(histories.coarse(), ROUGH)
        return maximise(self.name, LETTERS, exact, start, histories.customers, rough=rough)

    def likelihood(self, histories: Histories, nodes: int = EXACT) -> Likelihood:
        """The log-likelihood of the histories and its slopes, as a function of log-parameters."""
        return _ParetoLikelihood(histories, nodes)

    def log_likelihood(self, values: ArrayLike, histories: Histories) -> float:
        """The log-likelihood of the histories at given parameters."""
        return self.likelihood(histories)(np.log(np.asarray(values, float)))[0]

    def alive(self, fit: Fit, histories: Histories) -> Array:
        """P(alive at T) of each row."""
        return expit(-departure_odds(fit.values, histories.repeats, histories.last_age, histories.age)[0])

    def purchase_probability(self, fit: Fit, histories: Histories, horizon: float) -> Array:
        """P(at least one purchase within the horizon after T) of each row: 1 - L(T + horizon) / L(T)."""
        later = histories.watch_longer(horizon)
        return -np.expm1(self._logs(fit, later) - self._logs(fit, histories))

    def _logs(self, fit: Fit, histories: Histories) -> Array:
        """Each row's log-likelihood, short of what does not depend on T."""
        r, alpha, s, beta = fit.values
        odds, _slopes = departure_odds(fit.values, histories.repeats, histories.last_age, histories.age)
        staying = -(r + histories.repeats) * np.log(alpha + histories.age) - s * np.log(beta + histories.age)
        return staying + np.logaddexp(0, odds)

    def expected_purchases(self, fit: Fit, histories: Histories, horizon: float) -> Array:
        """E[purchases within the horizon after T] of each row (Fader, Hardie 2005, eq. 41)."""
        r, alpha, s, beta = fit.values
        rate = (r + histories.repeats) / (alpha + histories.age)
        time = _time_left(s, beta + histories.age, np.asarray(horizon, float))
        return np.asarray(rate * time * self.alive(fit, histories))

    def cumulative(self, fit: Fit, times: ArrayLike) -> Array:
        """E[repeat purchases of a new customer by each of the times]."""
        r, alpha, s, beta = fit.values
        return np.asarray(r / alpha * _time_left(s, np.array([beta]), np.atleast_1d(np.asarray(times, float))))


PARETONBD = ParetoNBD()
