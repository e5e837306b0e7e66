"""Seasons on a handful of days: indices, uplifts and who buys only then, computed in the head."""

from datetime import date, timedelta
from math import exp, sqrt

import pytest
from in_memory import read, table

from customary.places import DATA
from customary.rules.book import RuleBook
from customary.studies.seasons import season_buyers, season_grid, seasons
from customary.studies.seasons.almanac import DAY, events
from customary.studies.seasons.days import _daily

RULES = RuleBook.from_files(DATA)
ORDER = "order_id string, customer_id string, day int32, net_amount float64"
EPOCH = date(1970, 1, 1)


def orders(*sold):
    """Orders of 10 as (customer, day)."""
    return table(ORDER, *((f"o{n}", who, (day - EPOCH).days, 10) for n, (who, day) in enumerate(sold)))


# --- the calendar --------------------------------------------------------------------------------

KEPT = {"name": "Feast", "zh": "节", "countries": ["*"]}


def spans(season, country="DE", first=2025, last=2025):
    """First and last days of a season, both in it."""
    found = events([season], first, last, "")
    return [(event.starts_on, event.ends_on - DAY) for event in found if event.name == "Feast"]


def test_days_before_and_after_a_feast():
    """Black Friday of 2025 is 28 November; a day before and three after. Spring Festival of 2025 is 29 January."""
    friday = {**KEPT, "rule": "black_friday", "before": 1, "after": 3}
    spring = {**KEPT, "rule": "chinese_new_year", "before": 6}
    assert spans(friday) == [(date(2025, 11, 27), date(2025, 12, 1))]
    assert spans(spring) == [(date(2025, 1, 23), date(2025, 1, 29))]
    assert spans({**KEPT, "rule": "black_friday"}) == [(date(2025, 11, 28), date(2025, 11, 28))]
    fixed = {**KEPT, "from": "06-01", "to": "06-18"}
    assert spans(fixed, last=2026) == [(date(y, 6, 1), date(y, 6, 18)) for y in (2025, 2026)]


def test_holidays_on_days_in_a_row_are_one():
    """Germany's 25 and 26 December are one of two days; 1 May is one of one day; 3 October another."""
    found = {event.starts_on: event.ends_on - event.starts_on for event in events([], 2025, 2025, "DE")}
    assert found[date(2025, 12, 25)] == timedelta(days=2) and date(2025, 12, 26) not in found
    assert found[date(2025, 5, 1)] == found[date(2025, 10, 3)] == timedelta(days=1)


# --- the year ------------------------------------------------------------------------------------


def test_the_grid_of_months_and_weekdays():
    """From Monday 2 June 2025 to Monday 9 June: eight days with 3 + 1 + 0 … + 4 orders, one a day on average.

    Two Mondays with 3 and 4 are 3.5 a day, Tuesday's 1 is as many as usual, the other five days have none. Only the
    Mondays scatter: 0.5 on the one day beyond the seven means, half as much as the mean of 1. So Mondays lie within
    1.96·√(0.5·3.5/2) = 1.833, Tuesday within 1.96·√0.5 = 1.386, and never below nothing.
    """
    monday = date(2025, 6, 2)
    sold = [("a", monday)] * 3 + [("b", monday + DAY)] + [("c", monday + 7 * DAY)] * 4
    found = season_grid(orders(*sold), date(2025, 6, 10))
    columns = ("month_no", "weekday", "day_count", "year_count", "order_count", "orders_per_day", "season_index")
    assert read(found, *columns)[:3] == [(6, 0, 2, 1, 7, 3.5, 3.5), (6, 1, 1, 1, 1, 1, 1), (6, 2, 1, 1, 0, 0, 0)]
    assert [day for (day,) in read(found, "weekday")] == [0, 1, 2, 3, 4, 5, 6]
    ends = read(found, "low_index", "high_index")
    assert ends[0] == pytest.approx((3.5 - 1.8334, 3.5 + 1.8334), abs=1e-3)
    assert ends[1] == pytest.approx((0, 1 + 1.3859), abs=1e-3) and ends[2] == (0, 0)


# Double Eleven lasts from 1 to 11 November in China.
FIRST, LAST = date(2024, 11, 1), date(2024, 11, 11)


def daily(first, last, a_day):
    """So many orders of 10 on each day, of one customer."""
    return [("ann", first + n * DAY) for n in range((last - first).days + 1) for _order in range(a_day)]


def sold_around(before=14, after=14, inside=4, around=1):
    """Orders on so many days before and after Double Eleven, and in it."""
    return orders(
        *daily(FIRST - before * DAY, FIRST - DAY, around),
        *daily(FIRST, LAST, inside),
        *daily(LAST + DAY, LAST + after * DAY, around),
    )


def double_eleven(sold, *columns, **options):
    """The row of Double Eleven 2024."""
    found = seasons(sold, date(2024, 12, 10), "Asia/Shanghai", RULES, **options)
    (row,) = [row for row in read(found, "event", *columns) if row[0] == "Double Eleven"]
    return row[1:]


def test_an_uplift_with_its_interval():
    """4 a day on 11 days against 1 on 28: fourfold, 44 − 11 = 33 more. Noise as Poisson's: 4/(11 · 16) + 1/28."""
    columns = ("day_count", "order_count", "revenue", "orders_per_day", "around_per_day", "around_count", "uplift")
    assert double_eleven(sold_around(), *columns, "extra_orders", "is_whole") == (11, 44, 440, 4, 1, 28, 4, 33, True)
    wide = 1.96 * sqrt(4 / (11 * 16) + 1 / 28)
    low, high = double_eleven(sold_around(), "uplift_low", "uplift_high")
    assert (low, high) == pytest.approx((4 * exp(-wide), 4 * exp(wide)), abs=1e-3)


def test_days_that_scatter_more_than_chance_widen_the_interval():
    """11 on four of 11 days: mean 4, variance (4 · 49 + 7 · 16) / 10 = 30.8. Around 4 on 7 of 28: 1 and 84/27."""
    around = [FIRST - n * DAY for n in (14, 10, 6, 2)] + [LAST + n * DAY for n in (6, 10, 14)]
    inside = [FIRST + n * DAY for n in (0, 3, 6, 9)]
    sold = orders(
        *(("ann", day) for day in around for _n in range(4)), *(("ann", day) for day in inside for _n in range(11))
    )
    assert double_eleven(sold, "orders_per_day", "around_per_day", "around_count") == (4, 1, 28)
    wide = 1.96 * sqrt(30.8 / (11 * 16) + 84 / 27 / 28)
    low, high = double_eleven(sold, "uplift_low", "uplift_high")
    assert (low, high) == pytest.approx((4 * exp(-wide), 4 * exp(wide)), abs=1e-3)


@pytest.mark.parametrize(("before", "after", "whole"), [(7, 7, True), (6, 7, False), (7, 6, False)])
def test_a_season_is_whole_with_a_week_on_both_sides(before, after, whole):
    """Seven days before its first and seven after its last."""
    assert double_eleven(sold_around(before, after), "is_whole") == (whole,)


def test_days_further_away_are_not_around():
    """Fourteen on each side; with three, six in all, which are too few to be whole."""
    assert double_eleven(sold_around(20, 20), "around_count") == (28,)
    assert double_eleven(sold_around(20, 20), "around_count", "is_whole", around_days=3) == (6, False)
    assert double_eleven(sold_around(20, 20), "around_count", "is_whole", around_days=4) == (8, True)


def test_a_day_of_another_season_is_not_around():
    """Double Twelve begins on 10 December: of the 30 days before it two are Double Eleven's, 14 after it are known."""
    sold = orders(*daily(date(2024, 11, 1), date(2024, 12, 26), 1))
    found = seasons(sold, date(2024, 12, 27), "Asia/Shanghai", RULES, around_days=30)
    assert dict(read(found, "event", "around_count"))["Double Twelve"] == 28 + 14


def test_a_day_without_orders_is_zero_and_a_shop_without_amounts_has_no_revenue():
    """Orders on days 1 and 3, one amount known; where none is, a revenue of nothing would be a lie."""
    sold = [("o1", "ann", 1, 10), ("o2", "ben", 3, None)]
    assert sorted(read(_daily(table(ORDER, *sold), EPOCH))) == [(1, 1, 10), (2, 0, 0), (3, 1, 0)]
    unknown = table(ORDER, *((*order[:3], None) for order in sold))
    assert sorted(read(_daily(unknown, EPOCH))) == [(1, 1, None), (2, 0, None), (3, 1, None)]


# --- who buys only then --------------------------------------------------------------------------


def test_who_bought_only_in_a_season():
    """Days of purchase: Ann 1 and 2 November, Ben 1 November and 1 October, Cai 3 November, Dan 5 October twice over.

    Four of six are in the season, 2/3. Of those with several days both days are in it by 4/9, none by 1/9, so that of
    two people 8/9 are expected only in seasons; of those with one, 2/3 of two.
    """
    sold = [("ann", FIRST), ("ann", FIRST + DAY), ("ben", FIRST), ("ben", date(2024, 10, 1))]
    sold += [("cai", FIRST + 2 * DAY), ("dan", date(2024, 10, 5)), ("dan", date(2024, 10, 5))]
    found = season_buyers(orders(*sold), date(2024, 12, 10), "Asia/Shanghai", RULES)
    columns = ("purchase_days", "bought", "buyer_count", "expected_count", "buyer_share", "purchase_day_count")
    assert read(found, *columns, "spend", "spend_share") == [
        ("one purchase day", "never in a season", 1, 0.6667, 0.25, 1, 20, 0.2857),
        ("one purchase day", "only in seasons", 1, 1.3333, 0.25, 1, 10, 0.1429),
        ("several purchase days", "in and out of seasons", 1, 0.8889, 0.25, 2, 20, 0.2857),
        ("several purchase days", "only in seasons", 1, 0.8889, 0.25, 2, 20, 0.2857),
    ]


def test_buyers_of_one_kind_are_added_up():
    """Ann and Ben on two days of the season each, 10 a day: together four days, 40 of 40."""
    sold = [(who, FIRST + n * DAY) for who in ("ann", "ben") for n in (0, 1)]
    found = season_buyers(orders(*sold), date(2024, 12, 10), "Asia/Shanghai", RULES)
    columns = ("buyer_count", "expected_count", "purchase_day_count", "spend", "spend_share")
    assert read(found, *columns) == [(2, 2, 4, 40, 1)]
