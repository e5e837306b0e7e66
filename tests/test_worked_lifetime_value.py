"""What customers were and will be worth, on a handful of rows, computed in the head.

Judges studies/lifetime_value/backtests, studies/lifetime_value/soundness, studies/lifetime_value/historic and
studies/lifetime_value/scoring.
"""

from datetime import date
from math import exp, isnan, sqrt
from types import SimpleNamespace

import ibis
import numpy as np
import pytest
from in_memory import read, table

from customary.errors import Refused
from customary.models.alternatives import ALTERNATIVES
from customary.models.fit import Fit
from customary.models.histories import Histories
from customary.places import DATA
from customary.rules.book import RuleBook
from customary.studies.lifetime_value import (
    closed,
    historic_value,
    lifetime_value,
    lifetime_value_conditional,
    lifetime_value_fits,
    lifetime_value_spread,
    lifetime_value_tracking,
    scoring,
    spend_independence,
    value_at_risk,
)
from customary.studies.lifetime_value.forecast import LifetimeForecast, _choose
from customary.studies.lifetime_value.grouping import with_group
from customary.studies.lifetime_value.holdout import Backtest, outcomes_after
from customary.studies.lifetime_value.outlook import Outlook, last_day, outlooks
from customary.studies.lifetime_value.purchases import SpendLevel, net_spend_of, spend_level
from customary.studies.lifetime_value.season import season_days, seasons
from customary.studies.shared.histories import distinct_histories, histories, spends

RULES = RuleBook.from_files(DATA)
BEGAN = date(1970, 1, 1)
DECIMAL = "decimal(18,4)"
ORDER = f"customer_id string, day int32, net_amount {DECIMAL}"
BACK = f"customer_id string, day int32, refund_amount {DECIMAL}"


def on(day):
    """The date of a day since 1970."""
    return str(date.fromordinal(date(1970, 1, 1).toordinal() + day))


# --- histories -----------------------------------------------------------------------------------

ORDERS = (
    ("ann", 0, 10),
    ("ann", 0, 30),
    ("ann", 40, 50),
    ("ann", 100, 70),
    ("ben", 60, 20),
    ("cai", 101, 99),
)


def test_histories_as_they_were_known_at_the_end_of_a_day():
    """Until day 100: Ann came again on 2 days, the last 100 after her first, and brought 60 on each; her first, 40, is
    not among them. Ben is 40 days old; Cai came a day later and is not known.
    """
    found = histories(table(ORDER, *ORDERS), 100).order_by("customer_id")
    assert read(found) == [("ann", 2, 100, 100, 0, 60, False), ("ben", 0, 0, 40, 60, None, False)]
    assert read(histories(table(ORDER, *ORDERS), 99).order_by("customer_id"), "repeats", "last_age_days") == [
        (1, 40),
        (0, 0),
    ]


def test_what_came_after_a_day_begins_with_the_next_and_ends_with_the_last():
    """By the end of day 40 Ann had come again. In the 60 days ahead she came once, on the 100th; in 59 never."""
    ann = (1, 40, 40)
    assert read(outcomes_after(table(ORDER, *ORDERS), Outlook(40, 1.0, 60))) == [(*ann, 1, 1)]
    assert read(outcomes_after(table(ORDER, *ORDERS), Outlook(40, 1.0, 59))) == [(*ann, 0, 1)]


def test_who_registered_before_the_log_began_is_marked():
    """Registered on 31 December; on 1 January itself is not before it; and nobody knows of Cai."""
    people = table(
        "customer_id string, registered_local timestamp", ("ann", "1969-12-31 23:00"), ("ben", "1970-01-01 00:00")
    )
    found = histories(table(ORDER, *ORDERS), 101, customers=people, log_began_on=BEGAN)
    assert sorted(read(found, "customer_id", "is_left_truncated")) == [("ann", True), ("ben", False), ("cai", False)]


def test_equal_histories_are_counted_and_spends_put_into_bins():
    """Two alike are one row of two. Of mean spends of 1, 1.001 and 10 two share a bin; 0 and less have no logarithm."""
    columns = "customer_id string, repeats int32, last_age_days int32, age_days int32, mean_spend float64"
    known = table(
        columns,
        ("a", 1, 5, 9, 1.0),
        ("b", 1, 5, 9, 1.001),
        ("c", 1, 7, 9, 10.0),
        ("d", 0, 0, 9, None),
        ("e", 1, 7, 9, 0.0),
    )
    assert read(distinct_histories(known)) == [(0, 0, 9, 1), (1, 5, 9, 2), (1, 7, 9, 2)]
    assert sorted(read(spends(known), "repeats", "customer_count")) == [(1, 1), (1, 2)]


def test_what_buyers_paid_and_took_back():
    """Until day 100: Ann 160 on three days less 25; Ben 20. Together 180 on 4 days: 45 a day, less 25/180."""
    back = table(BACK, ("ann", 50, 20), ("ann", 100, 5), ("ann", 101, 99))
    paid = net_spend_of(table(ORDER, *ORDERS), back, 100).order_by("buyer_id")
    assert [tuple(map(_number, row)) for row in read(paid)] == [("ann", 160, 3, 25), ("ben", 20, 1, None)]
    level = spend_level.model({"amount": [180.0], "refunds": [25.0], "day_count": [4]})
    assert level.per_day == 45 and level.kept_share == pytest.approx(1 - 25 / 180)
    assert spend_level.model({"amount": [10.0], "refunds": [99.0], "day_count": [1]}).kept_share == 0
    assert spend_level.model({"amount": [0.0], "refunds": [9.0], "day_count": [0]}) == SpendLevel(0, 1)


def _number(value):
    return value if value is None or isinstance(value, str) else float(value)


# --- what lies ahead -----------------------------------------------------------------------------


def test_the_last_day_known():
    """By default the one before the as-of date; a day of the data may be named."""
    as_of = date(1970, 4, 11)
    assert last_day.model(as_of, BEGAN) == 99 and last_day.model(as_of, BEGAN, until="1970-04-10") == 99
    assert last_day.model(as_of, BEGAN, until="1970-01-01") == 0
    for until, said in (("1970-04-11", "was not observed"), ("1969-12-31", "nothing was sold")):
        with pytest.raises(Refused, match=said):
            last_day.model(as_of, BEGAN, until=until)


def test_an_outlook_and_what_is_held_out():
    """From day 99 on 4 weeks: 28 days, to day 127. Held out are the last 28 of 100 days; 80 would be more than half."""
    found = outlooks.model(99, date(1970, 4, 11), BEGAN, horizon=4)
    assert (found.now.horizon_days, found.now.end_day) == (28, 127)
    assert found.within == found.tested == Outlook(71, 7.0, 4.0)
    assert outlooks.model(99, date(1970, 4, 11), BEGAN, unit="day", horizon=80).within == Outlook(49, 1.0, 50.0)
    assert outlooks.model(99, date(1970, 4, 11), BEGAN, horizon=4, holdout=1).tested == Outlook(92, 7.0, 1.0)
    assert outlooks.model(99, date(1970, 4, 11), BEGAN, horizon=4, holdout=1).within == Outlook(71, 7.0, 4.0)


def test_a_forecast_of_a_day_in_the_past_is_held_against_what_came():
    """Known until day 50, seen until 99: 28 days are all seen; of 70 the 49 that are."""
    assert outlooks.model(50, date(1970, 4, 11), BEGAN, horizon=4).tested == Outlook(50, 7.0, 4.0)
    assert outlooks.model(50, date(1970, 4, 11), BEGAN, horizon=10).tested == Outlook(50, 7.0, 7.0)
    assert outlooks.model(98, date(1970, 4, 11), BEGAN, unit="day", horizon=1).tested == Outlook(98, 1.0, 1.0)


@pytest.mark.parametrize(("unit", "most"), [("day", 3653), ("week", 521), ("month", 120)])
def test_a_horizon_reaches_ten_years(unit, most):
    """From one unit on; a month is a twelfth of a year."""
    assert outlooks.model(99, date(1970, 4, 11), BEGAN, unit=unit, horizon=most).now.horizon == most
    for horizon in (0, most + 1):
        with pytest.raises(Refused, match=r"is none|too far"):
            outlooks.model(99, date(1970, 4, 11), BEGAN, unit=unit, horizon=horizon)


def test_a_season_is_how_busy_the_same_weeks_were_a_year_ago():
    """Known until day 400, 7 days ahead: of the 364 days from 37 on, 37 to 43 lie ahead again. 2 of 4 purchase days.

    2 in 7 days against 4 in 364: 26 times as busy. One person's two orders of a day are one.
    """
    days = [("a", 36), ("a", 37), ("a", 37), ("b", 43), ("a", 44), ("b", 400), ("b", 401)]
    orders = table(ORDER, *((who, day, 1) for who, day in days))
    ahead = outlooks.model(400, date(1971, 2, 6), BEGAN, unit="day", horizon=7)
    counts = season_days(orders, table("customer_id string"), ahead)
    ((year, in_season),) = read(counts, "now_year", "now_ahead")
    assert (year, in_season) == (4, 2)
    columns = {f"{name}_{part}": [n] for name in ("now", "within", "tested") for part, n in (("year", 4), ("ahead", 2))}
    assert seasons.model(columns, ahead, BEGAN).now.level == pytest.approx(26)


def test_a_season_needs_a_whole_year_of_the_log():
    """Until day 363 the log holds 364 days, a year; until 362 it does not. Where nobody bought, it is unknown."""
    columns = {f"{name}_{part}": [4] for name in ("now", "within", "tested") for part in ("year", "ahead")}
    for known, whole in ((363, True), (362, False)):
        ahead = outlooks.model(known, date.fromisoformat(on(known + 1)), BEGAN, unit="day", horizon=7)
        assert (seasons.model(columns, ahead, BEGAN).now.why == "") is whole
    empty = {key: [0] for key in columns}
    ahead = outlooks.model(363, date.fromisoformat(on(364)), BEGAN, unit="day", horizon=7)
    assert "nobody bought" in seasons.model(empty, ahead, BEGAN).now.why


# --- closed forms --------------------------------------------------------------------------------

HISTORY = "repeats int32, last_age_days int32, age_days int32, mean_spend float64"
SEEN = table(HISTORY, (0, 0, 10, None), (1, 10, 30, 8.0), (2, 10, 30, 8.0))
FITTED = {"r": 1.0, "alpha": 10.0, "a": 1.0, "b": 2.0}


def test_who_is_alive_by_bg_nbd():
    """Nobody leaves before the second purchase. With a/b = 1/2 and (10 + 30)/(10 + 10) = 2: 1/(1 + 2²/2) = 1/3;

    of two repeats a/(b + 1) = 1/3 and 2³: 1/(1 + 8/3). By MBG/NBD the first may be the last: (20/10)¹ · 1/2 = 1: 1/2;
    of one repeat 2² · 1/3: 3/7.
    """
    assert read(SEEN.select(p=closed.alive(SEEN, "bgnbd", FITTED, 1.0))) == [(1,), (0.3333,), (0.2727,)]
    assert read(SEEN.select(p=closed.alive(SEEN, "mbgnbd", FITTED, 1.0)))[:2] == [(0.5,), (0.4286,)]
    weekly = {**FITTED, "alpha": 10 / 7}
    assert read(SEEN.select(p=closed.alive(SEEN, "bgnbd", weekly, 7.0)))[1] == (0.3333,)


def test_who_buys_within_so_many_days():
    """Alive for sure, r = 1 at 10 + 10 days: a half within 20; of one repeat, 2 at 10 + 30: three quarters in 40."""
    sure = ibis.literal(1.0)
    found = [read(SEEN.select(p=closed.buys(SEEN, sure, FITTED, 1.0, days))) for days in (20, 40)]
    assert found[0][0] == (0.5,) and found[1][1] == (0.75,)
    assert read(SEEN.select(p=closed.buys(SEEN, ibis.literal(0.5), FITTED, 1.0, 20)))[0] == (0.25,)


def test_what_a_purchase_will_bring():
    """p 2, q 3, gamma 4: everybody 2 · 4 / 2 = 4; with one repeat of 8, 2 · (4 + 8) / (2 + 2) = 6; with two, 40/6."""
    fitted = {"p": 2.0, "q": 3.0, "gamma": 4.0}
    assert read(SEEN.select(m=closed.spend(SEEN, fitted))) == [(4,), (6,), (6.6667,)]


@pytest.mark.parametrize(
    ("q", "identified", "expected"),
    [
        (1.5, True, 24),  # 2 · (10 + 20) / (2 + 0.5)
        (1.0, True, 60),  # spend has no mean: that of the own repeat of 20 and one purchase day of 100
        (1.5, False, 60),
    ],
)
def test_spend_is_predicted_where_it_has_a_mean(q, identified, expected):
    """p 2 and gamma 10, one repeat of 20; half of everything comes back."""
    fit = SimpleNamespace(identified=identified, parameters={"p": 2.0, "q": q, "gamma": 10.0})
    told = SimpleNamespace(spend=fit, spend_level=SimpleNamespace(per_day=100.0, kept_share=0.5))
    t = table("repeats int64, mean_spend float64", (1, 20.0))
    assert read(t.select(x=scoring._expected_spend(t, told))) == [(expected / 2,)]


# --- what customers will bring -------------------------------------------------------------------

PEOPLE = (
    "customer_id string, first_order_on date, registered_local timestamp, favourite_category string, country string, "
    "region string"
)
LINE = "customer_id string, left_out_because string, is_first_order boolean, category string, net_amount float64"
BOUGHT = (("ann", 0, 40), ("ann", 50, 60), ("ben", 60, 20), ("cai", 99, 10))


def person(who, day, country=None):
    """A customer of a country whose first order was of a day."""
    return (who, on(day), None, None, country, None)


KNOWN = (person("ann", 0, "CN"), person("ben", 60, "CN"), person("cai", 99, "DE"))


def forecast(expected=(2.0, 1.0, 1.0)):
    """The own rate of everybody: what it expects of Ann, Ben and Cai on day 99, worth a tenth less, 15 a purchase."""
    own = ALTERNATIVES["naive"].as_fit(3, 1.0)
    scores = {
        "repeats": np.array([1, 0, 0]),
        "last_age_days": np.array([50, 0, 0]),
        "age_days": np.array([99, 39, 0]),
        "expected_purchases": np.array(expected),
        "discounted_purchases": 0.9 * np.array(expected),
        "p_alive": np.full(3, np.nan),
        "p_purchase": np.full(3, np.nan),
    }
    unknown = ALTERNATIVES["naive"].as_fit(3, 1.0, why="few repeats")
    return LifetimeForecast("naive", own, Outlook(99, 7.0, 4.0), scores, unknown, SpendLevel(30.0, 0.5))


def test_chances_of_weeks_are_asked_in_days():
    """r, alpha, a and b are 1, 10 weeks, 1 and 2, so alpha is 70 days; four weeks are 28 days.

    Ann, one repeat on day 50 of 98: alive by 1 / (1 + (168/120)² · 1/2), and 1 − (168/196)² of who is buys. Cai, who
    bought once, 42 days ago: by BG/NBD she cannot have left, and buys by 1 − 112/140; by MBG/NBD she may have.
    """
    fitted = SimpleNamespace(parameters={"r": 1.0, "alpha": 10.0, "a": 1.0, "b": 2.0})
    columns = "repeats int32, last_age_days int32, age_days int32"
    seen = table(columns, (1, 50, 98), (0, 0, 42))
    scores = {"repeats": np.array([1, 0]), "last_age_days": np.array([50, 0]), "age_days": np.array([98, 42])}

    def chances(model):
        told = LifetimeForecast(model, fitted, Outlook(99, 7.0, 4.0), scores, fitted, SpendLevel(1.0, 1.0))
        return read(scoring._with_chances(seen, told).order_by("age_days"), "p_alive", "p_purchase")

    alive = 1 / (1 + 1.4**2 / 2)
    assert chances("bgnbd") == [(None, 0.2), (round(alive, 4), round(alive * (1 - (168 / 196) ** 2), 4))]
    (new, _ann), there = chances("mbgnbd"), 1 / (1 + 1.6 / 2)
    assert new == (round(there, 4), round(there * 0.2, 4))


def valued(study, *columns, told=None, middle=(), **options):
    """A study of the future of Ann, Ben and Cai."""
    back = table(BACK, ("ann", 60, 5))
    found = study(table(ORDER, *BOUGHT), back, *middle, told or forecast(), BEGAN, **options)
    return read(found, *columns)


def test_a_value_is_what_is_expected_times_what_a_purchase_leaves():
    """30 a purchase day, of which half stays: 15, so 13.5 each; Ann's one repeat day of 60 makes hers 45: 40.5."""
    people = table(PEOPLE, *KNOWN)
    columns = ("customer_id", "repeats", "expected_purchases", "expected_order_value", "lifetime_value", "net_spend")
    assert valued(lifetime_value, *columns, "customer_total", middle=(table(LINE), people)) == [
        ("ann", 1, 2, 22.5, 40.5, 95, 3),
        ("ben", 0, 1, 15, 13.5, 20, 3),
        ("cai", 0, 1, 15, 13.5, 10, 3),
    ]


def test_values_of_groups_with_their_interval():
    """China: 40.5 and 13.5, 27 on average; ± 1.96 · 19.092/√2 = 26.46. Of one customer there is no interval.

    It never reaches below nothing: at 200 and 0 purchases it would.
    """
    people = table(PEOPLE, *KNOWN)
    columns = ("country", "customer_count", "lifetime_value", "low", "high", "lifetime_value_total", "net_spend")
    half = 1.96 * sqrt((40.5 - 13.5) ** 2 / 2) / sqrt(2)
    assert valued(lifetime_value, *columns, middle=(table(LINE), people), by="country") == [
        ("CN", 2, 27, round(27 - half, 4), round(27 + half, 4), 54, 57.5),
        ("DE", 1, 13.5, None, None, 13.5, 10),
    ]
    wide = valued(lifetime_value, "low", told=forecast((200.0, 0.0, 1.0)), middle=(table(LINE), people), by="country")
    assert wide[0] == (0,)


def test_groups_of_first_purchases():
    """By the category with the most spend in the first order, the first name of two; by month and quarter."""
    people = table(PEOPLE, *KNOWN)
    lines = table(
        LINE,
        ("ann", None, True, "home", 10),
        ("ann", None, True, "toys", 6),
        ("ann", None, True, "toys", 6),
        ("ann", None, False, "art", 99),
        ("ann", "gift", True, "art", 99),
        ("ben", None, True, "toys", 5),
        ("ben", None, True, "home", 5),
    )
    who = table("customer_id string", ("ann",), ("ben",), ("cai",))
    labels = {by: sorted(read(with_group(who, by, people, lines))) for by in ("first_category", "cohort_quarter")}
    assert sorted(labels["first_category"], key=str) == [("ann", "toys"), ("ben", "home"), ("cai", None)]
    assert labels["cohort_quarter"] == [
        ("ann", date(1970, 1, 1)),
        ("ben", date(1970, 1, 1)),
        ("cai", date(1970, 4, 1)),
    ]
    assert read(with_group(who, "cohort_month", people, lines), "cohort_month")[1] == (date(1970, 3, 1),)
    assert {group for _who, group in read(with_group(who, "everybody", people, lines))} == {"all customers"}


def test_bands_of_value():
    """13.5, 13.5 and 40.5: the 98th percentile is 39.42, so two bands are 19.71 wide; both of 13.5 are in the first.

    Ann is in the band above without an end; the mean is 22.5, the middle 13.5. Where all are worth 0 there is one.
    """
    found = valued(lifetime_value_spread, middle=(table(PEOPLE, *KNOWN),), bins=2)
    assert found == [(0, 0, 19.71, 22.5, 13.5, 2), (2, 39.42, None, 22.5, 13.5, 1)]
    nothing = valued(lifetime_value_spread, told=forecast((0.0, 0.0, 0.0)), middle=(table(PEOPLE, *KNOWN),), bins=2)
    assert nothing == [(2, 0, None, 0, 0, 3)]


def test_bands_below_the_top():
    """0, 13.5 and 27: nothing is in the first band, 13.5 in the second of two 13.23 wide."""
    found = valued(
        lifetime_value_spread, "band", told=forecast((0.0, 1.0, 2.0)), middle=(table(PEOPLE, *KNOWN),), bins=2
    )
    assert found == [(0,), (1,), (2,)]


def test_who_is_overdue_where_nobody_knows_who_left():
    """Ann came after 50 days and is silent for 49: not overdue. After 40, silent for 59, she is; once is no rhythm."""
    people = table(PEOPLE, *KNOWN)
    in_time = value_at_risk(table(ORDER, *BOUGHT), table(BACK), people, forecast(), {}, BEGAN)
    assert read(in_time) == []
    early = [("ann", 0, 40), ("ann", 40, 60), ("ben", 60, 20), ("cai", 99, 10)]
    told = forecast()
    told.scores["last_age_days"][0] = 40
    found = value_at_risk(table(ORDER, *early), table(BACK), people, told, {}, BEGAN)
    columns = ("customer_id", "days_since_last", "overdue", "lifetime_value", "value_at_risk", "customer_total")
    assert read(found, *columns) == [("ann", 59, 1.475, 40.5, None, 1)]


# --- what they have brought ----------------------------------------------------------------------

FIRST = "customer_id string, is_buyer boolean, first_order_on date, first_day int32"


def test_value_so_far_by_age():
    """Ann, first on day 0, was watched for 99 days: 3 months of 30.44; Ben, first on day 39, for 60: not quite 2.

    First days: 40 + 20. Day 30 is in Ann's first month, day 31 in her second; the refund of day 31 as well. At one
    month both count, at two Ann alone: 40 + 8 + 16 − 4 = 60, of one of two.
    """
    people = table(FIRST, ("ann", True, on(0), 0), ("ben", True, on(39), 39), ("dan", False, None, None))
    orders = table(
        ORDER, ("ann", 0, 40), ("ann", 30, 8), ("ann", 31, 16), ("ben", 39, 20), ("ben", 69, 2), ("ben", 70, 99)
    )
    back = table(BACK, ("ann", 31, 4))
    found = historic_value(orders, back, people, date(1970, 4, 10), RULES)
    columns = ("age_months", "group_size", "customer_count", "value_so_far", "value_per_customer", "is_complete")
    assert read(found, *columns) == [
        (0, 2, 2, 60, 30, True),
        (1, 2, 2, 70, 35, True),
        (2, 2, 1, 60, 60, False),
        (3, 2, 1, 60, 60, False),
    ]
    halved = historic_value(orders, back, people, date(1970, 4, 10), RULES, margin=0.5, max_age=1, by="cohort_month")
    assert read(halved, "cohort_month", "age_months", "value_so_far")[:2] == [
        (date(1970, 1, 1), 0, 20),
        (date(1970, 1, 1), 1, 24),
    ]
    cut = historic_value(orders, back, people, date(1970, 4, 10), RULES, during=(BEGAN, date(1970, 2, 9)))
    assert read(cut, "group_size")[0] == (1,)
    for margin in (0, 1.1):
        with pytest.raises(Refused, match="margin"):
            historic_value(orders, back, people, date(1970, 4, 10), RULES, margin=margin)


# --- back-tests ----------------------------------------------------------------------------------


class Tested:
    """Three customers known on day 6, held against the eight days after it: a log from day 0 to day 14."""

    first_day = 0
    cut = Outlook(6, 1.0, 8.0)
    histories = Histories([0, 1, 9], [0, 3, 5], [6, 6, 6], [2, 1, 1])
    purchases_after = np.array([0.5, 4.0, 7.0])

    def model_to_draw(self, name):
        return "naive"

    def expected_purchases(self, name):
        return np.array([0.5, 2.0, 7.0])

    def course(self, name):
        return np.arange(15) / 2.0


def test_what_came_by_how_often_they_had_bought():
    """The two without a repeat made 0.5 on average, as expected. One repeat made 4 of 2: of one nobody knows the error.

    Nine repeats are in “7+”, or with everybody of 1 and more in “1+”: 5.5 came of 4.5, 1.96 · √(4.5/2) off.
    """
    columns = ("repeats_before", "customer_count", "expected_purchases", "actual_purchases", "is_inside")
    assert read(lifetime_value_conditional(Tested()), *columns) == [
        ("0", 2, 0.5, 0.5, True),
        ("1", 1, 2, 4, None),
        ("7+", 1, 7, 7, None),
    ]
    half = 1.96 * sqrt(4.5 / 2)
    found = read(lifetime_value_conditional(Tested(), most=1), *columns, "lower", "upper")[1]
    assert found == ("1+", 2, 4.5, 5.5, True, round(5.5 - half, 4), round(5.5 + half, 4))


def test_purchases_tracked_week_by_week():
    """Ann's repeats on days 6, 7 and 14, known by day 6; Ben's first purchase is of day 8, so that he is not known.

    By the end of day 6 one came of 3 expected; by day 13 two of 6.5; the short last week ends on day 14: three of 7.
    """
    orders = table(
        ORDER,
        *((who, day, 1) for who, day in (("ann", 0), ("ann", 6), ("ann", 7), ("ann", 14))),
        ("ben", 8, 1),
        ("ben", 9, 1),
        ("ann", 15, 1),
    )
    found = lifetime_value_tracking(orders, table("customer_id string"), Tested(), BEGAN)
    columns = ("week_no", "ends_on", "is_holdout", "expected_purchases", "actual_purchases", "error_rate")
    assert read(found, *columns) == [
        (1, date(1970, 1, 7), False, 3, 1, 2),
        (2, date(1970, 1, 14), True, 6.5, 2, 2.25),
        (3, date(1970, 1, 15), True, 7, 3, 1.3333),
    ]


def test_a_week_in_which_nobody_came_adds_nothing():
    """One repeat, on day 14: none by the end of the first two weeks, whose error nobody can tell; then one of 7."""
    orders = table(ORDER, ("ann", 0, 1), ("ann", 14, 1))
    found = lifetime_value_tracking(orders, table("customer_id string"), Tested(), BEGAN)
    assert read(found, "actual_purchases", "error_rate") == [(0, None), (0, None), (1, 6)]


def test_spend_and_frequency_by_hand():
    """One, two, three and four repeats of 10, 20, 20 and 10 each: no correlation. ± 1.96 / √1 on Fisher's scale."""
    spent = {"a": [10], "b": [20] * 2, "c": [20] * 3, "d": [10] * 4}
    rows = [(who, day, amount) for who, amounts in spent.items() for day, amount in enumerate([5, *amounts])]
    found = spend_independence(table(ORDER, *rows), table("customer_id string"), 9)
    edge = 1 - 2 / (exp(2 * 1.96) + 1)
    assert read(found) == [(4, 0, round(-edge, 4), round(edge, 4), 0, True)]
    few = spend_independence(table(ORDER, *rows[:9]), table("customer_id string"), 9)
    assert read(few, "customer_count", "correlation") == [(3, None)]
    alike = [(who, day, 10) for who, _day, _amount in rows for day in range(3)]
    assert read(spend_independence(table(ORDER, *set(alike)), table("customer_id string"), 9), "correlation") == [
        (None,)
    ]


def test_parameters_with_their_intervals():
    """2 ± 0.5: symmetric in its logarithm, 2 / e^(1.96 · 0.25) to 2 · e^(1.96 · 0.25). Without one it says why."""
    sound = Fit("m", {"r": 2.0}, {"r": 0.5}, -9.0, 30, True, "", 0.0, 1.0, ((0.0625,),))
    vague = Fit("n", {"q": 2.0}, {"q": 0.5}, -9.0, 30, False, "flat", 0.0, 1.0, ((0.0625,),))
    found = read(lifetime_value_fits(sound, vague, sound, sound, sound), "letter", "lower", "upper", "why")
    assert found[0] == ("r", round(2 / exp(1.959964 / 4), 4), round(2 * exp(1.959964 / 4), 4), None)
    assert found[1] == ("q", None, None, "flat") and len(found) == 5


def test_spend_that_rises_with_every_purchase_is_not_independent():
    """10, 20, 30, 40 and 50 with one to five repeats: all but 1, and the interval ends short of it."""
    for amounts, sign in (((10, 20, 30, 40, 50), 1), ((50, 40, 30, 20, 10), -1)):
        rows = [(f"c{n}", day, 1 if not day else amount) for n, amount in enumerate(amounts) for day in range(n + 2)]
        (found,) = spend_independence(table(ORDER, *rows), table("customer_id string"), 9).to_pyarrow().to_pylist()
        near, far = sorted((found["lower"] * sign, found["upper"] * sign))
        assert 0.99999 < near < far < 1 and 0.99999 < found["correlation"] * sign < 1
        assert found["is_independent"] is False


def spent_by(*told):
    """(n, correlation) of customers with so many repeats of such an amount each."""
    rows = [(f"c{n}", day, amount if day else 9) for n, (count, amount) in enumerate(told) for day in range(count + 1)]
    found = spend_independence(table(ORDER, *rows), table("customer_id string"), 9)
    return read(found, "customer_count", "correlation")[0]


def test_who_paid_for_repeats_is_looked_at():
    """Two frequencies and two amounts are enough; of one of them nothing can be said.

    Repeats for nothing, and no repeats, say nothing of spend; half a unit does.
    """
    four = (1, 10), (1, 20), (2, 10), (2, 20)
    assert spent_by(*four) == (4, 0) == spent_by(*four, (3, 0), (0, 0))
    assert spent_by(*four, (3, 0.5))[0] == 5
    assert spent_by((1, 10), (1, 20), (1, 30), (1, 40)) == (4, None) == spent_by((1, 9), (2, 9), (3, 9), (4, 9))


def test_bands_one_unit_wide():
    """20.25 and twice 27 in 27 bands: 20.25 is in the one from 20 on, the others are above."""
    found = valued(
        lifetime_value_spread, "band", told=forecast((1.0, 2.0, 2.0)), middle=(table(PEOPLE, *KNOWN),), bins=27
    )
    assert found == [(20,), (27,)]


def chosen(name, *sound, ranking=("bgnbd", "mbgnbd")):
    """The candidate that is taken where these are sound."""
    candidates = SimpleNamespace(is_sound=lambda other: other in sound)
    return _choose(candidates, SimpleNamespace(ranking=list(ranking)), name)


def test_a_forecast_is_what_is_asked_for_or_the_best_that_is_sound():
    """An unsound one is not taken although it is asked for; where none is sound there is the own rate."""
    assert chosen("mbgnbd", "bgnbd", "mbgnbd") == "mbgnbd"
    assert chosen("paretonbd", "bgnbd", "mbgnbd") == "bgnbd" == chosen("best", "bgnbd", "mbgnbd", "best")
    assert chosen("best", "mbgnbd") == "mbgnbd" and chosen("mbgnbd") == next(iter(ALTERNATIVES)) == chosen("best")


def test_an_alternative_adds_its_total_evenly_from_the_cut_on():
    """Two of one repeat and one of two: 4 so far; 2 × 3 + 4 = 10 expected within two days, 5 on each."""
    known = SimpleNamespace(count=np.array([2.0, 1.0]), repeats=np.array([1.0, 2.0]))
    candidates = SimpleNamespace(
        purchases=SimpleNamespace(histories=known), expected_purchases=lambda name: np.array([3.0, 4.0])
    )
    told = SimpleNamespace(candidates=candidates, cut=SimpleNamespace(horizon=2))
    course = Backtest._even_course(told, "own_rate", np.arange(5.0)).tolist()
    assert [isnan(each) for each in course[:2]] == [True, True] and course[2:] == [4, 9, 14]
