"""Regular buyers: MBG/CNBD-k against arbitrary precision, against MBG/NBD, and against a truth that was drawn."""

import mpmath
import numpy as np
import pytest
from scipy.special import gammaln

from customary.models.betageometric import MBGNBD
from customary.models.fit import Fit
from customary.models.histories import Histories
from customary.models.regular import LETTERS, REGULAR


def at(*values):
    """A fit with these parameters, k first."""
    none = float("nan")
    return Fit("mbgcnbd", dict(zip(LETTERS, values, strict=True)), {}, none, 1, True, "", none, none, ())


def by_integral(k, r, alpha, a, b, x, last, age, log_gaps):
    """log and P(alive) of a history from its story alone: rate and chance of leaving integrated out, in 30 digits.

    x gaps of k ticks each; then left (one way) or stayed and ticked fewer than k times since.
    """
    k, x = int(k), int(x)
    r, alpha, a, b, last, age = (mpmath.mpf(float(v)) for v in (r, alpha, a, b, last, age))

    def over_rates(power, rest, ticks):
        """∫ rate^power·e^(-rate·rest)·P(fewer than k ticks in `ticks`) over the gamma of rates."""

        def at_rate(rate):
            silence = mpmath.exp(-rate * ticks) * sum((rate * ticks) ** j / mpmath.factorial(j) for j in range(k))
            gamma = alpha**r / mpmath.gamma(r) * rate ** (r - 1) * mpmath.exp(-rate * alpha)
            return rate**power * mpmath.exp(-rate * rest) * gamma * (silence if ticks else 1)

        middle = (power + r) / (alpha + rest + ticks)
        edges = [(factor * middle) ** 0.125 for factor in (0, 0.25, 1, 2, 6, 30, 200)]
        return mpmath.quad(lambda u: 8 * u**7 * at_rate(u**8), edges)  # smooth where small rates are many

    beta = mpmath.beta(a, b)
    stay, leave = mpmath.beta(a, b + x + 1) / beta, mpmath.beta(a + 1, b + x) / beta
    alive = stay * over_rates(k * x, last, age - last)
    gone = leave * over_rates(k * x, last, mpmath.mpf(0))
    gaps = (k - 1) * log_gaps - x * mpmath.log(mpmath.factorial(k - 1))
    return float(mpmath.log(alive + gone) + gaps), float(alive / (alive + gone))


HISTORIES = [
    (1, 0.5, 6.0, 0.9, 1.6, 0, 0.0, 20.0, 0.0),
    (1, 0.5, 6.0, 0.9, 1.6, 3, 12.0, 20.0, 2.5),
    (2, 0.8, 3.0, 0.4, 2.5, 0, 0.0, 15.0, 0.0),
    (2, 0.8, 3.0, 0.4, 2.5, 4, 14.0, 15.0, 4.0),
    (3, 1.3, 2.0, 0.7, 1.1, 2, 5.0, 40.0, 1.5),
    (5, 2.0, 1.5, 1.2, 4.0, 6, 30.0, 36.0, 9.0),
]


@pytest.mark.parametrize("case", HISTORIES)
def test_likelihood_and_alive_are_what_the_story_says(case):
    """≤ 1e-8 of the integral over all rates, for one-time and regular buyers, lately seen or long silent."""
    *values, x, last, age, log_gaps = case
    with mpmath.workdps(30):
        want, alive = by_integral(*case)
    one = Histories([x], [last], [age])
    assert REGULAR.log_likelihood(values, one, log_gaps) == pytest.approx(want, rel=1e-8)
    assert REGULAR.alive(at(*values), one)[0] == pytest.approx(alive, rel=1e-8)


def test_with_one_tick_a_purchase_it_is_mbgnbd():
    """k = 1: the same likelihood, P(alive), chance of a purchase and expected purchases."""
    values, many = (0.525, 6.183, 0.891, 1.614), Histories([0, 1, 4, 30], [0, 9, 20, 30], [30, 30, 21, 31])
    plain = Fit("mbgnbd", dict(zip(LETTERS[1:], values, strict=True)), {}, 0.0, 4, True, "", 0.0, 0.0, ())
    regular = at(1.0, *values)
    assert REGULAR.log_likelihood((1, *values), many, 5.0) == pytest.approx(MBGNBD.log_likelihood(values, many))
    assert REGULAR.alive(regular, many) == pytest.approx(MBGNBD.alive(plain, many))
    for what in ("purchase_probability", "expected_purchases"):
        got, want = (getattr(m, what)(f, many, 26.0) for m, f in ((REGULAR, regular), (MBGNBD, plain)))
        assert got == pytest.approx(want, rel=1e-7), what


def draw_histories(values, people, age, after, seed=3):
    """Histories drawn gap by gap, their log gaps, who is alive, and the purchases afterwards."""
    k, r, alpha, a, b = values
    rng = np.random.default_rng(seed)
    rate, leaves = rng.gamma(r, 1 / alpha, people), rng.beta(a, b, people)
    repeats, last, later, logs = np.zeros(people), np.zeros(people), np.zeros(people), 0.0
    alive, clock = np.ones(people, bool), np.zeros(people)
    going = np.flatnonzero(rng.random(people) >= leaves)
    alive[np.setdiff1d(np.arange(people), going)] = False
    while len(going):
        gap = rng.gamma(k, 1 / rate[going])
        clock[going] += gap
        inside, seen = clock[going] < age + after, clock[going] < age
        logs += float(np.log(gap[seen]).sum())
        repeats[going[seen]] += 1
        last[going[seen]] = clock[going[seen]]
        later[going[inside & ~seen]] += 1
        stays = rng.random(len(going)) >= leaves[going]
        alive[going[seen & ~stays]] = False
        going = going[inside & stays]
    return Histories(repeats, last, np.full(people, age)), logs, alive, later


def test_a_drawn_truth_is_found_again():
    """12,000 customers who buy at every third tick: k is found, the living are counted to a point, and so are the
    purchases ahead; MBG/NBD, which takes them for irregular, is less likely and counts fewer or more of the living."""
    truth = (3, 1.2, 1.0, 0.5, 2.0)
    seen, logs, alive, later = draw_histories(truth, 12_000, 40.0, 20.0)
    found = REGULAR.fit(seen, logs)
    assert found.identified and found.parameters["k"] == 3
    assert found.values[1:] == pytest.approx(truth[1:], rel=0.15)
    assert REGULAR.alive(found, seen).mean() == pytest.approx(alive.mean(), abs=0.01)
    assert REGULAR.expected_purchases(found, seen, 20.0).sum() == pytest.approx(later.sum(), rel=0.03)
    assert REGULAR.purchase_probability(found, seen, 20.0).mean() == pytest.approx((later > 0).mean(), abs=0.01)
    plain = MBGNBD.fit(seen)
    assert found.log_likelihood > plain.log_likelihood + 100
    ours, theirs = (
        np.sqrt(np.mean((m.expected_purchases(f, seen, 20.0) - later) ** 2))
        for m, f in ((REGULAR, found), (MBGNBD, plain))
    )
    assert ours < theirs


def test_gaps_alone_tell_how_regular():
    """The gaps' share by hand: three gaps at k = 3 add 2·Σ log g - 3·log 2!."""
    one = Histories([3], [6.0], [10.0])
    free = (1.0, 2.0, 0.5, 2.0)
    with_gaps = REGULAR.log_likelihood((3, *free), one, 1.7) - REGULAR.log_likelihood((3, *free), one, 0.0)
    assert with_gaps == pytest.approx(2 * 1.7) and gammaln(3) == pytest.approx(np.log(2))


def test_nobody_to_learn_from_is_said():
    """All bought once: no fit, and the reason."""
    found = REGULAR.fit(Histories([0, 0], [0, 0], [10, 20]), 0.0)
    assert not found.identified and "second time" in found.why
