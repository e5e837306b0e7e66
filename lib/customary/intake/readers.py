"""Files in, extracts out: every record keeps its line; one that cannot be read is set aside with its reason.

DuckDB's and pandas' own readers guess types and lose records without a word, so CSV is read strictly, as text.
"""

import codecs
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from customary.errors import Refused
from customary.intake import documents, extracts, raws, strays, workbooks
from customary.intake.cells import bare_columns
from customary.intake.extracts import Count, Done, Extract, Writer
from customary.intake.failures import REASON as FAILED_FORMULAS
from customary.intake.failures import blank_failed
from customary.intake.heads import AROUND, parquet_names, parquet_rows, read_head
from customary.intake.lines import Layout, Records, read_records, sort_rows
from customary.intake.raws import PER_FILE, RawPart, create_raw, literal, quote
from customary.intake.rewriting import canonical_text
from customary.intake.source import Raw
from customary.intake.texts import Oddities, encoding_error, is_packed, utf8_blocks
from customary.wording import say

CHUNK = 100_000
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class AdoptedFile:
    """One adopted file: its path, its order of arrival, the raw table it belongs to.

    Where its fingerprint and a folder are given, what is read of it is kept there for the next build.
    """

    path: Path
    file_no: int
    raw: Raw
    fingerprint: str = ""
    kept_in: Path | None = None


_GUARD = '="%"'  # how an export keeps a spreadsheet from reading a number: ="00123", or an apostrophe before it


def clean(name: str) -> str:
    """SQL for a cell without what spreadsheets and exports put around it; NULL where nothing is left."""
    bare = f"trim({quote(name)}, '{AROUND}')"
    told = f"""case when {bare} like '{_GUARD}' then trim({bare}[3:-2], '{AROUND}')
        when {bare} similar to '''[-+=@0-9].*' then {bare}[2:] else {bare} end"""
    return f"nullif(nfc_normalize({told}), '')"


def _positions(names: Sequence[str], given: AdoptedFile) -> tuple[int, ...]:
    """Where the wanted columns stand in a file; one that stands there twice is refused, nobody knows which is meant."""
    twice = [name for name in given.raw.columns if names.count(name) > 1]
    if twice:
        raise Refused(
            "{file} has the column {column} {count} times: leave one",
            file=given.path.name,
            column=twice[0],
            count=names.count(twice[0]),
        )
    lacking = [name for name in given.raw.columns if name not in names]
    if lacking:
        raise Refused(
            "{file} has no column {column}, which it had when it was adopted: adopt it anew",
            file=given.path.name,
            column=lacking[0],
        )
    return tuple(map(names.index, given.raw.columns))


def _cell(text: str, column: str, raw: Raw) -> str:
    """SQL for a cell, rewritten where its column declares how it is read."""
    return (
        f"list_transform([{text}], lambda _c: {canonical_text('_c', raw.readings[column])})[1]"
        if (column in raw.readings)
        else text
    )


def _insert(con: duckdb.DuckDBPyConnection, given: AdoptedFile, records: Sequence[Records], into: Writer) -> None:
    """Append records to an extract, the broken ones as set aside."""
    cells = pa.concat_tables([part.cells for part in records])
    lines = pa.chunked_array([part.lines for part in records])
    is_bare = all(part.bare for part in records) and not given.raw.readings
    if is_bare and not strays.may_hold(given.raw, cells):
        into.add(cells.columns, lines)
    else:
        _insert_cleaned(con, given.raw, cells.append_column("_line", lines), into)
    if broken := [record for part in records for record in part.broken]:
        into.set_aside([record.line for record in broken], [record.reason for record in broken])


def _insert_cleaned(con: duckdb.DuckDBPyConnection, raw: Raw, chunk: pa.Table, into: Writer) -> None:
    """Append records, each cell cleaned and read as declared; lines that are no records are set aside."""
    bare = [clean(name) for name in chunk.column_names[:-1]]
    wanted = [f"{_cell(text, name, raw)} as c{n}" for n, (text, name) in enumerate(zip(bare, raw.columns, strict=True))]
    con.register("_chunk", chunk)
    found = con.execute(f"select {', '.join(wanted)}, _line, {strays.reason_sql(raw, bare)} as _reason from _chunk")
    table = found.to_arrow_table()
    con.unregister("_chunk")
    is_record = pc.is_null(table["_reason"])
    kept, stray = table.filter(is_record), table.filter(pc.invert(is_record))
    into.add(kept.columns[:-2], kept["_line"])
    if stray.num_rows:
        into.set_aside(stray["_line"].to_pylist(), stray["_reason"].to_pylist())


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


def _share(given: AdoptedFile, seen: int) -> float | None:
    """How much of a text file is read, where its bytes are those that are read: not packed, and in UTF-8."""
    is_as_it_is = not is_packed(given.path) and codecs.lookup(given.raw.encoding).name == "utf-8"
    return min(seen / max(given.path.stat().st_size, 1), 1) if is_as_it_is else None


def read_text(con: duckdb.DuckDBPyConnection, given: AdoptedFile, into: Writer, progress: Progress) -> None:
    """Append the records of one text file to its extract; every physical line is counted once."""
    raw, count = given.raw, into.count
    if raw.header:
        head = read_head(given.path, raw)
        names, blocks = head.cells, head.rest
        count.headers, count.blank = head.line_count - head.blank_count, head.blank_count
        count.lines = head.line_count
    else:
        names, blocks = list(raw.columns), utf8_blocks(given.path, raw.encoding)
    layout, odd = Layout(len(names), raw.delimiter, _positions(names, given)), Oddities(into.odd)
    try:
        for batch in _batches(read_records(odd.watch(blocks), layout, count.lines + 1)):
            batch = [blank_failed(part, into.odd) for part in batch] if odd.has_marks else batch
            _insert(con, given, batch, into)
            for part in batch:
                count.add(part)
            progress(say("reading {file}", file=given.path.name), Done.of(count.records, _share(given, odd.seen)))
    except UnicodeDecodeError as error:
        raise encoding_error(given.path, raw.encoding, count.lines + 1) from error


def read_workbook(con: duckdb.DuckDBPyConnection, given: AdoptedFile, into: Writer, progress: Progress) -> None:
    """Append a sheet of a workbook to its extract; its rows count as lines."""
    raw, count = given.raw, into.count
    found = workbooks.rows(given.path, raw.sheet)
    names = list(raw.columns)
    for _ in range(raw.skip + raw.header):
        names = [cell.strip(AROUND) for cell in next(found, [])]
        count.lines += 1
        count.headers += 1
    layout = Layout(len(names), ",", _positions(names, given))
    if failed := workbooks.count_failed(given.path):
        into.odd[FAILED_FORMULAS] = failed
    while rows := list(itertools.islice(found, CHUNK)):
        part = sort_rows(rows, layout, count.lines + 1)
        _insert(con, given, [part], into)
        count.add(part)
        progress(say("reading {file}", file=given.path.name), count.records)


def read_json_lines(con: duckdb.DuckDBPyConnection, given: AdoptedFile, into: Writer, progress: Progress) -> None:
    """Append a file of JSON lines to its extract; every line counts, a field that a record lacks is blank in it."""
    names = documents.columns(given.path)
    layout = Layout(len(names), ",", _positions(names, given))
    for part in documents.records(given.path, layout, names):
        _insert(con, given, [part], into)
        into.count.add(part)
        progress(say("reading {file}", file=given.path.name), into.count.records)


def _extract(con: duckdb.DuckDBPyConnection, given: AdoptedFile, place: Path, progress: Progress) -> Extract:
    """Read a file that is no Parquet into an extract."""
    read = read_text
    if workbooks.is_workbook(given.path):
        read = read_workbook
    if documents.is_json_lines(given.path):
        read = read_json_lines
    with extracts.writing(place, len(given.raw.columns)) as into:
        read(con, given, into, progress)
    pa.default_memory_pool().release_unused()  # it would be kept for the next file while the engine needs it
    return Extract(place, into.count, into.aside_count, into.odd)


def _typed_cell(name: str, kind: str, raw: Raw) -> str:
    """SQL for a column of a Parquet file: texts are cleaned as those of CSV, other types stay unless declared."""
    if kind == "VARCHAR" or name in raw.readings:
        text = clean(name) if kind == "VARCHAR" else f"{quote(name)}::VARCHAR"
        return _cell(text, name, raw)
    return quote(name)


def _extract_typed(con: duckdb.DuckDBPyConnection, given: AdoptedFile, place: Path) -> Extract:
    """Read a Parquet file whose cells must be cleaned or rewritten into an extract."""
    path, raw = str(given.path), given.raw
    kinds = raws.kinds_in(con, path)
    cells = ", ".join(f"{_typed_cell(name, kinds[name], raw)} as c{n}" for n, name in enumerate(raw.columns))
    with extracts.writing_typed(place) as aside:
        con.execute(
            f"""copy (select {cells}, 1 + file_row_number as _line, null::VARCHAR as _reason
            from read_parquet({literal(path)}, file_row_number = true, hive_partitioning = false))
            to {literal(str(aside))} (format parquet, compression lz4_raw)"""
        )
    count = parquet_rows(place)
    return Extract(place, Count(count, count))


def _parquet_part(con: duckdb.DuckDBPyConnection, given: AdoptedFile, place: Path) -> tuple[RawPart, Count]:
    """What a Parquet file adds, in its own types: read where it stands if there is nothing to clean."""
    path, raw = given.path, given.raw
    _positions(parquet_names(path), given)
    kinds = raws.kinds_in(con, str(path))
    texts = [name for name in raw.columns if kinds[name] == "VARCHAR"]
    rows = parquet_rows(path)
    if not raw.readings and len(bare_columns(path, texts)) == len(texts):
        part = RawPart(given.file_no, str(path), raw.columns, [kinds[name] for name in raw.columns], raws.ROW, rows)
        return part, Count(rows, rows)
    found = extracts.find(place) or _extract_typed(con, given, place)
    return raws.part_of(con, given.file_no, raw, found), found.count


def read_file(con: duckdb.DuckDBPyConnection, given: AdoptedFile, progress: Progress) -> Count:
    """Append one adopted file to its raw table and to the list of files."""
    count = take_in(con, given, progress)
    raws.define(con, given.raw)
    return count


def take_in(con: duckdb.DuckDBPyConnection, given: AdoptedFile, progress: Progress) -> Count:
    """Read one adopted file, unless an earlier build has, for its raw table and the list of files."""
    place, name = extracts.place(given.kept_in, given.path, given.fingerprint, given.raw), given.path.name
    if given.path.suffix == ".parquet":
        part, count = _parquet_part(con, given, place)
    else:
        found = extracts.find(place) or _extract(con, given, place, progress)
        part, count = raws.part_of(con, given.file_no, given.raw, found), found.count
        for reason, places in found.odd.items():
            con.execute("insert into remarks values (?, ?, ?, null)", [given.raw.name, f"{reason} ({name})", places])
    progress(say("reading {file}", file=name), count.records)
    raws.add(con, given.raw, part)
    con.execute(
        "insert into files values (?, ?, ?, ?, ?, ?, ?)",
        [given.file_no, name, given.raw.name, count.records, count.lines, count.headers, count.blank],
    )
    return count


__all__ = ["PER_FILE", "AdoptedFile", "Count", "Progress", "clean", "create_raw", "quote", "read_file", "take_in"]
