"""The script and the styles of our own that a page needs; browsers keep the script as long as it stays the same."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from functools import cache
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

from customary.language import LANGUAGES
from customary.serve.assets import FOLDER, FOREVER, PREFIX
from customary.serve.base import BASE
from customary.wording import wording

PLACE = "/_customary"
OPEN = r"[0-9a-f]{16}/page\.js"
OWN = ("page.js", "taken.js")  # what a page does besides marimo
SERVER = secrets.token_hex(8)  # another one after each start: an open page sees that its session is gone
_TEXTS = {
    "away": "The server does not answer. This page comes back by itself.",
    "gone": "The server is here again, but this page cannot be opened. Read it anew in a minute.",
    "failed": "This page could not be made live. Try again in a moment.",
}

# What marimo says in a field of several values → what we say.
_FIELDS = {"Select...": "Select…", "Nothing found.": "Nothing found."}


def _source(name: str) -> str:
    return files("customary.serve.static").joinpath(name).read_text(encoding="utf-8")


@cache
def style() -> str:
    """The style sheet of a page that is not live yet."""
    return _source("page.css")


@cache
def script() -> bytes:
    """All scripts of a page as one, with sentences in every language and the list of marimo's files to fetch ahead."""
    texts = {name: {key: wording(text, name) for key, text in _TEXTS.items()} for name in LANGUAGES}
    filled = _source("page.js").replace('"__TEXTS__"', json.dumps(texts, ensure_ascii=False))
    filled = filled.replace("__BASE__", BASE)
    filled += "".join(files("customary.serve").joinpath(name).read_text(encoding="utf-8") for name in OWN)
    fields = {name: {his: wording(text, name) for his, text in _FIELDS.items()} for name in LANGUAGES[1:]}
    filled = filled.replace('"__FIELDS__"', json.dumps(fields, ensure_ascii=False))
    return filled.replace('"__ASSETS__"', json.dumps(_assets())).encode()


@cache
def script_address() -> str:
    """Where the script stands; it changes with its content, so that it may be kept for ever."""
    return f"{BASE}{PLACE}/{hashlib.sha256(script()).hexdigest()[:16]}/page.js"


def script_tag(server: str = "") -> str:
    """The element that brings the script; a live page says which start of the server it belongs to."""
    told = f' data-server="{server}"' if server else ""
    return f'<script src="{script_address()}"{told}></script>'


def _assets() -> list[str]:
    """What marimo's page asks for at once, and what its charts ask for later."""
    page = (FOLDER / "index.html").read_text("utf-8")
    first = re.findall(r'(?:src|href)="\./(assets/[\w.~@+-]+\.(?:js|css))"', page)
    charts = [f"assets/{path.name}" for path in sorted((FOLDER / "assets").glob("*vega*.js"))]
    return [f"{BASE}{PREFIX}/{name}" for name in dict.fromkeys([*first, *charts])]


async def answer_script(request: Request) -> Response:
    """The script, under its present name only."""
    if BASE + request.scope["path"] != script_address():
        return Response(status_code=404)
    return Response(script(), media_type="text/javascript", headers={"cache-control": FOREVER})
