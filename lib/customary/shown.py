"""Which snapshot of a shop the readers of this process have: a server prepares a new one before it shows it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

type Published = Any  # a snapshot of shop.py, which stands above: it has a `folder`, its shop's, and a `path`, its file

_shown: dict[Path, Published] = {}
_prepared: ContextVar[Published | None] = ContextVar("snapshot that is being prepared here", default=None)


def show_snapshot(snapshot: Published) -> None:
    """Let readers of this process have this snapshot of its shop until another one is shown."""
    _shown[snapshot.folder] = snapshot


@contextmanager
def prepare_snapshot(snapshot: Published) -> Iterator[None]:
    """Within it `open_shop` opens this snapshot, whatever readers have."""
    before = _prepared.set(snapshot)
    try:
        yield
    finally:
        _prepared.reset(before)


def shown_snapshot(folder: Path) -> Published | None:
    """The snapshot of the shop in `folder` that is shown, or None where the current one is.

    One that is no longer on the disk is not shown: it may hold somebody who is to be forgotten.
    """
    snapshot = _prepared.get() or _shown.get(folder)
    return snapshot if snapshot and snapshot.folder == folder and snapshot.path.is_file() else None
