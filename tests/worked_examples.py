"""One small shop that a reader can compute in the head, and what every metric says about it.

Shanghai, as of 2025-04-01. Five orders count: three of Ann (two of them on one day), one of Ben, one of Cai, whose
country nobody knows. The others are there to be left out. Whoever adds a metric adds its line to EXPECTED.
"""

from given import line, returned, sold

AS_OF = "2025-04-01"

CUSTOMERS = [
    {"customer_id": "ann", "gender": "f", "country": "CN", "registered_at": "2025-01-01 08:00"},
    {"customer_id": "ben", "gender": "m", "country": "DE", "registered_at": "2025-01-02 08:00"},
    {"customer_id": "dan", "country": "CN", "registered_at": "2025-01-03 08:00"},  # never bought
    {"customer_id": "tess", "is_test": True, "country": "CN"},
    {"customer_id": "rex", "country": "DE"},  # refused analysis; and Cai is known from an order only
]
CONSENTS = [
    {"customer_id": "rex", "purpose": "analytics", "is_granted": True, "recorded_at": "2025-01-01 09:00"},
    {"customer_id": "rex", "purpose": "analytics", "is_granted": False, "recorded_at": "2025-02-01 09:00"},
    {"customer_id": "ann", "purpose": "marketing", "is_granted": False, "recorded_at": "2025-02-01 09:00"},
]
PRODUCTS = [
    {"product_id": "mug", "product_name": "Mug", "category": "kitchen"},
    {"product_id": "lamp", "product_name": "Lamp", "category": "home"},
    {"product_id": "pin", "product_name": "Pin"},
]
ORDERS = [
    sold(
        *("o1", "ann", "2025-01-05 10:00"),  # 2 × 10 + 30 = 50, less 5
        **{"discount_amount": 5, "shipping_amount": 4, "tax_amount": 1, "paid_amount": 50, "country": "CN"},
        **{"delivered_at": "2025-01-08 12:00", "promised_on": "2025-01-10"},  # on time
    ),
    sold("o2", "ann", "2025-01-05 20:00", paid_amount=10, country="CN"),  # 10, the same day
    sold(
        *("o3", "ann", "2025-02-10 09:00"),  # 30
        **{"paid_amount": 30, "country": "CN"},
        **{"delivered_at": "2025-02-20 12:00", "promised_on": "2025-02-15"},  # late
    ),
    # 3 × 10 = 30, less 3 on the line; cancelled a day after it was paid, so it stays an order
    sold("o4", "ben", "2025-01-20 10:00", paid_amount=27, country="DE", cancelled_at="2025-01-21 10:00"),
    sold(
        "o5", "cai", "2025-03-03 10:00", 100, discount_amount=20, paid_amount=80, gift_card_amount=15
    ),  # no lines, no country
    sold("o6", "ben", "2025-02-01 10:00", 999, is_test=True, country="DE"),
    sold("o7", "ben", "2025-02-02 10:00", 999, paid_at=None, cancelled_at="2025-02-02 11:00", country="DE"),
    sold("o8", "ben", "2025-02-03 10:00", 999, paid_at=None, country="DE"),
    sold("o9", None, "2025-02-04 10:00", 999, country="DE"),
    sold("o10", "tess", "2025-02-05 10:00", 999, country="CN"),
    sold("o11", "rex", "2025-01-15 10:00", 999, country="DE"),
    sold("o12", "ben", "2025-02-06 10:00", 999, country="DE"),  # its only line has no quantity
]
ORDER_ITEMS = [
    line("l1", "o1", "mug", 2, 10),
    line("l2", "o1", "lamp", 1, 30),
    line("l3", "o2", "mug", 1, 10),
    line("l4", "o3", "lamp", 1, 30),
    line("l5", "o4", "mug", 3, 10, discount_amount=3),
    line("l6", "o1", "pin", 1, 0),  # a free sample has no price
    line("l7", "o12", "mug", 0, 10),
    line("l8", "o6", "mug", 1, 999),
    line("l9", "o99", "mug", 1, 10),  # nobody knows this order
]
RETURNS = [
    returned("r1", "o1", "ann", "2025-02-01 10:00", 30, product_id="lamp", quantity=1),  # January's, in February
    returned("r2", None, "ben", "2025-03-01 10:00", 10, product_id="mug", quantity=1, country="DE"),  # finds o4
    returned("r3", "o99", "ben", "2025-03-02 10:00", 10, country="DE"),
    returned("r4", "o10", "tess", "2025-03-02 10:00", 999),
    returned("r5", None, None, "2025-03-02 10:00", 7),
    returned("r6", None, "cai", "2025-03-20 10:00", 5, product_id="pin"),  # belongs to no order
]
EVENTS = [
    # Ann's first visit: 20 s, 60 s, 520 s, and it ends with a purchase
    ("e1", "v1", "ann", "2025-01-05 09:50:00", "page_view", "/", None),
    ("e2", "v1", "ann", "2025-01-05 09:50:20", "view_item", "/mug", None),
    ("e3", "v1", "ann", "2025-01-05 09:51:20", "add_to_cart", "/mug", None),
    ("e4", "v1", "ann", "2025-01-05 10:00:00", "purchase", "/thanks", None),
    # her second: one page and gone
    ("e5", "v1", "ann", "2025-01-06 12:00:00", "page_view", "/", None),
    # somebody around midnight: one page and a cart, 1,200 s
    ("e6", "v2", None, "2025-02-01 23:50:00", "page_view", "/lamp", "spring"),
    ("e7", "v2", None, "2025-02-02 00:10:00", "add_to_cart", "/lamp", "spring"),
]
TICKETS = [
    {"ticket_id": "t1", "customer_id": "ann", "opened_at": "2025-02-03 09:00", "kind": "complaint"},
    {"ticket_id": "t2", "customer_id": "ben", "opened_at": "2025-02-04 09:00", "kind": "question"},
    {"ticket_id": "t3", "customer_id": "tess", "opened_at": "2025-02-04 09:00", "kind": "complaint"},
    {"ticket_id": "t4", "opened_at": "2025-03-05 09:00", "kind": "complaint"},  # from nobody in particular
]
RESPONSES = [
    ("a1", "ann", "nps", "2025-01-20", 10),
    ("a2", "ben", "nps", "2025-02-20", 9),
    ("a3", "cai", "nps", "2025-03-20", 7),
    ("a4", None, "nps", "2025-03-21", 3),
    ("a5", "dan", "nps", "2025-03-22", None),  # opened, not answered
    ("a6", "rex", "nps", "2025-03-22", 10),
    ("a7", "ann", "csat", "2025-01-20", 5),
    ("a8", "ben", "csat", "2025-02-20", 4),
    ("a9", "cai", "csat", "2025-03-20", 2),
    ("a10", "ann", "review", "2025-01-20", 5),
    ("a11", "ben", "review", "2025-02-20", 2),
    ("a12", "ann", "nps", "2025-02-20", 8),  # Ann has thought again: her last answer counts, not her first
    ("a13", "ben", "review", "2025-02-21", 9),  # no review has nine stars
]
SPEND = [
    {"spent_at": "2025-01-02", "channel": "search", "campaign": "new year", "amount": 40},
    {"spent_at": "2025-02-02", "channel": "social", "campaign": "spring", "amount": 20},
]
ASSIGNMENTS = [
    {"experiment": "coupon", "customer_id": "ann", "arm": "treated", "assigned_at": "2025-02-01 10:00"},
    {"experiment": "coupon", "customer_id": "ben", "arm": "control", "assigned_at": "2025-02-01 10:00"},
    {"experiment": "coupon", "customer_id": "rex", "arm": "control", "assigned_at": "2025-02-01 10:00"},
]
_EVENT = ("event_id", "visitor_id", "customer_id", "occurred_at", "event_name", "page", "campaign")
_RESPONSE = ("response_id", "customer_id", "survey", "answered_at", "score")
_BOT = {"event_id": "e8", "visitor_id": "v3", "occurred_at": "2025-02-03 10:00", "event_name": "page_view"}

TABLES = {
    "customers": CUSTOMERS,
    "consents": CONSENTS,
    "products": PRODUCTS,
    "orders": ORDERS,
    "order_items": ORDER_ITEMS,
    "returns": RETURNS,
    "events": [*(dict(zip(_EVENT, row, strict=True)) for row in EVENTS), {**_BOT, "is_bot": True}],
    "tickets": TICKETS,
    "responses": [dict(zip(_RESPONSE, row, strict=True)) for row in RESPONSES],
    "spend": SPEND,
    "assignments": ASSIGNMENTS,
}

EXPECTED = {
    # orders
    "gross_revenue": 220,  # 50 + 10 + 30 + 30 + 100
    "discount_total": 28,  # 5 on o1, 3 on a line of o4, 20 on o5
    "ordered_revenue": 192,  # 220 − 28 = 45 + 10 + 30 + 27 + 80
    "returned_revenue": 45,  # 30 + 10 + 5
    "net_revenue": 147,  # 192 − 45
    "net_revenue_of_orders": 152,  # 192 − 40; the return of 5 belongs to no order
    "shipping_and_tax": 5,  # 4 + 1
    "refunded_shipping_and_tax": 0,  # no refund is more than the goods of its order
    "total_revenue": 152,  # 147 + 5
    "gift_card_payment_total": 15,  # of o5's 80
    "payment_total": 197,  # 50 + 10 + 30 + 27 + 80
    "new_buyer_revenue": 152,  # o1 45, o4 27, o5 80
    "order_count": 5,  # o1 … o5
    "buyer_count": 3,  # Ann, Ben, Cai
    "new_buyer_count": 3,  # all three bought for the first time
    "purchase_day_count": 4,  # Ann 2 (o1 and o2 are one), Ben 1, Cai 1
    "named_order_count": 5,  # o9 names nobody and does not count
    "named_ordered_revenue": 192,  # as all that count name somebody
    "named_returned_revenue": 45,  # 30 + 10 + 5
    "priced_order_count": 5,  # o1 … o5: each has lines or an amount
    "unpriced_order_count": 0,
    "priced_buyer_count": 3,
    "average_order_value": 38.4,  # 192 / 5
    "average_net_order_value": 30.4,  # 152 / 5
    "average_occasion_value": 48,  # 192 / 4
    "median_order_value": 30,  # 10 27 (30) 45 80
    "revenue_per_buyer": 49,  # 147 / 3
    "orders_per_buyer": 5 / 3,
    "purchase_days_per_buyer": 4 / 3,
    "repeat_purchase_rate": 1 / 3,  # only Ann bought on two days
    "repeat_purchase_rate_by_orders": 1 / 3,  # Ann, with three orders
    "repeat_order_rate": 2 / 5,  # o2 and o3
    "followed_month_count": 3,  # Ann in January and February, Ben in January; April is not over
    "returning_buyer_rate": 1 / 3,  # Ann came back in February
    "watched_month_count": 0,  # January would have been followed for three months when April is over
    "retention_rate": None,
    "churn_rate": None,
    "shopper_count": 2,  # Ann and Ben; nobody knows what Cai bought
    "cross_purchase_rate": 1 / 2,  # Ann has mug and lamp, kitchen and home; Ben mugs only
    "return_rate_by_order": 2 / 5,  # o1 and o4
    "return_rate_by_unit": 2 / 8,  # a lamp and a mug of 3 + 1 + 1 + 3 pieces
    "return_rate_by_value": 40 / 192,
    "refunds_per_revenue": 45 / 192,  # the 5 that belong to no order as well
    "discount_rate": 28 / 220,
    "cancelled_order_rate": 1 / 5,  # o4
    "delivered_order_count": 2,  # o1 and o3
    "late_delivery_rate": 1 / 2,  # o3 came on the 20th, promised for the 15th
    # items
    "item_count": 5,  # l1 … l5
    "unit_count": 8,  # 2 + 1 + 1 + 1 + 3
    "item_revenue": 117,  # 20 + 30 + 10 + 30 + (30 − 3)
    "product_count": 2,  # mug and lamp
    "units_per_order": 8 / 5,
    "return_count": 3,  # r1, r2, r6
    # people
    "customer_count": 4,  # Ann, Ben, Cai, Dan
    "buyer_rate": 3 / 4,  # all but Dan
    "average_customer_spend": 49,  # (192 − 45) / 3
    "profile_completeness": 5 / 28,  # Ann 2 of 7 facts, Ben 2, Dan 1, Cai none
    "marketing_cost": 60,  # 40 + 20
    "acquisition_cost": 20,  # 60 / 3
    "complaint_count": 2,  # t1 and t4
    "complaints_per_thousand_orders": 400,  # 1,000 × 2 / 5
    "complaining_customer_count": 1,  # Ann; t4 came from nobody in particular
    "complaining_customers_per_buyer": 1 / 3,
    "nps_answer_count": 4,  # Ann's last answer 8, Ben's 9, Cai's 7, nobody's 3
    "net_promoter_score": 0,  # 25 % promoters − 25 % detractors
    "satisfaction_answer_count": 3,  # 5, 4, 2
    "satisfaction_rate": 2 / 3,  # 5 and 4
    "review_count": 2,  # 5 and 2
    "average_review_score": 3.5,  # (5 + 2) / 2
    # visits
    "session_count": 3,
    "visitor_count": 2,
    "visits_per_visitor": 3 / 2,
    "average_visit_duration": 600,  # (600 + 0 + 1,200) / 3
    "bounce_rate": 2 / 3,  # all but the first saw one page
    "unengaged_rate": 1 / 3,  # only the second was shorter than ten seconds with one view
    "pages_per_visit": 4 / 3,  # 2 + 1 + 1
    "page_view_count": 4,
    "add_to_cart_rate": 2 / 3,
    "visit_conversion_rate": 1 / 3,
    "cart_session_count": 2,
    "event_count": 7,  # the bot's is left out
    "person_count": 2,  # Ann and a visitor nobody knows
    "visit_cart_abandonment_rate": 1 / 2,  # the midnight cart
    "known_visit_rate": 2 / 3,  # both of Ann's
    "visits_per_known_customer": 2,  # Ann twice
    "average_dwell_time": 450,  # (20 + 60 + 520 + 1,200) / 4
}
