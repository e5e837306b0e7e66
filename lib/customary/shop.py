"""A shop: its snapshot, its clock and its connection. The only place for connections, environment, clock."""

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import ibis.expr.types as ir
import pyarrow as pa

from customary.cache import Results
from customary.engine import connect, damaged
from customary.errors import Refused, nearest
from customary.places import shop_path

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
BOOKS = ("files", "quarantine", "ledger", "merges", "quality", "topics")


def now() -> datetime:
    """The present instant in UTC: for naming snapshots and telling their age, never for a figure."""
    return datetime.now(UTC)


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


def sound(snapshot: Snapshot) -> Snapshot:
    """The snapshot itself if its file is, byte for byte, what was published; otherwise the error that it is damaged."""
    if not snapshot.path.is_file():
        raise damaged(snapshot.path)
    with snapshot.path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != snapshot.sha256:
            raise damaged(snapshot.path)
    return snapshot


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
                rows = self._backend.con.execute(sql).to_arrow_table()
            except (duckdb.IOException, duckdb.FatalException) as error:
                raise damaged(self.snapshot.path) from error
            return rows if rows.schema == schema else rows.cast(schema)  # a cast imports all that Arrow can compute

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
