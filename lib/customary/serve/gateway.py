"""What a viewer may ask for; everything else is refused before marimo sees it.

marimo trusts whoever can reach it: any origin may open a session, and about a dozen routes beyond viewing
answer. So this is a list of what is open, not of what is closed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from customary.serve.assets import OPEN, PREFIX
from customary.serve.replies import Reply, refusal

LARGEST_BODY = 64_000  # bytes; a control's value is a few hundred
LARGEST_MESSAGE = 4_096  # bytes a viewer may send over the socket; marimo needs none
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
# What tables and charts call back for while being read; download_as would hand out whole tables.
FUNCTIONS = frozenset(
    {"search", "get_column_summaries", "get_row_ids", "get_size_bytes", "calculate_top_k_rows", "load"}
)
# They choose another notebook, another role or a token.
CLOSED_QUERY = frozenset({"file", "kiosk", "access_token"})
SESSION = re.compile(r"s_[0-9a-z]{6,64}\Z")


class RequestRefused(Exception):
    """A request that is not viewing; carries the HTTP status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass
class Gateway:
    """ASGI middleware in front of the whole server.

    `stems` are the chapters' places in the address; `hosts` the names the server answers to (None: any);
    `hidden` maps server paths to what a page shows instead.
    """

    app: ASGIApp
    stems: Collection[str]
    hosts: Collection[str] | None = None
    hidden: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        page = f"/(?:{'|'.join(map(re.escape, self.stems)) or '(?!)'})"
        page_parts = r"/?|/health|/favicon\.ico|/public-files-sw\.js|/@file/\d+-[\w-]+\.\w+"
        read = rf"/|/healthz|{re.escape(PREFIX)}/{OPEN}|{page}(?:{page_parts})"
        self._open = {
            "GET": re.compile(read),
            "HEAD": re.compile(read),
            "POST": re.compile(rf"{page}/api/kernel/(?:set_ui_element_value|function_call)"),
            "websocket": re.compile(rf"{page}/ws"),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is viewing, answer the rest with its status and nothing else."""
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        try:
            self.admit(scope)
            receive = await _check_body(scope, receive)
        except RequestRefused as refused:
            return await refusal(scope, send, refused.status)
        await self.app(scope, receive, Reply(scope, send, self.hidden) if scope["type"] == "http" else send)

    def admit(self, scope: Scope) -> None:
        """Raise Refused unless host, origin, route and query are a viewer's."""
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get(b"host", "")
        # Without this a page of another site whose name resolves to 127.0.0.1 would be "same origin".
        if self.hosts is not None and re.sub(r":\d+\Z", "", host) not in self.hosts:
            raise RequestRefused(421)
        _same_origin(scope, host, headers)
        allowed = self._open.get(scope["method"] if scope["type"] == "http" else "websocket")
        if allowed is None or not allowed.fullmatch(scope["path"]):
            raise RequestRefused(404)
        query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if CLOSED_QUERY & query.keys():
            raise RequestRefused(403)
        if scope["type"] == "websocket" and not SESSION.match(query.get("session_id", [""])[0]):
            raise RequestRefused(403)


def _same_origin(scope: Scope, host: str, headers: dict[bytes, str]) -> None:
    """Browsers name the site a request comes from; another site may neither open nor change a page."""
    origin = headers.get(b"origin")
    changes = scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD")
    if origin is None and not changes:
        return
    if not origin or not host or urlsplit(origin).netloc != host:
        raise RequestRefused(403)
    if changes and headers.get(b"sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise RequestRefused(403)


async def _check_body(scope: Scope, receive: Receive) -> Receive:
    """`receive` for the app: a POST's body is read and checked first, a socket's messages are kept short."""
    if scope["type"] == "websocket":
        return _short_messages(receive)
    if scope["method"] != "POST":
        return receive
    if not dict(scope["headers"]).get(b"content-type", b"").startswith(b"application/json"):
        raise RequestRefused(415)
    body = await _whole(receive)
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        raise RequestRefused(400) from None
    if not isinstance(asked, dict):
        raise RequestRefused(400)
    if scope["path"].endswith("/function_call") and str(asked.get("functionName")) not in FUNCTIONS:
        raise RequestRefused(403)
    return _replay(body, receive)


async def _whole(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RequestRefused(400)
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            raise RequestRefused(413)
        if not message.get("more_body"):
            return body


def _replay(body: bytes, receive: Receive) -> Receive:
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


def _short_messages(receive: Receive) -> Receive:
    async def short() -> Message:
        message = await receive()
        if message["type"] == "websocket.receive":
            said = message.get("text") or message.get("bytes") or ""
            if len(said) > LARGEST_MESSAGE:
                return {"type": "websocket.disconnect", "code": 1009}
        return message

    return short
