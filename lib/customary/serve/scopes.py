"""What a request says of itself: headers, query, the address it came from, the person who was let in."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.types import Scope


def headers_of(scope: Scope) -> dict[bytes, str]:
    """The first of each name, which is the one that marimo reads as well."""
    found: dict[bytes, str] = {}
    for name, value in scope["headers"]:
        found.setdefault(name, value.decode("latin-1"))
    return found


def query_of(scope: Scope) -> dict[str, list[str]]:
    """Name → values, empty ones included."""
    return parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)


def peer_of(scope: Scope) -> str:
    """The address that the request came from: the reader's, or the proxy's."""
    return str((scope.get("client") or ("", 0))[0])


def person_of(scope: Scope) -> str:
    """Who was let in at the door; "" where nobody is asked."""
    user = scope.get("user")
    return str(user["name"]) if isinstance(user, dict) else ""
