"""What is known of customers, what moved revenue, and where records went: a handful of rows, computed in the head.

Judges studies/attributes/profiles, studies/goals/drivers and studies/shared/windows.
"""

from datetime import date
from math import log

import pytest
from in_memory import read, table

from customary.errors import UnknownName
from customary.places import DATA
from customary.rules.book import RuleBook
from customary.studies.attributes import attribute_gaps, attribute_groups, completeness, last_purchases
from customary.studies.books import record_ledger, source_files
from customary.studies.goals import driver_tree
from customary.studies.shared.facts import ATTRIBUTES

RULES = RuleBook.from_files(DATA)
NAMES = tuple(name for name, *_rest in ATTRIBUTES)

# --- attributes ----------------------------------------------------------------------------------

PERSON = ", ".join(f"{name} string" for name in ("customer_id", *NAMES))
PERSON += ", age int32, is_buyer boolean, visit_count int64, days_since_last_order int32, net_spend float64"


def person(who, *, age=None, buyer=False, visits=0, ago=None, spend=0, **known):
    """A customer of whom only this is known."""
    return (who, *(known.get(name) for name in NAMES), age, buyer, visits, ago, spend)


def test_what_is_asked_of_whom():
    """Gender is asked of all four and known of three with two values; a device only of the two who visited.

    A payment is asked of the one who bought. 3/4 miss the 95 % of the standard, 2/2 meet it.
    """
    customers = table(
        PERSON,
        person("ann", gender="f", buyer=True, visits=3, last_device="phone"),
        person("ben", gender="m", visits=1, last_device="phone"),
        person("cai", gender="f"),
        person("dan"),
    )
    columns = ("customer_count", "known_count", "value_count", "known_rate", "unknown_rate", "is_met")
    found = {row[0]: row[1:] for row in read(completeness(customers), "attribute", *columns)}
    assert found["gender"] == (4, 3, 2, 0.75, 0.25, False)
    assert found["last_device"] == (2, 2, 1, 1, 0, True)
    assert found["last_payment_method"] == (1, 0, 0, 0, 1, False)
    assert list(found) == list(NAMES)
    assert [place for (place,) in read(completeness(customers), "position")] == list(range(1, len(NAMES) + 1))


SOLD = "customer_id string, net_amount float64, day_on date"
BACK = "customer_id string, refund_amount float64, day_on date"
MARCH = "2025-03-03"


def test_groups_by_an_attribute_with_the_worth_of_a_buyer():
    """f: Ann 100 − 20 and Bea 40, so 60 a buyer; Eve bought nothing. m: Dan 60. Nobody knows of Flo: 20 in two orders.

    In all 200 from 4 buyers, 50 each. f brings 120 of 200. ± 1.96 · √800 / √2 = 39.2 around 60.
    """
    genders = {"a": "f", "b": "f", "e": "f", "d": "m", "x": None}
    customers = table(PERSON, *(person(who, gender=gender) for who, gender in genders.items()))
    orders = table(
        SOLD, ("a", 100, MARCH), ("b", 40, MARCH), ("d", 60, MARCH), ("x", 15, MARCH), ("x", 5, MARCH), ("z", 9, MARCH)
    )
    back = table(BACK, ("a", 15, MARCH), ("a", 5, MARCH))
    found = attribute_groups(customers, orders, back, RULES, by="gender")
    columns = ("label", "customer_count", "buyer_count", "net_revenue", "revenue_per_buyer", "average")
    assert read(found, *columns) == [("f", 3, 2, 120, 60, 50), ("m", 1, 1, 60, 60, 50), (None, 1, 1, 20, 20, 50)]
    shares = ("customer_share", "bought_rate", "revenue_share", "low", "high")
    assert read(found, *shares)[0] == (0.6, 0.6667, 0.6, 20.8, 99.2)


@pytest.mark.parametrize(
    ("orders", "worth"),
    [
        ([], [(1, 0, 0), (1, 0, 0)]),  # nobody ordered: nothing was spent
        ([("a", 7, MARCH)], [(1, 1, 7), (1, 0, 0)]),
        ([("a", None, MARCH)], [(1, 1, None), (1, 0, None)]),  # an order is there, and money nowhere
    ],
)
def test_who_bought_nothing_spent_nothing_where_money_is_told(orders, worth):
    """Ann, f, may have bought, Dan, m, has not; where no order of anybody has an amount, his worth is unknown, too."""
    customers = table(PERSON, person("a", gender="f"), person("d", gender="m"))
    found = attribute_groups(customers, table(SOLD, *orders), table(BACK), RULES, by="gender")
    rows = sorted(read(found, "label", "customer_count", "buyer_count", "net_revenue"))
    assert [row[1:] for row in rows] == worth


def test_the_only_buyer_who_spent_one_is_the_average_and_all_of_the_revenue():
    """And where nobody bought there is no average, and of no revenue nobody has a share."""
    customers = table(PERSON, person("a", gender="f"), person("d", gender="m"))
    columns = ("revenue_share", "revenue_per_buyer", "average")
    one = attribute_groups(customers, table(SOLD, ("a", 1, MARCH)), table(BACK), RULES, by="gender")
    assert read(one, *columns) == [(1, 1, 1), (0, None, 1)]
    nobody = attribute_groups(customers, table(SOLD), table(BACK), RULES, by="gender")
    assert read(nobody, *columns) == [(None, None, None)] * 2


def test_a_second_attribute_splits_the_first():
    """Two groups of f, by country; the larger attribute value first."""
    people = [("a", "f", "CN"), ("b", "f", "DE"), ("c", "m", "CN")]
    customers = table(PERSON, *(person(who, gender=g, country=c) for who, g, c in people))
    found = attribute_groups(customers, table(SOLD), table(BACK), RULES, by="gender", and_by="country")
    assert read(found, "label", "and_label") == [("f", "CN"), ("f", "DE"), ("m", "CN")]
    with pytest.raises(UnknownName, match="gender"):
        attribute_groups(customers, table(SOLD), table(BACK), RULES, by="gendre")


def test_ages_stand_in_their_own_order():
    """Under 18 before 18–24, though “1” sorts before “u” and more are young adults; the unknown last."""
    people = [person("a", age=20, age_band="18–24"), person("b", age=24, age_band="18–24"), person("c")]
    customers = table(PERSON, *people, person("d", age=17, age_band="under 18"))
    found = read(attribute_groups(customers, table(SOLD), table(BACK), RULES), "label")
    assert found == [("under 18",), ("18–24",), (None,)]


def test_a_gap_is_what_the_group_would_bring_at_the_average():
    """Buyers of m spent 10, 10 and 10, of f 30, 30 and 30: 20 on average; the three of m would bring 3 · 10 more.

    Within a group nobody differs, so that the interval has no width. A group of everybody has no gap.
    """
    people = [person(f"{g}{n}", gender=g, country="CN") for g in "mf" for n in range(3)]
    orders = [(f"{g}{n}", amount, MARCH) for g, amount in (("m", 10), ("f", 30)) for n in range(3)]
    found = attribute_gaps(table(PERSON, *people), table(SOLD, *orders), table(BACK), fewest=3)
    columns = ("attribute", "name", "label", "verdict", "gap", "potential")
    assert read(found, *columns) == [
        ("gender", "gender", "m", "below", 10, 30),
        ("gender", "gender", "f", "above", -10, -30),
    ]
    assert read(attribute_gaps(table(PERSON, *people), table(SOLD, *orders), table(BACK), fewest=4)) == []


def test_a_gap_within_chance_is_not_clear():
    """m spent 0 and 20, f 20 and 40: ± 2.58 · 14.14 / √2 = 25.8 around 10, which holds the 20 of all."""
    people = [person(who, gender=who[0]) for who in ("m1", "m2", "f1", "f2")]
    orders = [(who, amount, MARCH) for who, amount in (("m1", 0), ("m2", 20), ("f1", 20), ("f2", 40))]
    found = attribute_gaps(table(PERSON, *people), table(SOLD, *orders), table(BACK), fewest=2)
    assert read(found, "label", "verdict", "low", "high") == [
        ("f", "not clear", 4.2, 55.8),
        ("m", "not clear", -15.8, 35.8),
    ]


@pytest.mark.parametrize(
    ("ago", "label"),
    [
        (1, "up to 30 days ago"),
        (30, "up to 30 days ago"),
        (31, "31–90 days ago"),
        (90, "31–90 days ago"),
        (180, "91–180 days ago"),
        (365, "181–365 days ago"),
        (366, "over a year ago"),
        (None, "never bought"),
    ],
)
def test_how_long_ago_somebody_bought(ago, label):
    """Each group holds its last day."""
    customers = table(PERSON, person("ann", ago=ago, buyer=ago is not None))
    assert read(last_purchases(customers), "label") == [(label,)]


def test_groups_by_last_purchase_hold_everybody():
    """Two of four bought lately, for 30 together; one long ago, one never."""
    people = (person("a", ago=1, buyer=True, spend=10), person("b", ago=2, buyer=True, spend=20))
    customers = table(PERSON, *people, person("c", ago=400, buyer=True, spend=5), person("d"))
    assert read(last_purchases(customers), "customer_count", "net_spend", "customer_share") == [
        (2, 30, 0.5),
        (1, 5, 0.25),
        (1, 0, 0.25),
    ]


# --- what moved revenue --------------------------------------------------------------------------

BOTH = frozenset({"orders", "returns"})
PLACED = "order_id string, customer_id string, net_amount float64, day_on date, is_first_order boolean"


def test_the_drivers_of_a_change_by_hand():
    """Before: Ann and Ben with an order of 10 each, 20; after: four people with one of 20, 80, of which 8 came back.

    20 · 4 = 80: twice the buyers and twice the value of an order share the rise of 60 evenly, 30 each; orders per buyer
    stayed at 1 and did nothing. Returns cost 8, so that net revenue rose by 52.
    """
    early, late = "2025-02-28", "2025-03-01"
    orders = [(f"o{who}", who, 10, early, True) for who in "ab"] + [(f"p{who}", who, 20, late, True) for who in "abcd"]
    found = driver_tree(
        table(PLACED, *orders),
        table("return_id string, " + BACK, ("r", "a", 8, late)),
        date(2025, 4, 1),
        BOTH,
        during=("2025-03-01", "2025-03-02"),
    )
    assert read(found) == [
        (1, "buyer_count", 2, 4, 30),
        (2, "orders_per_buyer", 1, 1, 0),
        (3, "average_order_value", 10, 20, 30),
        (4, "returned_revenue", 0, 8, -8),
        (5, "net_revenue", 20, 72, 52),
    ]


def test_unequal_drivers_share_by_their_logarithm():
    """Buyers × 4, value × 2, revenue from 10 to 80: of 70 the buyers bring ln 4 / ln 8 = 2/3, the value 1/3."""
    orders = [("o", "a", 10, "2025-02-28", True)] + [(f"p{who}", who, 20, "2025-03-01", False) for who in "abcd"]
    found = driver_tree(
        table(PLACED, *orders),
        table("return_id string, " + BACK),
        date(2025, 4, 1),
        BOTH,
        during=("2025-03-01", "2025-03-02"),
    )
    parts = [part for (part,) in read(found, "contribution")]
    assert parts[:3] == pytest.approx([70 * log(4) / log(8), 0, 70 * log(2) / log(8)], abs=1e-3)


def test_a_start_from_nothing_is_put_down_to_buyers():
    """Nothing before, 20 after: there is no ratio to take a logarithm of."""
    orders = table(PLACED, ("o", "a", 20, "2025-03-01", True))
    back = table("return_id string, " + BACK)
    found = driver_tree(orders, back, date(2025, 4, 1), BOTH, during=("2025-03-01", "2025-03-02"))
    assert [part for (part,) in read(found, "contribution")][:3] == [20, 0, 0]


def test_by_default_the_last_year_stands_against_the_one_before():
    """On 2 April 2025 the last 365 days began on 2 April 2024; the year before that, on 2 April 2023."""
    days = ("2023-04-02", "2023-04-01", "2024-04-01", "2024-04-02", "2025-04-01")
    orders = table(PLACED, *((f"o{n}", "a", 10**n, day, False) for n, day in enumerate(days)))
    found = driver_tree(orders, table("return_id string, " + BACK), date(2025, 4, 2), BOTH)
    assert read(found, "before", "after")[-1] == (101, 11_000)


# --- the books of a build ------------------------------------------------------------------------

LEDGER = "file_no int32, file_name string, raw_table string, outcome string, reason string, record_count int64"
FILES = "file_no int32, file_name string, raw_table string, record_count int64"
WENT = (
    (1, "orders.csv", "orders", "loaded as", "orders", 90),
    (1, "orders.csv", "orders", "folded into", "customers", 6),
    (1, "orders.csv", "orders", "quarantined", "no number", 3),
    (1, "orders.csv", "orders", "quarantined", "no time", 1),
    (1, "orders.csv", "orders", "left out", "orders", 4),
)


def test_every_file_says_where_its_records_went():
    """Of 100 records 90 + 6 became something and 3 + 1 are in quarantine, 4 %; an empty file has no rate."""
    files = table(FILES, (2, "empty.csv", "visits", 0), (1, "orders.csv", "orders", 100))
    assert read(source_files(files, table(LEDGER, *WENT))) == [
        ("orders.csv", "orders", 100, 96, 4, 0.04),
        ("empty.csv", "visits", 0, 0, 0, None),
    ]


def test_what_was_set_aside_stands_first():
    """The quarantine with its biggest reason, then what was loaded."""
    found = read(record_ledger(table(LEDGER, *WENT)), "position", "reason", "record_count")
    assert found == [
        (0, "no number", 3),
        (0, "no time", 1),
        (1, "orders", 90),
        (1, "customers", 6),
        (1, "orders", 4),
    ]
