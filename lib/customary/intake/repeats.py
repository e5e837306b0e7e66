"""What comes in again: the same record in a later file is one record; a later state of a thing replaces the earlier.

Two equal records of one file may both be true (a till rings a thing twice) and stay; a record that stands in an
earlier file as often as in this one is the same export taken again.
"""

from collections.abc import Mapping
from typing import Any

import duckdb

from customary.errors import unknown_name
from customary.intake import raws
from customary.intake.raws import PER_FILE, quote
from customary.intake.source import Raw
from customary.standard import CanonicalTable

AGAIN = "the same record stood in an earlier file"
# Two orders of one number that are so many hours apart are two sales, and no later state of one.
ANEW, OTHER_DAY = "an order of another day has the same order_id", 20
NEWER = "another line of the file has a newer state of this"
NEWEST_FIRST = -0.5  # how lines and days of a file go together where its newest orders come first
LATEST, FIRST = "latest wins", "first wins"


def set_aside_again(con: duckdb.DuckDBPyConnection, raw: Raw) -> None:
    """Quarantine the records of a raw table that an earlier file had already, as many times as it had them.

    Only records whose print is found in several files are compared cell by cell.
    """
    name, columns = quote(raw.name), ", ".join(map(quote, raw.columns))
    if con.execute("select count(*) from _parts where raw_table = ?", [raw.name]).fetchone() in ((0,), (1,)):
        return
    con.execute(
        f"""create or replace temp table _alike as
        select hash({columns}) as print from {name} group by print having min(_file) <> max(_file)"""
    )
    if con.execute("select 1 from _alike limit 1").fetchone():
        _quarantine_again(con, raw, name, columns)
    con.execute("drop table _alike")


def _quarantine_again(con: duckdb.DuckDBPyConnection, raw: Raw, name: str, columns: str) -> None:
    again = quote(f"_again_{raw.name}")
    con.execute(
        f"""create or replace temp table {again} as
        with numbered as (
            select _record, _file, {columns},
                row_number() over (partition by _file, {columns} order by _record) as nth
            from {name} where hash({columns}) in (select print from _alike)
        )
        select _record from numbered qualify _file > min(_file) over (partition by {columns}, nth)"""
    )
    con.execute(
        f"""insert into quarantine
        select ?, (_record // {PER_FILE})::INTEGER, null, _record, _record % {PER_FILE}, ? from {again}""",
        [raw.name, AGAIN],
    )
    raws.define(con, raw, without=again)


def rule(settings: Mapping[str, Any], table: CanonicalTable) -> str:
    """Which state of a thing holds where several files bring it: the latest unless the shop says otherwise."""
    told: str = settings.get("repeats", {}).get(table.name, LATEST)
    if told not in (LATEST, FIRST):
        raise unknown_name(told, (LATEST, FIRST), "rule for repeats")
    return told


def mark(con: duckdb.DuckDBPyConnection, table: CanonicalTable, which: str) -> None:
    """Mark all records of a key but one: among files the latest or the first holds, within a file the first.

    Where lines of one file are states of one order, as a log of its statuses has them, the newest holds. Of two without
    the time that is in their key nobody knows whether they are one: both stay. The windows are only paid for where a
    key is repeated.
    """
    name, key = quote(table.name), ", ".join(quote(name) for name in table.key)
    is_whole = f"_fault is null{f' and {quote(table.time)} is not null' if table.time in table.key else ''}"
    repeated = f"select {key} from {name} where {is_whole} group by {key} having count(*) > 1"
    if con.execute(f"select 1 from ({repeated}) limit 1").fetchone() is None:
        return
    spoken = ", ".join(table.key)
    if table.name == "orders":
        _mark_other_days(con, name, key)
        if which == LATEST:
            _mark_older_states(con, table, repeated)
    file, order = f"_record // {PER_FILE}", "desc" if which == LATEST else "asc"
    con.execute(
        f"""update {name} set _fault = case when is_of_file then 'repeated {spoken}'
                else '{_replacement(which)} {spoken}' end from (
            select rowid as row, {file} is not distinct from first_value({file}) over w as is_of_file
            from {name} where {is_whole}
            window w as (partition by {key} order by {file} {order} nulls last, _record, rowid
                rows between unbounded preceding and unbounded following)
            qualify row_number() over w > 1
        ) where {name}.rowid = row"""
    )


def _mark_other_days(con: duckdb.DuckDBPyConnection, name: str, key: str) -> None:
    """Mark an order of another file and another day that has a number of before: of a till whose numbers begin anew."""
    con.execute(
        f"""update {name} set _fault = '{ANEW}' from (
            select rowid as row from {name} where _fault is null
            window w as (partition by {key} order by _record rows between unbounded preceding and unbounded following)
            qualify _record // {PER_FILE} <> first_value(_record // {PER_FILE}) over w
                and abs(date_diff('hour', ordered_at, first_value(ordered_at) over w)) >= {OTHER_DAY}
        ) where {name}.rowid = row"""
    )


def _mark_older_states(con: duckdb.DuckDBPyConnection, table: CanonicalTable, repeated: str) -> None:
    """Mark lines of an order that stands in its file again, of the same moment and customer, with other contents.

    The last line is the newest state, in a file whose newest orders come first the first. `repeated` is SQL for the
    keys that stand there more than once.
    """
    name, key = quote(table.name), ", ".join(quote(name) for name in table.key)
    file, told = f"_record // {PER_FILE}", ", ".join(quote(column.name) for column in table.columns)
    alike = " and ".join(
        f"min({column}) over f is not distinct from max({column}) over f" for column in ("ordered_at", "customer_id")
    )
    turned = f"coalesce(corr(_record, epoch(ordered_at)) < {NEWEST_FIRST}, false)"
    con.execute(
        f"""update {name} set _fault = '{NEWER} {", ".join(table.key)}' from (
            with files as (select {file} as file_no, {turned} as is_turned from {name} group by file_no),
                orders as (select *, rowid as row, {file} as file_no from {name}
                    where _fault is null and {key} in ({repeated}))
            select row from orders join files on orders.file_no is not distinct from files.file_no
            window f as (partition by {key}, orders.file_no),
                states as (partition by {key}, orders.file_no order by if(is_turned, -_record, _record) desc, row desc)
            qualify count(*) over f > 1 and {alike} and hash({told}) <> first_value(hash({told})) over states
        ) where {name}.rowid = row"""
    )


def _replacement(which: str) -> str:
    return "a later file brings a newer state of this" if which == LATEST else "an earlier file had this"
