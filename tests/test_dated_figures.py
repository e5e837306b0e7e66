"""Which figures of a chapter go by its period: what changes nothing is not asked for, what changes few says so."""

import ast
from datetime import date

import pytest
from every import ROOT

from customary.page import chips, filters
from customary.page.offers import EVERY_FIGURE, NO_FIGURE, TILES, Offer

CHAPTERS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.py"))
OF_THE_PERIOD = {"query_options", "during", "during_text", "every", "against", "comparison", "scope"}


def dated_of(chapter):
    """What the chapter says of its figures, and what its code shows: the parts of the choice that its cells read."""
    tree = ast.parse(chapter.read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    offers = [one for one in calls if ast.unparse(one.func) == "page.offer"]
    said = {word.value.id for one in offers for word in one.keywords if word.arg == "dated"}
    read = {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "choice"
    }
    has_tiles = any(ast.unparse(one.func) == "page.headline" and len(one.args) > 2 for one in calls)
    goes_by_it = any(read & OF_THE_PERIOD for _ in [0])
    return said or {"EVERY_FIGURE"}, "EVERY_FIGURE" if goes_by_it else "TILES" if has_tiles else "NO_FIGURE"


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_says_which_of_its_figures_go_by_the_period(chapter):
    """A chapter whose figures show customers as they stand has no period to choose, or says what it is for.

    One whose question is the reader's makes its offer by the question (tests/test_explore.py).
    """
    if all(word in chapter.read_text("utf-8") for word in ("page.controls(", "page.offer(")):
        said, shown = dated_of(chapter)
        assert said == {shown}


def offer(dated):
    """A page of one filter over two years."""
    return Offer(date(2026, 1, 1), date(2024, 1, 1), wheres={"channel": ("app", "web")}, dated=dated)


def test_a_period_that_changes_nothing_is_not_asked_for():
    """Neither a field nor a chip; the filter is there."""
    bar = filters.controls(offer(NO_FIGURE), {})
    assert {"channel"} == set(bar.elements) - {"asked"}
    choice = filters.choose(offer(NO_FIGURE), bar.value)
    assert [chip.label for chip in choice.chips] == [""] and choice.period_text == ""


def test_a_period_travels_through_a_page_that_has_none():
    """From orders to churn and on to returns: the link still says last quarter, or the days that were chosen."""
    for asked in ({"period": "last quarter"}, {"period": "custom dates", "between": "2025-01-01_2025-01-31"}):
        bar = filters.controls(offer(NO_FIGURE), asked)
        choice = filters.choose(offer(NO_FIGURE), {**bar.value, "channel": ["app"]})
        for name, value in asked.items():
            assert f"{name}={value}".replace(" ", "+") in choice.query
        assert "channel=app" in choice.query


def test_a_period_of_a_few_figures_says_so():
    """In the bar, in the chips and on paper."""
    bar = filters.controls(offer(TILES), {})
    assert "Of the figures at the top; the others show how things stand on" in bar.text
    choice = filters.choose(offer(TILES), bar.value)
    assert "Period of the figures at the top" in chips.chips_markup(choice)
    assert choice.period_text.startswith("figures at the top: ")


def test_a_period_of_all_figures_needs_no_words():
    """As before: a chip, the period on paper, nothing in the bar."""
    bar = filters.controls(offer(EVERY_FIGURE), {})
    choice = filters.choose(offer(EVERY_FIGURE), bar.value)
    assert "Of the figures" not in bar.text and choice.chips[0].label == "Period"
    assert choice.period_text == choice.text
