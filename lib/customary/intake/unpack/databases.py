"""Databases in a file or on a server: each table as a file of its own, as it stands when it is adopted."""

import csv
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit

import duckdb
import pyarrow.parquet as pq

from customary.engine import read_database
from customary.errors import Refused
from customary.intake.unpack import servers
from customary.intake.unpack.naming import place_for

BATCH = 50_000
_SQLITE, _DUCKDB = b"SQLite format 3\0", b"DUCK"  # DuckDB writes its mark behind a checksum of eight bytes


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(16)


def is_sqlite(path: Path) -> bool:
    """Whether a file is a SQLite database, whatever it is called."""
    return _start(path) == _SQLITE


def is_duckdb(path: Path) -> bool:
    """Whether a file is a DuckDB database, whatever it is called."""
    return _start(path)[8:12] == _DUCKDB


def is_server(place: str) -> bool:
    """Whether what was named is the address of a database on a server: postgres:// or mysql://."""
    return urlsplit(place).scheme in servers.READERS


def _text(value: object) -> str:
    """A value of a database as text; what is binary is no figure and stays blank."""
    return "" if value is None or isinstance(value, bytes | memoryview) else str(value)


def write_rows(target: Path, names: Sequence[str], rows: Iterator[Sequence[object]]) -> Path:
    """Rows as CSV, one line each save where a value holds a line break."""
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([_text(value) for value in row] for row in rows)
    return target


def _double(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def sqlite_tables(path: Path, scratch: Path) -> list[Path]:
    """The tables of a SQLite database as CSV; SQLite's columns have no types that hold, so they are read as text."""
    con = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True)
    con.text_factory = lambda given: given.decode("utf-8", "replace")
    try:
        listed = "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name"
        names = [name for (name,) in con.execute(listed).fetchall()]
        return [_sqlite_table(con, path, name, scratch) for name in _some(names, path)]
    except sqlite3.Error as error:
        raise Refused("{file} cannot be read as a SQLite database: {error}", file=path.name, error=error) from error
    finally:
        con.close()


def _sqlite_table(con: sqlite3.Connection, path: Path, name: str, scratch: Path) -> Path:
    rows = con.execute(f"select * from {_double(name)}")
    columns = [column for column, *_ in rows.description]
    return write_rows(place_for(scratch, path.stem, name, ".csv"), columns, rows)


def duckdb_tables(path: Path, scratch: Path) -> list[Path]:
    """The tables of a DuckDB database as Parquet, with their types."""
    try:
        with read_database(path) as con:
            found = con.execute(
                "select schema_name, table_name from duckdb_tables() where not internal and not temporary order by all"
            ).fetchall()
            return [_duckdb_table(con, path, schema, name, scratch) for schema, name in _some(found, path)]
    except duckdb.Error as error:
        raise Refused(
            "{file} cannot be read as a DuckDB database: {why}", file=path.name, why=str(error).splitlines()[0]
        ) from error


def _duckdb_table(con: duckdb.DuckDBPyConnection, path: Path, schema: str, name: str, scratch: Path) -> Path:
    target = place_for(scratch, path.stem, name, ".parquet")
    reader = con.execute(f"select * from {_double(schema)}.{_double(name)}").to_arrow_reader(BATCH)
    with pq.ParquetWriter(target, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)
    return target


def _some[T](found: list[T], path: Path) -> list[T]:
    if not found:
        raise Refused("{file} is a database without a table", file=path.name)
    return found


def server_tables(address: str, scratch: Path) -> list[Path]:
    """The tables of a database on a server as CSV: those of one schema, as they stand now.

    Raises `Refused` where nobody answers, the name or password is wrong, or there is no table.
    """
    return [
        write_rows(place_for(scratch, owner, name, ".csv"), columns, rows)
        for owner, name, columns, rows in servers.tables(address)
    ]
