"""How long a reader waits for a page that was drawn, and for the live one after a touch. Prints, asserts nothing.

`python tests/bench/static_pages.py SHOP [CHAPTER …]`, by default of all chapters; the shop is served until its pages
are drawn. Wall times of a busy machine say little, so the load average stands with them; requests, bytes and the
server's seconds of processor are the same on any machine.
"""

from __future__ import annotations

import http.client
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "lib")]

import httpx  # noqa: E402
from chromium import chromium, visit  # noqa: E402
from live_server import REAL_PAGES, SERVE_SHOP, LiveServer, live_server, wait_for  # noqa: E402
from playwright.sync_api import Browser  # noqa: E402

VIEWS = 200  # for the server's seconds of processor
PATIENCE = 3600.0  # until the pages are drawn
PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime / 1000"
# Every picture is in the page: all have their places once it is read to its end, and are seen at the next painting.
READ = "() => performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd / 1000"
BYTES = """() => [performance.getEntriesByType('navigation')[0], ...performance.getEntriesByType('resource')]
  .filter((entry) => !entry.name.includes("/_fonts/") || entry.name.endsWith(".css"))
  .reduce((sum, entry) => sum + entry.transferSize, 0) / 1000"""
LIVE = "() => document.documentElement.dataset.live"
ROW = "{:<20}{:>9}{:>9}{:>10}{:>8}{:>9}{:>11}{:>13}"


def first_view(browser: Browser, address: str) -> tuple[float, float, int, float]:
    """Seconds to the first picture and to the last one, requests and kB of a reader with an empty cache."""
    with visit(browser, address) as seen:
        seen.page.wait_for_load_state("load")
        seen.page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length")
        paint, read, size = (seen.page.evaluate(asked) for asked in (PAINT, READ, BYTES))
        return paint, max(paint, read), len(seen.requests), size


def live_view(browser: Browser, address: str) -> float:
    """Seconds to the first chart of the live page, for a reader with an empty cache: what was before."""
    begun = time.perf_counter()
    with visit(browser, f"{address}?live=1") as seen:
        seen.wait_for_charts(1, seconds=120)
        return time.perf_counter() - begun


def touch(browser: Browser, address: str) -> float:
    """Seconds from a touch to the live page, by a reader who has looked at the drawn one for a while."""
    with visit(browser, address) as seen:
        seen.page.wait_for_timeout(8_000)
        begun = time.perf_counter()
        seen.page.locator("#cy-static [data-touch]").first.dispatch_event("click")
        seen.page.wait_for_function(LIVE, timeout=120_000, polling=50)
        return time.perf_counter() - begun


def processor_seconds(server: LiveServer, path: str) -> float:
    """The server's seconds of processor for one view of a page over a connection that stays open."""
    parts = urlsplit(server.address)
    asked = http.client.HTTPConnection(parts.hostname or "", parts.port)
    before = _used(server.process.pid)
    for _ in range(VIEWS):
        asked.request("GET", path, headers={"accept-encoding": "gzip"})
        asked.getresponse().read()
    return (_used(server.process.pid) - before) / VIEWS


def _used(process: int) -> float:
    user, system = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def measure(server: LiveServer, stems: list[str]) -> Iterator[tuple[str | float, ...]]:
    """One line per chapter, once all pages are drawn: until then the server draws beside its readers."""
    for path in sorted(REAL_PAGES.glob("[0-9][0-9]_*.py")):
        address = f"{server.address}{path.stem}/"
        wait_for(lambda address=address: "data-static" in httpx.get(address, timeout=60).text, PATIENCE)
    with chromium() as browser:
        for stem in stems:
            address = f"{server.address}{stem}/"
            paint, whole, requests, size = first_view(browser, address)
            live = touch(browser, address)
            used = processor_seconds(server, f"/{stem}/")
            yield stem, paint, whole, requests, size, live, used, live_view(browser, address)


def main(shop: str, *chapters: str) -> None:
    """Serve the shop, wait for its pages, measure."""
    stems = list(chapters) or [path.stem for path in sorted(REAL_PAGES.glob("[0-9][0-9]_*.py"))]
    print(f"load average {os.getloadavg()[0]:.1f}; goals: 0.5 s, 0.8 s, 30, 400 kB, 3 s, 0.005 s")
    print(ROW.format("chapter", "first s", "all s", "requests", "kB", "touch s", "CPU s", "live at once"))
    with tempfile.TemporaryDirectory() as folder:
        command = ["-c", SERVE_SHOP, shop, str(REAL_PAGES)]
        with live_server(command, {}, Path(folder) / "server.log") as server:
            found = []
            for one in measure(server, stems):
                found.append(one)
                print(ROW.format(one[0], *(f"{value:.3g}" for value in one[1:])), flush=True)
    columns = list(zip(*found, strict=True))[1:]
    print(ROW.format("median", *(f"{median(column):.3g}" for column in columns)))
    print(f"load average {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
