"""A staged table as SQL: every column cast, the first fault of a record, and what is emptied in it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from customary.intake import keys
from customary.intake.raws import quote
from customary.intake.readings import DAYS, NUMBERS, PLAIN, Chosen, is_doubtful, plain_value, value, wall
from customary.standard import SPOKEN, CanonicalTable, Field


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


def opens_without(table: CanonicalTable, column: Field) -> bool:
    """Whether a source may give a table without this required column at all: its time, which is then unknown."""
    return table.opens_undated and column.name == table.time


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
    name, is_time = column.name, column.type in ("timestamp", "date")
    if column.low is not None:
        yield f"{cast} < '{column.low}'", f"{name} is {'before' if is_time else 'below'} {column.low}"
    if column.high is not None:
        yield f"{cast} > '{column.high}'", f"{name} is {'after' if is_time else 'above'} {column.high}"
    if column.allowed:
        allowed = ", ".join(f"'{one}'" for one in column.allowed)
        yield f"{cast} not in ({allowed})", f"{name} is none of the allowed values"


def _no_such_value(column: Field, cast: str) -> tuple[str, str]:
    """(condition, reason) of a value that stands there and cannot be what the column is."""
    return f"{quote(column.name)} is not null and {cast} is null", f"{column.name} is not {SPOKEN[column.type]}"


def _rules(column: Field, staged: Staged, cast: str) -> Iterator[tuple[str, str]]:
    """(condition, reason) of everything that can be wrong with a column, the most telling first."""
    if column.name not in staged.kinds and (not column.required or opens_without(staged.table, column)):
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


def emptying(staged: Staged) -> list[tuple[Field, str, str]]:
    """(column, condition, reason) of every value that is emptied; its record stays."""
    return [
        (column, condition, reason)
        for column in staged.columns
        if not column.required or column.is_own
        for condition, reason in _rules(column, staged, quote("_" + column.name))
    ]


def fault_sql(staged: Staged) -> str:
    """SELECT that casts every column (underscored), names the first fault of each record and marks what is emptied.

    `_emptied` has a bit for each rule of `emptying` that the record's values break.
    """
    casts = ", ".join(f"{_cast(c, staged)} as {quote('_' + c.name)}" for c in staged.table.columns if c.is_kept)
    branches = list(_faults(staged))
    fault = f"case {' '.join(branches)} end" if branches else "null::VARCHAR"
    bits = " + ".join(
        f"case when {condition} then {1 << n}::BIGINT else 0 end"
        for n, (_, condition, _reason) in enumerate(emptying(staged))
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


def in_order(staged_columns: Iterable[Field], table: CanonicalTable) -> tuple[list[Field], list[Field]]:
    """The columns that are no instants, and the instants with the table's own first."""
    kept = list(staged_columns)
    times = {c.name: c for c in kept if c.type == "timestamp"}
    return [c for c in kept if c.type != "timestamp"], [times[name] for name in table.times if name in times]


def canonical(staged: Staged) -> str:
    """The columns of the canonical table and, beside them, the faults of `fault_sql`."""
    plain, times = in_order(staged.columns, staged.table)
    columns = [f"{_kept_value(c)} as {quote(c.stored_name)}" for c in plain]
    columns += [_instant(c, staged) for c in times]
    return ", ".join([*columns, "_excluded as excluded_because", "_seen as _record", "_fault", "_emptied", "_doubt"])
