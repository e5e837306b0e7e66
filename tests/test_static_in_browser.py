"""A page that was drawn once, in a real browser: light, complete, live where it is touched, back after a restart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
import static_shop
from chromium import Visit, visit
from live_server import SERVE_SHOP, TESTS, LiveServer, is_drawn, live_server, wait_for
from playwright.sync_api import Browser
from servers import free_port
from websocket_viewer import Viewer

from customary.serve.static.store import FOLDER

LIVE = "() => document.documentElement.dataset.live"
PAGES = TESTS / "fixtures" / "static_pages"


@pytest.fixture(scope="module")
def shop(tiny_shop) -> object:
    """A shop of fifty customers, published."""
    return tiny_shop(**static_shop.tables(), as_of="2025-04-01", name="drawn")


@pytest.fixture(scope="module")
def server(shop, tmp_path_factory) -> Iterator[LiveServer]:
    """Its one chapter, served and drawn."""
    log = tmp_path_factory.mktemp("drawn") / "server.log"
    with live_server(["-c", SERVE_SHOP, "drawn", str(PAGES)], {}, log) as served:
        wait_for(lambda: is_drawn(f"{served.address}01_sales/") and is_drawn(f"{served.address}01_sales/?lang=zh"))
        yield served


def wait_until_live(seen: Visit) -> None:
    """Wait until the live page has taken the place of the drawn one."""
    seen.page.wait_for_function(LIVE, timeout=120_000)
    seen.settled(seconds=120)


# By requests --------------------------------------------------------------------------------------------


def test_a_drawn_page_bears_the_headers_of_every_page(server: LiveServer) -> None:
    """No framing, no guessing, a policy without inline scripts, a visitor's cookie; kept by his browser alone."""
    reply = httpx.get(f"{server.address}01_sales/")
    assert reply.headers["x-frame-options"] == "DENY"
    assert reply.headers["x-content-type-options"] == "nosniff"
    (scripts,) = re.findall(r"script-src ([^;]*)", reply.headers["content-security-policy"])
    assert scripts == "'self' 'unsafe-eval'"
    assert reply.headers["cache-control"] == "private, no-cache"
    assert "HttpOnly" in reply.headers["set-cookie"]
    assert not re.search(r"<script(?! src=)|\son\w+=|javascript:", reply.text)


def test_a_browser_that_has_the_page_is_not_sent_it_again(server: LiveServer) -> None:
    """304 without a body for the tag it has; a client that cannot unpack has plain text; HEAD has no body."""
    first = httpx.get(f"{server.address}01_sales/")
    again = httpx.get(f"{server.address}01_sales/", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    simple = httpx.get(f"{server.address}01_sales/", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in simple.headers and simple.text == first.text
    assert httpx.head(f"{server.address}01_sales/").content == b""


@pytest.mark.parametrize(
    "query", ["?live=1", "?country=CN", "?utm_source=mail", "?lang=en&country=CN", "?lang=en&lang=zh", "?lang=xx"]
)
def test_a_link_with_more_than_a_language_is_live(server: LiveServer, query: str) -> None:
    """Filters, and keys that nobody knows, are the live page's to answer."""
    reply = httpx.get(f"{server.address}01_sales/{query}")
    assert reply.status_code == 200
    assert "data-static" not in reply.text and 'id="root"' in reply.text


def test_each_language_has_a_page_of_its_own(server: LiveServer) -> None:
    """The link chooses; without it the page is English."""
    pages = {query: httpx.get(f"{server.address}01_sales/{query}").text for query in ("", "?lang=zh", "?lang=en")}
    assert '<html lang="zh-Hans" data-static>' in pages["?lang=zh"]
    assert pages[""] == pages["?lang=en"] and '<html lang="en" data-static>' in pages[""]


def test_nobody_learns_a_person_from_a_drawn_or_a_live_page(server: LiveServer, shop: SimpleNamespace) -> None:
    """Neither what is sent, live or drawn, nor what is kept on the disk has a customer's key."""
    viewer = Viewer(f"{server.address}01_sales/").open()
    sent = [viewer.page, *viewer.messages, *viewer.files().values(), httpx.get(viewer.address).text]
    viewer.close()
    kept = list((shop.snapshot.path.parent / FOLDER).iterdir())
    assert len(kept) == 2
    assert not [text for text in sent if static_shop.CANARY in str(text)]


def test_the_script_is_answered_by_its_present_name_only(server: LiveServer) -> None:
    """Kept for ever, so another content has another name; another name is no page."""
    (address,) = re.findall(r'<script src="/([^"]+)"', httpx.get(f"{server.address}01_sales/").text)
    reply = httpx.get(server.address + address)
    assert (reply.status_code, "immutable" in reply.headers["cache-control"]) == (200, True)
    assert httpx.get(server.address + "_customary/0123456789abcdef/page.js").status_code == 404
    assert httpx.get(server.address + "_customary/page.css").status_code == 404


def test_a_file_that_a_page_no_longer_has_is_404_in_one_line(server: LiveServer) -> None:
    """A reader's page that was told of a file long gone: no error of the server's, no traceback in its log."""
    viewer = Viewer(f"{server.address}01_sales/").open()
    names = viewer.file_names()
    viewer.close()
    assert names
    gone = re.sub(r"-(\d+)-", "-1-", names[0], count=1)
    said = len(server.said())
    for name in (gone, "77-nothing.csv"):
        assert httpx.get(f"{viewer.address}@file/{name}", cookies=dict(viewer.http.cookies)).status_code == 404
    assert len(server.said()[said:].splitlines()) <= 1 and "Traceback" not in server.said()[said:]


# In a browser -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (820, "dark"), (390, "light"), (390, "dark")])
def test_a_drawn_page_is_light_and_whole(browser: Browser, server: LiveServer, width: int, scheme: str) -> None:
    """A page, a script and letters; every picture in one width, legible on its theme; nothing wider than the window."""
    with visit(browser, f"{server.address}01_sales/", width=width, scheme=scheme) as seen:
        seen.page.wait_for_load_state("load")
        assert len([one for one in seen.requests if "/_fonts/" not in one]) == 2
        shown = "() => [...document.querySelectorAll('.cy-pictures svg')].filter((one) => one.clientWidth).length"
        assert seen.page.evaluate(shown) == 1
        ink = "(one) => getComputedStyle(document.querySelector(one)).color.match(/\\d+/g).map(Number)[0]"
        assert (seen.page.evaluate(ink, ".cy-pictures svg text") > 128) == (scheme == "dark")
        assert seen.overflow() == 0
        assert seen.complaints == []


def test_the_rail_of_sections_stands_beside_a_drawn_page(browser: Browser, server: LiveServer) -> None:
    """From 1200 px: it lists the findings and covers none of them, and the page is no wider than its window."""
    edges = """() => ['.cy-sections', '.cy-header', '.cy-figure'].map(
      (one) => document.querySelector('#cy-static ' + one).getBoundingClientRect().toJSON())"""
    with visit(browser, f"{server.address}01_sales/", width=1200) as seen:
        seen.page.locator(".cy-sections a").nth(1).wait_for()
        rail, header, figure = seen.page.evaluate(edges)
        assert 0 <= rail["left"] < rail["right"] < header["left"] == figure["left"]
        assert figure["right"] <= 1200 and seen.overflow() == 0


def test_a_touched_list_makes_the_page_live_where_the_reader_is(browser: Browser, server: LiveServer) -> None:
    """The place is kept, nothing of the drawn page stays, and the link is the same."""
    with visit(browser, f"{server.address}01_sales/", height=500) as seen:
        assert "50 orders" in seen.page.inner_text("#cy-static")
        seen.page.evaluate("() => scrollTo(0, 150)")
        seen.page.locator("#cy-static select").first.dispatch_event("pointerdown")
        wait_until_live(seen)
        assert seen.page.url.endswith("/01_sales/")
        assert seen.page.locator("#cy-static").count() == 0
        seen.page.get_by_role("heading", name="50 orders").wait_for()
        assert abs(seen.page.evaluate("() => document.getElementById('App').scrollTop") - 150) < 80
        assert seen.complaints == []


def test_a_touch_by_the_keyboard_makes_the_page_live(browser: Browser, server: LiveServer) -> None:
    """A control that waits is a button; the link stays as it is."""
    with visit(browser, f"{server.address}01_sales/") as seen:
        seen.page.locator("button[data-touch=control]").first.focus()
        seen.page.keyboard.press("Enter")
        wait_until_live(seen)
        assert seen.page.url.endswith("/01_sales/")
        seen.page.get_by_role("heading", name="50 orders").wait_for()
        assert seen.complaints == []


def test_a_page_that_cannot_be_live_says_so_and_stays(browser: Browser, server: LiveServer) -> None:
    """The server refuses: the drawn page is still there, with a line and its controls."""
    with visit(browser, f"{server.address}01_sales/") as seen:
        seen.page.route("**/*live=1*", lambda route: route.fulfill(status=503, body="<p>The server is full. </p>"))
        seen.page.locator("button[data-touch=control]").first.click()
        seen.page.get_by_text("The server is full.").wait_for()
        assert "50 orders" in seen.page.inner_text("#cy-static")
        assert seen.page.locator("#cy-static select").first.is_enabled()


def test_an_open_page_comes_back_after_the_server_was_started_again(
    browser: Browser, shop: SimpleNamespace, tmp_path: Path
) -> None:
    """A live page with a filter: the server goes and comes; the page has its link, its figures and a session again."""
    port = free_port()
    command = ["-c", SERVE_SHOP.replace("port=0", f"port={port}"), "drawn", str(PAGES)]
    with (
        live_server(command, {}, tmp_path / "first.log") as first,
        visit(browser, f"{first.address}01_sales/?country=CN") as seen,
    ):
        seen.page.get_by_role("heading", name="30 orders").wait_for(timeout=120_000)
        first.stop()
        seen.page.get_by_text("The server does not answer.").wait_for(timeout=60_000)
        assert "kernel not found" not in seen.page.inner_text("body")
        with live_server(command, {}, tmp_path / "second.log"):
            is_anew = "() => performance.getEntriesByType('navigation')[0].type === 'reload'"
            seen.page.wait_for_function(is_anew, timeout=120_000)
            seen.page.get_by_role("heading", name="30 orders").wait_for(timeout=120_000)
            assert seen.page.url.endswith("?country=CN")
