"""What is not published unless the shop says why."""

import pytest
from given import sold, told

from customary import standard
from customary.intake.report import fold
from customary.publish.acceptance import NotAccepted, accept


def orders(count, broken):
    """Orders, the first of them without a readable day."""
    return [sold(f"o{n}", f"c{n}", "soon" if n < broken else "2025-01-05", 10) for n in range(count)]


def test_a_table_that_loses_too_much_is_not_published(tiny_shop):
    """10 of 60 orders cannot be read: nothing is published, and the sentence says what to type."""
    with pytest.raises(NotAccepted, match=r"orders loses 10 of 60 records.*--accept"):
        tiny_shop(orders=orders(60, 10), as_of="2025-03-01")


def test_a_shop_that_loses_all_its_orders_is_not_published_however_few_they_are(tiny_shop):
    """None of 5 can be read: a shop without an order would look like one that sold nothing."""
    with pytest.raises(NotAccepted, match="orders loses 5 of 5 records"):
        tiny_shop(orders=orders(5, 5), as_of="2025-03-01")


def test_a_few_faults_among_few_records_are_no_verdict(tiny_shop):
    """2 of 60 may be chance: it is published, and the report says that the standard is missed."""
    facts = tiny_shop(orders=orders(60, 2), as_of="2025-03-01").snapshot.facts
    assert facts["accepted"] == {}
    assert any("standards not met by orders" in line for line in facts["report"])


def cases(missing=0, faulty=0):
    """A hundred service cases, some without the time they were opened, some closed at a time that is none."""
    for n in range(100):
        opened = None if n < missing else "2025-01-05"
        yield {"ticket_id": f"t{n}", "opened_at": opened, "closed_at": "soon" if n >= 100 - faulty else "2025-01-06"}


@pytest.mark.parametrize(
    ("missing", "faulty", "completeness", "accuracy", "is_met"),
    [(5, 0, 0.95, 1.0, True), (6, 0, 0.94, 1.0, False), (0, 2, 1.0, 0.98, True), (0, 3, 1.0, 0.97, False)],
)
def test_completeness_is_wanted_of_95_and_accuracy_of_98_in_100(
    tiny_shop, missing, faulty, completeness, accuracy, is_met
):
    """Of a hundred cases five may miss their time and two have a value that is none; one more misses the standard."""
    shop = tiny_shop(orders=orders(60, 0), tickets=list(cases(missing, faulty)), as_of="2025-03-01")
    (row,) = [row for row in told(shop, "data_quality") if row["table_name"] == "tickets"]
    assert (row["completeness_wanted"], row["accuracy_wanted"]) == (0.95, 0.98)
    assert (row["completeness"], row["accuracy"], row["is_met"]) == (completeness, accuracy, is_met)


def test_every_table_is_held_to_the_same_standard():
    """95 % complete and 98 % accurate are wanted of all of them, whatever the shop sells."""
    assert {(table.completeness, table.accuracy) for table in standard.tables().values()} == {(0.95, 0.98)}


def test_a_reason_publishes_and_is_remembered():
    """The problems and the reason stand in the snapshot, and from there on every page."""
    assert accept(["orders loses 10 of 60 records"], "the till was broken", "shop") == {
        "reason": "the till was broken",
        "problems": ["orders loses 10 of 60 records"],
    }
    assert accept([], "nothing is wrong", "shop") == {}


def test_a_report_has_twelve_lines_and_loses_none():
    """Of fifteen, the tenth to the thirteenth stand in one line; the last two are where they always are."""
    lines = [f"line {n}" for n in range(1, 16)]
    folded = fold(lines)
    assert len(folded) == 12 and folded[9] == "line 10; line 11; line 12; line 13" and folded[-2:] == lines[-2:]
    assert fold(lines[:12]) == lines[:12]
