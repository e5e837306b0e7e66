"""The door in front of the gateway: who is not signed in sees nothing but the way to sign in.

A sign-in is a cookie with a signed token. The audience is looked up at each request: who is taken out of `access.toml`
is out with the next one.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import urlencode

from starlette.types import ASGIApp, Receive, Scope, Send

from customary.errors import Refused
from customary.serve.access.desk import AccessDesk
from customary.serve.access.entry import DoorReply, SignIn, cookie_header
from customary.serve.assets import FONT_OPEN, FONT_PREFIX
from customary.serve.audit import Audit
from customary.serve.base import BASE
from customary.serve.names import check_host, check_origin
from customary.serve.replies import ALWAYS, RequestRefused, refusal
from customary.serve.scopes import headers_of, peer_of

COOKIE = "customary_reader"
OPEN = re.compile(rf"/healthz|/readyz|{re.escape(FONT_PREFIX)}/{FONT_OPEN}")
DOOR_POLICY = (
    b"default-src 'none'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src data:; form-action 'self'; "
    b"base-uri 'none'; frame-ancestors 'none'"
)
_SESSION = re.compile(rf"(?:^|;)\s*{COOKIE}=([\w.-]+)\s*(?=;|$)", re.ASCII)
type Headers = dict[bytes, str]


@dataclass
class Door:
    """ASGI middleware; `hosts` are the names the server answers to, as in the gateway behind it."""

    app: ASGIApp
    desk: AccessDesk
    audit: Audit
    hosts: Collection[str] = ()
    entry: SignIn = field(init=False)

    def __post_init__(self) -> None:
        self.entry = SignIn(self.desk, self.audit)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass with its person, or answer it here."""
        if scope["type"] == "lifespan" or OPEN.fullmatch(scope["path"]):
            return await self.app({**scope, "user": None}, receive, send)
        try:
            await self._meet(scope, receive, send, headers_of(scope))
        except RequestRefused as refused:
            await refusal(scope, send, refused.status)
        except Refused:  # the book cannot be understood: the log says why, nobody comes in
            await refusal(scope, send, 500)

    async def _meet(self, scope: Scope, receive: Receive, send: Send, headers: Headers) -> None:
        if not self.desk.book.ways:
            return await self.app({**scope, "user": None}, receive, send)
        check_host(headers.get(b"host", ""), self.hosts)
        if scope["type"] == "http" and scope["path"] in ("/sign-in", "/sign-in/link", "/sign-out"):
            check_origin(headers, self.hosts, changes=scope["method"] not in ("GET", "HEAD"))
            return await _send(send, await self.entry.answer(scope, receive, headers), headers)
        person = self.person_of(scope, headers)
        if person:
            user = {"name": person, "audience": self.desk.book.people[person], "is_authenticated": True}
            return await self.app({**scope, "user": user}, receive, send)
        if scope["type"] != "http" or "text/html" not in headers.get(b"accept", ""):
            raise RequestRefused(401)
        await _send(send, DoorReply(303, location=_way_in(scope)), headers)

    def person_of(self, scope: Scope, headers: Headers) -> str:
        """Who asks: by the header of a proxy that is trusted, else by the cookie; "" for nobody known.

        A header from anybody else is an attempt to be somebody: it counts for nothing.
        """
        book = self.desk.book
        if "proxy" in book.ways and book.trusts(peer_of(scope)):
            named = [value for name, value in scope["headers"] if name == book.proxy_header]
            if named:
                # Of two headers one is not the proxy's.
                person = named[0].decode("utf-8", "replace") if len(named) == 1 else ""
                return person if person in book.people else ""
        found = _SESSION.search(headers.get(b"cookie", ""))
        return self.desk.person_with(found[1]) if found else ""


def _way_in(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    aim = scope["path"] + (f"?{query}" if query else "")
    return f"{BASE}/sign-in?{urlencode({'next': aim})}"


async def _send(send: Send, answer: DoorReply, headers: Headers) -> None:
    body = answer.page.encode()
    said = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"vary", b"accept-language, cookie"),
        (b"content-security-policy", DOOR_POLICY),
        *ALWAYS,
    ]
    said += [(b"location", answer.location.encode("latin-1", "replace"))] if answer.location else []
    said += [(b"set-cookie", cookie_header(COOKIE, answer.session, headers))] if answer.session is not None else []
    said += [(b"retry-after", str(answer.wait).encode())] if answer.wait else []
    await send({"type": "http.response.start", "status": answer.status, "headers": said})
    await send({"type": "http.response.body", "body": body})
