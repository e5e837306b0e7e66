"""marimo's own scripts and styles, and our fonts: one copy for all chapters, kept by browsers for a year."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

import marimo
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from customary.places import NOTEBOOKS
from customary.serve.base import BASE

# The version stands in the address, so "immutable" stays true when marimo is upgraded.
PREFIX = f"/_assets/{marimo.__version__}"
FOLDER = Path(marimo.__file__).parent / "_static"
FOREVER = "public, max-age=31536000, immutable"
TEXT = (".js", ".css", ".json", ".svg")
# Not in every system's table of types.
TYPES = {".woff2": "font/woff2", ".woff": "font/woff", ".js": "text/javascript"}
OPEN = r"(?:assets/[\w~@+-][\w.~@+-]*|[\w-]+\.(?:ico|png|json|webmanifest))"
# Beside the chapters, where marimo's editor finds them too: it serves the folder `public` of its notebook.
FONT_FOLDER = NOTEBOOKS / "public" / "fonts"
FONT_SHEET = "fonts.css"
FONT_PREFIX = f"/_fonts/{hashlib.sha256((FONT_FOLDER / FONT_SHEET).read_bytes()).hexdigest()[:12]}"
FONT_OPEN = r"(?:fonts\.css|[\w-]+\.(?:woff2|txt))"
# The query keeps marimo from taking this sheet into its shadow roots, where a face means nothing.
FONT_LINKS = (
    f'<link rel="preload" as="font" type="font/woff2" crossorigin href="{BASE}{FONT_PREFIX}/inter-latin.woff2">'
    f'<link rel="stylesheet" href="{BASE}{FONT_PREFIX}/{FONT_SHEET}?faces">'
)

_held: dict[tuple[Path, bool], bytes] = {}


@dataclass(frozen=True)
class Assets:
    """ASGI app for the files of a folder whose names are `open`, marimo's if none is said; text is packed once."""

    folder: Path = FOLDER
    open: str = OPEN

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one GET or HEAD; a name that is not one of the open files is 404."""
        request = Request(scope)
        path = self._file(request.path_params["path"])
        packs = "gzip" in request.headers.get("accept-encoding", "") and path.suffix in TEXT
        body = await _body(path, packs)
        headers = {"cache-control": FOREVER, "vary": "accept-encoding"}
        if packs:
            headers["content-encoding"] = "gzip"
        await Response(body, media_type=_type(path), headers=headers)(scope, receive, send)

    def _file(self, name: str) -> Path:
        path = self.folder / name
        if not re.fullmatch(self.open, name) or not path.is_file():
            raise HTTPException(404)
        return path


def _type(path: Path) -> str:
    return TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"


async def _body(path: Path, packs: bool) -> bytes:
    """The file's bytes, packed or not, read once: a first visit asks for about 330 files.

    Packing them anew for each visitor would cost more CPU than the visitor's whole session.
    """
    if (path, packs) not in _held:
        _held[path, packs] = await run_in_threadpool(_compress if packs else Path.read_bytes, path)
    return _held[path, packs]


def _compress(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), compresslevel=6)
