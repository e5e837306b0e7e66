"""A request must arrive: whoever opens a connection and sends half of one may not keep it."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from customary.serve.replies import SAID

REQUEST_SECONDS = 12.0  # from the first byte to the last one; the gateway refuses a body a little earlier
MOST_HALF_SENT = 128
PATIENCE_SECONDS = 2.0  # a crowd that arrives at once has sent its requests by then
MOST_CONNECTIONS = 800


class PunctualProtocol(H11Protocol):
    """uvicorn's HTTP with a time limit for each request, and a limit on connections and on half-sent requests.

    uvicorn's own limit counts only from the end of an answer, so that half a request could wait for ever.
    """

    half_sent: ClassVar[dict[PunctualProtocol, float]] = {}  # since when; the one that waits longest comes first
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock, for a connection over which nothing comes at all as well."""
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            return self._give_up(503)
        self._start_clock()

    def data_received(self, data: bytes) -> None:
        """Take what came; the clock runs on while the request is not whole."""
        super().data_received(data)
        if self.transport.is_closing() or not self._is_half_sent():
            self._stop_clock()
        elif self._deadline is None:
            self._start_clock()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_clock()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand the connection over to the socket, which has limits of its own."""
        self._stop_clock()
        super().handle_websocket_upgrade(event)

    def _is_half_sent(self) -> bool:
        if self.transport.get_protocol() is not self:
            return False
        is_body = self.conn.their_state is h11.SEND_BODY
        return is_body or (self.conn.their_state is h11.IDLE and bool(self.conn.trailing_data[0]))

    def _start_clock(self) -> None:
        self._deadline = self.loop.call_later(REQUEST_SECONDS, self._give_up, 408)
        self.half_sent[self] = self.loop.time()
        late = [one for one, since in self.half_sent.items() if since < self.loop.time() - PATIENCE_SECONDS]
        for one in late[: max(0, len(self.half_sent) - MOST_HALF_SENT)]:
            one._give_up(503)

    def _stop_clock(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        self.half_sent.pop(self, None)

    def _give_up(self, status: int) -> None:
        """Say why in one line, unless an answer has begun or nothing was asked, and close."""
        self._stop_clock()
        is_asked = status == 503 or bool(self.conn.trailing_data[0])
        if is_asked and self.conn.our_state is h11.IDLE and not self.transport.is_closing():
            self.transport.write(_answer(status))
        self.transport.close()


class QuietSocket(WebSocketsSansIOProtocol):
    """uvicorn's sockets; a refused one is no error, and no line in the log for each attempt."""

    async def send(self, message: Any) -> None:
        """Pass on what the app says; uvicorn forgets that a refusal ends the handshake as well."""
        await super().send(message)
        if message["type"] == "websocket.http.response.body":
            self.handshake_complete = True


def _answer(status: int) -> bytes:
    line = f"{SAID[status]}\n".encode()
    head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\ncontent-type: text/plain; charset=utf-8\r\n"
    return head.encode() + f"content-length: {len(line)}\r\nconnection: close\r\n\r\n".encode() + line
