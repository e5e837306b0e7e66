"""Sales by the book: refunds that never exceed their order, gift cards, prices, deliveries, strange amounts."""

from math import sqrt

import duckdb
import ibis
import pytest
from given import answer, line, returned, sold, told, value

import customary as c
from customary.errors import Refused
from customary.places import DATA
from customary.query import checks
from customary.query.study import study
from customary.rules.book import RuleBook
from customary.stats.intervals import byar, shares, wilson
from customary.studies.orders import deliveries, order_value_intervals
from customary.studies.products import price_bands
from customary.studies.returns import complaints

RULES = RuleBook.from_files(DATA)
MARCH = {"as_of": "2025-04-01"}


def rows(expression):
    """The rows of an expression over rows in memory."""
    return expression.to_pandas().to_dict("records")


# --- refunds and their orders --------------------------------------------------------------------


def test_a_partial_and_a_full_refund_return_the_order_once(tiny_shop):
    """An order of 33.83, refunds of 16.13 and then of all 33.83: 33.83 came back, not 49.96 (WooCommerce 66298)."""
    back = [
        returned("r1", "o1", "ann", "2025-03-02 10:00", 16.13),
        returned("r2", "o1", "ann", "2025-03-03 10:00", 33.83),
    ]
    shop = tiny_shop(orders=[sold("o1", "ann", "2025-03-01 10:00", 33.83)], returns=back, **MARCH)
    assert value(shop, c.returned_revenue) == pytest.approx(33.83)
    assert value(shop, c.net_revenue) == pytest.approx(0) and value(shop, c.net_revenue_of_orders) == pytest.approx(0)
    (found,) = [row for row in told(shop, "odd_refunds") if row["return_count"]]
    assert found["kind"].startswith("beyond its order") and found["amount"] == pytest.approx(16.13)


def test_a_refund_after_the_order_is_used_up_is_left_out_with_its_reason(tiny_shop):
    """Once all 10 have come back, a further 4 count nowhere and stand in the books as beyond the order."""
    back = [returned("r1", "o1", "ann", "2025-03-02 10:00", 10), returned("r2", "o1", "ann", "2025-03-03 10:00", 4)]
    shop = tiny_shop(orders=[sold("o1", "ann", "2025-03-01 10:00", 10)], returns=back, **MARCH)
    left = [r for r in told(shop, "accounts") if r["frame"] == "returns" and r["outcome"] == "left out"]
    assert [(r["reason"], r["row_count"], r["amount"]) for r in left] == [("refund beyond the order", 1, 4)]


def test_every_refunded_cent_is_in_the_books(tiny_shop):
    """Counted, beyond the order and left out add up to all that the files refunded."""
    back = [
        returned("r1", "o1", "ann", "2025-03-02 10:00", 16),
        returned("r2", "o1", "ann", "2025-03-03 10:00", 34),
        returned("r3", "o1", "ann", "2025-03-04 10:00", 5),
        returned("r4", "nowhere", "ann", "2025-03-04 10:00", 7),
    ]
    shop = tiny_shop(orders=[sold("o1", "ann", "2025-03-01 10:00", 33)], returns=back, **MARCH)
    assert sum(r["amount"] for r in told(shop, "accounts") if r["frame"] == "returns") == pytest.approx(62)
    step = {row["position"]: row["amount"] for row in told(shop, "revenue_bridge")}
    assert -(step[7] + step[13]) == pytest.approx(62)


def test_a_snapshot_in_which_more_came_back_than_was_sold_is_not_published(tmp_path):
    """The equation holds for every order, and is named where it does not."""
    broken = tmp_path / "shop.duckdb"
    with duckdb.connect(str(broken)) as con:
        con.execute(
            "create table orders as select 'o1' as order_id, 'ann' as customer_id, null::text as left_out_because, "
            "0 as line_count, 10 as gross_amount, 10 as net_amount, 11 as refund_amount, "
            "date '2025-01-01' as day_on"
        )
        con.execute("create table items (order_item_id text, left_out_because text, gross_amount int)")
        con.execute("create table customers as select 'ann' as customer_id, 10 as ordered_spend")
    with pytest.raises(Refused, match="1 orders are refunded beyond what they were worth"):
        checks.verify(broken)


def test_two_captures_and_a_refund(tiny_shop):
    """A sale of 49.99 and a capture of 20.00, refunded 10.00: spent 69.99, refunded 10.00, 69.99 an order (#176)."""
    lines = [line("l1", "o1", "mug", 1, 49.99), line("l2", "o1", "lamp", 1, 20)]
    shop = tiny_shop(
        orders=[sold("o1", "ann", "2025-03-01 10:00", paid_amount=69.99)],
        order_items=lines,
        returns=[returned("r1", "o1", "ann", "2025-03-02 10:00", 10)],
        **MARCH,
    )
    asked = (c.payment_total, c.returned_revenue, c.average_order_value, c.net_revenue)
    assert list(answer(shop, *asked)[0].values()) == pytest.approx([69.99, 10, 69.99, 59.99])


def test_a_wrongly_guessed_order_does_not_swallow_a_refund(tiny_shop):
    """Where we guessed the order, the ledger keeps the whole refund; the order bears no more than it was worth."""
    orders = [sold("o1", "ann", "2025-03-01 10:00"), sold("o2", "ann", "2025-03-05 10:00")]
    lines = [line("l1", "o1", "mug", 3, 10), line("l2", "o2", "mug", 1, 10)]
    back = [returned("r1", None, "ann", "2025-03-06 10:00", 25, product_id="mug")]
    shop = tiny_shop(orders=orders, order_items=lines, returns=back, **MARCH)
    assert value(shop, c.returned_revenue) == 25
    assert value(shop, c.net_revenue_of_orders) == 40 - 10


@pytest.mark.parametrize("cut", [{}, {"during": ("2025-02-01", "2025-03-01")}, {"where": {"country": None}}])
@pytest.mark.parametrize("shop", ["worked_shop", "demo_shop"])
def test_the_two_views_of_refunds_are_bridged_exactly(request, shop, cut):
    """From the ledger to these orders the steps add up, and both ends are the metrics' own figures."""
    shop = request.getfixturevalue(shop)
    ledger, *steps, cohort = [row["amount"] for row in told(shop, "refund_views", **cut)]
    assert ledger + sum(steps) == pytest.approx(cohort)
    (figures,) = answer(shop, c.net_revenue, c.net_revenue_of_orders, **cut)
    assert (ledger, cohort) == pytest.approx((figures["net_revenue"] or 0, figures["net_revenue_of_orders"] or 0))


def test_a_refund_before_its_order_is_kept_flagged_and_shown(tiny_shop):
    """A refund of 27 February for an order of 1 March counts on its day, is told as odd, and came back after 0 days."""
    back = [returned("r1", "o1", "ann", "2025-02-27 10:00", 4)]
    shop = tiny_shop(orders=[sold("o1", "ann", "2025-03-01 10:00", 10)], returns=back, **MARCH)
    assert value(shop, c.returned_revenue) == 4
    assert [r["return_count"] for r in told(shop, "odd_refunds") if r["kind"].startswith("dated before")] == [1]
    assert [row["days"] for row in told(shop, "return_curve") if row["returned_count"]] == [0]


# --- gift cards ----------------------------------------------------------------------------------


def test_a_gift_card_is_revenue_when_it_is_redeemed_and_only_then(tiny_shop):
    """A card of 50 sold in January is no revenue; the lamp of 50 bought with it in March is, once and undiscounted."""
    orders = [
        sold("o1", "ann", "2025-01-01 10:00", paid_amount=50),
        sold("o2", "ben", "2025-03-01 10:00", paid_amount=50, gift_card_amount=50, discount_amount=None),
    ]
    lines = [line("l1", "o1", "card", 1, 50, is_gift_card=True), line("l2", "o2", "lamp", 1, 50)]
    shop = tiny_shop(orders=orders, order_items=lines, **MARCH)
    months = answer(shop, c.gross_revenue, c.discount_total, c.gift_card_payment_total, every="month")
    assert [tuple(row.values())[2:] for row in months] == [(50, 0, 50)]
    (bridged,) = [r["amount"] for r in told(shop, "revenue_bridge") if r["step"].startswith("gift cards")]
    assert bridged == -50


def test_an_order_of_gift_cards_alone_says_so(tiny_shop):
    """It is left out for what it is; a card beside a mug leaves the mug's order as it is."""
    orders = [sold(f"o{n}", "ann", f"2025-03-0{n} 10:00") for n in (1, 2)]
    cards = [line(f"c{n}", f"o{n}", "card", 1, 50, is_gift_card=True) for n in (1, 2)]
    shop = tiny_shop(orders=orders, order_items=[*cards, line("l1", "o2", "mug", 1, 10)], **MARCH)
    why = {r["reason"]: r["row_count"] for r in told(shop, "accounts") if r["frame"] == "orders"}
    assert why == {None: 1, "only gift cards were sold": 1}
    assert value(shop, c.gross_revenue) == 10


# --- strange amounts -----------------------------------------------------------------------------


def test_zero_value_orders_are_orders(tiny_shop):
    """A free order counts and halves the average; it cannot be refunded."""
    shop = tiny_shop(
        orders=[sold("o1", "ann", "2025-03-01 10:00", 0), sold("o2", "ben", "2025-03-01 10:00", 10)],
        returns=[returned("r1", "o1", "ann", "2025-03-02 10:00", 3)],
        **MARCH,
    )
    assert value(shop, c.average_order_value) == 5
    assert value(shop, c.returned_revenue) in (0, None)


def test_negative_spend_stays_and_bears_no_refund(tiny_shop):
    """A discount above the price leaves −5: it lowers revenue and takes part in every sum; its refund is beyond it."""
    shop = tiny_shop(
        orders=[
            sold("o1", "ann", "2025-03-01 10:00", 10, discount_amount=15),
            sold("o2", "ben", "2025-03-02 10:00", 20),
        ],
        returns=[returned("r1", "o1", "ann", "2025-03-03 10:00", 10)],
        **MARCH,
    )
    assert value(shop, c.net_revenue) == 15 and value(shop, c.net_revenue_of_orders) == 15


def test_orders_of_one_day_are_one_purchase(tiny_shop):
    """Two orders on a day: one purchase of 30, two orders of 15; only the order count says that Ann bought again."""
    orders = [sold("o1", "ann", "2025-03-01 10:00", 10), sold("o2", "ann", "2025-03-01 20:00", 20)]
    shop = tiny_shop(orders=orders, **MARCH)
    assert value(shop, c.average_occasion_value) == 30 and value(shop, c.average_order_value) == 15
    assert value(shop, c.purchase_days_per_buyer) == 1 and value(shop, c.orders_per_buyer) == 2
    assert value(shop, c.repeat_purchase_rate) == 0 and value(shop, c.repeat_purchase_rate_by_orders) == 1


# --- intervals -----------------------------------------------------------------------------------


def test_wilson_by_the_book():
    """8 of 10: 0.490 to 0.943 (Wilson 1927); nobody has no interval."""
    t = ibis.memtable({"p": [0.8, None], "n": [10, 0]})
    low, high = wilson(t.p * t.n, t.n)
    found = rows(t.select(low=low, high=high))
    assert (found[0]["low"], found[0]["high"]) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert found[1]["low"] != found[1]["low"] and found[1]["high"] != found[1]["high"]


def test_a_count_has_poissons_interval():
    """10 events: 4.79 to 18.39; none: 0 to 3.7 (Breslow & Day 1987)."""
    t = ibis.memtable({"c": [10, 0]})
    low, high = byar(t.c)
    found = rows(t.select(low=low, high=high))
    assert [(f["low"], f["high"]) for f in found] == [
        pytest.approx((4.79, 18.39), abs=0.01),
        pytest.approx((0, 3.67), abs=0.05),
    ]


def _orders(values):
    """Orders of customers as (customer, net amount, channel)."""
    names = ("customer_id", "net_amount", "channel")
    return ibis.memtable([dict(zip(names, row, strict=True)) for row in values])


def test_an_average_order_value_has_an_interval_clustered_by_customer():
    """Ann's ten equal orders are one voice: the interval is that of two customers, wider than that of eleven orders."""
    t = order_value_intervals(_orders([("ann", 10.0, "web")] * 10 + [("ben", 21.0, "web")]))
    (row,) = rows(t)
    mean = (10 * 10 + 21) / 11
    # Σ over customers of (sum − mean·n)²: Ann 10·(10 − mean), Ben 21 − mean; times m/(m−1) = 2; over 11².
    error = sqrt(2 * ((10 * (10 - mean)) ** 2 + (21 - mean) ** 2)) / 11
    assert row["average_order_value"] == pytest.approx(mean)
    assert row["high"] - mean == pytest.approx(1.96 * error)
    assert row["naive_half_width"] < row["high"] - mean


def test_one_customer_alone_has_no_interval():
    """Nothing is known of how customers differ."""
    (row,) = rows(order_value_intervals(_orders([("ann", 10.0, "web"), ("ann", 30.0, "web")])))
    assert row["average_order_value"] == 20 and row["low"] != row["low"]


def test_rows_of_one_customer_are_worth_less():
    """Ten customers give Wilson's interval; ten rows of two customers that agree in themselves a wider one."""
    many = ibis.memtable([{"customer_id": str(n), "yes": n < 5, "g": 1} for n in range(10)])
    few = ibis.memtable([{"customer_id": str(n < 5), "yes": n < 5, "g": 1} for n in range(10)])
    wide, narrow = (rows(shares(t, ["g"], t.yes))[0] for t in (few, many))
    assert wide["n"] == narrow["n"] == 10 and wide["rate"] == narrow["rate"] == 0.5
    assert wide["high"] - wide["low"] > 1.3 * (narrow["high"] - narrow["low"])


# --- prices, deliveries, complaints --------------------------------------------------------------


@pytest.mark.parametrize("shop", ["worked_shop", "demo_shop"])
@pytest.mark.parametrize("bands", [0, 3])
def test_categories_and_bands_add_up_to_gross_revenue(request, shop, bands):
    """Every line is in one category and one band: their gross amounts are that of the orders with lines."""
    shop = request.getfixturevalue(shop)
    found = told(shop, "price_bands", bands=bands)
    listed = answer(shop, c.gross_revenue, by="line_count")
    whole = sum(row["gross_revenue"] for row in listed if row["line_count"])
    assert sum(row["gross_amount"] for row in found) == pytest.approx(whole)
    assert sum(row["spend_share"] for row in found) == pytest.approx(1)


def _lines(*prices):
    known = {"category": "a", "quantity": 1, "charge": None}
    rows = [{**known, "net_amount": p, "gross_amount": p, "unit_price": p} for p in prices]
    return ibis.memtable(rows).cast({"charge": "string"})


def test_declared_bands_include_their_lower_bound():
    """In yuan a band ends below 50 and the next begins at 50."""
    found = rows(price_bands(_lines(49.99, 50.0, 10_000.0), "CNY", RULES))
    assert [(r["band"], r["low"], r["line_count"]) for r in found] == [(1, 0, 1), (2, 50, 1), (6, 3000, 1)]
    assert {r["basis"] for r in found} == {"declared"}


def test_a_currency_without_bands_says_that_its_bands_are_equal_shares():
    """Nothing is declared for Swiss francs."""
    found = rows(price_bands(_lines(1.0, 2.0, 3.0, 4.0), "CHF", RULES))
    assert [r["band"] for r in found] == [1, 2, 3, 4] and {r["basis"] for r in found} == {"equal shares of the lines"}


def test_a_late_delivery_is_one_after_its_promise(worked_shop):
    """o1 was on time and o3 late; o2, o4 and o5 were never promised and are in no rate."""
    (row,) = told(worked_shop, "deliveries")
    assert (row["delivered_count"], row["late_count"], row["other_count"]) == (2, 1, 3)
    assert row["late_rate"] == 0.5 and 0 < row["low_rate"] < 0.5 < row["high_rate"] < 1


def test_a_split_that_is_none_is_refused(worked_shop):
    """The message names those that are."""
    for which in ("deliveries", "order_value_intervals", "complaints", "resolution_times"):
        with pytest.raises(Refused, match="by is one of"):
            study(worked_shop, which, by="moon").to_pylist()
    assert deliveries.options == {"by": "delivery_method"} and complaints.options == {"by": "topic"}


def test_complaints_per_thousand_orders_with_their_interval(worked_shop):
    """Two complaints on five orders are 400 per 1,000; by month March has one on one order, January none on three."""
    (row,) = told(worked_shop, "complaints")
    assert row["per_thousand_orders"] == 400 and row["low_per_thousand"] < 400 < row["high_per_thousand"]
    months = [(r["complaint_count"], r["order_count"]) for r in told(worked_shop, "complaints", by="month_on")]
    assert months == [(0, 3), (1, 1), (1, 1)]


def test_open_cases_make_the_time_to_resolution_longer(tiny_shop):
    """Closed after 2 and 4 hours, two open for days: the closed ones' median is 3, with the open ones weighed in 4."""
    opened = "2025-03-01 08:00"
    closed = {"t1": "2025-03-01 10:00", "t2": "2025-03-01 12:00", "t3": None, "t4": None}
    cases = [
        {"ticket_id": name, "opened_at": opened, "closed_at": at, "topic": "delivery", "kind": "question"}
        for name, at in closed.items()
    ]
    shop = tiny_shop(orders=[sold("o1", "ann", "2025-03-01 10:00", 10)], tickets=cases, **MARCH)
    (row,) = told(shop, "resolution_times")
    assert (row["ticket_count"], row["open_count"]) == (4, 2)
    assert (row["seen_median_hours"], row["median_hours"], row["nine_in_ten_hours"]) == (3, 4, None)


def test_discounts_are_banded_and_only_old_orders_are_asked_what_followed(tiny_shop):
    """Ann's January order at 10 % off was followed within 90 days; her March order is too young to be asked."""
    orders = [
        sold("o1", "ann", "2025-01-01 10:00", 100, discount_amount=10),
        sold("o2", "ann", "2025-03-01 10:00", 100),
        sold("o3", "ben", "2025-01-01 10:00", 100),
    ]
    found = {row["discount"]: row for row in told(tiny_shop(orders=orders, as_of="2025-04-10"), "discount_bands")}
    assert (found["up to 10%"]["mature_count"], found["up to 10%"]["followed_rate"]) == (1, 1)
    assert (found["no discount"]["order_count"], found["no discount"]["mature_count"]) == (2, 1)
    assert found["no discount"]["followed_rate"] == 0


def test_discounts_and_conversion_correlate_over_weeks(tiny_shop):
    """Three weeks in which discount and conversion rise together correlate at 1; of two weeks nothing is said."""
    orders, events = [], []
    for week, (day, off) in enumerate((("2025-03-03", 0), ("2025-03-10", 10), ("2025-03-17", 20))):
        orders.append(sold(f"o{week}", "ann", f"{day} 10:00", 100, discount_amount=off))
        for visit in range(4):
            visitor = {"visitor_id": f"v{week}{visit}", "occurred_at": f"{day} 09:00"}
            events.append({"event_id": f"e{week}{visit}", "event_name": "page_view", **visitor})
            if visit <= week:
                events.append({"event_id": f"p{week}{visit}", "event_name": "purchase", **visitor})
    shop = tiny_shop(orders=orders, events=events, **MARCH)
    found = told(shop, "discount_weeks")
    assert [row["correlation"] for row in found] == pytest.approx([1, 1, 1])
    assert {row["correlation"] for row in told(shop, "discount_weeks", during=("2025-03-03", "2025-03-17"))} == {None}
