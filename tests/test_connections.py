"""How long the server waits and how much it takes at once: half-sent requests, bodies, pages, connections."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator

import httpx
import live_server
import pytest
from live_server import LiveServer
from websocket_viewer import Viewer

ONE, SLIDER = "01_one_chart", "02_slider"
HASTY = """
import runpy, sys
from customary.serve import connections, gateway, sessions
connections.REQUEST_SECONDS, connections.PATIENCE_SECONDS = 2.0, 0.2
connections.MOST_HALF_SENT, connections.MOST_CONNECTIONS = 30, 100
gateway.BODY_SECONDS, sessions.BODIES_EACH = 1.0, 3
sessions.SOCKETS_EACH, sessions.SOCKETS_IN_ALL = 2, 3
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.fixture(scope="module")
def hasty_server() -> Iterator[LiveServer]:
    """A server with little patience and little room: 2 s for a request, 1 s for a body, 2 open pages each, 3 in all."""
    command, environment, log = live_server.serve_stand_in()
    with live_server.live_server(["-c", HASTY, *command], environment, log) as server:
        yield server


def half_sent(server: LiveServer, sent: bytes) -> socket.socket:
    """A connection over which these bytes came, and no more."""
    host, port = server.address.removeprefix("http://").strip("/").split(":")
    opened = socket.create_connection((host, int(port)), timeout=20)
    opened.sendall(sent)
    return opened


def rest(opened: socket.socket) -> str:
    """What comes until the server closes."""
    said = b""
    with contextlib.suppress(ConnectionResetError):  # a reset is an end as well: what came before it is the answer
        while more := opened.recv(4096):
            said += more
    opened.close()
    return said.decode()


def seconds_until_cut_off(opened: socket.socket) -> float:
    """How long a connection is kept that sends a byte now and then; after ten seconds nobody waits for its end."""
    begun = time.monotonic()
    with contextlib.suppress(OSError):  # the server's end of it: what we wait for
        while time.monotonic() - begun < 10:
            opened.sendall(b"x")
            time.sleep(0.2)
    return time.monotonic() - begun


def test_half_a_head_is_answered_408_and_the_oldest_of_too_many_503(hasty_server: LiveServer) -> None:
    """Of 40 half-sent requests a reader's visit, the 41st, sends the oldest eleven away; the rest when time is over."""
    begun = time.monotonic()
    opened = [half_sent(hasty_server, b"GET / HTTP/1.1\r\nHost: loc") for _ in range(40)]
    time.sleep(0.5)
    assert httpx.get(f"{hasty_server.address}healthz").status_code == 200
    said = [rest(one) for one in opened]
    assert [one.split()[1] for one in said] == ["503"] * 11 + ["408"] * 29
    assert said[-1].endswith("\r\n\r\nThe request did not arrive in time.\n")
    assert time.monotonic() - begun < 10


def test_a_head_that_trickles_is_cut_off(hasty_server: LiveServer) -> None:
    """A byte now and then does not buy more time, nor does silence; who asked nothing is told nothing."""
    silent, trickling = half_sent(hasty_server, b""), half_sent(hasty_server, b"GET / HTTP/1.1\r\nx: ")
    assert seconds_until_cut_off(trickling) < 5
    assert rest(silent) == ""


def test_a_body_that_does_not_come_is_answered_408_and_too_many_429(hasty_server: LiveServer) -> None:
    """Of one visitor three may be under way; the fourth is refused at once, the three when their time is over."""
    viewer = Viewer(f"{hasty_server.address}{SLIDER}/").open()
    head = (
        f"POST /{SLIDER}/api/kernel/set_ui_element_value HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n"
        f"Cookie: {viewer.cookie()['cookie']}\r\nMarimo-Session-Id: {viewer.session}\r\n"
        "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    )
    opened = [half_sent(hasty_server, head.encode()) for _ in range(4)]
    said = [rest(one) for one in opened]
    assert sorted(one.split()[1] for one in said) == ["408", "408", "408", "429"]
    assert all("\r\nconnection: close\r\n" in one.lower() for one in said)
    viewer.set({viewer.controls("slider")[0]: 2})
    assert viewer.errors() == []
    viewer.close()


def test_a_body_that_nobody_asked_for_does_not_keep_the_connection(hasty_server: LiveServer) -> None:
    """A page is answered without reading it; the connection ends with the request's time all the same."""
    opened = half_sent(hasty_server, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\n")
    assert seconds_until_cut_off(opened) < 5
    opened.close()


def test_one_page_too_many_is_said_in_one_line(hasty_server: LiveServer) -> None:
    """The socket is refused with its status, and a page that could not come alive is not sent either."""
    first, second = (Viewer(f"{hasty_server.address}{ONE}/") for _ in range(2))
    first.open()
    second.http.cookies = first.http.cookies
    second.open()
    assert first.socket_status("session_id=s_abcdef12", first.cookie()) == 429
    reply = first.http.get(first.address)
    assert (reply.status_code, reply.headers["retry-after"]) == (429, "60")
    assert reply.json() == {"detail": "Too many pages of yours are open here. Close some of them and try again."}
    third = Viewer(f"{hasty_server.address}{ONE}/").open()
    reply = httpx.get(third.address, headers={"accept": "text/html"})
    assert (reply.status_code, "The server is full." in reply.text) == (503, True)
    assert httpx.get(f"{hasty_server.address}healthz").status_code == 200
    for viewer in (first, second, third):
        viewer.close()


def test_connections_beyond_the_limit_are_told_so(hasty_server: LiveServer) -> None:
    """A hundred may be open, also when all come at once; the next ones are told that the server is full, and go."""
    command = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    opened = [half_sent(hasty_server, command) for _ in range(130)]
    statuses = [one.recv(4096).split()[1] for one in opened]
    served = statuses.count(b"200")
    assert 90 <= served <= 100  # who was served by the tests before this one may still be there
    assert statuses == [b"200"] * served + [b"503"] * (130 - served)
    for one in opened:
        one.close()
    time.sleep(0.5)
    assert httpx.get(f"{hasty_server.address}healthz").status_code == 200
