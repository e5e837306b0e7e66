"""What is not published unless the shop says why."""

import pytest
from given import sold

from customary.intake.report import fold
from customary.publish.acceptance import NotAccepted, accept


def orders(count, broken):
    """Orders, the first of them without a readable day."""
    return [sold(f"o{n}", f"c{n}", "soon" if n < broken else "2025-01-05", 10) for n in range(count)]


def test_a_table_that_loses_too_much_is_not_published(tiny_shop):
    """10 of 60 orders cannot be read: nothing is published, and the sentence says what to type."""
    with pytest.raises(NotAccepted, match=r"orders loses 10 of 60 records.*--accept"):
        tiny_shop(orders=orders(60, 10), as_of="2025-03-01")


def test_a_few_faults_among_few_records_are_no_verdict(tiny_shop):
    """2 of 60 may be chance: it is published, and the report says that the standard is missed."""
    facts = tiny_shop(orders=orders(60, 2), as_of="2025-03-01").snapshot.facts
    assert facts["accepted"] == {}
    assert any("standards not met by orders" in line for line in facts["report"])


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
