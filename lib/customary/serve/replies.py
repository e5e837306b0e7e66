"""What leaves the server: security headers on everything, no server path in a page, no reason in an error."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence

from starlette.types import Message, Scope, Send

from customary.serve.base import BASE
from customary.serve.static.store import StaticPage

# marimo answers with `*`, which would let any site read a page through its reader's browser.
DROPPED = frozenset(
    {
        b"access-control-allow-origin",
        b"access-control-allow-credentials",
        b"access-control-expose-headers",
        b"server",
        b"x-content-type-options",
        b"referrer-policy",
    }
)
ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
# Vega compiles its expressions, hence unsafe-eval; marimo sets <base> itself, hence base-uri 'self'.
PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "frame-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
)
# The front page has a form: its search leads to a chapter of this server.
FRONT_POLICY = PAGE_POLICY.replace("form-action 'none'", "form-action 'self'")
# A page that was drawn has no script inside, so it needs no nonce. Once it is live, it runs what a live one runs.
STATIC_POLICY = PAGE_POLICY.replace(" 'nonce-{nonce}'", "").encode()
CLOSED_POLICY = b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
FILE_POLICY = b"sandbox; default-src 'none'; frame-ancestors 'none'"
# What a refusal says beyond its status; all others keep their reason to themselves.
SAID = {
    401: "Sign in to read this.",
    404: "There is no page here.",
    408: "The request did not arrive in time.",
    421: "This server does not go by that name. Who runs it can allow it: customary serve --allow-host NAME",
    429: "Too many pages of yours are open here. Close some of them and try again.",
    503: "The server is full. Try again in a minute.",
}
RETRY_SECONDS = b"60"
UNREADY = "/readyz"  # says itself what is wrong, to a monitor
STORED = frozenset({b"etag", b"cache-control", b"content-length"})
Headers = list[tuple[bytes, bytes]]


class RequestRefused(Exception):
    """A request that is not viewing, or one too many; carries the HTTP status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Reply:
    """`send` for one request: passes messages on, with headers set and pages cleaned; a page brings the cookies.

    `spoken` is the language of the page as HTML names it, English without one.
    `has_begun` tells whether anything of an answer has left.
    """

    def __init__(
        self, scope: Scope, send: Send, hidden: dict[str, str], cookies: Sequence[bytes] = (), spoken: str = ""
    ) -> None:
        self._scope, self._send, self._hidden, self._cookies, self._spoken = scope, send, hidden, cookies, spoken
        self._nonce = secrets.token_urlsafe(16)
        self._start: Message | None = None
        self._late: Message | None = None
        self._page = b""
        self._refused = False
        self.has_begun = False

    async def __call__(self, message: Message) -> None:
        """Take one ASGI message of the app; a page is held until it is whole."""
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self._start is not None:
            await self._hold(message)
        elif not self._refused:
            if self._late is not None:
                self.has_begun = True
                await self._send(self._late)
                self._late = None
            await self._send(message)

    async def _begin(self, message: Message) -> None:
        if message["status"] >= 400 and self._scope["path"] != UNREADY:
            self._refused = self.has_begun = True
            return await refusal(self._scope, self._send, message["status"])
        headers = _without(message["headers"], DROPPED)
        kind = dict(headers).get(b"content-type", b"")
        policy = self._policy()
        headers += [*ALWAYS, (b"content-security-policy", policy)]
        if kind.startswith(b"text/html"):
            # A page carries a fresh nonce: a stored one would meet a policy that refuses its scripts.
            headers = [*_without(headers, STORED), (b"cache-control", b"no-store")]
            headers += [(b"set-cookie", cookie) for cookie in self._cookies]
            self._start = {**message, "headers": headers}
            return
        if "/@file/" in self._scope["path"]:
            # marimo says 200 before it looks: of a file that is gone nothing has been said yet.
            self._late = {**message, "headers": headers}
            return
        self.has_begun = True
        await self._send({**message, "headers": headers})

    def _policy(self) -> bytes:
        """What the browser may do with this answer."""
        if "/@file/" in self._scope["path"]:
            return FILE_POLICY
        allowed = FRONT_POLICY if self._scope["path"] == "/" else PAGE_POLICY
        return allowed.format(nonce=self._nonce).encode()

    async def _hold(self, message: Message) -> None:
        self._page += message.get("body", b"")
        if message.get("more_body") or self._start is None:
            return
        page = self._page.replace(b"<script", f'<script nonce="{self._nonce}"'.encode())
        if self._spoken:
            page = page.replace(b'<html lang="en"', f'<html lang="{self._spoken}"'.encode(), 1)
        for path, shown in self._hidden.items():
            page = page.replace(path.encode(), shown.encode())
        headers = [*self._start["headers"], (b"content-length", str(len(page)).encode())]
        self.has_begun = True
        await self._send({**self._start, "headers": headers})
        await self._send({"type": "http.response.body", "body": page})


async def nothing(send: Send) -> None:
    """Answer that something was heard, with nothing to say to it."""
    headers: Headers = [(b"cache-control", b"no-store"), (b"content-security-policy", CLOSED_POLICY), *ALWAYS]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def redirect(send: Send, address: str) -> None:
    """Send a reader to the same page by another link, this once: another browser may prefer another one."""
    headers: Headers = [
        (b"location", address.encode("latin-1")),
        (b"content-length", b"0"),
        (b"cache-control", b"no-store"),
        (b"vary", b"accept-language, cookie"),
        (b"content-security-policy", CLOSED_POLICY),
        *ALWAYS,
    ]
    await send({"type": "http.response.start", "status": 307, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def send_page(
    scope: Scope, send: Send, page: StaticPage, headers: Mapping[bytes, str], cookies: Sequence[bytes] = ()
) -> None:
    """Answer with a page that was drawn before: packed where the browser unpacks, and nothing where it has it."""
    is_known = page.etag in headers.get(b"if-none-match", "")
    packs = "gzip" in headers.get(b"accept-encoding", "")
    body = b"" if is_known else page.packed if packs else page.text
    said: Headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"cache-control", b"private, no-cache"),
        (b"vary", b"accept-encoding"),
        (b"etag", page.etag.encode()),
        (b"content-security-policy", STATIC_POLICY),
        *ALWAYS,
    ]
    said += [] if is_known else [(b"content-length", str(len(body)).encode())]
    said += [(b"content-encoding", b"gzip")] if packs and not is_known else []
    said += [(b"set-cookie", cookie) for cookie in cookies]
    await send({"type": "http.response.start", "status": 304 if is_known else 200, "headers": said})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


async def refusal(scope: Scope, send: Send, status: int) -> None:
    """Answer with `status`: a sentence for a reader, one line of JSON for a script."""
    if scope["type"] == "websocket" and "websocket.http.response" not in scope.get("extensions", {}):
        return await send({"type": "websocket.close", "code": 1008, "reason": ""})
    reads = b"text/html" in dict(scope["headers"]).get(b"accept", b"")
    body, kind = (_page(status), b"text/html; charset=utf-8") if reads else (_line(status), b"application/json")
    headers: Headers = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"content-security-policy", CLOSED_POLICY),
        *ALWAYS,
    ]
    headers += [(b"retry-after", RETRY_SECONDS)] if status in (429, 503) else []
    # Of a refused body nobody reads the rest.
    headers += [(b"connection", b"close")] if scope.get("method") == "POST" else []
    before = "websocket." if scope["type"] == "websocket" else ""
    await send({"type": f"{before}http.response.start", "status": status, "headers": headers})
    await send({"type": f"{before}http.response.body", "body": body})


def _line(status: int) -> bytes:
    detail = SAID[status] if status in (408, 421, 429, 503) else "refused"
    return json.dumps({"detail": detail}, separators=(",", ":")).encode()


def _page(status: int) -> bytes:
    said = SAID.get(status) or (SAID[404] if status < 500 else "Something went wrong. Try again in a moment.")
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>customary</title>'
        f'<body style="font:15px/1.5 system-ui,sans-serif;margin:40px 24px"><p>{said} '
        f'<a href="{BASE}/">All chapters</a></p>'
    ).encode()


def _without(headers: Iterable[tuple[bytes, bytes]], names: Collection[bytes]) -> Headers:
    return [(name.lower(), value) for name, value in headers if name.lower() not in names]
