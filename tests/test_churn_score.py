"""The churn score: graded by hand, blind to the future, honest about what it does not know, right on known truth."""

from datetime import date, datetime, time, timedelta

import duckdb
import numpy as np
import pytest
from conftest import adopted
from given import returned, sold, told

from customary import demo
from customary.dates import day_number
from customary.errors import Refused
from customary.models import churn
from customary.models import grading as scores
from customary.query.parameters import fetch_fit
from customary.query.selection import Scope
from customary.query.study import beside, study
from customary.studies.churn import blindness, contacts, cuts, reasons, repurchase
from customary.studies.churn import features as seen

TABLES = ("orders", "returns", "sessions", "tickets")


# --- figures of a score, by hand -----------------------------------------------------------------


def test_area_under_the_curve_by_hand():
    """Two hits and two misses make four pairs; three of them stand in the right order."""
    assert scores.area_under_curve([1, 0, 1, 0], [0.9, 0.6, 0.5, 0.2]) == 0.75


def test_equal_chances_count_half():
    """A score that says the same of everybody puts nobody above anybody: one half."""
    assert scores.area_under_curve([1, 0, 1, 0], [0.5] * 4) == 0.5


def test_the_area_has_an_interval():
    """Two hits and two misses leave nearly anything possible; Hanley and McNeil's own example has an error of .032."""
    low, high = scores.area_interval([1, 0, 1, 0], [0.9, 0.6, 0.5, 0.2])
    assert low < 0.3 and high == 1.0
    happened, chance = [1] * 51 + [0] * 58, [5] * 33 + [4] * 11 + [3] * 2 + [2] * 2 + [1] * 3
    chance += [1] * 33 + [2] * 6 + [3] * 6 + [4] * 11 + [5] * 2
    low, high = scores.area_interval(happened, chance)
    assert scores.area_under_curve(happened, chance) == pytest.approx(0.893, abs=5e-4)
    assert (high - low) / 2 / 1.96 == pytest.approx(0.032, abs=1e-3)


def test_average_precision_by_hand():
    """Hits in the first and third place: (1/1 + 2/3) / 2."""
    assert scores.average_precision([1, 0, 1, 0], [0.9, 0.6, 0.5, 0.2]) == pytest.approx(5 / 6)


def test_brier_by_hand():
    """(0.1² + 0.4²) / 2."""
    assert scores.brier([1, 0], [0.9, 0.4]) == pytest.approx(0.085)


def test_calibration_error_by_hand():
    """Ten of 20 % of whom two came, ten of 70 % of whom five came: no error and 20 points, half each."""
    happened = [1] * 2 + [0] * 8 + [1] * 5 + [0] * 5
    chance = [0.2] * 10 + [0.7] * 10
    assert scores.calibration_error(happened, chance, bins=2) == pytest.approx(0.1)
    low, high = scores.reliability(happened, chance, bins=2)
    assert (low.people, low.hits, low.hit_rate, high.hits) == (10, 2, 0.2, 5)


def test_equal_chances_share_a_bin():
    """Fifteen of one chance are one bin, however many bins were asked for."""
    assert [b.people for b in scores.reliability([1] * 15 + [0] * 5, [0.4] * 15 + [0.1] * 5, 10)] == [5, 15]


def test_lift_by_hand():
    """The first fifth of ten holds two of the four hits: 100 % against 40 %, two and a half times as many."""
    happened, chance = [1, 1, 0, 1, 0, 0, 1, 0, 0, 0], np.linspace(0.9, 0.1, 10)
    (fifth, half) = scores.lift(happened, chance, [0.2, 0.5])
    assert (fifth.people, fifth.hits, fifth.lift) == (2, 2, 2.5)
    assert (half.people, half.hits) == (5, 3) and half.lift == pytest.approx(1.5)


def test_a_list_that_cuts_through_equals_takes_its_part_of_their_hits():
    """Four of one chance hold two hits; two of them hold one, whichever two they are."""
    (first,) = scores.lift([1, 0, 1, 0], [0.5] * 4, [0.5])
    assert (first.hits, first.lift) == (1, 1)


def test_gains_by_hand():
    """Two contacts at 1 reach one lost customer worth 100, of whom a tenth stays: 10 saved, 8 left."""
    (none, two) = scores.gains([1, 0, 1, 0], [100, 50, 10, 5], [9, 8, 1, 0], [0, 0.5], cost=1, saved_rate=0.1)
    assert (none.people, none.net) == (0, 0)
    assert (two.people, two.lost, two.cost, two.saved, two.net) == (2, 1, 2, 10, 8)


@pytest.mark.parametrize("seed", range(5))
def test_the_figures_are_what_they_are_defined_as(seed):
    """On random scores with ties: pairs in the right order, precision at each hit's probability, squared distances."""
    draw = np.random.default_rng(seed)
    p = draw.integers(0, 20, 300) / 20
    y = (draw.random(300) < p).astype(float)
    hits, misses = p[y == 1], p[y == 0]
    pairs = (hits[:, None] > misses).mean() + (hits[:, None] == misses).mean() / 2
    assert scores.area_under_curve(y, p) == pytest.approx(pairs)
    assert scores.average_precision(y, p) == pytest.approx(np.mean([y[p >= hit].mean() for hit in hits]))
    assert scores.brier(y, p) == pytest.approx(((p - y) ** 2).mean())


def test_one_class_or_nobody_has_no_order():
    """Where nobody, or everybody, came back there is no order to grade: no number, no exception."""
    assert all(np.isnan(scores.area_under_curve(y, [0.1, 0.2])) for y in ([0, 0], [1, 1]))
    assert np.isnan(scores.average_precision([0, 0], [0.1, 0.2])) and np.isnan(scores.brier([], []))
    assert scores.reliability([], []) == [] == scores.lift([], [], [0.1])


def test_what_is_no_outcome_is_refused():
    """Outcomes are 0 or 1, one for each chance."""
    with pytest.raises(ValueError, match="0 or 1"):
        scores.brier([2], [0.5])
    with pytest.raises(ValueError, match="match"):
        scores.brier([1, 0], [0.5])


# --- learning ------------------------------------------------------------------------------------


def drawn(people, seed=1, slope=1.5, level=-1.0):
    """Customers whose chance follows the first of two columns."""
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(people, 2)) * (1.0, 100.0)
    return x, (draw.random(people) < churn.probability(level + slope * x[:, 0])).astype(float)


def test_a_score_finds_what_tells_buyers_apart():
    """The column that matters weighs what it should, the other nothing, in whatever unit it comes."""
    score = churn.learn(*drawn(20_000), names=("matters", "noise"))
    assert score.weights == pytest.approx([1.5, 0.0], abs=0.06)
    assert score.intercept == pytest.approx(-1.0, abs=0.05)


def test_a_column_that_never_varies_weighs_nothing():
    """What was the same for everybody in the learning window says nothing of those who differ later."""
    x, y = drawn(500)
    score = churn.learn(np.column_stack([x, np.full(500, 7.0)]), y, ("a", "b", "same"))
    assert score.weights[2] == 0 and (score.contributions(np.array([[0.0, 0.0, 99.0]]))[0, 2]) == 0


def test_contributions_add_up_to_the_score():
    """Nothing of a customer's log-odds comes from nowhere."""
    x, y = drawn(300)
    score = churn.learn(x, y, ("a", "b"))
    assert score.contributions(x).sum(axis=1) + score.intercept == pytest.approx(score.raw(x))


def test_calibration_repairs_what_another_window_moved():
    """Learned where half come back and applied where a tenth does: raw chances are far off, calibrated ones are not."""
    score = churn.learn(*drawn(5_000, 1, level=0.0), names=("a", "b"))
    (x, y), (new, came) = drawn(5_000, 2, level=-3.0), drawn(5_000, 3, level=-3.0)
    better = score.with_calibration(churn.calibrate(score.raw(x), y))
    assert scores.calibration_error(came, score.chance(new)) > 0.2
    assert scores.calibration_error(came, better.chance(new)) < 0.02


def test_a_bent_scale_is_calibrated_in_steps():
    """Where a line does not fit and rows are many, the isotonic steps are chosen; few rows: the line."""
    draw = np.random.default_rng(5)
    raw = draw.uniform(-4, 4, 6_000)
    y = (draw.random(6_000) < np.where(raw > 0, 0.55, 0.05)).astype(float)
    assert churn.calibrate(raw, y).method == "isotonic"
    x, few = drawn(60)
    assert churn.calibrate(1.5 * x[:, 0] - 1.0, few).method == "Platt"


def test_what_no_longer_holds_is_noticed():
    """A window in which the order turned round gives a line that falls: nothing to predict with."""
    x, y = drawn(2_000)
    assert churn.calibrate(x[:, 0], y).rises
    assert not churn.calibrate(-x[:, 0], y).rises


def test_a_season_is_what_all_odds_moved_by():
    """Chances of one half where 75 % came: log 3 upwards, and the total is met exactly."""
    moved, error = churn.shift(np.full(400, 0.5), np.array([1.0] * 300 + [0.0] * 100))
    assert moved == pytest.approx(np.log(3)) and error == pytest.approx((400 * 0.75 * 0.25) ** -0.5)


# --- blind to the future -------------------------------------------------------------------------

CUT = date(2025, 3, 1)


@pytest.fixture(scope="module")
def leaky_shop(tiny_shop):
    """Ann buys before and after the cut, Ben before it only and sends it back after it; Cai comes after it."""
    orders = [
        sold("o1", "ann", "2025-01-05 10:00", 100),
        sold("o2", "ann", "2025-02-04 10:00", 50),
        sold("o3", "ann", "2025-03-20 10:00", 70),
        sold("o4", "ben", "2025-02-25 10:00", 80, discount_amount=20),
        sold("o5", "ben", "2025-02-28 10:00", 10)
        | {"paid_at": "2025-03-02 10:00"},  # an order is none before it is paid
        sold("o6", "cai", "2025-03-05 10:00", 30),
    ]
    back = [returned("r1", "o4", "ben", "2025-03-03 10:00", 60), returned("r2", "o1", "ann", "2025-01-15 10:00", 40)]
    cases = [
        {"ticket_id": "t1", "customer_id": "ann", "opened_at": "2025-02-28 23:59", "kind": "complaint"},
        {"ticket_id": "t2", "customer_id": "ann", "opened_at": "2025-03-01 00:00", "kind": "complaint"},
    ]
    events = [
        {"event_id": f"e{n}", "visitor_id": "v1", "customer_id": "ann", "occurred_at": at, "event_name": name}
        for n, (at, name) in enumerate(
            [
                ("2025-02-10 09:00", "add_to_cart"),
                ("2025-02-28 23:50", "page_view"),
                ("2025-03-01 00:05", "add_to_cart"),
            ]
        )
    ]
    return tiny_shop(orders=orders, returns=back, tickets=cases, events=events, as_of="2025-04-01", name="leaky")


def counted(shop):
    """The rows that count of each table that the score may look at."""
    found = {name: shop.frame(name) for name in TABLES}
    return {name: t.filter(t.left_out_because.isnull()) for name, t in found.items()}


def at_the_cut(shop):
    """The tables as the score looks at them on the day of the cut."""
    return seen.at_cuts(counted(shop), [day_number(CUT)])


def built(tables, horizon=30):
    """The features as the score asks for them."""
    return seen.facts(tables, horizon)


def proved(shop, build):
    """What the fit says of these features on the shop's own tables: their names, or a refusal."""
    counts = shop.fetch(blindness.differing(build, at_the_cut(shop)))
    return blindness.blind_features.model({name: counts[name].to_numpy() for name in counts.column_names})


def test_what_was_known_when_the_day_began(leaky_shop):
    """Only what was complete before 1 March counts: not the order paid later, the visit still going on, the refund."""
    rows = leaky_shop.fetch(built(at_the_cut(leaky_shop)).order_by("customer_id")).to_pylist()
    ann, ben = rows
    assert (ann["days_since_last_order"], ann["age_days"], ann["purchase_day_count"]) == (25, 55, 2)
    assert (ann["spend"], ann["year_refund"], ann["complaint_count"]) == (150, 40, 1)
    assert (ann["gap_days"], ann["overdue_ratio"]) == (30, pytest.approx(25 / 30))
    assert (ann["late_visit_count"], ann["cart_visit_count"]) == (1, 1)
    assert (ben["purchase_day_count"], ben["spend"], ben["year_refund"]) == (1, 60, 0)
    assert (ben["discount_share"], ben["gap_days"]) == (0.25, 30)  # who bought once has the others' rhythm


def test_the_outcome_is_half_open(leaky_shop):
    """Ann buys within 30 days of 1 March; within 19 days she does not: the 20th is outside."""
    orders = at_the_cut(leaky_shop)["orders"]
    bought = {h: leaky_shop.fetch(seen.outcome(orders, h))["customer_id"].to_pylist() for h in (30, 19, 20)}
    assert "ann" in bought[30] and "ann" not in bought[19] and "ann" in bought[20]


def test_the_features_are_blind(leaky_shop):
    """A shop that stopped on the day gives the same features, value by value; all that a score may use are proved."""
    assert {*proved(leaky_shop, built)} >= {
        *(name for names in seen.COLUMNS.values() for name in names),
        *seen.SEASONAL,
    }


def test_each_cut_sees_its_own_past(leaky_shop):
    """Cut on two days at once, each buyer is known as of each day; Cai, who comes later, on the second alone."""
    days = [day_number(CUT), day_number(date(2025, 3, 21))]
    rows = leaky_shop.fetch(built(seen.at_cuts(counted(leaky_shop), days))).to_pylist()
    count = {(row["cut_day"], row["customer_id"]): row["purchase_day_count"] for row in rows}
    first, second = days
    assert count == {(first, "ann"): 2, (first, "ben"): 1, (second, "ann"): 3, (second, "ben"): 2, (second, "cai"): 1}


def _refund_so_far(tables):
    """Looks harmless: only orders long before the day. But the refund was written into them later."""
    t = tables["orders"]
    t = t.filter(t.day < t.cut_day - 3)
    return t.group_by(*seen.KEY).agg(spend=t.net_amount.sum(), refund=t.refund_amount.sum().cast("float64"))


def _days_to_next(tables):
    """Counts purchases around the day instead of before it, though of known customers only."""
    t = tables["orders"]
    t = t.semi_join(t.filter(t.day < t.cut_day - 3), "customer_id")
    early, around = t.day < t.cut_day - 3, t.day > t.cut_day - 20
    return t.group_by(*seen.KEY).agg(spend=t.net_amount.sum(where=early), around=around.sum())


def _everybody(tables):
    """Knows customers who came later."""
    return tables["orders"].group_by(*seen.KEY).agg(first=tables["orders"].day.min())


def _visits_of_the_day(tables):
    """Takes a visit for over that still goes on when the day begins."""
    t = tables["sessions"].filter(lambda t: t.day < t.cut_day)
    return t.group_by(*seen.KEY).agg(cart_count=t.has_add_to_cart.sum())


@pytest.mark.parametrize(
    ("leak", "named"),
    [(_refund_so_far, "refund"), (_days_to_next, "around"), (_everybody, "first"), (_visits_of_the_day, "cart_count")],
)
def test_a_planted_leak_is_caught_and_named(leaky_shop, leak, named):
    """Whatever way a feature sees the future, it is refused by its name; the innocent one beside it is not accused."""
    with pytest.raises(Refused, match=f"see what comes after the cut: {named} ") as caught:
        proved(leaky_shop, leak)
    assert "spend" not in str(caught.value)


def test_a_score_with_a_leak_is_not_given(demo_shop, monkeypatch):
    """The proof runs in use, not in tests only: planted into the features themselves, a leak stops the score."""
    honest = seen.facts

    def leaky(tables, horizon):
        later = tables["orders"].group_by(*seen.KEY).agg(ever=tables["orders"].count().cast("float64"))
        return honest(tables, horizon).left_join(later, seen.KEY).drop("cut_day_right", "customer_id_right")

    monkeypatch.setattr(seen, "facts", leaky)
    for which in ("churn_score", "churn_backtest", "churn_lift"):
        with pytest.raises(Refused, match="ever"):
            told(demo_shop, which, horizon=61)  # a horizon that no other test asks for, so that nothing is remembered


def test_a_feature_cannot_name_what_is_written_later(leaky_shop):
    """By construction: the tables that features are made of have no column that a later day fills."""
    known = seen.tables_before(at_the_cut(leaky_shop))
    assert {name: tuple(t.columns) for name, t in known.items()} == {
        name: ("cut_day", *columns) for name, columns in seen.FINAL.items()
    }
    with pytest.raises(AttributeError):
        _ = known["orders"].refund_amount


# --- out of time ---------------------------------------------------------------------------------


def test_every_column_of_the_score_has_a_theme_and_a_sentence():
    """What can move a score can be said."""
    columns = {*(c for names in seen.COLUMNS.values() for c in names), *seen.SEASONAL, repurchase.PURCHASE_PROBABILITY}
    assert columns == set(reasons.THEMES)
    assert set(reasons.THEMES.values()) == set(reasons.SENTENCES)


def test_reasons_add_up_by_theme_and_say_their_direction():
    """Two columns of one theme are one reason, strongest first; what lowers the chance raises the risk."""
    facts = {
        name: np.array([value])
        for name, value in {
            "days_since_last_order": 40.0,
            "overdue_ratio": 4.0,
            "purchase_day_count": 7.0,
            "spend": 1200.0,
            "complaint_count": 1.0,
        }.items()
    }
    names = ("days_since_last_order", "overdue_ratio", "spend", "complaint_count")
    (told_of,) = reasons.reasons(facts, np.array([[-0.4, -0.5, 0.8, -0.1]]), names, "GBP", least=0.2)
    assert told_of == [
        "+ 40 days since the last of 7 purchase days, 4.0 usual gaps",
        "− spent £1,200 so far",
        None,
    ]


@pytest.fixture(scope="module")
def regular_shop(tiny_shop):
    """Sixty who buy every ten days and sixty who bought once, half of them each year: a child could tell them apart."""
    start, orders = date(2023, 1, 1), []
    for n in range(60):
        at = [start + timedelta(days=n % 30 + 10 * k) for k in range(74)]
        orders += [sold(f"a{n}-{k}", f"often{n:02}", f"{day} 10:00", 20) for k, day in enumerate(at)]
        orders.append(sold(f"b{n}", f"once{n:02}", f"{date(2023 + n % 2, 1, 1 + n % 20)} 10:00", 20))
    return tiny_shop(orders=orders, as_of="2025-01-25", name="regular")


def test_who_buys_every_ten_days_is_not_at_risk(regular_shop):
    """Learned two windows before, the score of today tells the two kinds apart and lists everybody once."""
    rows = told(regular_shop, "churn_score", horizon=60)
    assert len({row["customer_id"] for row in rows}) == len(rows) == 120 == rows[0]["customer_total"]
    risk = {row["customer_id"]: row["churn_risk"] for row in rows}
    assert max(risk[f"often{n:02}"] for n in range(60)) < 0.1 < 0.9 < min(risk[f"once{n:02}"] for n in range(60))
    assert all(row["p_repurchase"] == pytest.approx(1 - row["churn_risk"]) and row["why"] is None for row in rows)
    ranks = [row["risk_rank"] for row in rows]
    assert all(rank == 1 + sum(other < rank for other in ranks) for rank in ranks)  # equals share the best place
    assert all(row["risk_decile"] == (row["risk_rank"] - 1) * 10 // 120 + 1 for row in rows)


def test_the_first_rows_are_those_with_the_most_to_gain(regular_shop):
    """Shown to n, the list is the head of the whole and says of how many; its money is risk times the year's spend."""
    first, whole = study(regular_shop, "churn_score", horizon=60, n=5), told(regular_shop, "churn_score", horizon=60)
    assert first.head().to_pylist() == whole[:5] and first.rows_total == 120 == whole[0]["customer_total"]
    gains = [row["expected_gain"] for row in whole]
    assert gains == sorted(gains, reverse=True)
    assert all(row["revenue_at_risk"] == pytest.approx(row["churn_risk"] * row["value_at_stake"]) for row in whole)


def test_a_contact_is_worth_what_it_may_save(regular_shop):
    """A tenth stays of those who live and would not buy, worth 50 each, at 2 a contact; companions are asked alike."""
    asked = {"horizon": 60, "cost": 2.0, "value": 50.0, "saved_rate": 0.1}
    rows = told(regular_shop, "churn_score", **asked)
    kept = [row["churn_risk"] if row["p_alive"] is None else row["p_alive"] - row["p_repurchase"] for row in rows]
    assert [row["expected_gain"] for row in rows] == pytest.approx([5 * max(share, 0) - 2 for share in kept])
    everybody = beside(regular_shop, "churn_score", **asked)["cost"].to_pylist()[-1]
    assert everybody["contact_cost"] == 2 * 120 and everybody["saved_revenue"] == 5 * everybody["lost_count"]


def test_totals_are_the_sums_of_the_scores(regular_shop):
    """What stakeholders read of all buyers is what the rows about single ones add up to."""
    rows, (totals,) = (told(regular_shop, name, horizon=60) for name in ("churn_score", "churn_totals"))
    risky = [row for row in rows if row["is_churn_risk"]]
    assert (totals["customer_total"], totals["churn_risk_count"]) == (len(rows), len(risky))
    assert totals["p_repurchase"] == pytest.approx(np.mean([row["p_repurchase"] for row in rows]))
    assert totals["value_at_stake"] == pytest.approx(sum(row["value_at_stake"] for row in risky))
    assert totals["value_total"] == pytest.approx(sum(row["value_at_stake"] for row in rows))


def test_the_windows_of_a_back_test_do_not_touch_what_they_predict(regular_shop):
    """Scored one horizon before the end: as if the shop had been built on that day, every score is the same."""
    (row,) = told(regular_shop, "churn_backtest", horizon=60, windows=1)
    assert (row["scored_on"], row["until_on"]) == (date(2024, 11, 26), date(2025, 1, 25))
    then = fetch_fit(regular_shop, "graded_forecast", Scope(), {"horizon": 60})
    asked_then = told(regular_shop, "churn_score", horizon=60, during=("2023-01-01", "2024-11-26"))
    by_id = {row["customer_id"]: row["p_repurchase"] for row in asked_then}
    assert [by_id[who] for who in then.cut.customers] == pytest.approx(list(then.chance), abs=1e-12)


def test_what_came_afterwards_does_not_change_a_score(tiny_shop, regular_shop):
    """The same shop with another future, asked at the same day, says the same of everybody."""
    orders = regular_shop.frame("orders")
    early = regular_shop.fetch(orders.filter(orders.day_on < date(2024, 11, 26))).to_pylist()
    rows = [sold(o["order_id"], o["customer_id"], o["ordered_local"], o["gross_amount"]) for o in early]
    rows += [sold(f"x{n}", f"once{n:02}", "2024-12-01 10:00", 9999) for n in range(60)]
    other = tiny_shop(orders=rows, as_of="2025-01-25")
    asked = {"horizon": 60, "during": ("2023-01-01", "2024-11-26")}
    assert told(other, "churn_score", **asked) == told(regular_shop, "churn_score", **asked)


def test_the_order_of_the_rows_does_not_matter(tiny_shop, regular_shop):
    """The files upside down: the same scores, to the last digit."""
    orders = regular_shop.fetch(regular_shop.frame("orders")).to_pylist()
    rows = [sold(o["order_id"], o["customer_id"], o["ordered_local"], o["gross_amount"]) for o in orders[::-1]]
    other = tiny_shop(orders=rows, as_of="2025-01-25")
    assert told(other, "churn_score", horizon=60) == told(regular_shop, "churn_score", horizon=60)


# --- nothing honest to say -----------------------------------------------------------------------


def test_a_short_log_has_no_score_and_says_why(worked_shop):
    """Eighty-six days do not hold three windows of ninety: everybody is listed, nobody is scored."""
    rows = study(worked_shop, "churn_score").whole.to_pylist()
    assert {row["customer_id"] for row in rows} == {"ann", "ben", "cai"}
    assert all(row["churn_risk"] is None and "three windows of 90 days" in row["why"] for row in rows)
    (row,) = told(worked_shop, "churn_backtest")
    assert row["area_under_curve"] is None and row["why"] is not None
    companions = beside(worked_shop, "churn_score")
    for name in ("reliability", "lift", "cost", "weights"):
        assert companions[name].rows_total == 0


def test_where_nobody_comes_back_there_is_nothing_to_learn(tiny_shop):
    """All bought once: one class only, said in numbers."""
    orders = [sold(f"o{n}", f"c{n}", f"{date(2024, 1, 1) + timedelta(days=n)} 10:00", 10) for n in range(330)]
    shop = tiny_shop(orders=orders, as_of="2024-12-01")
    rows = told(shop, "churn_score")
    assert len(rows) == 330 and {row["churn_risk"] for row in rows} == {None}
    assert all("0 of" in row["why"] and "fewer than 20" in row["why"] for row in rows)


@pytest.mark.parametrize(
    ("which", "options", "said"),
    [
        ("churn_score", {"horizon": 3}, "7 to 365"),
        ("churn_score", {"cost": -1}, "cost and value"),
        ("churn_score", {"cost": "much"}, "cost is a number, not “much”"),
        ("churn_score", {"during": ("2025-02-01", "2025-02-01")}, "no day"),
        ("churn_backtest", {"windows": 13}, "1 to 12 windows"),
        ("churn_reliability", {"bins": 1}, "2 to 100 bins"),
        ("churn_cost", {"saved_rate": 2}, "share"),
        ("churn_lift", {"list_share": 5}, "share"),
    ],
)
def test_options_that_make_no_sense_are_refused(worked_shop, which, options, said):
    """In a sentence."""
    with pytest.raises(Refused, match=said):
        told(worked_shop, which, **options)


def test_what_is_not_given_is_as_the_rules_say():
    """A contact costs what data/churn.toml says unless a reader says so, 0 included; text from a shell is a number."""
    rules = {"churn": {"score": {"cost": 5.0, "saved_rate": 0.05}}}
    assert contacts.contact(rules, None, 0.0, None) == contacts.Contact(5.0, 0.0, 0.05)
    assert contacts.contact(rules, "0", 0.0, 0) == contacts.Contact(0.0, 0.0, 0.0)


# --- many buyers ---------------------------------------------------------------------------------


def test_of_many_buyers_a_sample_is_learned_from_and_everybody_is_scored(regular_shop, monkeypatch):
    """Capped at 80 of 120: the back-test says of how many, costs are scaled up to all, and all 120 have a score."""
    monkeypatch.setattr(cuts, "MOST_BUYERS", 80)
    rows = told(regular_shop, "churn_score", horizon=59)  # a horizon that no other test asks for
    assert len(rows) == 120 and all(row["churn_risk"] is not None for row in rows)
    (row, *_) = told(regular_shop, "churn_backtest", horizon=59)
    assert (row["buyer_count"], row["known_buyer_count"]) == (80, 120)
    last = told(regular_shop, "churn_cost", horizon=59, cost=1)[-1]
    assert (last["contact_count"], last["contact_cost"]) == (120, 120)
    assert last["lost_count"] == round(1.5 * (80 - row["bought_count"]))


def test_the_sample_is_always_the_same_and_few_buyers_are_all_there(regular_shop, monkeypatch):
    """The lower a buyer's hash the surer they are in it, so a smaller sample lies inside a greater one."""

    def sampled(most, horizon):
        monkeypatch.setattr(cuts, "MOST_BUYERS", most)
        past = fetch_fit(regular_shop, "past_buyers", Scope(), {"horizon": horizon})
        return [*past.cut(past.end - horizon).customers]

    small, great, everybody = sampled(30, 56), sampled(50, 57), sampled(1000, 58)
    assert len(small) == 30 and len(great) == 50 and len(everybody) == 120
    assert {*small} < {*great} < {*everybody} and everybody == sorted(everybody) and small == sorted(small)


def test_the_rows_of_all_past_cuts_are_bounded(regular_shop, monkeypatch):
    """However many windows are asked for, the past cuts together bring no more rows than fit in memory."""
    monkeypatch.setattr(cuts, "MOST_ROWS", 200)
    past = fetch_fit(regular_shop, "past_buyers", Scope(), {"horizon": 55, "windows": 12})
    assert 0 < len(past.columns["cut_day"]) <= 200


# --- the demo and its truth ----------------------------------------------------------------------


def test_a_reliability_curve_holds_every_buyer(demo_shop):
    """The bins are all the buyers of the back-test, and all who came back."""
    (row, *_), bins = told(demo_shop, "churn_backtest"), told(demo_shop, "churn_reliability")
    assert sum(b["buyer_count"] for b in bins) == row["buyer_count"]
    assert sum(b["bought_count"] for b in bins) == row["bought_count"]
    assert all(b["low_rate"] <= b["bought_rate"] <= b["high_rate"] for b in bins)


def test_the_longest_list_hits_what_there_is(demo_shop):
    """A list of everybody has lift 1, whichever side it is made for; a shorter one has more."""
    rows = told(demo_shop, "churn_lift", list_share=1)
    assert all(row["lift"] == pytest.approx(1) for row in rows if row["list_share"] == 1)
    assert all(row["lift"] > 1 for row in rows if row["list_share"] == 0.1)
    assert len({row["list_share"] for row in told(demo_shop, "churn_lift", list_share=0.33)}) == 5


def test_a_contact_that_costs_too_much_is_best_not_made(demo_shop):
    """The curve begins at nothing; at a price nobody is worth, the best list is the empty one."""
    rows = told(demo_shop, "churn_cost", cost=1e6)
    assert rows[0]["net_gain"] == 0 and [row["list_share"] for row in rows if row["is_best"]] == [0]
    free = told(demo_shop, "churn_cost", cost=0, value=100, saved_rate=0.1)
    assert free[-1]["net_gain"] == pytest.approx(10 * free[-1]["lost_count"])


def test_what_is_at_stake_is_the_net_spend_of_the_year(demo_shop):
    """The same figure as the customer's profile has, worked out from rows known at the cut."""
    customers = demo_shop.frame("customers")
    known = demo_shop.fetch(customers.filter(customers.is_buyer).select("customer_id", "year_net_spend")).to_pylist()
    everybody = study(demo_shop, "churn_score").whole.to_pylist()
    rows = {row["customer_id"]: row["value_at_stake"] for row in everybody}
    assert rows == {row["customer_id"]: pytest.approx(float(row["year_net_spend"])) for row in known}


@pytest.fixture(scope="module")
def whole_demo(shops, tmp_path_factory):
    """The invented shop in full, and what is true of each of its buyers, by the number of their first account."""
    folder = tmp_path_factory.mktemp("whole_demo")
    demo.generate(folder)
    files = [folder / "files" / name for name in demo.RAW_FILES]
    shop = adopted("whole_demo", "demo", files, as_of=str(demo.AS_OF))
    asked = "select * from '{0}/people.parquet' join '{0}/buyers.parquet' using (person) where is_first_account"
    truth = duckdb.sql(asked.format(folder / "truth")).to_arrow_table().to_pylist()
    return shop, {row["cust_no"]: row for row in truth}


def oracle(row, as_of):
    """P(alive) of a buyer whose rate and dropout are known (Fader, Hardie and Lee 2005, eq. 6 before mixing)."""
    if row["placed_order_count"] == 1:
        return 1.0  # nobody is lost after the first purchase
    silent = (datetime.combine(as_of, time()) - row["last_ordered_at"]).total_seconds() / 86400
    stayed = (1 - row["dropout_probability"]) * np.exp(-row["purchase_rate_per_day"] * silent)
    return stayed / (stayed + row["dropout_probability"])


@pytest.mark.slow
def test_the_score_is_calibrated_out_of_time(whole_demo):
    """What was said a horizon ago came: within 3 points on average, by ten bins and by twenty; so it did before."""
    shop, _truth = whole_demo
    latest, before = told(shop, "churn_backtest")
    assert latest["calibration_error"] <= 0.03 and before["calibration_error"] <= 0.03
    assert latest["season_shift"] > 0  # 11.11 lies in the last window, and last year's stood in the log
    bins = told(shop, "churn_reliability", bins=20)
    error = sum(b["buyer_count"] * abs(b["bought_rate"] - b["predicted_rate"]) for b in bins) / latest["buyer_count"]
    assert len(bins) == 20 and error <= 0.03


@pytest.mark.slow
def test_the_score_beats_the_naive_rule(whole_demo):
    """Ninety days of silence as a verdict: worse order, and as a probability worse than knowing nothing."""
    shop, _truth = whole_demo
    for row in told(shop, "churn_backtest"):
        assert row["area_under_curve"] > row["naive_area_under_curve"] + 0.05
        assert row["brier"] < row["base_rate_brier"] < row["naive_brier"]


@pytest.mark.slow
def test_who_is_alive_is_known_almost_as_well_as_to_an_oracle(whole_demo):
    """P(alive) ranks the living above the gone at least nine tenths as well as one who knows everybody's rates."""
    shop, truth = whole_demo
    scored = study(shop, "churn_score").whole.to_pylist()
    rows = [(row, truth[row["customer_id"]]) for row in scored if row["customer_id"] in truth]
    lives = np.array([float(true["is_alive_at_as_of"]) for _row, true in rows])
    assert len(rows) > 13_000 and 0.5 < lives.mean() < 0.9
    best = scores.area_under_curve(lives, [oracle(true, shop.as_of) for _row, true in rows])
    ours = scores.area_under_curve(lives, [row["p_alive"] for row, _true in rows])
    naive = scores.area_under_curve(lives, [row["days_since_last_order"] <= 90 for row, _true in rows])
    assert best > 0.95 and ours >= 0.9 * best and naive < 0.7


@pytest.mark.slow
def test_the_list_is_led_by_the_living(whole_demo):
    """Of those whom the list names first more are alive by the truth than of all buyers; by revenue at risk few are."""
    shop, truth = whole_demo
    rows = [row for row in told(shop, "churn_score") if row["customer_id"] in truth]
    by_revenue = sorted(rows, key=lambda row: -row["revenue_at_risk"])
    alive, before, everybody = (
        np.mean([truth[row["customer_id"]]["is_alive_at_as_of"] for row in some])
        for some in (rows[:100], by_revenue[:100], rows)
    )
    assert alive >= 0.6 and alive > everybody > before
    assert sum(row["expected_gain"] for row in rows[:100]) >= sum(row["expected_gain"] for row in by_revenue[:100])


@pytest.mark.slow
def test_what_was_not_there_to_be_graded_is_said(whole_demo):
    """The visits' log begins too late for the back-test: the score of today uses them, and the back-test says so."""
    shop, _truth = whole_demo
    (row,) = told(shop, "churn_backtest", windows=1)
    assert row["not_graded"] == "visits" and "visit_count" not in row["features"]
    assert "late_visit_count" in {weight["feature"] for weight in told(shop, "churn_weights")}


# --- real shops ----------------------------------------------------------------------------------


@pytest.mark.real
def test_orders_alone_are_enough(cdnow):
    """CDNOW has orders only: the score is made of them and of a model of buying, and better than silence."""
    row, *_ = told(cdnow, "churn_backtest")
    assert set(row["features"].split(", ")) == {*seen.COLUMNS["orders"], repurchase.PURCHASE_PROBABILITY}
    assert row["buying_model"] == "MBG/NBD" and row["calibration_error"] <= 0.04  # the likelier by a hair
    assert row["area_under_curve"] > 0.82 > row["naive_area_under_curve"]


@pytest.mark.real
def test_a_model_that_is_not_identified_is_left_out_and_said(giftshop):
    """Online Retail's year does not identify BG/NBD: the score does without it, and P(alive) stays empty."""
    row, *_ = told(giftshop, "churn_backtest")
    assert row["buying_model"].startswith("none: ") and repurchase.PURCHASE_PROBABILITY not in row["features"]
    assert row["area_under_curve"] > 0.72 > row["naive_area_under_curve"]
    assert {scored["p_alive"] for scored in told(giftshop, "churn_score", n=50)} == {None}
