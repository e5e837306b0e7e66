"""Chapter 2: which tables there are, what they answer, whom records name, how they stood at earlier builds."""

import pytest
from conftest import built_from_rows

from customary.errors import Refused
from customary.intake.source import read_source
from customary.query.coverage import _tables, book, questions
from customary.query.study import study
from customary.standard import tables

SETTINGS = {"title": "Tiny", "source": "template", "currency": "EUR", "time_zone": "UTC", "week_start": "monday"}


def order(number, customer):
    """An order of January 2025."""
    day = f"2025-01-0{number}"
    return {"order_id": str(number), "customer_id": customer, "ordered_at": day, "paid_at": day, "gross_amount": 10}


def event(number, customer):
    """A view of a page."""
    return {
        "event_id": str(number),
        "visitor_id": "v",
        "customer_id": customer,
        "occurred_at": "2025-01-01 10:00:00",
        "event_name": "page_view",
    }


def rows(shop, name):
    """The rows of a study."""
    return study(shop, name).to_pyarrow().to_pylist()


@pytest.fixture(scope="module")
def inspected(shops):
    """A shop built twice: of four events first one names a customer, then three; of two orders one, then one."""
    orders = [order(1, "ann"), order(2, None)]
    for names in (["ann", None, None, None], ["ann", "ann", "bob", None]):
        events = [event(number, name) for number, name in enumerate(names)]
        shop = built_from_rows("inspected", SETTINGS, {"orders": orders, "events": events})
    return shop


def test_integration_is_the_share_of_records_that_name_a_customer(inspected):
    """Orders 1 of 2, unchanged; events 3 of 4 after 1 of 4: three times as many, +200 %."""
    found = {row["table_name"]: row for row in rows(inspected, "data_integration")}
    assert (found["orders"]["integration_rate"], found["orders"]["relative_change"]) == (0.5, 0)
    assert (found["events"]["integration_rate"], found["events"]["first_rate"]) == (0.75, 0.25)
    assert found["events"]["relative_change"] == 2


def test_a_first_inspection_has_nothing_to_compare_with(tiny_shop):
    """The change is unknown, not 0."""
    (found,) = rows(tiny_shop(orders=[order(1, "ann")]), "data_integration")
    assert (found["integration_rate"], found["first_rate"], found["relative_change"]) == (1, None, None)


def test_inspections_stand_newest_first(inspected):
    """Two builds, six records each, complete and accurate."""
    found = rows(inspected, "inspection_history")
    assert [row["judged_count"] for row in found] == [6, 6]
    assert {(row["completeness"], row["accuracy"], row["missed_count"]) for row in found} == {(1, 1, 0)}


def test_coverage_counts_what_a_table_answers_and_would_add(inspected):
    """Orders and events are there: returns would answer what needs no more than these three."""
    found = {row["table_name"]: row for row in rows(inspected, "table_coverage")}
    assert found["orders"]["source_row_count"] == 2 and found["orders"]["would_add_count"] == 0
    needs = questions()
    here = {"orders", "events"}
    assert found["returns"]["would_add_count"] == sum(
        "returns" in tables_ and tables_ <= {*here, "returns"} for tables_ in needs.values()
    )
    assert found["returns"]["answerable_count"] == 0 < found["returns"]["question_count"]
    whole = {(row["all_answerable_count"], row["all_question_count"]) for row in found.values()}
    assert whole == {(sum(tables_ <= here for tables_ in needs.values()), len(needs))}


def answers(rows):
    """How many questions have an answer with these rows, and how many there are."""
    ((answered, asked),) = {(row["all_answerable_count"], row["all_question_count"]) for row in book(rows).to_pylist()}
    return answered, asked


def test_every_question_needs_a_table_that_exists():
    """All metrics and studies; with all tables all are answered, with none only those about the build itself."""
    assert all(needs <= set(tables()) for needs in questions().values())
    count = len(questions())
    assert answers(dict.fromkeys(tables(), 1)) == (count, count)
    assert 0 < answers({})[0] < count / 4


def test_a_question_needs_the_table_of_its_frame():
    """Revenue needs orders, visits need events, stars need answers."""
    needs = questions()
    assert (needs["net_revenue"], needs["session_count"]) == ({"orders"}, {"events"})
    assert needs["net_promoter_score"] == {"responses"}


def test_a_question_of_orders_needs_no_list_of_customers():
    """Profiles there are always; a frame of the whole shop is of the same table."""
    assert _tables(iter(("orders", "customers"))) == _tables(iter(("whole_orders",))) == {"orders"}
    assert _tables(iter(("customers",))) == _tables(iter(())) == set()


def test_coverage_of_nothing_adds_each_table_alone():
    """In an empty shop orders would answer what needs orders alone."""
    found = {row["table_name"]: row for row in book({}).to_pylist()}
    assert found["orders"]["would_add_count"] == sum(needs == {"orders"} for needs in questions().values())


def test_rules_of_merging_stand_side_by_side(tiny_shop):
    """Two accounts of one e-mail and name: two customers without a rule, one with each."""
    people = [
        {"customer_id": f"c{n}", "name": "Ann Lee", "email": "ann@example.org", "registered_at": "2024-01-01"}
        for n in (1, 2)
    ]
    found = {
        row["rule"]: row
        for row in rows(tiny_shop(orders=[order(1, "c1"), order(2, "c2")], customers=people), "identity_rules")
    }
    assert sorted(row["buyer_count"] for row in found.values()) == [1, 1, 2]
    assert all(row["merged_count"] == 2 - row["buyer_count"] for row in found.values())


# --- what comes from others ----------------------------------------------------------------------

BOUGHT = '[raw.panel]\nfiles = ["panel.csv"]\ncolumns = ["a"]\nthird_party = true\n'


def test_data_of_others_needs_a_lawful_basis(tmp_path):
    """Bought or gathered data are refused until somebody says why they may be used."""
    (tmp_path / "source.toml").write_text(f'title = "Panel"\n{BOUGHT}')
    with pytest.raises(Refused, match=r"raw\.panel comes from others: say with basis"):
        read_source(tmp_path, "own")
    (tmp_path / "source.toml").write_text(f'title = "Panel"\n{BOUGHT}basis = "contract of 2024-05-01, no persons"\n')
    assert read_source(tmp_path, "own").raw[0].third_party
