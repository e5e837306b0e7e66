"""Regular buyers: MBG/CNBD-k against arbitrary precision, against MBG/NBD, and against a truth that was drawn.

Judges studies/lifetime_value/holdout.
"""

from datetime import date, timedelta

import mpmath
import numpy as np
import pytest
from given import sold, told
from scipy.special import gammaln
from scipy.stats import poisson

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


def test_a_new_customer_of_one_tick_a_purchase_is_mbgnbds():
    """k = 1: as many purchases by every age, none at 0."""
    values, times = (0.525, 6.183, 0.891, 1.614), (0.0, 1.0, 39.0, 200.0)
    plain = Fit("mbgnbd", dict(zip(LETTERS[1:], values, strict=True)), {}, 0.0, 4, True, "", 0.0, 0.0, ())
    got = REGULAR.cumulative(at(1.0, *values), times)
    assert got == pytest.approx(MBGNBD.cumulative(plain, times), rel=1e-7) and got[0] == 0


def purchases_by_integral(k, r, alpha, a, b, x, last, age, horizon):
    """E[purchases ahead], by summing over ticks so far and ticks ahead at every rate, the rate integrated out.

    Of who has ticked j times since the last purchase and ticks n times more, (j + n) // k gaps end, and the i-th of
    these purchases is made by whoever stayed after each of the i - 1 before it.
    """
    edge, weights = np.polynomial.legendre.leggauss(400)
    top, edge = (r + k * x + 40 * np.sqrt(r + k * x)) / (alpha + last), (edge + 1) / 2
    rates, weights = top * edge**8, 8 * top * edge**7 * weights / 2  # smooth where small rates are many
    density = weights * np.exp((r + k * x - 1) * np.log(rates) - rates * (alpha + last) - gammaln(r + k * x))
    density = density * (alpha + last) ** (r + k * x)
    since, ticks = np.arange(k), np.arange(200)
    silent = poisson.pmf(since[:, None], rates * (age - last))
    ahead = poisson.pmf(ticks[:, None], rates * horizon)
    # Weighed against whoever has left after the last purchase: B(a + 1, b + x) to B(a, b + x + 1).
    alive, gone = silent.sum(axis=0) @ density * (b + x) / a, 1.0
    stays = np.concatenate([[1.0], np.cumprod((b + x + 1 + ticks) / (a + b + x + 1 + ticks))])
    made = np.concatenate([[0.0], np.cumsum(stays)])
    ends = made[(since[:, None] + ticks[None, :]) // k]
    total = np.einsum("jr,nr,jn,r->", silent, ahead, ends, density) / (silent.sum(axis=0) @ density)
    return float(total * alive / (alive + gone))


@pytest.mark.parametrize("case", [case for case in HISTORIES if case[1] >= 0.8])
def test_purchases_ahead_are_what_the_story_says(case):
    """≤ 1e-6 of the sum over ticks and the integral over rates, for k from 2 to 5."""
    *values, x, last, age, _log_gaps = case
    want = purchases_by_integral(*(int(values[0]), *values[1:]), x, last, age, 12.0)
    got = REGULAR.expected_purchases(at(*values), Histories([x], [last], [age]), 12.0)[0]
    assert got == pytest.approx(want, rel=1e-6)


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
    assert REGULAR.cumulative(found, 40.0)[0] == pytest.approx(seen.repeats.mean(), rel=0.03)
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


# --- a shop of regular buyers ---------------------------------------------------------------------

SPAN = 540  # days of the log


def regular_days(people, rng):
    """(customer, day) of buyers who come about every four weeks, each gap three ticks, and may leave at a purchase."""
    for n in range(people):
        rate, leaves, day = rng.gamma(4, 3 / 28 / 4), rng.beta(0.5, 4), float(rng.integers(0, 180))
        while day < SPAN:
            yield n, int(day)
            if rng.random() < leaves:
                break
            day = max(day + rng.gamma(3, 1 / rate), int(day) + 1)


@pytest.fixture(scope="module")
def grocer(tiny_shop):
    """1,200 regular buyers over a year and a half."""
    first = date(2023, 6, 1)
    orders = [
        sold(f"o{place}", f"c{n:04}", f"{first + timedelta(days=day)} 10:00", 20)
        for place, (n, day) in enumerate(regular_days(1200, np.random.default_rng(5)))
    ]
    return tiny_shop(orders=orders, as_of=str(first + timedelta(days=SPAN)))


def test_regular_buyers_are_forecast_by_the_model_made_for_them(grocer):
    """In the time held out it comes nearest, customer by customer, is recommended, and is what the forecast uses.

    Its k is the 3 that was drawn, and the course of all purchases is met as well.
    """
    rows = {row["model"]: row for row in told(grocer, "lifetime_value_backtest")}
    best = rows["mbgcnbd"]
    others = [row["rmse"] for name, row in rows.items() if name != "mbgcnbd" and row["rmse"] is not None]
    assert best["is_recommended"] and others and best["rmse"] < 0.98 * min(others)
    assert abs(best["error_rate"]) < 0.05 and abs(best["tracked_error_rate"]) < 0.05
    parameters = {row["letter"]: row for row in told(grocer, "lifetime_value_fits") if row["model"] == "mbgcnbd"}
    assert parameters["k"]["estimate"] == 3 and parameters["k"]["lower"] is None
    assert {row["model"] for row in told(grocer, "lifetime_value")} == {"mbgcnbd"}
    weeks = told(grocer, "lifetime_value_tracking")
    assert weeks[-1]["model"] == "mbgcnbd" and abs(weeks[-1]["error_rate"]) < 0.05
