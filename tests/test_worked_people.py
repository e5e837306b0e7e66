"""What a shop knows of people: their purchases, visits, returns, ages and months, on a few rows computed in the head.

Judges frames/people.
"""

from datetime import date

import ibis
import pytest
from in_memory import read, table

from customary.frames import FRAMES, people

MONTHS, BUYERS, SHOPPERS = (FRAMES[name].build for name in ("months", "buyers", "shoppers"))
TODAY = 1000  # as of this day, which is not in the data itself


def text_of(day):
    """A day since 1970 as text."""
    return str(date.fromordinal(date(1970, 1, 1).toordinal() + day))


def rows_of(expression, key, *names):
    """The rows by their key."""
    return {row[0]: row[1:] for row in read(expression, key, *names)}


# --- purchases, returns, visits ------------------------------------------------------------------

ORDER = (
    "customer_id string, day int32, day_on date, net_amount float64, gross_amount float64, order_number int64, "
    "payment_method string, channel string, country string, region string, left_out_because string"
)


def order(who, day, amount=10.0, number=1, *, left_out=None, words="a"):
    """An order whose payment, channel, country and region are one word."""
    return (who, day, text_of(day), amount, amount, number, words, words, words, words, left_out)


def test_what_orders_say_of_who_bought():
    """Ann bought on day 634, a day before the year of 365 begins, and on 635 twice; what is left out is no purchase.

    The first order brought her, the last one tells how she pays.
    """
    orders = table(
        ORDER,
        order("ann", 635, 20, 3, words="c"),
        order("ann", 634, 10, 1, words="a"),
        order("ann", 635, 40, 2, words="b"),
        order("ann", 999, 99, 4, left_out="test"),
        order(None, 999, 99, 5),
    )
    found = people._purchase_facts(orders, ibis.literal(TODAY))
    names = ("days_since_last_order", "first_day", "order_count", "purchase_day_count", "ordered_spend", "gross_spend")
    assert rows_of(found, "buyer_id", *names) == {"ann": (365, 634, 3, 2, 70, 70)}
    year = ("year_spend", "year_order_count", "year_purchase_day_count")
    assert rows_of(found, "buyer_id", *year) == {"ann": (60, 2, 1)}
    words = ("last_payment_method", "first_channel", "seen_country", "seen_region")
    assert rows_of(found, "buyer_id", *words) == {"ann": ("c", "a", "c", "c")}
    ends = read(found, "first_order_on", "last_order_on")
    assert [str(day) for day in ends[0]] == [text_of(634), text_of(635)]


def test_what_came_back_ever_and_within_the_year():
    """Days 634 and 635: ten in all, seven of them within the year; a return that is left out is none."""
    columns = "customer_id string, day int32, refund_amount float64, left_out_because string"
    back = table(columns, ("ann", 634, 3, None), ("ann", 635, 7, None), ("ann", 700, 9, "test"), (None, 700, 9, None))
    found = people._return_facts(back, ibis.literal(TODAY))
    assert rows_of(found, "returner_id", "refunds", "year_refunds", "return_count") == {"ann": (10, 7, 2)}


def test_visits_lately_and_as_long_before():
    """Of ten days: 990 is the first of the last ten, 980 of the ten before, 979 of neither. The last device counts."""
    devices = ("device", "os", "browser", "network", "platform")
    columns = "customer_id string, day int32, day_on date, ts_s int64, left_out_because string, "
    columns += ", ".join(f"{name} string" for name in devices)

    def visit(who, day, left_out=None):
        return (who, day, text_of(day), day * 86400, left_out, *[f"{day}"] * 5)

    rows = [visit("ann", day) for day in (990, 995, 979, 980, 989)]
    found = people._visit_facts(
        table(columns, *rows, visit("ann", 999, "robot"), visit(None, 999)), ibis.literal(TODAY), 10
    )
    names = ("visit_count", "recent_visit_count", "earlier_visit_count", "last_visit_day", "last_device", "last_os")
    assert rows_of(found, "seen_id", *names) == {"ann": (5, 2, 2, 995, "995", "995")}


def test_the_favourite_has_the_most_spend():
    """Ann spent 10 on rugs and 6 + 6 on mugs; Ben as much on both: the first name. Unknown categories are none."""
    columns = "customer_id string, category string, net_amount float64, left_out_because string"
    items = [("ann", "rug", 10), ("ann", "mug", 6), ("ann", "mug", 6), ("ben", "rug", 5), ("ben", "mug", 5)]
    items = [(*one, None) for one in items]
    more = [("ann", None, 99, None), (None, "rug", 99, None), ("ann", "hat", 99, "test")]
    found = people._favourite(table(columns, *items, *more))
    assert rows_of(found, "fan_id", "favourite_category", "category_count") == {"ann": ("mug", 2), "ben": ("mug", 2)}


def test_everybody_is_listed_or_stands_on_an_order():
    """Ann is in the list and on an order, Ben in the list alone, Cai on two orders: three people, one without name."""
    listed = table("customer_id string, name string", ("ann", "Ann"), ("ben", "Ben"))
    orders = table("customer_id string", ("ann",), ("cai",), ("cai",), (None,))
    found = people._everybody(listed, orders)
    assert sorted(read(found, "customer_id", "name"), key=str) == [("ann", "Ann"), ("ben", "Ben"), ("cai", None)]


# --- profiles ------------------------------------------------------------------------------------

ACTIVITY = (
    "customer_id string, earlier_visit_count int64, recent_visit_count int64, last_visit_day int32, "
    "days_since_last_order int32, year_net_spend float64, year_order_count int64"
)


def test_how_somebody_is_lately():
    """Ann came 4 times, then 1: three quarters less. Of three visits before nothing is told.

    Whoever visited on day 990 and bought 5 days ago was seen 5 days ago; the other way round 10; who never did either
    was never seen. Buyers of the year spent 30 and 10, 20 on average; who bought nothing in it is no part of that.
    """
    rows = [
        ("ann", 4, 1, 990, 5, 30, 1),
        ("ben", 3, 1, 990, 50, 10, 2),
        ("cai", 4, 6, None, 7, 90, 0),
        ("dan", 0, 0, 980, None, 0, 0),
        ("eve", 0, 0, None, None, 0, 0),
    ]
    t = people._activity(table(ACTIVITY, *rows), ibis.literal(TODAY), 4)
    found = rows_of(t, "customer_id", "visit_drop", "days_since_last_seen", "year_spend_ratio")
    assert found["ann"] == (0.75, 5, 1.5) and found["ben"] == (None, 10, 0.5) and found["cai"] == (-0.5, 7, 4.5)
    assert found["dan"] == (None, 20, 0) and found["eve"] == (None, None, 0)


def test_nobody_is_held_against_an_average_of_nothing():
    """Where this year's buyers spent nothing there is no ratio."""
    t = people._activity(table(ACTIVITY, ("ann", 0, 0, 1, 1, 0, 1)), ibis.literal(TODAY), 4)
    assert read(t, "year_spend_ratio") == [(None,)]


COUNTS = ("order_count", "purchase_day_count", "year_order_count", "year_purchase_day_count", "visit_count")
COUNTS += ("recent_visit_count", "earlier_visit_count", "gap_count", "category_count", "return_count")
PROFILE = (
    "customer_id string, birth_on date, country string, seen_country string, region string, seen_region string, "
    "is_test_account boolean, refuses boolean, gross_spend float64, ordered_spend float64, refunds float64, "
    "year_spend float64, year_refunds float64, "
) + ", ".join(f"{name} int64" for name in COUNTS)


def profiles(*rows, orders=(("ann", None),), returns=(("ann",),)):
    """The profiles of people on 1 January 2025; a row is (who, {what is known})."""
    names = [column.split()[0] for column in PROFILE.split(", ")][1:]
    t = table(PROFILE, *[(who, *(known.get(name) for name in names)) for who, known in rows])
    of_orders = [(who, left_out, 1.0) for who, left_out in orders]
    sold = table("customer_id string, left_out_because string, net_amount float64", *of_orders)
    return people._profile(t, sold, table("customer_id string", *returns), ibis.date("2025-01-01"))


def test_ages_in_bands():
    """17 is under 18, 18 to 24 one band, and so on each ten years; 65 begins the last; unknown is none."""
    years = {2007: "under 18", 2006: "18–24", 2000: "18–24", 1999: "25–34", 1989: "35–44", 1979: "45–54"}
    years |= {1969: "55–64", 1960: "55–64", 1959: "65 and over"}
    t = profiles(*[(str(year), {"birth_on": f"{year}-06-01"}) for year in years], ("x", {}))
    bands = rows_of(t, "customer_id", "age_band")
    assert bands == {str(year): (band,) for year, band in years.items()} | {"x": (None,)}


def test_counts_of_who_did_nothing_are_nought():
    """Ann bought on three days, one of them this year: twice again, and not again this year. Ben did nothing at all."""
    known = {"order_count": 4, "purchase_day_count": 3, "year_purchase_day_count": 1, "return_count": 2}
    t = profiles(("ann", known), ("ben", {}))
    names = ("repurchase_count", "year_repurchase_count", "order_count", "visit_count", "return_count", "is_buyer")
    assert rows_of(t, "customer_id", *names) == {"ann": (2, 0, 4, 0, 2, True), "ben": (0, 0, 0, 0, 0, False)}


def test_who_returned_nothing_is_unknown_where_returns_name_nobody():
    """A return without a customer may have been Ben's."""
    t = profiles(("ben", {}), returns=((None,),))
    assert read(t, "return_count") == [(None,)]


@pytest.mark.parametrize(
    ("orders", "is_buyer"),
    [
        ((("ann", None),), False),
        (((None, None),), None),  # orders that name nobody may be Ben's
        (((None, "test"),), False),  # there are none that count
        (((None, None), ("ann", None)), False),
        (((None, None), ("ann", "test")), None),
    ],
)
def test_who_is_on_no_order_did_not_buy(orders, is_buyer):
    """Not where no order that counts names anybody."""
    assert read(profiles(("ben", {}), orders=orders), "is_buyer") == [(is_buyer,)]


def test_where_somebody_lives_and_why_somebody_is_left_out():
    """The list comes before the last order; a test account is one before it is a refusal."""
    t = profiles(
        ("ann", {"country": "DE", "seen_country": "FR", "seen_region": "Lyon"}),
        ("ben", {"is_test_account": True, "refuses": True}),
        ("cai", {"refuses": True, "is_test_account": False}),
    )
    found = rows_of(t, "customer_id", "country", "region", "left_out_because")
    assert found["ann"] == ("DE", "Lyon", None)
    assert (found["ben"][2], found["cai"][2]) == ("test account", "no consent to analysis")


# --- months and groups ---------------------------------------------------------------------------


def month(who, year, number, amount=1.0, left_out=None):
    """An order in a month."""
    first = f"{year}-{number:02}-01"
    return (who, year * 12 + number - 1, first, f"{year}-01-01", f"{year}-01-01", "2024-01-01", amount, left_out)


MONTH = "customer_id string, month_idx int32, month_on date, quarter_on date, year_on date, cohort_on date, "
MONTH += "net_amount float64, left_out_because string"


def test_months_that_are_over_tell_who_came_back():
    """Ann bought in January twice and in February and May; as of 1 June the last month that is over is May.

    January was followed by February; May has no June yet, so nobody knows. Three months after February is May: she
    stayed; of January's three months she came in the first. Ben's January stays alone.
    """
    of_ann = [month("ann", 2025, 1), month("ann", 2025, 1, 4.0), month("ann", 2025, 2), month("ann", 2025, 5)]
    t = MONTHS(
        table(MONTH, *of_ann, month("ben", 2025, 1), month("ann", 2025, 3, left_out="test"), month(None, 2025, 3)),
        date(2025, 6, 1),
        {"stages": {"retention": {"months": 3}}},
    )
    names = ("customer_id", "order_count", "ordered_amount", "bought_next", "is_retained", "age_months")
    assert [(str(row[0])[:7], *row[1:]) for row in read(t, "month_on", *names)] == [
        ("2025-01", "ann", 2, 5, True, True, 0),
        ("2025-01", "ben", 1, 1, False, False, 0),
        ("2025-02", "ann", 1, 1, False, True, 1),
        ("2025-05", "ann", 1, 1, None, None, 4),
    ]


def test_a_month_is_asked_once_its_next_ones_are_over():
    """As of 31 May April is over and May is not; a month's three next ones end with April for January alone."""
    rows = [month("ann", 2025, number) for number in (1, 2, 3, 4, 5)]
    rules = {"stages": {"retention": {"months": 3}}}
    found = read(MONTHS(table(MONTH, *rows), date(2025, 5, 31), rules), "bought_next", "is_retained")
    assert found == [(True, True), (True, None), (True, None), (None, None), (None, None)]
    apart = read(MONTHS(table(MONTH, rows[0], month("ann", 2025, 5)), date(2026, 1, 1), rules), "is_retained")
    assert apart == [(False,), (False,)]


def test_buyers_of_a_window_by_group():
    """Ann: three orders on two days, one of unknown amount alone on its day; per channel she is one buyer of each."""
    columns = "customer_id string, channel string, day int32, net_amount float64, is_first_order boolean"
    orders = table(
        columns,
        ("ann", "app", 1, 5, True),
        ("ann", "app", 1, 7, False),
        ("ann", "web", 2, None, False),
        (None, "web", 2, 9, False),
    )
    names = ("order_count", "purchase_day_count", "priced_day_count", "net_amount", "is_new")
    assert rows_of(BUYERS(orders, ()), "customer_id", *names) == {"ann": (3, 2, 1, 12, True)}
    by_channel = BUYERS(orders, ("channel", "customer_id"))
    assert rows_of(by_channel, "channel", *names) == {"app": (2, 1, 1, 12, True), "web": (1, 1, 0, None, False)}


def test_shoppers_by_the_categories_they_bought_from():
    """Mugs twice and a rug: two; what has no category, or nobody, is none."""
    items = table(
        "customer_id string, category string", ("a", "mug"), ("a", "mug"), ("a", "rug"), ("b", None), (None, "x")
    )
    assert read(SHOPPERS(items, ())) == [("a", 2)]
