"""The analyst's bench: a shop's own copies of the chapters, in its folder `chapters`.

Analysts change the copies; what readers see is never written. Beside them lies a small file with the sha256 of each
shipped chapter as it was when it was copied: with it one can tell who changed what since.
"""

import difflib
import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from customary.errors import Refused, unknown_name
from customary.places import NOTEBOOKS, shop_path
from customary.publish.files import replace

STAMPS = ".shipped.json"
SETTINGS = "pyproject.toml"
# Pages that are copied: the chapters, and the analysts' own one, which no server shows.
_PAGES = ("[0-9][0-9]_*.py", "adopt.py")
_STYLE = '"notebooks/theme.css"'
AS_SHIPPED, CHANGED, NEWER, BOTH = (
    "as shipped",
    "changed",
    "shipped version is newer",
    "changed, shipped version is newer",
)
MISSING, OWN, GONE = "not copied yet", "your own chapter", "shipped no longer"


@dataclass(frozen=True)
class ChapterCopy:
    """A chapter, shipped, copied or both; `stamp` is the sha256 of the shipped one when it was copied, or ""."""

    name: str
    shipped: Path
    own: Path
    stamp: str = ""

    @property
    def state(self) -> str:
        """What became of it, in a few words."""
        if not self.own.is_file():
            return MISSING
        if not self.shipped.is_file():
            return GONE if self.stamp else OWN
        if _digest(self.own) == _digest(self.shipped):
            return AS_SHIPPED
        if self.stamp in ("", _digest(self.shipped)):
            return CHANGED
        return NEWER if _digest(self.own) == self.stamp else BOTH

    def difference(self) -> str:
        """A unified diff from the shipped chapter to the copy; empty where they say the same."""
        return "".join(self._changes())

    def line_counts(self) -> tuple[int, int]:
        """How many lines the copy adds to the shipped chapter, and how many it takes away."""
        signs = [line[0] for line in self._changes() if not line.startswith(("+++ ", "--- "))]
        return signs.count("+"), signs.count("-")

    def _changes(self) -> Iterator[str]:
        before, after = _lines(self.shipped), _lines(self.own)
        return difflib.unified_diff(before, after, f"shipped/{self.name}.py", f"chapters/{self.name}.py")


@dataclass(frozen=True)
class BenchReport:
    """What setting up a bench did: the chapters copied, those refreshed, those kept though both sides changed."""

    folder: Path
    copied: tuple[str, ...]
    refreshed: tuple[str, ...]
    kept: tuple[str, ...]


def bench_folder(shop: str) -> Path:
    """Where the shop's own copies lie; `UnknownName` for a shop that does not exist."""
    return shop_path(shop) / "chapters"


def chapter_copies(shop: str) -> dict[str, ChapterCopy]:
    """All chapters by name, in their order: those shipped, and those that only the shop has."""
    folder = bench_folder(shop)
    stamps = _read_stamps(folder)
    places = (NOTEBOOKS, folder)
    names = sorted({path.stem for place in places for pattern in _PAGES for path in place.glob(pattern)})
    files = {name: (NOTEBOOKS / f"{name}.py", folder / f"{name}.py") for name in names}
    return {name: ChapterCopy(name, shipped, own, stamps.get(name, "")) for name, (shipped, own) in files.items()}


def chapter_copy(shop: str, name: str) -> ChapterCopy:
    """The chapter called `name`, with or without `.py`; `UnknownName` with the nearest for another."""
    copies, wanted = chapter_copies(shop), name.removesuffix(".py")
    if wanted not in copies:
        raise unknown_name(wanted, copies, "chapter")
    return copies[wanted]


def set_up(shop: str) -> BenchReport:
    """Make the shop's folder of chapters ready for an analyst.

    What is not there is copied; what the analyst left alone is refreshed where the shipped chapter changed since.
    """
    folder, copies = bench_folder(shop), chapter_copies(shop)
    folder.mkdir(exist_ok=True)
    states = {copy: copy.state for copy in copies.values()}
    missing, stale, kept = (
        [copy for copy, said in states.items() if said == state] for state in (MISSING, NEWER, BOTH)
    )
    for copy in (*missing, *stale):
        _bring(copy)
    _write_stamps(folder, [copy for copy in states if copy.shipped.is_file() and copy not in kept])
    replace(folder / SETTINGS, _settings())
    return BenchReport(folder, _names(missing), _names(stale), _names(kept))


def restore(copy: ChapterCopy) -> Path | None:
    """Put the shipped chapter back; the analyst's is kept beside it, and its new place returned if there was one."""
    if not copy.shipped.is_file():
        raise Refused(
            "{chapter} is your own: no chapter of that name is shipped, so nothing can be put back", chapter=copy.name
        )
    if copy.state == AS_SHIPPED:
        raise Refused("{chapter} is as shipped: there is nothing to put back", chapter=copy.name)
    copy.own.parent.mkdir(exist_ok=True)
    aside = _free_place(copy.own) if copy.own.is_file() else None
    if aside:
        copy.own.rename(aside)
    _bring(copy)
    _write_stamps(copy.own.parent, [copy])
    return aside


def _free_place(path: Path) -> Path:
    """`04_visits.py.bak`, or the first of `04_visits.py.bak2` … that is free."""
    place, number = path.with_name(f"{path.name}.bak"), 1
    while place.exists():
        number += 1
        place = path.with_name(f"{path.name}.bak{number}")
    return place


def _bring(copy: ChapterCopy) -> None:
    """Write the copy in one step, byte for byte; a shipped file may be read-only, its copy is not."""
    aside = copy.own.with_name(f".{copy.own.name}.tmp")
    shutil.copyfile(copy.shipped, aside)
    aside.replace(copy.own)


def _read_stamps(folder: Path) -> dict[str, str]:
    file = folder / STAMPS
    try:
        told = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    except ValueError:
        told = {}  # nobody knows then what was copied: whatever differs counts as the analyst's, and is kept
    return {str(name): str(stamp) for name, stamp in told.items()} if isinstance(told, Mapping) else {}


def _write_stamps(folder: Path, copies: list[ChapterCopy]) -> None:
    """Remember which shipped chapters these copies were made from, or were compared with."""
    fresh = {copy.name: _digest(copy.shipped) for copy in copies}
    known = _read_stamps(folder)
    replace(folder / STAMPS, json.dumps({**known, **fresh}, indent=1, sort_keys=True) + "\n")


def _settings() -> str:
    """The editor's settings as the shipped chapters have them; it reads them from the folder that it opens."""
    text = (NOTEBOOKS.parent / SETTINGS).read_text("utf-8")
    parts = re.findall(r"^\[tool\.marimo[^\n]*\n(?:(?!\[)[^\n]*\n?)*", text, re.MULTILINE)
    style = json.dumps(str(NOTEBOOKS / "theme.css"), ensure_ascii=False)
    return "# Written anew by `customary edit`.\n\n" + "".join(parts).strip().replace(_STYLE, style) + "\n"


def _names(copies: list[ChapterCopy]) -> tuple[str, ...]:
    return tuple(copy.name for copy in copies)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _lines(path: Path) -> list[str]:
    """The lines of a file, each with its end, so that a diff is a patch; none where there is no file."""
    if not path.is_file():
        return []
    return [line if line.endswith("\n") else f"{line}\n" for line in path.read_text("utf-8").splitlines(keepends=True)]
