"""A staged table against the standard: cast, judge, and put every record in exactly one of two places.

Only a required column decides whether a record is loaded. What another column cannot be is emptied and counted.
"""

from collections.abc import Mapping
from dataclasses import replace

import duckdb

from customary.errors import Refused, unknown_name
from customary.intake import keys, repeats
from customary.intake.raws import PER_FILE, quote
from customary.intake.readings import AS_WRITTEN, Chosen, choose, declared_readings, has_readings
from customary.intake.staged import Clock, Staged, canonical, emptying, fault_sql, in_order, opens_without
from customary.standard import CanonicalTable
from customary.wording import say

ASIDE = ("_record", "rejected_because", "excluded_because")
FILE_NO = f"(_record // {PER_FILE})::INTEGER"


def staged_types(con: duckdb.DuckDBPyConnection, staged: str, table: CanonicalTable) -> dict[str, str]:
    """Column → type of a staged table.

    A column that neither the standard nor the shop knows is refused, with the nearest name and how to declare it.
    """
    found = {name: kind for name, kind, *_ in con.execute(f"describe {quote(staged)}").fetchall()}
    known = [column.name for column in table.columns]
    for name in found:
        if name not in known and name not in ASIDE:
            raise Refused(
                "{error}; {how}",
                error=unknown_name(name, known, "column of {table}", table=table.name),
                how=_declaration(name, table.name),
            )
    lacking = [c.name for c in table.columns if c.required and c.name not in found and not opens_without(table, c)]
    if lacking:
        raise Refused("{table}.sql gives no {names}, which the standard requires", table=table.name, names=lacking)
    return found


def _declaration(name: str, table: str) -> str:
    """How a shop declares a column of its own, ready to copy."""
    line = f'{name} = {{ table = "{table}", unit = "label", en = "…", zh = "…" }}'
    return say("to keep it as the shop's own, write in its columns.toml: {line}", line=line)


def conform(
    con: duckdb.DuckDBPyConnection,
    name: str,
    table: CanonicalTable,
    clock: Clock,
    declared: Mapping[str, str],
    which: str = repeats.LATEST,
) -> list[Chosen]:
    """Make the canonical table from the staged one called `name`; gives how its columns were read, where not plainly.

    What fails goes to `quarantine` with its first reason; of a repeated key one record stays, by the rule `which`.
    Loaded and quarantined rows together are the staged rows, always. `declared` holds the shop's readings by
    `table.column`. Which columns the source gives is noted in `given_columns`: what it never speaks of is unknown.
    """
    kinds = staged_types(con, name, table)
    for book in ("given_columns", "quarantine", "emptied", "faulty"):  # what an attempt left that ran out of memory
        con.execute(f"delete from {book} where table_name = ?", [table.name])
    con.executemany("insert into given_columns values (?, ?)", [[table.name, column] for column in kinds])
    staged = _assuming(Staged(name, table, clock, kinds), declared)
    if not _write(con, staged):
        staged = _judge(con, Staged(_materialise(con, name), table, clock, kinds), declared)
        _write(con, staged)
    repeats.mark(con, table, which)
    con.execute(
        f"""insert into quarantine
        select null, {FILE_NO}, '{table.name}', _record, _record % {PER_FILE}, _fault
        from {quote(table.name)} where _fault is not null"""
    )
    con.execute(f"delete from {quote(table.name)} where _fault is not null")
    _count_emptying(con, staged)
    for name in ("_fault", "_emptied", "_doubt"):
        con.execute(f"alter table {quote(table.name)} drop column {name}")
    return [one for one in staged.readings.values() if one.because]


def _assuming(staged: Staged, declared: Mapping[str, str]) -> Staged:
    """The staged table with the readings that the shop declares; its other texts are taken to be plain."""
    table, kinds = staged.table, staged.kinds
    is_read = {c: has_readings(c, kinds.get(c.name)) for c in table.columns if c.is_kept}
    is_name = {c: keys.is_key(c) and kinds.get(c.name) == "VARCHAR" for c in is_read}
    asked = [c for c in is_read if is_read[c] or is_name[c]]
    told = declared_readings(table, asked, declared)
    assumed = [c for c in asked if c.name not in told]
    plain = {c.name: Chosen(table.name, c.name, AS_WRITTEN, "") for c in assumed if is_name[c]}
    return replace(staged, readings={**told, **plain}, assumed=assumed)


def _judge(con: duckdb.DuckDBPyConnection, staged: Staged, declared: Mapping[str, str]) -> Staged:
    """The staged table with the reading that the values of each column decide, or the shop declares."""
    asked = (con, staged.name, staged.table, staged.kinds, declared)
    return replace(staged, readings={**choose(*asked), **keys.choose(*asked)})


def _write(con: duckdb.DuckDBPyConnection, staged: Staged) -> bool:
    """Write the canonical table with faults beside each row; whether all that was taken to be plain is."""
    name = quote(staged.table.name)
    con.execute(f"create or replace table {name} as select {canonical(staged)} from ({fault_sql(staged)})")
    return con.execute(f"select 1 from {name} where _doubt limit 1").fetchone() is None


def _materialise(con: duckdb.DuckDBPyConnection, name: str) -> str:
    """The name of a table with the rows of a view, which are looked at more than once; a table is one already."""
    if con.execute("select 1 from duckdb_views() where view_name = ?", [name]).fetchone() is None:
        return name
    con.execute(f"create or replace temp table {quote(f'{name}_rows')} as from {quote(name)}")
    return f"{name}_rows"


def _count_emptying(con: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Write into `emptied` how many values of loaded records could not be kept, by file and reason."""
    name = quote(staged.table.name)
    found = con.execute(f"select bit_or(_emptied) from {name}").fetchone()
    broken = (found[0] if found else 0) or 0
    for n, (column, _, reason) in enumerate(emptying(staged)):
        if broken & 1 << n:
            con.execute(
                f"""insert into emptied
                select '{staged.table.name}', '{column.name}', {FILE_NO}, ?, count(*), min(_record) % {PER_FILE}
                from {name} where _emptied & {1 << n} > 0 group by all""",
                [reason],
            )
    con.execute(f"insert into faulty select '{staged.table.name}', count(*) from {name} where _emptied > 0")


def empty(con: duckdb.DuckDBPyConnection, table: CanonicalTable) -> None:
    """The canonical table with its columns and no rows, for a source that has none: in the order of `conform`."""
    plain, times = in_order((c for c in table.columns if c.is_kept), table)
    columns = [f"{quote(c.stored_name)} {c.sql_type}" for c in plain]
    for column in times:
        name = column.name
        columns += [f"{quote(name)} TIMESTAMP", f"{quote(name.removesuffix('_at') + '_local')} TIMESTAMP"]
    columns += ["excluded_because VARCHAR", "_record BIGINT"]
    con.execute(f"create or replace table {quote(table.name)} ({', '.join(columns)})")


def cut(con: duckdb.DuckDBPyConnection, table: CanonicalTable, as_of: str) -> None:
    """Nothing from `as_of` (a shop-local midnight) on is seen: later rows are quarantined, later instants forgotten."""
    if table.time is None:
        return
    clock = quote(table.time.removesuffix("_at") + "_local")
    name = quote(table.name)
    con.execute(
        f"""insert into quarantine
        select null, {FILE_NO}, '{table.name}', _record, _record % {PER_FILE}, 'after the as-of date'
        from {name} where {clock} >= '{as_of}'"""
    )
    con.execute(f"delete from {name} where {clock} >= '{as_of}'")
    for time in table.times[1:]:
        local = quote(time.removesuffix("_at") + "_local")
        con.execute(f"update {name} set {quote(time)} = null, {local} = null where {local} >= '{as_of}'")
