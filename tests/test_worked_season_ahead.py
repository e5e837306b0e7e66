"""The chances of a churn score and the season they move with: models/churn, models/season and studies/churn/seasons.

Chances are kept as log-odds: 0.75 is log 3, 0.25 is -log 3, and a season adds the same to everybody's.
"""

from math import hypot, inf, log, sqrt
from types import SimpleNamespace

import numpy as np
import pytest

from customary.models import churn, season
from customary.models.churn import Calibration, RepurchaseModel, calibrate, learn, odds, probability, shift
from customary.models.season import Buyers, Move, move_to, move_unseen, move_within, ratio_of, read_season
from customary.studies.churn import seasons
from customary.studies.churn.cuts import Cut
from customary.studies.churn.features import COLUMNS

# --- chances -------------------------------------------------------------------------------------


def test_a_chance_and_its_log_odds():
    """One half is 0, four of five log 4; nothing is ever quite sure: a millionth is the least, and 40 the farthest."""
    sure = log((1 - 1e-6) / 1e-6)
    assert odds([0.5, 0.8, 0.0, 1.0]) == pytest.approx([0, log(4), -sure, sure])
    assert probability([0, log(3), -log(3)]) == pytest.approx([0.5, 0.75, 0.25])
    assert probability(-50)[()] == probability(-40)[()] == pytest.approx(4.248354e-18) and probability(50) > 0.99


def test_a_calibration_by_a_line_and_by_steps():
    """2·raw - log 3 is log 3 at raw = log 3 and -log 3 at 0; half-way between two steps lies the middle."""
    line = Calibration("Platt", np.array([2.0]), np.array([-log(3)]))
    assert line(np.array([log(3), 0.0])) == pytest.approx([0.75, 0.25])
    steps = Calibration("isotonic", np.array([0.0, 1.0]), np.array([0.2, 0.6]))
    assert steps(np.array([-1.0, 0.5, 2.0])) == pytest.approx([0.2, 0.4, 0.6])
    flat = [Calibration("Platt", np.zeros(1), np.ones(1)), Calibration("isotonic", np.arange(2.0), np.array([0.2] * 2))]
    assert (line.rises, steps.rises) == (True, True) and not any(one.rises for one in flat)
    assert not Calibration("Platt", np.array([-0.5]), np.ones(1)).rises


QUARTERS = np.repeat([0.0, 1.0], 400), np.concatenate([np.tile([1.0, 0, 0, 0], 100), np.tile([1.0, 1, 1, 0], 100)])


def test_a_line_through_one_and_three_quarters():
    """Of those at 0 one in four bought, of those at 1 three in four: from -log 3 to log 3."""
    found = churn._platt(*QUARTERS)
    assert (found.at[0], found.is_[0]) == (pytest.approx(2 * log(3), abs=1e-2), pytest.approx(-log(3), abs=1e-2))


def test_steps_that_fall_are_levelled_and_never_sure():
    """Of four the middle two would fall, so both are one half; the ends stay an eighth off 0 and 1."""
    found = churn._isotonic(np.arange(4.0), np.array([0.0, 1, 0, 1]))
    assert found(np.array([-9, 0, 1.5, 3, 9])) == pytest.approx([1 / 8, 1 / 8, 1 / 2, 7 / 8, 7 / 8])


def test_what_a_chance_costs_when_it_is_wrong():
    """A quarter given to what came is log 4, to what did not log 4/3; a chance of 0 is taken as a billionth."""
    losses = churn._losses(np.array([1.0, 0, 1, 0]), np.array([0.25, 0.25, 0.0, 1.0]))
    assert losses == pytest.approx([log(4), log(4 / 3), 9 * log(10), 9 * log(10)])


def test_steps_only_where_a_line_cannot_follow():
    """A line does for two groups. Of 10, 90 and 90 % at 0, 1 and 100 it cannot; of one buyer nothing can be tried."""
    assert calibrate(*QUARTERS).method == "Platt"
    raw = np.repeat([0.0, 1, 100], 200)
    bought = np.concatenate([np.tile(np.arange(10) < often, 20) for often in (1, 9, 9)]).astype(float)
    assert calibrate(raw, bought).method == "isotonic"
    assert calibrate(np.arange(10.0), np.eye(10)[3]).method == "Platt"


def test_what_a_column_adds():
    """Two above a centre of 1 with a spread of 2 and a weight of 2 is 2; ten below, spread 5, weight -1, is 2 too."""
    model = RepurchaseModel(("a", "b"), np.array([1.0, 10]), np.array([2.0, 5]), np.array([2.0, -1]), 0.5)
    x = np.array([[3.0, 0.0]])
    assert model.contributions(x).tolist() == [[2, 2]] and model.raw(x).tolist() == [4.5]
    assert model.chance(x) == pytest.approx(probability(4.5))
    level = Calibration("isotonic", np.array([4.0, 5.0]), np.array([0.2, 0.4]))
    assert model.with_calibration(level).chance(x) == pytest.approx([0.3])


def test_learning_from_four():
    """Two at 0 who did not buy, two at 2 who did: w·(1 + e^w) = 4, where w²/2 and four losses balance. 7 is no sign."""
    model = learn(np.array([[0.0, 7], [0, 7], [2, 7], [2, 7]]), np.array([0.0, 0, 1, 1]), ("a", "b"))
    assert (model.centre.tolist(), model.scale.tolist()) == ([1, 7], [1, 1])
    weight = model.weights[0]
    assert weight * (1 + np.exp(weight)) == pytest.approx(4, rel=1e-5) and model.weights[1] == 0
    assert model.intercept == pytest.approx(0, abs=1e-6)


def test_how_far_all_chances_are_off():
    """Three of four where halves were told: log 3, known to 1/√(4·3/16). A fifth and four fifths that bring one: 0."""
    assert shift(np.full(4, 0.5), np.array([1.0, 1, 1, 0])) == pytest.approx((log(3), 2 / sqrt(3)))
    assert shift(np.array([0.2, 0.8]), np.array([1.0, 0])) == pytest.approx((0, 1 / sqrt(0.32)), abs=1e-9)


# --- moves ---------------------------------------------------------------------------------------

HALF = np.full(10, 0.5)


def test_a_move_and_its_ends():
    """log 3 makes three quarters of one half; ± 1.96 standard errors."""
    move = move_within(log(3), 0.5)
    assert move.mean(HALF) == pytest.approx(0.75) and move.low == pytest.approx(log(3) - 0.98, abs=1e-4)
    assert move.high == pytest.approx(log(3) + 0.98, abs=1e-4)
    assert Move(0.0, -log(3), log(3)).ends(HALF) == pytest.approx((0.25, 0.75))


def test_no_chance_goes_beyond_one():
    """1.9 times one half is 0.95, log 19; twice, and more, is as far as anything goes. None is a millionth."""
    assert move_to(HALF, 1.9, 0.0).by == pytest.approx(log(19))
    assert (move_to(HALF, 2.0, 0.0).by, move_to(HALF, 3.0, 0.0).by) == (12, 12)
    assert move_to(HALF, 0.0, 0.0).by == pytest.approx(-log(1e6), abs=1e-3)


def test_where_one_more_season_lies():
    """Three at 0, 0.4 and 0.4 of the first: 0.2667 ± 4.3027·0.2309·√(4/3). The season that ends lies inside.

    An error of each as great as their spread makes it √2 as wide; of one season, or of far ones, nothing is told.
    """
    move = move_unseen([0.1, 0.5, 0.5], 0.0)
    assert (move.by, move.low, move.high) == pytest.approx((0, -0.8807, 1.4140), abs=1e-4)
    wide = move_unseen([0.1, 0.5, 0.5], 0.4 / sqrt(3))
    assert wide.high - wide.low == pytest.approx(sqrt(2) * (move.high - move.low))
    assert move_unseen([0.7], 0.1) == Move(0.0, -12.0, 12.0)
    far = move_unseen([0.0, 5.0, 5.0], 0.0)
    assert (far.low, far.high) == pytest.approx((10 / 3 - 12, 10 / 3 + 12))
    above, below = move_unseen([0.0, *[1.0] * 29], 0.0), move_unseen([0.0, *[-1.0] * 29], 0.0)
    assert above.low == 0 == below.high and above.high == pytest.approx(-below.low) == pytest.approx(1.3463, abs=1e-3)


def test_the_ratio_of_two_counts():
    """Two to one is log 2, known to √(1/2 + 1); a count of 0 tells nothing."""
    assert ratio_of(2, 1) == pytest.approx((log(2), sqrt(1.5)))
    assert ratio_of(0, 5) == ratio_of(5, 0) == (0.0, inf) and Buyers(3, 5).again == 2


def test_a_season_by_its_buyers_or_by_how_often_they_came():
    """As many buyers, who came again half as often: 50 to 100 purchases, known to √(1/50 + 1/100 + 2/100).

    A shop that grew four-fold for sure goes by the second, and the gap between both tales, log 8, is error. Growth that
    may be chance leaves the first, with a gap of log 2; who never came again has no second tale.
    """
    ahead, last = Buyers(100, 150), Buyers(100, 200)
    grown = read_season(ahead, last, (log(4), 0.01))
    assert (grown.log_ratio, grown.error) == pytest.approx((-log(2), hypot(sqrt(0.05), log(8))))
    chance = read_season(ahead, last, (0.1, 0.1))
    assert (chance.log_ratio, chance.error) == pytest.approx((0, hypot(sqrt(0.02), log(2))))
    shrunk = read_season(ahead, last, (-log(4), 0.01))
    assert (shrunk.log_ratio, shrunk.error) == pytest.approx((-log(2), hypot(sqrt(0.05), log(2))))
    once = read_season(Buyers(50, 50), Buyers(100, 200), None)
    assert (once.log_ratio, once.error) == pytest.approx((-log(2), sqrt(0.03)))


# --- the season ahead of a cut -------------------------------------------------------------------

DAY, HORIZON, MANY = 2000, 100, 400
SEEN = {"least_new": 1 / 3, "most_new": 2 / 3, "twice_days": 999, "most_error": 1.6, "most_rate": 0.26}


def alike(day, share):
    """A cut of 400 buyers of whom nothing differs, so that a score learned there is the share that bought."""
    facts = {name: np.full(MANY, 5.0) for name in COLUMNS["orders"]}
    return Cut(day, np.arange(MANY), facts, (np.arange(MANY) < share * MANY).astype(float), MANY)


def past(began, shares):
    """A past whose orders began on a day, with the share that bought from each day on; one half where none is said."""
    return SimpleNamespace(horizon=HORIZON, began={"orders": began}, cut=lambda day: alike(day, shares.get(day, 0.5)))


def test_the_season_that_was_scored_a_year_ago():
    """Learned where half bought; a year ago three quarters did, before that one quarter: 2·log 3, each ± 1/√(400·3/16).

    13 standard errors of the difference are less, 14 more: then it is none, with the same width. A log of three
    horizons and a year reaches, a day less does not; nor does a season in which everybody bought.
    """
    shares, error = {DAY - 365: 0.75, DAY - 465: 0.25}, sqrt(2 / 75)
    found = seasons._move_of_last_year(past(DAY - 665, shares), DAY, 13.0)
    ends = (2 * log(3), 2 * log(3) - 1.959964 * error, 2 * log(3) + 1.959964 * error)
    assert (found.by, found.low, found.high) == pytest.approx(ends, abs=1e-3)
    none = seasons._move_of_last_year(past(DAY - 665, shares), DAY, 14.0)
    assert (none.by, none.high) == (0, pytest.approx(1.959964 * error, abs=1e-3))
    assert seasons._move_of_last_year(past(DAY - 664, shares), DAY, 13.0) is None
    assert seasons._move_of_last_year(past(DAY - 665, shares | {DAY - 465: 1}), DAY, 13.0) is None
    scored = seasons.season_ahead(alike(DAY, 0.5), past(DAY - 665, shares), HALF, {"score": {"season_errors": 2.0}})
    assert scored.seen == seasons.SCORED and scored.is_known
    assert scored.chance(HALF) == pytest.approx([0.9] * 10, abs=1e-3)


def test_a_season_of_which_only_others_are_known():
    """Three windows back three quarters, one half and a quarter bought: log 3, 0 and -log 3, so -log 3 ± s·t·√(4/3).

    s is log 3 beside an error of 1/√75; t of two degrees 4.3027. A log one day shorter knows two of them; of one that
    began with the last window, and where everybody bought in it, nothing is known.
    """
    shares, spread = {DAY - 100: 0.75, DAY - 300: 0.25}, hypot(log(3), sqrt(1 / 75))
    found, half = seasons._any_season(past(DAY - 400, shares), DAY, "why"), 4.302653 * spread * sqrt(4 / 3)
    assert (found.move.low, found.move.high) == pytest.approx((-log(3) - half, -log(3) + half), abs=1e-2)
    assert (found.seen, found.why, found.is_known) == (seasons.UNSEEN, "why", False)
    two = seasons._any_season(past(DAY - 399, shares), DAY, "").move
    assert (two.low, two.high) == pytest.approx((-log(3) / 2 - 12, -log(3) / 2 + 12), abs=1e-3)
    for nothing in (past(DAY - 100, shares), past(DAY - 400, {DAY - 100: 1})):
        assert seasons._any_season(nothing, DAY, "").move == season.NOTHING_KNOWN


def buyers(**facts):
    """A cut of buyers with these facts."""
    some = {name: np.array(values, float) for name, values in facts.items()}
    count = len(next(iter(some.values())))
    return Cut(DAY, np.arange(count), some, np.zeros(count), count)


def test_growth_is_read_off_the_days_that_stand_in_the_log_twice():
    """635 days of log: 270 twice. Two were there a year ago (366 and 400 days, not 365), three bought in 270 days."""
    cut = buyers(age_days=[366, 400, 365, 9], days_since_last_order=[270, 271, 3, 9])
    assert seasons._growth(cut, DAY - 635, 270) == pytest.approx((log(3 / 2), sqrt(1 / 3 + 1 / 2)))
    assert seasons._growth(cut, DAY - 635, 271) is None
    assert seasons._growth(buyers(age_days=[365], days_since_last_order=[3]), DAY - 635, 1) is None
    assert seasons._growth(buyers(age_days=[366], days_since_last_order=[300]), DAY - 635, 1) is None


def test_new_buyers_of_each_window_since():
    """Of 100 days each, two whole windows lie between a year ago and now; their last day counts, 0 does not."""
    cut = buyers(age_days=[0, 1, 100, 101, 200, 201, 365])
    assert seasons._new_buyers(cut, 100) == [2, 2] and seasons._new_buyers(cut, 365) == [6]
    assert len(seasons._new_buyers(cut, 30)) == 11


CROWD = buyers(
    age_days=[50, 50, 150, 150, 150, 400, 400, 400, 400],
    season_purchase_day_count=[0, 0, 0, 0, 0, 2, 1, 1, 0],
    late_purchase_day_count=[2, 1, 1, 1, 1, 1, 0, 0, 0],
)


def counted(mean=0.5, cut=CROWD, **rules):
    """What last year's count says with these rules."""
    return seasons._count_of_last_year(cut, DAY - 500, HORIZON, mean, SEEN | rules)


def test_the_season_that_was_counted_a_year_ago():
    """Three bought a year ago, six lately: one half. One came again in each: twice as often, so log 4 is in the error.

    √(1/3 + 1/6) beside it: 1.556. New were two, then three. Each limit is met and not passed.
    """
    reading, why = counted()
    assert (reading.log_ratio, reading.error, why) == (pytest.approx(-log(2)), pytest.approx(1.5562, abs=1e-4), "")
    assert counted(most_rate=0.24)[1].startswith("so many") and counted(mean=0.6)[1].startswith("so many")
    assert counted(most_error=1.5)[1].startswith("last year")
    assert counted(least_new=0.34)[1].startswith("the log follows") and counted(most_new=0.66)[1].startswith("most")
    nobody = buyers(**{**CROWD.facts, "season_purchase_day_count": [0] * 9})
    assert counted(cut=nobody)[1].startswith("the log follows")


def test_a_counted_season_moves_every_chance():
    """One half becomes a quarter. Of eight, four and two are expected: √(1.5562² + 1/4 + 1/2) is the error.

    A log of 365 days has seen the days ahead, one of 364 has not.
    """
    rules, chances = {"score": {"season_errors": 2.0}, "season": SEEN}, np.full(8, 0.5)
    found = seasons.season_ahead(CROWD, past(DAY - 365, {}), chances, rules)
    assert (found.seen, found.is_known, found.ratio) == (seasons.COUNTED, True, pytest.approx(0.5))
    assert found.move.by == pytest.approx(-log(3)) and found.why is None
    low = 0.25 * np.exp(-1.959964 * hypot(1.5562, sqrt(0.75)))
    assert found.move.ends(chances) == (pytest.approx(low, rel=1e-3), pytest.approx(1, abs=1e-4))
    young = seasons.season_ahead(CROWD, past(DAY - 364, {}), chances, rules)
    assert (young.seen, young.why) == (seasons.UNSEEN, "the log has not seen these days of the year")
    other = {**rules, "season": SEEN | {"most_error": 1.5}}
    told = seasons.season_ahead(CROWD, past(DAY - 365, {}), chances, other)
    assert told.seen == seasons.UNSEEN and told.why.startswith("last year") and told.ratio is None
