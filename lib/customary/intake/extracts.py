"""What was read of an adopted file, kept as Parquet: a build reads only files that no build has read before.

An extract holds the cleaned cells of every record with its line, and the records that were set aside with the reason.
It serves as long as the file, how it is read and the reader itself are the same.
"""

import hashlib
import json
import os
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from customary.intake.lines import Records
from customary.intake.source import Raw

FOLDER = "extracts"
ROWS = 122_880  # of a row group, as DuckDB has them
# Texts of which so few of the first rows are different come again: a country, a product.
LOOK, AGAIN = 20_000, 0.05
_FACTS = b"customary"


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


class Done(float):
    """How much of a step is done, for progress; `share` is that of the whole, from 0 to 1, None where unknown."""

    share: float | None = None

    @classmethod
    def of(cls, amount: float, share: float | None) -> "Done":
        """An amount that knows its share."""
        done = cls(amount)
        done.share = share
        return done


@dataclass(frozen=True)
class Extract:
    """A file of records: column n of the raw table is `c<n>`, `_line` the line; where `_reason` stands, it is none."""

    path: Path
    count: Count
    aside_count: int = 0
    odd: Mapping[str, int] = field(default_factory=dict)


@cache
def _reader_print() -> str:
    """A fingerprint of the code that reads: what another one wrote is read again."""
    prints = hashlib.sha256(f"{duckdb.__version__} {pa.__version__}".encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        prints.update(path.read_bytes())
    return prints.hexdigest()


@cache
def _nowhere() -> TemporaryDirectory[str]:
    """For files of no shop: thrown away with the process."""
    return TemporaryDirectory(prefix="customary-")


def place(folder: Path | None, file: Path, fingerprint: str, raw: Raw) -> Path:
    """Where the extract of a file stands, by its bytes, its kind, how its raw table reads it, and the reader."""
    if folder is None or not fingerprint:
        return Path(_nowhere().name) / f"{uuid.uuid4().hex}.parquet"
    how = (raw.columns, raw.header, raw.delimiter, raw.encoding, raw.sheet, raw.skip, sorted(raw.readings.items()))
    told = json.dumps([fingerprint, "".join(file.suffixes), how, _reader_print()])
    return folder / f"{hashlib.sha256(told.encode()).hexdigest()[:32]}.parquet"


def find(path: Path) -> Extract | None:
    """The extract that stands there whole; one that cannot be opened is as good as none."""
    try:
        facts = pq.read_metadata(path)
        if _FACTS not in (facts.metadata or {}):  # the engine wrote it, of a file in which every row is a record
            return Extract(path, Count(facts.num_rows, facts.num_rows))
        told = json.loads(facts.metadata[_FACTS])
    except (OSError, KeyError, ValueError, pa.ArrowException):
        return None
    return Extract(path, Count(**told["count"]), told["aside_count"], told["odd"])


class Writer:
    """Writes an extract row group by row group: little of it is in memory."""

    def __init__(self, path: Path, width: int) -> None:
        """`width` is the number of the raw table's columns."""
        self.count, self.aside_count = Count(), 0
        self.odd: dict[str, int] = {}
        self._path, self._width, self._schema = path, width, schema(width)
        self._file: pq.ParquetWriter | None = None
        self._waiting, self._rows = list[pa.Table](), 0

    def add(self, cells: Sequence[pa.ChunkedArray], lines: pa.ChunkedArray) -> None:
        """Records: their cells column by column, and their lines."""
        self._take([*cells, lines, pa.nulls(len(lines), pa.string())])

    def set_aside(self, lines: Sequence[int], reasons: Sequence[str]) -> None:
        """Records that are none: where they stand, and why."""
        self.aside_count += len(lines)
        blank = [pa.nulls(len(lines), pa.string())] * self._width
        self._take([*blank, pa.array(lines, pa.int64()), pa.array(reasons, pa.string())])

    def _take(self, columns: Sequence[pa.Array | pa.ChunkedArray]) -> None:
        part = pa.Table.from_arrays(list(columns), schema=self._schema)
        self._waiting.append(part)
        self._rows += part.num_rows
        if self._rows >= ROWS:
            self._write(self._rows - self._rows % ROWS)

    def _write(self, rows: int) -> None:
        table = pa.concat_tables([self._schema.empty_table(), *self._waiting])
        self._file = self._file or pq.ParquetWriter(self._path, self._schema, **_way(table))
        self._file.write_table(table.slice(0, rows).combine_chunks(), row_group_size=ROWS)
        self._waiting, self._rows = [table.slice(rows)], table.num_rows - rows

    def finish(self) -> None:
        """Write what is left, and the facts of the whole."""
        if self._rows or self._file is None:
            self._write(self._rows)
        told = {"count": vars(self.count), "aside_count": self.aside_count, "odd": self.odd}
        if self._file:
            self._file.add_key_value_metadata({_FACTS.decode(): json.dumps(told, ensure_ascii=False)})

    def close(self) -> None:
        """Close the file, whole or not."""
        if self._file:
            self._file.close()


def _way(table: pa.Table) -> dict[str, Any]:
    """How a table like this one is written fastest: texts that come again are numbered, nothing is packed.

    It is then about as large as the file itself; packed it would be half as large, for a tenth of a build's time.
    """
    head = table.slice(0, LOOK)
    texts = [field.name for field in table.schema if pa.types.is_string(field.type)]
    again = [name for name in texts if pc.count_distinct(head[name]).as_py() <= AGAIN * max(head.num_rows, 1)]
    return {"compression": "none", "use_dictionary": again, "write_statistics": False}


def schema(width: int) -> pa.Schema:
    """The columns of an extract of text."""
    cells = [(f"c{n}", pa.string()) for n in range(width)]
    return pa.schema([*cells, ("_line", pa.int64()), ("_reason", pa.string())])


@contextmanager
def writing_typed(path: Path) -> Iterator[Path]:
    """A path for an extract in its own types that the engine writes, which stands in its place once it is whole."""
    with _aside(path) as aside:
        yield aside


@contextmanager
def writing(path: Path, width: int) -> Iterator[Writer]:
    """A writer for a new extract, which stands in its place once it is whole."""
    with _aside(path) as aside:
        writer = Writer(aside, width)
        try:
            yield writer
            writer.finish()
        finally:
            writer.close()


@contextmanager
def _aside(path: Path) -> Iterator[Path]:
    """A path beside the place of an extract, put there when all went well."""
    path.parent.mkdir(exist_ok=True)
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        yield aside
        with aside.open("rb+") as file:
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def sweep(folder: Path, used: Sequence[Path]) -> None:
    """Remove the extracts of files that the shop has no longer, and what was left half written."""
    for path in folder.glob("*") if folder.is_dir() else ():
        if path not in used:
            path.unlink()
