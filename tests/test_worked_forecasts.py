"""Who is still a customer, who buys again, and how the data stand, on a few rows computed in the head.

Judges studies/lifetime_value/active, studies/churn/repurchase, studies/churn/cuts, studies/churn/score,
studies/churn/backtest, studies/churn/blindness, studies/books/state, studies/books/feeds, models/betageometric and
models/grading.
"""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest
from in_memory import read, table

from customary.errors import Refused
from customary.models.churn import Calibration, RepurchaseModel, odds
from customary.models.fit import Fit
from customary.models.histories import Histories
from customary.models.season import Move
from customary.places import DATA
from customary.rules.book import RuleBook
from customary.studies.books.feeds import delivery_differences, feed_reconciliation, payment_differences
from customary.studies.books.state import data_integration, identity_rules, inspection_history, table_coverage
from customary.studies.churn import blindness, churn_backtest, churn_reliability, repurchase
from customary.studies.churn.cuts import Cut, Past, _cut, buyers_at_past_cuts, end_of, first_days, known_tables
from customary.studies.churn.features import COLUMNS, LOOK, SEASONAL
from customary.studies.churn.score import _ranks, _risks
from customary.studies.churn.seasons import SeasonAhead
from customary.studies.lifetime_value import forecast as lifetime
from customary.studies.lifetime_value.active import LeavingModel, LeavingModels, alive_share, leaving_models
from customary.studies.lifetime_value.candidates import BTYD

NONE = float("nan")
RULES = RuleBook.from_files(DATA)

# --- who is still a customer ---------------------------------------------------------------------


def standing(name, log_likelihood, alive, expected=NONE, letters="rabc", why=""):
    """A model that says P(alive) of a one-time and of a repeat buyer."""
    fit = Fit(name, dict.fromkeys(letters, 1.0), {}, log_likelihood, 100, not why, why, NONE, NONE, ())
    return LeavingModel(name, fit, np.array(alive), expected)


def of_hundred(*models, bought_rate=0.34, tested=100.0):
    """Seventy one-time buyers and thirty who bought again."""
    return LeavingModels(models, Histories([0, 1], [0, 40], [50, 50], [70, 30]), bought_rate, tested)


def test_a_parameter_costs_a_unit_of_likelihood():
    """-100 with four parameters is -104, with five -105; nobody foresaw anything, so the better of these is best."""
    four, five = standing("mbgnbd", -100, [0.2, 0.5]), standing("mbgcnbd", -99.5, [0.3, 0.5], letters="krabc")
    assert (four.score, five.score) == (-104, -104.5) and of_hundred(five, four).best == "mbgnbd"


def test_what_is_as_close_as_chance_allows_is_close():
    """Of 100 of whom a half bought, 1.96·5 points are chance: nearest 2 points off, so 11.7 is close, 11.9 is not."""
    near = standing("mbgnbd", -120, [0.2, 0.5], 0.52)
    for expected, best in ((0.617, "paretonbd"), (0.619, "mbgnbd"), (0.383, "paretonbd"), (0.381, "mbgnbd")):
        likely = standing("paretonbd", -100, [0.3, 0.5], expected)
        assert of_hundred(likely, near, bought_rate=0.5).best == best


def test_a_premise_as_likely_as_the_rest_is_no_end():
    """BG/NBD widens the range only where it is likelier than all others; at the same score it does not."""
    plain = standing("mbgnbd", -100, [0.2, 0.5], 0.3)
    for log_likelihood, high in ((-100, 0.29), (-99.9, 0.88)):
        found = of_hundred(standing("bgnbd", log_likelihood, [1.0, 0.6], 0.5), plain)
        assert found.ends == pytest.approx((0.29, high))
    assert np.isnan(of_hundred(plain).share(plain, np.zeros(2)))


def test_the_recommended_model_leads_the_table():
    """First the recommended, then the identified by their scores, last what is not identified, with its reason."""
    found = of_hundred(
        standing("paretonbd", -90, [0.9, 0.9], why="flat"),
        standing("bgnbd", -110, [1.0, 0.6], 0.5),
        standing("mbgcnbd", -105, [0.4, 0.5], 0.9),
        standing("mbgnbd", -115, [0.2, 0.5], 0.35),
    )
    rows = read(alive_share(found), "model", "is_recommended", "is_identified", "why", "alive_share")
    assert rows[0] == ("mbgnbd", True, True, None, 0.29) and rows[1] == ("mbgcnbd", False, True, None, 0.43)
    assert rows[2][:3] == ("bgnbd", False, True) and np.isnan(rows[2][4] or NONE)
    assert rows[3][:4] == ("paretonbd", False, False, "flat")
    columns = ("customer_count", "repeater_count", "low_alive_share", "high_alive_share", "repeater_alive_share")
    assert read(alive_share(found), *columns)[0] == (100, 30, 0.29, 0.43, 0.5)
    assert read(alive_share(found), "bought_rate", "tested_count")[0] == (0.34, 100)


def test_models_are_held_against_who_bought_since():
    """Of ten known at the cut four bought; a sound model's chances of 0.2 and 0.6 foresaw 7·0.2 + 3·0.6 = 3.2."""
    chances = SimpleNamespace(
        is_sound=lambda name: name == "mbgnbd", fit=lambda name: Fit(name, {}, {}, -1, 1, True, "", 0, 0, ())
    )
    past = Histories([0, 1], [0, 40], [90, 90], [7, 3])
    cut = SimpleNamespace(horizon=26)
    backtest = SimpleNamespace(histories=past, candidates=chances, cut=cut, purchases_after=np.array([0, 2]))
    unsound = Fit("x", {}, {}, -1, 1, False, "flat", 0, 0, ())
    models = SimpleNamespace(histories=past, fit=lambda name: unsound, fit_regular=lambda gaps: unsound)
    kept = {}

    class Chances:
        def purchase_probability(self, fit, histories, horizon):
            kept["horizon"] = horizon
            return np.array([0.2, 0.6])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("customary.studies.lifetime_value.active.candidate_named", lambda name: Chances())
        found = leaving_models.model(models, backtest, SimpleNamespace(now=0.0))
    assert [one.name for one in found.models] == list(BTYD) and kept["horizon"] == 26
    rates = {one.name: one.expected_rate for one in found.models}
    assert rates["mbgnbd"] == pytest.approx(0.32) and np.isnan(rates["bgnbd"])
    assert (found.bought_rate, found.tested) == (pytest.approx(0.3), 10)


@pytest.mark.parametrize(("days", "periods"), [(365, 12), (44, 1), (10, 1), (46, 2)])
def test_what_comes_later_is_worth_less_month_by_month(monkeypatch, days, periods):
    """A year is twelve months, 46 days are two, ten are one: each as long as the others, in weeks of the model."""
    monkeypatch.setattr("customary.models.clv.discounted_value", lambda *given, **named: named)
    monkeypatch.setattr(lifetime, "candidate_named", lambda name: name)
    outlook = SimpleNamespace(horizon_days=days, horizon=days / 7, length=7)
    candidates = SimpleNamespace(outlook=outlook, fit=lambda name: None, purchases=SimpleNamespace(histories=None))
    found = lifetime._discount(candidates, "bgnbd", 0.3, 0.1)
    assert (found["periods"], found["margin"]) == (periods, 0.3)
    assert found["length"] == pytest.approx(outlook.horizon / periods)
    assert 1 + found["discount"] == pytest.approx(1.1 ** (7 * outlook.horizon / periods / 365.25))


# --- who buys again ------------------------------------------------------------------------------

DAY, HORIZON, MANY = 2000, 100, 200


def lately(day, bought, *, least=0):
    """A cut of 200 buyers, half of whom bought 10 days ago and half 300: of these so many in a hundred bought since."""
    recent = np.arange(MANY) < MANY // 2
    facts = {name: np.full(MANY, 5.0) for names in COLUMNS.values() for name in names}
    facts["days_since_last_order"] = np.where(recent, 10.0, 300.0)
    facts |= {"age_days": np.full(MANY, 400.0), "purchase_day_count": np.full(MANY, 2.0)}
    share = np.where(recent, bought[0], bought[1])
    came = (np.arange(MANY) % (MANY // 2) < share).astype(float)
    return Cut(day, np.arange(MANY), facts, came, MANY)


def past(began=DAY - 300, **bought):
    """A past whose windows' buyers are those of `lately`: training two horizons back, calibration one."""
    shares = {DAY - 200: bought.get("training", (80, 20)), DAY - 100: bought.get("later", (60, 30))}
    return SimpleNamespace(
        horizon=HORIZON,
        began={"orders": began} if began else {},
        end=DAY,
        cut=lambda day: lately(day, shares.get(day, (50, 50))),
        features=lambda day, proved: proved,
    )


def forecast(of, rules=RULES):
    """The score of today's buyers, learned from the days since their last order alone."""
    return repurchase.forecast(of.cut(DAY), of, ("days_since_last_order",), rules["churn"])


def test_a_score_learns_in_one_window_and_is_calibrated_in_the_next():
    """Of a hundred recent buyers 80 came back, then 60; of the others 20, then 30: 0.6 and 0.3 are told."""
    found = forecast(past())
    assert found.why is None and found.calibrated[[0, -1]] == pytest.approx([0.6, 0.3], abs=0.01)
    assert (found.season.is_known, found.alive is None) == (False, not found.btyd.identified)
    assert found.columns.shape[0] == MANY and found.raw[0] > found.raw[-1]


def test_a_score_that_turns_round_is_none():
    """Who came back most in one window came back least in the next."""
    assert forecast(past(later=(30, 60))).why.startswith("what separates buyers")


def test_a_score_needs_three_windows_and_enough_of_both_kinds():
    """300 days of log are three windows, 299 are not; 20 who came back are enough in each, 19 are not."""
    began = repurchase._too_little
    assert began(past(), DAY, 20) is None and "299 days" in began(past(DAY - 299), DAY, 20)
    assert "0 days" in began(past(None), DAY, 20) and "0 days" in began(past(DAY + 5), DAY, 20)
    assert began(past(training=(10, 10)), DAY, 20) is None and began(past(later=(10, 10)), DAY, 20) is None
    few, later = began(past(training=(10, 9)), DAY, 20), began(past(later=(9, 10)), DAY, 20)
    assert "19" in few and "200" in few and "19" in later and few != later


def test_a_score_of_earlier_stands_before_the_end():
    """Of one horizon ago: the cut of day 1,900; two and three horizons before it there is too little log."""
    found = repurchase.graded_forecast.model(("spend",), past(), RULES)
    assert found.cut.day == DAY - HORIZON and "200 days" in found.why
    assert [one.cut.day for one in repurchase.earlier_forecasts.model((), past(), RULES, windows=3)] == [1800, 1700]


def scored(chance, *, since, spend, season="counted a year ago", raw=None):
    """A score of a few buyers with what they spent in a year."""
    facts = {"days_since_last_order": np.array(since, float), "year_spend": np.array(spend, float)}
    facts["year_refund"] = np.zeros(len(since))
    chance = np.array(chance)
    ranks = odds(chance) if raw is None else np.array(raw)
    return SimpleNamespace(
        chance=chance, raw=ranks, alive=None, season=SeasonAhead(season, Move(0, 0, 0)), calibrated=chance,
        cut=Cut(DAY, np.arange(len(since)), facts, np.zeros(len(since)), len(since)),
    )  # fmt: skip


def test_what_a_score_says_of_each_buyer():
    """Risks of 0.8, 0.9 and 0.1 at a threshold of 0.8: the first is one, the second left 366 days ago and is lost.

    At risk are 0.8 of 100, 0.9 of nothing below zero, and 0.1 of 50.
    """
    found = _risks(scored([0.2, 0.1, 0.9], since=[365, 366, 5], spend=[100, -10, 50]), np.ones(3), 0.0, 0.8)
    assert found["is_churn_risk"].tolist() == [True, False, False] and found["risk_rank"].tolist() == [2, 1, 3]
    assert found["revenue_at_risk"] == pytest.approx([80, 0, 5]) and found["churn_risk"] == pytest.approx(
        [0.8, 0.9, 0.1]
    )
    unseen = _risks(scored([0.2, 0.1, 0.9], since=[1, 1, 1], spend=[1, 1, 1], season="not seen"), np.ones(3), 0.0, 0.8)
    assert unseen.keys() == {"risk_rank", "risk_decile"}


def test_a_contact_keeps_who_lives_and_would_not_buy():
    """Alive with 0.7 and 0.1, buying with 0.2 and 0.3: 0.5 and nobody can be kept. Each is worth 10, a contact costs 1.

    Without P(alive) all who would not buy can be: 0.8 and 0.7.
    """
    found = scored([0.2, 0.3], since=[1, 1], spend=[1, 1])
    without = _risks(found, np.full(2, 10.0), 1.0, 0.8)
    assert without["expected_gain"] == pytest.approx([7, 6])
    found.alive = np.array([0.7, 0.1])
    kept = _risks(found, np.full(2, 10.0), 1.0, 0.8)
    assert kept["expected_gain"] == pytest.approx([4, -1]) and kept["p_alive"].tolist() == [0.7, 0.1]


def test_tenths_of_a_list():
    """Of twenty the first two are the first tenth, the last two the tenth; one alone is in the first."""
    many = _risks(scored(np.linspace(0.01, 0.96, 20), since=[1] * 20, spend=[1] * 20), np.ones(20), 0.0, 0.8)
    assert many["risk_decile"].tolist() == [n // 2 + 1 for n in range(20)]
    one = _risks(scored([0.5], since=[1], spend=[1]), np.ones(1), 0.0, 0.8)
    assert one["risk_decile"].tolist() == [1] and _ranks(np.array([0.5]), np.array([0.0])).tolist() == [1]


# --- how a score did -----------------------------------------------------------------------------


def graded(day, chance, bought, since, names=("spend",), why=None):
    """A score whose outcome is known: chances, who came, and the days since the last order."""
    count, level = len(bought), Calibration("Platt", np.ones(1), np.zeros(1))
    one = np.ones(len(names))
    cut = Cut(day, np.arange(count), {"days_since_last_order": np.array(since, float)}, np.array(bought, float), 9)
    model = None if chance is None else RepurchaseModel(names, one * 0, one, one, 0.0, level)
    season = SeasonAhead("counted a year ago", Move(0.5, 0, 1))
    told = None if chance is None else np.array(chance)
    return repurchase.Forecast(cut, HORIZON, why, model, None, season, told, told, told)


def test_a_score_against_what_came_and_against_a_naive_rule():
    """0.8 came and 0.3 did not: (0.04 + 0.09)/2 off, where one half for everybody is 0.25 and the rule is right.

    The rule calls lost who was silent for longer than 90 days: of 90 and 91 the second.
    """
    now = graded(DAY, [0.5], [0], [1], names=("spend", "complaint_count", "year_refund", "return_share"))
    found = churn_backtest(
        graded(1900, [0.8, 0.3], [1, 0], [90, 91]),
        (graded(1950, None, [1], [1], why="few"), graded(1800, [0.5], [1], [1])),
        now,
        RULES,
    )
    names = ("brier", "base_rate_brier", "naive_brier", "bought_rate", "predicted_rate", "naive_area_under_curve")
    rows = read(found, *names)
    assert rows[0] == (0.065, 0.25, 0, 0.5, 0.55, 1) and len(rows) == 2
    told = read(found, "scored_on", "until_on", "buyer_count", "known_buyer_count", "bought_count", "season_shift")[0]
    assert told == (date(1975, 3, 16), date(1975, 6, 24), 2, 9, 1, 0.5)
    assert read(found, "features", "not_graded", "buying_model")[0] == ("spend", "complaints, returns", None)
    ranks = ("area_under_curve", "average_precision", "lost_average_precision")
    assert read(found, *ranks)[0] == (1, 1, 1)


def test_a_score_that_cannot_be_graded_says_why():
    """Its row has the buyers and who came, and no figure."""
    found = churn_backtest(graded(1900, None, [1, 0], [1, 1], why="few"), (), graded(DAY, None, [0], [1]), RULES)
    assert read(found, "buyer_count", "bought_count", "why", "brier") == [(2, 1, "few", None)]


def test_a_curve_has_two_to_a_hundred_bins():
    """Of four buyers in two bins: 0.1 and 0.2, of whom none came, 0.8 and 0.9, of whom both did."""
    of = graded(1900, [0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1], [1] * 4)
    names = ("bin", "buyer_count", "bought_count", "predicted_rate")
    assert read(churn_reliability(of, RULES, bins=2), *names) == [(1, 2, 0, 0.15), (2, 2, 2, 0.85)]
    assert len(read(churn_reliability(of, RULES, bins=100), "bin")) == 4
    assert read(churn_reliability(graded(1900, None, [1], [1]), RULES)) == []
    for wrong in (1, 101):
        with pytest.raises(Refused):
            churn_reliability(of, RULES, bins=wrong)


def test_another_value_of_the_same_kind():
    """Yes becomes no, a number one more, and what is not known becomes something; text is taken away."""
    t = table("a boolean, b int32, c string", (True, 4, "x"), (None, None, None), (False, 0, "y"))
    found = read(t.select(**{name: blindness._garble(t[name]) for name in "abc"}))
    assert sorted(found, key=str) == sorted([(False, 5, None), (True, 1, None), (True, 1, None)], key=str)


def test_a_shop_that_stopped_knows_nothing_of_the_day_itself():
    """At 1,900 the order of 1,899 was paid, that of 1,900 was not; what later days write is another value."""
    orders = table(ORDERED, ("ann", 1899, 10, 10, 0, "1975-03-15 10:00"), ("ben", 1900, 10, 10, 0, "1975-03-16 10:00"))
    found = blindness.without_future(blindness.at_cuts({"orders": orders}, [1900]))["orders"]
    assert read(found, "customer_id", "day") == [("ann", 1899)]


def test_features_are_proved_where_scores_are_learned(monkeypatch):
    """Two horizons before the end, and before each of two windows: 1,800, 1,700 and 1,600."""
    monkeypatch.setattr(blindness, "at_cuts", lambda tables, days: list(days))
    monkeypatch.setattr(blindness, "differing", lambda build, tables: tables)
    asked = {"horizon": 100, "windows": 2}
    assert blindness.differing_features(None, None, None, None, frozenset(), AS_OF, RULES, **asked) == [
        1800,
        1700,
        1600,
    ]


# --- the cuts of a past --------------------------------------------------------------------------

AS_OF = date(1975, 6, 24)  # day 2,000


def test_a_score_looks_no_further_than_its_window():
    """Until as-of, or until a window that ends before it; one that ends later ends with as-of."""
    assert end_of(AS_OF, None) == end_of(AS_OF, (date(1975, 1, 1), date(1975, 7, 1))) == DAY
    assert end_of(AS_OF, (date(1975, 6, 1), date(1975, 6, 20))) == DAY - 4


def days(*numbers):
    """Rows of these days."""
    return table("day int32", *[(n,) for n in numbers])


def test_a_window_holds_its_first_day_and_not_its_end():
    """Days 1,977 to 1,995 of 1,976 to 1,996; orders are there without a row, visits only where the shop has any."""
    of, window = days(1976, 1977, 1995, 1996), (date(1975, 6, 1), date(1975, 6, 20))
    found = known_tables(of, of, of, of, frozenset({"returns"}), window)
    assert {name: sorted(read(t)) for name, t in found.items()} == {
        "orders": [(1977,), (1995,)],
        "returns": [(1977,), (1995,)],
    }
    assert known_tables(of, of, of, of, frozenset(), None)["orders"].count().to_pyarrow().as_py() == 4
    told = first_days(of, days(5, 7), days(), of, frozenset({"returns", "sessions"}))
    assert sorted(read(told, "table", "first_day")) == [("orders", 1976), ("returns", 5)]


def test_the_rows_of_one_cut():
    """Of rows sorted by cut day those of 20, with its own number of buyers; of a day without rows nobody."""
    rows = {
        "cut_day": np.array([10, 20, 20, 30]),
        "customer_id": np.array(["a", "a", "b", "c"]),
        "known_count": np.array([1, 5, 5, 9]),
        "bought": np.array([0.0, 1, 0, 1]),
        "spend": np.array([1, 2, 3, 4]),
    }
    found = _cut(rows, 20)
    assert (found.customers.tolist(), found.bought.tolist(), found.known_count, found.scale) == (
        ["a", "b"],
        [1, 0],
        5,
        2.5,
    )
    assert {name: column.tolist() for name, column in found.facts.items()} == {"spend": [2.0, 3.0]}
    assert (_cut(rows, 15).known_count, len(_cut(rows, 15).customers), _cut(rows, 30).known_count) == (0, 0, 9)


def test_a_feature_needs_a_log_that_reaches_back():
    """Visits half a year before the day, the season a year and a horizon; of one day less neither."""
    every = tuple(name for names in (*COLUMNS.values(), SEASONAL) for name in names)
    enough = Past(DAY, 100, {"orders": DAY - 465, "sessions": DAY - LOOK}, {})
    less = Past(DAY, 100, {"orders": DAY - 464, "sessions": DAY - LOOK + 1}, {})
    assert enough.features(DAY, every) == (*COLUMNS["orders"], *COLUMNS["sessions"], *SEASONAL)
    assert less.features(DAY, every) == COLUMNS["orders"] and less.features(DAY, ("spend",)) == ("spend",)


ORDERED = (
    "customer_id string, day int32, net_amount decimal(18,4), gross_amount decimal(18,4), "
    "discount_amount decimal(18,4), paid_local timestamp"
)


def test_buyers_known_at_a_cut_and_whether_they_came_back(monkeypatch):
    """At day 1,900 of a horizon of 100: Ann bought on 1,950 again, Ben did not; Cai, of 1,990, is not known yet.

    Where only one of them may be looked at, it is always the same, and stands for both.
    """
    bought = [("ann", 1880), ("ann", 1950), ("ben", 1850), ("cai", 1990)]
    at = {day: str(date.fromordinal(719163 + day)) + " 10:00" for _who, day in bought}
    orders = table(ORDERED, *[(who, day, 10, 10, 0, at[day]) for who, day in bought])

    def known():
        t = buyers_at_past_cuts(orders, None, None, None, frozenset(), AS_OF, RULES, horizon=100, windows=1)
        return read(t.filter(t.cut_day == 1900), "customer_id", "bought", "known_count")

    assert known() == [("ann", 1, 2), ("ben", 0, 2)]
    monkeypatch.setattr("customary.studies.churn.cuts.MOST_BUYERS", 1)
    assert len(known()) == 1 and known()[0][2] == 2


# --- how the data stand --------------------------------------------------------------------------

INSPECTED = (
    "position int64, built_on date, table_name string, source_row_count int64, linked_count int64, judged_count int64, "
    "missing_count int64, faulty_count int64, is_met boolean"
)
INSPECTIONS = table(
    INSPECTED,
    (0, "2025-03-01", "orders", 10, 8, 10, 1, 2, True),
    (0, "2025-03-01", "events", 4, 1, 30, 3, 4, False),
    (0, "2025-03-01", "reviews", 1, 1, 0, 0, 0, False),
    (1, "2025-02-01", "orders", 10, 5, 20, 4, 4, True),
    (2, "2025-01-01", "orders", 5, 2, 0, 0, 0, True),
    (1, "2025-02-01", "events", 2, 0, 0, 0, 0, True),
    (0, "2025-03-01", "tickets", 0, 0, 0, 0, 0, True),
    (0, "2025-03-01", "products", 9, None, 0, 0, 0, True),
)


def test_how_many_records_name_a_customer_and_since_when_more():
    """Orders: 8 of 10, from 2 of 5 at first: twice as many. Events: from none, so no ratio. Reviews were never seen."""
    assert read(data_integration(INSPECTIONS)) == [
        ("events", 4, 1, 0.25, date(2025, 2, 1), 0, None),
        ("orders", 10, 8, 0.8, date(2025, 1, 1), 0.4, 1),
        ("reviews", 1, 1, 1, None, None, None),
    ]


def test_what_each_build_found():
    """40 judged, 4 missing, 6 faulty: 90 and 85 % are right, two goals missed; nothing judged is no share."""
    assert read(inspection_history(INSPECTIONS)) == [
        (0, date(2025, 3, 1), 40, 0.9, 0.85, 2),
        (1, date(2025, 2, 1), 20, 0.8, 0.8, 0),
        (2, date(2025, 1, 1), 0, None, None, 0),
    ]


def test_rules_of_identity_by_what_they_merge():
    """The rule that merges least comes first."""
    columns = "rule string, merged_count int64, customer_count int64, buyer_count int64, repeat_buyer_count int64, "
    rows = table(columns + "orders_per_buyer float64", ("keys", 3, 7, 5, 2, 1.5), ("none", 0, 10, 6, 1, 1.2))
    assert [row[0] for row in read(identity_rules(rows))] == ["none", "keys"]


def test_tables_that_would_add_most_come_first():
    """By what they would add, then by the questions that need them, then by name."""
    counts = ("question_count", "answerable_count", "would_add_count", "all_answerable_count", "all_question_count")
    columns = "table_name string, zh string, source_row_count int64, " + ", ".join(f"{name} int64" for name in counts)
    rows = [
        (name, "", 0, asked, 0, added, 0, 0)
        for name, asked, added in (("b", 2, 0), ("a", 2, 0), ("c", 5, 0), ("d", 1, 9))
    ]
    assert [row[0] for row in read(table_coverage(table(columns, *rows)))] == ["d", "c", "a", "b"]


PAID = "order_id string, ordered_on date, outcome string, order_amount float64, paid_amount float64, "
PAID += "refunded_amount float64, difference_amount float64, record_count int64"
SENT = "order_id string, ordered_on date, outcome string, delivered_on date, carrier_delivered_on date, "
SENT += "difference_days int32, promised_on date, carrier_promised_on date, record_count int64"


def paid(order, outcome, difference=None, amount=1.0):
    """What a provider says of an order."""
    return (order, None, outcome, 1.0, amount, 0.0, difference, 1)


def sent(order, outcome, days=None):
    """What a carrier says of an order."""
    return (order, None, outcome, None, None, days, None, None, 1)


def test_how_often_a_feed_agrees():
    """Three of six payments agree; then what differs most often, equals by name. One parcel of one: all of its feed."""
    payments = [paid("a", "agrees")] * 3 + [paid("b", "less"), paid("c", "more"), paid("d", "less")]
    found = read(feed_reconciliation(table(PAID, *payments, paid("e", "even")), table(SENT, sent("a", "late"))))
    assert found == [
        ("payments", "agrees", 3, 7, 0.4286),
        ("payments", "less", 2, 7, 0.2857),
        ("payments", "even", 1, 7, 0.1429),
        ("payments", "more", 1, 7, 0.1429),
        ("shipments", "late", 1, 1, 1),
    ]


def test_the_largest_differences_come_first():
    """Nine too little, then five too much, of equals the larger payment, then by number; unknown last, no agreement."""
    rows = [
        paid("a", "x", 5.0),
        paid("b", "x", 5.0, 8.0),
        paid("c", "x", -9.0),
        paid("d", "x"),
        paid("e", "agrees", 99.0),
    ]
    found = payment_differences(table(PAID, *rows, paid("aa", "x", 5.0)))
    assert [row[0] for row in read(found, "order_id")] == ["c", "b", "a", "aa", "d"]
    rows = [sent("a", "late", 2), sent("b", "early", -3), sent("c", "early", 2), sent("d", "not delivered yet", 9)]
    found = delivery_differences(table(SENT, *rows, sent("e", "agrees", 9), sent("f", "carrier alone")))
    assert [row[0] for row in read(found, "order_id")] == ["b", "c", "a", "f"]
