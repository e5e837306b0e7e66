"""How every page looks: nothing cut at four widths, nothing that a reader with a screen reader or a keyboard misses.

The faults are found by axe-core (in `axe/`, unchanged, Mozilla Public License 2.0) and by clipping.py.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from chromium import Visit, visit
from clipping import clipped
from live_server import REAL_PAGES, LiveServer, is_drawn, wait_for
from playwright.sync_api import Browser

from customary.charts import theme
from customary.serve.assets import FONT_FOLDER, FONT_PREFIX, FONT_SHEET

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")
WIDTHS = (1440, 820, 390)
SHEET = 688  # A4 at 96 dots an inch, less two margins of 14 mm
SAMPLE = ("01_goals", "10_customers")
ALL = tuple(path.stem for path in sorted(REAL_PAGES.glob("[0-9][0-9]_*.py")))
chapters = pytest.mark.parametrize(
    "stem", [pytest.param(stem, marks=() if stem in SAMPLE else pytest.mark.slow) for stem in ALL]
)


def test_the_sample_is_of_chapters_that_exist():
    """A chapter that was renamed must not leave the ordinary run without one."""
    assert set(SAMPLE) < set(ALL)


@chapters
@pytest.mark.parametrize("query", ["?live=1", ""], ids=["live", "drawn"])
def test_a_chapter_cuts_nothing_and_is_for_everybody(
    browser: Browser, shop_server: LiveServer, stem: str, query: str
) -> None:
    """At 1440, 820 and 390 px and on paper nothing is cut; by axe no serious fault, in light and dark, all unfolded."""
    address = f"{shop_server.address}{stem}/{query}"
    wait_for(lambda: query or is_drawn(address), seconds=400)
    with visit(browser, address) as seen:
        seen.read()
        at_width = {width: _faults_at(seen, width) for width in WIDTHS}
        assert at_width == {width: (0, []) for width in WIDTHS}
        assert _on_paper(seen) == (0, [])
        assert seen.page.evaluate("document.querySelector('.cy-line').getBoundingClientRect().height") < 40
        seen.page.set_viewport_size({"width": 1440, "height": 900})
        seen.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert {scheme: _serious(seen, scheme) for scheme in ("light", "dark")} == {"light": [], "dark": []}
        assert seen.complaints == []


def _faults_at(seen: Visit, width: int) -> tuple[int, list[str]]:
    """How many pixels the page is too wide, and what it cuts."""
    seen.page.set_viewport_size({"width": width, "height": 900})
    seen.settled()
    return seen.overflow(), clipped(seen)


def _on_paper(seen: Visit) -> tuple[int, list[str]]:
    """The same of a sheet of A4; the page is told of the printing as the browser tells it."""
    seen.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    seen.page.emulate_media(media="print")
    try:
        return _faults_at(seen, SHEET)
    finally:
        seen.page.emulate_media(media="screen")
        seen.page.evaluate("window.dispatchEvent(new Event('afterprint'))")


def _serious(seen: Visit, scheme: str) -> list[str]:
    """axe's serious and critical findings, each with the places where it is found."""
    seen.page.emulate_media(color_scheme=scheme)
    seen.settled()
    seen.page.evaluate(AXE)
    return seen.page.evaluate(
        """async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
             .filter((one) => ['serious', 'critical'].includes(one.impact))
             .map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).slice(0, 5).join(', ')}`)"""
    )


def test_the_checks_find_what_they_look_for(browser: Browser, stand_in_server: LiveServer) -> None:
    """A text that leaves its window, one cut by its box and a nameless choice are found: the zeros say something."""
    with visit(browser, stand_in_server.address) as seen:
        seen.page.set_content(
            "<main><h1>A</h1><p style='margin-left: 2000px'>away</p>"
            "<p style='width: 20px; overflow: hidden; white-space: nowrap'>longer than its box</p>"
            "<div style='width: 20px; overflow-x: auto'><p style='width: 3000px; text-align: right'>scrolls</p></div>"
            "<select><option>1</option></select></main>"
        )
        found = clipped(seen)
        assert [fault.split(" by ")[0] for fault in found] == ["past the edge", "cut"]
        seen.page.evaluate(AXE)
        serious = seen.page.evaluate("async () => (await axe.run(document)).violations.map((one) => one.id)")
        assert "select-name" in serious


def test_a_reader_by_keyboard_skips_to_the_answer_and_keeps_the_filters(
    browser: Browser, shop_server: LiveServer
) -> None:
    """The first Tab offers the answer; following it moves the focus there and leaves the address as it was."""
    with visit(browser, f"{shop_server.address}01_goals/?period=all") as seen:
        seen.read()
        seen.page.keyboard.press("Tab")
        assert seen.page.evaluate("document.activeElement.textContent") == "Skip to the answer"
        seen.page.keyboard.press("Enter")
        assert seen.page.evaluate("document.activeElement.id") == "cy-answer"
        assert seen.page.url.split("#")[0].endswith("/01_goals/?period=all")


def test_sections_beside_the_page_lead_to_its_findings(browser: Browser, shop_server: LiveServer) -> None:
    """From 1200 px each heading of a finding has a link; it leads there. Below there is no room, and no rail."""
    with visit(browser, f"{shop_server.address}00_start/") as seen:
        seen.read()
        links = seen.page.locator(".cy-sections a")
        headings = seen.page.locator(".cy-finding h2, .cy-figure h3, .cy-action h2")
        assert links.all_text_contents() == headings.all_text_contents() and links.count() >= 3
        links.nth(2).click()
        top = "document.getElementById('section-3').getBoundingClientRect().top"
        assert 0 <= seen.page.evaluate(top) < 450
        seen.page.set_viewport_size({"width": 1100, "height": 900})
        assert not seen.page.locator(".cy-sections").is_visible()


def test_letters_come_from_the_server(browser: Browser, shop_server: LiveServer) -> None:
    """Latin is Inter and Chinese Noto Sans SC, both fetched from the server itself and no more ranges than needed."""
    with visit(browser, f"{shop_server.address}00_start/") as seen:
        seen.read()
        loaded = seen.page.evaluate(
            "[...document.fonts].filter((one) => one.status === 'loaded').map((one) => one.family)"
        )
        assert {"Inter Variable", "Noto Sans SC Variable"} <= {name.strip('"') for name in loaded}
        fetched = {path for path in seen.requests if path.endswith(".woff2") and FONT_PREFIX in path}
        assert 2 <= len(fetched) < 30


def test_every_font_file_is_declared_and_licensed():
    """The sheet names the files there are, no more and no less; both licences lie beside them."""
    said = set(re.findall(r'url\("([^"]+)"\)', (FONT_FOLDER / FONT_SHEET).read_text("utf-8")))
    assert said == {path.name for path in FONT_FOLDER.glob("*.woff2")}
    assert sum(path.stat().st_size for path in FONT_FOLDER.iterdir()) < 5_000_000
    for name in ("Inter", "Noto-Sans-SC"):
        assert "SIL OPEN FONT LICENSE" in (FONT_FOLDER / f"LICENSE-{name}.txt").read_text("utf-8")


def test_charts_and_pages_are_set_in_the_same_faces():
    """One stack of faces, whether a text stands in a chart or beside it."""
    style = (REAL_PAGES / "theme.css").read_text("utf-8")
    (stack,) = re.findall(r"--cy-latin: ([^;]+);", style)
    assert re.sub(r"\s+", " ", stack) == theme.FONT


def _luminance(colour: str) -> float:
    """The relative luminance of WCAG 2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_texts_and_series_stand_out_on_both_pages():
    """Each ink has 4.5 : 1 on page and card, each series 3 : 1 on the page, in light and dark."""
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    style = (REAL_PAGES / "theme.css").read_text("utf-8")
    for block in re.findall(r"^(?::root|\.dark) \{(.*?)^\}", style, re.S | re.M)[:2]:
        token = dict(re.findall(r"--cy-([\w-]+): (#[0-9a-f]{6})", block))
        for ink in ("ink", "muted", "accent", "good", "bad"):
            assert min(_contrast(token[ink], token[under]) for under in ("page", "card")) >= 4.5, (ink, token)
        assert min(_contrast(colour, token["page"]) for colour in (*theme.CATEGORICAL, theme.QUIET)) >= 3.0
