"""What goes over the socket between the gateway and a worker: ASGI's own messages, one after the other.

Both ends are ours, of one version and one user, over a Unix socket in a folder that is that user's alone: so messages
are written in Python's own plainest form, which keeps bytes as bytes.
"""

from __future__ import annotations

import asyncio
import marshal
from collections.abc import Mapping
from typing import Any

from starlette.types import Scope

HEAD = 4  # bytes that say how long a message is
LARGEST = 512 << 20
# What of a scope is plain; the rest belongs to one process.
PLAIN = (
    *("type", "http_version", "method", "scheme", "path", "raw_path", "query_string", "root_path", "headers"),
    *("client", "server", "subprotocols", "user"),
)


def plain_scope(scope: Scope) -> dict[str, Any]:
    """A scope without what cannot leave its process."""
    found = {name: scope[name] for name in PLAIN if name in scope}
    found["headers"] = [(bytes(name), bytes(value)) for name, value in scope["headers"]]
    return found


def write_message(writer: asyncio.StreamWriter, message: Mapping[str, Any]) -> None:
    """Put a message on its way."""
    said = marshal.dumps(dict(message))
    writer.write(len(said).to_bytes(HEAD, "big") + said)


async def read_message(reader: asyncio.StreamReader) -> dict[str, Any] | None:
    """The next message; None where the other end has closed."""
    try:
        size = int.from_bytes(await reader.readexactly(HEAD), "big")
        if size > LARGEST:
            return None
        found: dict[str, Any] = marshal.loads(await reader.readexactly(size))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return found
