"""A shop: its snapshot, its clock and its connection. The only place for connections, environment, clock."""

import json
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import ibis.expr.types as ir
import pyarrow as pa
from ibis.common.exceptions import TableNotFound

from customary.cache import shared
from customary.engine import connect, damage_error
from customary.errors import Refused, unknown_name
from customary.fingerprints import verify_file
from customary.own import Own, own_of
from customary.patience import patience
from customary.places import DATA, shop_path
from customary.rules.book import RuleBook
from customary.shown import shown_snapshot
from customary.sight import EVERYTHING, Sight, Viewer, present_viewer

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
BOOKS = (
    *("files", "quarantine", "ledger", "merges", "identity_moves", "quality", "inspections", "coverage"),
    *("topics", "rules", "notes", "payment_matches", "delivery_matches"),
)
PARTS = ("version", "built_at", "sha256", "rows", "facts")  # of what the pointer says, and of its facts
FACTS = ("title", "as_of", "first_on", "currency", "time_zone", "week_start")
_VERSION = re.compile(r"\w[\w.-]*")  # a folder's name, and never a way out of it
LAYOUT = 11  # of the tables in a snapshot: raised whenever one of their columns comes, goes or changes its meaning


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
    built_by: str = ""
    layout: int = 0

    @property
    def title(self) -> str:
        """The shop's name as its people write it."""
        return str(self.facts["title"])

    @property
    def folder(self) -> Path:
        """The shop's own folder, with its settings, its rules and its snapshots."""
        return self.path.parents[2]

    @property
    def rules_hash(self) -> str:
        """The hash of the rules it was built with; "" for a snapshot of before they were kept."""
        return str(self.facts.get("rules_hash", ""))

    @property
    def own(self) -> Own:
        """The columns and metrics that the shop declared for itself."""
        return own_of(self.folder)

    def __str__(self) -> str:
        return self.version


def current_snapshot(folder: Path) -> Snapshot | None:
    """The snapshot the pointer names, or None where nothing was published yet."""
    told = pointer(folder)
    if told is None:
        return None
    if not set(PARTS) <= set(told) or not set(FACTS) <= set(told["facts"]):
        raise version_error(folder.name, str(told.get("built_by", "")))
    try:
        return _snapshot(folder, told)
    except (AttributeError, TypeError, ValueError) as error:
        raise pointer_error(folder) from error


def readers_snapshot(folder: Path) -> Snapshot | None:
    """The snapshot that readers of this process have: the current one, or the one before while that is prepared."""
    return shown_snapshot(folder) or current_snapshot(folder)


def kept_snapshots(folder: Path) -> list[Snapshot]:
    """The snapshots of a shop that are still there and whole, the newest first; those of other versions too."""
    found = []
    for manifest in sorted((folder / "snapshots").glob("[!.]*/manifest.json"), reverse=True):
        with suppress(ValueError, KeyError, TypeError, OSError):  # one that cannot be read is none to compare with
            found.append(_snapshot(folder, json.loads(manifest.read_text("utf-8"))))
    return found


def _snapshot(folder: Path, told: dict[str, Any]) -> Snapshot:
    date.fromisoformat(told["facts"]["as_of"])  # no day at all shows here and not on a page
    return Snapshot(
        version=told["version"],
        path=folder / "snapshots" / told["version"] / "shop.duckdb",
        built_at=datetime.fromisoformat(told["built_at"]),
        first_on=date.fromisoformat(told["facts"]["first_on"]),
        rows={name: int(rows) for name, rows in told["rows"].items()},
        facts=told["facts"],
        sha256=str(told["sha256"]),
        built_by=str(told.get("built_by", "")),
        layout=int(told.get("layout", 0)),
    )


def pointer(folder: Path) -> dict[str, Any] | None:
    """What the pointer of a shop says, whatever version wrote it; None where nothing was published yet.

    Raises the error that the snapshot is damaged where it is no pointer: then nobody knows which one readers have.
    """
    file = folder / "current"
    if not file.exists():
        return None
    try:
        told = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise pointer_error(folder) from error
    is_pointer = isinstance(told, dict) and isinstance(told.get("facts", {}), dict)
    if not is_pointer or not _VERSION.fullmatch(str(told.get("version", "none"))):
        raise pointer_error(folder)
    return dict(told)


def pointer_error(folder: Path) -> Refused:
    """The error for a shop whose pointer cannot be read."""
    return damage_error(folder / "snapshots" / "current" / "shop.duckdb")


class Outdated(Refused):
    """A snapshot whose tables are not those that this code reads."""


def version_error(name: str, built_by: str) -> Outdated:
    """The error for a shop whose snapshot another version of the code built."""
    template = "shop “{name}” was built by another version; build it again: `customary build {name}`"
    if built_by:
        template = "shop “{name}” was built by version {version}; build it again: `customary build {name}`"
    return Outdated(template, name=name, version=built_by)


def fitting(snapshot: Snapshot) -> Snapshot:
    """The snapshot itself if its tables are those that this code reads; otherwise the error that it is outdated."""
    if snapshot.layout != LAYOUT:
        raise version_error(snapshot.folder.name, snapshot.built_by)
    return snapshot


class Shop:
    """A shop as one viewer sees it: settings, frames and answers of one snapshot over a cursor of its own."""

    def __init__(self, name: str, snapshot: Snapshot, audience: str = "analyst", sight: Sight = EVERYTHING) -> None:
        facts = snapshot.facts
        self.name: str = name
        self.as_of: date = date.fromisoformat(facts["as_of"])
        self.currency: str = facts["currency"]
        self.time_zone: str = facts["time_zone"]
        self.week_start: str = facts["week_start"]
        self.audience: str = audience
        self._keeps_shapes = True  # a question is compiled once per shape
        self.snapshot: Snapshot = snapshot
        self._sight, self._viewer = sight, (audience, sight.key)
        self._backend = connect(snapshot.path)
        self._frames: dict[str, ir.Table] = {}
        self._compiled: tuple[ir.Table | None, str] = (None, "")

    def __repr__(self) -> str:
        return f"Shop({self.name!r}, as_of={self.as_of}, snapshot={self.snapshot.version!r})"

    @property
    def rules(self) -> RuleBook:
        """The rules of this viewer's answers: for an analyst the files as they are now, for others the published ones.

        What a snapshot of before rules were kept does not say is read from the files.
        """
        told = self.snapshot
        if self.audience == "analyst" or not told.rules_hash:
            return RuleBook.from_files(DATA, told.folder, published=told.rules_hash)
        book: RuleBook = shared.answer((str(told.path), "rules"), self._published_rules)
        return book

    def _published_rules(self) -> RuleBook:
        """The copy in the snapshot; the default of a file that the code has got since stands beside it."""
        rows = self._backend.con.execute("select file, text, is_own from rules").fetchall()
        kept, own = ({name: text for name, text, is_own in rows if is_own is wanted} for wanted in (False, True))
        return RuleBook({**RuleBook.from_files(DATA).defaults, **kept}, own, shop=self.name)

    def frame(self, name: str) -> ir.Table:
        """The frame called `name` with all rows its viewer sees, those left out included (`left_out_because` says why).

        The books of a build open the same way: `files`, `quarantine`, `ledger`, `merges`, `quality`, `rules`, `notes`.
        """
        if name not in self._frames:
            if name not in (*self.snapshot.rows, *BOOKS):
                raise unknown_name(name, self.snapshot.rows, "frame")
            self._frames[name] = self._sight.of(name, self._frame_of_all)
        return self._frames[name]

    def _frame_of_all(self, name: str) -> ir.Table:
        """A frame as the snapshot has it, whoever looks."""
        try:
            return self._backend.table(name)
        except TableNotFound as error:
            raise version_error(self.name, self.snapshot.built_by) from error

    def _sql(self, expression: ir.Table) -> str:
        """The query that `fetch` runs; compiling costs more than running, so the latest is not compiled again."""
        if self._compiled[0] is not expression:
            self._compiled = expression, str(self._backend.compile(expression, pretty=True))
        return self._compiled[1]

    def fetch(self, expression: ir.Table) -> pa.Table:
        """The rows of an expression as Arrow; equal questions to one snapshot are asked once per process."""
        sql = self._sql(expression)
        schema = expression.schema().to_pyarrow()  # Ibis would compile a second time: the SQL is here already

        def ask() -> pa.Table:
            self._backend._run_pre_execute_hooks(expression)  # brings scores that were computed in memory
            return fetch_sql(self, sql, {}, schema)

        found: pa.Table = shared.answer((str(self.snapshot.path), sql), ask)
        return found


def fetch_sql(shop: Shop, sql: str, values: dict[str, Any], schema: pa.Schema) -> pa.Table:
    """The rows of a query in the types of `schema`; each `$name` in it stands for the value of that name."""
    try:
        with patience.watch(shop._backend.con):
            rows = shop._backend.con.execute(sql, values or None).to_arrow_table()
    except (duckdb.IOException, duckdb.FatalException) as error:
        raise damage_error(shop.snapshot.path) from error
    return rows if rows.schema == schema else rows.cast(schema)  # a cast imports all that Arrow can compute


def sql_of(shop: Shop, expression: ir.Table) -> str:
    """The query that the shop's `fetch` runs for an expression."""
    return shop._sql(expression)


def cube_of(shop: Shop, name: str) -> ir.Table | None:
    """A small table that the build counted beforehand; none where the snapshot lacks it or the viewer sees only a part.

    Nor has a shop any whose frames stand on another engine: what was counted here is not there.
    """
    if name not in shop.snapshot.facts.get("cubes", ()) or not shop._keeps_shapes or shop._sight != EVERYTHING:
        return None
    return shop._frame_of_all(name)


_default: dict[str, str] = {}


def use_shop(name: str, audience: str = "analyst") -> None:
    """Set the shop that `open_shop()` without a name opens in this process; a server calls it once."""
    _default.update(name=name, audience=audience)


def open_shop(name: str | None = None) -> Shop:
    """Open a shop's current snapshot on a fresh cursor, once its file has proved to be what was published.

    Without a name: the shop the server or CUSTOMARY_SHOP names, else the demo. Raises when it was never built, by
    another version whose tables this one cannot read, or when the file is damaged.
    """
    wanted = (_default.get("name") or os.environ.get("CUSTOMARY_SHOP") or "demo") if name is None else name
    snapshot = readers_snapshot(shop_path(wanted))
    if snapshot is None:
        raise Refused("shop “{wanted}” was never built: run `customary build {wanted}`", wanted=wanted)
    viewer = present_viewer() if name is None else None
    usual = (_default.get("audience") if name is None else None) or os.environ.get("CUSTOMARY_AUDIENCE", "analyst")
    viewer = viewer or Viewer(usual)
    return Shop(wanted, verify_file(fitting(snapshot)), viewer.audience, viewer.sight)
