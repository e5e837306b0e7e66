"""What the arms of an experiment tell: differences with intervals, from each arm's moments alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tea_tasting.aggr import Aggregates

LEVEL = 0.95
FEWEST_HITS = 5  # of either kind in either arm, below which the normal distribution is no guide
FEWEST_PER = 30  # orders in either arm, below which the delta method is none


@dataclass(frozen=True)
class Arm:
    """The outcome of one arm: customers, mean and variance; with a covariate, that of before, its own and both's."""

    count: int
    mean: float
    variance: float
    before_mean: float = 0.0
    before_variance: float = 0.0
    covariance: float = 0.0
    is_share: bool = False

    def as_aggregates(self) -> "Aggregates":
        """The same as tea-tasting takes it."""
        from tea_tasting.aggr import Aggregates  # studies know this module, and importing them must stay cheap

        means = {"outcome": self.mean, "before": self.before_mean}
        variances = {"outcome": self.variance, "before": self.before_variance}
        return Aggregates(self.count, means, variances, {("before", "outcome"): self.covariance})

    @property
    def rarest(self) -> float:
        """Of a share: how many did, or did not, whichever are fewer."""
        return self.count * min(self.mean, 1 - self.mean)


@dataclass(frozen=True)
class Effect:
    """An arm less its control: the difference, in all and relative to the control, each with its interval.

    Where the control's average is not above zero there is nothing to be relative to: None.
    """

    difference: float
    low: float
    high: float
    relative: float | None
    low_relative: float | None
    high_relative: float | None
    statistic: float
    p_value: float
    is_rough: bool = False  # too few did, did not or ordered, for the normal distribution to be a guide


def compare(control: Arm, treated: Arm, level: float = LEVEL) -> Effect | None:
    """The effect of an arm on an outcome; None where fewer than two customers, or nothing that varies, allow no test.

    Shares by the pooled z test of two proportions without correction, other outcomes by Welch's t test (Welch 1947);
    with a covariate by CUPED (Deng et al. 2013), which takes out what was known before the assignment. Relative
    differences by the delta method.
    """
    if min(control.count, treated.count) < 2 or control.variance + treated.variance == 0:
        return None
    is_adjusted = control.before_variance + treated.before_variance > 0
    if control.is_share and treated.is_share and not is_adjusted:
        return _compare_shares(control, treated, level)
    from tea_tasting.metrics import Mean

    test = Mean("outcome", "before" if is_adjusted else None, confidence_level=level, equal_var=False, use_t=True)
    found = test.analyze_aggregates(control.as_aggregates(), treated.as_aggregates())
    return _effect(found, found.statistic)


@dataclass(frozen=True)
class RatioArm:
    """Two outcomes of one arm of which one is told per the other: revenue per order, not per customer.

    Means, variances and covariances are of outcome, `per`, and of both before, over the arm's customers.
    """

    count: int
    means: Mapping[str, float]
    variances: Mapping[str, float]
    covariances: Mapping[tuple[str, str], float]

    def as_aggregates(self) -> "Aggregates":
        """The same as tea-tasting takes it."""
        from tea_tasting.aggr import Aggregates

        return Aggregates(self.count, dict(self.means), dict(self.variances), dict(self.covariances))


def compare_ratios(control: RatioArm, treated: RatioArm, adjust: bool = False, level: float = LEVEL) -> Effect | None:
    """The effect of an arm on a ratio of two outcomes; None where an arm has nothing to divide by, or nothing varies.

    Its variance by the delta method (Deng et al. 2018, equation 3), the test Welch's; `adjust` takes out the same ratio
    of before, where both arms have one.
    """
    if min(control.count, treated.count) < 2 or not (control.means["per"] and treated.means["per"]):
        return None
    if not sum(arm.variances["outcome"] + arm.variances["per"] for arm in (control, treated)):
        return None
    has_before = all(arm.means["before_per"] and arm.variances["before"] for arm in (control, treated))
    from tea_tasting.metrics import RatioOfMeans

    earlier = ("before", "before_per") if adjust and has_before else (None, None)
    test = RatioOfMeans("outcome", "per", *earlier, confidence_level=level, equal_var=False, use_t=True)
    found = test.analyze_aggregates(control.as_aggregates(), treated.as_aggregates())
    is_rough = min(arm.count * arm.means["per"] for arm in (control, treated)) < FEWEST_PER
    return replace(_effect(found, found.statistic), is_rough=is_rough)


def _compare_shares(control: Arm, treated: Arm, level: float) -> Effect:
    from tea_tasting.metrics import Proportion

    test = Proportion("outcome", method="norm", correction=False, confidence_level=level)
    found = test.analyze_aggregates(control.as_aggregates(), treated.as_aggregates())
    hits = control.count * control.mean + treated.count * treated.mean
    pooled = hits / (control.count + treated.count)
    error = sqrt(pooled * (1 - pooled) * (1 / control.count + 1 / treated.count))
    is_rough = min(control.rarest, treated.rarest) < FEWEST_HITS
    return replace(_effect(found, found.effect_size / error), is_rough=is_rough)


def _effect(found: Any, statistic: float) -> Effect:
    ends = ("", "_ci_lower", "_ci_upper")
    size, low, high = (float(getattr(found, f"effect_size{end}")) for end in ends)
    told = (float(getattr(found, f"rel_effect_size{end}")) for end in ends)
    relative, low_relative, high_relative = told if found.control > 0 else (None, None, None)
    return Effect(size, low, high, relative, low_relative, high_relative, float(statistic), float(found.pvalue))


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """p-values adjusted so that the chance of one false alarm among them all keeps its level (Holm 1979)."""
    order = sorted(p_values, key=p_values.__getitem__)
    adjusted, highest = {}, 0.0
    for place, name in enumerate(order):
        highest = max(highest, min(1.0, (len(order) - place) * p_values[name]))
        adjusted[name] = highest
    return adjusted


def benjamini_hochberg(p_values: Mapping[Any, float]) -> dict[Any, float]:
    """p-values adjusted so that of all that are found, no more than the level are false (Benjamini, Hochberg 1995)."""
    order = sorted(p_values, key=p_values.__getitem__, reverse=True)
    adjusted, lowest = {}, 1.0
    for place, name in enumerate(order):
        lowest = min(lowest, p_values[name] * len(order) / (len(order) - place))
        adjusted[name] = lowest
    return adjusted


def sample_ratio(counts: Sequence[int], shares: Sequence[float]) -> float | None:
    """The chance of arms at least as uneven as these, had customers been shared out so (chi-square; Fabijan 2019).

    None where fewer than two arms are there, or an arm expects fewer than five.
    """
    total, whole = sum(counts), sum(shares)
    expected = [total * share / whole for share in shares]
    if len(counts) < 2 or min(expected) < FEWEST_HITS:
        return None
    from scipy import stats

    return float(stats.chisquare(counts, expected).pvalue)
