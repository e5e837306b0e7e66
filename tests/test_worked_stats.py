"""Intervals, survival, quantiles, shrinkage and small models on a few numbers, computed in the head."""

from math import sqrt

import ibis
import numpy as np
import pytest
from in_memory import read, table

from customary.errors import Refused
from customary.models import shrinkage
from customary.models.accuracy import accuracy, ranking
from customary.models.alternatives import ALTERNATIVES
from customary.models.clv import discounted_value, per_period
from customary.models.grading import Bin, area_interval, calibration_error, gains, lift, reliability
from customary.models.histories import Histories
from customary.models.linear import fit_grouped
from customary.stats.intervals import byar, clamp, clustered_ratio, share, share_of_all, shares, wilson
from customary.stats.quantiles import bounds, score, score_within
from customary.stats.shrinkage import shrink
from customary.stats.survival import count_spans, median, quantiles_of_returns, survival

# --- shares and their intervals ------------------------------------------------------------------


def test_a_value_stays_within_its_bounds():
    """Between 0 and 1; nothing stays nothing."""
    t = table("x float64", (-1,), (0,), (0.5,), (1,), (2,), (None,))
    assert read(t.select(x=clamp(t.x, 0.0, 1.0))) == [(0,), (0,), (0.5,), (1,), (1,), (None,)]
    assert read(t.select(x=clamp(t.x, 0.0)))[0::4] == [(0,), (2,)]
    assert read(t.select(x=clamp(t.x, most=1.0)))[0::4] == [(-1,), (1,)]


def test_a_share_of_nothing_is_unknown():
    """1 of 4, 1 of 1 and 1 of nothing."""
    t = table("a int64, b int64", (1, 4), (1, 1), (1, 0))
    assert read(t.select(s=share(t.a, t.b))) == [(0.25,), (1,), (None,)]


def test_a_share_of_all_rows_and_of_those_alike():
    """1 and 3 of 4 on one shelf, 4 on the other: of all 8, and of their shelf; unknown has no share, nothing is 0."""
    t = table("shelf string, n int64", ("a", 1), ("a", 3), ("b", 4), ("b", None), ("b", 0))
    found = t.mutate(of_all=share_of_all(t.n), of_shelf=share_of_all(t.n, t.shelf)).order_by("shelf", "n")
    assert read(found, "of_all", "of_shelf") == [(0.125, 0.25), (0.375, 0.75), (0, 0), (0.5, 1), (None, None)]
    alone = table("shelf string, size string, n int64", ("a", "s", 2), ("a", "m", 5))
    assert read(alone.select(part=share_of_all(alone.n, "shelf", "size"))) == [(1,), (1,)]
    nothing = table("n int64", (0,), (0,))
    assert read(nothing.select(part=share_of_all(nothing.n))) == [(None,), (None,)]


def test_wilson_by_hand():
    """At z = 2, of four: none 0 to 4/8, half 0.5 ± √(0.25/4 + 4/64)·… = 0.5 ± 0.3536, all 4/8 to 1.

    With n = 4 and z² = 4 everything is over 1 + 4/4 = 2: the middle (p + 0.5)/2, the half 2·√(p(1 − p)/4 + 1/16)/2.
    """
    t = table("hits int64, n int64", (0, 4), (2, 4), (4, 4), (0, 0), (1, 1))
    low, high = wilson(t.hits, t.n, 2.0)
    found = read(t.select(low=low, high=high))
    assert found[:4] == [(0, 0.5), (round(0.5 - sqrt(1 / 8), 4), round(0.5 + sqrt(1 / 8), 4)), (0.5, 1), (None, None)]
    assert found[4] == (0.2, 1)


def test_byar_by_hand():
    """One event: 1·(1 − 1/9 − 1.96/3)³ to 2·(1 − 1/18 + 1.96/(3√2))³; none: 0 to (1 − 1/9 + 1.96/3)³."""
    t = table("n int64", (0,), (1,))
    low, high = byar(t.n)
    none, one = read(t.select(low=low, high=high))
    assert none == (0, round((8 / 9 + 1.96 / 3) ** 3, 4))
    assert one == (round((8 / 9 - 1.96 / 3) ** 3, 4), round(2 * (17 / 18 + 1.96 / (3 * sqrt(2))) ** 3, 4))


def test_a_ratio_of_clusters_by_hand():
    """Ann 3 of 2 rows (1 + 2 over 2), Ben 1 of 1: 4/3. Off by 3 − 8/3 = 1/3 and 1 − 4/3 = −1/3: √(2 · 2/9) / 3 = 2/9.

    Somebody alone in a group has a ratio and no error; rows of nothing have neither.
    """
    rows = table(
        "g string, customer_id string, y int64, x int64",
        ("a", "ann", 1, 1),
        ("a", "ann", 2, 1),
        ("a", "ben", 1, 1),
        ("b", "cai", 5, 2),
        ("c", "dan", 1, 0),
    )
    found = clustered_ratio(rows, ["g"], rows.y, rows.x).order_by("g")
    columns = ("g", "row_count", "cluster_count", "above_sum", "below_sum", "ratio", "error")
    assert read(found, *columns) == [
        ("a", 3, 2, 4, 3, 1.3333, 0.2222),
        ("b", 1, 1, 5, 2, 2.5, None),
        ("c", 1, 1, 1, 0, None, None),
    ]
    assert read(clustered_ratio(rows.filter(rows.g == "a"), [], rows.y, rows.x), "ratio") == [(1.3333,)]


def test_shares_of_clusters_are_worth_fewer_rows():
    """Four people of one row, two with: 0.5, error √(4 · 1/4 · 4/3)/4 = 0.2887; 0.25/0.0833 = 3 rows' worth of Wilson.

    An unknown outcome is none. Where all are alike nothing is lost: the four count as four.
    """
    rows = table("customer_id string, yes boolean", ("a", True), ("b", True), ("c", False), ("d", None))
    ((n, hits, rate, low, high),) = read(shares(rows, [], rows.yes))
    assert (n, hits, rate) == (4, 2, 0.5)
    half = 1.96 / (1 + 1.96**2 / 3) * sqrt(0.25 / 3 + 1.96**2 / 36)
    assert (low, high) == pytest.approx((0.5 - half, 0.5 + half), abs=1e-4)
    alike = table("customer_id string, yes boolean", *((who, True) for who in "abcd"))
    assert read(shares(alike, [], alike.yes), "low", "high") == [(round(4 / (4 + 1.96**2), 4), 1)]


# --- survival ------------------------------------------------------------------------------------


def spans(*rows):
    """Waits of so many days, ended or still open."""
    return table("span int32, is_open boolean", *rows)


def test_a_curve_of_five_waits():
    """1 (ended), 2 (open), 2 (ended), 3 (ended), 5 (open): 4/5, then 3/4 of it with four at risk, then 1/2 of it.

    Greenwood: 1/(5·4), + 1/(4·3), + 1/(2·1).
    """
    counted = count_spans(spans((1, False), (2, True), (2, False), (3, False), (5, True)))
    assert sorted(read(counted, "span", "closed", "ended")) == [(1, 1, 1), (2, 1, 2), (3, 1, 1), (5, 0, 1)]
    curve = survival(counted).order_by("span")
    assert read(curve, "span", "at_risk", "still_open_rate", "greenwood") == [
        (1, 5, 0.8, 0.05),
        (2, 4, 0.6, 0.1333),
        (3, 2, 0.3, 0.6333),
        (5, 1, 0.3, 0.6333),
    ]
    assert read(median(curve)) == [(3,)] and read(median(curve, share=0.8)) == [(1,)]
    assert read(median(curve, share=0.29)) == [(None,)]


def test_once_nobody_is_left_nothing_is_open():
    """The last one ended as well: 0, and no variance of a logarithm of 0. Half of two is a half."""
    curve = survival(count_spans(spans((1, False), (4, False)))).order_by("span")
    assert read(curve, "still_open_rate", "greenwood") == [(0.5, 0.5), (0, None)]
    assert read(median(curve)) == [(1,)]


def test_days_within_which_those_who_return_do():
    """Back after 1, 2, 3 and 4 days, and four never in 9: of those who came back half were back by day 2."""
    counted = count_spans(spans(*((day, False) for day in (1, 2, 3, 4)), *((9, True),) * 4))
    found = quantiles_of_returns(survival(counted), half=0.5, most=0.75, all=1.0)
    assert read(found, "half", "most", "all") == [(2, 3, 4)]
    nobody = quantiles_of_returns(survival(count_spans(spans((9, True)))), half=0.5)
    assert read(nobody) == [(None,)]


# --- scores and shrinkage ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "scores"), [((1, 2, 3, 4, 5), (1, 2, 3, 4, 5)), ((1, 1, 1, 4, 5), (1, 1, 1, 4, 5)), ((7,), (1,))]
)
def test_scores_by_the_share_of_smaller_values(values, scores):
    """Three ties have nobody below them; of five, the fourth has three below: 3 · 5 / 5 + 1. Bounds say the same."""
    t = table("x int64, g boolean", *((x, True) for x in values))
    assert read(t.select("x", s=score(t.x, t.g)).order_by("x"), "s") == [(s,) for s in scores]
    edges = bounds(t, x=t.x)
    joined = t.cross_join(edges)
    within = score_within(joined.x, [joined[f"x_{k}"] for k in range(2, 6)])
    assert read(joined.select("x", s=within).order_by("x"), "s") == [(s,) for s in scores]


def test_bounds_leave_out_what_is_unknown():
    """Above 1 of 1, 2, 3 and 4 begins the second of two scores after the second value."""
    t = table("x int64", (1,), (2,), (3,), (4,), (None,))
    assert read(bounds(t, 2, x=t.x)) == [(2,)]


def test_means_are_drawn_by_how_much_is_known_of_them():
    """Means 2 and 4 of 4 and 12, within 3: all 3.5, apart 4 · 2.25 + 12 · 0.25 − 3 = 9, over 16 − 160/16 = 6: 1.5.

    Weights 4 · 1.5 / (4 · 1.5 + 3) = 2/3 and 18/21: 3.5 − 1 = 2.5 and 3.5 + 3/7. Errors √(2/3 · 3/4), √(18/21 · 3/12).
    """
    t = table("name string, mean float64, n int64", ("a", 2, 4), ("b", 4, 12), ("c", None, 0))
    found = shrink(t, "mean", "n", ibis.literal(3.0)).order_by("name")
    assert read(found, "mean_all", "mean_drawn", "mean_sd") == [
        (3.5, 2.5, round(sqrt(0.5), 4)),
        (3.5, round(3.5 + 3 / 7, 4), round(sqrt(18 / 21 / 4), 4)),
        (3.5, None, None),
    ]


def test_groups_that_differ_no_more_than_chance_are_all_the_mean():
    """Means 2 and 4 of 1 each, within 9: two squares of 1 are less than 9."""
    t = table("mean float64, n int64", (2, 1), (4, 1))
    assert read(shrink(t, "mean", "n", ibis.literal(9.0)), "mean_drawn", "mean_sd") == [(3, 0), (3, 0)]


def test_means_are_compared_within_what_they_are_among():
    """Two shelves with means of their own."""
    t = table("shelf string, mean float64, n int64", ("x", 1, 1), ("x", 3, 1), ("y", 5, 1), ("y", 9, 1))
    found = shrink(t, "mean", "n", ibis.literal(99.0), among="shelf").order_by("mean")
    assert read(found, "mean_drawn") == [(2,), (2,), (7,), (7,)]


def test_a_beta_prior_and_what_it_leaves():
    """A prior of mean 0.2 worth 10 trials is 2 and 8; with 3 of 5 it is 5 of 15, a third. Half lies in the middle."""
    prior = shrinkage.BetaPrior(0.2, 10.0)
    mean, low, high = prior.posterior(np.array([3.0]), np.array([5.0]), level=0.5)
    assert mean == pytest.approx([1 / 3])
    uniform = shrinkage.BetaPrior(0.5, 2.0).posterior(np.array([0.0]), np.array([0.0]), level=0.5)
    assert [float(part[0]) for part in uniform] == pytest.approx([0.5, 0.25, 0.75]) and low < 1 / 3 < high


def test_the_likeliest_prior_lies_between_its_groups():
    """0 of 10 and 10 of 10: a mean of a half, worth next to nothing; all at 5 of 10: worth as much as can be."""
    apart = shrinkage.fit(np.array([0, 10]), np.array([10, 10]))
    alike = shrinkage.fit(np.array([5, 5, 5]), np.array([10, 10, 10]))
    assert apart.mean == pytest.approx(0.5, abs=1e-3) and apart.weight < 1 < 1000 < alike.weight
    assert shrinkage.fit(np.array([0, 0]), np.array([5, 9])) is None is shrinkage.fit(np.array([5]), np.array([5]))
    assert shrinkage.fit(np.array([1, 0]), np.array([5, 0])).mean == pytest.approx(0.2, abs=0.01)


# --- forecasts -----------------------------------------------------------------------------------


def test_a_forecast_against_what_came():
    """Expected 1, 2 and 0 of 1, 1 and 2 people who bought 2, 2 and 0: 3 of 4, so a quarter too few; 1 off once in four.

    Off the means 3/4 and 1: Σxy 1·2 + 2·2 − 4 · 3/4 · 1 = 3, Σx² 5 − 9/4, Σy² 8 − 4: 3 / √(11/4 · 4).
    """
    found = accuracy([1, 2, 0], [2, 2, 0], [1, 1, 2])
    assert (found.expected_total, found.actual_total, found.error_rate) == (3, 4, -0.25)
    assert (found.mae, found.rmse) == (0.25, 0.5)
    assert found.correlation == pytest.approx(3 / sqrt(11)) and found.auc == 1


def test_whom_a_forecast_puts_first():
    """Scores 3, 2 and 1: of those who bought, one each of 3 and 1; not bought, two of 2: half the pairs are right."""
    assert ranking(np.array([3.0, 2.0, 1.0]), np.array([1.0, 0, 1]), np.array([0.0, 2, 0])) == 0.5
    found = accuracy([3, 2, 1], [1, 0, 1], [1, 2, 1], ranked=[1, 2, 3])
    assert found.auc == 0.5 and accuracy([3, 1], [1, 0], [1, 1], ranked=[1, 2]).auc == 0
    assert accuracy([3, 1], [1, 0], [1, 1], ranked=[1, float("nan")]).auc == 1  # one unknown: the forecast itself


def test_what_cannot_be_told_of_a_forecast():
    """Nobody; nobody who bought; everybody alike."""
    assert accuracy([], [], []).expected_total == 0
    none = accuracy([1, 2], [0, 0], [1, 1])
    assert np.isnan(none.error_rate) and np.isnan(none.correlation) and np.isnan(none.auc) and none.mae == 1.5
    assert np.isnan(accuracy([1, 1], [0, 1], [1, 1]).correlation)


class Steady:
    """A model that expects so many purchases per unit of time."""

    def expected_purchases(self, fit, histories, horizon):
        return 2.0 * horizon * np.ones(len(histories))


def test_a_lifetime_value_by_hand():
    """Two a period of length 1, worth 10 each at a margin of 0.5: 10 a period. At 25 % a period: 8 + 6.4 + 5.12."""
    somebody = Histories([0], [0], [10])
    terms = {"periods": 3, "length": 1.0, "margin": 0.5, "discount": 0.25}
    assert discounted_value(Steady(), None, somebody, [10.0], **terms) == pytest.approx([19.52])
    assert discounted_value(Steady(), None, somebody, [10.0], **{**terms, "discount": 0}) == pytest.approx([30])
    assert discounted_value(
        Steady(), None, somebody, [10.0], **{**terms, "length": 2.0, "periods": 1}
    ) == pytest.approx([16])
    assert discounted_value(Steady(), None, somebody, [10.0], **{**terms, "margin": 1}) == pytest.approx([39.04])


@pytest.mark.parametrize("wrong", [{"periods": 0}, {"length": 0}, {"margin": 0}, {"margin": 1.1}, {"discount": -0.1}])
def test_a_lifetime_value_of_nonsense_is_refused(wrong):
    """No period, no time, no margin or one above all, money worth more later."""
    terms = {"periods": 1, "length": 1.0, "margin": 0.5, "discount": 0.25, **wrong}
    with pytest.raises(Refused):
        discounted_value(Steady(), None, Histories([0], [0], [10]), [10.0], **terms)


def test_a_rate_per_period_makes_the_yearly_one():
    """21 % a year is 10 % in half a year; over a year 44 % stay 44 %."""
    assert per_period(0.21, 2) == pytest.approx(0.1) and per_period(0.44, 1) == pytest.approx(0.44)


def test_the_own_rate_of_a_customer_goes_on():
    """Three in 30 days are 0.1 a day: 2 in 20; one in 3 days counts as in 10; twice as busy, twice as many."""
    rate = ALTERNATIVES["naive"]
    who = Histories([3, 1, 0], [20, 2, 0], [30, 3, 0])
    assert rate.expected_purchases(rate.as_fit(3, 10.0), who, 20) == pytest.approx([2, 2, 0])
    assert rate.expected_purchases(rate.as_fit(3, 10.0, 2.0), who, 20) == pytest.approx([4, 4, 0])
    assert rate.expected_purchases(rate.as_fit(3, 0.0), who, 20)[2] == 0
    assert rate.as_fit(3, 10.0).identified and not rate.as_fit(3, 10.0, why="too short").identified


# --- grading -------------------------------------------------------------------------------------


def test_bins_of_about_equally_many():
    """Of five in two bins: 2.5 are reached with the third; the two that are left are not less than half of that.

    Four alike and one left over: 1 is less than half of 2.5 and joins them. Of three and one, 1 is half of 2 and stays.
    """
    found = reliability([0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.8, 0.9], 2)
    assert found == [Bin(3, 1, pytest.approx(0.2), pytest.approx(1 / 3)), Bin(2, 2, pytest.approx(0.85), 1)]
    (whole,) = reliability([0, 1, 0, 0, 1], [0.1, 0.1, 0.1, 0.1, 0.9], 2)
    assert (whole.people, whole.hits, whole.mean_chance) == (5, 2, pytest.approx(0.26))
    assert [b.people for b in reliability([0, 1, 0, 1], [0.1, 0.1, 0.1, 0.9], 2)] == [3, 1]
    # 3/5 of |1/3 − 0.2| and 2/5 of |1 − 0.85|
    assert calibration_error([0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.8, 0.9], 2) == pytest.approx(0.08 + 0.06)


def test_lists_and_their_lift():
    """Hits at 0.9 and 0.5 of four: the first quarter hits 1 of 1, twice the half of all; of two equals a half each."""
    first, half = lift([1, 0, 1, 0], [0.9, 0.5, 0.5, 0.1], [0.25, 0.5])
    assert (first.people, first.hits, first.hit_rate, first.lift) == (1, 1, 1, 2)
    assert (half.people, half.hits, half.hit_rate, half.lift) == (2, 1.5, 0.75, 1.5)
    assert lift([1, 0], [0.9, 0.1], [0.01])[0].people == 1 and lift([], [], [0.5]) == []


def test_what_a_list_costs_and_saves():
    """The two at the top: one is lost and worth 100, of which a tenth stays: 10, less 2 · 3."""
    nobody, both = gains([0, 1, 1], [50, 100, 70], [0.9, 0.8, 0.1], [0.0, 2 / 3], cost=3.0, saved_rate=0.1)
    assert (nobody.people, nobody.lost, nobody.net) == (0, 0, 0)
    assert (both.people, both.lost, both.cost, both.saved, both.net) == (2, 1, 6, 10, 4)


def test_the_interval_of_an_area_by_hand():
    """Two hits and two misses, three of four pairs right: 0.75. Hanley and McNeil with one more of each:

    0.75 · 0.25 + (0.75/1.25 − 0.5625) + (1.125/1.75 − 0.5625) = 0.3054, over 4, whose root is 0.2763.
    """
    low, high = area_interval([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1], z=0.5)
    half = 0.5 * sqrt((0.1875 + 0.6 - 0.5625 + 1.125 / 1.75 - 0.5625) / 4)
    assert (low, high) == pytest.approx((0.75 - half, 0.75 + half))
    assert area_interval([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1], z=9.0) == (0, 1)


# --- least squares -------------------------------------------------------------------------------


def test_a_line_through_two_groups():
    """Two of 1 and 3, two of 7 and 9: 2 and 6 more. Each is 1 off, so 4 of the 40 around the mean are left.

    White's errors: 2 squares of 1 over 2² are 1/2, times 4/(4 − 2): 1 for the first, 1 + 1 for the difference.
    """
    design = np.array([[1.0, 0], [1, 1]])
    fit = fit_grouped(design, np.array([2.0, 2]), np.array([4.0, 16]), np.array([10.0, 130]))
    assert fit.coefficients == pytest.approx([2, 6]) and fit.r_squared == pytest.approx(0.9)
    assert fit.standard_errors == pytest.approx([1, sqrt(2)]) and fit.observations == 4


def test_as_many_observations_as_unknowns_tell_nothing():
    """Two numbers always lie on a line."""
    fit = fit_grouped(np.array([[1.0, 0], [1, 1]]), np.array([1.0, 1]), np.array([2.0, 8]), np.array([4.0, 64]))
    assert np.isnan(fit.coefficients).all() and fit.observations == 2
    with pytest.raises(ValueError, match="fewer than no"):
        fit_grouped(np.array([[1.0]]), np.array([-1.0]), np.array([1.0]), np.array([1.0]))
    flat = fit_grouped(np.array([[1.0]]), np.array([3.0]), np.array([6.0]), np.array([12.0]))
    assert flat.coefficients == pytest.approx([2]) and np.isnan(flat.r_squared)
