"""JSON lines: one record a line, what is nested in it named by its path (`device.category`, `event_params.page`)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from customary.errors import Refused
from customary.intake.lines import Layout, Records, sort_rows
from customary.intake.texts import utf8_blocks

SUFFIXES = (".jsonl", ".ndjson")
MOST_COLUMNS = 2_000
BATCH = 50_000


def is_json_lines(path: Path) -> bool:
    """Whether a file is called JSON lines, packed or not."""
    return any(path.name.lower().endswith((suffix, f"{suffix}.gz")) for suffix in SUFFIXES)


def is_named_list(value: object) -> bool:
    """Whether a list holds named values: [{"key": …, "value": …}, …], as Google writes the parameters of an event."""
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) and set(v) == _NAMED for v in value)


_NAMED = {"key", "value"}


def _text(value: object) -> str:
    """A value as text: true and false as words, lists as JSON, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _only(value: object) -> object:
    """The one value that is given of {"string_value": null, "int_value": 7}; any other value as it is."""
    if isinstance(value, dict) and value and all(name.endswith("_value") for name in value):
        return next((one for one in value.values() if one is not None), None)
    return value


def flatten(record: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """The values of a record with the path to each: {"device": {"os": "iOS"}} gives device.os."""
    for name, value in record.items():
        inner = _only(value)
        if isinstance(inner, dict):
            yield from flatten(inner, f"{path}{name}.")
        elif is_named_list(inner):
            for one in cast(list[dict[str, Any]], inner):
                yield from flatten({one["key"]: one["value"]}, f"{path}{name}.")
        else:
            yield f"{path}{name}", _text(inner)


def lines_of(path: Path, encoding: str = "utf-8") -> Iterator[str]:
    """The lines of a text file, without their ends; only line feeds end one, as JSON lines demands."""
    rest = b""
    for block in utf8_blocks(path, encoding):
        *whole, rest = (rest + block).split(b"\n")
        yield from (line.decode() for line in whole)
    if rest:
        yield rest.decode()


def record_of(line: str) -> dict[str, str] | str:
    """A line as path → text, else why it is no record."""
    try:
        found = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        return f"not readable as JSON ({getattr(error, 'msg', 'nested too deep')})"
    return dict(flatten(found)) if isinstance(found, dict) else "no JSON object"


@lru_cache(maxsize=64)
def _columns(path: Path, modified: int, size: int) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for line in lines_of(path):
        record = record_of(line) if line.strip() else {}
        if isinstance(record, dict):
            found |= dict.fromkeys(record)
        if len(found) > MOST_COLUMNS:
            raise Refused(
                "{file} has more than {most:,} different fields: its names are values",
                file=path.name,
                most=MOST_COLUMNS,
            )
    if not found:
        raise Refused("{file} holds no JSON object", file=path.name)
    return tuple(found)


def columns(path: Path) -> list[str]:
    """All fields that any line of a file has, by their paths, in the order in which they come."""
    state = path.stat()
    return list(_columns(path, state.st_mtime_ns, state.st_size))


def records(path: Path, layout: Layout, names: Sequence[str]) -> Iterator[Records]:
    """The records of a file by lines: the wanted cells, broken and blank lines; a field that a line lacks is blank."""
    batch: list[Sequence[str] | str] = []
    line = 1
    for text in lines_of(path):
        batch.append(_cells(text, names))
        if len(batch) == BATCH:
            yield sort_rows(batch, layout, line)
            line, batch = line + len(batch), []
    if batch:
        yield sort_rows(batch, layout, line)


def _cells(text: str, names: Sequence[str]) -> Sequence[str] | str:
    """The cells of a line in the order of `names`, none where it is blank, else why it is no record."""
    if not text.strip():
        return []
    record = record_of(text)
    return record if isinstance(record, str) else [record.get(name, "") for name in names]
