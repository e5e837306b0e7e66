"""A worker as the gateway sees it: an ASGI app whose work is done in another process."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.types import Receive, Scope, Send

from customary.serve.workers.wire import plain_scope, read_message, write_message


@dataclass
class RemoteWorker:
    """The worker that listens at `place`; `busy` counts what it is asked at this moment."""

    place: Path
    busy: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand one request or socket over, until either end has closed; a worker that is gone is answered with 503."""
        try:
            reader, writer = await asyncio.open_unix_connection(str(self.place))
        except OSError:
            return await _is_away(scope, send)
        self.busy += 1
        sending = asyncio.create_task(_pass_on(receive, writer))
        try:
            write_message(writer, plain_scope(scope))
            if not await _answer(reader, send):
                await _is_away(scope, send)
        finally:
            self.busy -= 1
            sending.cancel()
            with suppress(asyncio.CancelledError, ConnectionError):
                await sending
            writer.close()

    async def tell(self, what: str, **facts: Any) -> dict[str, Any]:
        """What the worker answers to a word of the gateway's own; nothing where it is away."""
        try:
            reader, writer = await asyncio.open_unix_connection(str(self.place))
        except OSError:
            return {}
        try:
            write_message(writer, {"type": "word", "what": what, **facts})
            return await read_message(reader) or {}
        finally:
            writer.close()


async def _answer(reader: asyncio.StreamReader, send: Send) -> bool:
    """Pass the worker's messages on; whether there were any."""
    said = False
    while message := await read_message(reader):
        said = True
        await send(message)
    return said


async def _pass_on(receive: Receive, writer: asyncio.StreamWriter) -> None:
    """Pass the reader's messages on, the last one included, which says that the reader has left."""
    while True:
        message = await receive()
        write_message(writer, message)
        await writer.drain()
        if message["type"].endswith(".disconnect"):
            return


async def _is_away(scope: Scope, send: Send) -> None:
    if scope["type"] == "websocket":
        return await send({"type": "websocket.close", "code": 1012, "reason": ""})
    await send({"type": "http.response.start", "status": 503, "headers": []})
    await send({"type": "http.response.body", "body": b""})
