"""The pages that are ready: drawn in the background after the start, and anew before a new snapshot is shown."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from customary.errors import Refused
from customary.language import LANGUAGES
from customary.page.chapters import Chapter, chapters
from customary.page.reader import writing_for
from customary.patience import without_limit
from customary.places import shop_path
from customary.serve.rehearsal import run_chapter
from customary.serve.static.document import document, theme_of
from customary.serve.static.keys import page_key
from customary.serve.static.process import NotDrawn, one_painter
from customary.serve.static.store import PageStore, StaticPage
from customary.serve.storefront import draw_ahead
from customary.shop import Snapshot, current_snapshot, open_shop
from customary.shown import prepare_snapshot, show_snapshot

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
# A new snapshot is shown after this at the latest: fresh figures that come slowly are better than old ones.
LONGEST_SECONDS = 900.0
Place = tuple[str, str]  # a chapter's stem and a language


class NotForStakeholders(RuntimeError):
    """Pages are drawn for everybody who may read: never from what an analyst sees."""


@dataclass
class StaticPages:
    """The drawn pages of a shop; `hidden` are server paths and what a page shows in their place."""

    notebooks: Path
    shop: str
    hidden: Mapping[str, str] = field(default_factory=dict)
    clock: Callable[[], float] = time.monotonic
    _ready: dict[Place, StaticPage] = field(default_factory=dict)
    _names: dict[Place, str] = field(default_factory=dict)
    _kept: dict[Place, str] = field(default_factory=dict)
    _failed: set[str] = field(default_factory=set)
    _shown: Snapshot | None = None
    _rehearsed: set[str] = field(default_factory=set)

    def find(self, stem: str, language: str) -> StaticPage | None:
        """The page of a chapter over the snapshot that is shown, or None while it is not drawn."""
        return self._ready.get((stem, language))

    def state(self) -> dict[str, Any]:
        """The version that readers have and the name of each of its drawn pages, by chapter and language."""
        version = self._shown.version if self._shown else ""
        names = {f"{stem} {language}": name for (stem, language), name in self._kept.items()}
        return {"version": version, "names": names}

    def thread(self) -> threading.Thread:
        """A thread, not yet started, that draws what is missing, and looks for what is new from then on."""
        return threading.Thread(target=self._watch, name="static pages", daemon=True)

    def renew(self) -> None:
        """Look once: draw what the current snapshot lacks and show it; nothing where all is as it was."""
        snapshot = self._snapshot()
        if snapshot is None:
            return
        wanted = self._pages_of(snapshot)
        if {place: name for place, (name, _) in wanted.items()} == self._names:
            return
        if self._shown is None or not self._shown.path.is_file() or self._shown.version == snapshot.version:
            self._show(snapshot, wanted)
        with one_painter():
            self._draw(snapshot, wanted)
        self._show(snapshot, wanted)
        self._names = {place: name for place, (name, _) in wanted.items()}
        PageStore(snapshot.path.parent).keep_only(set(self._names.values()))

    def _watch(self) -> None:
        while True:
            try:
                self.renew()
            except Exception as error:  # readers have the live pages; the next look may find it mended
                log.info("pages were not drawn: %s", error)
            time.sleep(LOOK_SECONDS)

    def _snapshot(self) -> Snapshot | None:
        try:
            return current_snapshot(shop_path(self.shop))
        except Refused as error:
            log.info("no snapshot to draw: %s", error)
            return None

    def _pages_of(self, snapshot: Snapshot) -> dict[Place, tuple[str, Chapter]]:
        """Every page there should be, with its name; one language after the other."""
        theme = theme_of(self.notebooks)
        found = [(chapter, page_key(chapter, snapshot, theme)) for chapter in chapters(self.notebooks)]
        return {
            (chapter.stem, language): (f"{key}.{language}", chapter) for language in LANGUAGES for chapter, key in found
        }

    def _show(self, snapshot: Snapshot, wanted: Mapping[Place, tuple[str, Chapter]]) -> None:
        """Let readers have this snapshot with the pages it has so far; no page of another one stays."""
        store = PageStore(snapshot.path.parent)
        kept = {place: store.read(name) for place, (name, _) in wanted.items()}
        self._ready = {place: page for place, page in kept.items() if page}
        self._kept = {place: wanted[place][0] for place in self._ready}
        self._shown = snapshot
        show_snapshot(snapshot)

    def _draw(self, snapshot: Snapshot, wanted: Mapping[Place, tuple[str, Chapter]]) -> None:
        """Draw what is missing; what is drawn of the snapshot that readers have is shown at once."""
        store, begun = PageStore(snapshot.path.parent), self.clock()
        with prepare_snapshot(snapshot), without_limit():
            draw_ahead(self.shop, chapters(self.notebooks))
        for place, (name, chapter) in wanted.items():
            if self.clock() - begun > LONGEST_SECONDS and self._shown is not snapshot:
                self._show(snapshot, wanted)
            if name in self._failed or (store.read(name) and self._is_rehearsed(snapshot, chapter)):
                continue
            page = self._page(store, snapshot, place, name, chapter)
            if page and self._shown and self._shown.version == snapshot.version:
                self._ready, self._kept = {**self._ready, place: page}, {**self._kept, place: name}

    def _is_rehearsed(self, snapshot: Snapshot, chapter: Chapter) -> bool:
        """Whether this process has the answers of a chapter at hand, for readers who make the page live."""
        return f"{snapshot.version}/{chapter.stem}" in self._rehearsed

    def _page(
        self, store: PageStore, snapshot: Snapshot, place: Place, name: str, chapter: Chapter
    ) -> StaticPage | None:
        """Run a chapter for its answers and, where it is not kept yet, draw it; None for one that cannot be drawn."""
        _, language = place
        try:
            with prepare_snapshot(snapshot), without_limit(), writing_for("" if language == LANGUAGES[0] else language):
                title = _title(chapter)
                outputs = run_chapter(chapter.path)
                self._rehearsed.add(f"{snapshot.version}/{chapter.stem}")
                if kept := store.read(name):
                    return kept
                html = document(outputs, title=title, theme=theme_of(self.notebooks), language=language)
        except Exception as error:  # a page that fails says so to whoever opens it live
            told = error if isinstance(error, NotDrawn) else f"{type(error).__name__}: {error}"
            log.warning("chapter %s stays live, it was not drawn: %s", chapter.stem, told)
            self._failed.add(name)
            return None
        for path, shown in self.hidden.items():
            html = html.replace(path, shown)
        return store.keep(name, html)


def _title(chapter: Chapter) -> str:
    """The window's title. Raises NotForStakeholders where this process would draw what only analysts may see."""
    shop = open_shop()
    if shop.audience == "analyst":
        raise NotForStakeholders(shop.name)
    return f"{chapter.title} – {shop.snapshot.title}"
