"""Who a visitor is: a secret of his own, which his browser keeps in a cookie and no page can read."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping

from customary.serve.base import BASE

COOKIE = "customary_visitor"
# Nobody guesses 256 bits. It is not signed: who makes up a secret of his own gets nothing but that.
_SECRET = re.compile(rf"(?:^|;)\s*{COOKIE}=([\w-]{{43}})\s*(?=;|$)", re.ASCII)


def visitor_of(headers: Mapping[bytes, str]) -> str:
    """The secret that the request's cookie tells, or "" for a browser that has none yet."""
    found = _SECRET.search(headers.get(b"cookie", ""))
    return found[1] if found else ""


def new_visitor() -> str:
    """A fresh secret."""
    return secrets.token_urlsafe(32)


def cookie_of(visitor: str, headers: Mapping[bytes, str]) -> bytes:
    """The header that gives a browser its secret, until it is closed.

    Lax, not Strict: a link in an e-mail would come without a Strict cookie, and the new one that such a visit got
    would take the reader's open pages from him. Where a proxy says that the reader came by https, only by https.
    """
    secure = "; Secure" if headers.get(b"x-forwarded-proto", "").strip().lower() == "https" else ""
    return f"{COOKIE}={visitor}; Path={BASE}/; HttpOnly; SameSite=Lax{secure}".encode()
