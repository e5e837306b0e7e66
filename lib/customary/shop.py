"""A shop: its snapshot, its clock and its connection. The only place for connections, environment, clock."""

import hashlib
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend

from customary import standard
from customary.results import Results
from customary.words import Refused, nearest

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
BOOKS = ("files", "quarantine", "ledger", "merges", "quality", "topics")
_LOCKED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    "memory_limit": "2GB",
    "threads": "2",
}


def shops_folder() -> Path:
    """Where shops live: data/shops, or the folder that CUSTOMARY_SHOPS names."""
    return Path(os.environ.get("CUSTOMARY_SHOPS") or standard.DATA / "shops").resolve()


def now() -> datetime:
    """The present instant in UTC: for naming snapshots and telling their age, never for a figure."""
    return datetime.now(UTC)


def shops() -> tuple[str, ...]:
    """The names of all shops that were adopted or built here."""
    return tuple(sorted(path.parent.name for path in shops_folder().glob("*/shop.toml")))


def shop_path(name: str) -> Path:
    """The folder of the shop called `name`; otherwise an error with the nearest names."""
    if name not in shops():
        raise (
            nearest(name, shops(), "shop")
            if shops()
            else Refused(
                f"there is no shop “{name}” yet: `customary build demo` makes one, `customary adopt` brings yours"
            )
        )
    return shops_folder() / name


@dataclass(frozen=True)
class Snapshot:
    """One published version of a shop: what it holds and since when."""

    version: str
    path: Path
    built_at: datetime
    first_on: date
    rows: dict[str, int]
    facts: dict[str, Any]
    sha256: str = ""

    @property
    def title(self) -> str:
        """The shop's name as its people write it."""
        return str(self.facts["title"])

    def __str__(self) -> str:
        return self.version


def current(folder: Path) -> Snapshot | None:
    """The snapshot the pointer names, or None where nothing was published yet."""
    pointer = folder / "current"
    if not pointer.exists():
        return None
    told = json.loads(pointer.read_text("utf-8"))
    return Snapshot(
        version=told["version"],
        path=folder / "snapshots" / told["version"] / "shop.duckdb",
        built_at=datetime.fromisoformat(told["built_at"]),
        first_on=date.fromisoformat(told["facts"]["first_on"]),
        rows=told["rows"],
        facts=told["facts"],
        sha256=told["sha256"],
    )


def damaged(path: Path) -> Refused:
    """The error for a snapshot that cannot be read; nothing of the shop itself is lost with it."""
    name = path.parents[2].name
    return Refused(f"the snapshot of shop “{name}” is damaged: `customary build {name}` makes a new one from its files")


def sound(snapshot: Snapshot) -> Snapshot:
    """The snapshot itself if its file is, byte for byte, what was published; otherwise the error that it is damaged."""
    if not snapshot.path.is_file():
        raise damaged(snapshot.path)
    with snapshot.path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != snapshot.sha256:
            raise damaged(snapshot.path)
    return snapshot


class _Cursor(Backend):  # type: ignore[misc]  # Ibis ships no types
    """Ibis over a cursor of a locked instance: its own set-up changes the time zone, which the lock forbids."""

    def _post_connect(self, extensions: Any = None) -> None:
        self._record_batch_readers_consumed: dict[Any, Any] = {}


_roots: dict[Path, duckdb.DuckDBPyConnection] = {}
_roots_guard = threading.Lock()


def _root(path: Path) -> duckdb.DuckDBPyConnection:
    """The one locked, read-only instance of a snapshot in this process."""
    with _roots_guard:
        if path not in _roots:
            try:
                root = duckdb.connect(str(path), read_only=True, config=_LOCKED)
            except duckdb.Error as error:
                raise damaged(path) from error
            root.execute("SET GLOBAL TimeZone='UTC'")
            root.execute("SET enable_progress_bar=false")
            root.execute("SET lock_configuration=true")
            for old in [other for other in _roots if other.parents[1] == path.parents[1]]:
                del _roots[old]  # an older version lives on for the cursors that viewers still hold, then closes
            _roots[path] = root
        return _roots[path]


def connect(path: Path) -> Backend:
    """An Ibis backend on a cursor of its own: viewers are threads; a shared one answers with others' rows."""
    backend = _Cursor()
    backend._can_reconnect = False
    backend.con = _root(path).cursor()
    backend._post_connect()
    return backend


def disconnect(path: Path) -> None:
    """Close a snapshot's instance, for one that was only opened to be checked."""
    with _roots_guard:
        if root := _roots.pop(path, None):
            root.close()


@contextmanager
def building(final: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A working area in memory (it spills beside `final`) with the database to be made attached as `final`."""
    con = duckdb.connect(config={"memory_limit": "4GB", "threads": "2", "temp_directory": str(final.parent / "spill")})
    try:
        con.execute("SET TimeZone='UTC'")
        con.execute("SET enable_progress_bar=false")  # it would write over our own
        con.execute(f"attach '{str(final).replace("'", "''")}' as final")
        yield con
        con.execute("checkpoint final")
        con.execute("detach final")
    finally:
        con.close()


_results = Results()


class Shop:
    """A shop as one viewer sees it: settings, frames and answers of one snapshot over a cursor of its own."""

    def __init__(self, name: str, snapshot: Snapshot, audience: str = "analyst") -> None:
        facts = snapshot.facts
        self.name: str = name
        self.as_of: date = date.fromisoformat(facts["as_of"])
        self.currency: str = facts["currency"]
        self.time_zone: str = facts["time_zone"]
        self.week_start: str = facts["week_start"]
        self.audience: str = audience
        self.snapshot: Snapshot = snapshot
        self._backend = connect(snapshot.path)
        self._frames: dict[str, ir.Table] = {}
        self._compiled: tuple[ir.Table | None, str] = (None, "")

    def __repr__(self) -> str:
        return f"Shop({self.name!r}, as_of={self.as_of}, snapshot={self.snapshot.version!r})"

    def frame(self, name: str) -> ir.Table:
        """The frame called `name` with all its rows, those left out included (`left_out_because` says why).

        The five books of the intake open the same way: `files`, `quarantine`, `ledger`, `merges`, `quality`.
        """
        if name not in self._frames:
            if name not in (*self.snapshot.rows, *BOOKS):
                raise nearest(name, self.snapshot.rows, "frame")
            self._frames[name] = self._backend.table(name)
        return self._frames[name]

    def sql(self, expression: ir.Table) -> str:
        """The query that `fetch` runs; compiling costs more than running, so the latest is not compiled again."""
        if self._compiled[0] is not expression:
            self._compiled = expression, str(self._backend.compile(expression, pretty=True))
        return self._compiled[1]

    def fetch(self, expression: ir.Table) -> pa.Table:
        """The rows of an expression as Arrow; equal questions to one snapshot are asked once per process."""
        sql = self.sql(expression)
        schema = expression.schema().to_pyarrow()  # Ibis would compile a second time: the SQL is here already

        def ask() -> pa.Table:
            self._backend._run_pre_execute_hooks(expression)  # brings scores that were computed in memory
            try:
                return self._backend.con.execute(sql).to_arrow_table().cast(schema)
            except (duckdb.IOException, duckdb.FatalException) as error:
                raise damaged(self.snapshot.path) from error

        found: pa.Table = _results.answer((str(self.snapshot.path), sql), ask)
        return found


_default: dict[str, str] = {}


def use_shop(name: str, audience: str = "analyst") -> None:
    """Set the shop that `open_shop()` without a name opens in this process; a server calls it once."""
    _default.update(name=name, audience=audience)


def open_shop(name: str | None = None) -> Shop:
    """Open a shop's current snapshot on a fresh cursor.

    Without a name: the shop the server or CUSTOMARY_SHOP names, else the demo. Raises when it was never built.
    """
    wanted = name or _default.get("name") or os.environ.get("CUSTOMARY_SHOP") or "demo"
    snapshot = current(shop_path(wanted))
    if snapshot is None:
        raise Refused(f"shop “{wanted}” was never built: run `customary build {wanted}`")
    audience = _default.get("audience") if name is None else None
    return Shop(wanted, snapshot, audience or os.environ.get("CUSTOMARY_AUDIENCE", "analyst"))


def over(connection: duckdb.DuckDBPyConnection) -> Backend:
    """An Ibis backend over a writable connection, for building frames."""
    return ibis.duckdb.from_connection(connection)
