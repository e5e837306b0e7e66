"""Requests that no reader makes, for a running server: each with a name, how it is asked, and what may come of it.

They are made of a few lists: what a route, a method, a name, an origin, a header or a body may be, where marimo or a
web server was once found to give way. Every one must be refused, in no more words than its status.
"""

from __future__ import annotations

import http.client
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

PAGE = "01_one_chart"


@dataclass(frozen=True)
class Attack:
    """One request, sent byte for byte as it stands here."""

    name: str
    method: str = "GET"
    path: str = "/"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None

    def send(self, address: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the answer; (0, {}, b"") where the server hangs up."""
        parts = urlsplit(address)
        asked = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=30)
        try:
            asked.putrequest(self.method, self.path, skip_host="host" in self.headers, skip_accept_encoding=True)
            for name, value in self.headers.items():
                asked.putheader(name, value.replace("{here}", f"{parts.scheme}://{parts.netloc}"))
            if self.body is not None:
                asked.putheader("content-length", str(len(self.body)))
            asked.endheaders(self.body)
            reply = asked.getresponse()
            return reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read()
        except (ConnectionError, http.client.HTTPException):
            return 0, {}, b""
        finally:
            asked.close()


# What marimo has beside viewing, and what editors, debuggers and other servers have.
KERNEL = (
    *("run", "instantiate", "execute", "interrupt", "restart_session", "shutdown", "takeover", "save", "rename"),
    *("delete", "set_cell_config", "pdb", "pdb/pm", "stdin", "code_autocomplete", "read_code", "scratchpad/run"),
    *("set_model_value", "function_call/", "copy", "open", "format", "install_missing_packages", "sync/cell_ids"),
)
API = (
    *("export/html", "export/script", "export/markdown", "export/ipynb", "export/pdf", "home/workspace_files"),
    *("home/shutdown_session", "files/list_files", "files/file_details", "files/create", "files/delete", "files/move"),
    *("files/update", "files/open", "files/search", "secrets/keys", "secrets/create", "packages/add", "packages/list"),
    *("packages/remove", "datasources/preview_column", "sql/validate", "storage/list", "ai/chat", "ai/completion"),
    *("ai/invoke_tool", "ai/mcp/status", "lsp/health", "terminal", "cache/clear", "cache/info", "document/transaction"),
    *("sessions", "status", "status/connections", "usage", "environment", "version", "export/availability"),
)
PLACES = (
    *(
        "/sse",
        "/ws_sync",
        "/terminal/ws",
        "/lsp/pylsp",
        "/mcp",
        "/mcp/server",
        "/copilot",
        "/auth/login",
        "/auth/logout",
    ),
    *("/og/thumbnail", "/public/x", "/public/../../etc/passwd", "/custom.css", "/assets/index.js", "/index.html"),
    *("/manifest.json", "/@file/1-x.csv", "/@file/9999-abcdefgh.csv", "/@file/12-../../x.csv", "/api/", "/api"),
)
TOP = (
    *("/.env", "/.git/config", "/server-status", "/metrics", "/debug", "/debug/pprof", "/admin", "/login", "/docs"),
    *("/openapi.json", "/graphql", "/actuator/health", "/wp-login.php", "/phpinfo.php", "/favicon.ico/..", "/robots"),
    *("/access.toml", "/access.key", "/passwords.txt", "/audit.jsonl", "/shop.toml", "/current", "/snapshots"),
    *("/notebooks/01_one_chart.py", "/pyproject.toml", "/_customary/page.js", "/_customary/0000000000000000/page.js"),
    *("/_assets", "/_assets/", "/_assets/0.0.0/index.html", "/_fonts/", "/_fonts/000000000000/fonts.css"),
)
CLIMBS = (
    *("../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "..\\", "%252e%252e%252f", "....//", "..;/", "%c0%ae%c0%ae/"),
    *("./../", "%2e/%2e%2e/", "//", "/./", "..%00/"),
)
ORIGINS = (
    *("https://evil.example", "null", "", "http://127.0.0.1.evil.example", "http://evil.example:80", "file://"),
    *("http://localhost.evil.example", "chrome-extension://abc", "http://[", "http://127.0.0.1@evil.example", "*"),
    *("https://evil.example#127.0.0.1", "data:text/html,x", "http://evil.example/127.0.0.1", "http://2130706434"),
)
HOSTS = (
    *("evil.example", "evil.example:2718", "127.0.0.1.nip.example", "localhost.evil.example", "LOCALHOST.evil.example"),
    *("evil.example@127.0.0.1", "127.0.0.1 evil.example", "evil.example#", "xn--e1afmkfd.example", "customary"),
)
QUERIES = (
    *("file=__new__", "file=/etc/passwd", "file=..%2f..%2fx.py", "kiosk=true", "kiosk=1", "access_token=x", "file="),
    *("access_token=", "kiosk=", "%66ile=x", "file=x&file=y", "live=1&kiosk=true"),
)
METHODS = ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "MOVE", "DEBUG", "GETX")
BODIES = (
    *(b"", b"null", b"[]", b"1", b'"x"', b"{", b"\xff\xfe", b"[" * 30_000, b'{"a":' * 5_000, b"x" * 70_000),
    *(b'{"functionName":"download_as"}', b'{"functionName":["search"]}', b'{"functionName":null}', b"NaN"),
)
KINDS = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "text/json")


def attacks() -> Iterator[Attack]:
    """All of them, each once."""
    ours = {"origin": "{here}"}
    json_kind = {**ours, "content-type": "application/json"}
    yield from (Attack(f"kernel {one}", "POST", f"/{PAGE}/api/kernel/{one}", json_kind, b"{}") for one in KERNEL)
    for one in API:
        yield Attack(f"post {one}", "POST", f"/{PAGE}/api/{one}", json_kind, b"{}")
        yield Attack(f"get {one}", "GET", f"/{PAGE}/api/{one}")
    yield from (Attack(f"page {one}", "GET", f"/{PAGE}{one}") for one in PLACES)
    yield from (Attack(f"top {one}", "GET", one) for one in TOP)
    for climb in CLIMBS:
        yield Attack(f"climb {climb}", "GET", f"/{PAGE}/{climb * 4}etc/passwd")
        yield Attack(f"climb in assets {climb}", "GET", f"/_assets/{climb * 4}etc/passwd")
        yield Attack(f"climb in files {climb}", "GET", f"/{PAGE}/@file/12-{climb}x.csv")
    yield from _of_others(ours)
    yield from _of_readers(ours, json_kind)


def _of_others(ours: Mapping[str, str]) -> Iterator[Attack]:
    """What another site asks through a reader's browser."""
    change = f"/{PAGE}/api/kernel/set_ui_element_value"
    for origin in ORIGINS:
        told = {"origin": origin, "content-type": "application/json"}
        yield Attack(f"post from {origin!r}", "POST", change, told, b"{}")
        yield Attack(f"socket from {origin!r}", "GET", f"/{PAGE}/ws?session_id=s_abcdef", {**_SOCKET, "origin": origin})
    yield from (Attack(f"host {host}", "GET", "/", {"host": host}) for host in HOSTS)
    for site in ("cross-site", "same-site"):
        told = {**ours, "sec-fetch-site": site, "content-type": "application/json"}
        yield Attack(f"fetched {site}", "POST", change, told, b"{}")


def _of_readers(ours: Mapping[str, str], json_kind: Mapping[str, str]) -> Iterator[Attack]:
    """What somebody asks who may read: other methods, other roles, sessions of others, bodies of all kinds."""
    yield from (Attack(f"method {one}", one, f"/{PAGE}/") for one in METHODS)
    yield from (Attack(f"query {one}", "GET", f"/{PAGE}/?{one}") for one in QUERIES)
    call = f"/{PAGE}/api/kernel/function_call"
    for number, body in enumerate(BODIES):
        yield Attack(f"body {number}", "POST", call, {**json_kind, "marimo-session-id": "s_abcdef"}, body)
    for kind in KINDS:
        yield Attack(f"kind {kind!r}", "POST", call, {**ours, "content-type": kind}, b"{}")
    for session in ("s_abcdef", "", "x", "s_" + "a" * 200, "s_../../x", quote("s_' or 1=1 --"), "S_ABCDEF"):
        query = f"/{PAGE}/ws?session_id={session}"
        yield Attack(f"socket of {session[:20]}", "GET", query, {**_SOCKET, **ours})
        yield Attack(f"post of {session[:20]}", "POST", call, {**json_kind, "marimo-session-id": session}, b"{}")
    twice = f"/{PAGE}/ws?session_id=s_abcdef&session_id=s_ghijkl"
    yield Attack("socket of two", "GET", twice, {**_SOCKET, **ours})


_SOCKET = {
    "connection": "upgrade",
    "upgrade": "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
}
