"""Each metric by itself, over rows that a reader counts with a finger: shares are of those that are known.

Judges metrics/orders, metrics/items, metrics/visits, metrics/people, metrics/lifecycle and metrics/aggregate.
"""

import pytest
from in_memory import read, table

from customary.declare import METRICS
from customary.metrics.aggregate import aggregate

# Three say yes, one says no, one is unknown: three of four are three quarters, and a sum would be three.
RATES = {
    "retention_rate": ("is_retained", 0.75),
    "churn_rate": ("is_retained", 0.25),
    "returning_buyer_rate": ("bought_next", 0.75),
    "repeat_order_rate": ("is_first_order", 0.25),
    "return_rate_by_order": ("is_returned", 0.75),
    "cancelled_order_rate": ("is_cancelled", 0.75),
    "bounce_rate": ("is_bounce", 0.75),
    "unengaged_rate": ("is_engaged", 0.25),
    "add_to_cart_rate": ("has_add_to_cart", 0.75),
    "visit_conversion_rate": ("has_purchase", 0.75),
    "known_visit_rate": ("is_known", 0.75),
    "buyer_rate": ("is_buyer", 0.75),
}
COUNTS = {
    "watched_month_count": ("is_retained", 4),
    "followed_month_count": ("bought_next", 4),
    "new_buyer_count": ("is_first_order", 3),
    "cart_session_count": ("has_add_to_cart", 3),
}
SAID = ((True,), (True,), (True,), (False,), (None,))


def counted(name, columns, *rows):
    """One metric over rows of its frame."""
    t = table(columns, *rows)
    found = read(t.agg(value=METRICS[name](t)))[0][0]
    return None if found is None else round(float(found), 4)


def computed(name, *values):
    """A metric of other metrics, from theirs."""
    t = table(", ".join(f"x{n} float64" for n in range(len(values))), values)
    found = read(t.select(value=METRICS[name].formula(*(t[column] for column in t.columns))))[0][0]
    return None if found is None else round(float(found), 4)


@pytest.mark.parametrize("name", RATES)
def test_a_rate_is_of_those_that_are_known(name):
    """Three of four, or the one that is left."""
    column, share = RATES[name]
    assert counted(name, f"{column} boolean", *SAID) == share


@pytest.mark.parametrize("name", COUNTS)
def test_a_count_is_of_those_that_are_known(name):
    """Of five rows four say something, three of them yes."""
    column, number = COUNTS[name]
    assert counted(name, f"{column} boolean", *SAID) == number


@pytest.mark.parametrize(
    ("name", "column", "kind", "values", "share"),
    [
        ("repeat_purchase_rate", "purchase_day_count", "int64", (1, 2, 3, 2), 0.75),
        ("repeat_purchase_rate_by_orders", "order_count", "int64", (1, 2, 3, 2), 0.75),
        ("cross_purchase_rate", "category_count", "int64", (1, 2, 3, 2), 0.75),
        ("purchase_day_count", "purchase_day_count", "int64", (1, 2, 3, 2), 8),
        ("pages_per_visit", "view_count", "int64", (1, 2, 3, 2), 2),
        ("page_view_count", "view_count", "int64", (1, 2, 3, 2), 8),
        ("average_visit_duration", "duration_seconds", "int64", (10, 20, 60, None), 30),
        ("average_dwell_time", "dwell_seconds", "int64", (10, 20, 60, None), 30),
        ("average_order_value", "net_amount", "float64", (10, 20, 60, None), 30),
        ("average_order_value", "net_amount", "float64", (10,), 10),  # of one order
        ("average_order_value", "net_amount", "float64", (None,), None),
        ("net_promoter_score", "score", "int64", (9, 10, 6, 8), 25),  # two promote, one does not
        ("net_promoter_score", "score", "int64", (7, 8), 0),
        ("priced_order_count", "net_amount", "float64", (10, 20, None), 2),
        ("unpriced_order_count", "net_amount", "float64", (10, None, None), 2),
        ("named_order_count", "customer_id", "string", ("ann", "ann", None), 2),
        ("buyer_count", "customer_id", "string", ("ann", "ann", None), 1),
        ("buyer_count", "customer_id", "string", (None, None), None),  # nobody is named: unknown, not none
        ("shopper_count", "customer_id", "string", ("ann", "ben", "ann"), 2),
        ("shopper_count", "customer_id", "string", ("ann",), 1),
        ("shopper_count", "customer_id", "string", (None,), None),
        ("product_count", "product_id", "string", ("mug", "mug", "pan", None), 2),
        ("visitor_count", "visitor_id", "string", ("v1", "v1", "v2"), 2),
        ("visits_per_known_customer", "customer_id", "string", ("ann", "ann", "ann", None), 3),
        ("visits_per_known_customer", "customer_id", "string", (None,), None),
    ],
)
def test_a_number_of_one_column(name, column, kind, values, share):
    """As the rows say; two are enough for a repurchase."""
    assert counted(name, f"{column} {kind}", *((value,) for value in values)) == share


@pytest.mark.parametrize(
    ("name", "columns", "rows", "share"),
    [
        # 30 came back of an order of 100, 20 of one of 50
        ("net_revenue_of_orders", "net_amount float64, refund_amount float64", [(100, 30), (50, 20)], 100),
        ("return_rate_by_value", "net_amount float64, refund_amount float64", [(100, 30), (60, 10)], 0.25),
        ("return_rate_by_unit", "unit_count int64, returned_unit_count int64", [(3, 1), (5, 1)], 0.25),
        ("return_rate_by_unit", "unit_count int64, returned_unit_count int64", [(1, 1)], 1),
        ("return_rate_by_unit", "unit_count int64, returned_unit_count int64", [(0, 0)], None),
        # of the buyers' 60 on three days with a price
        ("average_occasion_value", "net_amount float64, priced_day_count int64", [(50, 2), (10, 1)], 20),
        ("average_occasion_value", "net_amount float64, priced_day_count int64", [(50, 1)], 50),
        ("average_occasion_value", "net_amount float64, priced_day_count int64", [(None, 0)], None),
        # the first orders' 5 and 7; where none is first it is 0 and not unknown
        ("new_buyer_revenue", "is_first_order boolean, net_amount float64", [(True, 5), (True, 7), (False, 9)], 12),
        ("new_buyer_revenue", "is_first_order boolean, net_amount float64", [(False, 9)], 0),
        ("named_ordered_revenue", "customer_id string, net_amount float64", [("ann", 5), (None, 9), ("ben", 2)], 7),
        # Ann's 5 of an order, and 2 that name neither; nobody's order of 9 was never anybody's
        (
            "named_returned_revenue",
            "customer_id string, order_id string, refund_amount float64",
            [("ann", "o1", 5), (None, "o2", 9), (None, None, 2)],
            7,
        ),
        ("named_returned_revenue", "customer_id string, order_id string, refund_amount float64", [(None, "o2", 9)], 0),
        ("priced_buyer_count", "customer_id string, net_amount float64", [("ann", 5), ("ben", None), (None, 9)], 1),
        ("priced_buyer_count", "customer_id string, net_amount float64", [("ann", None)], 0),
        ("priced_buyer_count", "customer_id string, net_amount float64", [(None, 9)], None),
        # shipping 3 and tax 2, shipping alone, tax alone, neither
        ("shipping_and_tax", "shipping_amount float64, tax_amount float64", [(3, 2), (4, None), (None, 1)], 10),
        ("shipping_and_tax", "shipping_amount float64, tax_amount float64", [(None, None)], None),
        # buyers spent 10 and 20; who never bought is no buyer
        ("average_customer_spend", "is_buyer boolean, net_spend float64", [(True, 10), (True, 20), (False, 90)], 15),
        # of three visits with a cart two bought nothing
        (
            "visit_cart_abandonment_rate",
            "has_add_to_cart boolean, has_purchase boolean",
            [(True, False), (True, False), (True, True), (False, False)],
            0.6667,
        ),
        (
            "satisfaction_rate",
            "survey string, score int64",
            [("csat", 4), ("csat", 5), ("csat", 3), ("nps", 9)],
            0.6667,
        ),
        ("average_review_score", "survey string, score int64", [("review", 4), ("review", 1), ("csat", 5)], 2.5),
        ("complaining_customer_count", "kind string, customer_id string", [("complaint", "a"), ("question", "b")], 1),
        # delivered a day late, on the day, never, without a promise
        (
            "late_delivery_rate",
            "delivered_local timestamp, promised_on date",
            [
                ("2025-01-03 09:00", "2025-01-02"),
                ("2025-01-02 09:00", "2025-01-02"),
                (None, "2025-01-02"),
                ("2025-01-02 09:00", None),
            ],
            0.5,
        ),
        (
            "delivered_order_count",
            "delivered_local timestamp, promised_on date",
            [
                ("2025-01-03 09:00", "2025-01-02"),
                ("2025-01-02 09:00", "2025-01-02"),
                (None, "2025-01-02"),
                ("2025-01-02 09:00", None),
            ],
            2,
        ),
    ],
)
def test_a_number_of_several_columns(name, columns, rows, share):
    """As the comments reckon; what is divided by nothing is unknown."""
    assert counted(name, columns, *rows) == share


@pytest.mark.parametrize(
    ("name", "values", "share"),
    [
        ("net_revenue", (30, 10), 20),
        ("net_revenue", (30, None), 30),  # no refund is known: all of it stayed
        ("total_revenue", (20, 5, 2), 23),
        ("total_revenue", (20, 5, None), 25),
        ("average_net_order_value", (30, 2), 15),
        ("average_net_order_value", (30, 1), 30),
        ("average_net_order_value", (0, 0), None),
        ("revenue_per_buyer", (30, 10, 2), 10),
        ("revenue_per_buyer", (30, None, 1), 30),
        ("revenue_per_buyer", (0, 0, 0), None),
        ("orders_per_buyer", (6, 2), 3),
        ("orders_per_buyer", (6, 1), 6),
        ("orders_per_buyer", (0, 0), None),
        ("purchase_days_per_buyer", (6, 1), 6),
        ("purchase_days_per_buyer", (0, 0), None),
        ("refunds_per_revenue", (1, 4), 0.25),
        ("refunds_per_revenue", (1, 1), 1),
        ("refunds_per_revenue", (1, 0), None),
        ("discount_rate", (4, 1), 0.25),
        ("discount_rate", (1, 1), 1),
        ("discount_rate", (0, 1), None),
        ("units_per_order", (6, 1), 6),
        ("units_per_order", (0, 0), None),
        ("visits_per_visitor", (6, 2), 3),
        ("visits_per_visitor", (6, 1), 6),
        ("visits_per_visitor", (0, 0), None),
        ("acquisition_cost", (40, 2), 20),
        ("acquisition_cost", (1, 1), 1),
        ("acquisition_cost", (0, 2), None),  # nothing was spent: no price
        ("acquisition_cost", (40, 0), None),
        ("complaints_per_thousand_orders", (3, 2000), 1.5),
        ("complaints_per_thousand_orders", (1, 1), 1000),
        ("complaints_per_thousand_orders", (1, 0), None),
        ("complaining_customers_per_buyer", (1, 4), 0.25),
        ("complaining_customers_per_buyer", (1, 1), 1),
        ("complaining_customers_per_buyer", (1, 0), None),
    ],
)
def test_a_metric_of_metrics(name, values, share):
    """A part of one is the part itself, a part of none is unknown."""
    assert computed(name, *values) == share


def test_a_profile_is_as_complete_as_its_seven_facts():
    """Ann tells all seven, Ben none: half of what could be told is."""
    columns = (
        "age int64, gender string, occupation string, education string, country string, region string, city string"
    )
    assert counted("profile_completeness", columns, (30, *"abcdef"), (None,) * 7) == 0.5
    assert counted("profile_completeness", columns, (30, "a", "b", "c", None, None, None)) == 0.5714


# --- what is not said ----------------------------------------------------------------------------

BACK = "return_id string, refund_amount int64, channel string"


def refunds(*rows):
    """The refunds of each channel, of web and store at least."""
    spine = table("channel string", ("web",), ("store",))
    frames = {"returns": table(BACK, *rows)}
    found = aggregate(frames, [METRICS["returned_revenue"]], ["channel"], spine=spine)
    return dict(read(found, "channel", "returned_revenue"))


def test_a_group_without_a_row_has_nothing_where_anything_is_told():
    """Web gave 5 back: the store gave 0. One refund of unknown worth: web's is unknown, and so is the store's."""
    assert refunds(("r1", 5, "web")) == {"web": 5, "store": 0}
    assert refunds(("r1", None, "web")) == {"web": None, "store": None}
    assert refunds() == {"web": 0, "store": 0}
    assert refunds(("r1", None, "web"), ("r2", 5, "app")) == {"web": None, "app": 5, "store": 0}
    assert refunds(("r1", 5, "web"), ("r2", None, "web")) == {"web": 5, "store": 0}
