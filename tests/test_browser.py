"""Every page in a real browser: drawn, quiet, no wider than a phone, in light and dark, by itself."""

from __future__ import annotations

import live_server
import pytest
from chromium import Visit, visit
from live_server import LiveServer
from playwright.sync_api import Browser

from customary.serve.assets import PREFIX

LIGHT, DARK = ("light", (1440, 390)), ("dark", (390, 1440))  # a scheme, and the widths a page is given in turn
# The ordinary run opens a third of the chapters, half of them in the dark; `make slow` all of them in both schemes.
every_page = pytest.mark.parametrize(
    ("server", "stem", "scheme", "widths"),
    [
        *(pytest.param(*page.values, *DARK, marks=page.marks) for page in live_server.some_pages()),
        *(pytest.param(*page.values, *LIGHT, marks=page.marks) for page in live_server.other_pages()),
    ],
)
every_screen = pytest.mark.parametrize(
    ("width", "scheme"), [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")]
)


@every_page
def test_a_page_is_drawn_without_complaint_and_fits_its_window(
    browser: Browser, server: str, stem: str, scheme: str, widths: tuple[int, ...], request: pytest.FixtureRequest
) -> None:
    """All charts that are announced are drawn, at once and after the window has changed its width."""
    served: LiveServer = request.getfixturevalue(server)
    with visit(browser, f"{served.address}{stem}/?live=1", width=widths[0], scheme=scheme) as seen:
        for width in widths:
            seen.page.set_viewport_size({"width": width, "height": 900})
            seen.read()
            assert seen.drawn() >= 1 or not seen.announced(), "charts were announced and none was drawn"
            assert seen.drawn() == seen.announced()
            assert seen.overflow() == 0
        assert seen.complaints == []
        assert seen.scheme() == scheme


@every_screen
def test_the_index_fits_its_window_and_runs_nothing_of_the_shops_title(
    browser: Browser, stand_in_server: LiveServer, width: int, scheme: str
) -> None:
    """The index fits its window and runs nothing of the shops title."""
    with visit(browser, stand_in_server.address, width=width, scheme=scheme) as seen:
        seen.page.wait_for_selector("a.card")
        assert "<script>alert('shop')</script>" in seen.page.inner_text("h1")
        assert seen.overflow() == 0
        assert seen.complaints == []


def test_a_card_leads_to_its_chapter(browser: Browser, stand_in_server: LiveServer) -> None:
    """A card leads to its chapter."""
    with visit(browser, stand_in_server.address) as seen:
        seen.page.click("a.card >> nth=0")
        seen.wait_for_charts(1)
        assert seen.page.url.endswith("/01_one_chart/")


def test_a_second_chapter_asks_for_no_script_or_style_again(browser: Browser, stand_in_server: LiveServer) -> None:
    """A second chapter asks for no script or style again."""
    with visit(browser, f"{stand_in_server.address}01_one_chart/") as seen:
        seen.wait_for_charts(1)
        assert len(_over_the_wire(seen)) > 50
        seen.page.goto(f"{stand_in_server.address}02_slider/")
        seen.wait_for_charts(1)
        # The slider is new on this page; everything else has been fetched.
        assert len(_over_the_wire(seen)) <= 5


def test_moving_a_slider_redraws_the_chart_and_the_sentence(browser: Browser, stand_in_server: LiveServer) -> None:
    """Moving a slider redraws the chart and the sentence."""
    with visit(browser, f"{stand_in_server.address}02_slider/") as seen:
        seen.wait_for_charts(1)
        seen.page.get_by_text("4,800,039").wait_for()
        before = seen.pictures()
        seen.page.get_by_role("slider").focus()
        seen.page.keyboard.press("ArrowRight")
        seen.page.get_by_text("5,599,986").wait_for()
        seen.wait_for_redraw(before)
        assert seen.complaints == []


def _over_the_wire(seen: Visit) -> list[str]:
    """Assets of the open page that were not in the browser's cache."""
    return seen.page.evaluate(
        """(prefix) => performance.getEntriesByType('resource')
             .filter((entry) => entry.name.includes(prefix) && entry.transferSize > 0)
             .map((entry) => entry.name)""",
        PREFIX,
    )
