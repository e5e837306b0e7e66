"""Everything that is derived, written into the snapshot: frames, portraits, topics, and the books of the intake."""

from collections.abc import Callable
from datetime import date
from typing import Any

import duckdb
import ibis.expr.types as ir

from customary import frames, standard
from customary.engine import over
from customary.portraits import portraits
from customary.publish import rules, topics
from customary.publish.portraits import portray
from customary.rules.book import RuleBook
from customary.shop import BOOKS, WEEKDAYS

Progress = Callable[[str, float], None]


def write_frames(
    con: duckdb.DuckDBPyConnection,
    settings: dict[str, Any],
    as_of: date,
    shop_rules: RuleBook,
    progress: Progress,
) -> dict[str, int]:
    """Write frames and books into the database `final` of a build; returns the rows of each frame."""
    backend, rows = over(con), {}

    def keep(name: str, expression: ir.Table) -> ir.Table:
        progress(f"building frame {name}", 0)
        con.execute(f"create table final.{name} as {backend.compile(expression)}")
        rows[name] = con.execute(f"select count(*) from final.{name}").fetchone()[0]  # type: ignore[index]
        return backend.table(name, database=("final", "main"))

    tables = {name: backend.table(name) for name in standard.tables()}
    facts = {"as_of": as_of, "week_start": WEEKDAYS.index(settings["week_start"]), "shop_rules": shop_rules}
    made = frames.write(tables, facts, keep)
    progress("building frame portraits", 0)
    portray(con, made, as_of, shop_rules, f"final.{portraits.name}")
    rows[portraits.name] = con.execute(f"select count(*) from final.{portraits.name}").fetchone()[0]  # type: ignore[index]
    progress("reading what customers wrote", 0)
    for name, found in (
        ("topics", topics.book(tables, made, backend.to_pyarrow, shop_rules)),
        ("rules", rules.book(shop_rules)),
    ):
        con.register(f"_{name}", found)
        con.execute(f"create table {name} as from _{name}")
    con.execute("drop table final.linked_returns")
    rows.pop("linked_returns")
    for book in BOOKS:
        con.execute(f"create table final.{book} as from {book}")
    return rows
