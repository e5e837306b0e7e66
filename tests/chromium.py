"""A real browser for tests: Debian's Chromium, driven headless, and what it can tell about a page.

`browser` is a session fixture; conftest makes it known with `from chromium import browser`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# Charts live in shadow roots, which querySelectorAll does not enter.
DEEP = """(selector) => {
  const found = [], rooms = [document];
  while (rooms.length) {
    const room = rooms.pop();
    found.push(...room.querySelectorAll(selector));
    for (const element of room.querySelectorAll('*')) if (element.shadowRoot) rooms.push(element.shadowRoot);
  }
  return found;
}"""
DRAWN = f"""() => ({DEEP})('.vega-embed canvas, .vega-embed svg.marks').filter(
  (chart) => chart.getBoundingClientRect().width > 40 && chart.getBoundingClientRect().height > 40).length"""
# Charts a cell has put out, drawn or not.
ANNOUNCED = f"() => ({DEEP})('marimo-vega').length"
# The charts' theme draws SVG; a chart without it is a canvas.
PICTURES = f"""() => ({DEEP})('.vega-embed canvas, .vega-embed svg.marks').map(
  (chart) => chart.toDataURL ? chart.toDataURL() : chart.outerHTML)"""


def required() -> bool:
    """Whether a missing browser fails the tests instead of skipping them."""
    return "browser" in os.environ.get("CUSTOMARY_REQUIRE", "")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium that opens no connection of its own."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        try:
            yield opened
        finally:
            opened.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run; skips loudly without it, fails if CUSTOMARY_REQUIRE names "browser"."""
    if not CHROMIUM.exists():
        sentence = f"{CHROMIUM} is missing: NO PAGE WAS LOOKED AT IN A BROWSER"
        pytest.fail(sentence) if required() else pytest.skip(sentence)
    with chromium() as opened:
        yield opened


@dataclass
class Visit:
    """An open page and what it asked for and complained of."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def drawn(self) -> int:
        """Charts with a picture, in all shadow roots."""
        return self.page.evaluate(DRAWN)

    def announced(self) -> int:
        """Charts that cells have put out, drawn or not."""
        return self.page.evaluate(ANNOUNCED)

    def pictures(self) -> list[str]:
        """What the charts show, to compare before and after."""
        return self.page.evaluate(PICTURES)

    def scheme(self) -> str:
        """The colour scheme marimo has chosen: "light" or "dark"."""
        return self.page.evaluate("() => document.body.classList.contains('dark') ? 'dark' : 'light'")

    def read(self, rounds: int = 5) -> None:
        """Settle, then scroll through the page as a reader would, again while charts that draw when seen do not."""
        self.settled()
        for _round in range(rounds):
            self._scroll_through()
            self.settled()
            if self.drawn() >= self.announced():
                return

    def _scroll_through(self) -> None:
        self.page.evaluate(
            """async () => {
              for (const box of [document.scrollingElement, ...document.querySelectorAll('#App, main')]) {
                for (let y = 0; box && y < box.scrollHeight; y += 600) {
                  box.scrollTo(0, y);
                  await new Promise((done) => setTimeout(done, 50));
                }
                box?.scrollTo(0, 0);
              }
            }"""
        )

    def wait_for_charts(self, count: int, seconds: float = 30) -> None:
        """Wait until at least `count` charts are drawn; raises playwright's TimeoutError."""
        self.page.wait_for_function(f"(count) => ({DRAWN})() >= count", arg=count, timeout=seconds * 1000)

    def settled(self, quiet: float = 1.0, seconds: float = 180) -> None:
        """Wait until no cell runs and the page's text and charts have stood still for `quiet` seconds."""
        self.page.wait_for_function(
            f"""(quiet) => {{
              const now = performance.now();
              const seen = document.body.innerText.length + '/' + ({DRAWN})() + '/' + ({ANNOUNCED})();
              if (window.__seen !== seen) {{ window.__seen = seen; window.__since = now; }}
              if (document.querySelector('[data-testid="loading-indicator"]')) window.__since = now;
              return document.body.innerText.trim().length > 0 && now - window.__since > quiet * 1000;
            }}""",
            arg=quiet,
            timeout=seconds * 1000,
        )

    def wait_for_redraw(self, before: list[str], seconds: float = 30) -> None:
        """Wait until the charts show something other than `before`."""
        self.page.wait_for_function(
            f"""(before) => {{
              const now = ({PICTURES})();
              return now.length > 0 && JSON.stringify(now) !== JSON.stringify(before);
            }}""",
            arg=before,
            timeout=seconds * 1000,
        )

    def overflow(self) -> int:
        """Pixels by which the page is wider than its window; 0 when it does not scroll sideways."""
        return self.page.evaluate("() => Math.max(0, document.documentElement.scrollWidth - window.innerWidth)")


@contextmanager
def visit(
    browser: Browser,
    address: str,
    *,
    width: int = 1440,
    height: int = 900,
    scheme: str = "light",
    locale: str = "en-GB",
) -> Iterator[Visit]:
    """Open `address` in a fresh profile; requests that leave the server count as complaints."""
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, locale=locale)
    try:
        visited = Visit(context.new_page())
        home = "/".join(address.split("/", 3)[:3])
        listen(visited, home)
        visited.page.goto(address, wait_until="domcontentloaded")
        yield visited
    finally:
        context.close()


def listen(visited: Visit, home: str) -> None:
    """Collect requests, console errors, uncaught exceptions and failed or foreign requests."""
    page = visited.page

    def asked(address: str) -> None:
        visited.requests.append(address)
        local = home, home.replace("http", "ws", 1), "data:", "blob:"
        if not address.startswith(local):
            visited.complaints.append(f"left the server: {address}")

    page.on("request", lambda request: asked(request.url))
    page.on("websocket", lambda socket: asked(socket.url))
    page.on("pageerror", lambda error: visited.complaints.append(f"uncaught: {error}"))
    page.on(
        "console",
        lambda said: (
            visited.complaints.append(f"{said.text} {said.location.get('url', '')}") if said.type == "error" else None
        ),
    )
    page.on(
        "response",
        lambda reply: visited.complaints.append(f"{reply.status} {reply.url}") if reply.status >= 400 else None,
    )
