"""Start the server for viewers, or marimo's editor for analysts."""

from __future__ import annotations

import http.client
import logging
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from collections.abc import Collection
from contextlib import chdir, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from customary.patience import patience
from customary.places import NOTEBOOKS, shop_path, shops_folder
from customary.serve.access.desk import AccessDesk
from customary.serve.access.viewers import viewer_of_page
from customary.serve.app import SESSION_TTL, app, hidden_paths
from customary.serve.audit import Audit
from customary.serve.connections import PunctualProtocol, QuietSocket
from customary.serve.gateway import FindPage
from customary.serve.logs import write_json_lines
from customary.serve.names import host_names
from customary.serve.rehearsal import shorten_thread_turns
from customary.serve.static.files import SERVER
from customary.serve.static.renewal import StaticPages
from customary.serve.warm import warm
from customary.serve.workers.fleet import Fleet, fleet_of
from customary.serve.workers.pages import SharedPages
from customary.shop import use_shop
from customary.sight import ask_viewer

log = logging.getLogger(__name__)

PORTS_TRIED = 100
OPEN_FILES = 8_192  # a page with its session needs four
QUERY_SECONDS = 8.0  # of a reader's query; what is drawn for all may take longer
GRACE = 2  # seconds that open pages get to close before the server ends


class PortTaken(OSError):
    """The port is in use; the message names the next free one."""


def bind_socket(host: str, port: int) -> socket.socket:
    """A socket bound to the address, so that a taken port is said before the slow start.

    Raises PortTaken.
    """
    try:
        return _bind(host, port)
    except OSError as error:
        if (free := _next_free(host, port)) is None:
            raise PortTaken(f"Port {port} on {host} cannot be used: {error.strerror}.") from error
        raise PortTaken(f"Port {port} on {host} is taken. Port {free} is free: use --port {free}.") from error


def serve(
    shop_name: str,
    host: str = "127.0.0.1",
    port: int = 2718,
    notebooks: Path = NOTEBOOKS,
    allow_hosts: Collection[str] = (),
    audit_file: Path | None = None,
    query_seconds: float = QUERY_SECONDS,
    workers: int = 1,
    json_logs: bool = False,
) -> None:
    """Serve the shop's chapters to viewers until Ctrl-C.

    Answered are addresses, this machine's own names and `allow_hosts`, so that another site's name cannot lead here.
    Who may read stands in the shop's `access.toml`; who read what is written to `audit_file`.
    A query of a reader may take `query_seconds`; 0 is as long as it likes. With several `workers` the chapters run in
    as many processes behind this one. With `json_logs` what is logged is lines of JSON.
    Raises PortTaken, Refused for an `allow_hosts` that is no name and, for a shop that does not exist, UnknownName.
    """
    desk, audit = AccessDesk(shop_path(shop_name)), Audit(audit_file)
    desk.book  # noqa: B018  # what cannot be understood is said before the slow start
    hosts = host_names(allow_hosts)
    os.environ["CUSTOMARY_SHOPS"] = str(shops_folder())  # a relative one would move with the folder
    # marimo reads its settings from the pyproject.toml above the folder it is started in.
    with bind_socket(host, port) as listener, chdir(notebooks.parent):
        outside = Outside(notebooks, shop_name, hosts, desk, audit, json_logs)
        if workers > 1:
            _serve_by_workers(outside, listener, workers, query_seconds)
        else:
            _serve_here(outside, listener, query_seconds)


@dataclass(frozen=True)
class Outside:
    """What is the same for a server of one process and of several."""

    notebooks: Path
    shop: str
    hosts: frozenset[str]
    desk: AccessDesk
    audit: Audit
    json_logs: bool = False

    def app(self, drawn: FindPage, fleet: Fleet | None = None) -> Starlette:
        """The server with these drawn pages, and with workers if there are any."""
        return app(
            self.notebooks,
            self.shop,
            hosts=self.hosts,
            drawn=drawn,
            desk=self.desk,
            audit=self.audit,
            fleet=fleet,
        )


def _serve_here(outside: Outside, listener: socket.socket, query_seconds: float) -> None:
    """Chapters, drawing and answering in this one process."""
    use_shop(outside.shop, audience="stakeholder")
    ask_viewer(viewer_of_page(outside.desk))
    patience.limit(query_seconds)
    warm()
    if outside.json_logs:
        write_json_lines()
    pages = StaticPages(outside.notebooks, outside.shop, hidden_paths(outside.notebooks))
    run(outside.app(pages.find), listener, pages.thread())


def _serve_by_workers(outside: Outside, listener: socket.socket, count: int, query_seconds: float) -> None:
    """This process answers what is drawn and lets in whom it should; the chapters run in the workers."""
    told = {
        "notebooks": str(outside.notebooks.resolve()),
        "shop": outside.shop,
        "server": SERVER,
        "session_ttl": SESSION_TTL,
        "query_seconds": query_seconds,
        "json_logs": outside.json_logs,
    }
    if outside.json_logs:
        write_json_lines()
    with fleet_of(count, told) as fleet:
        pages = SharedPages(fleet, outside.shop)
        run(outside.app(pages.find, fleet), listener, pages.thread())


def run(served: ASGIApp, listener: socket.socket, afterwards: threading.Thread | None = None) -> None:
    """Serve until Ctrl-C; prints the address once the server has answered a request, then starts `afterwards`."""
    shorten_thread_turns()
    _allow_open_files()
    config = uvicorn.Config(
        served,
        log_level="warning",
        access_log=False,
        http=PunctualProtocol,
        ws=QuietSocket,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE,
        ws_max_size=64_000,
    )
    server = uvicorn.Server(config)
    before = set(threading.enumerate())
    threading.Thread(target=_announce, args=(listener.getsockname()[:2], afterwards), daemon=True).start()
    # uvicorn raises the signal again once it has closed everything.
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    _let_sessions_end({one for one in threading.enumerate() if one is not afterwards} - before)
    print("Stopped.", flush=True)
    if afterwards and afterwards.is_alive():
        os._exit(0)  # it may be inside DuckDB, where the end of the interpreter would find it


def edit(shop_name: str, folder: Path, port: int = 2719, chapter: str = "") -> int:
    """Open the pages of `folder` in marimo's editor, on this machine only, and wait for it to end; its exit status.

    With a chapter's name the browser opens that one, else the list of all. The editor runs each page in a process of
    its own, so the shop reaches them by the environment. Raises PortTaken.
    """
    shop_path(shop_name)
    bind_socket("127.0.0.1", port).close()  # marimo would fail later, with a traceback
    told = {"CUSTOMARY_SHOP": shop_name, "CUSTOMARY_SHOPS": str(shops_folder())}
    command = [sys.executable, "-m", "marimo", "edit", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    command += ["--skip-update-check"]
    with TemporaryDirectory() as aside:
        command += _chapter_options(Path(aside), port, chapter) if chapter else []
        try:
            return subprocess.run(command, env={**os.environ, **told}, check=False).returncode
        except KeyboardInterrupt:
            return 0


def _chapter_options(aside: Path, port: int, chapter: str) -> list[str]:
    """What makes the browser open one chapter of the folder: marimo itself opens only the list of all.

    The editor is protected by a token. It is ours then, so that we can open an address with it, and stands in a file
    that only its owner reads: the words of a command are seen by everybody on the machine.
    """
    token, file = secrets.token_urlsafe(16), aside / "token"
    file.touch(mode=0o600)
    file.write_text(token, "utf-8")
    address = f"http://127.0.0.1:{port}/?file={chapter}.py&access_token={token}"
    threading.Thread(target=_open_when_ready, args=(port, address), daemon=True).start()
    return ["--headless", "--token-password-file", str(file)]


def _open_when_ready(port: int, address: str, seconds: float = 60) -> None:
    """Show an address in the browser, and print it, once somebody listens on the port."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            print(f"the chapter: {address}", flush=True)
            webbrowser.open(address)
            return
        time.sleep(0.2)


def _allow_open_files() -> None:
    """Enough open files for all pages that may be open, as far as the system allows; many begin with 1,024."""
    if sys.platform != "win32":
        import resource  # only here: Windows has no such module

        begun, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        if begun != resource.RLIM_INFINITY and begun < OPEN_FILES:
            wanted = OPEN_FILES if most == resource.RLIM_INFINITY else min(most, OPEN_FILES)
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Only with the protocol named does asyncio switch Nagle's algorithm off for the connections accepted
    # here; with it every answer waits 40 ms for an acknowledgement (187 scripts in turn: 8.0 s, not 1.3 s).
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    # Lets a restarted server have its port back at once; on Windows it would let two servers share one.
    if sys.platform != "win32":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


def _next_free(host: str, port: int) -> int | None:
    for candidate in range(port + 1, min(port + PORTS_TRIED, 65_536)):
        try:
            _bind(host, candidate).close()
        except OSError:
            continue
        return candidate
    return None


def _let_sessions_end(threads: set[threading.Thread]) -> None:
    """Wait for viewers' sessions, which are told to stop but not waited for by marimo.

    A thread still inside DuckDB while the interpreter ends makes the process abort.
    """
    until = time.monotonic() + GRACE
    # Not join(): one that is caught between being made and started refuses it.
    while any(thread.is_alive() for thread in threads) and time.monotonic() < until:
        time.sleep(0.02)
    if any(thread.is_alive() for thread in threads):
        print("Stopped; a query that was still running was dropped.", flush=True)
        os._exit(0)


def _announce(address: tuple[str, int], afterwards: threading.Thread | None) -> None:
    host, port = address
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    for _ in range(600):
        try:
            asked = http.client.HTTPConnection(name, port, timeout=5)
            asked.request("GET", "/healthz")
            asked.getresponse()
            print(f"http://{f'[{name}]' if ':' in name else name}:{port}/", flush=True)
            if afterwards:
                afterwards.start()
            return
        except OSError:
            time.sleep(0.1)
    log.warning("the server has not answered")
