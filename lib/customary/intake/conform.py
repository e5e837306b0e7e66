"""A staged table against the standard: cast, judge, and put every record in exactly one of two places.

Only a required column decides whether a record is loaded. What another column cannot be is emptied and counted.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import duckdb

from customary.errors import Refused, unknown_name
from customary.intake import keys, repeats
from customary.intake.readers import PER_FILE, quote
from customary.intake.readings import (
    AS_WRITTEN,
    DAYS,
    NUMBERS,
    PLAIN,
    Chosen,
    choose,
    declared_readings,
    has_readings,
    is_doubtful,
    plain_value,
    value,
    wall,
)
from customary.standard import SPOKEN, CanonicalTable, Field

ASIDE = ("_record", "rejected_because", "excluded_because")
FILE_NO = f"(_record // {PER_FILE})::INTEGER"


@dataclass(frozen=True)
class Clock:
    """Time zones: the one a table's timestamps are written in, and the shop's own."""

    written: str
    local: str


@dataclass(frozen=True)
class Staged:
    """A table as its SELECT gives it: its name there, the type of each column and how texts are read."""

    name: str
    table: CanonicalTable
    clock: Clock
    kinds: Mapping[str, str]
    readings: Mapping[str, Chosen] = field(default_factory=dict)
    assumed: Sequence[Field] = ()  # columns of text that are taken to be plain until a value is doubtful

    def reading(self, column: Field) -> str:
        """How this column's text is read."""
        found = self.readings.get(column.name)
        return found.reading if found else PLAIN

    @property
    def columns(self) -> list[Field]:
        """The columns that a build keeps."""
        return [c for c in self.table.columns if c.is_kept and (not c.is_own or c.name in self.kinds)]


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


def _cast(column: Field, staged: Staged) -> str:
    """SQL for a column in its own type, instants in UTC; NULL where the value is none."""
    text, kind = quote(column.name), staged.kinds.get(column.name)
    if kind is None:
        return f"cast(null as {column.sql_type})"
    if column in staged.assumed and column.type != "string":
        return plain_value(column, staged.clock.written)
    if column.type == "string":
        is_key = keys.is_key(column) and kind == "VARCHAR"
        return keys.bare(text, staged.reading(column)) if is_key else f"cast({text} as VARCHAR)"
    if column.type == "boolean" and kind == "VARCHAR":
        return keys.yes_or_no(text)
    if kind == "VARCHAR" and column.type in (*NUMBERS, *DAYS):
        return value(column, staged.reading(column), staged.clock.written)
    return _cast_typed(column, kind, staged.clock.written)


def _cast_typed(column: Field, kind: str, zone: str) -> str:
    """SQL for a column that a file or a SELECT gives in a type already."""
    text = quote(column.name)
    if column.type == "timestamp" and kind == "TIMESTAMP WITH TIME ZONE":
        return f"timezone('UTC', {text})"
    if column.type == "timestamp" and kind in ("BIGINT", "INTEGER", "HUGEINT", "DOUBLE", "UBIGINT"):
        return value(column, PLAIN, zone).replace(text, f"cast({text} as VARCHAR)")
    if column.type == "timestamp":
        wall = f"try_cast({text} as TIMESTAMP)"
        return wall if zone == "UTC" else f"timezone('UTC', timezone('{zone}', {wall}))"
    if column.type == "number":
        return f"case when isfinite(try_cast({text} as DOUBLE)) then try_cast({text} as DOUBLE) end"
    return f"try_cast({text} as {column.sql_type})"


def _limits(column: Field, cast: str) -> Iterator[tuple[str, str]]:
    """(condition, reason) of each rule that a value of this column can break."""
    name = column.name
    if column.low:
        yield f"{cast} < '{column.low}'", f"{name} is before {column.low}"
    if column.high:
        yield f"{cast} > '{column.high}'", f"{name} is after {column.high}"
    if column.allowed:
        allowed = ", ".join(f"'{one}'" for one in column.allowed)
        yield f"{cast} not in ({allowed})", f"{name} is none of the allowed values"


def _no_such_value(column: Field, cast: str) -> tuple[str, str]:
    """(condition, reason) of a value that stands there and cannot be what the column is."""
    return f"{quote(column.name)} is not null and {cast} is null", f"{column.name} is not {SPOKEN[column.type]}"


def _rules(column: Field, staged: Staged, cast: str) -> Iterator[tuple[str, str]]:
    """(condition, reason) of everything that can be wrong with a column, the most telling first."""
    if column.name not in staged.kinds and not column.required:
        return
    if column.type != "string":
        yield _no_such_value(column, cast)
    elif keys.is_key(column) and staged.kinds.get(column.name) == "VARCHAR":
        yield from keys.faults(column, staged.reading(column))
    if column.required:
        yield f"{cast} is null", f"{column.name} is missing"
    yield from _limits(column, cast)


def _faults(staged: Staged) -> Iterable[str]:
    """`when … then reason` branches for the required columns."""
    if "rejected_because" in staged.kinds:
        yield "when rejected_because is not null then rejected_because"
    for column in staged.columns:
        if column.required and not column.is_own:
            for condition, reason in _rules(column, staged, quote("_" + column.name)):
                yield f"when {condition} then '{reason}'"


def _emptying(staged: Staged) -> list[tuple[Field, str, str]]:
    """(column, condition, reason) of every value that is emptied; its record stays."""
    return [
        (column, condition, reason)
        for column in staged.columns
        if not column.required or column.is_own
        for condition, reason in _rules(column, staged, quote("_" + column.name))
    ]


def fault_sql(staged: Staged) -> str:
    """SELECT that casts every column (underscored), names the first fault of each record and marks what is emptied.

    `_emptied` has a bit for each rule of `_emptying` that the record's values break.
    """
    casts = ", ".join(f"{_cast(c, staged)} as {quote('_' + c.name)}" for c in staged.table.columns if c.is_kept)
    branches = list(_faults(staged))
    fault = f"case {' '.join(branches)} end" if branches else "null::VARCHAR"
    bits = " + ".join(
        f"case when {condition} then {1 << n}::BIGINT else 0 end"
        for n, (_, condition, _reason) in enumerate(_emptying(staged))
    )
    record = "_record" if "_record" in staged.kinds else "cast(null as BIGINT)"
    excluded = "excluded_because" if "excluded_because" in staged.kinds else "cast(null as VARCHAR)"
    return f"""select *, {fault} as _fault, {bits or "0::BIGINT"} as _emptied, {_doubt(staged)} as _doubt
        from (select *, {record} as _seen, {excluded} as _excluded, {casts} from {_with_walls(staged)})"""


def _with_walls(staged: Staged) -> str:
    """SQL for the staged rows; beside times and days that are taken to be plain, what the engine casts them to."""
    days = [column for column in staged.assumed if column.type in DAYS]
    walls = [f", try_cast({quote(column.name)} as TIMESTAMP) as {wall(column)}" for column in days]
    return f"(select *{''.join(walls)} from {quote(staged.name)})"


def _doubt(staged: Staged) -> str:
    """SQL: whether a row has a value that is not plain in a column that was taken to be so."""
    doubts = (keys.is_doubtful(c) if c.type == "string" else is_doubtful(c) for c in staged.assumed)
    return " or ".join(doubts) or "false"


def _kept_value(column: Field) -> str:
    """SQL for a value that is kept: NULL where it breaks a rule that does not cost its record."""
    cast = quote("_" + column.name)
    broken = [] if column.required and not column.is_own else [condition for condition, _ in _limits(column, cast)]
    return f"case when {' or '.join(broken)} then null else {cast} end" if broken else cast


def _instant(column: Field, staged: Staged) -> str:
    """An instant in UTC and beside it the shop's wall clock; as written where that is the shop's own clock."""
    utc, zone = _kept_value(column), staged.clock.local
    local = utc if zone == "UTC" else f"timezone('{zone}', timezone('UTC', {utc}))"
    return f"{utc} as {quote(column.name)}, {local} as {quote(column.name.removesuffix('_at') + '_local')}"


def _in_order(staged_columns: Iterable[Field], table: CanonicalTable) -> tuple[list[Field], list[Field]]:
    """The columns that are no instants, and the instants with the table's own first."""
    kept = list(staged_columns)
    times = {c.name: c for c in kept if c.type == "timestamp"}
    return [c for c in kept if c.type != "timestamp"], [times[name] for name in table.times if name in times]


def _canonical(staged: Staged) -> str:
    plain, times = _in_order(staged.columns, staged.table)
    columns = [f"{_kept_value(c)} as {quote(c.stored_name)}" for c in plain]
    columns += [_instant(c, staged) for c in times]
    return ", ".join([*columns, "_excluded as excluded_because", "_seen as _record", "_fault", "_emptied", "_doubt"])


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
        staged = _judged(con, Staged(_materialise(con, name), table, clock, kinds), declared)
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


def _judged(con: duckdb.DuckDBPyConnection, staged: Staged, declared: Mapping[str, str]) -> Staged:
    """The staged table with the reading that the values of each column decide, or the shop declares."""
    asked = (con, staged.name, staged.table, staged.kinds, declared)
    return replace(staged, readings={**choose(*asked), **keys.choose(*asked)})


def _write(con: duckdb.DuckDBPyConnection, staged: Staged) -> bool:
    """Write the canonical table with faults beside each row; whether all that was taken to be plain is."""
    name = quote(staged.table.name)
    con.execute(f"create or replace table {name} as select {_canonical(staged)} from ({fault_sql(staged)})")
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
    for n, (column, _, reason) in enumerate(_emptying(staged)):
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
    plain, times = _in_order((c for c in table.columns if c.is_kept), table)
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
