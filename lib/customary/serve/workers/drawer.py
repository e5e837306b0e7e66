"""Which snapshot a worker shows: the first one draws and decides, the others follow and warm up."""

from __future__ import annotations

import logging
import os
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from customary.page.chapters import chapters
from customary.patience import without_limit
from customary.places import shop_path
from customary.serve.rehearsal import run_chapter
from customary.serve.static.renewal import StaticPages
from customary.shop import Snapshot, kept_snapshots, readers_snapshot
from customary.shown import prepare_snapshot, show_snapshot

log = logging.getLogger(__name__)

NICENESS = 5


@dataclass
class Drawer:
    """`pages` are the drawn pages; only the worker that `draws` makes them."""

    pages: StaticPages
    draws: bool
    _version: str = ""
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def begin(self) -> None:
        """Start to draw, if this is the worker that does; else work through the chapters of the current snapshot."""
        if self.draws:
            self.pages.thread().start()
        elif snapshot := readers_snapshot(shop_path(self.pages.shop)):
            self.show(snapshot.version)

    def state(self) -> dict[str, Any]:
        """The version that readers have and the names of its drawn pages, by chapter and language."""
        return self.pages.state()

    def show(self, version: str) -> None:
        """Show a version from now on, and work through its chapters aside so that readers find their answers."""
        with self._guard:
            if version == self._version:
                return
            self._version = version
        found = [one for one in kept_snapshots(shop_path(self.pages.shop)) if one.version == version]
        if found:
            show_snapshot(found[0])
            given = (found[0], self.pages.notebooks)
            threading.Thread(target=_rehearse, args=given, name="rehearsal", daemon=True).start()


def _rehearse(snapshot: Snapshot, notebooks: Path) -> None:
    with suppress(OSError):  # a sandbox may forbid it
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)  # of this thread alone, on Linux
    for chapter in chapters(notebooks):
        try:
            with prepare_snapshot(snapshot), without_limit():
                run_chapter(chapter.path)
        except Exception as error:  # a page that fails says so to whoever opens it
            log.info("chapter %s was not worked through: %s", chapter.stem, type(error).__name__)
