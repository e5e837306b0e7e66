"""Drawn pages on the disk, packed as they are sent, in the folder of the snapshot whose figures they show.

They go with the snapshot: what removes it, because it is old or holds somebody who is to be forgotten, removes them.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import os
import uuid
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)

FOLDER = "pages"
ENDING = ".html.gz"
MOST_BYTES = 4 << 20  # of one page, packed; a page that is larger would be no quicker than the live one


@dataclass(frozen=True)
class StaticPage:
    """One page, packed; `etag` tells a browser whether it has it already."""

    packed: bytes
    etag: str

    @property
    def text(self) -> bytes:
        """The page for a reader whose browser does not unpack."""
        return gzip.decompress(self.packed)


@dataclass(frozen=True)
class PageStore:
    """The pages of one snapshot; `folder` is the snapshot's own. Where it cannot be written, nothing is kept."""

    folder: Path

    def read(self, name: str) -> StaticPage | None:
        """The page called `name`, or None where it was never kept or is damaged."""
        try:
            packed = self._path(name).read_bytes()
            is_whole = bool(gzip.decompress(packed))
        except (OSError, EOFError, zlib.error):
            return None
        return _page(packed) if is_whole else None

    def keep(self, name: str, html: str) -> StaticPage | None:
        """The page, written in one step; None for one that is too large."""
        packed = gzip.compress(html.encode(), compresslevel=9, mtime=0)
        if len(packed) > MOST_BYTES:
            log.info("page %s is too large to be kept: %d bytes", name, len(packed))
            return None
        path = self._path(name)
        aside = path.with_name(f".{uuid.uuid4().hex}.tmp")
        try:
            path.parent.mkdir(exist_ok=True)
            aside.write_bytes(packed)
            os.replace(aside, path)
        except OSError as error:  # a read-only disk, a snapshot that went meanwhile: readers have it from memory
            log.info("page %s is not kept: %s", name, error)
        return _page(packed)

    def keep_only(self, names: Collection[str]) -> None:
        """Remove every other page: those of earlier code, of other rules, of yesterday."""
        kept = {f"{name}{ENDING}" for name in names}
        folder = self.folder / FOLDER
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.name not in kept:
                path.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self.folder / FOLDER / f"{name}{ENDING}"


def _page(packed: bytes) -> StaticPage:
    return StaticPage(packed, f'"{hashlib.sha256(packed).hexdigest()[:20]}"')
