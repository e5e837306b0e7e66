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
    case arm when 'contacted' then contact_cost else 0 end, nullif(as_of, ''),
    min(case event when 'delivered' then at end), min(case event when 'opened' then at end),
    min(case event when 'clicked' then at end)
    from members join lists using (list_id) left join feedback using (list_id, customer_id)
    where delivered_at is not null group by list_id, customer_id order by list_id, place"""
# A ledger that was begun before anything could come back has no such table.
_FEEDBACK = "create temp table feedback (list_id TEXT, customer_id TEXT, event TEXT, at TEXT)"
MESSAGES = ("message_delivered", "message_opened", "message_clicked")
_COLUMNS = (
    *("experiment", "customer_id", "arm", "assigned_at", "play", "list_offer", "sent_by", "contact_amount"),
    "data_until",
    *(f"{name}_at" for name in MESSAGES),
)


def _rows(folder: Path) -> list[tuple[object, ...]]:
    if not (folder / FILE).exists():
        return []
    con = sqlite3.connect(f"file:{folder / FILE}?mode=ro", uri=True)
    try:
        if not con.execute("select 1 from sqlite_master where name = 'feedback'").fetchone():
            con.execute(_FEEDBACK)
        return con.execute(_ASKED).fetchall()
    finally:
        con.close()


def feedback_count(folder: Path) -> int:
    """How many rows of feedback a shop's ledger has."""
    if not (folder / FILE).exists():
        return 0
    con = sqlite3.connect(f"file:{folder / FILE}?mode=ro", uri=True)
    try:
        is_there = con.execute("select 1 from sqlite_master where name = 'feedback'").fetchone()
        return int(con.execute("select count(*) from feedback").fetchone()[0]) if is_there else 0
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
    texts = dict.fromkeys((f"{name}_at" for name in MESSAGES), pa.string())  # none of them may be known
    columns = zip(_COLUMNS, zip(*rows, strict=True), strict=True)
    given = [pa.array(values, texts.get(name)) for name, values in columns]
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
    times = ("assigned", *MESSAGES)
    utc = ", ".join(f"timezone('UTC', {name}_at::TIMESTAMPTZ) as {name}_at" for name in times)
    local = ", ".join(f"timezone('{zone}', {name}_at::TIMESTAMPTZ) as {name}_local" for name in times)
    con.execute(
        f"""insert into assignments by name
        select c.* replace ({utc}, data_until::DATE as data_until), {local} from _contacted c where {free}"""
    )
