"""The books of a build: how good the tables are, what they answer, and where every record of every file went."""

from customary.studies.books.feeds import delivery_differences, feed_reconciliation, payment_differences
from customary.studies.books.records import data_quality, record_ledger, source_files
from customary.studies.books.state import data_integration, identity_rules, inspection_history, table_coverage

__all__ = [
    "data_integration",
    "data_quality",
    "delivery_differences",
    "feed_reconciliation",
    "identity_rules",
    "inspection_history",
    "payment_differences",
    "record_ledger",
    "source_files",
    "table_coverage",
]
