"""How a ranking of customers by what an offer changes for them is graded: the Qini curve, its area, and fifths.

Radcliffe 2007: what would have been gained, per customer, had only the first so many been given the offer. A ranking is
held against a random order: above it, the ranking knows who is moved.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
STEPS = 20  # shares at which the curve is known, alike apart
Z = 1.959964
PARTS = 5
FEWEST = 200  # customers in either arm, below which nobody can be told from anybody
FEWEST_HITS = 40  # who did, and who did not, in either arm
MIX = 20_260_101  # order in which equal scores stand, whatever the order of rows


@dataclass(frozen=True)
class Trial:
    """Customers of two arms: what was known of each before (one column per indicator), the arm, and the outcome."""

    known: Floats
    is_treated: NDArray[np.bool_]
    outcome: Floats

    @property
    def is_share(self) -> bool:
        """Whether everybody either did or did not."""
        return bool(np.isin(self.outcome, (0.0, 1.0)).all())

    @property
    def is_enough(self) -> bool:
        """Whether either arm has enough customers, and enough whose outcome differs, for a ranking to be learned."""
        arms = [self.outcome[arm] for arm in (self.is_treated, ~self.is_treated)]
        hits = [min(int((y != 0).sum()), int((y == 0).sum())) if self.is_share else len(y) for y in arms]
        varies = bool(self.known.shape[1]) and all(len(y) >= FEWEST and y.std() > 0 for y in arms)
        return varies and min(hits) >= FEWEST_HITS

    def part(self, chosen: NDArray[np.bool_]) -> "Trial":
        """The same of some of the customers."""
        return Trial(self.known[chosen], self.is_treated[chosen], self.outcome[chosen])


@dataclass(frozen=True)
class GainCurve:
    """What the first so many of a ranking would have brought per customer of all, by their share; with intervals.

    `qini` is the area between that curve and the line of a random order; above nought the order knows something.
    """

    shares: Floats
    gain: Floats
    low_gain: Floats
    high_gain: Floats
    area: float
    qini: float
    low_qini: float
    high_qini: float


@dataclass(frozen=True)
class Fifths:
    """Fifths of a ranking, the first the one to be moved most: averages of both arms and the difference, with ends."""

    control: Floats
    treated: Floats
    difference: Floats
    low: Floats
    high: Floats


def first_to_last(scores: Floats) -> NDArray[np.int64]:
    """The order of customers, the highest score first; equal ones are shuffled."""
    mixed = np.random.default_rng(MIX).permutation(len(scores))
    return np.asarray(mixed[np.argsort(-scores[mixed], kind="stable")])


def gain_of(scores: Floats, trial: Trial) -> GainCurve:
    """The Qini curve of a ranking, its area and Qini coefficient, with intervals that take the scores as given.

    By the first φ of the customers φ · (average of the treated − average of the control) is gained per customer of
    all. Errors are those of the averages (the infinitesimal jackknife), so that the area's counts each customer once.
    """
    order = first_to_last(scores)
    treated, y = trial.is_treated[order], trial.outcome[order]
    shares = np.arange(1, STEPS + 1) / STEPS
    ends = np.maximum(1, np.round(shares * len(y)).astype(int))
    arms = [_Prefix.of(arm, y, ends) for arm in (treated, ~treated)]
    gain = shares * (arms[0].mean - arms[1].mean)
    half = Z * shares * np.sqrt(arms[0].mean_variance + arms[1].mean_variance)
    area = np.full(STEPS, 1 / STEPS) - np.r_[np.zeros(STEPS - 1), 0.5 / STEPS]
    above = area - np.r_[np.zeros(STEPS - 1), 0.5]  # less the triangle below a random order
    error = np.sqrt(sum(arm.variance_of(above * shares) for arm in arms))
    qini = float(above @ gain)
    return GainCurve(
        shares, gain, gain - half, gain + half, float(area @ gain), qini, qini - Z * error, qini + Z * error
    )


def fifths_of(scores: Floats, trial: Trial) -> Fifths:
    """What both arms did in each fifth of a ranking; of an arm that has nobody in a fifth nothing is known: NaN."""
    fifth = np.empty(len(scores), int)
    fifth[first_to_last(scores)] = np.arange(len(scores)) * PARTS // len(scores)
    arms = [_averages(fifth[arm], trial.outcome[arm]) for arm in (~trial.is_treated, trial.is_treated)]
    (control, control_error), (treated, treated_error) = arms
    half = Z * np.sqrt(control_error + treated_error)
    return Fifths(control, treated, treated - control, treated - control - half, treated - control + half)


def _averages(fifth: NDArray[np.int64], outcome: Floats) -> tuple[Floats, Floats]:
    """The average of each fifth and its variance."""
    n, total, squares = (
        np.bincount(fifth, weights=values, minlength=PARTS) for values in (None, outcome, outcome * outcome)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / n
        return mean, np.maximum(squares / n - mean**2, 0.0) / n


@dataclass(frozen=True)
class _Prefix:
    """One arm along a ranking: the customers down to each end, with average and variance of their outcome."""

    outcome: Floats
    step: NDArray[np.int64]  # of each customer: the first end that holds them
    count: Floats
    mean: Floats
    mean_variance: Floats

    @classmethod
    def of(cls, is_in: NDArray[np.bool_], outcome: Floats, ends: NDArray[np.int64]) -> "_Prefix":
        """Of the customers of an arm; where an end holds none, its average is that of nobody: 0."""
        count, total, squares = (
            np.cumsum(np.where(is_in, values, 0.0))[ends - 1] for values in (np.ones(len(outcome)), outcome, outcome**2)
        )
        n = np.maximum(count, 1.0)
        mean = total / n
        variance = np.maximum(squares / n - mean**2, 0.0) / n
        step = np.searchsorted(ends, np.flatnonzero(is_in) + 1)
        return cls(outcome[is_in], step, n, mean, variance)

    def variance_of(self, weights: Floats) -> float:
        """Of the sum of weights times the averages down to each end; a customer counts in all ends that hold them."""
        slope = weights / self.count
        own, taken = slope[::-1].cumsum()[::-1], (slope * self.mean)[::-1].cumsum()[::-1]
        pull = self.outcome * own[self.step] - taken[self.step]
        return float(pull @ pull)
