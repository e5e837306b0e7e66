"""How far all chances of buying again move when another season begins, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from customary.models.churn import odds, probability, shift

Array = NDArray[np.float64]
Z = 1.959964
UNTOLD = 12.0  # log-odds: a chance between 0.00 and 1.00, so that nothing is told


@dataclass(frozen=True)
class Move:
    """By how much the log-odds of all buyers move, and the ends of its 95 % interval."""

    by: float
    low: float
    high: float

    def mean(self, chance: Array) -> float:
        """The mean chance after the move."""
        return mean_after(chance, self.by)

    def ends(self, chance: Array) -> tuple[float, float]:
        """The mean chance at both ends of the interval."""
        return mean_after(chance, self.low), mean_after(chance, self.high)


NOTHING_KNOWN = Move(0.0, -UNTOLD, UNTOLD)


def mean_after(chance: Array, by: float) -> float:
    """The mean of chances whose log-odds have all moved by so much."""
    return float(probability(odds(chance) + by).mean())


def move_within(by: float, error: float) -> Move:
    """A move with its standard error."""
    return Move(by, by - Z * error, by + Z * error)


def move_to(chance: Array, ratio: float, error: float) -> Move:
    """The move after which the mean chance is `ratio` times what it was; `error` is that of the ratio's logarithm."""
    mean = float(np.mean(chance))
    tilt = (max(mean * at, 1e-6) for at in (ratio, ratio * np.exp(-Z * error), ratio * np.exp(Z * error)))
    return Move(*(_move_of(chance, at) for at in tilt))


def _move_of(chance: Array, mean: float) -> float:
    """The move after which the chances have this mean; one beyond every chance ends at the farthest."""
    if mean >= 1 - 1e-6:
        return UNTOLD
    return shift(chance, np.full(len(chance), mean))[0]


def move_unseen(moves: Sequence[float], error: float) -> Move:
    """Where a further season may lie, after so many that were seen (in log-odds, the first of them the one that ends).

    The interval of one more draw: mean ± t·s·√(1 + 1/n) (Student 1908). From a single season nothing is told.
    """
    n, at = len(moves), np.asarray(moves, float) - moves[0]
    if n < 2:
        return NOTHING_KNOWN
    from scipy.special import stdtrit  # studies know this module, and importing them must stay cheap

    spread = np.hypot(at.std(ddof=1), error)
    half = min(float(stdtrit(n - 1, 0.975) * spread * (1 + 1 / n) ** 0.5), UNTOLD)
    return Move(0.0, min(0.0, float(at.mean()) - half), max(0.0, float(at.mean()) + half))


@dataclass(frozen=True)
class Buyers:
    """Who bought in a window: how many people, and on how many days all of them together."""

    people: float
    days: float

    @property
    def again(self) -> float:
        """Purchase days after each one's first in the window."""
        return self.days - self.people


def ratio_of(now: float, then: float) -> tuple[float, float]:
    """The logarithm of now over then, two independent counts, and its standard error; infinite where one is 0."""
    if not now > 0 or not then > 0:
        return 0.0, float("inf")
    return float(np.log(now / then)), float((1 / now + 1 / then) ** 0.5)


@dataclass(frozen=True)
class Reading:
    """The logarithm of how much busier a season is, and its standard error."""

    log_ratio: float
    error: float


def read_season(ahead: Buyers, last: Buyers, growth: tuple[float, float] | None) -> Reading:
    """How much busier the days ahead were a year ago than the last ones, for the same people.

    The ratio of the buyers says it where the shop has not grown; how often those who bought in a window bought again in
    it says it whether or not it has. `growth` is the logarithm of the growth in a year with its standard error: where
    it is there and not chance, the second is taken, else the first. What lies between the two belongs to the error.
    """
    by_buyers, buyers_error = ratio_of(ahead.people, last.people)
    by_repeats, repeats_error = _repeats_ratio(ahead, last)
    grown, grown_error = growth or (0.0, 0.0)
    is_growing = growth is not None and abs(grown) > Z * grown_error
    apart = abs(by_buyers + (grown if is_growing else 0.0) - by_repeats) if np.isfinite(repeats_error) else 0.0
    if is_growing:
        return Reading(by_repeats, float(np.hypot(repeats_error, apart)))
    return Reading(by_buyers, float(np.hypot(buyers_error, apart)))


def _repeats_ratio(ahead: Buyers, last: Buyers) -> tuple[float, float]:
    """The logarithm of the ratio of purchase days per buyer after the first in the window."""
    value, error = ratio_of(ahead.again, last.again)
    people, people_error = ratio_of(ahead.people, last.people)
    return value - people, float(np.hypot(error, people_error))
