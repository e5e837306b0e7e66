"""The books of a build: what each file brought, where its records went, and how good the tables are."""

import ibis
import pytest

from customary.errors import Refused
from customary.query.study import study
from customary.studies.books import data_quality, record_ledger, source_files

FILES = ibis.memtable(
    [
        {"file_no": 1, "file_name": "shop.csv", "raw_table": "sales", "record_count": 10},
        {"file_no": 2, "file_name": "till.csv", "raw_table": "till", "record_count": 30},
        {"file_no": 3, "file_name": "empty.csv", "raw_table": "extra", "record_count": 0},
    ]
)
LEDGER = ibis.memtable(
    [
        {"file_no": 1, "outcome": "loaded as", "reason": "orders", "record_count": 7},
        {"file_no": 1, "outcome": "quarantined", "reason": "no such order", "record_count": 1},
        {"file_no": 1, "outcome": "quarantined", "reason": "not a date", "record_count": 2},
        {"file_no": 2, "outcome": "loaded as", "reason": "orders", "record_count": 25},
        {"file_no": 2, "outcome": "folded into", "reason": "customers", "record_count": 5},
    ]
).mutate(file_name=ibis.literal("a file"), raw_table=ibis.literal("a table"))


def rows(table):
    return table.to_pandas().to_dict("records")


def test_records_of_a_file_are_loaded_or_quarantined():
    """The largest file first; folded into another table is loaded; 10 = 7 + 3, 30 = 30 + 0."""
    found = [
        (r["file_name"], r["record_count"], r["loaded_count"], r["quarantined_count"])
        for r in rows(source_files(FILES, LEDGER))
    ]
    assert found == [("till.csv", 30, 30, 0), ("shop.csv", 10, 7, 3), ("empty.csv", 0, 0, 0)]


def test_an_empty_file_has_no_share_in_quarantine():
    """3 of 10 is 30 %; a share of nothing is unknown, not 0."""
    shares = source_files(FILES, LEDGER).to_pandas().set_index("file_name").quarantined_rate
    assert shares["shop.csv"] == 0.3
    assert shares.isna()["empty.csv"]


def test_the_ledger_begins_with_what_was_quarantined():
    """Two reasons, the more frequent first; then what was loaded, the most first."""
    assert [r["reason"] for r in rows(record_ledger(LEDGER))] == [
        "not a date",
        "no such order",
        "orders",
        "orders",
        "customers",
    ]


def test_tables_that_miss_the_standard_come_first():
    """A table that misses its standard stands above a less accurate one that meets its own."""
    facts = [("orders", 0.99, True), ("events", 0.97, True), ("returns", 0.98, False)]
    quality = ibis.memtable(
        [
            {
                "table_name": name,
                "zh": "表",
                "loaded_count": 1,
                "judged_count": 1,
                "missing_count": 0,
                "faulty_count": 0,
                "completeness": 1.0,
                "completeness_wanted": 0.95,
                "accuracy": accuracy,
                "accuracy_wanted": 0.98,
                "is_met": is_met,
            }
            for name, accuracy, is_met in facts
        ]
    )
    assert [r["table_name"] for r in rows(data_quality(quality))] == ["returns", "events", "orders"]


def test_every_record_of_the_shop_is_accounted_for(worked_shop):
    """Records in = loaded + quarantined, for every file of a built shop."""
    for row in study(worked_shop, "source_files").to_pylist():
        assert row["record_count"] == row["loaded_count"] + row["quarantined_count"]


def test_the_books_of_a_build_have_no_selection(worked_shop):
    """A selection that could not cut them is refused, not passed over in silence."""
    with pytest.raises(Refused, match="ask without `where` and `during`"):
        study(worked_shop, "data_quality", where={"channel": "app"}).to_pylist()
