"""Care on a handful of customers: budgets, concentration, lists and contrasts, computed in the head.

Judges studies/shared/labels.
"""

from datetime import date
from math import sqrt

import pytest
from in_memory import read, table

from customary.errors import Refused
from customary.places import DATA
from customary.rules.book import RuleBook
from customary.studies.care import (
    abc,
    concentration,
    contrast,
    first_time_buyers,
    high_value_care,
    lorenz,
    service_list,
    services,
    tier_budget,
)

RULES = RuleBook.from_files(DATA)
AS_OF = date(1971, 2, 5)  # day 400

# --- concentration -------------------------------------------------------------------------------

SPENDER = "customer_id string, is_buyer boolean, ordered_spend float64, net_spend float64"
FOUR = tuple((who, True, spend, spend - 10) for who, spend in zip("abcd", (10, 60, 20, 10), strict=True))


def test_concentration_of_four():
    """60, 20, 10 and 10 of 100: the top fifth is 0.8 of a person, 48; a tenth 0.4, 24; a hundredth 0.04, 2.4.

    Gini: (4 + 1 − 2 · (60 + 2·20 + 3·10 + 4·10) / 100) / 4 = 1.6 / 4.
    """
    found = concentration(table(SPENDER, *FOUR, ("z", False, 999, 999)))
    assert read(found, "buyer_count", "spend", "gini", "top_1_share", "top_10_share", "top_20_share") == [
        (4, 100, 0.4, 0.024, 0.24, 0.48)
    ]


def test_who_brought_back_more_than_they_spent_holds_nothing():
    """Net of 10 each: 0, 50, 10, 0; one of 5 spent is at −5 and holds 0, so that 60 are held by five."""
    found = concentration(table(SPENDER, *FOUR, ("e", True, 5, -5)), spend="net_spend")
    assert read(found, "buyer_count", "spend") == [(5, 60)]
    with pytest.raises(Refused, match="spend is one of"):
        concentration(table(SPENDER), spend="wishes")


def test_one_spender_of_one_and_none():
    """Whoever is alone with 1 has all of it, the top tenth a tenth; where nobody buys there is nothing to hold."""
    columns = ("buyer_count", "spend", "gini", "top_10_share")
    assert read(concentration(table(SPENDER, ("a", True, 1, 1))), *columns) == [(1, 1, 0, 0.1)]
    assert read(concentration(table(SPENDER)), *columns) == [(0, 0, None, None)]


def test_the_curve_of_four():
    """From the smallest up: 10, 20, 40 and 100 of 100; in two steps two people each."""
    assert read(lorenz(table(SPENDER, *FOUR), steps=4)) == [
        (1, 1, 0.25, 0.1),
        (2, 1, 0.5, 0.2),
        (3, 1, 0.75, 0.4),
        (4, 1, 1, 1),
    ]
    assert read(lorenz(table(SPENDER, *FOUR), steps=2)) == [(1, 2, 0.5, 0.2), (2, 2, 1, 1)]


BOUGHT = "customer_id string, product_id string, net_amount float64"


def test_a_class_holds_whoever_crosses_its_bound():
    """60, 20, 15 and 5 of 100, A to 80 % and B to 95 %: before the third are exactly 80, so it is B, the fourth C."""
    rows = [(who, who, amount) for who, amount in zip("abcd", (60, 20, 15, 5), strict=True)]
    found = abc(table(BOUGHT, *rows), table(BOUGHT, *rows), RULES)
    columns = ("abc", "thing_count", "customer_count", "revenue", "least_revenue", "thing_share", "revenue_share")
    assert read(found, *columns) == [
        ("A", 2, 2, 80, 20, 0.5, 0.8),
        ("B", 1, 1, 15, 15, 0.25, 0.15),
        ("C", 1, 1, 5, 5, 0.25, 0.05),
    ]
    widened = abc(table(BOUGHT, *rows), table(BOUGHT, *rows), RULES, a=0.5, b=0.8)
    assert read(widened, "abc", "thing_count") == [("A", 1), ("B", 1), ("C", 2)]


def test_equals_share_a_class():
    """Ten customers of 10 each: none is before another, all are A. Products are told from the lines, not the orders."""
    rows = [(str(n), "mug", 10) for n in range(10)]
    assert read(abc(table(BOUGHT), table(BOUGHT, *rows), RULES), "abc", "thing_count") == [("A", 10)]
    lines = table(BOUGHT, *rows, ("1", "pin", 1), ("1", None, 999))
    found = read(abc(lines, table(BOUGHT), RULES, of="products"), "abc", "revenue", "customer_count")
    assert found == [("A", 100, None), ("C", 1, None)]


@pytest.mark.parametrize("bounds", [{"a": 0.5, "b": 0.5}, {"a": -0.1}, {"b": 1.0}])
def test_bounds_out_of_order_are_refused(bounds):
    """0 < a < b < 1."""
    with pytest.raises(Refused, match="shares in order"):
        abc(table(BOUGHT), table(BOUGHT), RULES, **bounds)


# --- budget --------------------------------------------------------------------------------------

TIERED = "customer_id string, year_net_spend decimal(18,4), year_repurchase_count int64"
HIGH, BASIC, MIDDLE = (12_000, 5), (10, 0), (5_000, 3)
ORDER = "customer_id string, day int32, net_amount decimal(18,4)"


def planned(*lines, total=100, margin=0.5, days=365):
    """Rules whose budget has these lines: tier, response rate with its range, cost of a contact and of an offer."""
    names = ("tier", "response_rate", "low", "high", "contact_cost", "offer_cost")
    tiers = [{**dict(zip(names, line, strict=True)), "offer": "o", "zh": "优惠"} for line in lines]
    return Planned({"total": total, "gross_margin": margin, "order_days": days, "tiers": tiers})


class Planned:
    """The shop's rules with another budget."""

    def __init__(self, plan):
        self.plan = plan

    def __getitem__(self, name):
        return {"budget": self.plan} if name == "budget" else RULES[name]

    def __getattr__(self, name):
        return getattr(RULES, name)


EVERYBODY = ("any other", 0.1, 0.05, 0.2, 1, 4)


def tier_lines(people, orders, rules, *columns, **options):
    """The budget of these people, line by line."""
    return read(tier_budget(table(TIERED, *people), table(ORDER, *orders), AS_OF, rules, **options), *columns)


def test_profit_of_a_contact():
    """An order of 60 at a margin of 0.5 leaves 30, less an offer of 4 is 26; a tenth orders: 2.6 less the contact's 1.

    A contact costs 1 + 0.1 · 4 = 1.4, so that 1.6 / 1.4 comes back per unit of cost. 3 people for 4.2 bring 4.8; at the
    low end 3 · (0.05 · 26 − 1) = 0.9, at the high one 3 · (0.2 · 26 − 1) = 12.6: all orders are alike.
    """
    people = [(who, *BASIC) for who in "abc"]
    orders = [("a", 35, 60), ("a", 399, 60), ("b", 100, 60), ("c", 34, 9_999)]  # day 34 is more than a year ago
    columns = ("customer_count", "order_count", "order_value", "order_value_error", "profit_per_contact")
    assert tier_lines(people, orders, planned(EVERYBODY), *columns) == [(3, 3, 60, 0, 1.6)]
    columns = ("return_on_cost", "contacted_count", "expected_spend", "expected_profit", "low", "high")
    assert tier_lines(people, orders, planned(EVERYBODY), *columns) == [(1.1429, 3, 4.2, 4.8, 0.9, 12.6)]


def test_the_range_knows_how_sure_the_order_value_is():
    """a ordered for 40 and b for 80: 60, each 20 off; (400 + 400) · 2/1 has the root 40, over two orders 20.

    The low end has 60 − 39.2 = 20.8 at 0.05: 0.05 · (10.4 − 4) − 1; the high one 99.2 at 0.2: 0.2 · (49.6 − 4) − 1.
    """
    people, orders = [("a", *BASIC), ("b", *BASIC)], [("a", 100, 40), ("b", 100, 80)]
    found = tier_lines(people, orders, planned(EVERYBODY), "order_value_error", "low", "high")
    assert found == [(20, pytest.approx(2 * (0.05 * 6.4 - 1)), pytest.approx(2 * (0.2 * 45.6 - 1)))]


def test_a_person_of_two_orders_is_one_voice():
    """a: 40 and 60; b: 80. 180 of 3 orders are 60; a is 100 − 120 = −20 off, b 20: √1,600 / 3 = 13.33."""
    people, orders = [("a", *BASIC), ("b", *BASIC)], [("a", 100, 40), ("a", 101, 60), ("b", 100, 80)]
    assert tier_lines(people, orders, planned(EVERYBODY), "order_value", "order_value_error") == [(60, 13.3333)]


def test_the_budget_goes_to_the_best_return_first():
    """High: 0.5 · (100 · 0.5 − 0) − 10 = 15 for 10, 1.5 per unit. Middle: 0.1 · 50 − 1 = 4 for 1, 4 per unit.

    Basic loses. Of 22 the middle's three take 3; 19 are left for one of the two at 10 each.
    """
    lines = (
        ("high value", 0.5, 0.1, 0.6, 10, 0),
        ("potential", 0.1, 0.1, 0.1, 1, 0),
        ("basic", 0, 0, 0, 1, 0),
        EVERYBODY,
    )
    people = [("h1", *HIGH), ("h2", *HIGH), ("b", *BASIC)] + [(f"m{n}", *MIDDLE) for n in range(3)]
    orders = [(who, 300, 100) for who, *_rest in people]
    columns = ("value_tier", "contacted_count", "expected_spend", "expected_profit")
    assert tier_lines(people, orders, planned(*lines, total=22), *columns) == [
        ("high value", 1, 10, 15),
        ("potential", 3, 3, 12),
        ("basic", 0, 0, 0),
    ]
    assert [n for (n,) in tier_lines(people, orders, planned(*lines), "contacted_count", budget=2.9)] == [0, 2, 0]
    assert [n for (n,) in tier_lines(people, orders, planned(*lines), "contacted_count", budget=0.0)] == [0, 0, 0]
    assert [n for (n,) in tier_lines(people, orders, planned(*lines, total=23), "contacted_count")] == [2, 3, 0]


def test_a_tier_that_never_ordered_gets_nothing_and_brings_nothing():
    """What its orders would be worth is unknown: nobody of it is contacted, whatever the budget, and 0 comes of it."""
    columns = ("order_value", "profit_per_contact", "contacted_count", "expected_profit", "low", "high")
    assert tier_lines([("a", *BASIC)], [], planned(EVERYBODY), *columns) == [(None, None, 0, 0, 0, 0)]


def test_a_contact_that_costs_nothing_needs_no_budget():
    """Everybody is contacted with nothing to spend, if it brings something."""
    free = ("any other", 0.1, 0.1, 0.1, 0, 0)
    found = tier_lines([("a", *BASIC), ("b", *BASIC)], [("a", 300, 10)], planned(free, total=0), "contacted_count")
    assert found == [(2,)]


def test_options_stand_in_place_of_the_plan():
    """A margin of 0.2 leaves 12 − 4 = 8 of 60; three times the response is 0.3: 0.3 · 8 − 1 = 1.4. Never above all."""
    people, orders = [("a", *BASIC)], [("a", 300, 60)]
    rules = planned(EVERYBODY)
    assert tier_lines(people, orders, rules, "profit_per_contact", margin=0.2, response=3.0) == [(1.4,)]
    assert tier_lines(people, orders, rules, "profit_per_contact", "expected_spend", response=99.0) == [(25, 5)]
    assert tier_lines(people, orders, rules, "profit_per_contact", margin=1.0, response=0.0) == [(-1,)]
    with pytest.raises(Refused, match="a margin is a share"):
        tier_lines(people, orders, planned(EVERYBODY, margin=0))
    for wrong in ({"margin": 1.1}, {"margin": -0.1}, {"response": -0.1}):
        with pytest.raises(Refused, match="a margin is a share"):
            tier_lines(people, orders, rules, **wrong)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("any other", 0.1, 0.2, 0.3, 1, 1), "does not hold"),
        (("any other", 0.3, 0.1, 0.2, 1, 1), "does not hold"),
        (("any other", 0.1, -0.1, 0.2, 1, 1), "does not hold"),
        (("any other", 0.1, 0.1, 1.1, 1, 1), "does not hold"),
        (("any other", 0.1, 0.1, 0.1, -1, 1), "below nothing"),
        (("any other", 0.1, 0.1, 0.1, 1, -1), "below nothing"),
        (("any other", "much", 0.1, 0.1, 1, 1), "response_rate must be numbers"),
        (("basic", 0.1, 0.1, 0.1, 1, 1), "no line for"),
    ],
)
def test_an_assumption_that_cannot_be_is_refused(line, said):
    """Rates in order between 0 and 1, costs not below nothing, a line for every tier."""
    with pytest.raises(Refused, match=said):
        tier_lines([("a", *BASIC)], [], planned(line))


def test_the_ends_of_a_range_may_meet():
    """0 ≤ 0 ≤ 0 ≤ 0 and 1 ≤ 1 ≤ 1 ≤ 1, free of cost."""
    for rate in (0, 1):
        assert len(tier_lines([("a", *BASIC)], [], planned(("any other", rate, rate, rate, 0, 0)))) == 1


# --- lists ---------------------------------------------------------------------------------------

KNOWN = "favourite_category string, acquisition_channel string, country string, region string"
CUSTOMER = (
    "customer_id string, purchase_day_count int64, days_since_last_order int32, first_day int32, "
    f"ordered_spend float64, year_net_spend decimal(18,4), year_repurchase_count int64, {KNOWN}"
)


def customer(who, ago=10, days=1, spend=10, *, first=390, year=(10, 0)):
    """A buyer: days since the last order, purchase days, spend, the first day, spend and repurchases of the year."""
    return (who, days, ago, first, spend, *year, None, None, None, None)


SENT = "customer_id string, day int32, delivered_local timestamp, promised_on date, is_returned boolean"
NONE_SENT = table(SENT)


def test_first_time_buyers_with_trouble_stand_first():
    """Late on the day after the promise, or brought back; then the newest and the most spent. 60 days are recent."""
    people = table(
        CUSTOMER,
        customer("new", ago=1),
        customer("rich", ago=5, spend=90),
        customer("poor", ago=5, spend=9),
        customer("late", ago=60),
        customer("back", ago=50),
        customer("old", ago=61),
        customer("twice", ago=1, days=2),
    )
    orders = table(
        SENT,
        ("late", 340, "1970-03-02 00:00", "1970-03-01", True),
        ("back", 350, "1970-03-01 23:59", "1970-03-01", True),
        ("new", 399, None, "1970-03-01", False),
    )
    found = first_time_buyers(people, orders, RULES)
    assert read(found, "customer_id", "sign", "customer_total", "trouble_total") == [
        ("back", "brought back", 5, 2),
        ("late", "delivered late", 5, 2),
        ("new", "none", 5, 2),
        ("rich", "none", 5, 2),
        ("poor", "none", 5, 2),
    ]
    assert len(read(first_time_buyers(people, orders, RULES, days=5))) == 3


BACK, CASE = "customer_id string, day int32", "customer_id string, day int32, kind string"


def good(who, **more):
    """A customer of the best tier who buys every ten days: six times from day 340 to day 390."""
    return customer(who, days=6, first=340, year=(12_000, 5), **more)


@pytest.mark.parametrize(
    ("told", "signs"),
    [
        ({"people": [good("a", ago=10)]}, None),
        ({"people": [customer("a", ago=21, days=6, first=329, year=(12_000, 5))]}, (1, True, False, False, False)),
        ({"people": [customer("a", ago=20, days=6, first=330, year=(12_000, 5))]}, None),  # twice 10 days is not more
        ({"people": [customer("a", ago=90, days=2, first=300, year=(12_000, 5))]}, None),  # one gap is no rhythm
        ({"cases": [("a", 310, "complaint")]}, (1, False, True, False, False)),
        ({"cases": [("a", 309, "complaint"), ("a", 399, "question")]}, None),
        ({"back": [("a", 310)]}, (1, False, False, True, False)),
        ({"back": [("a", 309)]}, None),
        ({"sent": [("a", 310, "1971-01-02 10:00", "1971-01-01", False)]}, (1, False, False, False, True)),
        ({"sent": [("a", 309, "1971-01-02 10:00", "1971-01-01", False)]}, None),
        ({"sent": [("a", 310, "1971-01-01 10:00", "1971-01-01", False)]}, None),
        (
            {"back": [("a", 399)], "cases": [("a", 300, "complaint"), ("a", 399, "complaint")]},
            (2, False, True, True, False),
        ),
    ],
)
def test_signs_of_trouble_reach_back_ninety_days(told, signs):
    """On day 400 a complaint, return or late parcel of day 310 is a sign, one of day 309 no longer."""
    people = table(CUSTOMER, *told.get("people", [good("a")]))
    parts = (
        table(SENT, *told.get("sent", ())),
        table(BACK, *told.get("back", ())),
        table(CASE, *told.get("cases", ())),
    )
    found = high_value_care(people, *parts, AS_OF, RULES)
    columns = ("sign_count", "is_overdue", "has_complained", "has_returned", "was_delivered_late")
    assert read(found, *columns) == ([signs] if signs else [])


def test_the_most_signs_and_the_most_spend_stand_first():
    """b has two signs; c spent more than a. d is in another tier, e has none: three of four."""
    people = [good("a"), good("b"), customer("c", days=6, first=340, year=(13_000, 5)), customer("d"), good("e")]
    back = table(BACK, *((who, 399) for who in "abcd"))
    cases = table(CASE, ("b", 399, "complaint"))
    found = high_value_care(table(CUSTOMER, *people), NONE_SENT, back, cases, AS_OF, RULES)
    assert read(found, "customer_id", "usual_gap_days", "customer_total", "tier_total") == [
        ("b", 10, 3, 4),
        ("c", 10, 3, 4),
        ("a", 10, 3, 4),
    ]


# --- services ------------------------------------------------------------------------------------

SERVED = (
    "customer_id string, year_net_spend decimal(18,4), year_repurchase_count int64, year_order_count int64, "
    "days_since_last_order int32, favourite_category string, country string, region string"
)


class Served(Planned):
    """The shop's rules with two services of its own."""

    def __getitem__(self, name):
        return {"services": self.plan} if name == "services" else RULES[name]


TWO_SERVICES = Served(
    [
        {
            "segment": "value_tier",
            "label": "high value",
            "name": "agent",
            "zh": "客服",
            "source": "B-067",
            "act": "Call.",
        },
        {
            "segment": "value_tier",
            "label": "basic",
            "name": "mail",
            "zh": "邮件",
            "source": "B-068",
            "act": "Write.",
            "when": {"days_since_last_order": {"from": 30}},
        },
    ]
)
SERVED_PEOPLE = (
    ("a", 12_000, 5, 6, 5, None, None, None),
    ("b", 10_000, 5, 6, 5, None, None, None),
    ("c", 40, 0, 1, 30, None, None, None),
    ("d", 50, 0, 1, 29, None, None, None),
    ("e", 0, 0, 0, 400, None, None, None),
)


def test_a_service_is_for_a_label_and_its_case():
    """Two of the best get an agent; of the three basic ones those who waited 30 days, one a buyer of the year."""
    found = services(table(SERVED, *SERVED_PEOPLE), TWO_SERVICES)
    assert read(found, "name", "customer_count", "year_buyer_count", "year_net_spend") == [
        ("agent", 2, 2, 22_000),
        ("mail", 2, 1, 40),
    ]


def test_the_list_of_a_service_begins_with_the_most_spent():
    """a before b, and both are told that they are two."""
    found = service_list(table(SERVED, *reversed(SERVED_PEOPLE)), TWO_SERVICES, service="agent")
    assert read(found, "customer_id", "zh", "customer_total") == [("a", "客服", 2), ("b", "客服", 2)]


# --- contrast ------------------------------------------------------------------------------------

ATTRIBUTES = ("first_channel", "gender", "age_band", "occupation", "last_payment_method", "last_device")
PERSON = (
    "customer_id string, year_net_spend decimal(18,4), year_repurchase_count int64, ordered_spend float64, "
    "gross_spend float64, order_count int64, return_count int64, visit_count int64, days_since_last_order int32, "
    "registered_at timestamp, favourite_category string, acquisition_channel string, country string, "
) + ", ".join(f"{name} string" for name in ATTRIBUTES)
FIRST = (
    "customer_id string, is_first_order boolean, net_amount float64, discount_amount float64, is_returned boolean, "
    "day int32"
)


def someone(who, tier, *, spend, gross, orders, returns=0, visits=0, ago=5, country=None, gender=None):
    """A customer of the first or of the last tier, registered on day 10."""
    facts = (spend, gross, orders, returns, visits, ago, "1970-01-11 09:00", None, None, country)
    others = (gender if name == "gender" else None for name in ATTRIBUTES)
    return (who, *(HIGH if tier == "high" else BASIC), *facts, *others)


def contrasted(**options):
    """Two against two: what each of the lines says."""
    people = table(
        PERSON,
        someone("a", "high", spend=90, gross=100, orders=3, returns=3, visits=4, country="CN"),
        someone("b", "high", spend=70, gross=100, orders=1, visits=2, country="CN"),
        someone("c", "low", spend=10, gross=10, orders=1, country="CN"),
        someone("d", "low", spend=30, gross=40, orders=1, visits=2, country="DE"),
    )
    orders = table(
        FIRST,
        ("a", True, 20, 5, True, 12),
        ("a", False, 999, 0, False, 99),
        ("b", True, 40, 0, False, 10),
        ("c", True, 10, 0, False, 9),
        ("d", True, 30, 0, True, 40),
    )
    found = contrast(people, orders, RULES, segment="value_tier", fewest=1, **options)
    columns = ("name", "label", "first_value", "second_value", "difference", "low_difference", "high_difference")
    return {row[:2]: row[2:] for row in read(found, *columns)}


def test_two_groups_side_by_side():
    """Values of an order 90/3 and 70 against 10 and 30: 50 − 20 = 30, ± 2.58 · √(800/2 + 200/2).

    Discounts: 0.1 and 0.3 against 0 and 0.25. Returns per order 1 and 0 against 0 and 0. Days to the first order: 2
    and 0 against 30 – c bought before registering. First orders: 20 and 40 against 10 and 30.
    """
    found = contrasted()
    half = 2.58 * sqrt(800 / 2 + 200 / 2)
    assert found["average order value", None] == pytest.approx((50, 20, 30, 30 - half, 30 + half), abs=1e-3)
    assert found["share of spend given as discount", None][:3] == (0.2, 0.125, 0.075)
    assert found["returned lines per order", None][:3] == (0.5, 0, 0.5)
    assert found["days from registration to the first order", None][:3] == (1, 30, -29)
    assert found["value of the first order", None][:3] == (30, 20, 10)
    assert found["first order with a discount", None][:3] == (0.5, 0, 0.5)
    assert found["visits", None][:3] == (3, 1, 2)
    assert found["orders placed", None][:3] == (2, 1, 1) and found["spend after discounts", None][:3] == (80, 20, 60)


def test_nobody_differs_in_what_is_not_there():
    """All waited five days since their last order, and half of both groups brought the first one back."""
    found = contrasted()
    assert ("days since the last order", None) not in found
    assert found["first order brought back", None][:3] == (0.5, 0.5, 0)


def test_a_share_has_newcombes_interval():
    """CN: 2 of 2 against 1 of 2. Wilson at z = 2: 2/2 is 0.3333 to 1, 1/2 is 0.0918 to 0.9082.

    Below 0.5: √((1 − 1/3)² + (0.9082 − 0.5)²) = 0.7817; above: √(0 + (0.5 − 0.0918)²) = 0.4082. DE: the other way.
    """
    found = contrasted(z=2.0)
    assert found["country", "CN"] == pytest.approx((1, 0.5, 0.5, 0.5 - 0.7817, 0.5 + 0.4082), abs=1e-3)
    assert found["country", "DE"] == pytest.approx((0, 0.5, -0.5, -0.5 - 0.4082, -0.5 + 0.7817), abs=1e-3)


def test_the_greatest_difference_of_attributes_stands_first():
    """Gender sets them wholly apart, country by half: “gender” comes before “country”, either way round."""
    people = table(
        PERSON,
        *(someone(n, "high", spend=9, gross=9, orders=1, gender="m", country="CN") for n in "ab"),
        someone("c", "low", spend=1, gross=1, orders=1, gender="f", country="CN"),
        someone("d", "low", spend=1, gross=1, orders=1, gender="f", country="DE"),
    )
    found = read(contrast(people, table(FIRST), RULES, segment="value_tier", fewest=1), "name", "label")
    assert [row for row in found if row[1]] == [("gender", "f"), ("gender", "m"), ("country", "CN"), ("country", "DE")]


def test_a_difference_is_told_when_its_interval_leaves_nothing_out():
    """At z = 0 every difference is clear; a group of two is left out where three are asked for."""
    people = table(
        PERSON,
        *(someone(n, "high", spend=9, gross=9, orders=1) for n in "ab"),
        *(someone(n, "low", spend=spend, gross=spend, orders=1) for n, spend in (("c", 1), ("d", 3), ("e", 2))),
    )
    found = contrast(people, table(FIRST), RULES, segment="value_tier", fewest=2)
    assert read(found, "name", "verdict", "first_count", "second_count", "is_defining") == [
        ("average order value", "higher", 2, 3, False),
        ("spend after discounts", "higher", 2, 3, True),
    ]
    assert read(contrast(people, table(FIRST), RULES, segment="value_tier", fewest=3)) == []
    turned = contrast(people, table(FIRST), RULES, segment="value_tier", first="basic", second="high value", fewest=2)
    assert read(turned, "verdict") == [("lower",), ("lower",)]
    with pytest.raises(Refused, match="compared with itself"):
        contrast(people, table(FIRST), RULES, segment="value_tier", second="high value")
