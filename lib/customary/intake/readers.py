"""Files in, raw tables out: every record keeps its line; one that cannot be read is set aside with its reason.

DuckDB's and pandas' own readers guess types and lose records without a word, so CSV is read strictly, as text.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from customary.errors import Refused
from customary.intake import documents, strays, workbooks
from customary.intake.heads import AROUND, parquet_names, read_head
from customary.intake.lines import Layout, Records, read_records, sort_rows
from customary.intake.rewriting import canonical_text
from customary.intake.source import Raw
from customary.intake.texts import Oddities, encoding_error, utf8_blocks

CHUNK = 100_000
# A record's number is its file's number and the line it begins on, counted from 1 (in Parquet, its row).
PER_FILE = 1 << 32
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class AdoptedFile:
    """One adopted file: its path, its order of arrival and the raw table it belongs to."""

    path: Path
    file_no: int
    raw: Raw


@dataclass
class Count:
    """What the lines of a file were: records, headers and blank lines; `lines` is all of them."""

    records: int = 0
    lines: int = 0
    headers: int = 0
    blank: int = 0

    def add(self, part: Records) -> None:
        """Count some more lines."""
        self.records += part.cells.num_rows + len(part.broken)
        self.lines += part.line_count
        self.blank += part.blank_count


def quote(name: str) -> str:
    """A column or table name, safe inside SQL."""
    return '"' + name.replace('"', '""') + '"'


_GUARD = '="%"'  # how an export keeps a spreadsheet from reading a number: ="00123", or an apostrophe before it


def clean(name: str) -> str:
    """SQL for a cell without what spreadsheets and exports put around it; NULL where nothing is left."""
    bare = f"trim({quote(name)}, '{AROUND}')"
    told = f"""case when {bare} like '{_GUARD}' then trim({bare}[3:-2], '{AROUND}')
        when {bare} similar to '''[-+=@0-9].*' then {bare}[2:] else {bare} end"""
    return f"nullif(nfc_normalize({told}), '')"


def create_raw(con: duckdb.DuckDBPyConnection, raw: Raw) -> None:
    """An empty raw table of text columns, so that SQL runs whether or not a file came."""
    columns = ", ".join(f"{quote(name)} VARCHAR" for name in raw.columns)
    con.execute(f"create or replace table {quote(raw.name)} ({columns}, _file INTEGER, _record BIGINT)")


def _positions(names: Sequence[str], given: AdoptedFile) -> tuple[int, ...]:
    """Where the wanted columns stand in a file; one that stands there twice is refused, nobody knows which is meant."""
    twice = [name for name in given.raw.columns if names.count(name) > 1]
    if twice:
        raise Refused(f"{given.path.name} has the column {twice[0]} {names.count(twice[0])} times: leave one")
    lacking = [name for name in given.raw.columns if name not in names]
    if lacking:
        raise Refused(f"{given.path.name} has no column {lacking[0]}, which it had when it was adopted: adopt it anew")
    return tuple(map(names.index, given.raw.columns))


def _cell(text: str, column: str, raw: Raw) -> str:
    """SQL for a cell, rewritten where its column declares how it is read."""
    return (
        f"list_transform([{text}], lambda _c: {canonical_text('_c', raw.readings[column])})[1]"
        if (column in raw.readings)
        else text
    )


def _kinds(con: duckdb.DuckDBPyConnection, relation: str, arguments: Sequence[str] = ()) -> dict[str, str]:
    """Column → type of a table or a SELECT."""
    return {name: kind for name, kind, *_ in con.execute(f"describe {relation}", arguments).fetchall()}


def _widen(con: duckdb.DuckDBPyConnection, raw: Raw, kinds: Mapping[str, str]) -> None:
    """Make text of the columns of a raw table that a further file brings in another type than those before."""
    for name, kind in _kinds(con, quote(raw.name)).items():
        if name in kinds and kind not in ("VARCHAR", kinds[name]):
            con.execute(f"alter table {quote(raw.name)} alter column {quote(name)} type VARCHAR")


def _insert(con: duckdb.DuckDBPyConnection, given: AdoptedFile, records: Sequence[Records]) -> None:
    """Append records to the raw table and the broken ones to `quarantine`."""
    base, table = given.file_no * PER_FILE, given.raw.name
    cells = pa.concat_tables([part.cells for part in records])
    con.register("_chunk", cells.append_column("_line", pa.chunked_array([part.lines for part in records])))
    _widen(con, given.raw, dict.fromkeys(given.raw.columns, "VARCHAR"))
    is_bare = all(part.bare for part in records) and not given.raw.readings
    if is_bare and not strays.may_hold(given.raw, cells):
        bare = ", ".join(map(quote, cells.column_names))
        con.execute(f"insert into {quote(table)} select {bare}, {given.file_no}, {base} + _line from _chunk")
    else:
        _insert_cleaned(con, given, cells.column_names)
    con.unregister("_chunk")
    if broken := [record for part in records for record in part.broken]:
        con.executemany(
            "insert into quarantine values (?, ?, null, ?, ?, ?)",
            [(table, given.file_no, base + record.line, record.line, record.reason) for record in broken],
        )


def _insert_cleaned(con: duckdb.DuckDBPyConnection, given: AdoptedFile, names: Sequence[str]) -> None:
    """Append the records of `_chunk`, each cell cleaned and read as declared, without lines that are no records."""
    raw, base = given.raw, given.file_no * PER_FILE
    bare = [clean(name) for name in names]
    wanted = ", ".join(map(_cell, bare, raw.columns, itertools.repeat(raw)))
    stray = strays.reason_sql(raw, bare)
    con.execute(
        f"insert into {quote(raw.name)} select {wanted}, {given.file_no}, {base} + _line from _chunk "
        f"where {stray} is null"
    )
    strays.set_aside(con, raw, given.file_no, base, stray)


def _batches(records: Iterator[Records]) -> Iterator[list[Records]]:
    """Records in batches that are worth an insert each, bare ones apart from those that need cleaning."""
    for _, parts in itertools.groupby(records, key=lambda part: part.bare):
        batch: list[Records] = []
        for part in parts:
            batch.append(part)
            if sum(one.cells.num_rows for one in batch) >= CHUNK:
                yield batch
                batch = []
        if batch:
            yield batch


def read_text(con: duckdb.DuckDBPyConnection, given: AdoptedFile, progress: Progress) -> Count:
    """Append one text file to its raw table; every physical line is counted once."""
    raw, count = given.raw, Count()
    if raw.header:
        head = read_head(given.path, raw)
        names, blocks, count = head.cells, head.rest, Count(headers=head.line_count - head.blank_count)
        count.blank = head.blank_count
        count.lines = head.line_count
    else:
        names, blocks = list(raw.columns), utf8_blocks(given.path, raw.encoding)
    layout, odd = Layout(len(names), raw.delimiter, _positions(names, given)), Oddities()
    try:
        for batch in _batches(read_records(odd.watch(blocks), layout, count.lines + 1)):
            _insert(con, given, batch)
            for part in batch:
                count.add(part)
            progress(f"reading {given.path.name}", count.records)
    except UnicodeDecodeError as error:
        raise encoding_error(given.path, raw.encoding, count.lines + 1) from error
    for reason, places in odd.found.items():
        con.execute("insert into remarks values (?, ?, ?, null)", [raw.name, f"{reason} ({given.path.name})", places])
    return count


def _typed_cell(name: str, kind: str, raw: Raw) -> str:
    """SQL for a column of a Parquet file: texts are cleaned as those of CSV, other types stay unless declared."""
    if kind == "VARCHAR" or name in raw.readings:
        text = clean(name) if kind == "VARCHAR" else f"{quote(name)}::VARCHAR"
        return f"{_cell(text, name, raw)} as {quote(name)}"
    return quote(name)


def read_parquet(con: duckdb.DuckDBPyConnection, given: AdoptedFile, progress: Progress) -> Count:
    """Append one Parquet file, keeping its types."""
    raw, base, path = given.raw, given.file_no * PER_FILE, str(given.path)
    _positions(parquet_names(given.path), given)
    kinds = _kinds(con, "select * from read_parquet(?)", [path])
    wanted = ", ".join(_typed_cell(name, kinds[name], raw) for name in raw.columns)
    picked = f"""select {wanted}, {given.file_no} as _file, {base + 1} + file_row_number as _record
        from read_parquet(?, file_row_number = true)"""
    table = quote(raw.name)
    if not con.execute(f"select count(*) from {table}").fetchone()[0]:  # type: ignore[index]
        con.execute(f"create or replace table {table} as {picked}", [path])
    else:
        _widen(con, raw, {name: "VARCHAR" if name in raw.readings else kinds[name] for name in raw.columns})
        con.execute(f"insert into {table} {picked}", [path])
    found = con.execute(f"select count(*) from {table} where _file = {given.file_no}").fetchone()[0]  # type: ignore[index]
    progress(f"reading {given.path.name}", found)
    return Count(int(found), int(found))


def read_workbook(con: duckdb.DuckDBPyConnection, given: AdoptedFile, progress: Progress) -> Count:
    """Append a sheet of a workbook; its rows count as lines."""
    raw, count = given.raw, Count()
    found = workbooks.rows(given.path, raw.sheet)
    names = list(raw.columns)
    for _ in range(raw.skip + raw.header):
        names = [cell.strip(AROUND) for cell in next(found, [])]
        count.lines += 1
        count.headers += 1
    layout = Layout(len(names), ",", _positions(names, given))
    while rows := list(itertools.islice(found, CHUNK)):
        part = sort_rows(rows, layout, count.lines + 1)
        _insert(con, given, [part])
        count.add(part)
        progress(f"reading {given.path.name}", count.records)
    return count


def read_json_lines(con: duckdb.DuckDBPyConnection, given: AdoptedFile, progress: Progress) -> Count:
    """Append a file of JSON lines; every line counts, a field that a record lacks is blank in it."""
    count = Count()
    names = documents.columns(given.path)
    layout = Layout(len(names), ",", _positions(names, given))
    for part in documents.records(given.path, layout, names):
        _insert(con, given, [part])
        count.add(part)
        progress(f"reading {given.path.name}", count.records)
    return count


def read_file(con: duckdb.DuckDBPyConnection, given: AdoptedFile, progress: Progress) -> Count:
    """Append one adopted file to its raw table and to the list of files."""
    read = read_parquet if given.path.suffix == ".parquet" else read_text
    if workbooks.is_workbook(given.path):
        read = read_workbook
    if documents.is_json_lines(given.path):
        read = read_json_lines
    count = read(con, given, progress)
    con.execute(
        "insert into files values (?, ?, ?, ?, ?, ?, ?)",
        [given.file_no, given.path.name, given.raw.name, count.records, count.lines, count.headers, count.blank],
    )
    return count
