"""What files of tables are called, and the tables inside one when they become files of their own."""

import re
from collections.abc import Container
from pathlib import Path

TABLES = (".csv", ".txt", ".tsv", ".gz", ".parquet", ".xlsx", ".xls", ".xlsm", ".jsonl", ".ndjson", ".json")
BOXES = (".zip", ".db", ".sqlite", ".sqlite3", ".duckdb")
SUFFIXES = (*TABLES, *BOXES)


def place_for(scratch: Path, owner: str, table: str, suffix: str) -> Path:
    """A free path below `scratch` for a table of the file `owner`: shop.db, orders → shop.orders.csv."""
    scratch.mkdir(parents=True, exist_ok=True)
    plain = re.sub(r"[^\w.() -]+", "_", f"{owner}.{table}" if table else owner).strip(" .") or "table"
    path, number = scratch / f"{plain}{suffix}", 2
    while path.exists():
        path, number = scratch / f"{plain} ({number}){suffix}", number + 1
    return path


# By which of its fields the rows inside a record know it: "id" is an order's in a file of orders.
_KEYS = ("order_id", "order_number", "id")
_OWNERS = ("order", "customer", "product")


def key_of(fields: Container[str], owner: str) -> tuple[str, str] | None:
    """(what rows inside a record call its key, the record's own field for it); None where it has no key."""
    field = next((name for name in _KEYS if name in fields), None)
    if field != "id":
        return (field, field) if field else None
    return f"{next((word for word in _OWNERS if word in owner.lower()), 'parent')}_id", field
