"""The drawn pages of a server with workers: the first worker draws them, all others show what it shows."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from customary.places import shop_path
from customary.serve.static.store import PageStore, StaticPage
from customary.serve.workers.fleet import Fleet

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0


@dataclass
class SharedPages:
    """What the gateway answers by itself: pages that lie beside the snapshot which readers have."""

    fleet: Fleet
    shop: str
    _names: dict[str, str] = field(default_factory=dict)
    _ready: dict[str, StaticPage] = field(default_factory=dict)

    def find(self, stem: str, language: str) -> StaticPage | None:
        """The page of a chapter over the snapshot that is shown, or None while it is not drawn."""
        return self._ready.get(f"{stem} {language}")

    def thread(self) -> threading.Thread:
        """A thread, not yet started, that asks the first worker what there is, and tells the others."""
        return threading.Thread(target=self._watch, name="shared pages", daemon=True)

    async def renew(self) -> None:
        """Ask once; a worker that was started again is told as well."""
        told = await self.fleet.workers[0].tell("shown")
        version, names = str(told.get("version", "")), dict(told.get("names", {}))
        if not version:
            return
        for worker in self.fleet.workers[1:]:
            await worker.tell("show", version=version)
        if names != self._names:
            store = PageStore(_folder_of(self.shop, version))
            found = {place: store.read(name) for place, name in names.items()}
            self._ready = {place: page for place, page in found.items() if page}
            self._names = names

    def _watch(self) -> None:
        while True:
            try:
                asyncio.run(self.renew())
            except Exception as error:  # readers have live pages; the next look may find it mended
                log.info("the workers' pages were not heard of: %s", error)
            time.sleep(LOOK_SECONDS)


def _folder_of(shop: str, version: str) -> Path:
    return shop_path(shop) / "snapshots" / version
