"""The season ahead of a churn score: scored a year ago, counted a year ago, or not seen and then no percentage."""

from datetime import date, timedelta

import numpy as np
import pytest
from given import sold, told

from customary.models import season
from customary.models.grading import calibration_error
from customary.query.parameters import fetch_fit
from customary.query.selection import Scope
from customary.studies.churn import seasons

DAYS = 900
BEGAN = date(2022, 7, 1)


# --- by hand -------------------------------------------------------------------------------------


def test_half_as_many_buyers_make_half_the_mean():
    """Sixty per cent of chances of one half are 30 % for everybody; a twice as busy season is 60 % of 30 %."""
    chance = np.full(10, 0.5)
    assert season.move_to(chance, 0.6, 0.1).mean(chance) == pytest.approx(0.3)
    assert season.move_to(np.full(10, 0.3), 2.0, 0.1).mean(np.full(10, 0.3)) == pytest.approx(0.6)


def test_the_error_of_the_ratio_is_that_of_the_mean():
    """A ratio known to a factor of e^0.196 either way leaves 30 % between 24.7 and 36.5 %."""
    chance = np.full(10, 0.5)
    low, high = season.move_to(chance, 0.6, 0.1).ends(chance)
    assert (low, high) == (pytest.approx(0.3 * np.exp(-0.196), abs=1e-4), pytest.approx(0.3 * np.exp(0.196), abs=1e-4))


def test_the_buyers_of_two_windows_are_the_ratio():
    """A hundred buyers a year ago, two hundred now, who came back twice as often: one half, error √(1/100 + 1/200)."""
    reading = season.read_season(season.Buyers(100, 125), season.Buyers(200, 300), None)
    assert reading.log_ratio == pytest.approx(np.log(0.5)) and reading.error == pytest.approx(
        (1 / 100 + 1 / 200) ** 0.5
    )


def test_two_tales_of_one_season_are_its_error():
    """Half as many buyers, who bought again as often as those of now: a season, or a smaller shop? The gap is error."""
    reading = season.read_season(season.Buyers(1e6, 1.5e6), season.Buyers(2e6, 3e6), None)
    assert reading.log_ratio == pytest.approx(-np.log(2)) and reading.error == pytest.approx(np.log(2), abs=0.01)


def test_growth_that_was_seen_is_no_season():
    """A shop that doubled within the year had half the buyers then; they bought again as often: no season at all."""
    grown = (float(np.log(2)), 0.01)
    reading = season.read_season(season.Buyers(1e6, 1.5e6), season.Buyers(2e6, 3e6), grown)
    assert reading.log_ratio == pytest.approx(0) and reading.error < 0.01


def test_one_more_season_lies_where_those_seen_leave_it():
    """Three seasons at 0 and ±0.2: t of two degrees, 4.303 × 0.2 × √(4/3) = 0.994; of a single one nothing is known."""
    move = season.move_unseen([0.0, 0.2, -0.2], 0.0)
    assert (move.by, move.low, move.high) == (0, pytest.approx(-0.9936, abs=1e-3), pytest.approx(0.9936, abs=1e-3))
    assert season.move_unseen([0.3], 0.1) == season.NOTHING_KNOWN
    low, high = season.NOTHING_KNOWN.ends(np.full(5, 0.4))
    assert low < 0.001 and high > 0.999


# --- shops whose truth is known ------------------------------------------------------------------


def busy(day, factor):
    """How busy a day is: `factor` times as busy from September to mid-December as in the rest of the year."""
    at = BEGAN + timedelta(days=int(day))
    return factor if (9, 1) <= (at.month, at.day) <= (12, 15) else 1.0


def purchase_days(rng, people, since, busyness, rate=0.005):
    """Days on which each buys, from the day they first do: gamma rates, times how busy the day is."""
    rates = rng.gamma(0.8, rate / 0.8, people)
    chance = rates[:, None] * busyness[None, :]
    days = rng.random(chance.shape) < chance
    days[np.arange(DAYS)[None, :] <= since[:, None]] = False
    days[np.arange(people), since] = True
    return days


def seasonal_orders(factor=2.2, people=4500, seed=7, old=0.5, group=False):
    """A shop of many years whose log begins on a day of its life: old customers, and as many new ones as the season.

    Everybody's first day in the log is a purchase; `group` has nobody join after the first sixty days.
    """
    rng = np.random.default_rng(seed)
    busyness = np.array([busy(day, factor) for day in range(DAYS)])
    joins = rng.choice(DAYS, people, p=busyness / busyness.sum())
    joins = rng.integers(0, 60, people) if group else joins
    days = purchase_days(rng, people, joins, busyness)
    veterans = purchase_days(rng, int(old * people), np.zeros(int(old * people), int), busyness)
    veterans[:, 0] = False  # they first bought long before
    everybody = days if group else np.vstack([days, veterans])
    return [
        sold(f"o{n}-{day}", f"c{n:04}", f"{BEGAN + timedelta(days=int(day))} 10:00", 20)
        for n, row in enumerate(everybody)
        for day in np.flatnonzero(row)
    ]


@pytest.fixture(scope="module")
def seasonal_shop(tiny_shop):
    """More than twice as busy from September to mid-December, 900 days from 1 July 2022."""
    return tiny_shop(orders=seasonal_orders(), as_of=str(BEGAN + timedelta(days=DAYS)), name="seasonal")


@pytest.fixture(scope="module")
def group_shop(tiny_shop):
    """The same season, but whoever is in the log joined in its first sixty days."""
    return tiny_shop(orders=seasonal_orders(group=True), as_of=str(BEGAN + timedelta(days=DAYS)), name="group")


def graded_forecast_of(shop, began, scored_on):
    """The score of a day from a log that begins on another, and the buyers' outcomes, as a back-test has them."""
    asked = {"horizon": 90, "windows": 1, "during": (began, scored_on + timedelta(days=90))}
    return fetch_fit(shop, "graded_forecast", Scope(), asked)


def error_of(found, chance):
    """The calibration error of chances against what came."""
    return calibration_error(found.cut.bought, chance)


def test_one_year_of_log_sees_the_season_ahead_once(seasonal_shop):
    """Scored as the busy months end: chances of the last window are far too high, the count of last year brings them
    down, and the truth lies within the range."""
    found = graded_forecast_of(seasonal_shop, date(2022, 12, 15), date(2023, 12, 16))
    came, (low, high) = found.cut.bought.mean(), found.season.move.ends(found.calibrated)
    assert found.season.seen == seasons.COUNTED and found.season.ratio < 0.8
    assert error_of(found, found.calibrated) > 0.15 and error_of(found, found.chance) <= 0.08
    assert low <= came <= high


def test_two_years_of_log_have_scored_the_season_ahead(seasonal_shop):
    """The same day with the whole log before it: last year's seasons were scored, and the error is 3 points at most."""
    found = graded_forecast_of(seasonal_shop, BEGAN, date(2024, 9, 1))
    assert found.season.seen == seasons.SCORED and found.season.move.by > 0.3
    assert error_of(found, found.chance) <= 0.03 < 0.1 < error_of(found, found.calibrated)


def test_a_season_that_was_never_seen_has_ranks_and_a_range(seasonal_shop):
    """Ten months of log: no percentage, no number of people at risk, nothing in money made of them; all are ranked."""
    asked = {"during": (date(2022, 12, 15), date(2023, 10, 16))}
    (totals,) = told(seasonal_shop, "churn_totals", **asked)
    nothing = ("p_repurchase", "churn_risk_count", "low_churn_risk_count", "high_churn_risk_count", "value_at_stake")
    assert {totals[name] for name in nothing} == {None} and totals["season_seen"] == "not seen"
    assert 0 <= totals["low_p_repurchase"] < totals["high_p_repurchase"] <= 1
    assert "has not seen these days of the year" in totals["why"]
    rows = told(seasonal_shop, "churn_score", **asked)
    unknown = ("churn_risk", "p_repurchase", "is_churn_risk", "revenue_at_risk", "expected_gain")
    assert {row[name] for row in rows for name in unknown} == {None}
    ranks = sorted(row["risk_rank"] for row in rows)
    assert all(rank in (place, ranks[place - 2]) for place, rank in enumerate(ranks, 1))  # equals share a place
    assert len(set(ranks)) > 10
    assert all(row["why"] == totals["why"] for row in rows)


def test_the_range_of_a_season_never_seen_holds_what_came(seasonal_shop):
    """The busy months were never seen: what came lies in the range, though not near the middle."""
    found = graded_forecast_of(seasonal_shop, date(2022, 12, 15), date(2023, 9, 11))
    low, high = found.season.move.ends(found.calibrated)
    assert found.season.seen == seasons.UNSEEN and low <= found.cut.bought.mean() <= high


def test_a_group_followed_from_its_first_day_tells_no_season(group_shop):
    """Everybody bought in the first days because everybody joined then: a year later that is no season."""
    found = graded_forecast_of(group_shop, BEGAN, date(2023, 7, 5))
    assert found.season.seen == seasons.UNSEEN and "group of buyers" in found.season.why


def test_a_young_shop_has_no_season_yet(tiny_shop):
    """A shop that opened with its log had but new buyers then: how many there were says nothing of who comes back."""
    orders = seasonal_orders(factor=1.0, old=0.0, people=2500)
    shop = tiny_shop(orders=orders, as_of=str(BEGAN + timedelta(days=DAYS)), name="young")
    found = graded_forecast_of(shop, BEGAN, BEGAN + timedelta(days=370))
    assert found.season.seen == seasons.UNSEEN and "young shop" in found.season.why


def test_totals_say_between_what_they_lie(seasonal_shop):
    """The mean lies in its interval, so does the number at risk, and the error expected is that of season and grade."""
    (totals,) = told(seasonal_shop, "churn_totals", during=(date(2022, 12, 15), date(2023, 12, 16)))
    assert totals["low_p_repurchase"] < totals["p_repurchase"] < totals["high_p_repurchase"]
    assert totals["low_churn_risk_count"] <= totals["churn_risk_count"] <= totals["high_churn_risk_count"]
    spread = 0.797885 * (totals["high_p_repurchase"] - totals["low_p_repurchase"]) / (2 * 1.959964)
    found = graded_forecast_of(seasonal_shop, date(2022, 12, 15), date(2023, 9, 17))
    assert totals["expected_error"] == pytest.approx(np.hypot(spread, error_of(found, found.chance)), abs=1e-6)


# --- real shops ----------------------------------------------------------------------------------


@pytest.mark.real
def test_the_gift_shops_winter_is_counted(giftshop):
    """Online Retail ends in its busiest months: their 58.6 % are not said of the winter."""
    (totals,) = told(giftshop, "churn_totals")
    assert totals["season_seen"] == "counted a year ago"
    assert totals["p_repurchase"] == pytest.approx(0.324, abs=0.01)
    assert totals["low_p_repurchase"] < 0.306 < totals["high_p_repurchase"] < 0.586
    assert totals["expected_error"] > 0.05
    assert told(giftshop, "churn_backtest")[0]["season_seen"] == "not seen"


@pytest.mark.real
def test_cdnow_follows_a_group_and_gets_no_percentage(cdnow):
    """All joined in its first quarter: a year later nothing is known of a season, so ranks and a range."""
    (totals,) = told(cdnow, "churn_totals")
    assert totals["p_repurchase"] is None and "group of buyers" in totals["why"]
    found = fetch_fit(cdnow, "graded_forecast", Scope(), {})
    low, high = found.season.move.ends(found.calibrated)
    assert low < found.cut.bought.mean() < high
