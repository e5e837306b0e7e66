"""When a fit may be trusted, what a customer spends, and who stands first: models/fit, gammagamma and extremes."""

from math import exp, hypot, inf, log

import numpy as np
import pytest

from customary.errors import Refused
from customary.models.extremes import count_ends, proportion_ends, share_first_place, stand_apart, widening
from customary.models.fit import Fit, _doubt, _hessian, _polish, _vague, maximise, no_fit
from customary.models.gammagamma import GAMMAGAMMA
from customary.models.reasons import FLAT, RESTLESS, RUNS_OFF, VAGUE

# --- fits ----------------------------------------------------------------------------------------


def waits(theta):
    """A hundred exponential waits of 2 on average, by the log of their rate."""
    return float(100 * (theta[0] - 2 * np.exp(theta[0]))), 100 * (1 - 2 * np.exp(theta))


@pytest.mark.parametrize("rough", [None, lambda theta: (float(-(theta @ theta)), -2 * theta)])
def test_a_rate_and_its_error_by_hand(rough):
    """The rate is 1/2, its logarithm known to 1/√100, so the rate to 0.05: 0.5·e^(±0.196). The way there is no matter.

    The rough one here leads to a rate of 1.
    """
    found = maximise("waits", ("rate",), waits, [0.1], 100, rough=rough)
    assert found.values == pytest.approx((0.5,)) and found.log_likelihood == pytest.approx(-100 * (log(2) + 1))
    assert found.standard_errors["rate"] == pytest.approx(0.05) and found.covariance[0][0] == pytest.approx(0.01)
    assert found.interval("rate") == pytest.approx((0.5 * exp(-0.196), 0.5 * exp(0.196)), rel=1e-5)
    assert (found.identified, found.why, found.customers) == (True, "", 100) and found.gradient < 1e-9
    assert found.condition == pytest.approx(1)


def test_what_only_grows_runs_off():
    """A likelihood that rises for ever has no summit: it ends e^12 from its start, and says so, without an error."""
    found = maximise("m", ("rate",), lambda theta: (float(theta[0]), np.ones(1)), [1.0], 1)
    assert found.values == pytest.approx((exp(12),)) and found.why == RUNS_OFF.format(letter="rate")
    assert not found.identified and np.isnan(found.covariance[0][0])


def test_second_derivatives_are_the_same_either_way():
    """Gradients of θ₁ + 2·θ₂ and 3·θ₂: the mixed one is the mean of 2 and 0."""
    slopes = np.array([[1.0, 2], [0, 3]])
    found = _hessian(lambda theta: (0.0, slopes @ theta), np.array([5.0, 7]))
    assert found == pytest.approx(np.array([[1, 1], [1, 3]]), abs=1e-6)


def square(theta):
    """A parabola with its summit at 1."""
    return float(-((theta[0] - 1) ** 2)), -2 * (theta - 1)


def test_a_step_to_the_summit_only_from_near_it():
    """From 0.6 to 1 in one step; from 0.5 the step is not below a half, and a level has no step at all."""
    level = np.zeros((1, 1))
    assert _polish(square, np.array([0.6]), np.array([[-2.0]]))[0] == pytest.approx([1])
    assert _polish(square, np.array([0.5]), np.array([[-2.0]]))[0] == [0.5]
    assert _polish(square, np.array([0.6]), level)[0] == [0.6]
    # A Hessian three times too steep would still leave two thirds of the slope: no step is worth it.
    assert _polish(square, np.array([0.6]), np.array([[-6.0]]))[0] == [0.6]
    theta, value, gradient = _polish(square, np.array([0.7]), np.array([[-2.5]]))
    assert (theta[0], value, gradient[0]) == pytest.approx((1, 0, 0), abs=1e-9)


SURE = -np.diag([1.0, 2.0])


@pytest.mark.parametrize(
    ("off", "slope", "curvature", "why", "condition"),
    [
        ((7.0, 0), 0, SURE, "", 2),
        ((1, -7.1), 0, SURE, RUNS_OFF.format(letter="b"), 2),
        ((0, 0), 0, -np.diag([1e6, 1]), "", 1e6),
        ((0, 0), 0, -np.diag([2e6, 1]), FLAT.format(letter="b"), 2e6),
        ((0, 0), 0, -np.diag([1.0, -1]), FLAT.format(letter="b"), inf),
        ((0, 0), 0, -np.diag([1.0, 0]), FLAT.format(letter="b"), inf),
        ((0, 0), 1e-9, SURE, RESTLESS.format(slope="1e-09"), 2),
        ((0, 0), 0.9e-9, SURE, "", 2),
        ((0, 0), 0, SURE * np.nan, FLAT.format(letter="a"), inf),
    ],
)
def test_what_keeps_a_fit_from_being_sound(off, slope, curvature, why, condition):
    """Seven logarithms off, a million times flatter one way than the other, a slope of a billionth: not beyond."""
    assert _doubt(("a", "b"), np.array(off, float), slope, curvature) == (why, pytest.approx(condition))


def test_a_parameter_within_a_factor_of_many_is_vague():
    """1.5 in logarithms is just told; 1.6 is a factor of e^3.136 = 23 either way; no factor is named beyond e^196."""
    assert _vague(("a", "b"), np.diag([1.5**2, 1])) == ""
    assert _vague(("a", "b"), np.diag([1, 1.6**2])) == VAGUE.format(letter="b", factor="23")
    assert _vague(("a", "b"), np.diag([1e9, 1])) == VAGUE.format(letter="a", factor=f"{exp(196):,.0f}")


def test_the_fit_that_cannot_be():
    """No number, and why."""
    found = no_fit("m", ("a", "b"), 2.4, "there is nobody")
    assert (found.customers, found.identified, found.why, found.condition) == (2, False, "there is nobody", inf)
    assert np.isnan([*found.values, *found.standard_errors.values(), found.gradient]).all()
    assert np.isnan(found.covariance).all() and np.shape(found.covariance) == (2, 2)


# --- spends --------------------------------------------------------------------------------------


def spends(*values):
    """A fit of spends with these p, q and gamma."""
    none = float("nan")
    return Fit("gammagamma", dict(zip(("p", "q", "gamma"), values, strict=True)), {}, none, 1, True, "", none, none, ())


def test_a_spend_between_everybodys_and_ones_own():
    """p = 2, q = 3, gamma = 5: everybody 2·5/2 = 5; once 9: 2·(5 + 9)/(2 + 2) = 7; without any, everybody's."""
    fit = spends(2, 3, 5)
    assert GAMMAGAMMA.mean_spend(fit) == 5
    assert GAMMAGAMMA.expected_spend(fit, [1, 0, 3], [9, np.nan, 9]).tolist() == [7, 5, 8]
    for q in (1.0, 0.9):
        with pytest.raises(Refused):
            GAMMAGAMMA.mean_spend(spends(2, q, 5))


# --- first places --------------------------------------------------------------------------------


def test_the_ends_of_shares_and_counts():
    """Two of four: 0.15 to 0.85 (Wilson); none: 0 to 3.69; one: 0.025 to 5.57; four: 1.09 to 10.24 (Garwood)."""
    low, high = proportion_ends(np.array([0.5]), np.array([4.0]))
    assert (low[0], high[0]) == pytest.approx((0.15004, 0.84996), abs=1e-4)
    low, high = count_ends(np.array([0.0, 1, 4]))
    assert low == pytest.approx([0, 0.0253, 1.0899], abs=1e-4)
    assert high == pytest.approx([3.6889, 5.5716, 10.2416], abs=1e-4)


def test_intervals_widen_with_the_pairs_compared():
    """One group or two: not at all. Three: three pairs, 2.394 to 1.960; five: ten pairs, 2.807."""
    found = [widening(n) for n in (1, 2, 3, 5)]
    assert found == pytest.approx([1, 1, 2.3940 / 1.9600, 2.8070 / 1.9600], abs=1e-4)


def first(values, arm):
    """Who stands first of values that may each lie so far to either side."""
    values = np.array(values, float)
    return stand_apart(values, values - arm, values + arm).tolist()


def test_a_first_place_is_clear_of_all_below():
    """Arms of 3 and 4 make 5: a difference of 5 is not beyond it, one of 6 is. Groups of three are widened."""
    values, lows = np.array([4.0, 9.0]), np.array([0.0, 6.0])
    assert stand_apart(values, lows, np.array([8.0, 99])).tolist() == []
    assert stand_apart(np.array([4.0, 10]), np.array([0.0, 7]), np.array([8.0, 99])).tolist() == [1]
    edge = widening(3) * hypot(1, 1)
    assert first([0, 0, edge + 0.01], 1) == [2] and first([0, 0, edge - 0.01], 1) == []


def test_a_first_place_may_be_shared_by_three_and_by_half():
    """Two of four, three of six; not two of three, not four of eight; nobody of one, or of none."""
    assert first([9, 0, 9, 0], 0.1) == [0, 2] and first([9, 0, 9, 0, 9, 0], 0.1) == [0, 2, 4]
    assert first([9, 0, 9], 0.1) == first([9, 0] * 4, 0.1) == first([9], 0.1) == first([], 0.1) == []
    assert first([8, 0, 9, 0], 0.1) == [2]


def test_what_is_counted_whole_has_ties():
    """Both threes stand first, in their order."""
    assert share_first_place(np.array([3.0, 1, 3])).tolist() == [0, 2] and not len(share_first_place(np.array([])))
