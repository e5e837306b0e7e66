"""The books of a build: how good the tables are, and where every record of every file went."""

from customary.studies.books.records import data_quality, record_ledger, source_files

__all__ = ["data_quality", "record_ledger", "source_files"]
