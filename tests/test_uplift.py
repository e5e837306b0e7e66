"""Whom an offer moves: rankings graded by gains that can be counted, by simulation, and by what is true of the demo.

Judges models/uplift, models/qini, studies/experiments/uplift and studies/experiments/before.
"""

from datetime import date

import numpy as np
import pyarrow.parquet as pq
import pytest
from conftest import adopted, real_data
from given import told
from in_memory import read, table
from typed import say

from customary import demo, open_shop
from customary.errors import UnknownName
from customary.models.qini import FEWEST, Trial, fifths_of, gain_of
from customary.models.uplift import METHODS, fit_logistic, grade, indicators
from customary.query.parameters import fetch_fit
from customary.query.selection import Scope
from customary.studies.experiments.uplift import uplift_units, verdict_of_ranking


def trial_of(*outcomes):
    """Customers of both arms in turn, first a treated one, with these outcomes in the order of the ranking."""
    is_treated = np.arange(len(outcomes)) % 2 == 0
    return Trial(np.zeros((len(outcomes), 1)), is_treated, np.array(outcomes, float))


HALF = trial_of(*[1, 0] * 20, *[0, 0] * 20)  # the first half does it because of the offer, nobody else does
FIRST_TO_LAST = np.arange(80, 0, -1.0)


def test_what_is_gained_stops_growing_when_the_moved_are_reached():
    """Half of all are moved: a list of a quarter brings 0.25 per customer, of a half 0.5, of everybody still 0.5."""
    curve = gain_of(FIRST_TO_LAST, HALF)
    gains = dict(zip(curve.shares.round(2), curve.gain.round(6), strict=True))
    assert (gains[0.25], gains[0.5], gains[1.0]) == (0.25, 0.5, 0.5)


def test_the_area_above_a_random_order():
    """0 to 0.5 and then level is an area of 3/8; a random order has 1/4, so 1/8 is known; backwards it is −1/8."""
    curve = gain_of(FIRST_TO_LAST, HALF)
    assert (curve.area, curve.qini) == pytest.approx((0.375, 0.125))
    assert gain_of(-FIRST_TO_LAST, HALF).qini == pytest.approx(-0.125)


def test_the_interval_of_the_whole_list_is_that_of_two_averages():
    """Half of 40 treated did, none of the control: 0.5 ± 1.96 · √(0.25 / 40)."""
    curve = gain_of(FIRST_TO_LAST, HALF)
    assert (curve.low_gain[-1], curve.high_gain[-1]) == pytest.approx((0.5 - 0.15495, 0.5 + 0.15495), abs=1e-5)


def test_fifths_hold_both_arms_against_each_other():
    """The first two fifths are moved altogether, the middle one by half, the last two not at all."""
    assert list(fifths_of(FIRST_TO_LAST, HALF).difference) == [1, 1, 0.5, 0, 0]


def test_a_number_is_told_by_its_fifth_and_a_word_by_itself():
    """1 to 100 has four steps, a constant none; “rare” is told as other; who has no number has a column of its own."""
    assert indicators({"number": np.arange(1.0, 101)}).sum(axis=0).tolist() == [80, 60, 40, 20]
    assert indicators({"same": np.ones(100)}).shape == (100, 0)
    words = np.array(["a"] * 50 + ["b"] * 45 + ["rare"] * 5, object)
    assert indicators({"word": words}).sum(axis=0).tolist() == [50, 45]
    some = np.r_[np.full(50, np.nan), np.full(25, 1.0), np.full(25, 9.0)]
    assert indicators({"number": some}).sum(axis=0).tolist()[-1] == 50


def test_a_chance_is_drawn_toward_the_others_the_fewer_customers_there_are():
    """Of very many the model says what they did: 0.3 and 0.1; the ridge draws both together by less than 0.01."""
    known = np.repeat([0.0, 1.0], 10_000)[:, None]
    outcome = np.r_[np.arange(10_000) % 10 < 3, np.arange(10_000) % 10 < 1].astype(float)
    chance = fit_logistic(known, outcome)(np.array([[0.0], [1.0]]))
    assert chance == pytest.approx([0.3, 0.1], abs=0.01) and 0.1 < chance[1] < chance[0] < 0.3


def drawn(rng, n, effect):
    """Customers of whom the offer moves those above a half of a number that is known, by so much."""
    number, word = rng.uniform(size=n), rng.choice(list("abc"), n)
    is_treated = rng.random(n) < 0.5
    chance = 0.1 + 0.2 * number + effect * (is_treated & (number > 0.5))
    return Trial(indicators({"number": number, "word": word}), is_treated, (rng.random(n) < chance).astype(float))


@pytest.mark.parametrize("method", METHODS)
def test_where_nobody_is_moved_nothing_is_claimed(method):
    """Of sixty experiments without effect no more are “above” than an interval of 95 % allows: two."""
    rng = np.random.default_rng(21)
    verdicts = [verdict_of_ranking(grade(drawn(rng, 800, 0.0), method).gain) for _turn in range(60)]
    assert verdicts.count("above") <= 2 and verdicts.count("not clear") >= 55


@pytest.mark.parametrize("method", METHODS)
def test_who_is_moved_is_found(method):
    """The offer moves half of 4,000 customers by 20 points: said, in at least nine of ten experiments."""
    rng = np.random.default_rng(22)
    found = [grade(drawn(rng, 4_000, 0.2), method).gain for _turn in range(10)]
    assert [verdict_of_ranking(one) for one in found].count("above") >= 9


def test_who_buys_anyway_is_not_who_is_moved():
    """The same 10 points for all, who buy 10 to 30 %: of sixty orders by who buys most a few are clear by chance."""
    rng, verdicts = np.random.default_rng(23), []
    for _turn in range(60):
        number, is_treated = rng.uniform(size=2_000), rng.random(2_000) < 0.5
        outcome = (rng.random(2_000) < 0.1 + 0.2 * number + 0.1 * is_treated).astype(float)
        verdicts.append(verdict_of_ranking(gain_of(number, Trial(number[:, None], is_treated, outcome))))
    assert verdicts.count("not clear") >= 53


def test_few_customers_are_too_few():
    """One less than is needed in either arm, or too few who did it, and nothing is learned."""
    rng = np.random.default_rng(24)
    some = drawn(rng, 4 * FEWEST, 0.2)
    treated = np.flatnonzero(some.is_treated)
    assert (
        some.is_enough and not some.part(np.isin(np.arange(4 * FEWEST), treated[FEWEST - 1 :], invert=True)).is_enough
    )
    assert not Trial(some.known, some.is_treated, np.zeros(4 * FEWEST)).is_enough


# ---- what was known before -------------------------------------------------------------------------------

DAY = 86_400
PUT = (
    "experiment string, customer_id string, arm string, ts_s int64, day_on date, play string, taste string, age string"
)
SOLD = "customer_id string, ts_s int64, net_amount decimal(18,4), refund_amount decimal(18,4)"
SOLD += ", discount_amount decimal(18,4), left_out_because string"


def units(assignments, known=""):
    """What is learned from, by customer."""
    people = table("customer_id string, country string, gender string", ("ann", "CN", "f"), ("ben", None, "m"))
    orders = table(
        SOLD,
        ("ann", 70 * DAY, 10, None, 2, None),
        ("ann", 90 * DAY, 20, None, 0, None),
        ("ann", 100 * DAY, 40, None, 0, None),  # at the very moment: no longer before
        ("ann", 80 * DAY, 500, None, 0, "test order"),
    )
    shop = (date(1970, 12, 1), "UTC", frozenset({"orders"}))
    return uplift_units(assignments, orders, people, *shop, within="30d", known=known)


PEOPLE = table(
    PUT,
    ("mail", "ann", "sent", 100 * DAY, "1970-04-11", None, "tea", "41"),
    ("mail", "ben", "none", 100 * DAY, "1970-04-11", None, "mate", "many"),
)


def test_only_orders_before_the_assignment_are_known():
    """Ann had two orders of 30 in all, the last ten days before, one of two on discount; Ben had none."""
    names = ("customer_id", "outcome", "days_since_order", "orders_before", "revenue_before", "discounted_before")
    assert sorted(read(units(PEOPLE), *names)) == [("ann", 1, 10, 2, 30, 0.5), ("ben", 0, None, 0, 0, None)]


def test_columns_of_the_arms_are_words_unless_they_are_named():
    """“41” is a word until it is named, then it is 41 and “many” is unknown; a name that nothing bears is refused."""
    plain = read(units(PEOPLE), "customer_id", "own_taste", "own_age")
    assert sorted(plain) == [("ann", "tea", "41"), ("ben", "mate", "many")]
    named = read(units(PEOPLE, known="age"), "customer_id", "own_age")
    assert sorted(named) == [("ann", 41), ("ben", None)]
    with pytest.raises(UnknownName, match="did you mean age"):
        units(PEOPLE, known="ages")


# ---- what is true ----------------------------------------------------------------------------------------


def truth_by_fifth(shop, truth):
    """The true chance of an order more, on average of each fifth by two models, and the verdict."""
    chances = pq.read_table(truth / "moved.parquet").to_pydict()
    by_customer = dict(zip(chances["cust_no"], chances["extra_order_chance"], strict=True))
    asked = {"experiment": "winter voucher"}
    (moved,) = [
        one for (*_names, way), one in fetch_fit(shop, "uplift_grades", Scope(), asked).items() if way == "two models"
    ]
    true = np.array([by_customer[name] for name in moved.rows["customer_id"]])
    fifth = np.argsort(np.argsort(moved.grade.place, kind="stable")) * 5 // len(true)
    return [float(true[fifth == n].mean()) for n in range(5)], verdict_of_ranking(moved.grade.gain)


def test_the_demo_moves_those_whom_it_says(true_demo):
    """A voucher moves who waits for offers and ordered one to eight months ago: the first fifth holds twice the last's.

    Of 3,000 customers it is not sure: the interval holds zero, and that is what is said.
    """
    chances, verdict = truth_by_fifth(*true_demo)
    assert chances[0] > 2 * chances[-1] and verdict == "not clear"


@pytest.mark.slow
def test_the_larger_demo_is_sure_of_whom_its_voucher_moves(shops, tmp_path):
    """12,000 customers: the interval leaves out zero, and the true chances fall from the first fifth to the last."""
    demo.generate(tmp_path, customers=12_000)
    files = [tmp_path / "files" / name for name in demo.RAW_FILES]
    chances, verdict = truth_by_fifth(adopted("moved", "demo", files, as_of=str(demo.AS_OF)), tmp_path / "truth")
    assert verdict == "above" and chances == sorted(chances, reverse=True) and chances[0] > 5 * chances[-1]
    rows = {
        row["experiment"]: row for row in told(open_shop("moved"), "uplift") if row["uplift_method"] == "two models"
    }
    assert rows["new banner"]["verdict"] == "not clear" and rows["recall coupon 2025"]["verdict"] == "too few"


@pytest.fixture(scope="module")
def campaign(shops):
    """Hillstrom's campaign, with what each customer did; it says no dates."""
    file = str(real_data() / "hillstrom" / "hillstrom.csv")
    say("adopt", file, "--name", "hillstrom_moved", "--yes", "--as-of", "2008-04-01")
    say("build", "hillstrom_moved")
    return open_shop("hillstrom_moved")


@pytest.mark.real
def test_hillstroms_mail_to_women_moves_some_more_than_others(campaign):
    """Who had bought women's goods is moved by the mail about them; by that about men's goods all alike.

    So the interval of the one leaves out zero by both methods, and that of the other holds it.
    """
    rows = told(campaign, "uplift", outcome="visit", known="recency,mens,womens,newbie")
    verdicts = {(row["arm"], row["uplift_method"]): row["verdict"] for row in rows}
    assert {verdicts["Womens E-Mail", way] for way in METHODS} == {"above"}
    assert {verdicts["Mens E-Mail", way] for way in METHODS} == {"not clear"}
    shift = {row["arm"]: row["difference"] for row in rows}
    assert (shift["Mens E-Mail"], shift["Womens E-Mail"]) == pytest.approx((0.0766, 0.0452), abs=1e-4)
    fifths = told(campaign, "uplift_fifths", outcome="visit", known="recency,mens,womens,newbie")
    women = [
        row["difference"] for row in fifths if row["arm"] == "Womens E-Mail" and row["uplift_method"] == "two models"
    ]
    assert min(women[:2]) > 2 * max(women[3:])
    curve = told(campaign, "uplift_curve", outcome="visit", known="recency,mens,womens,newbie")
    whole = [row for row in curve if row["customer_share"] == 1]
    assert len(whole) == 4 and all(row["gain"] == row["random_gain"] for row in whole)


@pytest.mark.real
def test_numbers_that_may_be_outcomes_are_not_learned_from_unless_named(campaign):
    """“conversion” tells who visited: nothing is learned from it, and without the named columns less is known."""
    rows = told(campaign, "uplift", outcome="visit")
    assert {row["verdict"] for row in rows} == {"not clear"}
