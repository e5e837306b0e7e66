"""What a build found about its tables, field by field, as plain data: kept from build to build, it is their history."""

from typing import Any

import duckdb

from customary import standard


def inspect_fields(con: duckdb.DuckDBPyConnection, tables: dict[str, standard.CanonicalTable]) -> dict[str, Any]:
    """The state of a loaded database: tables, fields, reasons.

    `tables`: by name, what was judged, missing and faulty against the thresholds, the last time in it, how many rows
    name a customer, and of each field in how many something stands; `reasons`: records set aside by reason; `records`:
    those of all files.
    """
    found = {name: _table(con, tables[name], facts) for name, facts in _quality(con).items()}
    reasons = con.execute("select reason, count(*) from quarantine group by 1 order by 2 desc, 1").fetchall()
    ((records,),) = con.execute("select coalesce(sum(record_count), 0)::BIGINT from files").fetchall()
    return {"records": records, "tables": found, "reasons": dict(reasons)}


def _quality(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    names = ("judged_count", "missing_count", "faulty_count", "completeness_wanted", "accuracy_wanted", "is_met")
    rows = con.execute(f"select table_name, {', '.join(names)} from quality").fetchall()
    return {name: dict(zip(names, facts, strict=True)) for name, *facts in rows}


def _table(con: duckdb.DuckDBPyConnection, table: standard.CanonicalTable, facts: dict[str, Any]) -> dict[str, Any]:
    stored = [field for field in table.columns if field.is_kept]
    counts = ", ".join(f'count("{field.stored_name}")' for field in stored)
    last = f'max("{table.time}")' if table.time else "null"
    linked = "count(customer_id)" if _names_customers(table) else "null"
    told = con.execute(f'select count(*), {last}, {linked}, {counts} from "{table.name}"').fetchall()
    rows, latest, linked_count, *filled = told[0]
    fields = {field.name: count for field, count in zip(stored, filled, strict=True)}
    state = {"row_count": rows, "linked_count": linked_count, "latest": latest and latest.isoformat()}
    return {**facts, **state, "fields": fields}


def _names_customers(table: standard.CanonicalTable) -> bool:
    """Whether a table is of what customers did, and not of the customers themselves."""
    return table.name != "customers" and any(field.name == "customer_id" for field in table.columns)
