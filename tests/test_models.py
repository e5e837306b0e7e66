"""The models of buying and leaving: published figures, independent computations, known truth, data that say nothing.

Judges models/betageometric, models/departures and models/hypergeometric.
"""

import mpmath
import numpy as np
import pytest
from simulated import TRUTH, in_days, simulated

from customary import fit
from customary.errors import Refused
from customary.models.btyd import MODELS
from customary.models.clv import discounted_value, per_period
from customary.models.fit import Fit, maximise
from customary.models.gammagamma import GAMMAGAMMA
from customary.models.histories import Histories, Spends
from customary.query.fit import histories_of
from customary.studies.shared.histories import BIN

every_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
UNTIL = "1997-09-30"


def known(model, values):
    """A fit whose parameters are what they are said to be."""
    parameters = dict(zip(MODELS[model].letters, values, strict=True))
    return Fit(model, parameters, {}, 0.0, 1, True, "", 0.0, 1.0, ())


def drawn(model, customers, seed, **more):
    """Simulated lives and their histories, in weeks."""
    rng = np.random.default_rng(seed)
    lives = simulated(model, 39 - rng.uniform(0, 12, customers), rng, **more)
    return lives, Histories(lives.repeats, lives.last_age, lives.age)


def columns(shop, table):
    """An answer's columns as arrays by name."""
    found = shop.fetch(table)
    return {name: found[name].to_numpy(zero_copy_only=False) for name in found.column_names}


# --- published figures ----------------------------------------------------------------------------


@pytest.mark.real
@pytest.mark.parametrize(
    ("model", "values", "log_likelihood"),
    [
        ("bgnbd", (0.2426, 4.4136, 0.7929, 2.4259), -9582.43),
        ("mbgnbd", (0.525, 6.183, 0.891, 1.614), -9582.14),
        ("paretonbd", (0.553, 10.578, 0.606, 11.669), -9594.98),
        ("gammagamma", (6.25, 3.74, 15.44), -4055.92),
    ],
)
def test_cdnow_gives_the_published_parameters(cdnow, model, values, log_likelihood):
    """Fader, Hardie, Lee (2005) and CLVTools: three significant digits, the log-likelihood within .05."""
    found = fit(cdnow, model, until=UNTIL)
    assert found.identified and found.why == ""
    assert [f"{value:.3g}" for value in found.values] == [f"{value:.3g}" for value in values]
    assert found.log_likelihood == pytest.approx(log_likelihood, abs=0.05)
    assert found.customers == (946 if model == "gammagamma" else 2357)


@pytest.mark.real
def test_cdnow_gives_the_published_spends(cdnow):
    """Expected spend of customers 1 to 4, and a correlation of frequency and spend of .1139."""
    asked = columns(cdnow, histories_of(cdnow, until=UNTIL).order_by("customer_id"))
    found = fit(cdnow, "gammagamma", until=UNTIL)
    expected = GAMMAGAMMA.expected_spend(found, asked["repeats"], asked["mean_spend"])
    # One digit in the last place: the paper rounds its parameters before it multiplies.
    assert expected[:4] == pytest.approx((24.66, 18.91, 35.17, 35.17), abs=0.011)
    again = asked["repeats"] > 0
    assert np.corrcoef(asked["repeats"][again], asked["mean_spend"][again])[0, 1] == pytest.approx(0.1139, abs=5e-5)


@pytest.mark.real
@pytest.mark.parametrize(("model", "miss"), [("bgnbd", -0.040), ("paretonbd", -0.015)])
def test_cdnow_is_tracked_to_its_last_week(cdnow, model, miss):
    """All repeat purchases expected by week 78 lie within 5 % of those that came, as in the papers."""
    whole, seen = (columns(cdnow, histories_of(cdnow, until=day)) for day in (None, UNTIL))
    came = whole["repeats"].sum()
    assert came - seen["repeats"].sum() == 1882
    weeks, buyers = np.unique(whole["age_days"], return_counts=True)
    told = MODELS[model].cumulative(fit(cdnow, model, until=UNTIL), weeks / 7) @ buyers
    assert abs(told / came - 1) < 0.05 and told / came - 1 == pytest.approx(miss, abs=0.003)


@pytest.mark.real
def test_one_year_of_online_retail_identifies_spend_but_not_leaving(giftshop):
    """Its BG/NBD has no bound for a and b, and says so; its Gamma-Gamma is sound, on 2,790 customers."""
    assert not any(fit(giftshop, model).identified for model in MODELS)
    assert " a " in f" {fit(giftshop, 'bgnbd').why}" or " b " in f" {fit(giftshop, 'bgnbd').why}"
    spend = fit(giftshop, "gammagamma")
    assert spend.identified and spend.customers == 2790
    assert spend.values == pytest.approx((2.1034, 3.4512, 485.89), rel=1e-4)


# --- independent computations ---------------------------------------------------------------------


def _pareto(r, alpha, s, beta, x, last, age):
    """The Pareto/NBD log-likelihood with 2F1 in 50 digits (Fader, Hardie 2005, eqs. 15–17)."""
    r, alpha, s, beta, x, last, age = (mpmath.mpf(float(v)) for v in (r, alpha, s, beta, x, last, age))
    high, low, k = max(alpha, beta), min(alpha, beta), r + s + x
    second = s + 1 if alpha >= beta else r + x
    at = [mpmath.hyp2f1(k, second, k + 1, (high - low) / (high + t)) / (high + t) ** k for t in (last, age)]
    alive = (alpha + age) ** -(r + x) * (beta + age) ** -s
    shape = mpmath.loggamma(r + x) - mpmath.loggamma(r) + r * mpmath.log(alpha) + s * mpmath.log(beta)
    return shape + mpmath.log(alive + s / k * (at[0] - at[1]))


def test_the_pareto_likelihood_holds_at_the_extremes():
    """500 draws, up to 300 purchases, rates and ages over four decades: ≤ 1e-10 of 50-digit arithmetic."""
    rng = np.random.default_rng(2026)
    with mpmath.workdps(50):
        for _draw in range(500):
            values = np.exp(rng.uniform(np.log((0.05, 0.05, 0.05, 0.05)), np.log((8, 300, 8, 300))))
            x = rng.choice([0, 1, 2, rng.integers(0, 30), rng.integers(0, 300)])
            age = np.exp(rng.uniform(np.log(0.5), np.log(400)))
            last = 0.0 if x == 0 else age * rng.choice([rng.random(), 0.01 * rng.random(), 1 - 1e-6, 1.0])
            told = MODELS["paretonbd"].log_likelihood(values, Histories([x], [last], [age]))
            want = float(_pareto(*values, x, last, age))
            assert abs(told - want) <= 1e-10 * abs(want) + 1e-14, (values, x, last, age)


@pytest.mark.parametrize("model", ["bgnbd", "mbgnbd"])
@pytest.mark.parametrize("a", [0.3, 0.8, 1 - 1e-13, 1 + 1e-13, 1 + 1e-9, 2.0, 6.5, 60.0])
def test_expected_purchases_are_exact_even_where_the_formula_has_a_pole(model, a):
    """≤ 1e-9 of 60-digit arithmetic, also at a = 1, where the textbook formula divides nought by nought."""
    rng = np.random.default_rng(7)
    tossed = int(model == "mbgnbd")
    for x in (0, 1, 4, 40, 250):
        r, alpha, b, age, ahead = np.exp(rng.uniform(np.log((0.1, 1, 0.1, 1, 1)), np.log((50, 200, 60, 300, 300))))
        told = MODELS[model].expected_purchases(
            known(model, (r, alpha, a, b)), Histories([x], [0.7 * age * (x > 0)], [age]), ahead
        )
        with mpmath.workdps(60):
            r, alpha, a_, b, age, ahead = (mpmath.mpf(float(v)) for v in (r, alpha, a, b, age, ahead))
            stayed, z = b + x + tossed, ahead / (alpha + age + ahead)
            lost = (1 - z) ** (r + x) * mpmath.hyp2f1(r + x, stayed, a_ + stayed - 1, z)
            last = 0.7 * age * (x > 0)
            odds = a_ / (stayed - 1) * ((alpha + age) / (alpha + last)) ** (r + x) if x + tossed else 0
            want = (a_ + stayed - 1) / (a_ - 1) * (1 - lost) / (1 + odds)
        assert told[0] == pytest.approx(float(want), rel=1e-9)


@every_model
def test_slopes_are_those_of_the_likelihood(model):
    """The analytic gradient is what differences of the likelihood come to."""
    _lives, seen = drawn(model.name, 300, 3)
    total = model.likelihood(seen)
    theta = np.log(TRUTH[model.name]) + np.array([0.3, -0.2, 0.1, 0.4])
    steps = 1e-5 * np.eye(4)
    differences = [(total(theta + step)[0] - total(theta - step)[0]) / 2e-5 for step in steps]
    assert total(theta)[1] == pytest.approx(differences, rel=1e-6, abs=1e-5)


@pytest.mark.filterwarnings("ignore::")
@pytest.mark.parametrize("model", ["bgnbd", "paretonbd"])
def test_lifetimes_finds_the_same_summit(model):
    """A peer's fit of the same customers agrees to the digits it searches for."""
    import lifetimes

    peer = {"bgnbd": lifetimes.BetaGeoFitter, "paretonbd": lifetimes.ParetoNBDFitter}[model]()
    lives, seen = drawn(model, 800, 5)
    peer.fit(lives.repeats, lives.last_age, lives.age)
    ours = MODELS[model].fit(seen)
    assert ours.values == pytest.approx(tuple(peer.params_), rel=5e-3)
    assert ours.log_likelihood > MODELS[model].log_likelihood(tuple(peer.params_), seen) - 1e-6


# --- grouping, order, start -----------------------------------------------------------------------


@every_model
def test_grouped_customers_give_the_fit_of_single_ones(model):
    """Each distinct history once with its count: ≤ 1e-9 of the fit of all rows."""
    lives, _seen = drawn(model.name, 6000, 8)
    rows = np.stack(list(in_days(lives).values()), axis=1)
    distinct, count = np.unique(rows, axis=0, return_counts=True)
    assert len(distinct) < len(rows)
    single = model.fit(Histories(*rows.T, unit=7))
    grouped = model.fit(Histories(*distinct.T, count, unit=7))
    assert grouped.customers == single.customers == 6000
    assert grouped.values == pytest.approx(single.values, rel=1e-9)
    assert tuple(grouped.standard_errors.values()) == pytest.approx(tuple(single.standard_errors.values()), rel=1e-6)


@every_model
def test_neither_order_nor_start_leaves_a_trace(model):
    """Rows shuffled, or a search begun elsewhere: the same parameters to ten digits."""
    _lives, seen = drawn(model.name, 3000, 9)
    found = model.fit(seen)
    mixed = np.random.default_rng(1).permutation(len(seen))
    again = model.fit(Histories(seen.repeats[mixed], seen.last_age[mixed], seen.age[mixed]))
    assert again.values == pytest.approx(found.values, rel=1e-10)
    total = model.likelihood(seen)
    elsewhere = maximise(model.name, model.letters, total, (1.5, 20.0, 0.3, 5.0), 3000)
    assert elsewhere.values == pytest.approx(found.values, rel=1e-10)


@every_model
def test_the_unit_of_time_is_only_a_unit(model):
    """Told in days instead of weeks, what has the unit of time is seven times as large, and nothing else changes."""
    lives, _seen = drawn(model.name, 3000, 10)
    days = in_days(lives)
    week, day = (model.fit(Histories(*days.values(), unit=unit)) for unit in (7, 1))
    timed = np.array([7.0 if letter in ("alpha", "beta") else 1.0 for letter in model.letters])
    assert np.array(day.values) == pytest.approx(timed * week.values, rel=1e-9)
    repeats = days["repeats"].sum()
    assert day.log_likelihood == pytest.approx(week.log_likelihood - repeats * np.log(7), rel=1e-10)


def test_narrow_bins_of_spend_lose_nothing_when_their_variance_is_kept():
    """Gamma-Gamma on bins of log spend: ≤ 1e-6 of the rows; without the variance it is off by far more."""
    rng = np.random.default_rng(4)
    repeats = 1 + rng.poisson(1.5, 40_000)
    scale = rng.gamma(3.74, 1 / 15.44, 40_000)
    log_spend = np.log(rng.gamma(6.25 * repeats, 1 / scale) / repeats)
    rows = GAMMAGAMMA.fit(Spends(repeats, log_spend))
    keys = np.stack([repeats, np.floor(log_spend / BIN)], axis=1)
    _bins, place, count = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
    mean = np.bincount(place, log_spend) / count
    variance = np.maximum(np.bincount(place, log_spend**2) / count - mean**2, 0)
    x = np.bincount(place, repeats) / count
    kept, dropped = GAMMAGAMMA.fit(Spends(x, mean, variance, count)), GAMMAGAMMA.fit(Spends(x, mean, None, count))
    assert len(count) < 8000
    assert kept.values == pytest.approx(rows.values, rel=1e-6)
    assert max(abs(np.array(dropped.values) / rows.values - 1)) > 1e-4


# --- known truth ----------------------------------------------------------------------------------


@every_model
def test_scores_come_true_on_simulated_customers(model):
    """Share alive, share who buy again and purchases per customer in the next half year: as many as were told."""
    lives, seen = drawn(model.name, 60_000, 12, after=26.0)
    truth = known(model.name, TRUTH[model.name])
    for told, came in (
        (model.alive(truth, seen), lives.is_alive),
        (model.purchase_probability(truth, seen, 26.0), lives.later > 0),
        (model.expected_purchases(truth, seen, 26.0), lives.later),
    ):
        noise = (came - told).std() / np.sqrt(len(told))
        assert abs(told.mean() - came.mean()) < 4 * noise
        often = seen.repeats >= 3  # not only on average: also among the best
        assert abs((told - came)[often].mean()) < 4 * (came - told)[often].std() / np.sqrt(often.sum())


@every_model
def test_what_is_expected_of_new_customers_comes(model):
    """Repeat purchases by week 10 and week 30 of customers who begin now."""
    for weeks in (10.0, 30.0):
        lives = simulated(model.name, np.full(60_000, weeks), np.random.default_rng(13))
        told = model.cumulative(known(model.name, TRUTH[model.name]), weeks)[0]
        assert abs(lives.repeats.mean() - told) < 4 * lives.repeats.std() / np.sqrt(60_000)


@pytest.mark.parametrize(
    ("model", "shops", "off"),
    [
        ("bgnbd", 40, 0.08),
        pytest.param("bgnbd", 200, 0.04, marks=pytest.mark.slow),
        pytest.param("paretonbd", 200, 0.04, marks=pytest.mark.slow),
    ],
)
def test_intervals_hold_the_truth_as_often_as_they_say(model, shops, off):
    """Simulated shops: an interval of 95 % holds the true parameter in 91 % to 99 % of 200, in 87 % and more of 40."""
    rng = np.random.default_rng(14)
    held, sound = np.zeros(4), 0
    for _shop in range(shops):
        lives = simulated(model, 39 - rng.uniform(0, 12, 3000), rng)
        found = MODELS[model].fit(Histories(lives.repeats, lives.last_age, lives.age))
        if found.identified:
            bounds = [found.interval(letter) for letter in found.parameters]
            held += [low <= true <= high for (low, high), true in zip(bounds, TRUTH[model], strict=True)]
            sound += 1
    assert sound >= 0.95 * shops
    assert held / sound == pytest.approx(0.95, abs=off)


def test_spends_shrink_to_everybody_and_one_time_buyers_all_the_way():
    """Who is well known keeps the own mean; who never came back gets p·gamma/(q-1), whatever the first order was."""
    spend = Fit("gammagamma", {"p": 6.0, "q": 4.0, "gamma": 15.0}, {}, 0.0, 1, True, "", 0.0, 1.0, ())
    assert GAMMAGAMMA.mean_spend(spend) == 30.0
    told = GAMMAGAMMA.expected_spend(spend, [0, 0, 1, 1000], [np.nan, 500.0, 60.0, 60.0])
    assert told[:2].tolist() == [30.0, 30.0]
    assert told[2] == pytest.approx(6 * (15 + 60) / 9) and told[3] == pytest.approx(60, rel=1e-3)
    heavy = Fit("gammagamma", {"p": 6.0, "q": 0.9, "gamma": 15.0}, {}, 0.0, 1, True, "", 0.0, 1.0, ())
    with pytest.raises(Refused, match="no mean"):
        GAMMAGAMMA.expected_spend(heavy, [1], [60.0])


def test_a_lifetime_value_is_margin_times_purchases_times_spend_worth_less_later():
    """One period is worth margin · purchases · spend / (1 + d); without discount periods add up to the whole."""
    model, truth, seen = MODELS["bgnbd"], known("bgnbd", TRUTH["bgnbd"]), Histories([2, 0], [30.0, 0], [38.9, 38.9])
    asked = {"length": 4.0, "margin": 0.25}
    once = discounted_value(model, truth, seen, [40.0, 30.0], periods=1, discount=0.02, **asked)
    assert once == pytest.approx(0.25 * model.expected_purchases(truth, seen, 4.0) * [40.0, 30.0] / 1.02)
    year = discounted_value(model, truth, seen, [40.0, 30.0], periods=13, discount=0.0, **asked)
    assert year == pytest.approx(0.25 * model.expected_purchases(truth, seen, 52.0) * [40.0, 30.0])
    assert (discounted_value(model, truth, seen, 40.0, periods=13, discount=0.02, **asked) < year * 4).all()
    assert per_period(0.15, 13) == pytest.approx(1.15 ** (1 / 13) - 1)
    for slip in ({"margin": 1.5}, {"periods": 0}, {"discount": -0.1}, {"length": 0.0}):
        with pytest.raises(Refused):
            discounted_value(model, truth, seen, 40.0, **{"periods": 1, "discount": 0.0, **asked, **slip})


# --- data that say nothing, and data that cannot be -------------------------------------------------


@every_model
@pytest.mark.parametrize(
    ("history", "why"),
    [
        (([], [], []), "no customer"),
        (([2], [10], [20]), "only one customer"),
        (([0, 0, 0], [0, 0, 0], [20, 15, 9]), "nobody bought a second time"),
        (([0, 0], [0, 0], [0, 0]), "every age is 0"),
        (([1, 2, 3], [9, 20, 15], [9, 20, 15]), "last day observed"),
    ],
)
def test_data_that_say_nothing_are_said_to(model, history, why):
    """Nobody, one customer, one purchase each, no time, no silence: no parameters, and the reason in a sentence."""
    found = model.fit(Histories(*history))
    assert not found.identified and why in found.why
    assert all(np.isnan(value) for value in (*found.values, *found.standard_errors.values()))


@every_model
@pytest.mark.parametrize("shops", [10, pytest.param(80, marks=pytest.mark.slow)])
def test_a_handful_of_customers_is_never_called_sound(model, shops):
    """Whatever few rows come to: an answer without an exception, and identified only with finite errors."""
    rng = np.random.default_rng(15)
    for _shop in range(shops):
        age = rng.integers(1, 60, 5)
        last = np.array([rng.integers(0, end + 1) for end in age])
        repeats = np.where(last > 0, rng.integers(1, 4, 5), 0)
        found = model.fit(Histories(repeats, last, age))
        errors = np.array(list(found.standard_errors.values()))
        assert found.identified == (found.why == "")
        assert not found.identified or (np.isfinite(errors).all() and (errors < 2 * np.array(found.values)).all())


def test_everybody_leaving_nobody_is_not_identified():
    """Customers who never leave give a chance of leaving no lower bound."""
    rng = np.random.default_rng(16)
    lives = simulated("paretonbd", np.full(3000, 39.0), rng, values=(0.9, 3.0, 2.0, 1e9))
    seen = Histories(lives.repeats, lives.last_age, lives.age)
    for model in MODELS.values():
        assert not model.fit(seen).identified


@pytest.mark.parametrize(
    ("history", "why"),
    [
        (([1], [30], [20]), "after the end"),
        (([-1], [0], [20]), "negative"),
        (([1], [-3], [20]), "negative"),
        (([1.5], [3], [20]), "whole numbers"),
        (([0], [3], [20]), "without repeat purchases"),
        (([1], [np.nan], [20]), "no number"),
        (([1, 2], [3], [20]), "differ in length"),
        (([1], [3], [20], [0]), "no customer"),
    ],
)
def test_a_history_that_cannot_be_is_refused(history, why):
    """A sentence that says what is wrong with it."""
    with pytest.raises(Refused, match=why):
        Histories(*history)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Spends.of([1, 2], [10.0, -4.0]), "negative"),
        (lambda: Spends.of([1, 2], [10.0, 0.0]), "spend of 0"),
        (lambda: Spends.of([0, 2], [10.0, 4.0]), "bought again"),
        (lambda: Spends([1, 2], [1.0]), "differ in length"),
        (lambda: Spends([1], [np.inf]), "no number"),
    ],
)
def test_a_spend_that_cannot_be_is_refused(make, why):
    """Negative and zero spends have no logarithm; one-time buyers have no repeat spend."""
    with pytest.raises(Refused, match=why):
        make()


@pytest.mark.parametrize(
    ("spends", "why"),
    [
        (Spends([], []), "nobody bought a second time"),
        (Spends.of([2], [9.0]), "only one customer"),
        (Spends.of([1, 2, 5], [9.0, 9.0, 9.0]), "everybody spends the same"),
    ],
)
def test_spends_that_say_nothing_are_said_to(spends, why):
    """No parameters, and the reason in a sentence."""
    found = GAMMAGAMMA.fit(spends)
    assert not found.identified and why in found.why and np.isnan(found.values).all()


def test_scores_of_nobody_are_nothing():
    """No rows in, no rows out."""
    nobody = Histories([], [], [])
    for name, model in MODELS.items():
        truth = known(name, TRUTH[name])
        assert len(model.alive(truth, nobody)) == len(model.purchase_probability(truth, nobody, 9.0)) == 0
        assert len(model.expected_purchases(truth, nobody, 9.0)) == 0
