"""What a churn score is made of, on a handful of rows, computed in the head.

Judges studies/churn/backtest, studies/churn/totals and studies/churn/gains.
"""

from types import SimpleNamespace

import numpy as np
import pytest
from in_memory import read, table

from customary.errors import Refused
from customary.models.fit import Fit
from customary.models.grading import Gain
from customary.models.season import Move
from customary.places import DATA
from customary.rules.book import RuleBook
from customary.studies.churn import blindness, churn_cost, churn_lift, churn_totals, repurchase
from customary.studies.churn.buying import alive, purchase_log_odds
from customary.studies.churn.contacts import Contact, contact, worth_keeping, year_spend
from customary.studies.churn.cuts import Cut, horizon_of, past_days, windows_of
from customary.studies.churn.features import at_cuts, facts, outcome
from customary.studies.churn.reasons import columns, reasons, strongest
from customary.studies.churn.score import _ranks
from customary.studies.churn.seasons import SeasonAhead

RULES = RuleBook.from_files(DATA)

# --- features at a cut ---------------------------------------------------------------------------

ORDER = (
    "customer_id string, day int32, net_amount decimal(18,4), gross_amount decimal(18,4), "
    "discount_amount decimal(18,4), paid_local timestamp"
)


def bought(who, day, amount=10, *, off=0, paid=None):
    """An order of a day, paid on it or later."""
    at = np.datetime64("1970-01-01") + np.timedelta64(day if paid is None else paid, "D")
    return (who, day, amount, amount + off, off, f"{at} 10:00")


def known(cut, orders, *names, horizon=30, **more):
    """The facts of each buyer when a day began, by customer."""
    tables = at_cuts({"orders": table(ORDER, *orders), **more}, [cut])
    found = facts(tables, horizon).order_by("customer_id")
    return {row[0]: row[1:] for row in read(found, "customer_id", *names)}


def test_what_was_known_of_purchases():
    """On day 1,000: Ann on days 600, 800, 900 and 950, twice; Ben on 999. What that day brought is not known.

    Ann: 50 days ago; four days; 50 + 10 of discount, so 1/6; of the last 90 days 20, of the 90 before 10 (day 900 is
    100 ago), so (20 − 10)/30; of the last 365 days 40. An order that was paid on the day is not known either.
    """
    orders = (
        *(bought("ann", 600, off=10), bought("ann", 800), bought("ann", 900), bought("ann", 950), bought("ann", 950)),
        *(bought("ben", 999), bought("ben", 1000, 999), bought("ben", 998, 999, paid=1000)),
    )
    names = ("days_since_last_order", "age_days", "purchase_day_count", "spend", "year_spend", "discount_share")
    found = known(1000, orders, *names, "spend_trend")
    assert found["ann"] == (50, 400, 4, 50, 40, 0.1667, 0.3333)
    assert found["ben"] == (1, 1, 1, 10, 10, 0, 1)


@pytest.mark.parametrize(
    ("ago", "late", "early", "year"),
    [(90, 10, 0, 10), (91, 0, 10, 10), (180, 0, 10, 10), (181, 0, 0, 10), (366, 0, 0, 0)],
)
def test_the_ends_of_the_windows(ago, late, early, year):
    """Ninety days back is late, ninety-one early, and so up to 180; the year has 365."""
    assert known(1000, [bought("ann", 1000 - ago)], "late_spend", "early_spend", "year_spend")["ann"] == (
        late,
        early,
        year,
    )
    assert known(1000, [bought("ann", 1000 - 365)], "year_spend")["ann"] == (10,)


@pytest.mark.parametrize(("ago", "counts"), [(365, 1), (366, 0), (336, 1), (335, 0)])
def test_the_same_season_a_year_ago(ago, counts):
    """With a horizon of 30 days: those that began a year ago, 365 to 336 days back."""
    assert known(1000, [bought("ann", 1000 - ago)], "season_purchase_day_count")["ann"] == (counts,)


def test_a_gap_of_the_shop_stands_beside_the_own_ones():
    """Ann waited 10 and 30 days, 20 on average; Ben 40: the shop's gap is 30. Ann (40 + 30)/3, Ben (40 + 30)/2.

    Cai, once, has the shop's: 30; 6 days ago is a fifth of it.
    """
    orders = [bought("ann", day) for day in (900, 910, 940)] + [bought("ben", day) for day in (900, 940)]
    found = known(1000, [*orders, bought("cai", 994)], "gap_days", "overdue_ratio")
    assert found["ann"][0] == 23.3333 and found["ben"] == (35, 1.7143) and found["cai"] == (30, 0.2)
    assert known(1000, [bought("cai", 994)], "gap_days")["cai"] == (6,)  # no gap in the shop: its age


def test_returns_visits_and_complaints():
    """Ann brought back on two of four days; 7 of it within the year. Three visits of 90 days: one of the last 30.

    A complaint of 365 days ago counts, one of 366 does not, nor does a question.
    """
    orders = [bought("ann", day) for day in (600, 700, 800, 900)]
    back = table("customer_id string, day int32, refund_amount decimal(18,4)", ("ann", 635, 7), ("ann", 634, 9))
    visit = "customer_id string, day int32, has_add_to_cart boolean, started_local timestamp, duration_seconds int64"
    times = {day: str(np.datetime64("1970-01-01") + np.timedelta64(day, "D")) for day in (909, 910, 969, 970, 999)}
    visits = table(
        visit,
        *(("ann", day, day == 970, f"{times[day]} 10:00", 60) for day in (909, 910, 969, 970)),
        ("ann", 999, True, f"{times[999]} 23:59", 120),  # it goes on into the cut day
        (None, 970, True, f"{times[970]} 10:00", 60),
    )
    cases = [("ann", 635, "complaint"), ("ann", 634, "complaint"), ("ann", 900, "question")]
    tickets = table("customer_id string, day int32, kind string", *cases)
    names = ("return_share", "year_refund", "late_visit_count", "early_visit_count", "cart_visit_count")
    found = known(1000, orders, *names, "complaint_count", returns=back, sessions=visits, tickets=tickets)
    assert found["ann"] == (0.5, 7, 1, 2, 1, 1)


def test_who_bought_since():
    """Of the 30 days from the cut on the first is in it, the thirtieth too, the next is not."""
    orders = [bought("first", 1000), bought("last", 1029), bought("late", 1030), bought("early", 999)]
    cut = at_cuts({"orders": table(ORDER, *orders)}, [1000])["orders"]
    assert sorted(read(outcome(cut, 30), "customer_id")) == [("first",), ("last",)]


# --- options and cuts ----------------------------------------------------------------------------


def test_how_far_a_score_may_look():
    """7 to 365 days, 1 to 12 windows; 0 is what the rules say."""
    rules = RULES["churn"]["score"]
    assert horizon_of(RULES) == rules["horizon"] and windows_of(RULES) == rules["backtest_windows"]
    assert [horizon_of(RULES, n) for n in (7, 365)] == [7, 365] and [windows_of(RULES, n) for n in (1, 12)] == [1, 12]
    for asked in (lambda: horizon_of(RULES, 6), lambda: horizon_of(RULES, 366), lambda: windows_of(RULES, 13)):
        with pytest.raises(Refused):
            asked()


def test_the_days_that_are_looked_back_from():
    """Scored at 1,000 and, of one window, at 900: up to three horizons before each, and a year, with one more."""
    assert past_days(1000, 100, 1) == sorted({900, 800, 700, 635, 535} | {800, 700, 600, 535, 435})


def cut(bought, **known):
    """A cut of buyers with these facts."""
    facts = {name: np.array(values, float) for name, values in known.items()}
    return Cut(0, np.array([f"c{n}" for n in range(len(bought))]), facts, np.array(bought, float), len(bought))


def test_what_keeping_a_buyer_is_worth():
    """73 of 365 days at 100 less 50 a year is 10; who brought back more than they bought is worth nothing."""
    two = cut([0, 1], year_spend=[100, 10], year_refund=[50, 30])
    assert year_spend(two).tolist() == [50, -20]
    assert worth_keeping(two, 73, 0.0).tolist() == [10, 0] and worth_keeping(two, 73, 7.0).tolist() == [7, 7]
    assert year_spend(cut([0], year_spend=[100])).tolist() == [100]
    assert (cut([1, 1, 0]).rarer, cut([1, 0, 0]).rarer, cut([]).scale, cut([1]).scale) == (1, 1, 1, 1)


def test_a_contact_is_as_the_rules_say_or_the_reader():
    """Shares from 0 to 1 and costs from 0 on; text that is a number is one."""
    rules = RULES["churn"]["score"]
    assert contact(RULES, None, 0.0, None) == Contact(rules["cost"], 0.0, rules["saved_rate"])
    assert contact(RULES, 0, 0.0, 0) == Contact(0, 0, 0) and contact(RULES, "2", 0.0, 1) == Contact(2, 0, 1)
    for wrong in ((-1, 0.0, 0.5), (1, -1.0, 0.5), (1, 0.0, -0.1), (1, 0.0, 1.1), ("much", 0.0, 0.5)):
        with pytest.raises(Refused):
            contact(RULES, *wrong)


AS_IT_IS = Move(0.0, 0.0, 0.0)


def forecast(chance, bought, move=AS_IT_IS, **known):
    """A forecast of so many buyers, whose season was scored a year ago and moves by so much: not at all."""
    chances = None if chance is None else np.array(chance)
    season = SeasonAhead("scored a year ago", move)
    return SimpleNamespace(
        chance=chances, calibrated=chances, season=season, cut=cut(bought, **known), horizon=73, why=""
    )


def test_the_list_that_brings_the_most():
    """Ann risks 0.9 of 20, Ben 0.5 of 10, Cai nothing: lost are Ann and Cai. A contact costs 1 and keeps a half.

    Ann alone: 10 − 1 = 9, the best; with Ben 10 − 2; with Cai, whose 0 stays 0, 10 − 3.
    """
    found = forecast([0.1, 0.5, 0.2], [0, 1, 0], year_spend=[100, 50, 0])
    rows = read(
        churn_cost(found, RULES, cost=1.0, saved_rate=0.5), "contact_count", "lost_count", "net_gain", "is_best"
    )
    best = [row for row in rows if row[3]]
    assert best == [(1, 1, 9, True)] and rows[0][:3] == (0, 0, 0) and rows[-1][:3] == (3, 2, 7) and len(rows) == 21
    assert read(churn_cost(forecast(None, [0]), RULES)) == []
    assert Gain(0.5, 1, 1, 1.0, 10.0).net == 9


def test_the_score_in_sums():
    """Risks of 0.9, 0.5 and 0.9, the last silent for 366 days: lost already, not at risk. Three buyers spent 60."""
    high = RULES["churn"]["score"]["high_risk"]
    found = forecast(
        [1 - high, 1 - high + 0.01, 0.0, 0.0],
        [0, 0, 0, 0],
        year_spend=[10, 20, 30, 40],
        days_since_last_order=[365, 1, 366, 100],
    )
    row = read(churn_totals(found, found, RULES), "customer_total", "churn_risk_count", "value_at_stake", "value_total")
    assert row == [(4, 2, 50, 100)]
    nothing = read(
        churn_totals(*[forecast(None, [0], year_spend=[10])] * 2, RULES), "customer_total", "churn_risk_count"
    )
    assert nothing == [(1, None)]


def test_how_far_off_the_mean_is_expected_to_be():
    """One to one becomes one to three at the low end, three to one at the high: 0.25 to 0.75, 3.92 standard errors.

    A standard error of 0.1276 is off by √(2/π) of it on average: 0.1018. Where half was said and all came, the score
    was off by 0.5 as well: √(0.1018² + 0.5²).
    """
    found = forecast(
        [0.5, 0.5], [0, 0], Move(0.0, -np.log(3), np.log(3)), year_spend=[1, 1], days_since_last_order=[1, 1]
    )
    columns = ("p_repurchase", "low_p_repurchase", "high_p_repurchase", "expected_error")
    assert read(churn_totals(found, forecast(None, [0]), RULES), *columns) == [(0.5, 0.25, 0.75, 0.1018)]
    graded = forecast([0.5, 0.5], [1, 1])
    assert read(churn_totals(found, graded, RULES), "expected_error") == [(0.5103,)]


def test_who_is_alive_at_a_cut():
    """Two purchases, the first 31 days before the cut and the last 21: one repeat at 10 of 30 days. In weeks alpha is
    10/7, so that (10 + 30)/(10 + 10) = 2 and 1/(1 + 2² · 1/2) = 1/3; who bought once cannot have left.

    Once, 11 days before: 10 days old. In 20 days buys who does not wait with (20/40)¹: a half, whose log-odds are 0.
    """
    letters = ("r", "alpha", "a", "b")
    fitted = Fit("bgnbd", dict(zip(letters, (1.0, 10 / 7, 1.0, 2.0), strict=True)), {}, 0.0, 2, True, "", 0.0, 1.0, ())
    two = {"purchase_day_count": [2.0, 1.0], "age_days": [31.0, 11.0], "days_since_last_order": [21.0, 11.0]}
    known = {name: np.array(values) for name, values in two.items()}
    assert alive(fitted, known) == pytest.approx([1 / 3, 1])
    assert purchase_log_odds(fitted, known, 20)[1] == pytest.approx(0, abs=1e-9)


# --- reasons -------------------------------------------------------------------------------------


def test_columns_of_the_same_theme_are_one_reason():
    """Two of purchases add 1 and 0.5, one of spend takes 2: spend is the strongest, and below 1.6 nothing else is."""
    names = ("days_since_last_order", "gap_days", "spend")
    adds = np.array([[1.0, 0.5, -2.0]])
    themes, order, sums = strongest(adds, names)
    assert [themes[place] for place in order[0]] == ["spend", "purchases"] and sums.tolist() == [[-2.0, 1.5]]
    told = {"spend": [20.0], "days_since_last_order": [1.0], "purchase_day_count": [1.0], "overdue_ratio": [0.04]}
    facts = {name: np.array(values) for name, values in told.items()}
    first, second, none = reasons(facts, adds, names, "CNY")[0]
    assert first.startswith("+ spent") and second == "− 1 day since the only purchase" and none is None
    assert reasons(facts, adds, names, "CNY", least=1.6)[0][1:] == [None, None]


@pytest.mark.parametrize(
    ("name", "known", "said"),
    [
        (
            "gap_days",
            {"days_since_last_order": 9, "purchase_day_count": 3, "overdue_ratio": 0.05},
            "9 days since the last of 3 purchase days, 0.1 usual gaps",
        ),
        (
            "cart_visit_count",
            {"late_visit_count": 1, "early_visit_count": 1, "cart_visit_count": 0},
            "1 visit in the last 30 days, 1 in the 60 before",
        ),
        (
            "cart_visit_count",
            {"late_visit_count": 2, "early_visit_count": 0, "cart_visit_count": 1},
            "2 visits in the last 30 days, 0 in the 60 before, 1 with a cart",
        ),
        (
            "cart_visit_count",
            {"late_visit_count": 0, "early_visit_count": 0, "cart_visit_count": 0},
            "no visit in 90 days",
        ),
        ("discount_share", {"discount_share": 0.25}, "25% discount on average"),
        ("return_share", {"return_share": 0.5}, "sent something back after 50% of the purchases"),
        ("complaint_count", {"complaint_count": 2}, "2 complaints in the last year"),
        ("season_purchase_day_count", {"season_purchase_day_count": 1}, "1 purchase day in this season last year"),
    ],
)
def test_a_reason_in_words(name, known, said):
    """What raises the chance to buy again speaks against losing them."""
    facts = {fact: np.array([value], float) for fact, value in known.items()}
    assert reasons(facts, np.array([[1.0]]), (name,), "CNY", most=1) == [[f"− {said}"]]


def test_ten_times_as_much_is_a_step():
    """Counts are seen as the logarithm of one more, shares as they are; nothing below 0 has one."""
    seen = {"spend": np.array([0.0, 9.0, -5.0]), "discount_share": np.array([0.0, 0.5, 1.0])}
    assert columns(seen, ("spend", "discount_share")).tolist() == [
        [0, 0],
        [pytest.approx(np.log(10)), 0.5],
        [0, 1],
    ]


# --- the list against a random one, and what must hold of a score ---------------------------------


def lift_of(**asked):
    """The lists of ten buyers, the more likely to buy the later; the last four bought."""
    y, p = np.array([0.0] * 6 + [1.0] * 4), np.arange(10) / 10
    return churn_lift(SimpleNamespace(chance=p, cut=SimpleNamespace(bought=y)), RULES, **asked)


def test_a_list_is_held_against_a_random_one():
    """Of ten buyers four bought. The likeliest half holds all four, 2 × .4; the first half lost five, .6 by chance.

    The lists of 5, 10, 20 and 50 % are drawn; 100 % only where it is asked for, and holds everybody.
    """
    found = read(lift_of(), "list", "list_share", "buyer_count", "hit_count", "hit_rate", "base_rate")
    assert [row[1] for row in found] == [0.05, 0.1, 0.2, 0.5] * 2
    halves = sorted(row[2:] for row in found if row[1] == 0.5)
    assert halves == [(5, 4, 0.8, 0.4), (5, 5, 1.0, 0.6)]
    assert sorted(row[2:] for row in found if row[1] == 0.2) == [(2, 2, 1.0, 0.4), (2, 2, 1.0, 0.6)]
    whole = read(lift_of(list_share=1), "list_share", "buyer_count", "lift")
    assert [row for row in whole if row[0] == 1] == [(1, 10, 1)] * 2


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_list_is_a_share(share):
    """Neither less than nobody nor more than everybody."""
    with pytest.raises(Refused, match="0 to 1"):
        lift_of(list_share=share)


@pytest.mark.parametrize(
    ("now", "then", "is_same"),
    [
        (0.0, 1e-9, True),
        (0.0, 1.5e-9, False),
        (1e9, 1e9 + 1, True),
        (1e9, 1e9 + 3, False),
        (-1e9, -1e9 - 1, True),
        (None, None, True),
        (None, 0.0, None),
        (1.0, 2.0, False),
    ],
)
def test_the_last_digits_of_a_float_are_no_difference(now, then, is_same):
    """A billionth of the value, or a billionth where it is nothing; unknown is unknown."""
    t = table("now float64, then float64", (now, then))
    assert read(t.select(x=blindness._is_same(t.now, t.then))) == [(is_same,)]


def test_a_forecast_of_earlier_stands_whole_horizons_before_the_end(monkeypatch):
    """Two horizons of 30 days before day 1,000 is day 940."""
    monkeypatch.setattr(repurchase, "forecast", lambda cut, past, proved, rules: cut)
    past = SimpleNamespace(end=1_000, horizon=30, cut=lambda day: day)
    assert repurchase._forecast_before(past, 2, (), RULES) == 940


def test_equals_share_the_best_of_their_places():
    """.9 is first; of three at .5 the model puts one before two that it sees alike; the last is fifth."""
    risk, raw = np.array([0.5, 0.5, 0.9, 0.5, 0.1]), np.array([0.2, 0.1, 0.3, 0.2, 0.9])
    assert _ranks(risk, raw).tolist() == [3, 2, 1, 3, 5]


def test_a_feature_that_knows_the_future_differs_when_the_shop_stops(monkeypatch):
    """Ann's value is another one without the future, Ben's is the same; Cai is known only with it."""
    columns = "customer_id string, cut_day int32, spend float64, seen float64"
    whole = table(columns, ("ann", 9, 5.0, 1.0), ("ben", 9, 7.0, 1.0), ("cai", 9, 1.0, None))
    cut = table(columns, ("ann", 9, 6.0, 1.0), ("ben", 9, 7.0, 1.0))
    monkeypatch.setattr(blindness, "without_future", lambda tables: {"found": cut})
    found = blindness.differing(lambda tables: tables["found"], {"found": whole})
    assert read(found, "spend", "seen") == [(2, 1)]
