"""A log with all that may be wrong with one: clear, never wrong, never silent. Judges intake and frames/visits."""

import pytest
from given import told

from customary import study

SAME = {"name": "Ann Lee", "birth_on": "1990-05-01", "email": "ann@example.org"}
CUSTOMERS = [{"customer_id": "a1", **SAME}, {"customer_id": "a2", **SAME}]


def event(number, who, at, name, customer=None):
    """A row of the log."""
    return {"event_id": number, "visitor_id": who, "customer_id": customer, "occurred_at": at, "event_name": name}


EVENTS = [
    event("e4", "v1", "2025-03-09 10:05", "add_to_cart", "a2"),  # out of order, and under her other account
    event("e1", "v1", "2025-03-09 10:00", "view_item", "a1"),
    event("e1", "v1", "2025-03-09 10:00", "view_item", "a1"),  # delivered twice
    event("e2", "v2", "2025-03-09 23:50", "view_item"),  # nobody known, until after midnight
    event("e3", "v2", "2025-03-10 00:10", "add_to_cart"),
    event("e5", "v3", "2025-03-20 10:00", "view_item"),  # from the future
    event("e6", "v4", None, "view_item"),
    {**event("e7", "v5", "2025-03-09 10:00", "view_item"), "is_bot": True},
]


@pytest.fixture(scope="module")
def messy(tiny_shop):
    """All of it, as of 15 March."""
    return tiny_shop(name="messy", events=EVENTS, customers=CUSTOMERS, as_of="2025-03-15")


def test_what_is_wrong_with_an_event_is_its_reason(messy):
    """Of eight events four count: one came twice, one is of the future, one says no time, one is a known bot's."""
    (log,) = study(messy, "sessions").accounts
    assert (log.source_rows, log.counted_rows) == (8, 4)
    assert log.left_out == {
        "known bot": 1,
        "quarantined: after the as-of date": 1,
        "quarantined: repeated event_id": 1,
        "quarantined: occurred_at is missing": 1,
    }


def test_two_accounts_of_one_person_are_one_visit(messy):
    """Ann looks under one account and fills the cart under the other: one person and one visit."""
    events = messy.fetch(messy.frame("events").filter(messy.frame("events").visitor_id == "v1")).to_pylist()
    assert {(row["customer_id"], row["visit_no"], row["person_id"]) for row in events} == {("a1", 1, "customer a1")}


def test_a_visit_across_midnight_is_one(messy):
    """23:50 to 00:10 is one visit of 1,200 s, beside Ann's of 300; cut at midnight there are three."""
    assert [(row["session_count"], row["mean_seconds"]) for row in told(messy, "sessions")] == [(2, 750)]
    assert told(messy, "sessions", split="midnight")[0]["session_count"] == 3


def test_the_order_of_rows_and_repeats_change_no_funnel(messy):
    """Both people looked and then filled the cart, though Ann's cart stands first in the file and her look twice."""
    rows = told(messy, "funnel", step=["event=view_item", "event=add_to_cart"], within="1h")
    assert [row["customer_count"] for row in rows] == [2, 2]


def test_the_build_says_all_of_it(messy):
    """In its report, with the line of the first of each."""
    report = "\n".join(messy.snapshot.facts["report"])
    for said in ("after the as-of date: 1 record", "occurred_at is missing: 1 record", "repeated event_id: 1 record"):
        assert said in report
    assert "1 account merged into 1 customer" in report and "1 say so, with 1 events" in report
