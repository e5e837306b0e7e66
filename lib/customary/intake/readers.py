"""Files in, raw tables out: every record gets a number; one that cannot be read is set aside with its reason.

DuckDB's and pandas' own readers guess types and lose records without a word, so CSV is read strictly, as text.
"""

import codecs
import csv
import gzip
import io
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from customary.errors import Refused
from customary.intake.source import Raw

CHUNK = 100_000
PER_FILE = 1 << 32  # record numbers of one file lie in [file_no * PER_FILE, (file_no + 1) * PER_FILE)
Progress = Callable[[str, float], None]
Row = tuple[list[str] | None, str | None, int]  # fields, or why they could not be read; line where the record ends


@dataclass(frozen=True)
class AdoptedFile:
    """One adopted file: its path, its order of arrival and the raw table it belongs to."""

    path: Path
    file_no: int
    raw: Raw


def quote(name: str) -> str:
    """A column or table name, safe inside SQL."""
    return '"' + name.replace('"', '""') + '"'


def text_of(path: Path, encoding: str) -> Iterator[str]:
    """The lines of a text file (also .gz) in its declared encoding; a byte-order mark wins, nothing is guessed."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    marked = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
    known = next((name for mark, name in marked.items() if data.startswith(mark)), encoding)
    try:
        return iter(io.StringIO(data.decode(known), newline=""))
    except UnicodeDecodeError as error:
        raise Refused(f"{path.name} is not {known}: say its encoding in source.toml ({error.reason})") from error


def _records(path: Path, raw: Raw) -> Iterator[Row]:
    lines = text_of(path, raw.encoding)
    if raw.delimiter == "whitespace":
        yield from ((line.split(), None, number) for number, line in enumerate(lines, 1))
        return
    reader = csv.reader(lines, delimiter=raw.delimiter, strict=True)
    while True:
        try:
            yield next(reader), None, reader.line_num
        except StopIteration:
            return
        except csv.Error as error:
            yield None, f"not readable as CSV: {error}", reader.line_num


def header_of(path: Path, raw: Raw) -> list[str]:
    """The column names of a file as it gives them; the contract's own where it has no header line."""
    if path.suffix == ".parquet":
        return pq.read_schema(path).names
    if not raw.header:
        return list(raw.columns)
    first = next(_records(path, raw), None)
    if first is None or first[0] is None:
        raise Refused(f"{path.name} is empty")
    return [name.strip() for name in first[0]]


def _sort_out(rows: Iterable[Row], width: int) -> tuple[list[list[str]], list[int], list[tuple[int, int, str]]]:
    """Readable records, their positions, and (position, line, reason) of the others; blank lines are no records."""
    good: list[list[str]] = []
    places: list[int] = []
    bad: list[tuple[int, int, str]] = []
    present = (row for row in rows if row[0] is None or row[0])
    for place, (fields, problem, line) in enumerate(present):
        if fields is not None and len(fields) == width:
            good.append(fields)
            places.append(place)
        else:
            bad.append((place, line, problem or f"{len(fields or ())} fields where the header has {width}"))
    return good, places, bad


def _arrow(good: Sequence[Sequence[str]], numbers: Iterable[int], names: list[str]) -> pa.Table:
    columns = list(zip(*good, strict=True)) or [()] * len(names)
    cells = {name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)}
    return pa.table({**cells, "_record": pa.array(numbers, pa.int64())})


def create_raw(con: duckdb.DuckDBPyConnection, raw: Raw) -> None:
    """An empty raw table of text columns, so that SQL runs whether or not a file came."""
    columns = ", ".join(f"{quote(name)} VARCHAR" for name in raw.columns)
    con.execute(f"create or replace table {quote(raw.name)} ({columns}, _file INTEGER, _record BIGINT)")


def _insert(con: duckdb.DuckDBPyConnection, given: AdoptedFile, chunk: pa.Table) -> None:
    wanted = ", ".join(f"nullif(trim({quote(name)}), '')" for name in given.raw.columns)
    con.register("_chunk", chunk)
    con.execute(f"insert into {quote(given.raw.name)} select {wanted}, {given.file_no}, _record from _chunk")
    con.unregister("_chunk")


def _read_clean(con: duckdb.DuckDBPyConnection, given: AdoptedFile, names: list[str], progress: Progress) -> int | None:
    """Append a file in which every record has every field; None as soon as one has not."""
    raw, count = given.raw, 0
    lines = text_of(given.path, raw.encoding)
    split = raw.delimiter == "whitespace"
    rows: Iterator[list[str]] = (
        (line.split() for line in lines) if split else csv.reader(lines, delimiter=raw.delimiter, strict=True)
    )
    if raw.header:
        next(rows, None)
    try:
        while chunk := list(itertools.islice(rows, CHUNK)):
            if set(map(len, chunk)) != {len(names)}:
                return None
            base = given.file_no * PER_FILE + count
            _insert(con, given, _arrow(chunk, range(base, base + len(chunk)), names))
            count += len(chunk)
            progress(f"reading {given.path.name}", count)
    except csv.Error:
        return None
    return count


def _read_carefully(con: duckdb.DuckDBPyConnection, given: AdoptedFile, names: list[str], progress: Progress) -> int:
    """Append a file record by record, setting aside the unreadable ones with line and reason."""
    rows = itertools.islice(_records(given.path, given.raw), 1 if given.raw.header else 0, None)
    count = 0
    while chunk := list(itertools.islice(rows, CHUNK)):
        good, places, bad = _sort_out(chunk, len(names))
        base = given.file_no * PER_FILE + count
        _insert(con, given, _arrow(good, [base + place for place in places], names))
        if bad:
            con.executemany(
                "insert into quarantine values (?, ?, null, ?, ?, ?)",
                [(given.raw.name, given.file_no, base + place, line, reason) for place, line, reason in bad],
            )
        count += len(good) + len(bad)
        progress(f"reading {given.path.name}", count)
    return count


def read_text(con: duckdb.DuckDBPyConnection, given: AdoptedFile, progress: Progress) -> int:
    """Append one text file to its raw table; returns the records read, set-aside ones included."""
    names = header_of(given.path, given.raw)
    clean = _read_clean(con, given, names, progress)
    if clean is not None:
        return clean
    con.execute(f"delete from {quote(given.raw.name)} where _file = {given.file_no}")
    return _read_carefully(con, given, names, progress)


def read_parquet(con: duckdb.DuckDBPyConnection, given: AdoptedFile, progress: Progress) -> int:
    """Append one Parquet file, keeping its types; returns the records read."""
    raw, base = given.raw, given.file_no * PER_FILE
    wanted = ", ".join(quote(name) for name in raw.columns)
    picked = f"""select {wanted}, {given.file_no} as _file, {base} + file_row_number as _record
        from read_parquet(?, file_row_number = true)"""
    table = quote(raw.name)
    if not con.execute(f"select count(*) from {table}").fetchone()[0]:  # type: ignore[index]
        con.execute(f"create or replace table {table} as {picked}", [str(given.path)])
    else:
        con.execute(f"insert into {table} {picked}", [str(given.path)])
    count = con.execute(f"select count(*) from {table} where _file = {given.file_no}").fetchone()[0]  # type: ignore[index]
    progress(f"reading {given.path.name}", count)
    return int(count)


def read_file(con: duckdb.DuckDBPyConnection, given: AdoptedFile, progress: Progress) -> int:
    """Append one adopted file to its raw table and to the list of files; returns its record count."""
    read = read_parquet if given.path.suffix == ".parquet" else read_text
    count = read(con, given, progress)
    con.execute("insert into files values (?, ?, ?, ?)", [given.file_no, given.path.name, given.raw.name, count])
    return count
