"""The only place that opens a connection: locked, read-only snapshots for readers, a working area for builds."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

from customary.cache import shared
from customary.dialects import Backend
from customary.errors import Refused

USUAL, THREADS = "4GB", 2  # the memory of a working area, and how many work in it
_LOCKED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    "memory_limit": "2GB",
    "threads": "2",
}


def damage_error(path: Path) -> Refused:
    """The error for a snapshot that cannot be read; nothing of the shop itself is lost with it."""
    name = path.parents[2].name
    return Refused(
        "the snapshot of shop “{name}” is damaged: `customary build {name}` makes a new one from its files", name=name
    )


class _Cursor(Backend):  # type: ignore[misc]  # Ibis ships no types
    """Ibis over a cursor of a locked instance: its own set-up changes the time zone, which the lock forbids."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._can_reconnect = False
        self.con = _root(path).cursor()
        self._post_connect()

    def _post_connect(self, extensions: Any = None) -> None:
        self._record_batch_readers_consumed: dict[Any, Any] = {}

    def table(self, name: str) -> ir.Table:
        """A table with its columns; a snapshot never changes, so its first reader asks for all of them."""
        columns = shared.answer((str(self._path), "columns", name), lambda: super(_Cursor, self).table(name).schema())
        return ops.DatabaseTable(name=name, schema=columns, source=self, namespace=ops.Namespace()).to_expr()


_roots: dict[Path, duckdb.DuckDBPyConnection] = {}


_roots_guard = threading.Lock()


def _root(path: Path) -> duckdb.DuckDBPyConnection:
    """The one locked, read-only instance of a snapshot in this process."""
    with _roots_guard:
        if path not in _roots:
            try:
                root = duckdb.connect(str(path), read_only=True, config=_LOCKED)
            except duckdb.Error as error:
                raise damage_error(path) from error
            root.execute("SET GLOBAL TimeZone='UTC'")
            root.execute("SET enable_progress_bar=false")
            root.execute("SET lock_configuration=true")
            # The one before stays open: readers have it until the new one is prepared. An older version lives on
            # for the cursors that viewers still hold, then closes.
            for old in [other for other in _roots if other.parents[1] == path.parents[1]][:-1]:
                del _roots[old]
            _roots[path] = root
        return _roots[path]


def connect(path: Path) -> Backend:
    """An Ibis backend on a cursor of its own: viewers are threads; a shared one answers with others' rows."""
    return _Cursor(path)


def disconnect(path: Path) -> None:
    """Close a snapshot's instance, for one that was only opened to be checked."""
    with _roots_guard:
        if root := _roots.pop(path, None):
            root.close()


LEAN = "250MB"  # what the intake gets, so that it stays small whatever a shop brings; what is more waits on the disk


@contextmanager
def lean_memory(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Within this little memory is used, and the disk beside the database; afterwards a working area's usual.

    One thread works: two that wait for each other's rows to reach the disk take twice the processor time, and longer.
    """
    con.execute(f"set memory_limit = '{LEAN}'")
    con.execute("set threads = 1")
    try:
        yield
    finally:
        con.execute(f"set memory_limit = '{USUAL}'")
        con.execute(f"set threads = {THREADS}")


def with_memory[Worked](con: duckdb.DuckDBPyConnection, work: Callable[[], Worked]) -> Worked:
    """What some work gives; where little memory will not do for it, it is done again with a working area's usual."""
    try:
        return work()
    except duckdb.OutOfMemoryException:
        con.execute(f"set memory_limit = '{USUAL}'")
        found = work()
        con.execute(f"set memory_limit = '{LEAN}'")
        return found


@contextmanager
def working_database(final: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A working area in memory (it spills beside `final`) with the database to be made attached as `final`."""
    spill = str(final.parent / "spill")
    con = duckdb.connect(config={"memory_limit": USUAL, "threads": THREADS, "temp_directory": spill})
    try:
        con.execute("SET TimeZone='UTC'")
        con.execute("SET enable_progress_bar=false")  # it would write over our own
        con.execute(f"attach '{str(final).replace("'", "''")}' as final")
        yield con
        con.execute("checkpoint final")
        con.execute("detach final")
    finally:
        con.close()


@contextmanager
def memory_database() -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty database in memory, for reading and writing files."""
    con = duckdb.connect(config={"memory_limit": "2GB", "threads": "2"})
    try:
        con.execute("SET TimeZone='UTC'")
        con.execute("SET enable_progress_bar=false")
        yield con
    finally:
        con.close()


@contextmanager
def read_database(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Somebody's DuckDB file, only to be read: what it holds cannot reach other files or load anything."""
    con = duckdb.connect(str(path), read_only=True, config=_LOCKED)
    try:
        con.execute("SET enable_progress_bar=false")
        con.execute("SET lock_configuration=true")
        yield con
    finally:
        con.close()


def writable_backend(connection: duckdb.DuckDBPyConnection) -> Backend:
    """An Ibis backend over a writable connection, for building frames."""
    return ibis.duckdb.from_connection(connection)
