"""Who buys on and who has left: betageometric, paretonbd, departures and hypergeometric, on one or two histories.

With parameters of 1, 2 and 3 the formulas come to fractions a reader finds on paper; where they do not, the integral
itself is the judge.
"""

import math

import mpmath
import numpy as np
import pytest

from customary.models.betageometric import BGNBD, MBGNBD
from customary.models.departures import _level_time, departure_odds
from customary.models.fit import Fit
from customary.models.histories import Histories
from customary.models.hypergeometric import _series, lost_growth
from customary.models.paretonbd import PARETONBD


def fitted(model, *values):
    """A fit with these parameters."""
    none = float("nan")
    return Fit(model.name, dict(zip(model.letters, values, strict=True)), {}, none, 1, True, "", none, none, ())


# --- betageometric -------------------------------------------------------------------------------

ONES = (1, 1, 1, 1)
BETA_GEOMETRIC = [
    (BGNBD, ONES, (1, 1, 3), 5 / 32, 1 / 5),  # B(1, 2) = 1/2, times 1/16 alive and 1/4 left
    (BGNBD, ONES, (2, 1, 3), 5 / 96, 1 / 5),  # Γ(3)·B(1, 3) = 2/3, times 1/64 and a half of 1/8
    (BGNBD, ONES, (0, 0, 3), 1 / 4, 1.0),  # the first purchase is never the last
    (BGNBD, (2, 1, 2, 1), (1, 1, 3), 17 / 96, 1 / 17),  # 2·(1/6)/(1/2), times 1/64 and twice 1/8
    (BGNBD, (1, 2, 1, 1), (1, 0.5, 2), (1 + 16 / 6.25) / 16, 1 / 3.56),  # 2·1/2, times 1/16 and 1/6.25
    (BGNBD, (1, 1, 1, 2), (1, 1, 3), 2 / 3 * (1 / 16 + 1 / 8), 1 / 3),  # B(1, 3)/B(1, 2), times 1/16 and 1/4/2
    (MBGNBD, ONES, (1, 1, 3), 1 / 16, 1 / 3),  # B(1, 3) = 1/3, times 1/16 and a half of 1/4
    (MBGNBD, ONES, (0, 0, 3), 5 / 8, 1 / 5),  # B(1, 2) = 1/2, times 1/4 and 1
    (MBGNBD, (1, 1, 2, 1), (0, 0, 3), (1 / 4 + 2) / 3, 1 / 9),  # B(2, 2)/B(2, 1) = 1/3, times 1/4 and 2
]


@pytest.mark.parametrize(("model", "values", "history", "likelihood", "alive"), BETA_GEOMETRIC)
def test_a_history_is_as_likely_as_its_two_endings(model, values, history, likelihood, alive):
    """Γ(r+x)/Γ(r)·alpha^r·B(a, b+k)/B(a, b)·(alive + left); of these two the share alive. Two rows count twice."""
    one = Histories(*([value] for value in history))
    assert model.log_likelihood(values, one) == pytest.approx(math.log(likelihood))
    assert model.alive(fitted(model, *values), one) == pytest.approx([alive])
    three = Histories(*([value] * 2 for value in history), [1, 2])
    assert model.log_likelihood(values, three) == pytest.approx(3 * math.log(likelihood))


MIXED = Histories([0, 0, 1, 2, 5], [0, 0, 3, 4, 9], [3, 9, 8, 4, 12], [2, 1, 1, 3, 1])


@pytest.mark.parametrize("model", [BGNBD, MBGNBD, PARETONBD], ids=lambda model: model.name)
def test_slopes_are_what_a_small_step_brings(model):
    """Of five histories, some of several customers: the slopes are the differences of the likelihood."""
    total, theta, steps = model.likelihood(MIXED), np.array([0.2, 1.1, -0.3, 0.8]), 1e-5 * np.eye(4)
    differences = [(total(theta + step)[0] - total(theta - step)[0]) / 2e-5 for step in steps]
    assert total(theta)[1] == pytest.approx(differences, rel=1e-6)


def test_the_chance_of_a_purchase_ahead():
    """r = alpha = 1, four units after T = 3: silent in them with (4/8)^(r+x), if still there (1, and 1/5 after one)."""
    both = Histories([0, 1], [0, 1], [3, 3])
    assert BGNBD.purchase_probability(fitted(BGNBD, *ONES), both, 4.0) == pytest.approx([1 / 2, 3 / 4 / 5])


def test_purchases_ahead_of_who_may_leave():
    """a = 2, b = 1: c/B = 2, z = 4/8, 2F1(1, 1; 2; z) = log(2)/z: 2·(1 - log 2). A new customer's by 1: the same.

    Where the first purchase may be the last, b is one more: 3·(1 - 4·(log 2 - 1/2)), for the third who stayed.
    """
    values, grown = (1, 1, 2, 1), 2 * (1 - math.log(2))
    one = Histories([0], [0], [3])
    assert BGNBD.expected_purchases(fitted(BGNBD, *values), one, 4.0) == pytest.approx([grown])
    assert BGNBD.cumulative(fitted(BGNBD, *values), [0, 1]) == pytest.approx([0, grown])
    rest = 3 * (1 - 4 * (math.log(2) - 1 / 2))
    assert MBGNBD.cumulative(fitted(MBGNBD, *values), 1) == pytest.approx([rest / 3])
    alive = MBGNBD.alive(fitted(MBGNBD, *values), one)
    assert MBGNBD.expected_purchases(fitted(MBGNBD, *values), one, 4.0) == pytest.approx(rest * alive)


def test_every_row_has_its_own_purchases_ahead():
    """Rows of different purchases and ages, in any order, get what each gets alone."""
    fit, rows = fitted(BGNBD, 0.6, 2, 1.4, 2.5), [(0, 0, 7), (3, 5, 7), (0, 0, 2), (3, 5, 9)]
    together = BGNBD.expected_purchases(fit, Histories(*zip(*rows, strict=True)), 5.0)
    alone = [BGNBD.expected_purchases(fit, Histories(*([v] for v in row)), 5.0)[0] for row in rows]
    assert together == pytest.approx(alone) and len(set(alone)) == 4


# --- hypergeometric ------------------------------------------------------------------------------


def test_the_series_of_a_logarithm():
    """a = b = c = 1: 1 + z/2 + z²/3 + … = -log(1 - z)/z, whether few terms do or hundreds."""
    z = np.array([0.0, 0.1, 0.5, 0.99])
    ones = np.ones(4)
    assert _series(ones, ones, ones, z) == pytest.approx([1, *(-np.log1p(-z[1:]) / z[1:])], rel=1e-12)


GROWTHS = [
    (1.0, 1.0, 1.0, 0.5),
    (3.5, 4.0, 0.7, 0.9),
    (2.0, 3.0, -0.4, 0.3),  # a below 1
    (2.0, 3.0, 1e-14, 0.3),  # a all but 1
    (2.0, 3.0, 40.0, 0.2),  # few stay
    (60.0, 3.0, 0.5, 0.2),  # many purchases
]


@pytest.mark.parametrize(("rate", "stayed", "leaving", "share"), GROWTHS)
def test_purchases_until_leaving_are_the_formula_in_thirty_digits(rate, stayed, leaving, share):
    """(c/B)·(1 - (1-z)^r·2F1(r, b; c; z)) with c = b + B."""
    with mpmath.workdps(30):
        rest = (1 - mpmath.mpf(share)) ** rate * mpmath.hyp2f1(rate, stayed, stayed + mpmath.mpf(leaving), share)
        want = float((stayed + mpmath.mpf(leaving)) / leaving * (1 - rest))
    got = lost_growth(np.array([rate]), np.array([stayed]), leaving, np.array([share]))
    assert got == pytest.approx([want], rel=1e-10)


# --- departures and paretonbd --------------------------------------------------------------------


PLACES, WEIGHTS = np.polynomial.legendre.leggauss(200)


def test_where_what_neither_rises_nor_falls_at_first_has_fallen():
    """e^w·((1 + e^w)/2)^-2 = 1/cosh²(w/2) begins level: it is e^-2 where cosh(w/2) = e; before that where it ends."""
    terms = (np.array([-1.0, -1.0]), np.array([2.0, 2.0]), np.array([0.5, 0.5]), np.array([100.0, 3.0]))
    assert _level_time(2.0, *terms) == pytest.approx([2 * math.acosh(math.e), 3.0], abs=1e-4)


def odds_by_integral(r, alpha, s, beta, x, last, age):
    """log of s·∫((alpha+T)/(alpha+t))^(r+x)·((beta+T)/(beta+t))^s·dt/(beta+t) from t_x to T, at 200 places at once."""
    t = last + (age - last) * (PLACES + 1) / 2
    at = ((alpha + age) / (alpha + t)) ** (r + x) * ((beta + age) / (beta + t)) ** s / (beta + t)
    return math.log(s * (age - last) / 2 * (WEIGHTS @ at))


def test_the_odds_of_having_left_where_both_clocks_agree():
    """alpha = beta = 1, r = x = s = 1, from 1 to 3: 1/3·((4/2)^3 - 1) = 7/3; of s = 2, 2/4·(2^4 - 1) = 15/2."""
    x, last, age = (np.array([value]) for value in (1.0, 1.0, 3.0))
    assert departure_odds((1, 1, 1, 1), x, last, age)[0] == pytest.approx([math.log(7 / 3)])
    assert departure_odds((1, 1, 2, 1), x, last, age)[0] == pytest.approx([math.log(15 / 2)])


def test_who_bought_today_has_not_left():
    """No time since the last purchase: odds of 0."""
    now = np.array([5.0])
    assert departure_odds((1, 1, 1, 1), np.array([3.0]), now, now)[0] == [-np.inf]


@pytest.mark.parametrize("values", [(0.6, 2.0, 0.5, 7.0), (0.6, 7.0, 0.5, 2.0), (1.5, 30.0, 3.0, 4.0)])
@pytest.mark.parametrize("row", [(0, 0.0, 20.0), (4, 9.0, 20.0), (60, 3.0, 20.0)])
def test_the_odds_of_having_left_are_the_integral(values, row):
    """≤ 1e-9 of it, and its slopes by r, alpha, s and beta: for one-time buyers, for regular ones long silent."""
    odds, slopes = departure_odds(values, *(np.array([float(v)]) for v in row))
    assert odds == pytest.approx([odds_by_integral(*values, *row)], rel=1e-9)
    ends = [(np.array(values) + step, np.array(values) - step) for step in 1e-5 * np.eye(4)]
    differences = [(odds_by_integral(*more, *row) - odds_by_integral(*less, *row)) / 2e-5 for more, less in ends]
    assert slopes[:, 0] == pytest.approx(differences, rel=1e-6)


def test_a_history_of_somebody_who_may_leave_unseen():
    """r = alpha = s = beta = 1, once at 1, seen until 3: 4^-2·4^-1·(1 + 7/3) = 10/192, alive with 3/10.

    Until 7 it would be 8^-3·22: so silence in the four units ahead has 0.825. Ahead lie 2/4 a unit, for 4·log 2 units.
    """
    fit, one = fitted(PARETONBD, *ONES), Histories([1], [1], [3])
    assert PARETONBD.log_likelihood(ONES, one) == pytest.approx(math.log(10 / 192))
    assert PARETONBD.alive(fit, one) == pytest.approx([0.3])
    assert PARETONBD.purchase_probability(fit, one, 4.0) == pytest.approx([0.175])
    assert PARETONBD.expected_purchases(fit, one, 4.0) == pytest.approx([0.6 * math.log(2)])


def test_the_time_that_is_left():
    """s = 2, four units after T = 3: 4·(1 - 4/8) = 2 units at 1/2 each, alive with 2/17. A new one's: r/alpha·2 = 1."""
    one = Histories([1], [1], [3])
    assert PARETONBD.expected_purchases(fitted(PARETONBD, 1, 1, 2, 1), one, 4.0) == pytest.approx([2 / 17])
    assert PARETONBD.cumulative(fitted(PARETONBD, 1, 2, 2, 4), [0, 4]) == pytest.approx([0, 1])
    assert PARETONBD.alive(fitted(PARETONBD, 1, 1, 2, 1), one) == pytest.approx([2 / 17])
    # beta³ = 27 beside alpha = 3: the same three clocks of 3 in r, s and both
    three = PARETONBD.log_likelihood((2, 3, 3, 3), Histories([1], [3], [9]))
    odds = 3 / 6 * (2**6 - 1)
    assert three == pytest.approx(math.log(2 * 3**2 * 3**3 * 12.0**-6 * (1 + odds)))
