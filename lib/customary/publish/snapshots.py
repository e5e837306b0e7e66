"""From adopted files to a published snapshot: built aside, checked, sealed, then made current in one step."""

import hashlib
import json
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from customary import intake
from customary.engine import disconnect, working_database
from customary.errors import Refused, unknown_name
from customary.frames.cubes import CUBES
from customary.intake import contacted, erasure, identity, quality
from customary.intake.inspection import inspect_fields
from customary.intake.report import report, with_lines
from customary.intake.settings import read_settings
from customary.own import tables_of
from customary.places import shop_path
from customary.publish import acceptance, bots, contacts, files, inspections, notes, pseudonyms, rules, tracking
from customary.publish.frames import Basis, write_frames
from customary.publish.lock import build_lock
from customary.publish.progress import Progress
from customary.publish.statements import Statements, key_of
from customary.publish.sweep import remove_others, sweep
from customary.query import checks
from customary.query.equations import proof
from customary.shop import FACTS, LAYOUT, WEEKDAYS, Shop, Snapshot, current_snapshot, now, pointer
from customary.standard import feeds
from customary.wording import say

Load = Callable[[duckdb.DuckDBPyConnection], date]  # fills the tables and the books; gives the as-of date
Judge = Callable[[duckdb.DuckDBPyConnection, date], dict[str, Any]]  # refuses, or gives facts of the snapshot


@dataclass(frozen=True)
class Filling:
    """What filled a snapshot: as of when, the rows of its frames, its statements, and what the intake found.

    `pseudonyms` are those that stand for personal keys, with the keys, `contacts` how people are reached: the snapshot
    itself holds neither.
    """

    as_of: date
    rows: dict[str, int]
    statements: Statements
    facts: dict[str, Any]
    pseudonyms: list[pseudonyms.Pair]
    contacts: pa.Table


UNNAMED_ORDERS = ("apart", "count")  # what becomes of orders without a customer; the first unless shop.toml decides


def _fill(aside: Path, load: Load, basis: Basis, judge: Judge, progress: Progress) -> Filling:
    """Load, judge and derive in memory, keep only frames and books in the file: no personal column reaches it."""
    with working_database(aside / "shop.duckdb") as con:
        as_of = load(con)
        reached = contacts.gather(con)
        hidden = pseudonyms.hide_people(con, aside.parents[1])
        quality.inspect(con)
        found: dict[str, Any] = {
            "emptied": _emptied_counts(con),
            "report": report(con, basis.unnamed_orders),
            "identity": identity.moves(con),
            "feedback": contacted.feedback_count(aside.parents[1]),
        }
        found["inspection"] = inspect_fields(con, {**tables_of(aside.parents[1]), **feeds()})
        facts = {**found, **judge(con, as_of)}
        history = inspections.book(aside.parents[1], inspections.of_build(now(), as_of, found["inspection"]))
        basis = replace(basis, inspections=history)
        key = key_of(con, basis.week_start, basis.unnamed_orders, basis.rules)
        statements = Statements(aside.parents[2] / ".statements", key)
        rows = write_frames(con, as_of, basis, statements, progress)
        told = [line for each in (tracking, bots) for line in each.lines(con, basis.rules, statements)]
        facts["report"] = with_lines(facts["report"], told)
        return Filling(as_of, rows, statements, facts, hidden, reached)


def _judge(folder: Path, accepted: str) -> Judge:
    """What decides whether a loaded database may be published, and what the snapshot remembers of that."""
    facts = (pointer_before(folder) or {}).get("facts")
    before = facts.get("headlines") if isinstance(facts, dict) else None

    def judge(con: duckdb.DuckDBPyConnection, as_of: date) -> dict[str, Any]:
        return {
            "accepted": acceptance.accept(acceptance.problems(con, before), accepted, folder.name),
            "headlines": acceptance.headlines(con, as_of).facts(),
        }

    return judge


def _emptied_counts(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """By file: what a shop's own columns could not be, the most first."""
    rows = con.execute(
        "select coalesce(file_name, table_name) as file_name, table_name, column_name, reason, e.record_count "
        "from emptied e left join files using (file_no) order by e.record_count desc, file_name, column_name"
    )
    return rows.to_arrow_table().to_pylist()


def _remember(statements: Statements, progress: Progress) -> None:
    try:
        statements.remember()
    except OSError as error:  # the snapshot is good without: the next build composes its statements again
        progress(say("the statements of this build could not be kept for the next one: {error}", error=error), 0)


def _seal(aside: Path) -> str:
    """Make the database read-only and durable; returns its fingerprint."""
    database = aside / "shop.duckdb"
    if database.with_name("shop.duckdb.wal").exists():
        raise Refused("the snapshot was not written out completely; nothing was published")
    database.chmod(0o440)
    files.sync(database)
    with database.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def build(
    name: str,
    progress: Progress = lambda step, amount: None,
    *,
    as_of: str | None = None,
    accepted: str = "",
    engine: str = "",
) -> Snapshot:
    """Build and publish a new snapshot of shop `name` from its adopted files; `as_of` overrides the shop's own date.

    Its frames are computed on the `engine` at that address, by default on the shop's own (`engine` in shop.toml).
    Raises `NotAccepted` where the data miss their standards or history moved, unless `accepted` says why that is right.
    """
    folder = shop_path(name)
    chosen = {"as_of": as_of, "engine": engine}
    order = order_of(folder, **{key: value for key, value in chosen.items() if value})
    return publish(folder, dict(order.settings), lambda con: intake.load(con, order, progress), progress, accepted)


def order_of(folder: Path, **chosen: Any) -> intake.Order:
    """What a build loads: the shop's source, its files and its settings, some of them `chosen` for this build."""
    settings = {**read_settings(folder), **chosen}
    if settings.get("rates"):
        settings["rates"] = str(folder / settings["rates"])
    if settings.get(erasure.KEY):
        settings["erasure"] = erasure.erasure_of(settings, pseudonyms.secret_of(folder))
    return intake.Order(intake.source_of(folder, settings["source"]), settings, folder)


def publish(folder: Path, settings: dict[str, Any], load: Load, progress: Progress, accepted: str = "") -> Snapshot:
    """Publish what `load` fills a working database with: the canonical tables and the books.

    Nothing changes for readers until the pointer is swapped at the very end; a build that fails leaves the old
    snapshot in place, and a second build at the same time is refused.
    """
    with build_lock(folder):
        (folder / "snapshots").mkdir(exist_ok=True)
        sweep(folder)
        aside = folder / "snapshots" / f".build-{uuid.uuid4().hex}"
        aside.mkdir()
        try:
            basis = _basis(folder, settings)
            filling = _fill(aside, load, basis, _judge(folder, accepted), progress)
            return _publish(folder, aside, settings, filling, basis, progress)
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def _version() -> str:
    """The version of this code, "" where it runs without being installed."""
    try:
        return version("customary")
    except PackageNotFoundError:
        return ""


def pointer_before(folder: Path) -> dict[str, Any] | None:
    """The snapshot that readers have until now; none where the pointer cannot be read, which a new one mends."""
    try:
        return pointer(folder)
    except Refused:
        return None


def _basis(folder: Path, settings: dict[str, Any]) -> Basis:
    """What the frames rest on; a setting that is none is refused with the nearest."""
    unnamed_orders = settings.get("unnamed_orders", UNNAMED_ORDERS[0])
    if unnamed_orders not in UNNAMED_ORDERS:
        raise unknown_name(unnamed_orders, UNNAMED_ORDERS, "setting unnamed_orders")
    facts = _week_start(settings["week_start"]), unnamed_orders, rules.rules_of(folder), notes.book(folder)
    return Basis(*facts, engine=str(settings.get("engine", "")))


def _week_start(day: str) -> int:
    """0 for Monday to 6 for Sunday; another word is refused with the nearest."""
    if day not in WEEKDAYS:
        raise unknown_name(day, WEEKDAYS, "weekday")
    return WEEKDAYS.index(day)


def _facts_of(settings: dict[str, Any], filling: Filling) -> dict[str, Any]:
    """What a snapshot remembers of the shop's settings and of the intake."""
    return {
        **{key: settings.get(key, "") for key in ("title", "source", "currency", "time_zone", "week_start")},
        "unnamed_orders": settings.get("unnamed_orders", UNNAMED_ORDERS[0]),
        "as_of": filling.as_of.isoformat(),
        "is_as_of_given": bool(settings.get("as_of")),
        **filling.facts,
        "pseudonyms": len(filling.pseudonyms),
        "cubes": list(CUBES),
        "decisions": settings.get("decisions", {}),
        "rates": intake.rates.version(settings),
        "forgotten": settings.get(erasure.KEY, []),
        "files": [file["sha256"] for file in settings.get("files", [])],
    }


def _prove_equations(
    aside: Path, settings: dict[str, Any], filling: Filling, first_on: str | None
) -> list[dict[str, Any]]:
    """What chapters say of the same is the same in the snapshot that is about to be published."""
    path, day = aside / "shop.duckdb", filling.as_of.isoformat()
    facts = {**{key: settings.get(key, "") for key in FACTS}, "as_of": day}
    snapshot = Snapshot("", path, now(), date.fromisoformat(first_on or day), filling.rows, facts)
    shop = Shop(aside.parents[1].name, snapshot)
    shop._keeps_shapes = False  # what is not published yet has no place for them
    try:
        return proof.prove(shop, filling.statements.sql_for)
    finally:
        disconnect(path)


def _publish(
    folder: Path, aside: Path, settings: dict[str, Any], filling: Filling, basis: Basis, progress: Progress
) -> Snapshot:
    progress(say("checking the books"), 0)
    facts = checks.verify(aside / "shop.duckdb", filling.statements.sql)
    facts["equations"] = _prove_equations(aside, settings, filling, facts["first_on"])
    _remember(filling.statements, progress)
    digest, built_at = _seal(aside), now()
    name = f"{built_at:%Y%m%dT%H%M%S%f}-{digest[:12]}"
    before = pointer_before(folder) or {}
    told = {
        "version": name,
        "built_at": built_at.isoformat(),
        "built_by": _version(),
        "layout": LAYOUT,
        "sha256": digest,
        "rows": filling.rows,
        "facts": {
            **facts,
            "first_on": facts["first_on"] or filling.as_of.isoformat(),
            **_facts_of(settings, filling),
            "rules_hash": basis.rules.hash,
            "previous": before.get("version"),
        },
    }
    manifest = json.dumps(told, indent=1, ensure_ascii=False)
    files.replace(aside / "manifest.json", manifest)
    aside.rename(folder / "snapshots" / name)
    files.sync(folder / "snapshots")
    files.replace(folder / "current", manifest)
    if set(settings.get(erasure.KEY, [])) - set(before.get("facts", {}).get("forgotten", [])):
        remove_others(folder, name)
    pseudonyms.remember(folder, filling.pseudonyms)
    contacts.remember(folder, filling.contacts)
    inspections.remember(folder, built_at, filling.as_of, filling.facts["inspection"])
    published = current_snapshot(folder)
    assert published is not None
    return published
