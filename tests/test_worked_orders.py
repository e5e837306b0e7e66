"""Orders on a handful of rows: what each study of them says, computed in the head.

Judges studies/orders/ways and stats/intervals.
"""

from math import sqrt

import pytest
from given import told
from in_memory import read, table

from customary.errors import Refused
from customary.studies.orders import (
    accounts,
    deliveries,
    hours,
    order_status,
    order_value_intervals,
    order_values,
    products,
    purchase_intervals,
    repeated_lines,
)
from customary.studies.orders.books import _sum

# --- how they ended ------------------------------------------------------------------------------

ENDS = (
    "paid_at timestamp, cancelled_at timestamp, is_cancelled boolean, is_returned boolean, "
    "is_refunded_in_full boolean, left_out_because string, net_amount float64, ordered_at timestamp"
)
PAID, NEXT = "2025-03-01 10:00", "2025-03-02 10:00"


@pytest.mark.parametrize(
    ("ended", "status"),
    [
        ((PAID, None, False, False, False), "successful"),
        ((PAID, None, False, True, False), "returned in part"),
        ((PAID, None, False, True, True), "refunded in full"),
        ((PAID, None, False, False, True), "successful"),  # worth nothing, so that nothing is all of it
        ((PAID, NEXT, True, True, True), "cancelled after payment"),
        ((NEXT, PAID, True, False, False), "cancelled before payment"),
        ((PAID, PAID, True, False, False), "cancelled before payment"),  # in the same instant
        ((None, PAID, True, False, False), "cancelled before payment"),
        ((None, None, False, False, False), "not paid"),
    ],
)
def test_an_order_has_one_end(ended, status):
    """Cancelled comes before not paid, and before what came back; a full refund before one in part."""
    assert read(order_status(table(ENDS, (*ended, None, 10, PAID))), "order_status") == [(status,)]


def test_of_an_order_without_a_day_nobody_knows_when_it_was_paid():
    """It went well unless it is said that it was never paid."""
    blank = (None, None, False, False, False)
    for why, status in ((None, "successful"), ("not paid", "not paid")):
        assert read(order_status(table(ENDS, (*blank, why, 10, None))), "order_status") == [(status,)]


def test_ends_are_counted_with_their_share():
    """Of four orders two went well (10 + 30), one was never paid (7), one came back in part (20): 2/4, 1/4, 1/4."""
    orders = table(
        ENDS,
        (PAID, None, False, False, False, None, 10, PAID),
        (PAID, None, False, False, False, "test order", 30, PAID),
        (None, None, False, False, False, "not paid", 7, PAID),
        (PAID, None, False, True, False, None, 20, PAID),
    )
    found = read(order_status(orders), "order_status", "order_count", "counted_count", "amount", "order_share")
    assert found == [
        ("successful", 2, 1, 40, 0.5),
        ("not paid", 1, 0, 7, 0.25),
        ("returned in part", 1, 1, 20, 0.25),
    ]


# --- deliveries ----------------------------------------------------------------------------------

SENT = (
    "customer_id string, delivery_method string, ordered_local timestamp, delivered_local timestamp, promised_on date"
)


def test_late_is_the_day_after_the_promised_one():
    """Promised for the 5th: in its last minute is on time, on the 6th is late; no promise or no arrival is in no rate.

    From order to door it took 4.5 days, 5, and 2: the middle one is 4.5.
    """
    orders = table(
        SENT,
        ("ann", "post", "2025-03-01 11:59", "2025-03-05 23:59", "2025-03-05"),
        ("ben", "post", "2025-03-01 00:00", "2025-03-06 00:00", "2025-03-05"),
        ("cai", "post", "2025-03-01 00:00", "2025-03-03 00:00", None),
        ("dan", "post", "2025-03-01 00:00", None, "2025-03-05"),
        ("eve", None, "2025-03-01 00:00", None, None),
    )
    columns = ("delivery_method", "order_count", "delivered_count", "late_count", "late_rate", "other_count")
    assert read(deliveries(orders), *columns, "median_days") == [
        ("post", 4, 2, 1, 0.5, 2, 4.5),
        (None, 1, 0, 0, None, 1, None),
    ]


def test_who_sends_most_stands_first():
    """Two parcels of the courier before one by post, whatever the alphabet says."""
    times = ("2025-03-01 00:00", "2025-03-02 00:00", "2025-03-05")
    orders = table(SENT, ("a", "by post", *times), ("b", "courier", *times), ("c", "courier", *times))
    assert [row[0] for row in read(deliveries(orders))] == ["courier", "by post"]


# --- values --------------------------------------------------------------------------------------


def test_an_average_value_lies_in_the_middle_of_its_interval():
    """Ann 10, Ben 20, Cai 60: mean 30, median 20.

    The three are 20, 10 and 30 off: (400 + 100 + 900) · 3/2 = 2,100, and √2,100 / 3 = √(700/3) is the error. Of one
    order each that is also the plain one, √700 / √3.
    """
    orders = table(
        "customer_id string, net_amount float64, channel string",
        ("ann", 10, "web"),
        ("ben", 20, "web"),
        ("cai", 60, "web"),
        ("ann", 5, None),
    )
    web, unknown = read(order_value_intervals(orders))
    half = 1.96 * sqrt(700 / 3)
    assert web[:4] == ("web", 3, 3, 30) and web[4:] == pytest.approx((30 - half, 30 + half, 20, half), abs=1e-4)
    assert unknown[:4] == (None, 1, 1, 5) and unknown[4:6] == (None, None)


def test_bands_of_order_value():
    """0 to 100 in steps of 10: the 98th percentile is 98, so that of two bands the first ends at 49.

    0, 10, 20, 30 and 40 are in it, 50 to 90 in the second, and the one above 98 in a band of its own without an end.
    """
    orders = table("net_amount float64", *((float(10 * n),) for n in range(11)))
    assert read(order_values(orders, bins=2)) == [(0, 0, 49, 5), (1, 49, 98, 5), (2, 98, None, 1)]


def test_orders_worth_nothing_are_in_the_last_band():
    """Where all are worth the same, nothing lies below the top."""
    assert read(order_values(table("net_amount float64", (0.0,), (0.0,)), bins=2)) == [(2, 0, None, 2)]


def test_hours_are_those_of_the_shop():
    """Two orders on Monday at 9, one at 10, one on Tuesday at 9."""
    orders = table("order_id string, weekday int32, hour int32", ("a", 0, 9), ("b", 0, 9), ("c", 0, 10), ("d", 1, 9))
    assert read(hours(orders)) == [(0, 9, 2), (0, 10, 1), (1, 9, 1)]


def test_gaps_are_put_into_weeks():
    """Ann on days 0, 6, 13 and twice on 13: gaps of 6 (week 0) and 7 (week 1). Ben after 8 (week 1), Cai after 400."""
    days = [("ann", 0), ("ann", 6), ("ann", 13), ("ann", 13), ("ben", 5), ("ben", 13), ("cai", 0), ("cai", 400)]
    orders = table("customer_id string, day int32", *days)
    assert read(purchase_intervals(orders)) == [(0, 1, 6), (1, 2, 7.5), (52, 1, 400)]
    assert [row[0] for row in read(purchase_intervals(orders, week_days=8))] == [0, 1, 50]


def test_fifty_two_weeks_and_more_are_one():
    """363 days are in week 51, 364 in week 52, 371 too."""
    orders = table("customer_id string, day int32", *((f"{gap}", day) for gap in (363, 364, 371) for day in (0, gap)))
    assert read(purchase_intervals(orders), "week_no", "gap_count") == [(51, 1), (52, 2)]


SOLD = (
    "product_id string, product_name string, category string, net_amount float64, quantity int64, order_id string, "
    "customer_id string, charge string"
)
RETURNED = "order_id string, product_id string, quantity int64, order_refund_amount float64, left_out_because string"
NONE_BACK = table(RETURNED)


def test_products_by_revenue():
    """Two orders of lamps bring 60 from two people; three lines of mugs in two bring 60 from one: by name then."""
    lines = table(
        SOLD,
        ("mug", "Mug", "kitchen", 20, 2, "o1", "ann", None),
        ("mug", "Mug", "kitchen", 20, 2, "o1", "ann", None),
        ("mug", "Mug", "kitchen", 20, 1, "o2", "ann", None),
        ("lamp", "Lamp", "home", 30, 1, "o3", "ann", None),
        ("lamp", "Lamp", "home", 30, 1, "o4", "ben", None),
        ("vase", "Vase", "home", 99, 1, "o4", "ben", None),
    )
    columns = ("product_id", "revenue", "unit_count", "order_count", "buyer_count", "product_total")
    assert read(products(lines, NONE_BACK), *columns) == [
        ("vase", 99, 1, 1, 1, 3),
        ("lamp", 60, 2, 2, 2, 3),
        ("mug", 60, 5, 2, 1, 3),
    ]


def test_what_is_left_of_a_product():
    """Of 5 mugs for 60, 2 for 24 came back: 3 and 36 are left. Of 4 lamps for 40 none did: 4 and 40, 0 back.

    Without any return written down, how many came back is unknown, and all that was sold is left.
    """
    lines = table(
        SOLD,
        ("mug", "Mug", "kitchen", 60, 5, "o1", "ann", None),
        ("lamp", "Lamp", "home", 40, 4, "o1", "ann", None),
    )
    back = table(RETURNED, ("o1", "mug", 1, 14, None), ("o1", "mug", 1, 10, None))
    columns = ("product_id", "returned_unit_count", "net_unit_count", "refund_amount", "net_revenue")
    assert read(products(lines, back), *columns) == [("lamp", 0, 4, 0, 40), ("mug", 2, 3, 24, 36)]
    assert read(products(lines, NONE_BACK), *columns) == [("mug", None, 5, None, 60), ("lamp", None, 4, None, 40)]


# --- books ---------------------------------------------------------------------------------------

BOOKED = "left_out_because string, gross_amount float64"
BACK = "left_out_because string, refund_amount float64, fee_refund_amount float64, excess_amount float64"


def test_every_row_is_in_the_accounts_once():
    """Three lines, two orders, two returns – 6 for goods, 3 for shipping, 4 too many –, and one unreadable record."""
    found = accounts(
        table(BOOKED, (None, 10), (None, 20), ("price is not above zero", 0)),
        table(BOOKED, (None, 30), ("test order", 5)),
        table(BACK, (None, 6, 3, 4), ("no customer", 7, 0, 0)),
        table("table_name string, reason string", (None, "no header")),
    )
    assert read(found) == [
        ("items", "counted", None, 2, 30),
        ("items", "left out", "price is not above zero", 1, 0),
        ("orders", "counted", None, 1, 30),
        ("orders", "left out", "test order", 1, 5),
        ("returns", "counted", None, 1, 6),
        ("returns", "counted", "refund of shipping and tax (a part of a row)", 0, 3),
        ("returns", "left out", "no customer", 1, 7),
        ("returns", "left out", "refund beyond the order (a part of a row)", 0, 4),
        ("unreadable", "quarantined", "no header", 1, None),
    ]


def test_repeated_lines_are_counted_or_left_out():
    """Of three repeats two count and one has no price; the line that repeats nothing is not here."""
    lines = table(
        "is_repeated boolean, left_out_because string, gross_amount float64",
        (True, None, 10),
        (True, None, 10),
        (True, "price is not above zero", 0),
        (False, None, 99),
        (None, None, 99),
    )
    assert read(repeated_lines(lines)) == [("counted", 2, 20), ("price is not above zero", 1, 0)]


def test_the_revenue_bridge_by_hand(worked_shop):
    """From 1,129 on the lines to a gross revenue of 220 and a total of 152.

    Lines: 20 + 30 + 10 + 30 + 30 + 999 + 10 = 1,129. Left out are 999 of a test and 10 of an unknown order. Orders
    without lines: o5 with 100. So 1,129 + 100 − 1,009 = 220; less 28 discount and 45 returned is 147; 4 + 1 of shipping
    and tax make 152. Returned and left out: 10 of no known order, 999 of a test account, 7 of nobody.
    """
    steps = {row["position"]: row["amount"] for row in told(worked_shop, "revenue_bridge")}
    assert [steps[n] for n in range(1, 15)] == [1129, 100, -1009, 0, 220, -28, -45, 147, 4, 1, 0, 152, -1016, 168]


def test_a_way_that_is_none_is_refused():
    """It says which there are."""
    with pytest.raises(Refused, match="by is one of delivery_method, region, country"):
        deliveries(table(SENT), by="moon")


@pytest.mark.parametrize(("amounts", "total"), [((), 0), ((5, 7), 12), ((5, None), 5), ((None, None), None)])
def test_a_sum_of_nothing_is_0_and_of_the_unknown_unknown(amounts, total):
    """No row at all is 0, rows of which none says an amount are unknown, the others add up."""
    t = table("amount float64", *((amount,) for amount in amounts))
    assert read(t.agg(total=_sum(t.amount))) == [(total,)]
