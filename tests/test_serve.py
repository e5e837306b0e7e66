"""The server, by real requests: what is open, what is refused, and many viewers at once."""

from __future__ import annotations

import ast
import gzip
import hashlib
import http.client
import json
import re
import socket
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import duckdb
import httpx
import live_server
import pytest
from live_server import PROJECT, LiveServer, wait_for
from websocket_viewer import Viewer, crowd
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from customary.errors import Refused, UnknownName
from customary.page.chapters import chapter, chapters
from customary.serve.app import hidden_paths
from customary.serve.assets import PREFIX
from customary.serve.index import index_page
from customary.serve.run import PortTaken, bind_socket, edit, serve
from customary.serve.static import files
from customary.serve.storefront import ShopSummary, age_in_words
from customary.shop import LAYOUT

ONE = "01_one_chart"
SLIDER = "02_slider"
EVIL = {"origin": "https://evil.example"}
every_page = pytest.mark.parametrize(("server", "stem"), live_server.pages())
some_pages = pytest.mark.parametrize(("server", "stem"), live_server.some_pages())


@pytest.fixture
def client(stand_in_server: LiveServer) -> httpx.Client:
    """A visitor without a browser, of the page's own origin."""
    origin = stand_in_server.address.rstrip("/")
    return httpx.Client(base_url=origin, headers={"origin": origin}, timeout=30)


# Chapters -----------------------------------------------------------------------------------------------


def test_a_chapter_is_read_from_its_comments_without_running_the_page(tmp_path: Path) -> None:
    """A chapter is read from its comments without running the page."""
    page = tmp_path / "05_interest.py"
    page.write_text(
        "# /// script\n# title = 'x'\n# ///\n\n# chapter: Interest\n# 中文: 兴趣\n"
        "# question: What do they look at?\n"
        "# needs: orders, events\n\nraise SystemExit('a page was run')\n# goal: too late\n",
        encoding="utf-8",
    )
    found = chapter(page)
    assert (found.stem, found.number, found.title, found.zh) == ("05_interest", "05", "Interest", "兴趣")
    assert (found.question, found.goal, found.needs) == ("What do they look at?", "", ("orders", "events"))


def test_a_page_without_comments_is_called_by_its_file(tmp_path: Path) -> None:
    """A page without comments is called by its file."""
    (tmp_path / "03_first_visits.py").write_text("import marimo\n")
    (tmp_path / "theme.py").write_text("# chapter: not a page\n")
    assert [page.title for page in chapters(tmp_path)] == ["First visits"]


# Index --------------------------------------------------------------------------------------------------


def test_the_index_lists_the_chapters_and_says_which_tables_are_missing(client: httpx.Client) -> None:
    """The index lists the chapters and says which tables are missing."""
    page = client.get("/").text
    assert f'href="{ONE}/"' in page
    assert f'href="{SLIDER}/"' in page
    assert "Not in this shop: responses" in page
    assert "Not in this shop: orders" not in page
    assert "1 December 2025" in page
    assert "5 hours old" in page


def test_the_index_escapes_what_the_shop_and_the_pages_say(client: httpx.Client) -> None:
    """The index escapes what the shop and the pages say."""
    page = client.get("/").text
    assert "<script>alert" not in page
    assert "<b>reach" not in page
    assert "&lt;script&gt;alert(&#39;shop&#39;)&lt;/script&gt; &amp; &#34;Söhne&#34;" in page


def test_an_index_without_chapters_or_snapshot_says_so() -> None:
    """An index without chapters or snapshot says so."""
    page = index_page(ShopSummary("Empty"), [])
    assert "No chapters yet" in page
    assert "No snapshot yet" in page


@pytest.mark.parametrize(
    ("hours", "words"),
    [(0.2, "less than an hour"), (1.5, "1 hour"), (47, "47 hours"), (48, "2 days"), (400, "16 days")],
)
def test_ages_are_said_in_words(hours: float, words: str) -> None:
    """Ages are said in words."""
    assert age_in_words(timedelta(hours=hours)) == words


# What is open -------------------------------------------------------------------------------------------


def test_an_address_without_slash_keeps_the_readers_filters(client: httpx.Client) -> None:
    """An address without slash keeps the readers filters."""
    reply = client.get(f"/{ONE}?during=2025&split=%E6%B8%A0")
    assert reply.status_code == 308
    assert str(reply.next_request and reply.next_request.url).endswith(f"/{ONE}/?during=2025&split=%E6%B8%A0")


def test_assets_are_shared_packed_and_kept(client: httpx.Client) -> None:
    """Assets are shared packed and kept."""
    wanted = [
        set(re.findall(r'(?:src|href)="([^"]+\.(?:js|css))"', client.get(f"/{stem}/").text)) for stem in (ONE, SLIDER)
    ]
    assert wanted[0] == wanted[1]
    assert len(wanted[0]) > 50
    assert {address.split("/")[1] for address in wanted[0]} == {PREFIX.split("/")[1], files.PLACE.strip("/")}
    reply = client.get(max(wanted[0]), headers={"accept-encoding": "gzip"})
    assert reply.headers["content-encoding"] == "gzip"
    assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert client.get(max(wanted[0]), headers={"accept-encoding": "identity"}).content == reply.content


def test_pages_are_packed_too(client: httpx.Client) -> None:
    """Pages are packed too."""
    with client.stream("GET", f"/{ONE}/", headers={"accept-encoding": "gzip"}) as reply:
        packed = b"".join(reply.iter_raw())
    assert reply.headers["content-encoding"] == "gzip"
    assert b"<marimo-" in gzip.decompress(packed)


def test_every_answer_carries_the_security_headers_and_none_invites_other_sites(client: httpx.Client) -> None:
    """Every answer carries the security headers and none invites other sites."""
    for path in ("/", "/healthz", f"/{ONE}/", f"/{ONE}", "/nothing", f"{PREFIX}/favicon.ico"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "no-referrer", path
        assert headers["x-frame-options"] == "DENY", path
        assert "access-control-allow-origin" not in headers, path
        assert "server" not in headers, path
    assert "frame-ancestors 'none'" in client.get(f"/{ONE}/").headers["content-security-policy"]


def test_a_page_is_never_stored_because_its_nonce_is_used_once(client: httpx.Client) -> None:
    """A page is never stored because its nonce is used once."""
    first, second = (client.get(f"/{ONE}/") for _ in range(2))
    assert first.headers["cache-control"] == "no-store"
    assert first.headers["content-security-policy"] != second.headers["content-security-policy"]
    nonce = re.search(r"'nonce-([\w-]+)'", first.headers["content-security-policy"])
    assert nonce
    assert first.text.count("<script") == first.text.count(f'<script nonce="{nonce[1]}"')


# What is refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/nothing", "//evil.example/", "/01_one_chart.py", f"/{ONE}/api/version", f"/{ONE}/sse", f"/{ONE}/ws",
        f"/{ONE}/api/status/connections", f"/{ONE}/og/thumbnail", f"/{ONE}/public/x", f"/{ONE}/auth/login",
        f"/{ONE}/assets/index.js", f"/{ONE}/@file/12-../../x.csv", f"/{ONE}/%2e%2e/", f"{PREFIX}/index.html",
        f"{PREFIX}/CLAUDE.md", f"{PREFIX}/assets/..%2findex.html", f"{PREFIX}/../_server/main.py",
    ],
)  # fmt: skip
def test_unknown_routes_do_not_exist(client: httpx.Client, path: str) -> None:
    # httpx would tidy "..", "//" and "%2e" away before they reach the server.
    """Unknown routes do not exist."""
    asked = http.client.HTTPConnection(client.base_url.host, client.base_url.port or 80, timeout=30)
    asked.request("GET", path)
    reply = asked.getresponse()
    assert reply.status == 404
    assert reply.read() == b'{"detail":"refused"}'


def test_a_reader_who_mistypes_is_led_back(client: httpx.Client) -> None:
    """A reader who mistypes is led back."""
    reply = client.get("/01_one_chrat/", headers={"accept": "text/html,application/xhtml+xml"})
    assert reply.status_code == 404
    assert reply.headers["content-type"].startswith("text/html")
    assert '<a href="/">All chapters</a>' in reply.text
    assert "chrat" not in reply.text


@pytest.mark.parametrize(
    "route",
    [
        "kernel/run", "kernel/instantiate", "kernel/execute", "kernel/save", "kernel/read_code",
        "export/html", "kernel/set_model_value", "home/workspace_files", "document/transaction",
    ],
)  # fmt: skip
def test_nothing_but_viewing_can_be_posted(client: httpx.Client, route: str) -> None:
    """Nothing but viewing can be posted."""
    assert client.post(f"/{ONE}/api/{route}", json={}).status_code == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(client: httpx.Client, method: str) -> None:
    """Other methods are refused."""
    assert client.request(method, f"/{ONE}/").status_code == 404


@pytest.mark.parametrize("query", ["file=__new__", "file=/etc/passwd", "kiosk=true", "access_token=x"])
def test_a_viewer_cannot_choose_the_file_or_the_role(client: httpx.Client, query: str) -> None:
    """A viewer cannot choose the file or the role."""
    assert client.get(f"/{ONE}/?{query}").status_code == 403


def test_another_site_can_neither_read_nor_change(client: httpx.Client) -> None:
    """Another site can neither read nor change."""
    post = f"/{ONE}/api/kernel/set_ui_element_value"
    assert client.get(f"/{ONE}/", headers=EVIL).status_code == 403
    assert client.post(post, json={}, headers=EVIL).status_code == 403
    assert client.post(post, json={}, headers={"origin": "null"}).status_code == 403
    assert client.post(post, json={}, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    without = httpx.Client(base_url=client.base_url)
    assert without.post(post, json={}).status_code == 403


def test_a_foreign_host_name_is_refused_even_with_its_own_origin(client: httpx.Client) -> None:
    """A foreign host name is refused even with its own origin."""
    evil = {"host": "evil.example:2718", "origin": "http://evil.example:2718"}
    assert client.get("/", headers=evil).status_code == 421


@pytest.mark.parametrize("origin", [None, "https://evil.example", "null"])
def test_another_site_cannot_open_a_socket(stand_in_server: LiveServer, origin: str | None) -> None:
    """Another site cannot open a socket."""
    address = stand_in_server.address.replace("http", "ws", 1) + f"{ONE}/ws?session_id=s_abcdef"
    with pytest.raises(InvalidStatus) as refused:
        connect(address, origin=origin).__enter__()
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    "rest",
    [
        "/ws_sync?session_id=s_abcdef",
        "/terminal/ws",
        "/ws",
        "/ws?session_id=x",
        "/ws?session_id=s_abcdef&file=__new__",
    ],
)
def test_no_other_socket_opens(stand_in_server: LiveServer, rest: str) -> None:
    """No other socket opens."""
    with pytest.raises(InvalidStatus):
        connect(
            stand_in_server.address.replace("http", "ws", 1) + ONE + rest,
            origin=stand_in_server.address.rstrip("/"),
        )


def test_posts_are_small_json_and_call_known_functions(stand_in_server: LiveServer) -> None:
    """Whoever has a page open may post nothing else, and without the page's token nothing at all."""
    viewer = Viewer(f"{stand_in_server.address}{ONE}/").open()
    call, change = (f"{viewer.address}api/kernel/{name}" for name in ("function_call", "set_ui_element_value"))
    client = viewer.http
    client.headers.update({"marimo-session-id": viewer.session, "content-type": "application/json"})
    assert client.post(change, content=b"{}", headers={"content-type": "text/plain"}).status_code == 415
    assert client.post(change, json={"values": "x" * 70_000}).status_code == 413
    assert client.post(change, content=b"[" * 30_000).status_code == 400
    assert client.post(change, content=b"\xff").status_code == 400
    assert client.post(change, json=[]).status_code == 400
    assert client.post(call, json={"functionName": "download_as"}).status_code == 403
    assert client.post(call, json={"functionName": ["search"]}).status_code == 403
    assert client.post(change, json={"objectIds": [], "values": []}).status_code == 401
    viewer.close()


# Many viewers -------------------------------------------------------------------------------------------


@some_pages
def test_twelve_viewers_at_once_see_the_same_and_no_error(
    server: str, stem: str, request: pytest.FixtureRequest
) -> None:
    """Twelve viewers at once see the same and no error."""
    served: LiveServer = request.getfixturevalue(server)
    viewers = crowd(f"{served.address}{stem}/", 12)
    try:
        assert [error for viewer in viewers for error in viewer.errors()] == []
        assert viewers[0].shown(), "the page showed nothing"
        for viewer in viewers[1:]:
            assert viewer.shown() == viewers[0].shown()
            assert viewer.files() == viewers[0].files()
    finally:
        for viewer in viewers:
            viewer.close()
    assert "Traceback" not in served.said()


def test_a_viewers_control_changes_only_his_own_page(stand_in_server: LiveServer) -> None:
    """A viewers control changes only his own page."""
    first, second = crowd(f"{stand_in_server.address}{SLIDER}/", 2)
    before = second.cell("sentence")
    first.set({first.controls("slider")[0]: 1})
    assert first.errors() == []
    assert "800,0" in first.cell("sentence")
    assert first.cell("sentence") != before
    second.set({second.controls("slider")[0]: 6})
    assert second.cell("sentence") == before
    first.close()
    second.close()


def test_a_value_beyond_the_slider_is_bounded_by_the_page(stand_in_server: LiveServer) -> None:
    """A value beyond the slider is bounded by the page."""
    viewer = Viewer(f"{stand_in_server.address}{SLIDER}/").open()
    viewer.set({viewer.controls("slider")[0]: 1_000_000_000})
    assert viewer.errors() == []
    viewer.close()


# New snapshots -----------------------------------------------------------------------------------------


def test_a_new_snapshot_reaches_new_viewers_without_a_restart(tmp_path: Path) -> None:
    """A new snapshot reaches new viewers without a restart."""
    _publish(tmp_path, "v1", orders=3, hours_ago=30)
    command = ["-c", live_server.SERVE_SHOP, "corner", str(live_server.TESTS / "fixtures" / "shop_pages")]
    with live_server.live_server(command, {"CUSTOMARY_SHOPS": str(tmp_path)}, tmp_path / "server.log") as server:
        page = f"{server.address}01_count/"
        first = Viewer(page).open()
        assert "3 orders for a stakeholder" in first.cell("question")
        assert '"theme": "system"' in first.page, "the project's settings were not found"
        assert "snapshot 30 hours old" in httpx.get(server.address).text
        assert "Not in this shop: tickets" in httpx.get(server.address).text
        assert "Not in this shop: order_items" not in httpx.get(server.address).text
        _publish(tmp_path, "v2", orders=5, hours_ago=1)
        # It is shown once its pages are drawn, drawn and live ones together.
        wait_for(lambda: "5 orders" in httpx.get(page).text)
        second = Viewer(page).open()
        assert "5 orders" in second.cell("question")
        assert "snapshot 1 hour old" in httpx.get(server.address).text
        assert first.errors() + second.errors() == []
        assert str(tmp_path) not in "".join([*first.messages, *second.messages, first.page])
        first.close()
        second.close()


def _publish(shops: Path, version: str, orders: int, hours_ago: int) -> None:
    """A snapshot as `publish.build` leaves it, as small as it gets."""
    folder = shops / "corner"
    (folder / "snapshots" / version).mkdir(parents=True)
    (folder / "shop.toml").write_text('title = "Corner shop"\n')
    with duckdb.connect(str(folder / "snapshots" / version / "shop.duckdb")) as connection:
        connection.execute(f"create table orders as select range as order_id from range({orders})")
    facts = {"title": "Corner shop", "as_of": "2025-12-01", "first_on": "2025-01-01", "currency": "EUR"}
    told = {
        "version": version,
        "sha256": hashlib.sha256((folder / "snapshots" / version / "shop.duckdb").read_bytes()).hexdigest(),
        "built_at": (datetime.now(UTC) - timedelta(hours=hours_ago)).isoformat(),
        "layout": LAYOUT,
        "rows": {"orders": orders, "items": 1, "tickets": 0},
        "facts": {**facts, "time_zone": "Europe/Berlin", "week_start": "monday"},
    }
    (folder / "aside").write_text(json.dumps(told))
    (folder / "aside").replace(folder / "current")


def test_an_unknown_shop_is_not_served() -> None:
    """An unknown shop is not served."""
    with pytest.raises((UnknownName, Refused)):
        serve("no such shop", port=0)


def test_the_editor_gets_the_shop_and_stays_on_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The editor gets the shop and stays on this machine."""
    _publish(tmp_path, "v1", orders=1, hours_ago=1)
    monkeypatch.setenv("CUSTOMARY_SHOPS", str(tmp_path))
    started: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(
        subprocess, "run", lambda command, env, **_: started.append((command, env)) or SimpleNamespace(returncode=0)
    )
    assert edit("corner", tmp_path / "chapters", port=2999) == 0
    ((command, environment),) = started
    assert command[1:4] == ["-m", "marimo", "edit"]
    assert command[4:9] == [str(tmp_path / "chapters"), "--host", "127.0.0.1", "--port", "2999"]
    assert (environment["CUSTOMARY_SHOP"], environment["CUSTOMARY_SHOPS"]) == ("corner", str(tmp_path))


# Nothing of the server in what it sends ------------------------------------------------------------------


@every_page
def test_no_source_and_no_server_path_reaches_a_viewer(server: str, stem: str, request: pytest.FixtureRequest) -> None:
    """No source and no server path reaches a viewer."""
    served: LiveServer = request.getfixturevalue(server)
    viewer = Viewer(f"{served.address}{stem}/").open()
    said = "\n".join([viewer.page, *viewer.messages, *viewer.files().values()])
    viewer.close()
    for path in (str(PROJECT), str(Path.home()), "/site-packages", str(PROJECT.parent) + "/"):
        assert path not in said, path
    source = _page_source(server, stem)
    for line in _telling_lines(source):
        assert line not in said, line


def test_hidden_paths_are_replaced_longest_first(tmp_path: Path) -> None:
    """Hidden paths are replaced longest first."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "pyproject.toml").touch()
    order = list(hidden_paths(tmp_path / "notebooks"))
    assert order.index(str(tmp_path / "notebooks")) < order.index(str(tmp_path))


def _page_source(server: str, stem: str) -> str:
    folder = live_server.STAND_IN_PAGES if server == "stand_in_server" else live_server.REAL_PAGES
    return (folder / f"{stem}.py").read_text(encoding="utf-8")


def _telling_lines(source: str) -> list[str]:
    """Lines of the cells that could only have come from the file: comments and statements, no prose."""
    cells = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef | ast.With)]
    lines = [line.strip() for node in cells for line in (ast.get_source_segment(source, node) or "").splitlines()[1:]]
    return [line for line in lines if len(line) > 12 and re.match(r"#|import |from |_?\w+ = |return ", line)]


# Starting and stopping ----------------------------------------------------------------------------------


def test_answers_leave_at_once() -> None:
    # Without the protocol asyncio leaves Nagle's algorithm on: each answer then waits 40 ms.
    """Answers leave at once."""
    with bind_socket("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_a_taken_port_is_said_with_the_next_free_one() -> None:
    """A taken port is said with the next free one."""
    with bind_socket("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"Port {port} on 127\.0\.0\.1 is taken\. Port (\d+) is free") as said:
            bind_socket("127.0.0.1", port)
    free = int(re.findall(r"--port (\d+)", str(said.value))[0])
    with socket.socket() as again:
        again.bind(("127.0.0.1", free))


def test_ctrl_c_ends_the_server_quietly_even_with_a_page_open() -> None:
    """Ctrl c ends the server quietly even with a page open."""
    with live_server.live_server(*live_server.serve_stand_in()) as server:
        viewer = Viewer(f"{server.address}{SLIDER}/").open()
        assert server.stop() == 0
        said = server.said().splitlines()
        assert (said[0], said[-1]) == (server.address, "Stopped.")
        assert "Traceback" not in server.said()
        viewer.close()
