"""One worker: a process with the chapters of a shop, which answers the gateway over a Unix socket.

What it needs to know comes as one line of JSON on its standard input; when that is closed, the gateway is gone, and the
worker ends.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import threading
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message

from customary.serve.gateway import log_failure
from customary.serve.kernels import Kernels
from customary.serve.scopes import headers_of
from customary.serve.workers.drawer import Drawer
from customary.serve.workers.wire import read_message, write_message

SESSION_HEADER = b"marimo-session-id"


@dataclass
class Worker:
    """The chapters of `rooms`, and the words of the gateway about them."""

    rooms: ASGIApp
    kernels: Kernels
    drawer: Drawer

    async def serve(self, place: str) -> None:
        """Answer until the process ends; the socket is there once everything can be answered."""
        server = await asyncio.start_unix_server(self._meet, place + ".new")
        os.chmod(place + ".new", 0o600)
        os.rename(place + ".new", place)
        async with server:
            await server.serve_forever()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with (
            suppress(ConnectionError, asyncio.CancelledError),
            closing(writer),
        ):  # once let go of, nobody hears an answer
            told = await read_message(reader)
            if told is not None:
                await (self._hear(told, writer) if told["type"] == "word" else self._run(told, reader, writer))

    async def _run(self, scope: dict[str, Any], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Let the chapters answer one request or socket."""
        if scope["type"] == "http" and scope["method"] == "POST" and not self._runs(scope):
            return await _refuse(writer)

        async def receive() -> Message:
            return await read_message(reader) or {"type": f"{scope['type']}.disconnect", "code": 1006}

        async def send(message: Message) -> None:
            write_message(writer, message)
            await writer.drain()

        try:
            await self.rooms({**scope, "extensions": {}, "asgi": {"version": "3.0"}, "state": {}}, receive, send)
        except ConnectionError:
            raise
        except Exception as error:  # the gateway says so to the reader; here stands what failed
            log_failure(scope, error)

    def _runs(self, scope: dict[str, Any]) -> bool:
        stem = scope["path"].split("/", 2)[1]
        return self.kernels.is_running(stem, headers_of(scope).get(SESSION_HEADER, ""))

    async def _hear(self, told: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        """Do what the gateway says, and say what it asks."""
        answer: dict[str, Any] = {"done": True}
        match told["what"]:
            case "end":
                self.kernels.end(told["stem"], told["session"])
            case "leave":
                self.kernels.leave(told["stem"], told["session"])
            case "show":
                self.drawer.show(told["version"])
            case "shown":
                answer = self.drawer.state()
        write_message(writer, answer)
        await writer.drain()


async def _refuse(writer: asyncio.StreamWriter) -> None:
    write_message(writer, {"type": "http.response.start", "status": 404, "headers": []})
    write_message(writer, {"type": "http.response.body", "body": b""})
    await writer.drain()


def _end_with_gateway() -> None:
    """Wait until the gateway closes its end; what still runs then has no reader."""
    with suppress(OSError):
        while sys.stdin.buffer.read(1):
            pass
    os._exit(0)


def main() -> None:
    """Run a worker as the line on the standard input says."""
    told = json.loads(sys.stdin.buffer.readline())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the gateway, which ends the workers
    threading.Thread(target=_end_with_gateway, daemon=True).start()
    from customary.serve.workers.outfit import outfit

    rooms, kernels, drawer = outfit(told)
    drawer.begin()
    asyncio.run(Worker(rooms, kernels, drawer).serve(told["place"]))


if __name__ == "__main__":
    main()
