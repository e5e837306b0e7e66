"""Frames on a handful of rows: what is written beside each order, customer, visit and month, computed in the head.

Judges stats/survival.
"""

from datetime import date

import ibis
import pytest
from given import line, returned, sold
from in_memory import read, table

from customary.frames import FRAMES
from customary.frames.calendar import day_of, epoch_day, with_calendar
from customary.frames.consents import latest_words, people, with_marketing_consent
from customary.frames.orders import _amounts, _is_given
from customary.frames.people import _age, _spends
from customary.frames.plain import votes
from customary.frames.rhythm import rhythm
from customary.frames.tags import shared_facts, tags
from customary.places import DATA
from customary.rules.book import RuleBook

RULES = RuleBook.from_files(DATA)


def rows(shop, frame, *columns):
    """The rows of a frame by its first column, as the other columns."""
    found = shop.fetch(shop.frame(frame)).to_pylist()
    return {row[columns[0]]: tuple(_plain(row[name]) for name in columns[1:]) for row in found}


def _plain(value):
    """Decimals and fractions as short numbers."""
    return round(float(value), 4) if isinstance(value, float) or hasattr(value, "quantize") else value


# --- the calendar --------------------------------------------------------------------------------


def test_days_are_numbers_and_numbers_are_days():
    """2 January 1970 is 1, the last day of 1969 is −1; empty stays empty."""
    t = table("on date", ("1970-01-02",), ("1969-12-31",), ("2024-02-29",), (None,))
    numbered = t.select(n=epoch_day(t.on))
    assert read(numbered) == [(1,), (-1,), (19782,), (None,)]
    assert read(numbered.select(on=day_of(numbered.n))) == [
        (date(1970, 1, 2),),
        (date(1969, 12, 31),),
        (date(2024, 2, 29),),
        (None,),
    ]


@pytest.mark.parametrize(
    ("local", "start", "told"),
    [
        # Wednesday, 31 December 2025 at 23:59
        ("2025-12-31 23:59", 0, (24311, 23, 2, "2025-12-29", "2025-12-01", "2025-10-01", "2025-01-01")),
        ("2025-12-31 23:59", 6, (24311, 23, 2, "2025-12-28", "2025-12-01", "2025-10-01", "2025-01-01")),
        ("2025-12-31 23:59", 5, (24311, 23, 2, "2025-12-27", "2025-12-01", "2025-10-01", "2025-01-01")),
        # Sunday, 1 June 2025 at midnight
        ("2025-06-01 00:00", 0, (24305, 0, 6, "2025-05-26", "2025-06-01", "2025-04-01", "2025-01-01")),
        ("2025-06-01 00:00", 6, (24305, 0, 6, "2025-06-01", "2025-06-01", "2025-04-01", "2025-01-01")),
    ],
)
def test_the_calendar_of_an_instant(local, start, told):
    """Month number, hour, weekday (Monday is 0), first days of week, month, quarter and year, by the shop's clock."""
    t = table("ordered_at timestamp, ordered_local timestamp", ("2025-06-01 00:00:05", local))
    found = with_calendar(t, "ordered_at", start)
    month, hour, weekday, *firsts = told
    assert read(found, "month_idx", "hour", "weekday") == [(month, hour, weekday)]
    assert [str(day) for day in read(found, "week_on", "month_on", "quarter_on", "year_on")[0]] == firsts
    assert read(found, "ts_s", "day_on", "day") == [
        (1748736005, date.fromisoformat(local[:10]), (date.fromisoformat(local[:10]) - date(1970, 1, 1)).days)
    ]


# --- consents ------------------------------------------------------------------------------------

WORD = "customer_id string, purpose string, is_granted boolean, recorded_at timestamp"
FIRST, SECOND = "2025-01-01 09:00", "2025-02-01 09:00"
WORDS = (
    ("ann", "marketing", True, FIRST),
    ("ann", "marketing", False, SECOND),
    ("ben", "marketing", False, FIRST),
    ("ben", "marketing", True, SECOND),
    ("cai", "marketing", True, SECOND),
    ("cai", "marketing", False, SECOND),
    ("dan", "analytics", False, FIRST),
)


def test_the_latest_word_holds_and_of_two_at_once_the_refusal():
    """Ann took hers back, Ben gave his, Cai said both at once; Dan spoke of something else."""
    found = latest_words(table(WORD, *WORDS), "marketing")
    assert sorted(read(found, "worded_id", "is_granted")) == [("ann", False), ("ben", True), ("cai", False)]


def test_marketing_consent_in_words():
    """Eve was not asked, be there one word in all; where nobody keeps consents, nothing is known of anybody."""
    listed = table("customer_id string", ("ann",), ("ben",), ("eve",))
    told = with_marketing_consent(listed, table(WORD, *WORDS))
    assert sorted(read(told)) == [("ann", "refused"), ("ben", "granted"), ("eve", "no answer")]
    (*_, (_eve, one)) = sorted(read(with_marketing_consent(listed, table(WORD, WORDS[0]))))
    assert one == "no answer"
    unknown = with_marketing_consent(listed, table(WORD))
    assert {consent for _who, consent in read(unknown)} == {"unknown"}


def test_who_refuses_analysis_is_known_even_when_unlisted():
    """Dan refused and is on no list of customers; Tess is a test."""
    listed = table("customer_id string, is_test boolean", ("ann", None), ("tess", True))
    assert sorted(read(people(listed, table(WORD, *WORDS)))) == [
        ("ann", False, False),
        ("dan", False, True),
        ("tess", True, False),
    ]


# --- orders, lines, returns ----------------------------------------------------------------------


def test_orders_of_the_worked_shop(worked_shop):
    """Ann's first is o1: 5 off 50, 5 of shipping and tax; 30 came back after 27 days. o2 is of that day, o3 36 later.

    Ben's o4 was refunded 10 of 27 after 40 days; an order that is left out has no number and is nobody's first.
    """
    columns = ("order_id", "order_number", "is_first_order", "net_amount", "total_amount", "refund_amount")
    found = rows(worked_shop, "orders", *columns, "return_delay_days", "days_to_next", "returned_unit_count")
    assert found["o1"] == (1, True, 45, 50, 30, 27, 36, 1)
    assert found["o2"] == (2, False, 10, 10, 0, None, 36, 0)
    assert found["o3"] == (3, False, 30, 30, 0, None, None, 0)
    assert found["o4"] == (1, True, 27, 27, 10, 40, None, 1)
    assert found["o7"][:2] == (None, False)
    flags = rows(worked_shop, "orders", "order_id", "is_returned", "is_refunded_in_full", "is_cancelled", "line_count")
    assert flags["o1"] == (True, False, False, 2) and flags["o4"] == (True, False, True, 1)
    assert flags["o5"] == (False, False, False, 0)


def test_a_cohort_is_the_month_of_the_first_order(worked_shop):
    """Ann's order of February belongs to January's cohort; what is left out belongs to none."""
    found = rows(worked_shop, "orders", "order_id", "cohort_on", "month_on")
    assert found["o3"] == (date(2025, 1, 1), date(2025, 2, 1)) and found["o5"][0] == date(2025, 3, 1)
    assert found["o7"][0] is None


def test_amounts_of_an_order_come_from_its_lines(tiny_shop):
    """Lines of 2 · 10 and 5, one at no price and one of nothing: 25 whatever the order says; 3 off as the order says.

    Without a discount of the order, those on the lines count: 1. Without lines what the order says: 40 less 4.
    """
    orders = [
        sold("o1", "ann", "2025-03-01 10:00", 99, discount_amount=3),
        sold("o2", "ann", "2025-03-02 10:00"),
        sold("o3", "ann", "2025-03-03 10:00", 40, discount_amount=4),
        sold("o4", "ann", "2025-03-04 10:00", paid_at=None, cancelled_at="2025-03-04 10:00"),
        sold("o5", "ann", "2025-03-05 10:00", cancelled_at="2025-03-05 10:00"),
        sold("o6", "ann", "2025-03-05 10:00", 8, cancelled_at="2025-03-05 10:01"),
    ]
    lines = [
        *(line("a", "o1", "mug", 2, 10), line("b", "o1", "pin", 1, 5, discount_amount=1), line("c", "o1", "bag", 1, 0)),
        *(line("d", "o1", "box", 0, 9), line("e", "o2", "mug", 1, 10, discount_amount=1), line("f", "o2", "pin", 1, 1)),
        line("g", "o2", "card", 1, 50, is_gift_card=True),
    ]
    back = [
        returned("r1", "o3", "ann", "2025-03-04 10:00", 30, product_id="mug", quantity=1),
        returned("r2", "o3", "ann", "2025-03-05 10:00", 6, product_id="mug", quantity=1),
        returned("r3", "o2", "ann", "2025-03-05 10:00", 9.99, product_id="mug", quantity=9),
    ]
    shop = tiny_shop(orders=orders, order_items=lines, returns=back, as_of="2025-04-01")
    columns = ("order_id", "gross_amount", "discount_amount", "net_amount", "line_count", "unit_count")
    found = rows(shop, "orders", *columns, "is_refunded_in_full", "returned_unit_count", "left_out_because")
    assert found["o1"] == (25, 3, 22, 2, 3, False, 0, None)
    assert found["o2"] == (11, 1, 10, 2, 2, False, 2, None)
    assert found["o3"] == (40, 4, 36, 0, 0, True, 0, None)
    assert [found[name][-1] for name in ("o4", "o5", "o6")] == ["cancelled before payment"] * 2 + [None]
    faults = rows(shop, "items", "order_item_id", "left_out_because", "is_returned", "return_delay_days")
    assert faults["a"] == (None, False, None) and faults["e"] == (None, True, 3)
    assert [faults[name][0] for name in "cdg"] == [
        "price is not above zero",
        "quantity is not above zero",
        "sale of a gift card",
    ]


def test_a_refund_finds_the_latest_purchase_of_that_product(tiny_shop):
    """Of mugs bought on the 1st, 3rd and 9th, one that came back on the 5th is of the 3rd; never of an unpaid order.

    A lamp that nobody bought belongs to no order; what the source names stays named. The mug's order bears 10 of 14.
    """
    orders = [sold(f"o{day}", "ann", f"2025-03-0{day} 10:00") for day in (1, 3, 9)]
    orders += [sold("o4", "ann", "2025-03-04 10:00", paid_at=None), sold("t4", "ann", "2025-03-04 10:00", is_test=True)]
    lines = [line(f"l{name}", name, "mug", 1, 10) for name in ("o1", "o3", "o9", "o4", "t4")]
    back = [
        returned("found", None, "ann", "2025-03-05 10:00", 14, product_id="mug"),
        returned("named", "o1", "ann", "2025-03-05 10:00", 4, product_id="mug"),
        returned("lost", None, "ann", "2025-03-05 10:00", 5, product_id="lamp"),
        returned("early", None, "ann", "2025-02-05 10:00", 6, product_id="mug"),
    ]
    shop = tiny_shop(orders=orders, order_items=lines, returns=back, as_of="2025-04-01")
    columns = ("return_id", "order_id", "link", "refund_amount", "order_refund_amount", "excess_amount", "delay_days")
    assert rows(shop, "returns", *columns) == {
        "found": ("o3", "found", 14, 10, 0, 2),
        "named": ("o1", "named", 4, 4, 0, 4),
        "lost": (None, None, 5, 0, 0, None),
        "early": (None, None, 6, 0, 0, None),
    }


def test_what_came_back_of_nobody(tiny_shop):
    """Ann's mug of 10 was refunded with 11, and fees nobody wrote down are none: 1 too much. Ben returned nothing.

    A mug back from nobody is of the order of nobody, which does not count; it is nobody's latest purchase.
    """
    orders = [sold(f"of {who}", who, "2025-03-01 10:00") for who in ("ann", "ben", None)]
    lines = [line(f"l{n}", f"of {who}", "mug", 1, 10) for n, who in enumerate(("ann", "ben", None))]
    back = [
        returned("ann's", "of ann", "ann", "2025-03-04 10:00", 11, product_id="mug"),
        returned("nobody's", None, None, "2025-03-05 10:00", 4, product_id="mug"),
    ]
    shop = tiny_shop(orders=orders, order_items=lines, returns=back, as_of="2025-04-01")
    assert rows(shop, "orders", "order_id", "left_out_because") == {
        "of ann": (None,),
        "of ben": (None,),
        "of None": ("no customer",),
    }
    columns = ("return_id", "order_id", "link", "left_out_because", "refund_amount", "fee_refund_amount")
    assert rows(shop, "returns", *columns, "excess_amount") == {
        "ann's": ("of ann", "named", None, 10, 0, 1),
        "nobody's": (None, None, "no customer", 4, 0, 0),
    }
    assert rows(shop, "customers", "customer_id", "return_count") == {"ann": (1,), "ben": (0,)}


# --- customers -----------------------------------------------------------------------------------


def seen(event_id, who, at, **more):
    """One page view of a customer's own cookie."""
    return {
        "event_id": event_id,
        "visitor_id": f"v {who}",
        "customer_id": who,
        "occurred_at": at,
        "event_name": "page_view",
        **more,
    }


AGED = (17, 18, 24, 25, 34, 35, 44, 45, 54, 55, 64, 65)  # the last and the first year of each band


@pytest.fixture(scope="module")
def edges(tiny_shop):
    """As of 1 April 2025: what lies on the last day of a window, and what lies just outside."""
    orders = [
        sold("o1", "ann", "2024-03-31 10:00", 100, payment_method="card", channel="web", country="CN", region="north"),
        sold("o2", "ann", "2024-04-01 10:00", 20, payment_method="card", channel="app", country="CN", region="north"),
        sold("o3", "ann", "2024-04-01 12:00", 30, payment_method="cash", channel="app", country="DE", region="south"),
        sold("o4", "ben", "2025-03-31 10:00", 40),
    ]
    back = [
        returned("r1", "o1", "ann", "2024-03-31 11:00", 7),
        returned("r2", "o1", "ann", "2024-04-01 11:00", 2),
    ]
    visits = [
        seen("e1", "ann", "2024-10-02 10:00", device="desk"),  # 181 days before: neither
        seen("e2", "ann", "2024-10-03 10:00", device="desk"),  # 180 days before
        *(seen(f"e3{n}", "ann", f"2024-12-2{n} 10:00", device="desk") for n in range(2)),
        seen("e4", "ann", "2024-12-31 10:00", device="desk"),  # 91 days before
        seen("e5", "ann", "2025-01-01 10:00", device="phone"),  # 90 days before
        seen("e6", "cai", "2025-03-31 10:00"),
        *(seen(f"e7{n}", "ben", f"2024-12-1{n} 10:00") for n in range(2)),
    ]
    people = [
        {"customer_id": "ann", "country": None, "birth_on": "2000-04-01"},
        {"customer_id": "ben", "country": "FR", "birth_on": "2000-04-02"},
        {"customer_id": "cai", "birth_on": "2026-01-01"},
        {"customer_id": "dan", "birth_on": "1914-06-01"},
        {"customer_id": "eve", "birth_on": "2025-03-01"},
        {"customer_id": "fay", "birth_on": "1914-03-01"},
        *({"customer_id": f"aged {age}", "birth_on": f"{2025 - age}-04-01"} for age in AGED),
    ]
    return tiny_shop(orders=orders, returns=back, events=visits, customers=people, as_of="2025-04-01")


def test_the_trailing_year_begins_365_days_before(edges):
    """Ann's 100 of 31 March 2024 are a day too old, her 20 + 30 of 1 April are not; so is the refund of 2, not of 7."""
    columns = ("customer_id", "order_count", "ordered_spend", "net_spend", "year_net_spend", "year_order_count")
    found = rows(edges, "customers", *columns, "purchase_day_count", "year_purchase_day_count", "year_repurchase_count")
    assert found["ann"] == (3, 150, 141, 48, 2, 2, 1, 0)
    assert found["ben"] == (1, 40, 40, 40, 1, 1, 1, 0) and found["cai"] == (0, 0, 0, 0, 0, 0, 0, 0)


def test_what_the_first_and_the_last_order_say(edges):
    """Channel of the first; payment, country and region of the last, unless the list of customers knows."""
    columns = ("customer_id", "first_channel", "last_payment_method", "country", "region", "days_since_last_order")
    found = rows(edges, "customers", *columns, "first_order_on", "last_order_on")
    assert found["ann"] == ("web", "cash", "DE", "south", 365, date(2024, 3, 31), date(2024, 4, 1))
    assert found["ben"][2:5] == ("FR", None, 1)


def test_visits_of_ninety_days_and_of_ninety_before(edges):
    """Ann: 1 in the last 90 days, 4 in those before, so 3/4 fewer; Ben's 2 before are too few to compare.

    Cai was seen yesterday and never bought; Ben bought yesterday; Ann was last seen 90 days ago.
    """
    columns = ("customer_id", "visit_count", "recent_visit_count", "earlier_visit_count", "visit_drop", "last_device")
    found = rows(edges, "customers", *columns, "days_since_last_seen")
    assert found["ann"] == (6, 1, 4, 0.75, "phone", 90)
    assert found["ben"] == (2, 0, 2, None, None, 1) and found["cai"] == (1, 1, 0, None, None, 1)
    assert found["dan"] == (0, 0, 0, None, None, None)
    last = rows(edges, "customers", "customer_id", "last_visit_on")
    assert last["ann"] == (date(2025, 1, 1),) and last["ben"] == (date(2024, 12, 11),) and last["dan"] == (None,)


def test_spend_against_the_average_buyer_of_the_year(edges):
    """Ann's 48 and Ben's 40 are 44 on average; who did not buy has none of it."""
    found = rows(edges, "customers", "customer_id", "year_spend_ratio", "is_buyer")
    assert found["ann"] == (1.0909, True) and found["ben"] == (0.9091, True) and found["cai"] == (0, False)


def test_an_age_is_a_year_more_on_the_birthday(edges):
    """Ann is 25 today, Ben tomorrow; nobody is minus one, and Dan, 110, is old."""
    found = rows(edges, "customers", "customer_id", "age", "age_band")
    assert [found[who] for who in ("ann", "ben", "cai", "dan")] == [
        (25, "25–34"),
        (24, "18–24"),
        (None, None),
        (110, "65 and over"),
    ]
    bands = [found[f"aged {age}"][1] for age in AGED]
    assert bands == [
        *("under 18", "18–24", "18–24", "25–34", "25–34", "35–44", "35–44", "45–54", "45–54", "55–64", "55–64"),
        "65 and over",
    ]
    assert found["eve"] == (0, "under 18") and found["fay"] == (None, None)  # in her first year; 111 is nobody


def test_months_that_were_followed():
    """Ann in January, February and May, Ben in June, as of 1 July.

    January: she came in the next month. February: not in March, but in May, the third. May: June is over, she did not
    come, and its three months are not over. June: nothing is over.
    """
    orders = table(
        "customer_id string, month_idx int32, month_on date, quarter_on date, year_on date, cohort_on date, "
        "net_amount float64, left_out_because string",
        *(
            (who, 24300 + month - 1, f"2025-0{month}-01", "2025-01-01", "2025-01-01", "2025-01-01", 10, fault)
            for who, month, fault in (
                *(("ann", 1, None), ("ann", 1, None), ("ann", 2, None), ("ann", 5, None), ("ben", 6, None)),
                ("ann", 3, "test order"),
            )
        ),
    )
    found = FRAMES["months"].build(orders, date(2025, 7, 1), RULES)
    columns = ("customer_id", "month_idx", "order_count", "ordered_amount", "bought_next", "is_retained", "age_months")
    assert read(found, *columns) == [
        ("ann", 24300, 2, 20, True, True, 0),
        ("ann", 24301, 1, 10, False, True, 1),
        ("ann", 24304, 1, 10, False, None, 4),
        ("ben", 24305, 1, 10, None, None, 0),
    ]


def test_a_month_is_retained_by_one_of_the_next_three():
    """January and May: the fourth month is too late, and a verdict is only given when the third, April, is over."""
    orders = table(
        "customer_id string, month_idx int32, month_on date, quarter_on date, year_on date, cohort_on date, "
        "net_amount float64, left_out_because string",
        ("ann", 24300, "2025-01-01", "2025-01-01", "2025-01-01", "2025-01-01", 10, None),
        ("ann", 24304, "2025-05-01", "2025-04-01", "2025-01-01", "2025-01-01", 10, None),
    )
    verdicts = [
        read(FRAMES["months"].build(orders, date(2025, month, day), RULES), "is_retained")[0]
        for month, day in ((4, 30), (5, 1))
    ]
    assert verdicts == [(None,), (False,)]


# --- rhythm --------------------------------------------------------------------------------------

PACE = {"late": 0.75, "lost": 1.0, "shop_weight": 2}


def test_the_rhythm_of_a_customer():
    """Ann every 10 and 20 days, twice on the last; Ben after 40; as of day 100.

    Waits: 10, 20 and 40 ended, Ann's open for 70 − 1, Ben's for 60 − 1. Kaplan–Meier: back 1/5, 2/5, 3/5; three
    quarters of that are 0.45, reached on day 40. Ann is late after (2 · 17.5 + 2 · 40) / 4 days, lost after (2 · 20 +
    2 · 40) / 4. Cai, with one purchase, is judged by the shop's 40 alone.
    """
    days = [("ann", 0), ("ann", 10), ("ann", 30), ("ann", 30), ("ben", 0), ("ben", 40), ("cai", 95)]
    orders = table(
        "customer_id string, day int32, left_out_because string",
        *((*row, None) for row in days),
        ("ann", 90, "not paid"),
    )
    found = rhythm(orders, 100, PACE).order_by("pacer_id")
    columns = ("pacer_id", "gap_count", "usual_gap_days", "late_after_days", "lost_after_days", "late_ratio")
    assert read(found, *columns) == [
        ("ann", 2, 15, 28.75, 30, round(70 / 28.75, 4)),
        ("ben", 1, 40, 40, 40, 1.5),
        ("cai", 0, None, 40, 40, 0.125),
    ]
    assert read(found, "lost_ratio")[0] == (2.3333,)


# --- visits --------------------------------------------------------------------------------------


def test_a_visit_ends_after_half_an_hour(tiny_shop):
    """1,800 seconds later is the same visit, 1,801 a new one; the last event of a visit has no dwell."""
    times = ("10:00:00", "10:30:00", "11:00:01")
    events = [seen(f"e{n}", "ann", f"2025-03-01 {at}", page=f"/{n}") for n, at in enumerate(times)]
    shop = tiny_shop(orders=[sold("o", "ben", "2025-03-01 10:00", 10)], events=events, as_of="2025-04-01")
    assert rows(shop, "events", "event_id", "visit_no", "dwell_seconds", "is_start", "is_end") == {
        "e0": (1, 1800, True, False),
        "e1": (1, None, False, True),
        "e2": (2, None, True, True),
    }
    columns = ("session_id", "duration_seconds", "view_count", "is_bounce", "is_engaged", "landing_page", "exit_page")
    assert rows(shop, "sessions", *columns) == {
        "v ann-1": (1800, 2, False, True, "/0", "/1"),
        "v ann-2": (0, 1, True, False, "/2", "/2"),
    }


EVENT = (
    "visitor_id string, visit_no int32, customer_id string, left_out_because string, occurred_at timestamp, "
    "occurred_local timestamp, ts_s int64, event_name string, page string, is_start boolean, is_end boolean, "
    "channel string, campaign string, device string, os string, browser string, network string, platform string, "
    "bot_sign string"
)


@pytest.mark.parametrize(
    ("names", "seconds", "bounce", "engaged"),
    [
        (("page_view", "scroll"), 9, True, False),
        (("page_view", "scroll"), 10, True, True),
        (("page_view", "view_item"), 1, False, True),
        (("page_view", "purchase"), 1, True, True),
        (("scroll",), 0, True, False),
    ],
)
def test_a_bounce_and_an_engaged_visit(names, seconds, bounce, engaged):
    """At most one view is a bounce; ten seconds, a second view or a purchase make a visit engaged."""
    at = [0] * (len(names) - 1) + [seconds]
    events = table(
        EVENT,
        *(
            ("v", 1, None, None, f"2025-03-01 10:00:{s:02d}", f"2025-03-01 10:00:{s:02d}", s, name, None, n == 0, False)
            + (None,) * 8
            for n, (name, s) in enumerate(zip(names, at, strict=True))
        ),
    )
    assert read(FRAMES["sessions"].build(events, 0), "is_bounce", "is_engaged", "is_known") == [
        (bounce, engaged, False)
    ]


def test_a_visit_is_told_by_how_it_began():
    """The channel of its first event, not of a later one; steps that were met, be it once."""
    moment = ("2025-03-01 10:00:00", "2025-03-01 18:00:00")
    events = table(
        EVENT,
        ("v", 1, None, None, *moment, 5, "add_to_cart", "/b", False, True, "mail", *(None,) * 7),
        ("v", 1, "ann", None, *moment, 0, "view_item", "/a", True, False, "ads", *(None,) * 7),
    )
    columns = ("customer_id", "channel", "landing_page", "exit_page", "hour", "event_count")
    found = FRAMES["sessions"].build(events, 0)
    assert read(found, *columns) == [("ann", "ads", "/a", "/b", 18, 2)]
    assert read(found, "has_view_item", "has_add_to_cart", "has_begin_checkout", "has_purchase") == [
        (True, True, False, False)
    ]


@pytest.mark.parametrize(
    ("survey", "score", "counts"),
    [
        *(("nps", score, counts) for score, counts in ((-1, False), (0, True), (10, True), (11, False))),
        *(("csat", score, counts) for score, counts in ((0, False), (1, True), (5, True), (6, False))),
        *(("review", score, counts) for score, counts in ((0, False), (1, True), (5, True), (6, False))),
    ],
)
def test_a_score_counts_within_its_scale(survey, score, counts):
    """Recommendation is asked on 0 to 10, the rest on 1 to 5, both ends included."""
    answers = table(
        "response_id string, customer_id string, survey string, score int64, comment string, answered_at timestamp, "
        "answered_local timestamp, excluded_because string",
        ("a", "ann", survey, score, None, FIRST, FIRST, None),
    )
    nobody = table("customer_id string, is_test boolean")
    found = FRAMES["responses"].build(answers, nobody, table(WORD), 0)
    assert read(found, "left_out_because") == [(None if counts else "score outside its scale",)]


# --- votes, spend, people of a window -------------------------------------------------------------


def test_the_last_vote_of_a_voter():
    """Ann's later one; of two in one second the greater number; each stranger is a voter."""
    answers = table(
        "response_id string, customer_id string, survey string, score int64, ts_s int64",
        ("a1", "ann", "nps", 1, 0),
        ("a2", "ann", "nps", 2, 9),
        ("a3", "ann", "nps", 3, 9),
        ("a4", None, "nps", 4, 0),
        ("a5", None, "nps", 5, 0),
        ("a6", "ann", "csat", 5, 99),
        ("a7", "ann", "nps", None, 99),
    )
    found = votes(answers)
    assert sorted(read(found.filter(found.is_last), "score")) == [(3,), (4,), (5,)]
    assert len(read(found)) == 5


def test_money_spent_on_a_channel_is_held_against_whom_it_brought():
    """Channels.toml says which acquisition channel a paid one brings; others keep their name."""
    paid, brought = next(iter(RULES["channels"]["acquisition"].items()))
    spent = table(
        "spent_at timestamp, spent_local timestamp, channel string, campaign string, amount float64, "
        "excluded_because string",
        ("2025-03-01 00:00", "2025-03-01 00:00", paid, "a", 1, None),
        ("2025-03-02 00:00", "2025-03-02 00:00", "zeppelin", "b", 1, None),
    )
    found = FRAMES["spend"].build(spent, 0, RULES)
    assert read(found, "channel", "acquisition_channel") == [(paid, brought), ("zeppelin", "zeppelin")]


def test_the_people_behind_the_orders_of_a_window():
    """Ann: three orders on two days for 60, one of them her first; by channel she is there twice."""
    orders = table(
        "customer_id string, day int32, net_amount float64, is_first_order boolean, channel string",
        ("ann", 1, 10, True, "web"),
        ("ann", 1, 20, False, "web"),
        ("ann", 2, 30, False, "app"),
    )
    buyers = FRAMES["buyers"].build
    columns = ("customer_id", "order_count", "purchase_day_count", "net_amount", "is_new")
    assert read(buyers(orders, ()), *columns) == [("ann", 3, 2, 60, True)]
    found = read(buyers(orders, ("channel", "customer_id")), "channel", *columns)
    assert sorted(found) == [("app", "ann", 1, 1, 30, False), ("web", "ann", 2, 1, 30, True)]
    lines = table(
        "customer_id string, category string", ("ann", "a"), ("ann", "a"), ("ann", "b"), ("ann", None), (None, "c")
    )
    assert read(FRAMES["shoppers"].build(lines, ())) == [("ann", 2)]


# --- tags ----------------------------------------------------------------------------------------

ORDER = (
    "customer_id string, day int32, channel string, payment_method string, net_amount float64, "
    "discount_amount float64, weekday int32, hour int32, is_returned boolean"
)
LINE = "customer_id string, day int32, category string, unit_price float64"
VISIT = "customer_id string, day int32, device string"


def tagged(*columns, orders=(), items=(), sessions=(), who="ann"):
    """What the tags say of one customer on day 100."""
    found = tags(
        table("customer_id string", (who,)),
        table(ORDER, *orders),
        table(LINE, *items),
        table(VISIT, *sessions),
        100,
        RULES["tags"],
    )
    return read(found, *columns)[0]


def placed(day, *, channel="web", pay="card", amount=10, off=0, weekday=0, hour=9, back=False):
    """An order of Ann's."""
    return ("ann", day, channel, pay, amount, off, weekday, hour, back)


def test_the_value_met_most_often():
    """Web twice of three; of one each the one met last; of two on one day the later in the alphabet."""
    three = [placed(1), placed(2), placed(3, channel="app")]
    assert tagged("channel_tag", "channel_share", "channel_evidence", orders=three) == ("web", 0.6667, 3)
    assert tagged("channel_tag", "channel_share", orders=[placed(2, channel="app"), placed(1)]) == ("app", 0.5)
    assert tagged("channel_tag", orders=[placed(1, channel="app"), placed(1)]) == ("web",)
    twice = [placed(1), placed(9), placed(2, channel="app"), placed(8, channel="app")]
    assert tagged("channel_tag", orders=twice) == ("web",)  # met first and last
    assert tagged("channel_tag", "channel_evidence", orders=[placed(1), placed(2, channel=None)]) == ("unknown", 1)
    paid = [placed(1, pay="cash"), placed(2, pay="cash"), placed(3)]
    assert tagged("payment_tag", "payment_share", orders=paid) == ("cash", 0.6667)
    visits = [("ann", 1, "phone"), ("ann", 2, "phone"), ("ann", 3, "desk"), (None, 3, "desk")]
    assert tagged("device_tag", "device_evidence", sessions=visits) == ("phone", 3)


@pytest.mark.parametrize(
    ("spent", "label"),
    [
        ((0.6, 0.4), "now and then"),
        ((100, 24), "full price"),
        ((75, 25), "now and then"),
        ((41, 59), "now and then"),
        ((40, 60), "on offer"),
    ],
)
def test_how_much_was_spent_on_offer(spent, label):
    """A quarter of the spend is now and then, three fifths are on offer; orders below nothing are no spend."""
    full, off = spent
    orders = [placed(1, amount=full), placed(2, amount=off, off=1), placed(3, amount=-50)]
    assert tagged("promotion_tag", orders=orders) == (label,)
    assert tagged("promotion_share", "promotion_evidence", orders=orders) == (round(off / (full + off), 4), 3)


def test_who_never_bought_on_offer_pays_the_full_price():
    """Nothing of 30 is a share of nothing, not an unknown one."""
    orders = [placed(n) for n in range(3)]
    assert tagged("promotion_tag", "promotion_share", "promotion_evidence", orders=orders) == ("full price", 0, 3)


def test_returns_are_asked_of_orders_of_thirty_days():
    """Of orders of day 70 and before: 2 of 4 came back; those of day 71 still may."""
    orders = [placed(70, back=True), placed(1, back=True), placed(2), placed(3), placed(71, back=True)]
    assert tagged("return_tag", "return_share", "return_evidence", orders=orders) == ("return-prone", 0.5, 4)


def test_weekends_and_hours():
    """Saturday and Sunday are 5 and 6: 2 of 3. At 5 it is night, at 6 morning, at 12 afternoon, at 18 evening."""
    days = [placed(n, weekday=weekday) for n, weekday in enumerate((4, 5, 6))]
    assert tagged("day_tag", "day_share", orders=days) == ("weekends", 0.6667)
    for hour, part in (
        (5, "night"),
        (6, "morning"),
        (11, "morning"),
        (12, "afternoon"),
        (17, "afternoon"),
        (18, "evening"),
    ):
        assert tagged("hour_tag", "hour_share", orders=[placed(n, hour=hour) for n in range(3)]) == (part, 1)
    mixed = [placed(1, hour=20), placed(2, hour=20), placed(3, hour=9)]
    assert tagged("hour_tag", "hour_share", "hour_evidence", orders=mixed) == ("evening", 0.6667, 3)


def test_categories_their_range_and_their_prices():
    """Prices of the shelf are 1 to 9, its thirds end at 3.67 and 6.33: Ann's 8, 9 and 1 are two of the upper third.

    All of one category: not many. Two each of two categories: the half that the commonest has is one category still.
    """
    shelf = [("ben", 1, "home", price) for price in range(2, 8)]
    mine = [("ann", 1, "home", 8), ("ann", 2, "home", 9), ("ann", 3, "home", 1)]
    found = tagged("category_tag", "range_tag", "price_tag", "price_share", items=[*shelf, *mine])
    assert found == ("home", "one category", "high", 0.6667)
    both = [("ann", day, category, 1) for day, category in ((1, "a"), (2, "a"), (3, "b"), (4, "b"))]
    assert tagged("category_tag", "range_tag", "range_share", items=both) == ("b", "one category", 0.5)
    many = [*both, ("ann", 5, "c", 1)]
    assert tagged("range_tag", "range_share", items=many) == ("many categories", 0.4)


def test_thin_evidence_is_unknown():
    """Nothing at all, and one order where two are asked for."""
    assert tagged("category_tag", "category_share", "category_evidence") == ("unknown", None, 0)
    assert tagged("channel_tag", "channel_share", "channel_evidence", orders=[placed(1)]) == ("unknown", 1, 1)


def test_a_part_of_the_customers_is_measured_by_the_yardsticks_of_all():
    """Ann alone has only dear lines of her own; against all prices they are the upper third."""
    lines = table(
        LINE, *(("ben", 1, "home", price) for price in range(1, 7)), *(("ann", 1, "home", 9) for _n in range(3))
    )
    empty = table(ORDER), table(VISIT)
    everybody = shared_facts(empty[0], lines, empty[1], RULES["tags"])
    own = lines.filter(lines.customer_id == "ann")
    found = tags(table("customer_id string", ("ann",)), empty[0], own, empty[1], 100, RULES["tags"], everybody)
    assert read(found, "price_tag", "price_evidence") == [("high", 3)]


# --- sums of orders and of people ----------------------------------------------------------------

LINES = (
    "order_id string, quantity int64, unit_price float64, discount_amount float64, charge string, "
    "is_gift_card boolean, excluded_because string"
)


def test_lines_that_count_by_themselves_add_up():
    """2 × 10 and postage of 30 are 50, 6 of them off; two pieces, for postage is none. Six lines are written.

    A gift card, no pieces, no price and what the source leaves out are in no sum; half a unit is a price.
    """
    lines = table(
        LINES,
        ("o1", 2, 10, 5, None, None, None),
        ("o1", 1, 30, 1, "postage", False, None),
        ("o1", 1, 99, 7, None, True, None),
        ("o1", 0, 99, 7, None, None, None),
        ("o1", 1, 0, 7, None, None, None),
        ("o1", 1, 99, 7, None, None, "odd"),
        ("o2", 1, 0.5, None, None, None, None),
    )
    columns = ("lines_amount", "lines_discount", "line_count", "unit_count", "written_count", "card_count")
    assert sorted(read(_amounts(lines), "order_id", *columns), key=str) == [
        ("o1", 50, 6, 2, 2, 6, 1),
        ("o2", 0.5, None, 1, 1, 1, 0),
    ]


def test_a_column_is_given_where_one_table_gives_it():
    """Discounts stand on lines, freight nowhere; a column of another table is another one."""
    given = table("table_name string, column_name string", ("order_items", "discount_amount"), ("orders", "tax_amount"))

    def is_given(*names):
        return _is_given(given, *names).to_pyarrow().as_py()

    assert is_given("discount_amount", "orders", "order_items") and is_given("tax_amount", "orders")
    assert not is_given("discount_amount", "orders") and not is_given("shipping_amount", "orders", "order_items")


PERSON = (
    "customer_id string, order_count int64, gross_spend float64, ordered_spend float64, refunds float64, "
    "year_order_count int64, year_spend float64, year_refunds float64"
)
PERSONS = (
    ("ann", 1, 12, 10, 4, 1, 10, 1),
    ("ben", None, None, None, 2, None, None, None),
    ("cai", 1, None, None, None, 0, None, None),
)


@pytest.mark.parametrize(("left_out", "nothing"), [(None, 0), ("test", None)])
def test_who_never_bought_spent_nothing_where_money_is_told(left_out, nothing):
    """Ann spent 10 and brought back 4; Ben never bought; Cai bought for an unknown amount, and nothing this year.

    Where no order that counts has an amount, nobody knows what was spent by those who did not buy.
    """
    orders = table("net_amount float64, left_out_because string", (10, left_out), (None, None))
    t = table(PERSON, *PERSONS)
    found = t.select("customer_id", **_spends(t, orders)).order_by("customer_id").to_pyarrow().to_pylist()
    told = [tuple(None if v is None else float(v) for v in list(row.values())[1:]) for row in found]
    names = list(found[0])[1:]
    assert names == ["gross_spend", "ordered_spend", "net_spend", "year_net_spend"]
    refunded = None if nothing is None else -2
    assert told == [(12, 10, 6, 9), (nothing, nothing, refunded, nothing), (None, None, None, nothing)]


@pytest.mark.parametrize(
    ("born", "age"),
    [
        ("2000-05-10", 25),  # today
        ("2000-05-11", 24),
        ("2000-05-09", 25),
        ("2000-05-06", 25),
        ("2000-05-15", 24),
        ("2000-06-01", 24),
        ("2000-04-30", 25),
        ("2025-05-10", 0),
        ("2025-05-11", None),  # not born yet
        ("1915-05-10", 110),
        ("1914-05-10", None),  # a slip of the pen
        (None, None),
    ],
)
def test_a_birthday_makes_a_year(born, age):
    """On 10 May 2025: whoever was born on that day of a year has had the birthday, one day later has not."""
    t = table("customer_id string, birth_on date", ("ann", born))
    assert read(t.select(age=_age(t, ibis.date("2025-05-10")))) == [(age,)]
