"""Small tables for the studies themselves: written as rows, given to the formula, read back as rows."""

from datetime import date, datetime
from decimal import Decimal

import ibis
import pyarrow as pa


def table(columns, *rows):
    """`table("customer_id string, ordered_local timestamp", ("ann", "2025-01-05 10:00"), …)`, times as text."""
    schema = ibis.schema(dict(column.split() for column in columns.split(", ")))
    fields = schema.to_pyarrow()
    assert all(len(row) == len(fields) for row in rows), "a row has more or fewer values than there are columns"
    values = zip(*rows, strict=True) if rows else [[] for _field in fields]
    arrays = [pa.array([_value(v, f.type) for v in column], f.type) for f, column in zip(fields, values, strict=True)]
    return ibis.memtable(pa.table(arrays, schema=fields), schema=schema)


def _value(value, kind):
    """Text becomes the time, day or amount that its column holds."""
    if value is None:
        return None
    if pa.types.is_timestamp(kind):
        return datetime.fromisoformat(value)
    if pa.types.is_date(kind):
        return date.fromisoformat(value)
    return Decimal(str(value)) if pa.types.is_decimal(kind) else value


def read(expression, *columns):
    """The rows of an answer in its own order, as tuples of these columns; fractions to four places."""
    found = expression.to_pyarrow().to_pylist()
    return [tuple(_short(row[name]) for name in columns or expression.columns) for row in found]


def _short(value):
    return round(value, 4) if isinstance(value, float) else value
