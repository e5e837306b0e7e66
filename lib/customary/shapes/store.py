"""Compiled shapes on the disk, beside the snapshot that they ask: a new process neither composes nor compiles them.

A file a shape. Its name is the fingerprint of all that the text depends on; one that was damaged, or that nobody could
write, is as good as none. It holds no value of a filter: these are bound when the query is executed.
"""

import hashlib
import json
import os
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import ibis
import pyarrow as pa

FOLDER = "shapes"
MOST = 600  # files per snapshot, the latest ones


@dataclass(frozen=True)
class Shape:
    """The SQL of a question with places for its values, what these are called, and the columns of the answer.

    Without SQL it is a question whose values decide how it is put together: such a one is compiled with its values.
    """

    sql: str = ""
    places: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()

    @cached_property
    def schema(self) -> pa.Schema:
        """The columns of the answer in the types of Arrow."""
        return ibis.schema(dict(self.columns)).to_pyarrow()


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def recall(snapshot: Path, key: str) -> Shape | None:
    """The shape that is kept beside a snapshot's database by a key; None where there is none that is whole."""
    try:
        told = json.loads((snapshot.parent / FOLDER / f"{_fingerprint(key)}.json").read_text("utf-8"))
        is_whole = told["proof"] == _fingerprint(key + json.dumps(told["shape"]))
        sql, places, columns = (told["shape"][name] for name in ("sql", "places", "columns"))
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return Shape(sql, tuple(places), tuple((name, kind) for name, kind in columns)) if is_whole else None


def keep(snapshot: Path, key: str, shape: Shape) -> None:
    """Keep a shape beside a snapshot's database, in one step; a folder that is not ours to write in stays as it is."""
    folder, text = snapshot.parent / FOLDER, json.dumps(asdict(shape))
    told = {"proof": _fingerprint(key + json.dumps(json.loads(text))), "shape": json.loads(text)}
    aside = folder / f".{uuid.uuid4().hex}.tmp"
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
        aside.write_text(json.dumps(told), "utf-8")
        aside.replace(folder / f"{_fingerprint(key)}.json")
        _sweep(folder)


def _sweep(folder: Path) -> None:
    """Remove the oldest files beyond so many."""
    with os.scandir(folder) as found:
        files = [file for file in found if file.name.endswith((".json", ".tmp"))]
    if len(files) > MOST:
        written: Callable[[os.DirEntry[str]], float] = lambda file: file.stat().st_mtime  # noqa: E731
        for file in sorted(files, key=written)[:-MOST]:
            Path(file.path).unlink(missing_ok=True)
