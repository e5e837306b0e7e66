"""Which names the server answers to, and which sites may ask: what keeps another site out of a reader's browser."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from customary.errors import Refused
from customary.serve.replies import RequestRefused

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})
_NAME = re.compile(r"(?!-)[\w-]+(\.[\w-]+)*\Z")


def host_names(told: Collection[str]) -> frozenset[str]:
    """The names of `--allow-host` in small letters. Raises Refused for what is no bare name: an address, a pattern."""
    for name in told:
        if not _NAME.match(name):
            raise Refused(
                "--allow-host takes a name such as figures.example.com, without http:// or a port: “{name}”", name=name
            )
    return frozenset(name.lower() for name in told)


def check_host(host: str, allowed: Collection[str]) -> None:
    """Refuse with 421 a name that is not this server's.

    Otherwise a page of another site, whose name its owner lets resolve to this server, would be "same origin". An
    address cannot be such a name: it needs no permission.
    """
    name = re.sub(r":\d+\Z", "", host).lower()
    if name not in LOOPBACK and name not in allowed and not _is_address(name):
        raise RequestRefused(421)


def check_origin(headers: Mapping[bytes, str], allowed: Collection[str], changes: bool) -> None:
    """Refuse with 403 another site. Browsers name the one a request comes from; it may neither open nor change a page.

    A proxy may keep the name that the reader sees or put its own into `Host`: an allowed name may ask in both cases.
    """
    origin = headers.get(b"origin")
    if origin is None and not changes:
        return
    if not origin or not _is_ours(origin, headers.get(b"host", ""), allowed):
        raise RequestRefused(403)
    if changes and headers.get(b"sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise RequestRefused(403)


def _is_ours(origin: str, host: str, allowed: Collection[str]) -> bool:
    try:
        parts = urlsplit(origin)
        name = (parts.hostname or "").lower()
    except ValueError:  # "http://[" and the like
        return False
    return bool(host) and (parts.netloc.lower() == host.lower() or name in allowed)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True
