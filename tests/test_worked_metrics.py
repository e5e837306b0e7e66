"""The worked shop once more, of one month with a single order: a share of one is a share, not unknown.

Judges frames/feeds, query/coverage, metrics/visits, intake/inspection and metrics/items.
"""

import ibis
import pytest
from given import value
from in_memory import read, table

from customary.declare import METRICS
from customary.metrics.aggregate import aggregate

# February: Ann's o3 of 30 (one lamp, late); o1's 30 came back; her complaint and Ben's question; Ben votes 9, Ann 8;
# Ben is content with 4 and gives two stars; one visit of 1,200 seconds with a cart and no purchase; 20 were spent.
FEBRUARY = {
    "average_order_value": 30,
    "average_net_order_value": 30,  # nothing of o3 came back
    "average_occasion_value": 30,
    "median_order_value": 30,
    "revenue_per_buyer": 0,  # 30 − 30
    "orders_per_buyer": 1,
    "purchase_days_per_buyer": 1,
    "repeat_order_rate": 1,
    "repeat_purchase_rate": 0,
    "units_per_order": 1,
    "new_buyer_count": 0,
    "discount_rate": 0,
    "return_rate_by_order": 0,
    "return_rate_by_unit": 0,
    "return_rate_by_value": 0,
    "cancelled_order_rate": 0,
    "late_delivery_rate": 1,
    "marketing_cost": 20,
    "acquisition_cost": None,  # nobody was won
    "complaint_count": 1,
    "complaints_per_thousand_orders": 1000,
    "complaining_customers_per_buyer": 1,
    "net_promoter_score": 50,  # one of two promotes
    "satisfaction_rate": 1,
    "average_review_score": 2,
    "visits_per_visitor": 1,
    "average_visit_duration": 1200,
    "bounce_rate": 1,
    "unengaged_rate": 0,
    "pages_per_visit": 1,
    "add_to_cart_rate": 1,
    "visit_conversion_rate": 0,
    "visit_cart_abandonment_rate": 1,
    "known_visit_rate": 0,
    "visits_per_known_customer": None,
    "average_dwell_time": 1200,
    "event_count": 2,
    "person_count": 1,
    "returning_buyer_rate": 0,  # Ann did not come in March
    "followed_month_count": 1,
    "shopper_count": 1,
    "cross_purchase_rate": 0,
}


@pytest.mark.parametrize("name", FEBRUARY)
def test_a_month_with_one_of_everything(worked_shop, name):
    """As the comments above reckon."""
    found = value(worked_shop, METRICS[name], during=("2025-02-01", "2025-03-01"))
    assert found == (None if FEBRUARY[name] is None else pytest.approx(FEBRUARY[name]))


def test_one_complaint_of_one_buyer_in_january_and_none(worked_shop):
    """January's two new buyers cost 40 together."""
    assert value(worked_shop, METRICS["acquisition_cost"], during=("2025-01-01", "2025-02-01")) == 20


# --- metrics of several frames -------------------------------------------------------------------

ORDERS = "order_id string, customer_id string, net_amount int64, channel string"
BACK = "return_id string, refund_amount int64, channel string"
SOLD = (("o1", "ann", 50, "web"), ("o2", "ben", 30, "web"), ("o3", "ann", 20, None))
CAME_BACK = (("r1", 5, "web"), ("r2", 7, "app"))


def test_frames_are_aligned_by_their_groups():
    """Web 80 − 5, the app 0 − 7, nowhere 20: the group that only returns know is there, and the NULL group once."""
    frames = {"orders": table(ORDERS, *SOLD), "returns": table(BACK, *CAME_BACK)}
    found = aggregate(frames, [METRICS["net_revenue"], METRICS["order_count"]], ["channel"])
    columns = ("channel", "ordered_revenue", "returned_revenue", "net_revenue", "order_count")
    assert sorted(read(found, *columns), key=str) == [
        ("app", 0, 7, -7, 0),
        ("web", 80, 5, 75, 2),
        (None, 20, 0, 20, 1),
    ]
    assert read(aggregate(frames, [METRICS["net_revenue"]]), "net_revenue") == [(88,)]


def test_where_a_shop_keeps_no_returns_their_sum_is_unknown():
    """Not 0; a group of the spine without an order has 0 of them."""
    frames = {"orders": table(ORDERS, *SOLD), "returns": table(BACK)}
    found = aggregate(frames, [METRICS["returned_revenue"], METRICS["order_count"]], absent=["returns"])
    assert read(found, "returned_revenue", "order_count") == [(None, 3)]
    spine = table("channel string", ("web",), ("store",))
    listed = aggregate(frames, [METRICS["order_count"]], ["channel"], spine=spine)
    assert sorted(read(listed, "channel", "order_count"), key=str) == [("store", 0), ("web", 2), (None, 1)]


def test_who_bought_where_no_order_names_anybody_is_unknown():
    """Ann bought on two days by web; in the app nobody is named, and by post nobody ordered at all."""
    named = "order_id string, customer_id string, net_amount int64, channel string, day int32, is_first_order boolean"
    rows = (("o1", "ann", 5, "web", 1, True), ("o2", "ann", 5, "web", 2, False), ("o3", None, 5, "app", 1, None))
    spine = table("channel string", ("post",))
    frames = {"orders": table(named, *rows)}
    found = aggregate(frames, [METRICS["purchase_day_count"]], ["channel"], spine=spine)
    assert sorted(read(found, "channel", "purchase_day_count")) == [("app", None), ("post", 0), ("web", 2)]
    assert read(aggregate(frames, [METRICS["purchase_day_count"]]), "purchase_day_count") == [(2,)]


def test_answers_without_a_name_are_of_as_many_people():
    """Two answers of nobody and two of Ann are three people who voted; where nobody voted they are none."""
    answers = "response_id string, customer_id string, survey string, score int64, ts_s int64, channel string"
    rows = (("r1", None, "nps", 9, 1, "web"), ("r2", None, "nps", 3, 1, "web"))
    hers = (("r3", "ann", "nps", 9, 1, "web"), ("r4", "ann", "nps", 5, 2, "web"))
    frames = {"responses": table(answers, *rows, *hers, ("r5", None, "csat", 5, 1, "app"))}
    found = aggregate(frames, [METRICS["nps_answer_count"]], ["channel"], spine=table("channel string", ("app",)))
    assert sorted(read(found, "channel", "nps_answer_count")) == [("app", 0), ("web", 3)]


def test_a_ratio_is_of_sums_and_people_are_counted_once():
    """Ann bought twice: three orders of two people are 1.5; in each channel one."""
    frames = {"orders": table(ORDERS, *SOLD)}
    assert read(aggregate(frames, [METRICS["orders_per_buyer"]]), "orders_per_buyer") == [(1.5,)]
    by = aggregate(frames, [METRICS["orders_per_buyer"]], ["channel"])
    assert sorted(read(by, "channel", "orders_per_buyer"), key=str) == [("web", 1), (None, 1)]


# --- sums, not means; those meant, not the others ------------------------------------------------


def counted(name, columns, *rows):
    """One metric over rows of its frame."""
    t = table(columns, *rows)
    return read(t.agg(value=METRICS[name](t)))[0][0]


@pytest.mark.parametrize(
    ("name", "column", "whole"),
    [
        ("gross_revenue", "gross_amount", 12),
        ("discount_total", "discount_amount", 12),
        ("ordered_revenue", "net_amount", 12),
        ("payment_total", "paid_amount", 12),
        ("gift_card_payment_total", "gift_card_amount", 12),
        ("returned_revenue", "refund_amount", 12),
        ("item_revenue", "net_amount", 12),
        ("unit_count", "quantity", 12),
        ("marketing_cost", "amount", 12),
        ("median_order_value", "net_amount", 6),
    ],
)
def test_a_total_is_a_sum(name, column, whole):
    """Of 5, 7 and one that nobody knows."""
    assert counted(name, f"{column} float64, charge string", (5, None), (7, None), (None, None)) == whole


def test_complaints_are_not_questions():
    """Ann complained twice, Ben asked three times, somebody complained: 3 complaints of one known customer."""
    rows = [("ann", "complaint")] * 2 + [("ben", "question")] * 3 + [(None, "complaint")]
    columns = "customer_id string, kind string"
    assert counted("complaint_count", columns, *rows) == 3
    assert counted("complaining_customer_count", columns, *rows, ("cai", "question")) == 1


def test_surveys_are_not_mixed():
    """Reviews 5 and 2, satisfaction 4 and 3, one vote of 9, one unanswered."""
    rows = [("review", 5), ("review", 2), ("csat", 4), ("csat", 3), ("nps", 9), ("csat", None), ("review", None)]
    columns = "survey string, score int64"
    names = ("review_count", "average_review_score", "satisfaction_answer_count", "satisfaction_rate")
    assert [counted(name, columns, *rows) for name in names] == [2, 3.5, 2, 0.5]


def test_customers_are_won_at_a_price():
    """40 for two new buyers, 1 for one; nothing spent is no price, and nobody won none either."""
    price = METRICS["acquisition_cost"].formula
    t = table("cost float64, won int64", (40, 2), (1, 1), (0, 2), (40, 0))
    assert read(t.select(price=price(t.cost, t.won))) == [(20,), (1,), (None,), (None,)]


def test_what_is_charged_is_no_piece_and_two_days_are_a_repurchase():
    """Two mugs and postage are two pieces; of one, two and three days two repurchased; 1 back of 1 is all of it."""
    assert counted("unit_count", "quantity int64, charge string", (2, None), (5, "postage")) == 2
    assert counted("repeat_purchase_rate", "purchase_day_count int64", (1,), (2,), (3,)) == pytest.approx(
        2 / 3, abs=1e-4
    )
    assert counted("return_rate_by_value", "refund_amount float64, net_amount float64", (1, 1), (9, None)) == 1
    complaints = METRICS["complaints_per_thousand_orders"](ibis.literal(3), ibis.literal(2_000))
    assert complaints.to_pyarrow().as_py() == 1.5
