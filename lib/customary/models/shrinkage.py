"""Shares of many groups, small ones among them: a beta prior fitted to all, and what it leaves of each raw share.

Empirical Bayes with the beta-binomial (Casella 1985; Gelman et al., Bayesian Data Analysis, section 5.3): a group of
few trials is drawn towards the mean of all, one of many keeps its own share.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betaln, expit
from scipy.stats import beta

Array = NDArray[np.float64]


@dataclass(frozen=True)
class BetaPrior:
    """The beta distribution of the groups' true shares: `mean`, and `weight` in trials that it is worth."""

    mean: float
    weight: float

    def posterior(self, events: Array, trials: Array, level: float = 0.95) -> tuple[Array, Array, Array]:
        """Mean and interval of each group's true share after its `events` of `trials`."""
        a = self.mean * self.weight + events
        b = (1 - self.mean) * self.weight + trials - events
        tail = (1 - level) / 2
        return a / (a + b), beta.ppf(tail, a, b), beta.ppf(1 - tail, a, b)


HEAVIEST = 1e6  # trials; groups that differ by chance alone would ask for a prior without end


def fit(events: Array, trials: Array) -> BetaPrior | None:
    """The prior that makes the counts most likely; None without a group or where no group, or every one, has an event.

    Maximises the beta-binomial likelihood over (logit mean, log weight); the binomial coefficients do not matter.
    """
    kept = trials > 0
    events, trials = events[kept].astype(float), trials[kept].astype(float)
    if not trials.size or not 0 < events.sum() < trials.sum():
        return None
    whole = events.sum() / trials.sum()

    def loss(place: Array) -> float:
        mean, weight = expit(place[0]), float(np.exp(place[1]))
        a, b = mean * weight, (1 - mean) * weight
        return float(-(betaln(a + events, b + trials - events) - betaln(a, b)).sum())

    start = np.array([np.log(whole / (1 - whole)), np.log(20.0)])
    edges = [(start[0] - 5, start[0] + 5), (np.log(0.1), np.log(HEAVIEST))]
    found = minimize(loss, start, method="L-BFGS-B", bounds=edges)
    return BetaPrior(float(expit(found.x[0])), float(np.exp(found.x[1])))
