"""One visitor and the next: whose a page is, how much one may ask for, and by which name. Over real sockets."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import httpx
import live_server
import pytest
from live_server import LiveServer
from websocket_viewer import Viewer

from customary.errors import Refused
from customary.serve import sessions
from customary.serve.names import host_names
from customary.serve.replies import RequestRefused
from customary.serve.sessions import Sessions
from customary.serve.visitors import COOKIE, cookie_of, visitor_of

ONE, SLIDER = "01_one_chart", "02_slider"


def stranger(viewer: Viewer) -> httpx.Client:
    """Another browser, which has opened the same page and knows everything that stands in the first one's address."""
    client = httpx.Client(headers={"origin": viewer.origin}, timeout=30)
    client.get(viewer.address)
    return client


# A session belongs to its owner --------------------------------------------------------------------------


def test_who_knows_a_session_s_number_does_not_get_its_messages(stand_in_server: LiveServer) -> None:
    """Without a cookie, with one's own, with one made up: refused; the owner may come back to his own page."""
    viewer = Viewer(f"{stand_in_server.address}{SLIDER}/").open()
    number = f"session_id={viewer.session}"
    other = "; ".join(f"{name}={value}" for name, value in stranger(viewer).cookies.items())
    for cookie in ({}, {"cookie": other}, {"cookie": f"{COOKIE}={secrets.token_urlsafe(32)}"}, {"cookie": COOKIE}):
        assert viewer.socket_status(number, cookie) == 403, cookie
    # marimo would take the last of two numbers.
    mine = f"session_id=s_{secrets.token_hex(4)}"
    assert viewer.socket_status(f"{mine}&{number}", {"cookie": other}) == 403
    viewer.set({viewer.controls("slider")[0]: 3})
    assert viewer.errors() == []
    assert viewer.socket_status(number, viewer.cookie()) == 101
    viewer.close()


def test_nobody_else_moves_a_control_or_fetches_a_file(stand_in_server: LiveServer) -> None:
    """To another visitor a session and its files are as if they did not exist."""
    viewer = Viewer(f"{stand_in_server.address}{SLIDER}/").open()
    before, other = viewer.cell("sentence"), stranger(viewer)
    body = {"objectIds": viewer.controls("slider"), "values": [1]}
    post = f"{viewer.address}api/kernel/set_ui_element_value"
    for session in (viewer.session, "s_abcdef"):
        headers = {"marimo-session-id": session, "marimo-server-token": viewer.token}
        reply = other.post(post, json=body, headers=headers)
        assert (reply.status_code, reply.text) == (404, '{"detail":"refused"}')
    for name in viewer.file_names():
        assert viewer.http.get(viewer.address + name).status_code == 200
        assert other.get(viewer.address + name).status_code == 404
    assert viewer.cell("sentence") == before
    viewer.close()


def test_a_request_with_two_numbers_is_refused(stand_in_server: LiveServer) -> None:
    """Else the gateway would check the one and marimo use the other."""
    viewer = Viewer(f"{stand_in_server.address}{SLIDER}/").open()
    headers = [
        ("marimo-session-id", viewer.session),
        ("marimo-session-id", "s_abcdef"),
        ("marimo-server-token", viewer.token),
    ]
    post = f"{viewer.address}api/kernel/set_ui_element_value"
    assert viewer.http.post(post, json={"objectIds": [], "values": []}, headers=headers).status_code == 400
    viewer.close()


def test_a_page_brings_a_cookie_once_and_no_page_reads_it(stand_in_server: LiveServer) -> None:
    """HttpOnly, kept from other sites' requests, by https only where the reader came so; the second visit has it."""
    client = httpx.Client(base_url=stand_in_server.address)
    cookie = client.get(f"/{ONE}/").headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert cookie.endswith("; Path=/; HttpOnly; SameSite=Lax")
    assert "set-cookie" not in client.get(f"/{SLIDER}/").headers
    assert "set-cookie" not in httpx.get(f"{stand_in_server.address}healthz").headers
    behind = httpx.get(f"{stand_in_server.address}{ONE}/", headers={"x-forwarded-proto": "https"})
    assert behind.headers["set-cookie"].endswith("; Secure")


def test_a_cookie_is_read_among_others() -> None:
    """Whole, by its exact name, and only if it is long enough that nobody guesses it."""
    told = "s" * 43
    assert visitor_of({b"cookie": f"a=b; {COOKIE}={told}; c=d"}) == told
    assert cookie_of(told, {}).startswith(f"{COOKIE}={told};".encode())
    for cookie in (f"{COOKIE}={told}x", f"{COOKIE}=short", f"x{COOKIE}={told}", ""):
        assert visitor_of({b"cookie": cookie}) == ""


# Limits --------------------------------------------------------------------------------------------------


@dataclass
class Kernels:
    """Stands for marimo's register: everything runs until it was ended."""

    ended: list[str] = field(default_factory=list)

    def is_running(self, stem: str, session: str) -> bool:
        return session not in self.ended

    def end(self, stem: str, session: str) -> None:
        self.ended.append(session)


@dataclass
class Clock:
    """Seconds that stand still until a test moves them."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Sessions:
    """Two open pages each and three in all; three sessions each and four in all; each kept for 120 seconds."""
    limits = {"SOCKETS_EACH": 2, "SOCKETS_IN_ALL": 3, "SESSIONS_EACH": 3, "SESSIONS_IN_ALL": 4}
    for name, limit in limits.items():
        monkeypatch.setattr(sessions, name, limit)
    return Sessions(Kernels(), 120, Clock())


def status_of(few: Sessions, number: str, visitor: str) -> int:
    """What a socket is answered; 101 where it opens."""
    try:
        with few.socket(("page", number), visitor):
            return 101
    except RequestRefused as refused:
        return refused.status


def test_each_visitor_and_all_together_have_so_many_open_pages(few: Sessions) -> None:
    """The third page of one visitor is one too many for him (429), the fourth of all is too many for anybody (503)."""
    with ExitStack() as opened:
        for number in ("1", "2"):
            opened.enter_context(few.socket(("page", number), "ann"))
        assert status_of(few, "3", "ann") == 429
        opened.enter_context(few.socket(("page", "3"), "ben"))
        assert status_of(few, "4", "cem") == 503
    assert status_of(few, "4", "cem") == 101


def test_closed_pages_make_room_for_open_ones(few: Sessions) -> None:
    """Ann closes 1, 2 and 3, which are kept for her; her fourth ends 1. Then ben's two end 2, the oldest of all."""
    clock, kernels = few.clock, few.kernels
    for number, who in (("1", "ann"), ("2", "ann"), ("3", "ann"), ("4", "ann"), ("5", "ben"), ("6", "ben")):
        clock.seconds += 1
        assert status_of(few, number, who) == 101
    assert kernels.ended == ["1", "2"]


def test_a_session_is_nobody_elses_until_it_has_ended(few: Sessions) -> None:
    """149 seconds after ann left, her number is still hers; after 151 it has ended and may be anybody's."""
    clock, kernels = few.clock, few.kernels
    assert status_of(few, "1", "ann") == 101
    clock.seconds = 149
    assert status_of(few, "1", "ben") == 403
    clock.seconds = 151
    assert status_of(few, "1", "ben") == 101
    assert kernels.ended == ["1"]


# Names ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def named_server() -> Iterator[LiveServer]:
    """A server that readers also open by the name figures.example.com."""
    with live_server.live_server(*live_server.serve_stand_in("Figures.example.com")) as server:
        yield server


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("figures.example.com", "https://figures.example.com", 404),  # a proxy that keeps the name
        ("FIGURES.example.com:8443", "https://figures.example.com:8443", 404),
        ("127.0.0.1:2718", "https://figures.example.com", 404),  # a proxy that puts its own there
        ("192.168.1.5:2718", "http://192.168.1.5:2718", 404),  # nobody's name resolves to be an address
        ("[fe80::1]:2718", "http://[fe80::1]:2718", 404),
        ("evil.example", "http://evil.example", 421),  # a name that its owner lets resolve to this server
        ("figures.example.com.evil.example", "http://figures.example.com.evil.example", 421),
        ("", "https://figures.example.com", 421),
        ("figures.example.com", "https://evil.example", 403),
        ("127.0.0.1:2718", "https://evil.example", 403),
        ("127.0.0.1:2718", "http://127.0.0.1:9999", 403),
        ("127.0.0.1:2718", "http://[", 403),
    ],
)
def test_which_names_are_answered(named_server: LiveServer, host: str, origin: str, status: int) -> None:
    """Its own and addresses, to who comes from the same; 404 is what a session gets that is nobody's."""
    headers = {"host": host, "origin": origin, "content-type": "application/json", "marimo-session-id": "s_abcdef"}
    reply = httpx.post(f"{named_server.address}{ONE}/api/kernel/function_call", content=b"{}", headers=headers)
    assert reply.status_code == status


def test_a_foreign_name_is_told_what_to_do(named_server: LiveServer) -> None:
    """In one line, for who runs the server."""
    reply = httpx.get(named_server.address, headers={"host": "other.example"})
    assert reply.json()["detail"].endswith("customary serve --allow-host NAME")


def test_behind_a_proxy_that_rewrites_the_name_a_page_comes_alive(named_server: LiveServer) -> None:
    """The socket opens by the allowed name's origin, though `Host` is the proxy's own."""
    viewer = Viewer(f"{named_server.address}{ONE}/")
    viewer.origin = "https://figures.example.com"
    assert viewer.open().errors() == []
    viewer.close()


def test_only_a_bare_name_may_be_allowed() -> None:
    """No address with its scheme or port, and no pattern, which would allow what nobody thought of."""
    assert host_names(["Figures.example.com", "figures"]) == {"figures.example.com", "figures"}
    for name in ("https://figures.example.com", "figures.example.com:80", "*.example.com", "*", ""):
        with pytest.raises(Refused, match="without http:// or a port"):
            host_names([name])


# The log -------------------------------------------------------------------------------------------------


def test_unknown_files_and_sessions_are_404_and_not_in_the_log(stand_in_server: LiveServer) -> None:
    """Whoever asks, with or without a cookie: one line to him, none in the log, which nobody can fill from outside."""
    viewer = Viewer(f"{stand_in_server.address}{SLIDER}/").open()
    gone = viewer.file_names()
    viewer.set({viewer.controls("slider")[0]: 4})
    before = stand_in_server.said()
    headers = {"marimo-session-id": "s_abcdef", "marimo-server-token": viewer.token}
    for client in (viewer.http, httpx.Client(headers={"origin": viewer.origin})):
        for name in (*gone, "@file/12-nothing-1234.csv", "@file/99999999999999-x.csv"):
            reply = client.get(viewer.address + name)
            assert (reply.status_code, reply.text) == (404, '{"detail":"refused"}'), name
        post = f"{viewer.address}api/kernel/set_ui_element_value"
        reply = client.post(post, json={"objectIds": [], "values": []}, headers=headers)
        assert (reply.status_code, reply.text) == (404, '{"detail":"refused"}')
    assert viewer.socket_status(f"session_id={viewer.session}", {}) == 403
    assert stand_in_server.said() == before
    viewer.close()
