"""Places for values in an expression: compiled to `$name` in the SQL, filled when it is executed.

A place is an Ibis expression of its own, not a value: Python cannot ask it what it is. Whoever compares it, or takes it
for true, is stopped by Ibis, so an expression that was composed with places is the same for all values. Ibis has
parameters too, but writes their values into the text.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import ibis
import ibis.expr.datashape as ds
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir
import sqlglot.expressions as sge

from customary.dialects import Compiler

_TEXT_OR_PLACE = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w+)""")


class Place(ops.Value):  # type: ignore[misc]  # Ibis ships no types
    """A scalar of a known type whose value is not known yet."""

    name: str
    dtype: dt.DataType
    shape = ds.scalar


@cache
def _compiler() -> Any:
    class CompilerOfPlaces(Compiler):
        def visit_Place(self, op: Place, *, name: str, dtype: dt.DataType) -> Any:
            return self.cast(sge.Placeholder(this=name), dtype)

    return CompilerOfPlaces()


def place_for(name: str, value: Any) -> ir.Value:
    """The place of a value in an expression, of the type that Ibis gives the value."""
    return Place(name, ibis.literal(value).type()).to_expr()


def is_place(value: Any) -> bool:
    """Whether a value is not known yet."""
    return isinstance(value, ir.Value) and isinstance(value.op(), Place)


def names_of_places(table: ir.Table) -> tuple[str, ...]:
    """The names of the places that an expression has."""
    return tuple(sorted(place.name for place in table.op().find(Place)))


def becomes(table: ir.Table, values: Mapping[str, Any], wanted: ir.Table) -> bool:
    """Whether an expression is, with the values in its places, the wanted one, node by node."""
    literals = {place: ops.Literal(values[place.name], place.dtype) for place in table.op().find(Place)}
    filled = table.op().replace(literals) if literals else table.op()
    return bool(filled == wanted.op())


def sql_with_places(table: ir.Table) -> str:
    """The query of an expression, with `$name` in each place; a limit may be put behind it."""
    text = str(_compiler().to_sqlglot(table).sql(dialect="duckdb", pretty=True, copy=False))
    return f"SELECT * FROM (\n{text}\n) AS limited" if isinstance(table.op(), ops.Limit) else text


def sql_with_values(sql: str, values: Mapping[str, Any]) -> str:
    """The query with the values where their places are, to be read; texts and names stay as they are."""
    return _TEXT_OR_PLACE.sub(lambda part: _literal(values[part[1]]) if part[1] else part[0], sql)


def _literal(value: Any) -> str:
    return str(sge.convert(value).sql(dialect="duckdb"))


def brings_rows(table: ir.Table) -> bool:
    """Whether rows come with the expression that were worked out in memory: no text holds these."""
    return bool(table.op().find(ops.InMemoryTable))
