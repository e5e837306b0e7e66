"""What a drawn page depends on, as a name: when any of it changes, the page has another name and is drawn again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path

from customary.page.chapters import Chapter
from customary.places import DATA
from customary.serve.static.files import script_address
from customary.shop import Snapshot, now

LIBRARIES = ("altair", "marimo", "vl-convert-python")
_CODE = Path(__file__).resolve().parents[2]
_READ = (".py", ".css", ".js", ".toml", ".po", ".csv", ".json")


@cache
def code_digest() -> str:
    """Of the code, the declarations and the catalogues as this process has them, and of what draws."""
    shops = DATA / "shops"
    files = [*_CODE.rglob("*"), *(path for path in DATA.rglob("*") if shops not in path.parents)]
    return _digest([*(path for path in sorted(files) if path.suffix in _READ)], *map(version, LIBRARIES))


def page_key(chapter: Chapter, snapshot: Snapshot, theme: str) -> str:
    """The name of a chapter's page over a snapshot with a style sheet, but for its language.

    The header says how many days ago the snapshot was built: tomorrow's page is another one.
    """
    days = (now() - snapshot.built_at).days
    own = sorted(path for path in snapshot.folder.iterdir() if path.suffix in (".toml", ".py", ".jsonl"))
    said = hashlib.sha256()
    parts = (code_digest(), snapshot.version, snapshot.sha256, str(days), script_address(), theme)
    for part in (*parts, _known_digest(*_states([chapter.path, *own]))):
        said.update(part.encode() + b"\n")
    return f"{chapter.stem}-{said.hexdigest()[:24]}"


def _states(files: Iterable[Path]) -> list[tuple[Path, int, int]]:
    """Each file with its time and size: what has neither changed is not read again."""
    return [(path, path.stat().st_mtime_ns, path.stat().st_size) for path in files]


@lru_cache(maxsize=256)
def _known_digest(*states: tuple[Path, int, int]) -> str:
    return _digest([path for path, _time, _size in states])


def _digest(files: Iterable[Path], *words: str) -> str:
    found = hashlib.sha256("\n".join(words).encode())
    for path in files:
        found.update(path.name.encode() + b"\n" + path.read_bytes())
    return found.hexdigest()
