"""Lists that were delivered become assignments: who was contacted and who was held out, so that effects can be told."""

import sqlite3
from pathlib import Path

import duckdb
import pyarrow as pa

from customary.intake.raws import PER_FILE
from customary.intake.source import Raw

FILE = "lists.sqlite"
LISTS = Raw(name="lists", files=(), columns=(), becomes=("assignments",))
_ASKED = """select list_id, customer_id, arm, delivered_at, play, offer, sent_by,
    case arm when 'contacted' then contact_cost else 0 end, as_of
    from members join lists using (list_id) where delivered_at is not null order by list_id, place"""
_COLUMNS = (
    *("experiment", "customer_id", "arm", "assigned_at", "play", "list_offer", "sent_by", "contact_amount"),
    "data_until",
)


def _rows(folder: Path) -> list[tuple[object, ...]]:
    if not (folder / FILE).exists():
        return []
    con = sqlite3.connect(f"file:{folder / FILE}?mode=ro", uri=True)
    try:
        return con.execute(_ASKED).fetchall()
    finally:
        con.close()


def add_lists(con: duckdb.DuckDBPyConnection, folder: Path, zone: str) -> None:
    """Add the members of delivered lists to the `assignments`, as records of a file of their own in the books.

    `zone` is the shop's clock. A customer whom the shop's own files put into an experiment of the same name stays as
    the files say.
    """
    rows = _rows(folder)
    if not rows:
        return
    number = (con.execute("select coalesce(max(file_no), 0) + 1 from files").fetchone() or (1,))[0]
    con.execute("insert into files values (?, ?, ?, ?, ?, 0, 0)", [number, FILE, LISTS.name, len(rows), len(rows)])
    records = pa.array(range(number * PER_FILE + 1, number * PER_FILE + len(rows) + 1), pa.int64())
    given = [pa.array(values) for values in zip(*rows, strict=True)]
    con.register("_given", pa.table([*given, records], names=[*_COLUMNS, "_record"]))
    con.execute("create or replace temp table _contacted as from _given")
    con.unregister("_given")
    _put(con, number, zone)
    con.executemany("insert into given_columns values ('assignments', ?)", [[name] for name in _COLUMNS])
    con.execute("drop table _contacted")


def _put(con: duckdb.DuckDBPyConnection, number: int, zone: str) -> None:
    """The records whose key is free become assignments, the others are set aside with the reason."""
    free = "not exists (from assignments a where a.experiment = c.experiment and a.customer_id = c.customer_id)"
    con.execute(
        f"""insert into quarantine select 'lists', {number}, 'assignments', _record, _record % {PER_FILE},
        'an experiment of the shop''s files has this name' from _contacted c where not ({free})"""
    )
    at = "assigned_at::TIMESTAMPTZ"
    con.execute(
        f"""insert into assignments by name
        select c.* replace (timezone('UTC', {at}) as assigned_at, data_until::DATE as data_until),
        timezone('{zone}', {at}) as assigned_local
        from _contacted c where {free}"""
    )
