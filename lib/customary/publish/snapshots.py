"""From adopted files to a published snapshot: built aside, checked, sealed, then made current in one step."""

import hashlib
import json
import os
import shutil
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import ibis.expr.types as ir
from ibis import _
from ibis.backends.duckdb import Backend

from customary import frames, intake, standard
from customary.engine import building, over
from customary.errors import Refused
from customary.intake import quality
from customary.places import shop_path
from customary.portraits import common, drawn, portraits, vocabulary
from customary.publish import topics
from customary.publish.lock import build_lock
from customary.query import checks
from customary.shop import BOOKS, WEEKDAYS, Snapshot, current, now

KEEP = 5
AT_A_TIME = 500_000  # customers whose portraits are drawn together: about as many fit into half a gigabyte
Progress = Callable[[str, float], None]
Load = Callable[[duckdb.DuckDBPyConnection], date]  # fills the tables and the books; gives the as-of date


def _sync(path: Path) -> None:
    if sys.platform == "win32":
        return  # there a folder cannot be opened, nor a file synced that is open for reading
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _written(path: Path, told: dict[str, Any]) -> None:
    """Replace a small file in one step: readers see the old one or the new one, never half."""
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    aside.write_text(json.dumps(told, indent=1, ensure_ascii=False), "utf-8")
    _sync(aside)
    aside.replace(path)
    _sync(path.parent)


def _sweep(folder: Path) -> None:
    """Remove what crashed builds left and the oldest versions; never the current one or its predecessor."""
    versions = folder / "snapshots"
    for leftover in [*versions.glob(".build-*"), *folder.glob(".*.tmp")]:
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
    named = sorted(path for path in versions.iterdir() if path.is_dir())
    snapshot = current(folder)
    kept = {snapshot.version, snapshot.facts.get("previous")} if snapshot else set()
    for old in named[:-KEEP]:
        if old.name not in kept:
            shutil.rmtree(old)


def _in_words(into: str, backend: Backend, known: Mapping[str, ir.Table]) -> Iterator[str]:
    """Columns of labels as enumerations, in the order of the alphabet: a byte each, where text costs most to write."""
    values = {name: backend.to_pyarrow(t.known).to_pylist() for name, t in known.items() if "known" in t.columns}
    for name, labels in vocabulary(values).items():
        told = ", ".join("'" + label.replace("'", "''") + "'" for label in labels)
        yield f"alter table {into} alter {name} type enum ({told})"


def portray(con: duckdb.DuckDBPyConnection, made: Mapping[str, ir.Table], as_of: date, into: str) -> None:
    """Draw the portraits into the table `into`, some customers after the others, so that memory stays bounded.

    What they know of everybody is worked out once; `made` are the stored frames.
    """
    backend = over(con)
    tables = {name: made[name] for name in portraits.needs if name in made}

    def aside(kind: str, name: str, expression: ir.Table) -> ir.Table:
        con.execute(f"create or replace temp {kind} {name} as {backend.compile(expression)}")
        return backend.table(name, database=("temp", "main"))

    def some(low: str, high: str | None) -> dict[str, ir.Table]:
        below = {name: t if high is None else t.filter(t.customer_id < high) for name, t in tables.items()}
        return {name: aside("view", f"some_{name}", t.filter(t.customer_id >= low)) for name, t in below.items()}

    known = {name: aside("table", f"all_{name}", t) for name, t in common(**tables).items()}
    sql = backend.compile(drawn(**some("", None), as_of=as_of, known=known))
    con.execute(f"create table {into} as {sql} limit 0")
    for statement in _in_words(into, backend, known):
        con.execute(statement)
    ids = made["customers"].filter(_.rowid() % AT_A_TIME == 0).customer_id
    con.execute("set preserve_insertion_order = false")  # portraits have no order to keep
    con.execute("begin")  # one commit: after each, rows that do not fill a group would be written again
    for low, high in pairwise(["", *sorted(backend.to_pyarrow(ids).to_pylist())[1:], None]):
        some(low, high)
        con.execute(f"insert into {into} {sql}")
    con.execute("commit")
    con.execute("reset preserve_insertion_order")


def _write_frames(
    con: duckdb.DuckDBPyConnection, settings: dict[str, Any], as_of: date, progress: Progress
) -> dict[str, int]:
    backend, rows = over(con), {}

    def keep(name: str, expression: ir.Table) -> ir.Table:
        progress(f"building frame {name}", 0)
        con.execute(f"create table final.{name} as {backend.compile(expression)}")
        rows[name] = con.execute(f"select count(*) from final.{name}").fetchone()[0]  # type: ignore[index]
        return backend.table(name, database=("final", "main"))

    tables = {name: backend.table(name) for name in standard.tables()}
    facts = {"as_of": as_of, "week_start": WEEKDAYS.index(settings["week_start"])}
    made = frames.write(tables, facts, keep)
    progress("building frame portraits", 0)
    portray(con, made, as_of, f"final.{portraits.name}")
    rows[portraits.name] = con.execute(f"select count(*) from final.{portraits.name}").fetchone()[0]  # type: ignore[index]
    progress("reading what customers wrote", 0)
    con.register("_topics", topics.book(tables, made, backend.to_pyarrow))
    con.execute("create table topics as from _topics")
    con.execute("drop table final.linked_returns")
    rows.pop("linked_returns")
    for book in BOOKS:
        con.execute(f"create table final.{book} as from {book}")
    return rows


def _fill(aside: Path, settings: dict[str, Any], load: Load, progress: Progress) -> tuple[date, dict[str, int]]:
    """Load and derive in memory, keep only frames and books in the file: no personal column reaches it."""
    with building(aside / "shop.duckdb") as con:
        as_of = load(con)
        quality.inspect(con)
        return as_of, _write_frames(con, settings, as_of, progress)


def _seal(aside: Path) -> str:
    """Make the database read-only and durable; returns its fingerprint."""
    database = aside / "shop.duckdb"
    if database.with_name("shop.duckdb.wal").exists():
        raise Refused("the snapshot was not written out completely; nothing was published")
    database.chmod(0o440)
    _sync(database)
    with database.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def build(name: str, progress: Progress = lambda step, amount: None, *, as_of: str | None = None) -> Snapshot:
    """Build and publish a new snapshot of shop `name` from its adopted files; `as_of` overrides the shop's own date."""
    folder = shop_path(name)
    settings = {**standard.read_toml(folder / "shop.toml"), **({"as_of": as_of} if as_of else {})}
    if settings.get("rates"):
        settings["rates"] = str(folder / settings["rates"])
    order = intake.Order(intake.source_named(settings["source"]), settings, folder)
    return publish(folder, settings, lambda con: intake.load(con, order, progress), progress)


def publish(folder: Path, settings: dict[str, Any], load: Load, progress: Progress) -> Snapshot:
    """Publish what `load` fills a working database with: the canonical tables and the books.

    Nothing changes for readers until the pointer is swapped at the very end; a build that fails leaves the old
    snapshot in place, and a second build at the same time is refused.
    """
    with build_lock(folder):
        (folder / "snapshots").mkdir(exist_ok=True)
        _sweep(folder)
        aside = folder / "snapshots" / f".build-{uuid.uuid4().hex}"
        aside.mkdir()
        try:
            return _published(folder, aside, settings, load, progress)
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def _published(folder: Path, aside: Path, settings: dict[str, Any], load: Load, progress: Progress) -> Snapshot:
    as_of, rows = _fill(aside, settings, load, progress)
    progress("checking the books", 0)
    facts = checks.verified(aside / "shop.duckdb")
    digest, before, built_at = _seal(aside), current(folder), now()
    version = f"{built_at:%Y%m%dT%H%M%S%f}-{digest[:12]}"
    told = {
        "version": version,
        "built_at": built_at.isoformat(),
        "sha256": digest,
        "rows": rows,
        "facts": {
            **{key: settings.get(key, "") for key in ("title", "source", "currency", "time_zone", "week_start")},
            **facts,
            "as_of": as_of.isoformat(),
            "decisions": settings.get("decisions", {}),
            "rates": intake.rates.version(settings),
            "previous": before.version if before else None,
        },
    }
    _written(aside / "manifest.json", told)
    aside.rename(folder / "snapshots" / version)
    _sync(folder / "snapshots")
    _written(folder / "current", told)
    published = current(folder)
    assert published is not None
    return published
