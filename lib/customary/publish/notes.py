"""Dated notes of a shop, for its time lines: `<shop>/notes.toml`, kept in the snapshot as the book `notes`.

```toml
[[note]]
on = 2025-11-01          # the day, or the first of several
until = 2025-11-11       # the last one, where there are several
en = "Double Eleven"     # in one language or in both
zh = "双十一"
```
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from customary.errors import Refused, unknown_name
from customary.rules.reading import parse_toml
from customary.wording import say, wording

FILE = "notes.toml"
PARTS = ("on", "until", "en", "zh")
BOOK = pa.schema(
    [("starts_on", pa.date32()), ("ends_on", pa.date32()), ("text", pa.string()), ("text_zh", pa.string())]
)


def book(folder: Path) -> pa.Table:
    """The notes of the shop in `folder` by their days, none where it wrote none; a missing language is NULL.

    A note of one day ends on the day on which it starts. Raises `Refused` with the line where the file is wrong.
    """
    path = folder / FILE
    rows = list(_rows(path.read_text("utf-8"), f"{folder.name}/{FILE}")) if path.is_file() else []
    return pa.Table.from_pylist(sorted(rows, key=lambda row: (row["starts_on"], row["ends_on"])), schema=BOOK)


def _rows(text: str, file: str) -> Iterator[dict[str, Any]]:
    told = parse_toml(text, file.removesuffix(".toml"))
    notes = told.pop("note", [])
    if told:
        raise Refused(
            "{file}, line {line}: {error}",
            file=file,
            line=_top_line(text, min(told)),
            error=unknown_name(min(told), ["note"], "table of notes"),
        )
    if not isinstance(notes, list) or not all(isinstance(note, Mapping) for note in notes):
        raise Refused("{file}, line {line}: a note is written under [[note]]", file=file, line=_top_line(text, "note"))
    for number, note in enumerate(notes):
        part, said = _fault(note)
        if said:
            raise Refused("{file}, line {line}: {said}", file=file, line=_line(text, part, number), said=said)
        yield {
            "starts_on": note["on"],
            "ends_on": note.get("until", note["on"]),
            "text": note.get("en"),
            "text_zh": note.get("zh"),
        }


def _fault(note: Mapping[str, Any]) -> tuple[str, str]:
    """The part of a note that is wrong and what to say of it; empty where nothing is."""
    for part, said in note.items():
        if part not in PARTS:
            return part, str(unknown_name(part, PARTS, "part of a note"))
        if part in ("on", "until") and (not isinstance(said, date) or isinstance(said, datetime)):
            return part, say("“{part}” is a day such as 2025-11-11, without quotation marks and hours", part=part)
        if part in ("en", "zh") and not (isinstance(said, str) and said.strip()):
            return part, say("“{part}” is a text in quotation marks", part=part)
    if "on" not in note:
        return "", wording("a note needs its day: on = 2025-11-11")
    if note.get("until", note["on"]) < note["on"]:
        template = "the note ends on {until}, before it begins on {on}"
        return "until", say(template, until=note["until"], on=note["on"])
    if not set(note) & {"en", "zh"}:
        return "", wording('a note needs a text: en = "…", zh = "…", or both')
    return "", ""


def _line(text: str, part: str, number: int) -> int:
    """The line of a part of the note with that number, counted from 0; where it is not found, that of the note."""
    heads = [found.start() for found in re.finditer(r"^[ \t]*\[\[\s*note\s*\]\]", text, re.MULTILINE)]
    start, end = [*heads, len(text)][number : number + 2] if number < len(heads) else (0, len(text))
    found = re.compile(rf"^[ \t]*{re.escape(part)}\s*=", re.MULTILINE).search(text, start, end)
    return text.count("\n", 0, found.start() if found and part else start) + 1


def _top_line(text: str, name: str) -> int:
    """The line of a table or key at the top of the file."""
    found = re.search(rf"^[ \t]*\[*\s*{re.escape(name)}\b", text, re.MULTILINE)
    return text.count("\n", 0, found.start() if found else 0) + 1
