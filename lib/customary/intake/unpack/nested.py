"""Parquet files with nested columns, such as Google Analytics': each value in a column named by its path."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from customary.engine import memory_database
from customary.errors import Refused
from customary.intake.documents import MOST_COLUMNS
from customary.intake.readers import quote
from customary.intake.unpack.naming import place_for

Keys = Callable[[str], Sequence[str]]


def is_nested(path: Path) -> bool:
    """Whether a file is Parquet with a column that holds several values."""
    if path.suffix.lower() != ".parquet":
        return False
    try:
        return any(pa.types.is_nested(kind) for kind in pq.read_schema(path).types)
    except pa.ArrowException as error:
        raise Refused(
            "{file} is cut off, damaged or no Parquet file: export or copy it again", file=path.name
        ) from error


def _is_only(kind: pa.DataType) -> bool:
    """Whether a struct holds one value in one of several types: string_value, int_value, …"""
    return pa.types.is_struct(kind) and all(field.name.endswith("_value") for field in kind)


def _is_named_list(kind: pa.DataType) -> bool:
    if not pa.types.is_list(kind) or not pa.types.is_struct(kind.value_type):
        return False
    return {field.name for field in kind.value_type} == {"key", "value"}


def _keys(con: duckdb.DuckDBPyConnection, path: Path, source: str) -> list[str]:
    """The names in a list of named values, over the whole file."""
    found = con.execute(
        f"select distinct one.key from (select unnest({source}) as one from read_parquet(?)) order by 1", [str(path)]
    ).fetchall()
    return [str(key) for (key,) in found if key is not None]


def _values(kind: pa.DataType, source: str, path: str, keys: Keys) -> Iterator[tuple[str, str]]:
    """(path, SQL) of every value below a column; `keys` finds the names in a list of named values."""
    if _is_only(kind):
        told = ", ".join(f"{source}.{quote(field.name)}::VARCHAR" for field in kind)
        yield path, f"coalesce({told})"
    elif pa.types.is_struct(kind):
        for field in kind:
            yield from _values(field.type, f"{source}.{quote(field.name)}", f"{path}.{field.name}", keys)
    elif _is_named_list(kind):
        inner = next(field.type for field in kind.value_type if field.name == "value")
        for key in keys(source):
            one = f"(list_filter({source}, lambda one: one.key = '{_sql_text(key)}')[1].value)"
            yield from _values(inner, one, f"{path}.{key}", keys)
    else:
        yield path, f"to_json({source})::VARCHAR" if pa.types.is_nested(kind) else source


def tables(path: Path, scratch: Path) -> list[Path]:
    """A nested Parquet file as a flat one of as many rows; lists without names stay as JSON text."""
    target = place_for(scratch, path.stem, "", ".parquet")
    with memory_database() as con:
        keys = partial(_keys, con, path)
        found = [pair for one in pq.read_schema(path) for pair in _values(one.type, quote(one.name), one.name, keys)]
        if len(found) > MOST_COLUMNS:
            raise Refused("{file} has {n:,} different fields: its names are values", file=path.name, n=len(found))
        wanted = ", ".join(f"{source} as {quote(name)}" for name, source in found)
        given, made = _sql_text(str(path)), _sql_text(str(target))
        con.execute(f"copy (select {wanted} from read_parquet('{given}')) to '{made}' (format parquet)")
    return [target]


def _sql_text(text: str) -> str:
    return text.replace("'", "''")
