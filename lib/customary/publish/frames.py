"""Everything that is derived, written into the snapshot: frames, portraits, topics, and the books of the intake."""

from dataclasses import dataclass
from datetime import date
from functools import partial

import duckdb
import pyarrow as pa

from customary import frames, standard
from customary.frames import feeds
from customary.frames.cubes import CUBES
from customary.portraits import portraits
from customary.publish import inspections, rules, topics
from customary.publish.elsewhere import compute_elsewhere
from customary.publish.portraits import portray
from customary.publish.progress import Progress
from customary.publish.statements import Statements
from customary.publish.tables import Tables
from customary.publish.variables import as_of, set_as_of
from customary.query import coverage
from customary.rules.book import RuleBook
from customary.shop import BOOKS
from customary.wording import say, word


@dataclass(frozen=True)
class Basis:
    """What a snapshot rests on beside its tables: weeks, which orders count, rules, notes, earlier inspections.

    `week_start` is 0 for Monday to 6 for Sunday; `unnamed_orders` is "count" or "apart"; `inspections` is given once
    the tables are inspected.
    """

    week_start: int
    unnamed_orders: str
    rules: RuleBook
    notes: pa.Table
    inspections: pa.Table | None = None
    engine: str = ""  # the address of another engine that computes the frames; "" for the working database itself


def write_frames(
    con: duckdb.DuckDBPyConnection, day: date, basis: Basis, statements: Statements, progress: Progress
) -> dict[str, int]:
    """Write frames and books as of `day` into the database `final` of a build; returns the rows of each frame."""
    tables = Tables(con, (*standard.declared_tables(), frames.GIVEN))
    made = Tables(con, (*frames.ASIDE, *frames.ORDER), ("final", "main"), apart=frames.ASIDE)

    def keep(name: str, compose: frames.Compose) -> None:
        progress(say("building frame {name}", name=word(name.replace("_", " "))), 0)
        place = "" if name in frames.ASIDE else "final."
        rows = f"({statements.sql(f'frame {name}', compose)})"
        con.execute(f"create table {place}{name} as from {rows}{' limit 0' if basis.engine else ''}")

    def fetch(name: str, compose: frames.Compose) -> pa.Table:
        return con.execute(statements.sql(name, compose)).to_arrow_table()

    set_as_of(con, day)
    facts = {
        "as_of": as_of(),
        "week_start": basis.week_start,
        "unnamed_orders": basis.unnamed_orders,
        "shop_rules": basis.rules,
    }
    frames.write(tables, facts, made, keep)
    if basis.engine:
        compute_elsewhere(con, basis.engine, {**facts, "as_of": day}, progress)
    _write_cubes(con, made, statements)
    progress(say("building frame {name}", name=word(portraits.name)), 0)
    portray(con, made, day, basis.rules, f"final.{portraits.name}", statements)
    progress(say("reading what customers wrote"), 0)
    _write_book(con, "topics", topics.book(tables, made, fetch, basis.rules))
    for name, matches in (("payment_matches", feeds.payment_matches), ("delivery_matches", feeds.delivery_matches)):
        _write_book(con, name, fetch(f"book {name}", partial(feeds.hold_against, matches, tables, made)))
    _write_book(con, "rules", rules.book(basis.rules))
    _write_book(con, "notes", basis.notes)
    _write_book(con, "inspections", basis.inspections or inspections.BOOK.empty_table())
    _write_book(con, "coverage", coverage.book(_source_rows(con)))
    _keep_books(con)
    return _row_counts(con, (*frames.ORDER, portraits.name))


def _write_cubes(con: duckdb.DuckDBPyConnection, made: Tables, statements: Statements) -> None:
    for name, count in CUBES.items():
        sql = statements.sql(f"cube {name}", partial(count, made["events"]))
        con.execute(f"create table final.{name} as from ({sql})")


def _keep_books(con: duckdb.DuckDBPyConnection) -> None:
    for name in frames.ASIDE:
        con.execute(f"drop table {name}")
    for book in BOOKS:
        con.execute(f"create table final.{book} as from {book}")


def _source_rows(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """The rows of each canonical table."""
    counts = " union all ".join(f"select '{name}', count(*) from \"{name}\"" for name in standard.tables())
    return dict(con.execute(counts).fetchall())


def _write_book(con: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    con.register(f"_{name}", rows)
    con.execute(f"create table {name} as from _{name}")


def _row_counts(con: duckdb.DuckDBPyConnection, names: tuple[str, ...]) -> dict[str, int]:
    counts = " union all ".join(f"select '{name}', count(*) from final.{name}" for name in names)
    found = dict(con.execute(counts).fetchall())
    return {name: found[name] for name in names}
