"""Products on a handful of rows: growth, launches, pairs, prices and reviews, computed in the head.

Judges studies/products/market, stats/intervals, stats/shrinkage and studies/shared/windows.
"""

from datetime import date
from math import sqrt

import ibis
import pytest
from in_memory import read, table

from customary.errors import Refused
from customary.places import DATA
from customary.rules.book import RuleBook
from customary.studies.products import (
    category_growth,
    category_months,
    discount_bands,
    discount_weeks,
    new_product_trial,
    price_bands,
    problem_products,
    product_launches,
    review_products,
)

RULES = RuleBook.from_files(DATA)
AS_OF = date(1972, 1, 1)  # day 730


def on(day):
    """The date of a day since 1970."""
    return str(date.fromordinal(date(1970, 1, 1).toordinal() + day))


def goods(columns, *rows):
    """Lines of goods, none of which is a charge such as postage."""
    return table(columns, *rows).mutate(charge=ibis.null("string"))


# --- categories ----------------------------------------------------------------------------------

LINE = "order_item_id string, category string, net_amount float64, quantity int64, month_on date"


def test_categories_of_a_month():
    """January: home 30 of 40; a line without a category is a group of its own. February: home alone."""
    lines = goods(
        LINE,
        ("a", "home", 10, 1, "1970-01-01"),
        ("b", "home", 20, 3, "1970-01-01"),
        ("c", None, 10, 1, "1970-01-01"),
        ("d", "home", 7, 1, "1970-02-01"),
    )
    assert read(category_months(lines)) == [
        (date(1970, 1, 1), "home", 30, 4, 2, 0.75),
        (date(1970, 1, 1), None, 10, 1, 1, 0.25),
        (date(1970, 2, 1), "home", 7, 1, 1, 1),
    ]


SOLD = "category string, customer_id string, net_amount float64, day int32"


def test_growth_against_the_same_days_a_year_before():
    """The last 365 days are 365 to 729, those before 0 to 364. Home 60 against 30: + 100 %; toys 40 against 70: − 43 %.

    Home has 60 of 100 and had 30 of 100. Two people bought it now; day 730 is not in the data yet.
    """
    lines = goods(
        SOLD,
        ("home", "ann", 30, 0),
        ("toys", "ann", 70, 364),
        ("home", "ann", 25, 365),
        ("home", "ben", 35, 729),
        ("toys", "ann", 40, 500),
        ("home", "cai", 999, 730),
        ("art", "ann", 0, 400),
    )
    columns = ("category", "revenue", "revenue_before", "growth_rate", "revenue_share", "before_share", "moved_share")
    assert read(category_growth(lines, AS_OF), *columns, "buyer_count", "is_whole") == [
        ("home", 60, 30, 1, 0.6, 0.3, 0.3, 2, True),
        ("toys", 40, 70, -0.4286, 0.4, 0.7, -0.3, 1, True),
        ("art", 0, 0, None, 0, 0, 0, 1, True),
    ]


def test_growth_of_a_window_that_the_data_reach_back_for():
    """Days 400 to 409 against 35 to 44: the first sale on day 35 is early enough, on day 36 it is not."""
    for first, whole in ((35, True), (36, False)):
        lines = goods(SOLD, ("home", "ann", 10, first), ("home", "ann", 30, 400), ("home", "ann", 5, 410))
        found = category_growth(lines, AS_OF, during=(on(400), on(410)))
        assert read(found, "revenue", "revenue_before", "is_whole") == [(30, 10, whole)]


# --- launches ------------------------------------------------------------------------------------

LAUNCHED = (
    "product_id string, product_name string, category string, launched_on date, customer_id string, "
    "net_amount decimal(18,4), day int32"
)
ORDER = "customer_id string, day int32"


def bought(product, who, day, launch=600, amount=10):
    """A line of a product that was launched on a day."""
    return (product, product.title(), "home", None if launch is None else on(launch), who, amount, day)


def catalogue(lines):
    """The products of these lines."""
    return lines.select("product_id", "product_name", "category", "launched_on").distinct()


OLD = ("old", "Old", "home", on(0), "ann", 10, 0)  # sold on the shop's first day: no launch
# Active before day 600: Ann (day 420) and Ben (day 599); Cai last bought on day 419, Dan on the day itself.
ACTIVE = table(ORDER, ("ann", 420), ("ben", 599), ("ben", 500), ("cai", 419), ("dan", 600))


def test_a_launch_is_tried_by_those_who_were_active():
    """Of Ann and Ben, Ann bought the lamp within 90 days, on the last of them; Ben a day too late. Dan was new.

    So 1 of 2 tried it; two bought it, for 10 + 5 and 20.
    """
    lines = table(
        LAUNCHED,
        OLD,
        bought("lamp", "ann", 689),
        bought("lamp", "ann", 600, amount=5),
        bought("lamp", "ben", 690),
        bought("lamp", "dan", 600, amount=20),
        bought("pin", "ann", 700, launch=None),
    )
    columns = ("product_id", "active_count", "trier_count", "buyer_count", "trial_rate", "is_mature", "product_total")
    assert read(product_launches(catalogue(lines), lines, ACTIVE, AS_OF), *columns) == [("lamp", 2, 1, 2, 0.5, True, 1)]
    assert read(product_launches(catalogue(lines), lines, ACTIVE, AS_OF), "revenue") == [(35,)]


@pytest.mark.parametrize(("launch", "mature"), [(640, True), (641, False)])
def test_a_launch_is_judged_when_its_days_are_over(launch, mature):
    """On day 730 the 90 days of a launch of day 640 are over; before, neither product nor shop has a rate."""
    lines = table(LAUNCHED, OLD, bought("lamp", "ann", launch, launch=launch))
    orders = table(ORDER, ("ann", launch - 1))
    ((is_mature, rate, low),) = read(
        product_launches(catalogue(lines), lines, orders, AS_OF), "is_mature", "trial_rate", "low_rate"
    )
    assert (is_mature, rate, low is None) == (mature, 1 if mature else None, not mature)
    assert read(new_product_trial(catalogue(lines), lines, orders, AS_OF), "launch_count") == [(int(mature),)]


def test_who_tried_any_of_the_new_products():
    """Ann and Ben were active at one of two launches; Ann bought both, Ben none: 1 of 2, each person once."""
    lines = table(LAUNCHED, OLD, bought("lamp", "ann", 600), bought("vase", "ann", 610, launch=610))
    found = new_product_trial(catalogue(lines), lines, ACTIVE, AS_OF)
    # Dan bought on day 600, so that he was active before day 610.
    assert read(found, "active_count", "trier_count", "launch_count", "trial_rate") == [(3, 1, 2, 0.3333)]
    first = new_product_trial(catalogue(lines), lines, ACTIVE, AS_OF, during=(on(600), on(610)))
    assert read(first, "active_count", "trier_count", "launch_count") == [(2, 1, 1)]


# --- prices --------------------------------------------------------------------------------------

PRICED = "category string, net_amount float64, gross_amount float64, quantity int64, unit_price float64"


def test_declared_price_bands():
    """In yuan up to 50, to 100 …: home 3 · 40 = 120 in the first and 60 in the second, toys 20; 200 in all."""
    items = goods(PRICED, ("home", 120, 130, 3, 40), ("home", 60, 60, 1, 50), ("toys", 20, 20, 1, 20))
    columns = ("category", "band", "low", "high", "spend", "gross_amount", "unit_count", "line_count", "spend_share")
    assert read(price_bands(items, "CNY", RULES), *columns, "category_share") == [
        ("home", 1, 0, 50, 120, 130, 3, 1, 0.6, 0.9),
        ("home", 2, 50, 100, 60, 60, 1, 1, 0.3, 0.9),
        ("toys", 1, 0, 50, 20, 20, 1, 1, 0.1, 0.1),
    ]


def test_equal_bands_hold_equal_prices_together():
    """Of 1, 1, 1 and 4 in two bands: the three have none or less than half below them, the fourth three quarters."""
    items = goods(PRICED, *(("home", 1, 1, 1, price) for price in (1, 1, 1, 4)))
    assert read(price_bands(items, "CNY", RULES, bands=2), "band", "low", "high", "line_count") == [
        (1, 1, 1, 3),
        (2, 4, 4, 1),
    ]
    for wrong in (1, 11):
        with pytest.raises(Refused, match="2 to 10 price bands"):
            price_bands(items, "CNY", RULES, bands=wrong)
    assert len(read(price_bands(items, "CNY", RULES, bands=10))) == 2


DISCOUNTED = (
    "order_id string, customer_id string, gross_amount float64, discount_amount float64, net_amount float64, "
    "is_first_order boolean, day int32, days_to_next int32"
)


@pytest.mark.parametrize(
    ("off", "label"),
    [(0, "no discount"), (5, "up to 5%"), (5.01, "up to 10%"), (30, "up to 30%"), (30.01, "above 30%")],
)
def test_a_band_of_discounts_holds_its_upper_bound(off, label):
    """Of 100: exactly 5 is up to 5 %."""
    orders = table(DISCOUNTED, ("o", "ann", 100, off, 100 - off, True, 0, None))
    assert read(discount_bands(orders, AS_OF, RULES), "discount") == [(label,)]


def test_orders_of_a_band_and_what_followed():
    """No discount: 3 of 4 orders, 100 + 60 + 20 net, one of them a first; day 639 was watched for 90 days, 640 was not.

    So two are asked, and one was followed on the 90th day; the other on the 91st.
    """
    orders = table(
        DISCOUNTED,
        ("o1", "ann", 100, 0, 100, True, 639, 90),
        ("o2", "ben", 60, 0, 60, False, 600, 91),
        ("o3", "cai", 20, 0, 20, False, 640, 1),
        ("o4", "dan", 40, 4, 36, False, 640, None),
    )
    columns = ("discount", "order_count", "average_order_value", "gross_per_order", "new_buyer_share", "mature_count")
    assert read(discount_bands(orders, AS_OF, RULES), *columns, "followed_rate", "order_share") == [
        ("no discount", 3, 60, 60, 0.3333, 2, 0.5, 0.75),
        ("up to 10%", 1, 36, 40, 0, 0, None, 0.25),
    ]


WEEKS = "order_id string, gross_amount float64, discount_amount float64, week_on date"
VISITS = "session_id string, has_purchase boolean, week_on date"


def weekly(*weeks):
    """Weeks of (discount of 100, purchases of four visits)."""
    orders = [(f"o{n}", 100, off, on(7 * n)) for n, (off, _sold) in enumerate(weeks)]
    visits = [(f"v{n} {v}", v < sold, on(7 * n)) for n, (_off, sold) in enumerate(weeks) for v in range(4)]
    return discount_weeks(table(WEEKS, *orders), table(VISITS, *visits))


def test_discounts_and_conversion_by_week():
    """0, 10 and 20 % off against 2, 1 and 0 of four visits: they fall as the others rise. With 1, 2, 1 they do not."""
    columns = ("order_count", "session_count", "discount_rate", "visit_conversion_rate", "correlation")
    assert read(weekly((0, 2), (10, 1), (20, 0)), *columns) == [
        (1, 4, 0, 0.5, -1),
        (1, 4, 0.1, 0.25, -1),
        (1, 4, 0.2, 0, -1),
    ]
    assert {round(r, 3) for (r,) in read(weekly((0, 1), (10, 2), (20, 1)), "correlation")} == {0}
    # (0, 0), (10, 1), (20, 1): Σxy = 10 · 1 + 20 · 1 less 3 · 10 · 2/3 is 10; over √(200 · 2/3).
    assert read(weekly((0, 0), (10, 1), (20, 1)), "correlation")[0] == (round(10 / sqrt(200 * 2 / 3), 4),)
    assert read(weekly((0, 0), (10, 1)), "correlation") == [(None,)] * 2


# --- reviews -------------------------------------------------------------------------------------

REVIEW = "survey string, score int64, product_id string, day_on date"
NAMED = "product_id string, product_name string, category string, order_id string, day int32, day_on date"


def reviews(**stars):
    """Reviews by product."""
    rows = [("review", star, product, on(0)) for product, given in stars.items() for star in given]
    return table(REVIEW, *rows, ("nps", 9, "lamp", on(0)), ("review", None, "lamp", on(0)), ("review", 1, None, on(0)))


def test_stars_are_drawn_toward_the_shops_average():
    """Lamp 1, 1, 3, 3 and mug 4, 4, 4, 4: 2 and 4, together 3. Within: 4 squares of 1 over 8 − 2 = 2/3.

    Between: (4 · 1 + 4 · 1 − 2/3) over (8 − 32/8) = 11/6. The weight 4 · 11/6 / (4 · 11/6 + 2/3) is 11/12, so that 2
    becomes 3 − 11/12, ± 1.96 · √(11/12 · 2/3 / 4) = 0.766, below 3.
    """
    items = table(NAMED, ("lamp", "Lamp", "home", "o", 0, on(0)), ("mug", "Mug", "kitchen", "o", 0, on(0)))
    found = review_products(reviews(lamp=(1, 1, 3, 3), mug=(4, 4, 4, 4)), items)
    columns = ("product_id", "review_count", "mean_score", "score", "shop_score", "verdict", "product_total")
    assert read(found, *columns) == [
        ("lamp", 4, 2, 2.0833, 3, "truly low", 2),
        ("mug", 4, 4, 3.9167, 3, "truly high", 2),
    ]
    half = 1.96 * sqrt(11 / 12 * 2 / 3 / 4)
    low, high = read(found, "low_score", "high_score")[0]
    assert (low, high) == pytest.approx((2.0833 - half, 2.0833 + half), abs=1e-3)
    assert read(review_products(reviews(lamp=(1,), mug=(4,)), items, first="high"), "product_id")[0] == ("mug",)


# --- problems ------------------------------------------------------------------------------------

CAME = "order_id string, product_id string"
CASE = "order_id string, kind string, topic string"
# Two products of a category with 20 orders each, on day 600.
TWENTY = [(what, what, "home", f"{what}{n}", 600, on(600)) for what in ("lamp", "mug") for n in range(20)]


def judged(back=(), cases=(), stars=None, lines=TWENTY, **options):
    """Lamp and mug, judged by what came back, was complained of and how it was starred."""
    parts = (table(CAME, *back), table(CASE, *cases), reviews(**(stars or {})))
    return problem_products(table(NAMED, *lines), *parts, AS_OF, RULES, **options)


LAMPS = [(f"lamp{n}", "lamp") for n in range(16)]


def test_a_product_with_two_bad_signals_is_a_problem():
    """Of the lamp's 20 orders 16 came back and 15 were complained of; of the mug's none. Their usual rate is 16 of 40.

    A complaint about the delivery says nothing about the goods, nor does a question.
    """
    angry = [(f"lamp{n}", "complaint", "quality" if n else None) for n in range(15)]
    others = [(f"mug{n}", "complaint", "delivery") for n in range(20)] + [("mug1", "question", None)]
    columns = ("product_id", "is_problem", "bad_signal_count", "returned_order_count", "complaint_order_count")
    found = judged(LAMPS, [*angry, *others])
    assert read(found, *columns, "return_rate", "return_usual_rate") == [
        ("lamp", True, 2, 16, 15, 0.8, 0.4),
        ("mug", False, 0, 0, 0, 0, 0.4),
    ]
    assert read(found, "signal_total", "product_total", "order_count")[0] == (1, 2, 20)


def test_one_bad_signal_is_no_problem_yet():
    """Returns alone, where nobody writes cases down: complaints are unknown, not none."""
    found = judged(LAMPS)
    assert read(found, "product_id", "is_return_high", "is_problem", "complaint_rate") == [
        ("lamp", True, False, None),
        ("mug", False, False, None),
    ]


def test_low_stars_are_a_signal():
    """Ten reviews with one star against ten with five; without reviews there is no signal."""
    columns = ("product_id", "review_count", "is_review_low")
    found = read(judged(stars={"lamp": [1, 2] * 5, "mug": [5, 4] * 5}), *columns)
    assert found == [("lamp", 10, True), ("mug", 10, False)]
    assert read(judged(), *columns) == [("lamp", 0, False), ("mug", 0, False)]


def test_a_drawn_rate_by_hand():
    """Of 20 each 16 and 0 came back: usual 0.4, within 0.24. Between: (20 · 0.16 · 2 − 0.24) / (40 − 800/40) = 0.308.

    The weight 20 · 0.308 / (20 · 0.308 + 0.24) is 0.9625, so that 0.8 becomes 0.4 + 0.385 = 0.785; as a beta share its
    error is √(0.785 · 0.215 · 0.9625 / 20) = 0.0901, and the low end 0.785 − 1.96 · 0.0901.
    """
    shrunk, low = read(judged(LAMPS), "return_shrunk_rate", "return_low_rate")[0]
    assert (shrunk, low) == pytest.approx((0.785, 0.785 - 1.96 * 0.0901), abs=2e-4)


@pytest.mark.parametrize(("day", "n", "told"), [(700, 20, 1), (701, 20, 0), (600, 19, 0)])
def test_who_is_judged(day, n, told):
    """Twenty orders that are 30 days old: on day 730 those of day 700 are, those of 701 are not; 19 are too few."""
    lines = [("lamp", "Lamp", "home", f"o{k}", day, on(day)) for k in range(n)]
    assert len(read(judged(lines=lines))) == told


def test_products_are_judged_in_their_category_or_in_the_shop():
    """Lamps alone in a category are as usual there; against the shop with mugs they come back too often."""
    lines = [
        (what, what, kind, f"{what}{n}", 600, on(600))
        for what, kind in (("lamp", "a"), ("mug", "b"))
        for n in range(20)
    ]
    assert read(judged(LAMPS, lines=lines), "return_usual_rate", "is_return_high")[0] == (0.8, False)
    assert read(judged(LAMPS, lines=lines, against="shop"), "return_usual_rate", "is_return_high")[0] == (0.4, True)
    with pytest.raises(Refused, match="category"):
        judged(against="fashion")
