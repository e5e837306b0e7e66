"""How often people do something, and groups of people by what they did in a window, computed in the head.

Judges studies/paths/doings, studies/shared/conditions, studies/shared/spans, studies/shared/splits and
studies/shared/windows.
"""

from datetime import date

import pytest
from given import told
from in_memory import read
from logs import log

from customary.errors import Refused, UnknownName
from customary.studies.paths import behaviour_groups, distribution
from customary.studies.shared.wanted import WantedEvents

A = WantedEvents("A")
# Ann does A once, Ben twice, Cai twice, Dan seven times, Eve only B: counts 1, 2, 2 and 7, and none.
TIMES = {"ann": 1, "ben": 2, "cai": 2, "dan": 7}
B1 = log(
    *((who, f"10:0{n}", "A") for who, times in TIMES.items() for n in range(times)),
    *[("eve", "10:00", "B")],
)


def test_classes_hold_their_lower_end():
    """Cuts at 1, 3 and 10: three people in [1, 3), one in [3, 10), and Eve, who did not do it, in none."""
    rows = read(distribution(B1, 0, event=A, cuts="1,3,10"), "label", "customer_count", "event_count", "customer_share")
    assert rows == [("[1, 3)", 3, 5, 0.75), ("[3, 10)", 1, 7, 0.25)]


def test_the_last_class_is_open_and_the_first_may_be_below():
    """Cuts at 2 and 7: Ann is below, Ben and Cai are in [2, 7), Dan has 7 or more."""
    rows = read(distribution(B1, 0, event=A, cuts="2,7"), "label", "customer_count")
    assert rows == [("below 2", 1), ("[2, 7)", 2), ("7 or more", 1)]


def test_a_single_cut_has_one_class_or_two():
    """From 1 up everybody who did it is in one class; with a cut at 2 Ann is below."""
    assert read(distribution(B1, 0, event=A, cuts="1"), "label", "customer_count") == [("1 or more", 4)]
    assert read(distribution(B1, 0, event=A, cuts="2"), "label", "customer_count") == [("below 2", 1), ("2 or more", 3)]


def test_days_and_hours_are_counted_once():
    """Three events on two days in three hours."""
    events = log(*(("ann", at, "A") for at in ("2025-03-03 10:00", "2025-03-03 11:00", "2025-03-04 10:00")))
    for measure, label in (("times", "[3, 4)"), ("days", "[2, 3)"), ("hours", "[3, 4)")):
        assert read(distribution(events, 0, measure=measure, cuts="1,2,3,4"), "label") == [(label,)]
    again = log(("ann", "10:00", "A"), ("ann", "10:59", "A"))
    assert read(distribution(again, 0, measure="hours", cuts="1,2"), "label") == [("[1, 2)",)]


def test_each_period_counts_by_itself():
    """Twice in the week from 3 March, once in the next: one person in each week, in another class."""
    events = log(*(("ann", f"2025-03-{day:02d} 10:00", "A") for day in (3, 9, 10)))
    rows = read(distribution(events, 0, every="week", cuts="1,2"), "period_on", "label", "customer_count")
    assert rows == [(date(2025, 3, 3), "2 or more", 1), (date(2025, 3, 10), "[1, 2)", 1)]
    assert read(distribution(events, 6, every="week", cuts="1,2"), "period_on") == [
        (date(2025, 3, 2),),
        (date(2025, 3, 9),),
    ]


def test_who_did_it_by_two_ways_is_of_the_first():
    """Ann on the phone and then at the desk, Ben at the desk alone: one each, with two events and one."""
    desk, phone = {"device": "desk"}, {"device": "phone"}
    events = log(("ann", "10:00", "A", phone), ("ann", "10:01", "A", desk), ("ben", "10:00", "A", desk))
    rows = read(distribution(events, 0, cuts="1", by="device"), "device", "customer_count", "event_count")
    assert rows == [("desk", 1, 1), ("phone", 1, 2)]


def test_people_by_what_they_did_and_did_not():
    """Four did A, Eve did not; of those who did, none did B. Twice or more: Ben, Cai and Dan."""
    columns = ("label", "alone_count", "customer_count", "customer_total", "customer_share")
    asked = {"did": A, "did_not": WantedEvents("B"), "during": ("2025-03-01", "2025-03-02")}
    assert read(behaviour_groups(B1, date(2025, 4, 1), **asked), *columns) == [
        ("did A", 4, 4, 5, 0.8),
        ("did not B", 4, 4, 5, 0.8),
    ]
    twice = behaviour_groups(B1, date(2025, 4, 1), least=2, **asked)
    assert read(twice, "customer_count") == [(3,), (3,)]


def test_of_nobody_nobody_did_anything():
    """A log without an event: 0 of 0, and no share."""
    nobody = behaviour_groups(log(), date(2025, 4, 1), did=A)
    columns = ("label", "alone_count", "customer_count", "customer_total", "customer_share")
    assert read(nobody, *columns) == [("did A", 0, 0, 0, None)]


def test_the_window_ends_at_the_as_of_date():
    """1 March is the 31st day before 1 April, in no window of 30 days, in one of 31; nobody of the future counts."""
    for within, people in (("30d", 0), ("31d", 4)):
        t = behaviour_groups(B1, date(2025, 4, 1), did=A, within=within)
        assert read(t, "customer_count", "customer_total") == [(people, 5)]
    before = behaviour_groups(B1, date(2025, 3, 1), did=A)
    assert read(before, "customer_count", "customer_total", "customer_share") == [(0, 0, None)]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (lambda: distribution(B1, 0, cuts="3,1"), "rising"),
        (lambda: distribution(B1, 0, cuts="0,1"), "rising"),
        (lambda: distribution(B1, 0, cuts="few"), "1,3,10"),
        (lambda: distribution(B1, 0, measure="time"), "times"),
        (lambda: distribution(B1, 0, every="year"), "month"),
        (lambda: behaviour_groups(B1, date(2025, 4, 1), did=WantedEvents()), "--did"),
        (lambda: behaviour_groups(B1, date(2025, 4, 1), did=A, least=0), "least"),
        (lambda: behaviour_groups(B1, date(2025, 4, 1), did=A, within="36h"), "whole days"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked, words):
    """In one sentence that names what can."""
    with pytest.raises((Refused, UnknownName), match=words):
        asked()


def test_carts_of_a_real_log(onlineshop):
    """1,924 people put something into the cart, by the source's own word for it or the vocabulary's."""
    for name in ("event=cart", "add_to_cart"):
        rows = told(onlineshop, "distribution", event=name)
        assert sum(row["customer_count"] for row in rows) == 1924
        assert sum(row["event_count"] for row in rows) == 2842
