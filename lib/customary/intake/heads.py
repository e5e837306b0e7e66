"""The header of a file: the names of its columns, and the lines down to its end."""

import csv
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from customary.errors import Refused
from customary.intake import documents, workbooks
from customary.intake.source import Raw
from customary.intake.texts import encoding_error, utf8_blocks

# What stands around a value and belongs to no name: blanks of all kinds, tabs, marks of no width and of direction.
AROUND = " \t\r\n\v\f" + "".join(map(chr, (0xA0, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0x3000, 0xFEFF)))


@dataclass(frozen=True)
class Head:
    """The first record of a text file: its cells, the lines down to its end and the blank ones, what follows."""

    cells: list[str]
    line_count: int
    blank_count: int
    rest: Iterator[bytes]


def read_head(path: Path, raw: Raw) -> Head:
    """The header of a text file; refused where there is none."""
    blocks = utf8_blocks(path, raw.encoding)
    first = next(blocks, b"")
    lines = re.findall(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", first)
    blank = next((n for n, line in enumerate(lines) if n >= raw.skip and line.strip()), None)
    if blank is None:
        raise Refused("{file} is empty", file=path.name)
    cells, span = _cells_of(lines[blank:], path, raw, blank + 1)
    used = sum(map(len, lines[: blank + span]))
    return Head(
        [name.strip(AROUND) for name in cells], blank + span, blank - raw.skip, itertools.chain([first[used:]], blocks)
    )


def _cells_of(lines: Sequence[bytes], path: Path, raw: Raw, number: int) -> tuple[list[str], int]:
    try:
        if raw.delimiter == "whitespace":
            return lines[0].decode().split(), 1
        reader = csv.reader((line.decode() for line in lines), delimiter=raw.delimiter, strict=True)
        return next(reader), reader.line_num
    except UnicodeDecodeError as error:
        raise encoding_error(path, raw.encoding, number) from error
    except csv.Error as error:
        raise Refused(
            "{file}, line {number}: its header is not readable as CSV ({error})",
            file=path.name,
            number=number,
            error=error,
        ) from error


def parquet_names(path: Path) -> list[str]:
    """The columns of a Parquet file; refused where it is cut off, damaged or no such file."""
    try:
        names: list[str] = pq.read_schema(path).names
    except pa.ArrowException as error:
        raise Refused(
            "{file} is cut off, damaged or no Parquet file: export or copy it again", file=path.name
        ) from error
    return names


def parquet_rows(path: Path) -> int:
    """How many rows a Parquet file says that it has."""
    return int(pq.read_metadata(path).num_rows)


def header_of(path: Path, raw: Raw) -> list[str]:
    """The column names of a file as it gives them; the contract's own where it has no header line."""
    if path.suffix == ".parquet":
        return parquet_names(path)
    if workbooks.is_workbook(path):
        first = next(itertools.islice(workbooks.rows(path, raw.sheet), raw.skip, None), [])
        return [name.strip(AROUND) for name in first] if raw.header else list(raw.columns)
    if documents.is_json_lines(path):
        return documents.columns(path)
    return read_head(path, raw).cells if raw.header else list(raw.columns)
