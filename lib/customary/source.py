"""Which code is running: a fingerprint of the house's own source, as long as nobody has edited it since it was read.

Declared columns are part of it: what is withheld from a viewer goes by them.
"""

import hashlib
import os
from functools import cache
from pathlib import Path

from customary import declare
from customary.places import DATA

LIB = Path(declare.__file__).parent
ABOVE = ("charts", "cli", "demo", "page", "serve")  # rooms that no statement of a build can depend on
MARGIN_S = 2.0  # a file's time may be this coarse


@cache
def _files() -> tuple[Path, ...]:
    """What the code consists of. A file that comes or goes later shows in the time of its folder."""
    rooms = [path for path in LIB.iterdir() if path.name not in ABOVE]
    modules = sorted(file for room in rooms for file in (room.rglob("*.py") if room.is_dir() else [room]))
    return (*modules, *sorted((DATA / "columns").glob("*.toml")))


@cache
def _places() -> tuple[str, ...]:
    """Where to look whether anything was edited: folders first, since a file that is gone has no time."""
    files = _files()
    return (*sorted({str(path.parent) for path in files}), *map(str, files))


@cache
def _digest() -> str:
    found = hashlib.sha256()
    for path in _files():
        found.update(path.relative_to(LIB.parent if LIB in path.parents else DATA).as_posix().encode() + b"\n")
        found.update(path.read_bytes())
    return found.hexdigest()


def _is_edited(place: str) -> bool:
    told = os.stat(place)
    return max(told.st_mtime, told.st_ctime) > declare.READ_AT - MARGIN_S


def fingerprint() -> str | None:
    """The fingerprint of the code in this process, or None where a file was edited after the process had read it.

    Then nobody knows which of the two is running: an editor may have loaded the new text, or not.
    """
    return None if any(map(_is_edited, _places())) else _digest()
