"""A chapter run without a reader, so that the first viewer finds its answers there, and its page already drawn.

Composing and compiling a chapter's questions takes seconds of one processor; asked once, the process remembers them.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

TURN_SECONDS = 0.001


def shorten_thread_turns() -> None:
    """Let threads take turns often: a server that answers must not wait behind twelve pages that compute."""
    sys.setswitchinterval(TURN_SECONDS)


def run_chapter(path: Path) -> Sequence[Any]:
    """What the cells of a chapter put out, in their order; a cell that fails raises its own error."""
    found = importlib.util.spec_from_file_location(f"rehearsed_{path.stem}", path)
    assert found and found.loader
    page = importlib.util.module_from_spec(found)
    found.loader.exec_module(page)
    outputs, _ = page.app.run()
    return tuple(outputs)
