"""Rows of a driver as Arrow, in the types that an expression declares."""

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa


def as_table(rows: Sequence[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    """Rows of values, of which a driver may have made decimals where a float or a whole number is meant."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [_as_array(values, field.type) for values, field in zip(columns, schema, strict=True)]
    return pa.table(arrays, schema=schema)


def _as_array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    read = _reader(kind)
    return pa.array([None if value is None else read(value) for value in values] if read else values, kind)


def _reader(kind: pa.DataType) -> Callable[[Any], Any] | None:
    if pa.types.is_floating(kind):
        return float
    return int if pa.types.is_integer(kind) else None
