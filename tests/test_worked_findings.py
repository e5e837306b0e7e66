"""What is said to have changed, on a handful of rows: intervals of drivers, surprises of the season, and the choice.

Judges studies/goals/certainty and studies/shared/windows.
"""

from datetime import date
from math import exp, log, sqrt

import ibis
import pytest
from in_memory import read, table

from customary.errors import UnknownName
from customary.query.findings import _whole, choose, sure_drivers, surprises_apart
from customary.studies.goals import driver_certainty, driver_tree
from customary.studies.seasons import surprises
from customary.studies.seasons.surprises import FEWEST, _expectation, _last_place, _one_series

BOTH = frozenset({"orders", "returns"})
PLACED = "order_id string, customer_id string, net_amount float64, day_on date, day int32, is_first_order boolean"
BACK = "return_id string, customer_id string, order_id string, refund_amount float64, day_on date, day int32"
EPOCH = date(1970, 1, 1)
NOW, BEFORE = ("2025-02-01", "2025-03-01"), ("2025-01-04", "2025-02-01")  # four weeks each


def on(text):
    """A day's ISO text and its number."""
    return text, (date.fromisoformat(text) - EPOCH).days


def each_week(start, people, amount=10.0, first=0):
    """One order of so many people in each of the four weeks from a day: each week has its own people."""
    begin = date.fromisoformat(start).toordinal()
    rows = []
    for week in range(4):
        day = on(str(date.fromordinal(begin + 7 * week)))
        rows += [(f"{start}-{week}-{n}", f"c{first + 100 * week + n}", amount, *day, True) for n in range(people)]
    return rows


def certain(rows, back=(), **more):
    """The study over these orders and returns."""
    return driver_certainty(
        table(PLACED, *rows), table(BACK, *back), date(2025, 3, 1), BOTH, during=NOW, against=BEFORE, **more
    )


# --- drivers and chance --------------------------------------------------------------------------


def test_the_parts_are_those_of_the_driver_tree():
    """What has an interval is the same number as without: one formula, not two."""
    rows = each_week("2025-01-04", 10) + each_week("2025-02-01", 15, 12.0)
    orders, back = table(PLACED, *rows), table(BACK)
    plain = driver_tree(orders, back, date(2025, 3, 1), BOTH, during=NOW, against=BEFORE)
    columns = ("position", "driver", "before", "after", "contribution")
    assert read(certain(rows), *columns) == read(plain, *columns)


def test_the_interval_of_buyers_by_hand():
    """40 buyers, then 160, each with one order of 10: 400 → 1,600, all of it by buyers.

    The weight is 1,200 ÷ ln 4; the logarithm of a ratio of counts errs by √(1/40 + 1/160), and all weeks grew alike, so
    that they scatter no more than chance: half = 1.96 · weight · that. Orders per buyer and value never differ: ± 0.
    """
    found = certain(each_week("2025-01-04", 10) + each_week("2025-02-01", 40))
    half = 1.96 * 1200 / 1.3862943611 * sqrt(1 / 40 + 1 / 160)
    (buyers, often, value, *_rest) = read(
        found, "contribution", "low_contribution", "high_contribution", "week_scatter"
    )
    assert buyers == pytest.approx((1200, 1200 - half, 1200 + half, 1), abs=1e-3)
    assert often == value == (0, 0, 0, 1)


def test_buyers_that_differ_have_intervals_by_hand():
    """40 buyers of one order of 20; then 40 of whom 20 came twice: x is 1 or 2, of 60 orders in all.

    Their squares are 100, 10 more than 60²/40: as a sample's variance 10·40/39, of 60² that is 0.00285. The weight of
    800 → 1,200 is 400 ÷ ln 1.5, so ± 1.96 · 986.5 · √0.00285. Where 20 paid 10 and 20 paid 30 instead, 4,000·40/39 of
    800² is 0.00641 and the weight 800: ± 125.5 on a change of nothing.
    """
    once = each_week("2025-01-04", 10, 20.0)
    later = each_week("2025-02-01", 10, 20.0)
    twice = [(f"{row[0]}-b", *row[1:]) for row in later if int(row[0].split("-")[4]) < 5]
    columns = ("contribution", "low_contribution", "high_contribution")
    half = 1.96 * 400 / 0.4054651 * sqrt(10 * 40 / 39 / 3600)
    assert read(certain(once + later + twice), *columns)[1] == pytest.approx((400, 400 - half, 400 + half), abs=1e-1)
    uneven = [(*row[:2], 10.0 if int(row[0].split("-")[4]) < 5 else 30.0, *row[3:]) for row in later]
    half = 1.96 * 800 * sqrt(4000 * 40 / 39) / 800
    assert read(certain(once + uneven), *columns)[2] == pytest.approx((0, -half, half), abs=1e-1)


def test_weeks_that_scatter_widen_the_interval():
    """Weeks of 10, 10, 10, 10 and then 70, 10, 70, 10: the same four-fold rise, but it came in two weeks of four.

    Of each pair of weeks 80 % should fall into the later window: of 80, 20, 80 and 20 orders 64, 16, 64 and 16, and it
    were 70, 10, 70 and 10. χ² = 2 · 36 ÷ 12.8 + 2 · 36 ÷ 3.2 = 28.125, over three degrees of freedom 9.375.
    """
    late = each_week("2025-02-01", 70)
    uneven = [row for row in late if row[0].split("-")[3] in "02" or int(row[0].split("-")[4]) < 10]
    calm = read(certain(each_week("2025-01-04", 10) + each_week("2025-02-01", 40)), "low_contribution")
    found = certain(each_week("2025-01-04", 10) + uneven)
    assert read(found, "week_scatter")[0][0] == pytest.approx(9.375)
    assert 1200 - read(found, "low_contribution")[0][0] == pytest.approx(sqrt(9.375) * (1200 - calm[0][0]), rel=1e-4)


def test_too_few_buyers_or_weeks_have_no_interval():
    """28 buyers are fewer than 30; three weeks are fewer than four. The numbers stand, nothing is called sure."""
    few = certain(each_week("2025-01-04", 7) + each_week("2025-02-01", 40))
    assert {low for (low,) in read(few, "low_contribution")} == {None}
    rows = each_week("2025-01-04", 10) + each_week("2025-02-01", 40)
    short = driver_certainty(
        table(PLACED, *rows), table(BACK), date(2025, 3, 1), BOTH, during=("2025-02-01", "2025-02-22"), against=BEFORE
    )
    assert {low for (low,) in read(short, "low_contribution")} == {None}


def test_what_came_back_has_the_interval_of_its_refunds():
    """Nothing came back, then four refunds of 30: −120, and ± 1.96 · √(4 · 30²) = 117.6: sure, by a hair."""
    day = on("2025-02-10")
    back = [(f"r{n}", f"c{n}", None, 30.0, *day) for n in range(4)]
    found = certain(each_week("2025-01-04", 10) + each_week("2025-02-01", 10), back)
    rows = {row[0]: row[1:] for row in read(found, "driver", "contribution", "low_contribution", "high_contribution")}
    assert rows["returned_revenue"] == pytest.approx((-120, -237.6, -2.4), abs=1e-3)


# --- surprises -----------------------------------------------------------------------------------

ORDER = "order_id string, net_amount float64, day int32, week_on date, month_on date"
VISIT = "session_id string, day int32, week_on date, month_on date"


def months(*counts, first=(2023, 1), amount=1.0):
    """So many orders on the first of each month, and one on the day before the first so that all months are whole."""
    rows, (year, month) = [], first
    for count in counts:
        text, number = on(f"{year}-{month:02}-01")
        rows += [(f"o{text}{n}", amount, number, text, text) for n in range(count)]
        year, month = year + month // 12, month % 12 + 1
    return table(ORDER, *rows)


NO_VISITS = table(VISIT)
YEAR = [40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140, 400]  # December is a season of its own


@pytest.mark.parametrize(
    ("monday", "as_of", "week"),
    [
        ("2025-01-06", "2025-01-12", "2024-12-30"),  # a Sunday: its week has a day to go
        ("2025-01-06", "2025-01-13", "2025-01-06"),
        ("2025-01-06", "2025-01-27", "2025-01-20"),  # though nothing happened in it
        ("2025-01-05", "2025-01-12", "2025-01-05"),  # weeks that begin on Sundays
    ],
)
def test_the_last_whole_week_is_over(monday, as_of, week):
    """All weeks of a shop begin on one weekday; places are whole weeks of seven days since 1970."""
    frames = {"sessions": NO_VISITS, "orders": table(ORDER, ("o1", 1.0, on(monday)[1], monday, "2025-01-01"))}
    place = _last_place(frames, "week", date.fromisoformat(as_of))
    assert read(ibis.memtable({"x": [1]}).select(place=place)) == [(on(week)[1] // 7,)]


def test_a_december_like_every_december_is_no_surprise():
    """Each month as in the year before: 400 in December are expected, though November had 140."""
    found = surprises(months(*YEAR, *YEAR), NO_VISITS, date(2025, 1, 1))
    assert read(found, "position", "measure", "value", "year_before", "expected", "is_surprise") == [
        (2, "order_count", 400, 400, 400, False),  # visits would be the first
        (3, "ordered_revenue", 400, 400, 400, False),
    ]


def test_a_december_without_its_season_is_one():
    """All months doubled, so 800 were expected; 300 came, more than in any other month and still far too few.

    Growth never varied, so chance alone is the spread: 1/400 a year before and 1/800 now, and the median of 11 months
    adds π/22: ± 2.576 · √(0.00375 · 1.1428) = ± 16.9 % on the logarithm.
    """
    doubled = [2 * n for n in YEAR[:-1]]
    found = surprises(months(*YEAR, *doubled, 300), NO_VISITS, date(2025, 1, 1))
    row = dict(zip(found.columns, read(found)[0], strict=True))
    half = 2.576 * sqrt((1 / 400 + 1 / 800) * (1 + 1.5708 / 11))
    assert (row["value"], row["expected"], row["is_surprise"]) == (300, 800, True)
    assert (row["low_expected"], row["high_expected"]) == pytest.approx((800 * exp(-half), 800 * exp(half)), rel=1e-4)


def test_one_odd_month_before_neither_hides_nor_makes_a_surprise():
    """The median does not hear one month of the eleven that was fifty times as large."""
    odd = [2 * n for n in YEAR[:-1]]
    odd[4] *= 25
    assert read(surprises(months(*YEAR, *odd, 800), NO_VISITS, date(2025, 1, 1)), "expected", "is_surprise")[0] == (
        800,
        False,
    )


def test_a_sum_is_as_uncertain_as_its_amounts_are_uneven():
    """1 and 3: (1 + 9) ÷ 4² = 0.625, as if of 1.6 orders; a single one is one; of amounts that come to nothing unknown.

    Of counts each order is one: ½ and 1.
    """
    amounts = {1: (1.0, 3.0), 2: (1.0,), 3: (0.0,)}
    rows = [(f"o{place}{n}", amount, 0, place) for place, found in amounts.items() for n, amount in enumerate(found)]
    t = table("order_id string, net_amount float64, day int32, place int64", *rows)
    t = t.mutate(start_on=ibis.literal(date(2025, 1, 1)))
    revenue, count = (_one_series(t, "orders", name).order_by("place") for name in ("ordered_revenue", "order_count"))
    assert read(revenue, "value", "noise", "record_count") == [(4, 0.625, 2), (1, 1, 1), (0, None, 1)]
    assert read(count, "value", "noise", "record_count") == [(2, 0.5, 2), (1, 1, 1), (1, 1, 1)]


def test_growth_is_the_median_of_the_periods_just_before():
    """Of period 20 the two before it count, 18 and 19: the same as a year before and four times as much.

    Their median is twice as much: 100 become 200. Both lie ln 2 from it, 1.4826 · ln 2 on the scale of a standard
    deviation, more than chance: ± 2.576 · 1.4826 · ln 2 · √(1 + π/4). Of 29 records a year before nothing is told,
    nor where three periods are wanted.
    """
    columns = (
        "measure string, place int64, growth float64, year_before float64, noise_before float64, records_before int64"
    )
    rows = [("n", 17, log(9), 1, 0.01, 50), ("n", 18, 0, 1, 0.01, 50), ("n", 19, log(4), 1, 0.01, 50)]
    rows += [("n", 20, log(7), 100, 0.01, 50)]
    facts = ("expected", "low_expected", "high_expected", "period_count")
    found = read(_expectation(table(columns, *rows), 20, span=2, fewest=2), *facts)
    half = 2.576 * 1.4826 * log(2) * sqrt(1 + 1.5708 / 2)
    assert found == [pytest.approx((200, 200 * exp(-half), 200 * exp(half), 2), rel=1e-3)]
    assert read(_expectation(table(columns, *rows), 20, span=2, fewest=3)) == []
    assert read(_expectation(table(columns, *rows[:-1], (*rows[-1][:-1], FEWEST - 1)), 20, span=2, fewest=2)) == []


def test_a_short_history_says_nothing():
    """Sixteen whole months: a year back there is a month, but growth is read from four of them only."""
    assert read(surprises(months(*YEAR, *YEAR[:4]), NO_VISITS, date(2024, 5, 1))) == []


def test_a_month_that_is_not_over_and_one_that_is_missing_are_not_judged():
    """On 15 January December is the last whole month; where December has no order at all there is no row of it."""
    whole = surprises(months(*YEAR, *YEAR, 1), NO_VISITS, date(2025, 1, 15))
    assert read(whole, "start_on")[0] == (date(2024, 12, 1),)
    assert read(surprises(months(*YEAR, *YEAR[:-1]), NO_VISITS, date(2025, 1, 1))) == []


def test_an_unknown_period_is_refused():
    """A day has no season of its own here."""
    with pytest.raises(UnknownName, match="no period is called “day”"):
        surprises(months(*YEAR), NO_VISITS, date(2025, 1, 1), every="day")


# --- the choice ----------------------------------------------------------------------------------


def driver(name, contribution, half):
    """A driver's row; no interval where `half` is None."""
    low, high = (None, None) if half is None else (contribution - half, contribution + half)
    return {"driver": name, "contribution": contribution, "low_contribution": low, "high_contribution": high}


def surprise(name, value, expected=100.0, is_surprise=True):
    """A measure's row with an interval of half to double what was expected."""
    bounds = {"low_expected": expected / 2, "high_expected": expected * 2}
    return {"measure": name, "value": value, "expected": expected, "is_surprise": is_surprise, **bounds}


TREE = [
    driver("buyer_count", 80, 20),
    driver("orders_per_buyer", -30, 40),
    driver("average_order_value", -25, 5),
    driver("returned_revenue", -1, None),
    driver("net_revenue", 24, 10),
]


def told(rows):
    """Whom the rows speak of."""
    return [row.get("driver") or row["measure"] for row in rows]


def test_only_what_is_beyond_nothing_is_said_and_the_total_first():
    """−30 ± 40 might be a rise, and what has no interval might be anything; of the sure ones the largest follows."""
    assert told(sure_drivers(TREE)) == ["net_revenue", "buyer_count", "average_order_value"]
    assert sure_drivers([driver("net_revenue", 10, 10)]) == []


def test_orders_and_their_sales_are_one_surprise():
    """Sales at a fifth of what was expected are further out than orders at a third; visits are another matter."""
    rows = [surprise("order_count", 33), surprise("ordered_revenue", 20), surprise("session_count", 300)]
    assert told(surprises_apart(rows)) == ["ordered_revenue", "session_count"]
    assert surprises_apart([surprise("order_count", 90, is_surprise=False)]) == []


def test_three_findings_the_total_its_driver_and_the_greatest_surprise():
    """With a surprise it takes the third place; without one the next driver does; nothing sure is no finding."""
    rows = [surprise("session_count", 300)]
    assert told(choose(TREE, rows)) == ["net_revenue", "buyer_count", "session_count"]
    assert told(choose(TREE, [])) == ["net_revenue", "buyer_count", "average_order_value"]
    assert choose([driver("net_revenue", 1, 2)], [surprise("order_count", 90, is_surprise=False)]) == []


def test_nothing_sold_is_the_greatest_surprise():
    """Zero has no logarithm and is further out than anything."""
    rows = [surprise("session_count", 1), surprise("order_count", 0)]
    assert told(surprises_apart(rows))[0] == "order_count"


def test_a_surprise_is_of_its_whole_month_or_week():
    """The month of 1 February ends where March begins, the week of the third where that of the tenth does."""
    assert _whole(date(2025, 2, 1), "month") == (date(2025, 2, 1), date(2025, 3, 1))
    assert _whole(date(2025, 2, 3), "week") == (date(2025, 2, 3), date(2025, 2, 10))
