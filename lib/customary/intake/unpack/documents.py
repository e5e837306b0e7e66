"""JSON: lists of objects as JSON lines, and the lists inside objects – an order's lines – as tables of their own."""

import gzip
import itertools
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast

from customary.errors import Refused
from customary.intake import documents
from customary.intake.texts import is_packed
from customary.intake.unpack.naming import key_of, place_for

MOST_BYTES = 1 << 30  # a whole JSON document is held in memory; larger exports come as lines


def is_document(path: Path) -> bool:
    """Whether a file is called JSON or JSON lines, packed or not."""
    return path.name.lower().endswith((".json", ".json.gz")) or documents.is_json_lines(path)


def tables(path: Path, scratch: Path) -> list[Path]:
    """The tables of a JSON file: its records as JSON lines, and each list of objects that they hold.

    Raises `Refused` for a document that is no list of objects, or too large to be one document.
    """
    found = [path] if documents.is_json_lines(path) else _as_lines(path, scratch)
    return [table for one in found for table in (one, *_inner_tables(one, scratch))]


def _owner(path: Path) -> str:
    return path.name.split(".json")[0].split(".ndjson")[0]


def _open(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path) if is_packed(path) else path.open("rb"))


def _as_lines(path: Path, scratch: Path) -> list[Path]:
    """The lists of objects of a document, each as JSON lines; a document that is JSON lines already is copied."""
    if path.stat().st_size > MOST_BYTES:
        raise Refused(
            "{file} is one JSON document of {size:,} bytes: export it as JSON lines",
            file=path.name,
            size=path.stat().st_size,
        )
    try:
        with _open(path) as file:
            told = json.loads(file.read())
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        return [_copy_lines(path, scratch, error)]
    lists = _lists_of(told)
    if not all(_is_table(rows) for rows in lists.values()):
        raise Refused("{file} is JSON but no list of objects: nothing in it is a table", file=path.name)
    return [_write(place_for(scratch, _owner(path), name, ".jsonl"), rows) for name, rows in lists.items()]


def _lists_of(told: Any) -> dict[str, Any]:
    """The lists of a document by name: the document itself, those in an object without a key, else its one record."""
    if not isinstance(told, dict):
        return {"": told}
    lists = {} if key_of(told, "") else {name: value for name, value in told.items() if _is_table(value)}
    return lists or {"": [told]}


def _copy_lines(path: Path, scratch: Path, error: ValueError) -> Path:
    """A .json file whose first lines are objects each is JSON lines under another name; else it is damaged."""
    first = [line for line in itertools.islice(documents.lines_of(path), 5) if line.strip()]
    if sum(isinstance(documents.record_of(line), dict) for line in first) < max(len(first) - 1, 1):
        raise Refused("{file} is not readable as JSON: {error}", file=path.name, error=error) from error
    target = place_for(scratch, _owner(path), "", ".jsonl")
    with _open(path) as given, target.open("wb") as file:
        shutil.copyfileobj(given, file, 1 << 20)
    return target


def _is_table(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _write(target: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    with target.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return target


def _inner_rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """(list, row) for every object in a list of a record, with the record's key; broken lines are said at the build."""
    for line in documents.lines_of(path):
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            continue
        if isinstance(record, dict) and (key := key_of(record, _owner(path))):
            yield from _rows_of(record, {key[0]: record[key[1]]})


def _rows_of(record: Mapping[str, Any], key: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, value in record.items():
        if _is_table(value) and not documents.is_named_list(value):
            yield from ((name, {**one, **key}) for one in value)


def _inner_tables(path: Path, scratch: Path) -> list[Path]:
    """The lists inside the records of a file, each as a table."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name, row in _inner_rows(path):
        found.setdefault(name, []).append(row)
    return [_write(place_for(scratch, _owner(path), name, ".jsonl"), rows) for name, rows in found.items()]
