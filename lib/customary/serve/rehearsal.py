"""The first reading: after the start each chapter is run once, so that the first viewer finds its answers there.

Composing and compiling a chapter's questions takes seconds of one processor; asked once, the process remembers them.
"""

from __future__ import annotations

import importlib.util
import logging
import sys
import threading
from pathlib import Path

from customary.page.chapters import chapters
from customary.serve.storefront import draw_ahead

log = logging.getLogger(__name__)

TURN_SECONDS = 0.001


def shorten_thread_turns() -> None:
    """Let threads take turns often: a server that answers must not wait behind twelve pages that compute."""
    sys.setswitchinterval(TURN_SECONDS)


def warm_up_thread(notebooks: Path, shop_name: str) -> threading.Thread:
    """A thread, not yet started, that draws the shop's front page and reads every chapter of the folder through."""
    return threading.Thread(target=_read_all, args=(notebooks, shop_name), name="rehearsal", daemon=True)


def _read_all(notebooks: Path, shop_name: str) -> None:
    draw_ahead(shop_name, chapters(notebooks))
    for chapter in chapters(notebooks):
        try:
            _read(chapter.path)
        except Exception as error:  # a page that fails says so to whoever opens it; the server lives on
            log.info("chapter %s was not read through: %s", chapter.stem, error)


def _read(path: Path) -> None:
    found = importlib.util.spec_from_file_location(f"rehearsed_{path.stem}", path)
    assert found and found.loader
    page = importlib.util.module_from_spec(found)
    found.loader.exec_module(page)
    page.app.run()
