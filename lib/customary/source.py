"""Which code is running: a fingerprint of the house's own source, as long as nobody has edited it since it was read.

Declared columns are part of it: what is withheld from a viewer goes by them.
"""

import hashlib
from functools import cache
from pathlib import Path

from customary import declare
from customary.places import DATA

LIB = Path(declare.__file__).parent
ABOVE = ("charts", "cli", "demo", "page", "serve")  # rooms that no statement of a build can depend on
MARGIN_S = 2.0  # a file's time may be this coarse


def _files() -> list[Path]:
    rooms = [path for path in LIB.iterdir() if path.name not in ABOVE]
    modules = sorted(file for room in rooms for file in (room.rglob("*.py") if room.is_dir() else [room]))
    return [*modules, *sorted((DATA / "columns").glob("*.toml"))]


@cache
def _digest(files: tuple[Path, ...]) -> str:
    found = hashlib.sha256()
    for path in files:
        found.update(path.relative_to(LIB.parent if LIB in path.parents else DATA).as_posix().encode() + b"\n")
        found.update(path.read_bytes())
    return found.hexdigest()


def fingerprint() -> str | None:
    """The fingerprint of the code in this process, or None where a file was edited after the process had read it.

    Then nobody knows which of the two is running: an editor may have loaded the new text, or not.
    """
    files = tuple(_files())
    seen = {*files, *(path.parent for path in files)}  # a folder's time tells of files that are gone
    times = (max(told.st_mtime, told.st_ctime) for told in map(Path.stat, seen))
    is_edited = max(times, default=float("inf")) > declare.READ_AT - MARGIN_S
    return None if is_edited else _digest(files)
