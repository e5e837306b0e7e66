"""Portraits of everybody, drawn some customers at a time, so that memory stays bounded however many there are."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise

import duckdb
import ibis.expr.types as ir
from ibis import _
from ibis.backends.duckdb import Backend

from customary.engine import over
from customary.portraits import common, drawn, portraits, vocabulary
from customary.rules.book import RuleBook

AT_A_TIME = 500_000  # customers whose portraits are drawn together: about as many fit into half a gigabyte


def _in_words(into: str, backend: Backend, known: Mapping[str, ir.Table], shop_rules: RuleBook) -> Iterator[str]:
    """Columns of labels as enumerations, in the order of the alphabet: a byte each, where text costs most to write."""
    values = {name: backend.to_pyarrow(t.known).to_pylist() for name, t in known.items() if "known" in t.columns}
    for name, labels in vocabulary(values, shop_rules).items():
        told = ", ".join("'" + label.replace("'", "''") + "'" for label in labels)
        yield f"alter table {into} alter {name} type enum ({told})"


def portray(
    con: duckdb.DuckDBPyConnection, made: Mapping[str, ir.Table], as_of: date, shop_rules: RuleBook, into: str
) -> None:
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

    known = {name: aside("table", f"all_{name}", t) for name, t in common(**tables, shop_rules=shop_rules).items()}
    sql = backend.compile(drawn(**some("", None), as_of=as_of, shop_rules=shop_rules, known=known))
    con.execute(f"create table {into} as {sql} limit 0")
    for statement in _in_words(into, backend, known, shop_rules):
        con.execute(statement)
    ids = made["customers"].filter(_.rowid() % AT_A_TIME == 0).customer_id
    con.execute("set preserve_insertion_order = false")  # portraits have no order to keep
    con.execute("begin")  # one commit: after each, rows that do not fill a group would be written again
    for low, high in pairwise(["", *sorted(backend.to_pyarrow(ids).to_pylist())[1:], None]):
        some(low, high)
        con.execute(f"insert into {into} {sql}")
    con.execute("commit")
    con.execute("reset preserve_insertion_order")
