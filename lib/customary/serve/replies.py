"""What leaves the server: security headers on everything, no server path in a page, no reason in an error."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable

from starlette.types import Message, Scope, Send

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
CLOSED_POLICY = b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
FILE_POLICY = b"sandbox; default-src 'none'; frame-ancestors 'none'"
REFUSED = b'{"detail":"refused"}'
STORED = frozenset({b"etag", b"cache-control", b"content-length"})
Headers = list[tuple[bytes, bytes]]


class Reply:
    """`send` for one request: passes messages on, with headers set and pages cleaned."""

    def __init__(self, scope: Scope, send: Send, hidden: dict[str, str]) -> None:
        self._scope, self._send, self._hidden = scope, send, hidden
        self._nonce = secrets.token_urlsafe(16)
        self._start: Message | None = None
        self._page = b""
        self._refused = False

    async def __call__(self, message: Message) -> None:
        """Take one ASGI message of the app; a page is held until it is whole."""
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self._start is not None:
            await self._hold(message)
        elif not self._refused:
            await self._send(message)

    async def _begin(self, message: Message) -> None:
        if message["status"] >= 400:
            self._refused = True
            return await refusal(self._scope, self._send, message["status"])
        headers = _without(message["headers"], DROPPED)
        kind = dict(headers).get(b"content-type", b"")
        policy = FILE_POLICY if "/@file/" in self._scope["path"] else PAGE_POLICY.format(nonce=self._nonce).encode()
        headers += [*ALWAYS, (b"content-security-policy", policy)]
        if kind.startswith(b"text/html"):
            # A page carries a fresh nonce: a stored one would meet a policy that refuses its scripts.
            headers = [*_without(headers, STORED), (b"cache-control", b"no-store")]
            self._start = {**message, "headers": headers}
            return
        await self._send({**message, "headers": headers})

    async def _hold(self, message: Message) -> None:
        self._page += message.get("body", b"")
        if message.get("more_body") or self._start is None:
            return
        page = self._page.replace(b"<script", f'<script nonce="{self._nonce}"'.encode())
        for path, shown in self._hidden.items():
            page = page.replace(path.encode(), shown.encode())
        headers = [*self._start["headers"], (b"content-length", str(len(page)).encode())]
        await self._send({**self._start, "headers": headers})
        await self._send({"type": "http.response.body", "body": page})


async def refusal(scope: Scope, send: Send, status: int) -> None:
    """Answer with `status` and no reason: a sentence for a reader, JSON for a script, a closed socket."""
    if scope["type"] == "websocket":
        return await send({"type": "websocket.close", "code": 1008, "reason": ""})
    reads = b"text/html" in dict(scope["headers"]).get(b"accept", b"")
    body, kind = (_sentence(status), b"text/html; charset=utf-8") if reads else (REFUSED, b"application/json")
    headers: Headers = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"content-security-policy", CLOSED_POLICY),
        *ALWAYS,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _sentence(status: int) -> bytes:
    said = "There is no page here." if status < 500 else "Something went wrong. Try again in a moment."
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>customary</title>'
        f'<body style="font:15px/1.5 system-ui,sans-serif;margin:40px 24px"><p>{said} '
        '<a href="/">All chapters</a></p>'
    ).encode()


def _without(headers: Iterable[tuple[bytes, bytes]], names: Collection[bytes]) -> Headers:
    return [(name.lower(), value) for name, value in headers if name.lower() not in names]
