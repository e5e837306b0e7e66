"""Filters in a real browser: several values, a chip taken away, from a bar to the page of it alone, and back."""

from __future__ import annotations

import re

import pytest
from chromium import DEEP, Visit, visit
from live_server import LiveServer
from playwright.sync_api import Browser, expect

PATIENCE = 60_000  # milliseconds: a page is computed while the other tests run


def population(seen: Visit, *wanted: str) -> str:
    """What the chips say, once they say all that is wanted."""
    seen.page.wait_for_function(
        "(wanted) => { const said = document.querySelector('.cy-chips')?.innerText ?? '';"
        " return wanted.every((text) => said.includes(text)); }",
        arg=list(wanted),
        timeout=PATIENCE,
    )
    return seen.page.inner_text(".cy-chips")


def complaints(seen: Visit) -> list[str]:
    """What went wrong on the page as it stands: a file of a choice that the reader has left again may be gone."""
    seen.settled()
    referred = seen.page.evaluate(f"() => ({DEEP})('marimo-vega').map((chart) => chart.outerHTML).join()")
    gone = [re.search(r"404 \S*(@file/\S+)", one) for one in seen.complaints]
    left = {one[1] for one in gone if one and one[1] not in referred}
    return [one for one in seen.complaints if not any(file in one for file in left)]


@pytest.fixture
def orders(browser: Browser, shop_server: LiveServer):
    """The chapter of orders, open and quiet."""
    with visit(browser, f"{shop_server.address}06_orders/?live=1", height=1200) as seen:
        seen.page.set_default_timeout(PATIENCE)
        population(seen, "the whole shop")
        seen.settled()
        yield seen


def choose_in(seen: Visit, label: str, *numbers: int) -> list[str]:
    """Choose the options of these numbers in a field of several values; their names."""
    field = seen.page.locator(".cy-field", has_text=label).last
    field.get_by_text("Select...").click()
    names = []
    for number in numbers:
        option = seen.page.get_by_role("option").filter(has_not_text="Select all").nth(number)
        names.append(option.inner_text().strip())
        option.click()
    seen.page.keyboard.press("Escape")
    return names


def test_two_values_are_chosen_and_one_is_taken_away_again(orders: Visit) -> None:
    """Two regions are two chips and one link; the cross of the first leaves the second; a reset leaves everybody."""
    first, second = choose_in(orders, "Region", 2, 3)
    population(orders, first, second)
    assert re.search(r"region=[^&]*,", orders.page.url.replace("%2C", ","))
    orders.page.get_by_role("link", name=re.compile(f"Take away .*{first}")).click()
    assert first not in population(orders, second, "Reset all")
    orders.page.get_by_role("link", name="Reset all").click()
    assert second not in population(orders, "the whole shop")
    assert complaints(orders) == []


def test_neither_field_of_the_period_is_dead(orders: Visit) -> None:
    """Another period moves the dates that are shown; another day makes it a period of its own."""
    period = orders.page.locator(".cy-period select").last
    day = orders.page.locator(".cy-period").last.get_by_role("spinbutton").first
    before = day.inner_text()
    period.select_option(label="last 30 days")
    population(orders, "last 30 days")
    expect(day).not_to_have_text(before, timeout=PATIENCE)
    orders.settled()
    day.focus()
    orders.page.keyboard.press("ArrowUp")
    orders.page.wait_for_url(re.compile("period=custom.dates"), timeout=PATIENCE)
    population(orders, "Reset all")
    expect(period).to_have_value("custom dates", timeout=PATIENCE)


def test_a_bar_leads_to_the_page_of_it_alone_and_back(orders: Visit) -> None:
    """By the mouse from a mark of a chart, by the keyboard from a row of its table; "back" is the whole shop."""
    orders.read()
    mark = orders.page.evaluate_handle(f"() => ({DEEP})('svg.marks path[aria-roledescription=point]')[2]").as_element()
    assert mark, "no mark leads anywhere"
    mark.scroll_into_view_if_needed()
    mark.click()
    population(orders, "Reset all")
    orders.page.go_back()
    population(orders, "the whole shop")
    orders.settled()
    link = orders.page.locator("a.cy-cross").first
    link.evaluate("(link) => link.closest('details').open = true")
    link.focus()
    orders.page.keyboard.press("Enter")
    population(orders, "Reset all")
    assert complaints(orders) == []


def test_a_live_page_speaks_chinese_in_its_window_and_its_fields(browser: Browser, shop_server: LiveServer) -> None:
    """The window has the chapter's name, and a field of several values says in Chinese that nothing is chosen."""
    with visit(browser, f"{shop_server.address}06_orders/?lang=zh&live=1", height=1200) as seen:
        seen.page.set_default_timeout(PATIENCE)
        population(seen, "全店")
        expect(seen.page.get_by_text("请选择…").first).to_be_visible(timeout=PATIENCE)
        expect(seen.page.get_by_text("Select...")).to_have_count(0)
        expect(seen.page).to_have_title(re.compile("^[\u4e00-\u9fff]+$"))
