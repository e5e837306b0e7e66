"""Lists and plans in the small: what a contact changed, what it cost, and how many customers it takes to see it.

Judges studies/action/results, studies/action/goals, studies/experiments/plan, studies/paths/open_carts and
studies/care/birthdays.
"""

from datetime import date

import pytest
from in_memory import read, table

from customary.declare import FITS
from customary.errors import Refused
from customary.models.design import Baseline, customers_needed, power_of
from customary.models.experiments import Effect
from customary.studies.action import goals
from customary.studies.action.results import _costs, _facts, _in_words, _rates, _sums, _verdict
from customary.studies.care import birthdays
from customary.studies.experiments.plan import _eligible

# --- what a list brought -------------------------------------------------------------------------


def effect(low, high, is_rough=False):
    """An effect with this interval."""
    return Effect((low + high) / 2, low, high, None, None, None, 0.0, 0.5, is_rough)


@pytest.mark.parametrize(
    ("bought", "orders", "said"),
    [
        (effect(0.1, 0.3), effect(0.1, 0.3), "more"),
        (effect(0.1, 0.3), effect(0.0, 0.3), "not clear"),
        (effect(0.1, 0.3), effect(-0.3, 0.0), "not clear"),
        (effect(0.1, 0.3), effect(-0.3, -0.1), "fewer"),
        (effect(0.1, 0.3), effect(-0.3, 0.5), "not clear"),
        (effect(0.1, 0.3, is_rough=True), effect(0.1, 0.3), "too few"),
        (None, effect(0.1, 0.3), "too few"),
        (effect(0.1, 0.3), None, "too few"),
    ],
)
def test_a_list_brought_more_where_the_whole_interval_of_orders_says_so(bought, orders, said):
    """And enough of either arm bought, and did not."""
    assert _verdict(bought, orders) == said


ASSIGNED = (
    "experiment string, arm string, play string, list_offer string, sent_by string, day_on date, "
    "contact_amount float64, assigned_local timestamp, data_until date"
)


def test_a_list_is_sent_from_its_first_day_on():
    """Two contacted for 2 each, on the 10th at 6 and on the 12th; one held out, whose 9 nobody paid.

    Its data reach to the end of the 9th: six hours.
    """
    same = ("a", "coupon", "e-mail")
    rows = [("one", "contacted", *same, "2025-01-12", 2, "2025-01-12 06:00", "2025-01-10")]
    rows += [("one", "contacted", *same, "2025-01-10", 2, "2025-01-10 06:00", "2025-01-10")]
    rows += [("one", "hold-out", *same, "2025-01-11", 9, "2025-01-11 06:00", "2025-01-10")]
    columns = ("sent_on", "contacted_count", "held_count", "contact_amount", "hours_after_data")
    assert read(_facts(table(ASSIGNED, *rows)), *columns) == [(date(2025, 1, 10), 2, 1, 4, 6)]


@pytest.mark.parametrize(
    ("lists", "told", "low", "high", "said"),
    [
        (0, 0, None, None, "no list yet"),
        (2, 0, None, None, "not attributable"),
        (2, 1, 0.1, 5.0, "more"),
        (2, 1, 0.0, 5.0, "not clear"),
        (2, 1, -5.0, 0.0, "not clear"),
        (2, 1, -5.0, -0.1, "fewer"),
    ],
)
def test_a_goal_brought_more_where_the_whole_interval_of_its_lists_says_so(lists, told, low, high, said):
    """The sum of those that can be told, if any."""
    columns = "list_count int64, told_list_count int64, low_incremental_orders float64, high_incremental_orders float64"
    t = table(columns, (lists, told, low, high))
    assert read(t.select(verdict=goals._verdict(t))) == [(said,)]


def test_what_lists_of_a_goal_brought_adds_up_and_so_do_their_variances():
    """10 ± 3 and 20 ± 4 are 30 ± 5; the third list is of too few. Of revenue ten times that."""
    ends = [(f"{end}incremental_{name}") for name in ("orders", "revenue") for end in ("", "low_", "high_")]
    columns = "adds boolean, " + ", ".join(f"{end} float64" for end in ends)
    rows = [(True, 10, 7, 13, 100, 70, 130), (True, 20, 16, 24, 200, 160, 240), (False, 99, 0, 198, 99, 0, 198)]
    t = table(columns, *rows).agg(**goals._sums("orders"), **goals._sums("revenue"))
    found = t.mutate(**goals._ends(t))
    assert read(found, *ends) == [(30, 25, 35, 300, 250, 350)]


MOMENTS = (
    "experiment string, outcome string, arm string, immature_count int64, customer_count int64, did_count int64, "
    "average float64"
)
RATES = ("immature_count", "contacted_watched_count", "contacted_buyer_count", "contacted_rate")
HELD = ("held_watched_count", "held_buyer_count", "held_rate")


def test_each_arm_has_its_own_count_and_rate_of_buyers():
    """Of ten contacted four bought, of twenty held out two; 3 + 1 are not over. Orders and revenue tell no rate."""
    rows = [("one", "bought", "contacted", 3, 10, 4, 0.4), ("one", "bought", "hold-out", 1, 20, 2, 0.1)]
    rows += [("one", "order_count", "contacted", 3, 10, 4, 0.9), ("two", "bought", "contacted", 0, 5, 1, 0.2)]
    found = _rates(table(MOMENTS, *rows)).order_by("experiment")
    assert read(found, *RATES, *HELD) == [(4, 10, 4, 0.4, 20, 2, 0.1), (0, 5, 1, 0.2, 0, 0, None)]


EXTRAS = (
    "verdict string, contact_amount float64, contacted_count int64, contacted_watched_count int64, held_count int64, "
    "immature_count int64, per_orders float64, low_per_orders float64, high_per_orders float64, "
    "per_revenue float64, low_per_revenue float64, high_per_revenue float64"
)


def extras(verdict="more", contacted=10, watched=8, held=5, immature=0):
    """A list whose ten contacts cost 20: half an order more per customer, 0.25 to 1; revenue 5, 2 to 8."""
    return table(EXTRAS, (verdict, 20, contacted, watched, held, immature, 0.5, 0.25, 1.0, 5.0, 2.0, 8.0))


def test_what_a_list_brought_is_the_difference_times_those_who_were_watched():
    """Eight of the ten: 4 orders, 2 to 8; 40 of revenue, 16 to 64."""
    t = extras()
    assert read(t.select(**_sums(t))) == [(4, 2, 8, 40, 16, 64)]


def test_an_order_more_costs_the_contacts_that_it_took_and_only_where_there_are_more():
    """A contact is 2: half an order each is 4 an order, at most 8 and at least 2."""
    t = extras()
    assert read(t.select(**_costs(t)), "cost_per_order", "low_cost_per_order", "high_cost_per_order") == [(4, 2, 8)]
    for none in (extras("not clear"), extras("fewer"), extras(contacted=0)):
        assert read(none.select(**_costs(none)), "cost_per_order") == [(None,)]
    one = extras(contacted=1)
    assert read(one.select(**_costs(one)), "cost_per_order") == [(40,)]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "more"),
        ({"held": 0}, "not attributable"),
        ({"held": 1}, "more"),
        ({"watched": 0, "immature": 1}, "too young"),
        ({"watched": 0}, "more"),
        ({"watched": 1, "immature": 1}, "more"),
        ({"verdict": None}, "too few"),
    ],
)
def test_a_list_without_a_hold_out_or_time_has_no_verdict(facts, said):
    """Nobody held out; nobody watched to the end yet; else what the arms said."""
    t = extras(**facts)
    assert read(t.select(said=_in_words(t))) == [(said,)]


# --- how many it takes ---------------------------------------------------------------------------

DAY_S = 86_400


def test_buyers_of_a_year_are_those_from_its_first_second_to_before_the_last():
    """The window begins on day 400: day 35 is in the year, the second before it is not, and day 400 is too late."""
    start = 400 * DAY_S
    rows = [("first", start - 365 * DAY_S, None), ("before", start - 365 * DAY_S - 1, None), ("last", start - 1, None)]
    rows += [("last", start - 2, None), ("late", start, None), ("test", start - 9, "a test"), (None, start - 9, None)]
    orders = table("customer_id string, ts_s int64, left_out_because string", *rows)
    buyers = table("customer_id string", ("first",), ("last",), ("before",), ("late",), ("test",))
    assert sorted(read(_eligible(buyers, orders, start), "customer_id", "ts_s")) == [("first", start), ("last", start)]


def test_a_plan_says_for_each_effect_what_it_takes_and_whether_it_is_there():
    """A tenth of 7,677 bought: a fifth more takes just as many and is found by 80 %; a tenth more takes 29,497:

    7.849 · (0.11 · 0.89 + 0.09) ÷ 0.5 ÷ 0.01².
    """
    columns = {"n": [7677], "did": [768], "mean": [0.1], "variance": [0.09]}
    rows = {row["relative_lift"]: row for row in FITS["plan_sizes"].model(columns)}
    assert tuple(rows) == (0.02, 0.05, 0.1, 0.2, 0.5)
    fifth, tenth = rows[0.2], rows[0.1]
    assert (fifth["needed_count"], fifth["is_reachable"], fifth["did_count"]) == (7677, True, 768)
    assert fifth["power_rate"] == pytest.approx(0.8, abs=1e-4)
    assert (tenth["needed_count"], tenth["is_reachable"]) == (29_497, False)
    assert tenth["expected_average"] == pytest.approx(0.11) and tenth["average"] == 0.1
    assert FITS["plan_sizes"].model({"n": [0], "did": [0], "mean": [None], "variance": [None]}) == []


def test_a_plan_for_amounts_may_exceed_one():
    """An average of 8 with a variance of 4 is raised by a half; a share of 0.8 cannot be."""
    columns = {"n": [100], "did": [100], "mean": [8.0], "variance": [4.0]}
    amounts = FITS["plan_sizes"].model(columns, outcome="net_revenue")
    assert amounts[-1]["needed_count"] == customers_needed(Baseline(8.0, 4.0), 0.5, 0.5, 0.8)
    columns |= {"mean": [0.8], "variance": [0.16]}
    half = FITS["plan_sizes"].model(columns)[-1]
    assert (half["needed_count"], half["is_reachable"], half["power_rate"]) == (None, None, None)


def test_few_customers_find_an_effect_by_the_normal_distribution():
    """Mean 1, variance 1, two arms of eight, an effect of a half: 0.5 ÷ √(1/8 + 1/8) = 1 beside 1.96: 16.9 %.

    A quarter of the sixteen in the control: 0.5 ÷ √(1/12 + 1/4) = 0.866 beside 1.96: 13.7 %. Four times as many varied
    amounts take four times as many customers.
    """
    unit = Baseline(1.0, 1.0)
    assert power_of(unit, 0.5, 0.5, 16) == pytest.approx(0.1685, abs=1e-4)
    assert power_of(unit, 0.5, 0.25, 16) == pytest.approx(0.1370, abs=1e-4)
    assert power_of(Baseline(0.5, 0.5), 0.5, 0.5, 16) is not None
    one, four = (customers_needed(Baseline(1.0, spread), 0.5, 0.5, 0.8) for spread in (1.0, 4.0))
    assert (one, four) == (126, 503)
    assert power_of(Baseline(0.0, 1.0), 0.5, 0.5, 16) is None and power_of(Baseline(1.0, 0.0), 0.5, 0.5, 16) is None


# --- birthdays -----------------------------------------------------------------------------------

PEOPLE = (
    "customer_id string, birth_month int64, order_count int64, net_spend float64, days_since_last_order int64, "
    "favourite_category string, country string, region string"
)


@pytest.mark.parametrize(
    ("as_of", "month", "found"),
    [
        (date(2025, 11, 30), 0, ["dec", "also"]),
        (date(2025, 12, 1), 0, ["jan"]),
        (date(2025, 6, 1), 12, ["dec", "also"]),
        (date(2025, 6, 1), 1, ["jan"]),
    ],
)
def test_the_month_after_december_is_january(as_of, month, found):
    """Who spent more stands first; who never bought is not greeted."""
    rows = [("also", 12, 1, 5), ("dec", 12, 1, 9), ("jan", 1, 2, 9), ("none", 12, 0, 0), ("none too", 1, 0, 0)]
    t = table(PEOPLE, *((*row, 3, None, None, None) for row in rows))
    assert [who for (who,) in read(birthdays(t, as_of, month=month), "customer_id")] == found
    for other in (13, -1):
        with pytest.raises(Refused):
            birthdays(t, as_of, month=other)
