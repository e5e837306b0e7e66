"""What differs from build to build, as variables of the connection: the text of a statement stays the same."""

from datetime import date

import duckdb
import ibis
import ibis.expr.types as ir


def getvariable(variable: str) -> None:
    """The engine's own function, which puts a variable's value in as a constant before it plans."""


_date = ibis.udf.scalar.builtin(getvariable, signature=(("string",), "date"))
_text = ibis.udf.scalar.builtin(getvariable, signature=(("string",), "string"))


def as_of() -> ir.DateValue:
    """The as-of date of the build, as an expression; see `set_as_of`."""
    return _date("as_of_date")


def set_as_of(con: duckdb.DuckDBPyConnection, day: date) -> None:
    """Say what `as_of` stands for."""
    con.execute("set variable as_of_date = ?::date", [day])


def among_some(rows: ir.Table) -> ir.Table:
    """The rows whose customer is in the span that was set last; see `set_span`."""
    low, high = _text("from_customer"), _text("to_customer")
    return rows.filter((rows.customer_id >= low) & (high.isnull() | (rows.customer_id < high)))


def set_span(con: duckdb.DuckDBPyConnection, low: str, high: str | None) -> None:
    """Say which customers `among_some` means: from `low` to just before `high`, or to the last one."""
    con.execute("set variable from_customer = ?::varchar", [low])
    con.execute("set variable to_customer = ?::varchar", [high])
