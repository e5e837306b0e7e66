"""What is to be believed of an arm once its customers were watched: the posterior of its average, and two compared."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from customary.models.experiments import LEVEL, Arm

POINTS = 2_000  # at which a posterior is looked at, all of equal chance
CHANCES = (np.arange(POINTS) + 0.5) / POINTS
EDGE = 1e-7  # the chance of all that lies beyond what is looked at
FEWEST = 3  # customers, below which an average's posterior has no mean


@dataclass(frozen=True)
class Belief:
    """How likely an arm is better than its control, what choosing it would cost if it is not, and by how much it is.

    `loss` is the expected shortfall per customer, over all that is believed, of giving the arm to everybody;
    `low` and `high` hold the difference with a chance of 95 %.
    """

    better: float
    loss: float
    difference: float
    low: float
    high: float


def posterior(arm: Arm) -> Any:
    """The distribution of an arm's true average, as scipy has it.

    Of a share a beta distribution, begun with one who did and one who did not (Bayes 1763); of other outcomes
    Student's, as a normal-gamma leaves it that began with nothing (Gelman et al. 2013, section 3.2).
    """
    from scipy import stats

    if arm.is_share:
        did = arm.mean * arm.count
        return stats.beta(1 + did, 1 + arm.count - did)
    return stats.t(arm.count - 1, loc=arm.mean, scale=np.sqrt(arm.variance / arm.count))


def _is_known(arm: Arm) -> bool:
    """Whether an arm has a posterior: a share does even where nobody did."""
    return arm.count >= FEWEST and (arm.is_share or arm.variance > 0)


def believe(control: Arm, treated: Arm, level: float = LEVEL) -> Belief | None:
    """What is to be believed of an arm against its control; None of fewer than three, or where no amount varies."""
    if not (_is_known(control) and _is_known(treated)):
        return None
    base, other = posterior(control), posterior(treated)
    better = float(base.cdf(other.ppf(CHANCES)).mean())
    low, high = (_quantile(base, other, chance) for chance in ((1 - level) / 2, (1 + level) / 2))
    return Belief(better, _loss(base, other), float(other.mean() - base.mean()), low, high)


def _loss(base: Any, other: Any) -> float:
    """By how much, on average over all that is believed, `other` falls short of `base` where it does."""
    from scipy.integrate import trapezoid

    ends = [one.ppf(chance) for one in (base, other) for chance in (EDGE, 1 - EDGE)]
    values = np.linspace(min(ends), max(ends), 2 * POINTS)
    return float(trapezoid(other.cdf(values) * base.sf(values), values))


def _quantile(base: Any, other: Any, chance: float) -> float:
    """The difference that `other` less `base` stays below with this chance."""
    from scipy.optimize import brentq

    bases = base.ppf(CHANCES)
    reach = float(max(abs(other.ppf(end) - base.ppf(1 - end)) for end in (EDGE, 1 - EDGE)))
    return float(brentq(lambda gain: other.cdf(bases + gain).mean() - chance, -reach, reach))
