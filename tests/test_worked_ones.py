"""A whole of one is shared like any other, and a whole of nothing has no shares: each study on one or two rows.

Judges studies/products/prices, studies/products/market, studies/orders/books, studies/lifecycle/stages,
studies/returns/rates, studies/returns/refunds, studies/seasons/days, studies/care/budget, studies/goals/certainty,
studies/lifetime_value/closed, studies/lifetime_value/purchases, studies/shared/people and query/beside.
"""

from datetime import date
from math import exp, sqrt

import pytest
from in_memory import read, table
from paper_shop import PaperShop

from customary.frames.orders import GIFT_CARD, UNNAMED
from customary.places import DATA
from customary.query import beside
from customary.query.selection import Scope
from customary.rules.book import RuleBook
from customary.studies.care import budget
from customary.studies.goals.certainty import _errors, _week_scatter
from customary.studies.lifecycle import stages
from customary.studies.lifetime_value import closed, purchases
from customary.studies.orders import charges, revenue_bridge
from customary.studies.products import category_growth, category_months, discount_bands, price_bands
from customary.studies.returns import odd_refunds, refund_views, return_rates, returns
from customary.studies.seasons.days import _daily, _season_shares, _uplifts, season_grid
from customary.studies.shared.people import with_person

RULES = RuleBook.from_files(DATA)
AS_OF = date(1970, 4, 11)  # day 100

# --- prices --------------------------------------------------------------------------------------

LINE = "category string, net_amount float64, gross_amount float64, quantity int64, unit_price float64, charge string"


def test_postage_is_no_category_and_a_spend_of_one_is_shared():
    """A button for 1 beside postage of 9: all of the spend is the button's."""
    items = table(LINE, ("home", 1, 1, 1, 1, None), (None, 9, 9, 1, 9, "postage"))
    columns = ("category", "spend", "spend_share", "category_share", "unit_count", "line_count")
    assert read(price_bands(items, "CNY", RULES), *columns) == [("home", 1, 1, 1, 1, 1)]
    free = table(LINE, ("home", 0, 1, 1, 1, None))
    assert read(price_bands(free, "CNY", RULES), "spend_share", "category_share") == [(None, None)]


def test_lines_of_a_band_are_added_up():
    """Two and three pieces of 10 at 20 and 30, of which 5 was off: five pieces, 50 before and 45 after."""
    items = table(LINE, ("home", 20, 20, 2, 10, None), ("home", 25, 30, 3, 10, None))
    columns = ("unit_count", "gross_amount", "spend", "line_count")
    assert read(price_bands(items, "CNY", RULES), *columns) == [(5, 50, 45, 2)]


def test_bands_are_four_where_none_are_declared():
    """Of four prices each has a band of its own; a currency that nobody declared has no bounds."""
    items = table(LINE, *(("home", 1, 1, 1, price, None) for price in (1, 2, 3, 4)))
    found = price_bands(items, "XTS", RULES)
    assert read(found, "band", "low", "high", "basis") == [(n, n, n, "equal shares of the lines") for n in (1, 2, 3, 4)]
    declared = price_bands(items, "CNY", RULES)
    assert {row for (row,) in read(declared, "basis")} != {"equal shares of the lines"}


@pytest.mark.parametrize(
    ("gross", "off", "label"),
    [
        (1, 0.05, "up to 5%"),
        (1, 0, "no discount"),
        (0, 0, "no discount"),
        (1, None, "no discount"),
        (1, 1, "above 30%"),
    ],
)
def test_a_discount_on_one_is_a_share_of_it(gross, off, label):
    """Of nothing, and where none is known, there is no discount."""
    columns = (
        "order_id string, customer_id string, gross_amount float64, discount_amount float64, net_amount float64, "
        "is_first_order boolean, day int32, days_to_next int32"
    )
    orders = table(columns, ("o", "ann", gross, off, gross, True, 0, None))
    assert read(discount_bands(orders, AS_OF, RULES), "discount") == [(label,)]


def test_postage_is_in_no_month_of_a_category():
    """A button for 1 in January is all of January; in February there is postage alone, which is no category's."""
    columns = "order_item_id string, category string, net_amount float64, quantity int64, month_on date, charge string"
    items = table(
        columns,
        ("a", "home", 1, 1, "1970-01-01", None),
        ("b", None, 9, 1, "1970-01-01", "postage"),
        ("c", None, 9, 1, "1970-02-01", "postage"),
        ("d", "home", 0, 1, "1970-03-01", None),
    )
    assert read(category_months(items), "month_on", "category", "revenue", "revenue_share") == [
        (date(1970, 1, 1), "home", 1, 1),
        (date(1970, 3, 1), "home", 0, None),
    ]


def test_postage_does_not_grow():
    """A button for 1 now and a year before: all of both years, and no growth."""
    columns = "category string, customer_id string, net_amount float64, day int32, charge string"
    items = table(
        columns,
        ("home", "ann", 1, 0, None),
        ("home", "ann", 1, 365, None),
        (None, "ann", 9, 365, "postage"),
        (None, "ann", 9, 0, "postage"),
    )
    told = ("category", "revenue", "revenue_before", "growth_rate", "revenue_share", "before_share", "moved_share")
    assert read(category_growth(items, date(1972, 1, 1)), *told) == [("home", 1, 1, 0, 1, 1, 0)]


def test_charges_are_told_apart_from_goods():
    """Postage of 3 and 4 counted, 5 of an order that was not paid; the mug is no charge."""
    columns = "charge string, left_out_because string, gross_amount float64"
    rows = [("postage", None, 3), ("postage", None, 4), ("postage", "not paid", 5), (None, None, 9)]
    assert read(charges(table(columns, *rows))) == [("postage", "counted", 2, 7), ("postage", "not paid", 1, 5)]


STEP = "gross_amount float64, left_out_because string"
BACK = (
    "refund_amount float64, fee_refund_amount float64, excess_amount float64, left_out_because string, "
    "is_counted boolean"
)
SALE = (
    "gross_amount float64, net_amount float64, discount_amount float64, shipping_amount float64, tax_amount float64, "
    "line_count int64"
)


def bridge(items, back, sold):
    """The steps from what files say to revenue."""
    every = table(BACK, *back)
    orders, left = table(SALE, *sold), every.filter(every.left_out_because.isnull())
    return [amount for (amount,) in read(revenue_bridge(table(STEP, *items), every, orders, left), "amount")]


def test_every_step_of_the_bridge_by_hand():
    """Lines of 100, 7 left out and a card of 20; an order without lines of 30, so that 130 are gross.

    10 were off: 120. Of these 40 came back, 5 of it fees: 80 net. Shipping 6, tax 4: 80 + 10 − 5. A return of 9 is left
    out, 2 were beyond an order. In the files: 127 + 30 − (40 + 5 + 2 + 9).
    """
    items = [(100, None), (7, "not paid"), (20, GIFT_CARD)]
    back = [(40, 5, 2, None, True), (9, None, None, "twice", False)]
    sold = [(100, 90, 10, 6, 4, 1), (30, 30, None, None, None, 0)]
    found = bridge(items, [(40, 5, 2, None, True), (9, 0, 0, "twice", False)], sold)
    assert found == [127, 30, -7, -20, 130, -10, -40, 80, 6, 4, -5, 85, -11, 101]
    assert bridge(items, back, sold)[:12] == found[:12]


def test_a_bridge_over_nothing_is_nothing():
    """No row at all is 0 at every step; an order whose worth nobody knows leaves gross and net unknown."""
    assert bridge([], [], []) == [0] * 14
    unknown = bridge([], [], [(None, None, None, None, None, 0)])
    assert unknown[4] is None and unknown[7] is None and unknown[0] == 0


def test_spend_of_a_purchase_is_drawn_towards_that_of_all():
    """p = 6, q = 4, gamma = 10: one-time buyers 6·10/3 = 20; three repeats of 30: 6·(10 + 90)/(18 + 3).

    Whose spend is unknown is as one of whom no repeat was seen; refunds beyond it make no spend below nothing.
    """
    t = table("repeats int64, mean_spend float64", (0, 30), (3, 30), (3, None), (3, -5))
    found = read(t.select(spend=closed.spend(t, {"p": 6, "q": 4, "gamma": 10})))
    assert found == [(20,), (round(600 / 21, 4),), (20,), (round(60 / 21, 4),)]


# --- stages --------------------------------------------------------------------------------------

STAGED = (
    "customer_id string, is_buyer boolean, purchase_day_count int64, order_count int64, gap_count int64, "
    "days_since_last_order int32, late_ratio float64, lost_ratio float64, visit_drop float64, usual_gap_days float64, "
    "late_after_days float64, lost_after_days float64, category_count int64, ordered_spend float64, "
    "year_net_spend float64, year_purchase_day_count int64, year_spend_ratio float64, visit_count int64, "
    "recent_visit_count int64, days_since_last_seen int32"
)


@pytest.mark.parametrize(
    ("spend", "value", "shares"), [(1, 1, (1, 0)), (0, 0, (None, None)), (None, None, (None, None))]
)
def test_one_customer_of_one_order_is_all_of_a_stage(spend, value, shares):
    """Who spent 1 in one order has all of the spend, and others have none of it; unknown spend is in no stage 0."""
    one = ("ann", True, 1, 1, 0, 9, 0.5, 0.2, None, None, 20.0, 40.0, 1, spend, spend, 1, None, 0, 0, 9)
    found = read(
        stages(table(STAGED, one), RULES), "stage", "customer_count", "year_net_spend", "average_order_value",
        "customer_share", "spend_share", "order_count",
    )  # fmt: skip
    told = {row[0]: row[1:] for row in found}
    assert told["growth"] == (1, spend, value, 1, shares[0], 1)
    assert told["lost"] == (0, None if spend is None else 0, None, 0, shares[1], 0)
    assert [place for (place,) in read(stages(table(STAGED, one), RULES), "position")] == list(range(1, len(told) + 1))


# --- returns -------------------------------------------------------------------------------------

SOLD = (
    "customer_id string, day int32, month_on date, is_cancelled boolean, delivered_local timestamp, "
    "is_returned boolean, return_delay_days int32, unit_count int64, returned_unit_count int64, net_amount float64, "
    "refund_amount float64"
)
BOTH = frozenset({"orders", "returns"})


def order(units, back, amount, refund, *, day=0, delay=None):
    """An order of January that arrived."""
    month, came = "1970-01-01", "1970-01-20"
    return ("ann", day, month, None, came, delay is not None, delay, units, back, amount, refund)


def test_one_order_of_one_piece_for_one():
    """It came back: all orders, all pieces, all of the value; of an order of nothing there is no rate."""
    orders = table(SOLD, order(1, 1, 1, 1, delay=1))
    rates = ("return_rate", "unit_return_rate", "value_return_rate", "expected_rate", "naive_rate")
    assert read(returns(orders, AS_OF, BOTH, window_days=9), *rates) == [(1, 1, 1, 1, 1)]
    assert read(return_rates(orders, AS_OF, BOTH, window_days=9), "order_count", "naive_rate") == [(1, 1)] * 3
    nothing = table(SOLD, order(0, 0, 0, 0))
    assert read(returns(nothing, AS_OF, BOTH, window_days=9), *rates) == [(0, None, None, 0, 0)]
    assert read(return_rates(nothing, AS_OF, BOTH, window_days=9), "naive_rate") == [(0,), (None,), (None,)]


def test_an_order_is_watched_up_to_the_day_before():
    """An order of day 90 was watched for nine days by the end of day 99: a window of nine is over, of ten is not."""
    orders = table(SOLD, order(1, 0, 1, 0, day=90))
    for window, is_mature in ((9, True), (10, False)):
        assert read(returns(orders, AS_OF, BOTH, window_days=window), "is_mature", "return_rate") == [
            (is_mature, 0 if is_mature else None)
        ]
        rates = return_rates(orders, AS_OF, BOTH, window_days=window)
        assert read(rates, "order_count") == [(int(is_mature),)] * 3


RETURN = (
    "return_id string, order_id string, refund_amount float64, order_refund_amount float64, excess_amount float64, "
    "is_before_order boolean, left_out_because string"
)


def test_where_nothing_was_sold_or_refunded_every_step_is_nothing():
    """No row at all: 0, not unknown; and no refund is odd."""
    orders, back = table("order_id string, net_amount float64, refund_amount float64"), table(RETURN)
    assert read(refund_views(orders, back), "amount") == [(0,)] * 5
    assert read(odd_refunds(back), "return_count", "amount") == [(0, 0)] * 5


def test_two_views_of_one_refund():
    """Sold for 30; of its order 5 came back here and 2 at another time; 4 of an order from elsewhere, 1 beyond it."""
    orders = table("order_id string, net_amount float64, refund_amount float64", ("o", 30, 7))
    back = table(
        RETURN, ("r1", "o", 5, 5, None, False, None), ("r2", "x", 5, 4, None, False, None)
    )  # of x, for 5 of which its order bears 4
    assert read(refund_views(orders, back), "amount") == [(20,), (4,), (1,), (-2,), (23,)]


# --- seasons -------------------------------------------------------------------------------------

DAY = "day int32, net_amount float64"


def test_a_day_without_an_order_is_nothing():
    """Orders on day 1 and 3, one of unknown worth: day 2 brought nothing; without amounts no day's worth is known."""
    found = _daily(table(DAY, (1, 5), (3, None), (3, 2)), AS_OF)
    assert sorted(read(found, "day", "order_count", "revenue")) == [(1, 1, 5), (2, 0, 0), (3, 2, 2)]
    unknown = _daily(table(DAY, (1, None), (3, None)), AS_OF)
    assert sorted(read(unknown, "day", "order_count", "revenue")) == [(1, 1, None), (2, 0, None), (3, 1, None)]


def test_the_grid_of_eight_days():
    """Thursdays 1 and 3, one order on the six days between: ten orders in eight days are 1.25 a day.

    The two Thursdays scatter by 2 over one free day, 1.6 times 1.25: half is 1.96·√(1.6·2/2), over 1.25.
    """
    orders = table(DAY, *((day, 1) for day in (0, 1, 2, 3, 4, 5, 6, 7, 7, 7)))
    columns = ("weekday", "day_count", "orders_per_day", "season_index", "low_index", "high_index")
    found = {row[0]: row[1:] for row in read(season_grid(orders, AS_OF), *columns)}
    half = 1.96 * sqrt(1.6)
    assert found[3] == (2, 2, 1.6, 0, pytest.approx((2 + half) / 1.25, abs=1e-3))
    assert found[4] == (1, 1, 0.8, 0, pytest.approx((1 + half) / 1.25, abs=1e-3))


def test_a_grid_of_one_order_a_day_is_one_everywhere():
    """Nothing scatters: the ends are one as well."""
    found = season_grid(table(DAY, *((day, 1) for day in range(8))), AS_OF)
    assert set(read(found, "season_index", "low_index", "high_index")) == {(1, 1, 1)}


UPLIFT = (
    "event string, zh string, kind string, starts_on date, ends_on date, start_day int64, end_day int64, "
    "day_count int64, around_count int64, order_count int64, revenue float64, per_day float64, around_per_day float64, "
    "spread float64, around_spread float64, has_week_before boolean, has_week_after boolean"
)


def uplift(days, around, count, per_day, around_per_day, spread=None, around_spread=None, *, before=True, after=True):
    """A season of ten days from 1 January."""
    told = ("s", "z", "season", "1970-01-01", "1970-01-11", 0, 10, days, around, count, None)
    return (*told, per_day, around_per_day, spread, around_spread, before, after)


def test_an_uplift_with_its_interval():
    """4 on the one day, 1 on the one beside it: 4 times, by e^±(1.96·√(1/4 + 1)); 4 − 1 came beyond."""
    found = _uplifts(table(UPLIFT, uplift(1, 1, 4, 4, 1)))
    wide = 1.96 * sqrt(1 / 4 + 1)
    assert read(found, "uplift", "extra_orders")[0] == (4, 3)
    assert read(found, "uplift_low", "uplift_high")[0] == pytest.approx((4 * exp(-wide), 4 * exp(wide)), abs=1e-2)
    varied = _uplifts(table(UPLIFT, uplift(2, 4, 8, 4, 2, spread=8, around_spread=1)))
    wide = 1.96 * sqrt(8 / (2 * 16) + 2 / (4 * 4))  # what varies less than chance would varies as chance does
    assert read(varied, "uplift_low", "uplift_high")[0] == pytest.approx((2 * exp(-wide), 2 * exp(wide)), abs=1e-2)


def test_a_season_without_an_order_has_no_uplift():
    """0 to what chance may hide: (8/9 + 1.96/3)³ = 3.67 orders where one is usual; beside nothing unknown."""
    found = _uplifts(table(UPLIFT, uplift(1, 1, 0, 0, 1)))
    assert read(found, "uplift", "uplift_low", "uplift_high")[0] == (
        0,
        0,
        pytest.approx((8 / 9 + 1.96 / 3) ** 3, abs=1e-3),
    )
    beside_nothing = _uplifts(table(UPLIFT, uplift(1, 1, 4, 4, 0)))
    assert read(beside_nothing, "uplift", "uplift_low", "uplift_high") == [(None, None, None)]


@pytest.mark.parametrize(
    ("row", "is_whole"),
    [
        (uplift(10, 7, 1, 1, 1), True),
        (uplift(9, 7, 1, 1, 1), False),
        (uplift(10, 6, 1, 1, 1), False),
        (uplift(10, 7, 1, 1, 1, before=False), False),
        (uplift(10, 7, 1, 1, 1, after=False), False),
    ],
)
def test_a_season_is_whole_with_all_its_days_and_a_week_around_it(row, is_whole):
    """Ten of ten days, a week before and behind, seven days to compare with."""
    assert read(_uplifts(table(UPLIFT, row)), "is_whole") == [(is_whole,)]


def test_a_buyer_who_spent_one_has_all_of_the_spend():
    """And of a spend of nothing nobody has a share."""
    columns = (
        "purchase_days string, bought string, days int64, spend float64, all_by_chance float64, none_by_chance float64"
    )
    row = ("one purchase day", "only in seasons", 1)
    for spend, part in ((1, 1), (0, None)):
        found = _season_shares(table(columns, (*row, spend, 0.25, 0.75)))
        assert read(found, "buyer_count", "expected_count", "buyer_share", "spend_share") == [(1, 0.25, 1, part)]


# --- budgets -------------------------------------------------------------------------------------

TIER = "value_tier string, position int64, customer_count int64, profit_per_contact float64, expected_cost float64"


@pytest.mark.parametrize(
    ("total", "contacted"),
    [(0, [0, 0, 0]), (3, [3, 0, 0]), (4, [4, 0, 0]), (10, [4, 3, 0]), (99, [4, 5, 0])],
)
def test_a_budget_goes_to_the_most_profit_per_cost(total, contacted):
    """A contact of 1 brings 3, of 2 brings 4, of 1 loses: four of the first, then the second, never the third."""
    t = table(TIER, ("a", 1, 4, 3, 1), ("b", 2, 5, 4, 2), ("c", 3, 9, -1, 1))
    assert [
        n for (n,) in read(budget._spend_budget(t, float(total)).order_by("position"), "contacted_count")
    ] == contacted


def test_contacts_that_cost_nothing_need_no_budget():
    """All four are contacted, unless it brings nothing; where nothing is known nobody is."""
    t = table(TIER, ("a", 1, 4, 3, 0), ("b", 2, 5, 0, 0), ("c", 3, 6, None, None))
    assert read(budget._spend_budget(t, 0.0).order_by("position"), "contacted_count") == [(4,), (0,), (0,)]


def test_the_value_of_an_order_of_a_tier():
    """Ann twice 10 and 20, Ben once 30, all three 20 on average: Ann 10 below two of 20, Ben 10 above one.

    The error is √(2/1 · (10² + 10²)) / 3; of one customer it is nothing, and orders of before are not counted.
    """
    orders = table(
        "customer_id string, day int64, net_amount float64",
        ("ann", 5, 10), ("ann", 6, 20), ("ben", 5, 30), ("ben", 4, 99), ("cai", 5, 7),
    )  # fmt: skip
    labels = table("labelled_id string, tier string", ("ann", "a"), ("ben", "a"), ("cai", "b"))
    found = budget._order_values(orders, labels, 5).order_by("value_tier")
    assert read(found, "value_tier", "order_count", "order_value", "order_value_error") == [
        ("a", 3, 20, round(20 / 3, 4)),
        ("b", 1, 7, 0),
    ]


# --- certainty -----------------------------------------------------------------------------------

WEEKS = (date(1970, 1, 1), date(1970, 1, 29)), (date(1970, 1, 29), date(1970, 2, 26))  # four weeks each


def weekly(earlier, now):
    """Orders on the first days of the weeks of two windows."""
    days = [7 * week for week, count in enumerate((*earlier, *now)) for _ in range(count)]
    rows = [(day, date.fromordinal(date(1970, 1, 1).toordinal() + day).isoformat()) for day in days]
    return table("day int32, day_on date", *rows)


@pytest.mark.parametrize(
    ("earlier", "now", "scatter"),
    [
        ((2, 2, 2, 2), (2, 2, 2, 2), 1),  # alike in each week: no less than chance
        ((4, 0, 4, 0), (0, 4, 0, 4), round(16 / 3, 4)),  # (0 − 2)²/(4·¼) = 4 in each of four weeks, over 3
        ((4, 0, 0, 0), (4, 0, 0, 0), None),  # one week with an order: nobody can tell
    ],
)
def test_how_much_weeks_scatter(earlier, now, scatter):
    """Pearson's statistic by its degrees of freedom, at least 1."""
    assert read(_week_scatter(weekly(earlier, now), WEEKS), "week_scatter") == [(scatter,)]


def test_the_errors_of_a_window_by_hand():
    """Ann bought twice for 3 together, Ben once for 3: three orders, 6, two each on average.

    1/2 for the number of buyers. Orders: (5 − 9/2)·2/1 = 1, over 9. Value: y − 2x is −1 and 1, squares 2, times 2/1 is
    4, over 36. A refund of 1 is 1 squared; that of another day is none.
    """
    columns = "customer_id string, day_on date, net_amount float64"
    orders = table(
        columns, ("ann", "1970-01-02", 1), ("ann", "1970-01-03", 2), ("ben", "1970-01-02", 3), ("cai", "1970-03-01", 9)
    )
    back = table("day_on date, refund_amount float64", ("1970-01-05", 1), ("1970-03-01", 7))
    found = read(_errors(orders, back, WEEKS[0], 0))
    assert found == [(2, 0.5, round(1 / 9, 4), round(4 / 36, 4), 18, 1)]
    nobody = read(_errors(orders, back.limit(0), (date(1970, 5, 1), date(1970, 6, 1)), 0))
    assert nobody[0][:2] == (0, None) and nobody[0][-1] == 0
    alone = read(_errors(table(columns, ("ann", "1970-01-02", 1)), back, WEEKS[0], 0))
    assert alone == [(1, 1, None, None, 1, 1)]


# --- people and sales without a name -------------------------------------------------------------


def test_a_visitor_is_the_one_customer_it_is_known_to_be():
    """v1 was Ann and nobody else; v2 was Ann and Ben, and is a visitor while nobody is logged in; v3 nobody knows."""
    seen = [("e1", "v1", "ann"), ("e2", "v1", None), ("e3", "v2", "ann"), ("e4", "v2", "ben"), ("e5", "v2", None)]
    columns = "event_id string, visitor_id string, customer_id string, occurred_at timestamp"
    events = table(columns, *((*row, "1970-01-01 00:00:01") for row in (*seen, ("e6", "v3", None))))
    assert sorted(read(with_person(events), "event_id", "person_id", "at_us")) == [
        ("e1", "customer ann", 1_000_000),
        ("e2", "customer ann", 1_000_000),
        ("e3", "customer ann", 1_000_000),
        ("e4", "customer ben", 1_000_000),
        ("e5", "visitor v2", 1_000_000),
        ("e6", "visitor v3", 1_000_000),
    ]


UNNAMED_ORDERS = "order_id string, customer_id string, day_on date, net_amount float64, left_out_because string"


def test_what_stands_beside_sales_names_no_customer():
    """Two left out for it, 5 and 7; one that counts without a name, 9, where it is asked for; no test of nobody."""
    shop = PaperShop(
        {
            "orders": (
                UNNAMED_ORDERS,
                ("o1", "ann", "2025-01-05", 100, None),
                ("o2", None, "2025-01-05", 5, UNNAMED),
                ("o3", None, "2025-01-05", 7, UNNAMED),
                ("o4", None, "2025-01-05", 9, None),
                ("o5", None, "2025-01-05", 50, "test order"),
            )
        }
    )
    told = beside._unnamed_orders(shop, "orders", Scope())
    assert (told.order_count, told.amount) == (2, 12)
    assert told.text("EUR", "en") == "plus €12 (2 orders) without a customer"
    counted = beside._unnamed_orders(shop, "orders", Scope(), True)
    assert (counted.order_count, counted.amount) == (3, 21)
    assert beside.Beside(0, None).text("EUR", "en") == ""


@pytest.mark.parametrize(
    ("amount", "refunds", "days", "told"),
    [(10, 4, 5, (2, 0.6)), (1, 0.5, 1, (1, 0.5)), (0, 0, 0, (0, 1)), (10, 12, 1, (10, 0)), (0.5, 0.1, 1, (0.5, 0.8))],
)
def test_what_a_purchase_day_brings_and_what_stays_of_it(amount, refunds, days, told):
    """Of nothing nothing came back; never less than nothing stays."""
    found = purchases.spend_level.model({"amount": [amount], "refunds": [refunds], "day_count": [days]})
    assert (found.per_day, found.kept_share) == pytest.approx(told)
