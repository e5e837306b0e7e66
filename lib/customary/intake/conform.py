"""A staged table against the standard: cast, judge, and put every record in exactly one of two places."""

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from customary.errors import Refused, unknown_name
from customary.intake.readers import quote
from customary.standard import SPOKEN, CanonicalTable, Field

GIVEN = "_given_"  # before a column's name: whether its record had a value
ASIDE = ("_record", "rejected_because", "excluded_because")


@dataclass(frozen=True)
class Clock:
    """Time zones: the one a table's timestamps are written in, and the shop's own."""

    written: str
    local: str


def staged_types(con: duckdb.DuckDBPyConnection, staged: str, table: CanonicalTable) -> dict[str, str]:
    """Column → type of a staged table.

    A column that neither the standard nor the shop knows is refused, with the nearest name and how to declare it.
    """
    found = {name: kind for name, kind, *_ in con.execute(f"describe {quote(staged)}").fetchall()}
    known = [column.name for column in table.columns]
    for name in found:
        if name not in known and name not in ASIDE:
            raise Refused(f"{unknown_name(name, known, f'column of {table.name}')}; {_declaration(name, table.name)}")
    lacking = [c.name for c in table.columns if c.required and c.name not in found]
    if lacking:
        raise Refused(f"{table.name}.sql gives no {', '.join(lacking)}, which the standard requires")
    return found


def _declaration(name: str, table: str) -> str:
    """How a shop declares a column of its own, ready to copy."""
    return (
        f"to keep it as the shop's own, write in its columns.toml: "
        f'{name} = {{ table = "{table}", unit = "label", en = "…", zh = "…" }}'
    )


def _cast(column: Field, kind: str | None) -> str:
    if kind is None:
        return f"cast(null as {column.sql_type})"
    text = quote(column.name)
    if column.type == "string":
        return text if kind == "VARCHAR" else f"cast({text} as VARCHAR)"
    if column.type == "integer" and kind == "VARCHAR":
        return f"case when {text} similar to '[+-]?[0-9]+' then try_cast({text} as {column.sql_type}) end"
    if column.type == "timestamp" and kind == "TIMESTAMP WITH TIME ZONE":
        text = f"timezone('UTC', {text})"
    if column.type == "number":
        return f"case when isfinite(try_cast({text} as DOUBLE)) then try_cast({text} as DOUBLE) end"
    return f"try_cast({text} as {column.sql_type})"


def _faults(column: Field, kind: str | None) -> Iterable[str]:
    """`when … then reason` branches for one column, the most telling first. Cast columns bear an underscore."""
    cast, name = quote("_" + column.name), column.name
    if kind == "VARCHAR" and column.type != "string":
        given = f"{quote(name)} is not null"
        yield f"when {given} and {cast} is null then '{name} is not {SPOKEN[column.type]}'"
    if column.required:
        yield f"when {cast} is null then '{name} is missing'"
    if column.low:
        yield f"when {cast} < '{column.low}' then '{name} is before {column.low}'"
    if column.high:
        yield f"when {cast} > '{column.high}' then '{name} is after {column.high}'"
    if column.allowed:
        allowed = ", ".join(f"'{value}'" for value in column.allowed)
        yield f"when {cast} not in ({allowed}) then '{name} is none of the allowed values'"


def fault_sql(table: CanonicalTable, found: dict[str, str], staged: str) -> str:
    """SELECT that casts every column (underscored) and names the first fault of each record.

    A shop's own column is never a fault: what it cannot be is emptied, and the record stays.
    """
    casts = ", ".join(f"{_cast(c, found.get(c.name))} as {quote('_' + c.name)}" for c in table.columns)
    casts += "".join(f", {quote(c.name)} is not null as {quote(GIVEN + c.name)}" for c in _own(table, found))
    branches = [] if "rejected_because" not in found else ["when rejected_because is not null then rejected_because"]
    branches += [branch for c in table.columns if not c.is_own for branch in _faults(c, found.get(c.name))]
    fault = f"case {' '.join(branches)} end" if branches else "null::VARCHAR"
    record = "_record" if "_record" in found else "cast(null as BIGINT)"
    excluded = "excluded_because" if "excluded_because" in found else "cast(null as VARCHAR)"
    return f"""select * exclude ({", ".join(quote(name) for name in found)}), {fault} as _fault
        from (select *, {record} as _seen, {excluded} as _excluded, {casts} from {quote(staged)})"""


def _instant(name: str, clock: Clock) -> str:
    """An instant in UTC and beside it the shop's wall clock; no round trip where two of the clocks agree."""
    written = quote("_" + name)
    utc = written if clock.written == "UTC" else f"timezone('UTC', timezone('{clock.written}', {written}))"
    local = written if clock.written == clock.local else f"timezone('{clock.local}', timezone('UTC', {utc}))"
    return f"{utc} as {quote(name)}, {local} as {quote(name.removesuffix('_at') + '_local')}"


def _own(table: CanonicalTable, found: dict[str, str]) -> list[Field]:
    """The shop's own columns that a staged table brings and a build keeps."""
    return [column for column in table.columns if column.is_own and column.is_kept and column.name in found]


def _plain(table: CanonicalTable) -> list[Field]:
    return [column for column in table.columns if column.is_kept and column.type != "timestamp"]


def _canonical(table: CanonicalTable, clock: Clock) -> str:
    columns = [f"{quote('_' + c.name)} as {quote(c.stored_name)}" for c in _plain(table)]
    columns += [_instant(name, clock) for name in table.times]
    return ", ".join([*columns, "_excluded as excluded_because", "_seen as _record", "_fault"])


def _mark_repeated(con: duckdb.DuckDBPyConnection, table: CanonicalTable) -> None:
    """Mark the repetitions of a key; the window is only paid for where there are some."""
    name, key = quote(table.name), ", ".join(quote(name) for name in table.key)
    repeated = f"select {key} from {name} where _fault is null group by {key} having count(*) > 1"
    if con.execute(f"select 1 from ({repeated}) limit 1").fetchone() is None:
        return
    con.execute(
        f"""update {name} set _fault = 'repeated {", ".join(table.key)}' from (
            select rowid as row from {name} where _fault is null
            qualify row_number() over (partition by {key} order by _record, rowid) > 1
        ) where {name}.rowid = row"""
    )


def conform(con: duckdb.DuckDBPyConnection, staged: str, table: CanonicalTable, clock: Clock) -> None:
    """Make the canonical table from a staged one; what fails goes to `quarantine` with its first reason.

    A repeated key keeps the first record. Loaded and quarantined rows together are the staged rows, always. Which
    columns the source gives is noted in `given_columns`: what it never speaks of is unknown, not 0.
    """
    found, name = staged_types(con, staged, table), quote(table.name)
    given = "".join(f", {quote(GIVEN + c.name)}" for c in _own(table, found))
    con.execute(
        f"create or replace table {name} as "
        f"select {_canonical(table, clock)}{given} from ({fault_sql(table, found, staged)})"
    )
    _mark_repeated(con, table)
    con.execute(
        f"""insert into quarantine
        select null, (_record // 4294967296)::INTEGER, '{table.name}', _record, null, _fault
        from {name} where _fault is not null"""
    )
    con.execute(f"delete from {name} where _fault is not null")
    con.execute(f"alter table {name} drop column _fault")
    con.executemany("insert into given_columns values (?, ?)", [[table.name, column] for column in found])
    for column in _own(table, found):
        _count_emptied(con, table, column)


def _count_emptied(con: duckdb.DuckDBPyConnection, table: CanonicalTable, column: Field) -> None:
    """Write into `emptied` how many values of a shop's own column were none of its kind, by file."""
    name, given = quote(table.name), quote(GIVEN + column.name)
    con.execute(
        f"""insert into emptied
        select '{table.name}', '{column.name}', (_record // 4294967296)::INTEGER,
            '{column.name} is not {SPOKEN.get(column.type, "a text")}', count(*)
        from {name} where {given} and {quote(column.stored_name)} is null group by all"""
    )
    con.execute(f"alter table {name} drop column {given}")


def empty(con: duckdb.DuckDBPyConnection, table: CanonicalTable) -> None:
    """The canonical table with its columns and no rows, for a source that has none: in the order of `conform`."""
    columns = [f"{quote(c.stored_name)} {c.sql_type}" for c in _plain(table)]
    for name in table.times:
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
        select null, (_record // 4294967296)::INTEGER, '{table.name}', _record, null, 'after the as-of date'
        from {name} where {clock} >= '{as_of}'"""
    )
    con.execute(f"delete from {name} where {clock} >= '{as_of}'")
    for time in table.times[1:]:
        local = quote(time.removesuffix("_at") + "_local")
        con.execute(f"update {name} set {quote(time)} = null, {local} = null where {local} >= '{as_of}'")
