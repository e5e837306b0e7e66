"""Returns, refunds and complaints on a handful of rows, computed in the head.

Judges models/shrinkage, stats/intervals and stats/survival.
"""

from datetime import date

import numpy as np
import pytest
from in_memory import read, table

from customary.errors import Refused
from customary.studies.returns import (
    complaints,
    odd_refunds,
    product_returns,
    refund_views,
    resolution_times,
    return_curve,
    return_delays,
    return_rates,
    return_reasons,
    returns,
)
from customary.studies.returns.products import ShrunkRates, product_counts, shrunk_return_rates
from customary.studies.returns.rates import _rate

AS_OF = date(1970, 4, 11)  # day 100, so that days can be written as numbers
SHOP = frozenset({"orders", "returns"})

# --- rates ---------------------------------------------------------------------------------------

SOLD = (
    "customer_id string, day int32, month_on date, is_cancelled boolean, delivered_local timestamp, "
    "is_returned boolean, return_delay_days int32, unit_count int64, returned_unit_count int64, net_amount float64, "
    "refund_amount float64"
)
ARRIVED = "1970-01-20 10:00"


def bought(customer, day, month, delay=None, units=1, back=0, amount=10, refund=0, **more):
    """An order of a day that arrived, and what came back of it after so many days."""
    arrived = more.get("arrived", ARRIVED)
    cancelled = more.get("cancelled", False)
    return (customer, day, month, cancelled, arrived, delay is not None, delay, units, back, amount, refund)


JANUARY, MARCH = "1970-01-01", "1970-03-01"
ORDERS = (
    bought("ann", 0, JANUARY, delay=10, units=2, back=1, amount=20, refund=10),
    bought("ben", 9, JANUARY, units=4, amount=60),
    bought("cai", 20, JANUARY, delay=-3, units=1, back=1, amount=20, refund=20),  # dated before: it took no time
    bought("dan", 30, JANUARY),
    bought("eve", 89, MARCH, units=2, amount=20),  # watched for 100 − 1 − 89 = 10 days
    bought("fay", 90, MARCH, delay=4, back=1, refund=10),  # for 9
)


def test_returns_by_month_of_the_order():
    """With a window of 10 days January is done: 2 of 4 orders, 2 of 8 pieces, 30 of 110; March is not, for Fay's 9.

    Of those returned one came at once, one after 4 days, one after 10. Kaplan–Meier: at 0 days 6 watched, 1 back; at 4
    5 watched, 1 back; at 10 3 of the rest are watched (Ann, Ben, Dan) and Eve, 1 back: still out 5/6 · 4/5 · 3/4 = 1/2.
    So at 9 days 1/3 is back of 1/2, two thirds; at 10 days all. March's 1 return of 2/3 + 1 orders is 0.6.
    """
    found = returns(table(SOLD, *ORDERS), AS_OF, SHOP, window_days=10)
    january, march = (dict(zip(found.columns, row, strict=True)) for row in read(found))
    assert (january["order_count"], january["returned_count"], january["is_mature"]) == (4, 2, True)
    assert january["return_rate"] == january["expected_rate"] == january["naive_rate"] == 0.5
    assert (january["unit_count"], january["returned_unit_count"], january["unit_return_rate"]) == (8, 2, 0.25)
    assert (january["ordered_amount"], january["refund_amount"]) == (110, 30)
    assert january["value_return_rate"] == 0.2727 and january["window_days"] == 10
    assert (march["order_count"], march["naive_rate"], march["is_mature"]) == (2, 0.5, False)
    assert march["return_rate"] is march["low_rate"] is march["high_rate"] is None
    assert march["expected_rate"] == 0.6
    assert [row[0] for row in read(found, "month_on")] == [date(1970, 1, 1), date(1970, 3, 1)]


def test_a_month_is_done_on_the_last_day_of_its_window():
    """Fay's order was watched for 9 days: a window of 9 is over, one of 10 is not."""
    done = [read(returns(table(SOLD, *ORDERS), AS_OF, SHOP, window_days=n), "is_mature")[1] for n in (9, 10)]
    assert done == [(True,), (False,)]


def test_a_fresh_month_is_never_expected_to_return_more_than_all():
    """Ben's return after 9 days is 1 of at most 1, however early it is."""
    orders = (bought("ann", 0, JANUARY, delay=50), bought("ben", 90, MARCH, delay=1), bought("cai", 10, JANUARY))
    found = read(returns(table(SOLD, *orders), AS_OF, SHOP, window_days=20), "expected_rate")
    assert found == [(0.5,), (1,)]


def test_the_window_is_as_long_as_nineteen_in_twenty_returns_took():
    """Delays of 1, 2 … 20 days: the 95th of a hundred lies at 19.05 days, and a window has whole days, so 20."""
    orders = (bought(f"c{n}", 0, JANUARY, delay=n) for n in range(1, 21))
    assert read(return_rates(table(SOLD, *orders), AS_OF, SHOP), "window_days")[0] == (20,)


def test_without_any_return_the_window_is_thirty_days():
    """Watched for 30 days is long enough, for 29 it is not."""
    orders = table(SOLD, bought("ann", 69, MARCH), bought("ben", 70, MARCH))
    assert read(return_rates(orders, AS_OF, SHOP), "order_count", "window_days")[0] == (1, 30)


def test_rates_by_order_by_piece_and_by_value():
    """Five orders were watched for 10 days, all but Fay's: 2 of 5 orders, 2 of 10 pieces, 30 of 130 came back.

    Naively, with Fay's: 3 of 6, 3 of 11, 40 of 140. By order each customer is off by 3/5 or 2/5:
    (2 · 9 + 3 · 4)/25 · 5/4 = 1.5, and √1.5 / 5 = 0.2449: 0.4 ± 1.96 · 0.2449, not below nothing.
    """
    found = return_rates(table(SOLD, *ORDERS), AS_OF, SHOP, window_days=10)
    columns = ("basis", "order_count", "sold", "returned", "return_rate", "naive_rate")
    assert read(found, *columns) == [
        ("orders", 5, 5, 2, 0.4, 0.5),
        ("units", 5, 10, 2, 0.2, 0.2727),
        ("value", 5, 130, 30, 0.2308, 0.2857),
    ]
    assert read(found, "low_rate", "high_rate")[0] == (0, 0.8801)


def test_the_curve_of_returns():
    """As worked out above: 1/6 at once, 1/3 after 4 days, 1/2 after 10; the others are only watched."""
    found = read(return_curve(table(SOLD, *ORDERS), AS_OF, SHOP))
    assert [row for row in found if row[1]] == [(0, 1, 6, 0.1667), (4, 1, 5, 0.3333), (10, 1, 4, 0.5)]


def test_what_was_cancelled_on_its_way_is_no_kept_order():
    """Cancelled before it arrived: in no figure. Cancelled after it: an order as any other."""
    on_its_way = bought("ann", 0, JANUARY, cancelled=True, arrived=None)
    orders = (on_its_way, bought("ben", 0, JANUARY, cancelled=True), bought("cai", 0, JANUARY, arrived=None))
    assert read(return_rates(table(SOLD, *orders), AS_OF, SHOP), "order_count")[0] == (2,)


def test_where_nobody_writes_returns_down_there_is_no_rate():
    """A shop without the table has no order to speak of; a negative window is refused, 0 is not."""
    assert read(returns(table(SOLD, *ORDERS), AS_OF, frozenset({"orders"}))) == []
    with pytest.raises(Refused, match="at least one day"):
        returns(table(SOLD, *ORDERS), AS_OF, SHOP, window_days=-1)


# --- reasons and delays --------------------------------------------------------------------------

CAME = "reason string, link string, refund_amount float64, delay_days int32"
CAME_BACK = (
    ("too small", "named", 10, 2),
    ("too small", "found", 20, 4),
    ("broken", "named", 30, 12),
    (None, None, 5, None),
)


def test_reasons_with_their_share():
    """Too small: 2 of 4, refunds of 30, 2 and 4 days, so 3 in the middle; no reason stands after broken."""
    assert read(return_reasons(table(CAME, *CAME_BACK))) == [
        ("too small", 2, 30, 3, 0.5),
        ("broken", 1, 30, 12, 0.25),
        (None, 1, 5, None, 0.25),
    ]


def test_delays_by_how_the_order_was_found():
    """Named: after 2 and 12 days, 7 in the middle and 11 for nine in ten; found after 4; of no order: unknown."""
    assert read(return_delays(table(CAME, *CAME_BACK))) == [
        ("named", 2, 40, 7, 11),
        ("found", 1, 20, 4, 4),
        ("no order", 1, 5, None, None),
    ]


# --- refunds -------------------------------------------------------------------------------------


def test_two_views_of_refunds_step_by_step():
    """Orders of 100 and 50 with refunds of 30 at any time; here came 12 of o1, 9 of an order elsewhere, 5 of none.

    150 − 26 = 124 by the day of the refund; + 9 of elsewhere + 5 of none − (30 − 12) at other times = 120 by order.
    """
    orders = table("order_id string, net_amount float64, refund_amount float64", ("o1", 100, 30), ("o2", 50, 0))
    back = table(
        "order_id string, refund_amount float64, order_refund_amount float64",
        ("o1", 12, 12),
        ("o9", 9, 9),
        (None, 5, 0),
    )
    assert [amount for _n, _step, amount in read(refund_views(orders, back))] == [124, 9, 5, -18, 120]


ODD = (
    "is_before_order boolean, left_out_because string, refund_amount float64, excess_amount float64, order_id string, "
    "order_refund_amount float64"
)
BEYOND = "refund beyond the order"


@pytest.mark.parametrize(
    ("row", "kind", "amount"),
    [
        ((True, None, 8, 0, "o1", 8), "dated before its order, counted", 8),
        ((False, None, 8, 3, "o1", 8), "beyond its order, left out", 3),
        ((False, BEYOND, 8, 0, "o1", 0), "beyond its order, left out", 8),
        ((False, None, 8, 0, "o1", 6), "beyond the order found for it, counted", 2),
        ((False, None, 8, 0, None, 0), "of no order, counted", 8),
        ((False, None, -8, 0, "o1", -8), "negative, counted", -8),
    ],
)
def test_an_odd_refund_is_odd_in_one_way(row, kind, amount):
    """One refund of each kind; the other kinds are there with nothing."""
    found = {row[0]: row[1:] for row in read(odd_refunds(table(ODD, row)))}
    assert len(found) == 5 and found.pop(kind) == (1, amount)
    assert set(found.values()) == {(0, 0)}


@pytest.mark.parametrize(
    "row",
    [
        (False, None, 8, 0, "o1", 8),
        (False, None, 0, 0, "o1", 0),
        (True, "test account", 8, 0, "o1", 8),
        (False, "no customer", 8, 0, None, 0),
        (False, "no customer", -8, 0, "o1", 0),
        (False, "no customer", 8, 0, "o1", 6),
    ],
)
def test_an_ordinary_refund_is_not_odd(row):
    """Neither one that fits its order nor one that counts nowhere anyway."""
    assert {found[1:] for found in read(odd_refunds(table(ODD, row)))} == {(0, 0)}


# --- complaints ----------------------------------------------------------------------------------

CASES = "kind string, topic string, customer_id string, order_id string, month_on date"
COMPLAINTS = (
    ("complaint", "delivery", "ann", "o1", JANUARY),
    ("complaint", "delivery", "ann", None, JANUARY),
    ("complaint", "delivery", None, None, MARCH),
    ("complaint", "fit", "ben", "o2", MARCH),
    ("question", "fit", "ben", None, MARCH),
)
PLACED = "order_id string, month_on date"
EIGHT = tuple((f"o{n}", JANUARY if n < 6 else "1970-02-01") for n in range(8))


def test_complaints_are_held_against_orders():
    """Eight orders, three complaints about delivery of which one person made two: 375 per 1,000, 3/4 of all.

    Byar's interval of 3: 3·(1 − 1/27 − 1.96/(3√3))³ = 0.603 and 4·(1 − 1/36 + 1.96/6)³ = 8.766, per 8 orders.
    """
    delivery, fit = read(complaints(table(CASES, *COMPLAINTS), table(PLACED, *EIGHT)))
    assert delivery[:4] == ("delivery", 3, 8, 375) and delivery[6:] == (1, 1, 0.75)
    assert delivery[4:6] == pytest.approx((1000 * 0.603 / 8, 1000 * 8.766 / 8), abs=0.1)
    assert fit[:4] == ("fit", 1, 8, 125) and fit[6:] == (1, 1, 0.25)


def test_complaints_of_a_month_are_held_against_its_own_orders():
    """January: 2 on 6 orders. February: none on 2. March had complaints but no order, so no rate and no line."""
    found = complaints(table(CASES, *COMPLAINTS), table(PLACED, *EIGHT), by="month_on")
    columns = ("month_on", "complaint_count", "order_count", "per_thousand_orders", "customer_count")
    assert read(found, *columns) == [(date(1970, 1, 1), 2, 6, 333.3333, 1), (date(1970, 2, 1), 0, 2, 0, 0)]


def test_hours_until_a_case_is_closed():
    """Closed after 2, 4 and 4.9 hours (4 whole ones), one open for 24: half of all after 4, and never nine in ten.

    A case closed before it was opened took no time; one without a topic is under “unknown”.
    """
    opened = "1970-04-10 00:00"
    cases = table(
        "topic string, opened_local timestamp, closed_local timestamp, closed_at timestamp",
        ("delivery", opened, "1970-04-10 02:00", "1970-04-10 02:00"),
        ("delivery", opened, "1970-04-10 04:00", "1970-04-10 04:00"),
        ("delivery", opened, "1970-04-10 04:54", "1970-04-10 04:54"),
        ("delivery", opened, None, None),
        (None, opened, "1970-04-09 00:00", "1970-04-09 00:00"),
    )
    assert read(resolution_times(cases, AS_OF)) == [
        ("delivery", 4, 1, 4, 4, None),
        ("unknown", 1, 0, 0, 0, 0),
    ]


def test_an_open_case_is_watched_until_the_as_of_day():
    """Of nine closed within the hour and one open nine in ten are settled at 0 hours; with two open they are not."""
    opened = "1970-04-10 00:00"
    columns = "topic string, opened_local timestamp, closed_local timestamp, closed_at timestamp"
    soon, still = ("a", opened, opened, opened), ("a", opened, None, None)
    assert read(resolution_times(table(columns, *[soon] * 9, still), AS_OF), "nine_in_ten_hours") == [(0,)]
    assert read(resolution_times(table(columns, *[soon] * 9, still, still), AS_OF), "nine_in_ten_hours") == [(None,)]


def test_an_open_case_is_watched_to_the_hour():
    """One closed after 25 hours, the other open for 24 on 2 May 2025: when that was settled no other was seen."""
    opened = "2025-05-01 00:00"
    cases = table(
        "topic string, opened_local timestamp, closed_local timestamp, closed_at timestamp",
        ("a", "2025-04-01 00:00", "2025-04-02 01:00", "2025-04-02 01:00"),
        ("a", opened, None, None),
    )
    assert read(resolution_times(cases, date(2025, 5, 2)), "nine_in_ten_hours") == [(25,)]
    assert read(resolution_times(cases, date(2025, 5, 3)), "nine_in_ten_hours") == [(None,)]


# --- products ------------------------------------------------------------------------------------

LINES = (
    "product_id string, product_name string, category string, order_id string, is_returned boolean, "
    "return_delay_days int32, net_amount float64, day int32"
)


def sold_line(product, order, back=False, day=0, delay=None):
    """A line of 10 in an order of a day."""
    return (product, product, "home", order, back, delay, 10, day)


def test_orders_count_once_for_a_product():
    """Two lines of the lamp in o1, one of which came back: one order, returned. The mug's were kept."""
    lines = (sold_line("lamp", "o1"), sold_line("lamp", "o1", True), sold_line("lamp", "o2"), sold_line("mug", "o2"))
    assert read(product_counts(table(LINES, *lines), AS_OF, window_days=10)) == [(2, 1), (1, 0)]


def test_a_line_is_asked_after_its_window():
    """On day 100 a line of day 89 had more than 10 days, one of day 90 just 10; a line of no product is none."""
    lines = (sold_line("lamp", "o1", day=89), sold_line("mug", "o2", day=90), sold_line(None, "o3"))
    assert read(product_counts(table(LINES, *lines), AS_OF, window_days=10)) == [(1, 0)]


def test_a_product_is_called_high_when_even_its_low_end_is_above_the_shop():
    """Lamp 2 of 4 orders, mug 0 of 4, the shop 2 of 8; the fit says 0.3 to 0.6 for the lamp, 0 to 0.2 for the mug."""
    lines = [sold_line("lamp", f"o{n}", n < 2) for n in range(4)] + [sold_line("mug", f"o{n}") for n in range(4)]
    pairs = {"order_count": [4, 4], "returned_count": [2, 0], "shrunk_rate": [0.45, 0.1]}
    fitted = ShrunkRates({**pairs, "low_rate": [0.3, 0.0], "high_rate": [0.6, 0.2]}, 0.25, 7.0)
    found = product_returns(table(LINES, *lines), fitted, AS_OF, window_days=10)
    columns = ("product_id", "raw_rate", "shrunk_rate", "category_rate", "shop_rate", "prior_weight", "is_high")
    assert read(found, *columns, "revenue", "product_total") == [
        ("lamp", 0.5, 0.45, 0.25, 0.25, 7, True, 40, 2),
        ("mug", 0, 0.1, 0.25, 0.25, 7, False, 40, 2),
    ]


def test_the_shops_rate_is_that_of_all_its_orders():
    """3 of 10 and 1 of 30 are 4 of 40: a tenth, not the mean of the two rates; each rate is drawn toward it."""
    fitted = shrunk_return_rates.model({"order_count": np.array([10, 30]), "returned_count": np.array([3, 1])})
    assert fitted.shop_rate == pytest.approx(0.1)
    few, many = sorted(zip(*(fitted.rates[name].tolist() for name in fitted.rates), strict=True))
    assert few[:2] == (10, 3) and many[:2] == (30, 1)
    assert 0.1 < few[2] < 0.3 and 1 / 30 < many[2] < 0.1
    assert few[3] < few[2] < few[4] and many[3] < many[2] < many[4]


def test_a_rate_is_between_nothing_and_all():
    """.9 ± .196 ends at 1, .1 ± .196 begins at 0, .5 ± .196 does neither; where no order is mature there are none."""
    columns = "row_count int64, below_sum float64, above_sum float64, ratio float64, error float64"
    t = table(f"{columns}, naive_rate float64, window_days int32", *((5, 5, 1, r, 0.1, r, 9) for r in (0.9, 0.1, 0.5)))
    found = read(t.select(**_rate(t)), "order_count", "low_rate", "high_rate")
    assert found == [(5, 0.704, 1), (5, 0, 0.296), (5, 0.304, 0.696)]
    none = table(f"{columns}, naive_rate float64, window_days int32", (None, None, None, None, None, None, 9))
    assert read(none.select(**_rate(none)), "order_count", "return_rate", "low_rate") == [(0, None, None)]
