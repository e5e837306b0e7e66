"""A server below a path of somebody else's name: every link, file, cookie and script stays below it."""

import re

import httpx
import pytest
from given import sold
from live_server import SERVE_SHOP, TESTS, live_server, wait_for
from websocket_viewer import Viewer

from customary.errors import Refused
from customary.serve.base import check_base

PAGES = TESTS / "fixtures" / "shop_pages"
BASE = "/analytics"


@pytest.mark.parametrize("told", ["analytics", "/a b", "//evil.example", "/a/../b", "https://x", '/"x', "/a?b"])
def test_what_is_no_path_is_refused(told):
    """A path begins with a slash and has names between slashes; a slash at its end is taken off."""
    with pytest.raises(Refused, match="--base-path takes a path"):
        check_base(told)
    assert (check_base("/analytics/"), check_base("/a/b-c"), check_base("/"), check_base("")) == (
        BASE,
        "/a/b-c",
        "",
        "",
    )


@pytest.fixture(scope="module")
def server(tiny_shop, tmp_path_factory):
    """A page of a shop, served below /analytics."""
    shop = tiny_shop(orders=[sold("a", "c", "2025-01-01 10:00", 5)], as_of="2025-02-01", name="below")
    log = tmp_path_factory.mktemp("below") / "log"
    told = {"CUSTOMARY_BASE_PATH": BASE}
    with live_server(["-c", SERVE_SHOP, shop.name, str(PAGES)], told, log) as found:
        yield found


def links(text):
    """Every address in a page that begins at the top of the name."""
    return set(re.findall(r'(?:href|src|action)="(/[^"]*)"', text))


def test_every_address_stays_below(server):
    """The front page, a live page, the drawn one and a refusal: all that a browser asks for next."""
    top = server.address.rstrip("/")
    count = f"{top}{BASE}/01_count/"
    live = httpx.get(f"{count}?live=1").text
    wait_for(lambda: "data-static" in httpx.get(count).text)
    refused = httpx.get(f"{top}{BASE}/nothing", headers={"accept": "text/html"}).text
    pages = {"front": httpx.get(f"{top}{BASE}/").text, "live": live, "drawn": httpx.get(count).text, "no": refused}
    for name, page in pages.items():
        assert [link for link in links(page) if not link.startswith(f"{BASE}/")] == [], name
    for link in sorted(link for page in pages.values() for link in links(page))[:40]:
        assert httpx.get(top + link).status_code in (200, 307, 308), link


def test_cookies_are_kept_below(server):
    """Another application of the same name does not get them."""
    reply = httpx.get(f"{server.address.rstrip('/')}{BASE}/01_count/?live=1&lang=zh")
    assert all(f"Path={BASE}/;" in cookie for cookie in reply.headers.get_list("set-cookie"))
    assert len(reply.headers.get_list("set-cookie")) == 2


def test_a_page_lives_below(server):
    """Socket, session and figures, whether or not the proxy takes the path off before it asks."""
    for base in (BASE, ""):
        viewer = Viewer(f"{server.address.rstrip('/')}{base}/01_count/")
        viewer.http.cookies.clear()
        viewer.open()
        assert "1 orders for a stakeholder" in viewer.cell("question")
        viewer.close()


def test_the_script_asks_below(server):
    """The page's script asks for the server's health below the path as well."""
    drawn = httpx.get(f"{server.address.rstrip('/')}{BASE}/01_count/?live=1").text
    script = re.search(r'src="([^"]+/page\.js)"', drawn)
    text = httpx.get(server.address.rstrip("/") + script[1]).text
    assert f'fetch("{BASE}/healthz"' in text and "__BASE__" not in text
