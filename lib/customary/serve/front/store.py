"""Front pages kept: in memory for the next visit, beside the snapshot for the next start, and never half written."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Iterable
from contextvars import copy_context
from dataclasses import asdict
from functools import cache
from pathlib import Path

from customary.fingerprints import verify_file
from customary.language import reader_language
from customary.page.chapters import Chapter
from customary.patience import without_limit
from customary.places import DATA, NOTEBOOKS
from customary.serve.front.drawing import Drawn, draw
from customary.shop import Shop, Snapshot, fitting

log = logging.getLogger(__name__)

KEPT_PAGES = 16  # in memory: a few snapshots in two languages
KEPT_FILES = 4  # beside a snapshot: two languages of this code and of the one before
FAILED = Drawn()
type Key = tuple[str, str, str]


class Fronts:
    """The drawn parts of front pages by snapshot, code and language; a missing one is drawn aside, once."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, Drawn] = OrderedDict()
        self._guard = threading.Lock()
        self._drawing: set[Key] = set()

    def find(self, snapshot: Snapshot) -> Drawn | None:
        """The parts for the reader's language, if they were drawn; FAILED where drawing them failed."""
        key = _key(snapshot)
        with self._guard:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = _read(_file(snapshot, key))
        return self._keep(key, found) if found else None

    def is_drawing(self, snapshot: Snapshot) -> bool:
        """Whether parts in the reader's language are still to come."""
        with self._guard:
            return _key(snapshot) in self._drawing

    def draw_aside(self, shop_name: str, snapshot: Snapshot, chapters: Iterable[Chapter]) -> None:
        """Begin to draw in a thread, in the language of this reader, unless somebody does already."""
        context, listed = copy_context(), tuple(chapters)
        if self._begin(_key(snapshot)):
            ask = (self._draw, shop_name, snapshot, listed)
            threading.Thread(target=context.run, args=ask, name="front page", daemon=True).start()

    def draw_now(self, shop_name: str, snapshot: Snapshot, chapters: Iterable[Chapter]) -> None:
        """Draw here and now what is neither kept nor being drawn."""
        if self.find(snapshot) is None and self._begin(_key(snapshot)):
            self._draw(shop_name, snapshot, tuple(chapters))

    def _begin(self, key: Key) -> bool:
        with self._guard:
            if key in self._drawing or key in self._kept:
                return False
            self._drawing.add(key)
            return True

    def _draw(self, shop_name: str, snapshot: Snapshot, chapters: tuple[Chapter, ...]) -> None:
        key = _key(snapshot)
        try:
            # By name an analyst's shop would be opened, who may see what no reader of this page may.
            shop = Shop(shop_name, verify_file(fitting(snapshot)), audience="stakeholder")
            with without_limit():
                for drawn in draw(shop, chapters):  # a visit meanwhile finds what is there already
                    self._keep(key, drawn)
            _write(_file(snapshot, key), drawn)
        except Exception as error:  # the page says so, and the chapters stay open
            log.error("the front page of %s failed: %s: %s", shop_name, type(error).__name__, error)
            self._keep(key, FAILED)
        finally:
            with self._guard:
                self._drawing.discard(key)

    def _keep(self, key: Key, drawn: Drawn) -> Drawn:
        with self._guard:
            self._kept[key] = drawn
            while len(self._kept) > KEPT_PAGES:
                self._kept.popitem(last=False)
        return drawn


fronts = Fronts()  # one for the process: the first reading and the visits find each other's pages


def _key(snapshot: Snapshot) -> Key:
    return f"{snapshot.path}:{snapshot.sha256}", _code(), reader_language()


@cache
def _code() -> str:
    """What the code and its texts are: their files' names, sizes and times, so that an edit shows after a restart."""
    here = Path(__file__).resolve().parents[2]
    found = hashlib.sha256()
    for folder, suffixes in ((here, (".py", ".css")), (DATA, (".toml", ".po")), (NOTEBOOKS, (".py",))):
        for path in sorted(folder.rglob("*")):
            if path.suffix in suffixes:
                facts = path.stat()
                found.update(f"{path.relative_to(folder)} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return found.hexdigest()


def _file(snapshot: Snapshot, key: Key) -> Path:
    """Beside the snapshot, so that it goes when that goes."""
    digest = hashlib.sha256("\n".join(key).encode()).hexdigest()[:20]
    return snapshot.path.parent / f"front-{digest}.json"


def _read(file: Path) -> Drawn | None:
    """The parts in a file; nothing where there is none, and nothing where it cannot be read: it is drawn anew."""
    try:
        told = json.loads(file.read_text("utf-8"))
        figures = {stem: tuple(texts) for stem, texts in told.pop("figures").items()}
        return Drawn(**told | {"figures": figures, "tables": frozenset(told["tables"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _write(file: Path, drawn: Drawn) -> None:
    """Write whole or not at all; a folder that cannot be written costs the next start some seconds, no more."""
    told = asdict(drawn) | {"tables": sorted(drawn.tables)}
    half = file.with_suffix(f".{os.getpid()}.half")
    try:
        half.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
        os.replace(half, file)
        pages = sorted(file.parent.glob("front-*.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        for path in pages[KEPT_FILES:]:
            path.unlink(missing_ok=True)
    except OSError as error:
        log.info("the front page was not kept: %s", error)
