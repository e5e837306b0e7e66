"""Portraits of everybody, drawn some customers at a time, so that memory stays bounded however many there are."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise

import duckdb
import ibis.expr.types as ir
from ibis import _

from customary.frames.tags import USUAL
from customary.portraits import common_facts, draw_portraits, label_values, portraits
from customary.publish.statements import Statements
from customary.publish.tables import Tables
from customary.publish.variables import among_some, as_of, set_as_of, set_span
from customary.rules.book import RuleBook

AT_A_TIME = 500_000  # customers whose portraits are drawn together: about as many fit into half a gigabyte


def _shared_facts(
    con: duckdb.DuckDBPyConnection, made: Mapping[str, ir.Table], shop_rules: RuleBook, statements: Statements
) -> list[str]:
    """Work out what portraits know of everybody, as temporary tables `all_…`; returns their names."""
    found = statements.queries(
        "portraits: what all share", lambda: common_facts(**_sources(made), shop_rules=shop_rules)
    )
    for name, sql in found.items():
        con.execute(f"create or replace temp table all_{name} as {sql}")
    return list(found)


def _sources(made: Mapping[str, ir.Table]) -> dict[str, ir.Table]:
    return {name: made[name] for name in portraits.needs if name in made}


def _look_at_some(con: duckdb.DuckDBPyConnection, made: Mapping[str, ir.Table], statements: Statements) -> list[str]:
    """Views `some_…` of the rows of those customers that a span names; returns their names."""
    found = statements.queries("portraits: some", lambda: {name: among_some(t) for name, t in _sources(made).items()})
    for name, sql in found.items():
        con.execute(f"create or replace temp view some_{name} as {sql}")
    return list(found)


def _as_enums(into: str, con: duckdb.DuckDBPyConnection, shop_rules: RuleBook) -> Iterator[str]:
    """Columns of labels as enumerations, in the order of the alphabet: a byte each, where text costs most to write."""
    values = {name: [label for (label,) in con.execute(f"select known from all_{name}").fetchall()] for name in USUAL}
    for name, labels in label_values(values, shop_rules).items():
        told = ", ".join("'" + label.replace("'", "''") + "'" for label in labels)
        yield f"alter table {into} alter {name} type enum ({told})"


def _spans(
    con: duckdb.DuckDBPyConnection, made: Mapping[str, ir.Table], statements: Statements
) -> Iterator[tuple[str, str | None]]:
    """First customer and the one after the last of each part; the last part has no end."""
    sql = statements.sql(
        f"portraits: each of {AT_A_TIME}",
        lambda: made["customers"].filter(_.rowid() % AT_A_TIME == 0).select("customer_id"),
    )
    firsts = sorted(first for (first,) in con.execute(sql).fetchall())
    return pairwise(["", *firsts[1:], None])


def portray(
    con: duckdb.DuckDBPyConnection,
    made: Mapping[str, ir.Table],
    day: date,
    shop_rules: RuleBook,
    into: str,
    statements: Statements | None = None,
) -> None:
    """Draw the portraits as of `day` into the table `into`, some customers after the others.

    What they know of everybody is worked out once; `made` are the stored frames.
    """
    steps = statements or Statements()
    set_as_of(con, day)
    set_span(con, "", None)
    shared, some = _shared_facts(con, made, shop_rules, steps), _look_at_some(con, made, steps)
    aside = Tables(con, [*(f"all_{name}" for name in shared), *(f"some_{name}" for name in some)], ("temp", "main"))

    def compose() -> ir.Table:
        known = {name: aside[f"all_{name}"] for name in shared}
        those = {name: aside[f"some_{name}"] for name in some}
        return draw_portraits(**those, as_of=as_of(), shop_rules=shop_rules, known=known)

    sql = steps.sql("portraits", compose)
    con.execute(f"create table {into} as {sql} limit 0")
    for statement in _as_enums(into, con, shop_rules):
        con.execute(statement)
    con.execute("set preserve_insertion_order = false")  # portraits have no order to keep
    con.execute("begin")  # one commit: after each, rows that do not fill a group would be written again
    for low, high in _spans(con, made, steps):
        set_span(con, low, high)
        con.execute(f"insert into {into} {sql}")
    con.execute("commit")
    con.execute("reset preserve_insertion_order")
