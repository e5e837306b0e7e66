"""Raw tables: views over what was read of a shop's files, so that no record is stored twice or held in memory."""

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from customary.intake.extracts import Extract
from customary.intake.source import Raw

# A record's number is its file's number and the line it begins on, counted from 1 (in Parquet, its row).
PER_FILE = 1 << 32
ROW = "file_row_number + 1"  # how a Parquet file that is read where it stands tells its lines
_PARTS = "create temp table if not exists _parts (raw_table VARCHAR, part VARCHAR)"


def quote(name: str) -> str:
    """A column or table name, safe inside SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text, safe inside SQL."""
    return "'" + text.replace("'", "''") + "'"


def _scan(paths: Sequence[str], line: str = "_line") -> str:
    """SQL for the rows of Parquet files of the same columns."""
    files, options = ", ".join(map(literal, paths)), ["hive_partitioning = false"]
    options += ["filename = true"] if len(paths) > 1 else []
    options += ["file_row_number = true"] if line == ROW else []
    return f"read_parquet([{files}], {', '.join(options)})"


def kinds_of(con: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    """Column → type of a table or a SELECT."""
    return {name: kind for name, kind, *_ in con.execute(f"describe {relation}").fetchall()}


def kinds_in(con: duckdb.DuckDBPyConnection, path: str) -> dict[str, str]:
    """Column → type of a Parquet file."""
    return kinds_of(con, f"select * from read_parquet({literal(path)}, hive_partitioning = false)")


@dataclass(frozen=True)
class RawPart:
    """What one file adds to a raw table: where it stands, which columns are wanted, their types, how lines are told."""

    file_no: int
    path: str
    columns: Sequence[str]
    kinds: Sequence[str]
    line: str
    record_count: int
    aside_count: int = 0

    @property
    def shape(self) -> tuple[object, ...]:
        """What must be the same for parts to be read in one go."""
        own = self.path if self.line == ROW else ""
        return own, tuple(self.kinds), self.aside_count > 0


def create_raw(con: duckdb.DuckDBPyConnection, raw: Raw) -> None:
    """An empty raw table of text columns, so that SQL runs whether or not a file came."""
    con.execute(_PARTS)
    _define(con, raw, [])


def part_of(con: duckdb.DuckDBPyConnection, file_no: int, raw: Raw, extract: Extract) -> RawPart:
    """What an extract adds to its raw table; those set aside go to `quarantine`."""
    found = kinds_in(con, str(extract.path))
    columns = [f"c{n}" for n in range(len(raw.columns))]
    part = RawPart(
        *(file_no, str(extract.path), columns, [found[name] for name in columns], "_line"),
        *(extract.count.records - extract.aside_count, extract.aside_count),
    )
    if part.aside_count:
        con.execute(
            f"""insert into quarantine select ?, {file_no}, null, {file_no * PER_FILE} + _line, _line, _reason
            from {_scan([part.path])} where _reason is not null""",
            [raw.name],
        )
    return part


def add(con: duckdb.DuckDBPyConnection, raw: Raw, part: RawPart) -> None:
    """Remember what a file adds to a raw table; `define` makes the table of all parts."""
    con.execute("insert into _parts values (?, ?)", [raw.name, json.dumps(vars(part))])


def define(con: duckdb.DuckDBPyConnection, raw: Raw, without: str = "") -> None:
    """Make the raw table of all parts; `without` names a table of records that are left out."""
    found = con.execute("select part from _parts where raw_table = ? order by rowid", [raw.name]).fetchall()
    _define(con, raw, [RawPart(**json.loads(told)) for (told,) in found], without)


def _define(con: duckdb.DuckDBPyConnection, raw: Raw, parts: Sequence[RawPart], without: str = "") -> None:
    filled = [part for part in parts if part.record_count] or parts[:1]
    kinds = _common_kinds(raw, filled)
    groups = [list(group) for _, group in itertools.groupby(filled, key=lambda part: part.shape)]
    selects = [_select(raw, group, kinds, len(filled)) for group in groups] or [_nothing(raw)]
    left_out = f" where _record not in (select _record from {without})" if without else ""
    rows = " union all ".join(selects)
    con.execute(f"create or replace temp view {quote(raw.name)} as select * from ({rows}){left_out}")


def _nothing(raw: Raw) -> str:
    columns = (f"null::VARCHAR as {quote(name)}" for name in raw.columns)
    return f"select {', '.join(columns)}, null::INTEGER as _file, 0 as _file_count, null::BIGINT as _record where false"


def _common_kinds(raw: Raw, parts: Sequence[RawPart]) -> list[str]:
    """The type of each column: text where files bring it in different ones."""
    found = [{part.kinds[n] for part in parts} for n in range(len(raw.columns))]
    return [kinds.pop() if len(kinds) == 1 else "VARCHAR" for kinds in found]


def _select(raw: Raw, parts: Sequence[RawPart], kinds: Sequence[str], file_count: int) -> str:
    """SQL for the rows of parts of one shape, with the number of their file, of all files and of the record.

    That there is one file only is known before a SELECT runs: what it does about several then costs nothing.
    """
    columns = ", ".join(_columns(raw, parts[0], kinds))
    paths, numbers = ", ".join(literal(part.path) for part in parts), [part.file_no for part in parts]
    number = f"{numbers[0]}" if len(parts) == 1 else f"{numbers}[list_position([{paths}], filename)]"
    kept = " where _reason is null" if parts[0].aside_count else ""
    return (
        f"select {columns}, {number}::INTEGER as _file, {file_count} as _file_count, "
        f"{number}::BIGINT * {PER_FILE} + {parts[0].line} as _record "
        f"from {_scan([part.path for part in parts], parts[0].line)}{kept}"
    )


def _columns(raw: Raw, part: RawPart, kinds: Sequence[str]) -> Iterator[str]:
    for name, column, own, kind in zip(raw.columns, part.columns, part.kinds, kinds, strict=True):
        yield f"{quote(column)}{'' if own == kind else f'::{kind}'} as {quote(name)}"


def rewrite(con: duckdb.DuckDBPyConnection, raw: Raw, columns: Mapping[str, str]) -> None:
    """Give the raw table other texts in some columns: column → SQL of its text."""
    if not columns:
        return
    before, replaced = _before(raw), ", ".join(f"{sql} as {quote(name)}" for name, sql in columns.items())
    con.execute(f"drop view if exists {before}")
    con.execute(f"alter view {quote(raw.name)} rename to {before}")
    con.execute(f"create temp view {quote(raw.name)} as select * replace ({replaced}) from {before}")


def _before(raw: Raw) -> str:
    return quote(f"_as_read_{raw.name}")


def drop(con: duckdb.DuckDBPyConnection, raws: Sequence[Raw]) -> None:
    """Forget all raw tables."""
    for raw in raws:
        con.execute(f"drop view if exists {quote(raw.name)}")
        con.execute(f"drop view if exists {_before(raw)}")
