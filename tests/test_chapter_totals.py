"""What a viewer is told of a whole is what an analyst is told of it, though the viewer does not receive every row."""

import html
import re
from types import SimpleNamespace

import pandas as pd
import pytest
from chapters import STEMS, first_view, opened, text_of
from given import sold
from samples import thirds

from customary import charts, page, study
from customary.charts.lines import _rows
from customary.page.totals import part_text, sum_text
from customary.shop import Shop
from customary.wording import say

# The n of a picture of some rows, and one that says itself that it is the least it can be, is no n of a whole.
PART = re.compile(r"drawn|groups of at least|n = at least|not shown")


def lines_of(outputs):
    """The titles, subtitles and sentences of a chapter as a reader sees them."""
    said = " ".join(getattr(one, "text", "") for one in outputs if one is not None)
    found = re.findall(r'<h3>.*?</h3>|<p class="cy-subtitle">.*?</p>|<div class="cy-sentence"><p>.*?</p>', said, re.S)
    return [html.unescape(re.sub(r"\s+", " ", re.sub("<[^>]*>", "", one))).strip() for one in found]


def totals_of(lines):
    """The numbers that lines give as the n of all they speak of."""
    whole = [line for line in lines if not PART.search(line)]
    return {number for line in whole for number in re.findall(r"n = ([\d.,]*\d)", line)}


@pytest.mark.parametrize("stem", thirds(STEMS, 1, 6))
def test_a_viewer_hears_no_other_total_than_an_analyst(chapter_shops, stem):
    """Rows about fewer than ten customers are not handed out: no n is the sum of the others without saying so."""
    analysts, viewers = (lines_of(first_view(stem, "full", audience)[1]) for audience in ("analyst", "stakeholder"))
    assert totals_of(viewers) - totals_of(analysts) == set()


@pytest.mark.parametrize("stem", thirds(STEMS, 4, 6))
def test_no_count_has_decimals(chapter_shops, stem):
    """A column in which some counts are not known holds floats: 593 orders, not 593.0."""
    for line in lines_of(first_view(stem, "full")[1]):
        assert not re.search(r"\d\.0 (?:customers|orders|buyers|people|visits)", line), line


def test_a_part_of_which_no_row_came_is_zero_to_an_analyst_alone():
    """Visits of an unknown source: a viewer without a row of them may be spared a few people, an analyst has none."""
    rows = pd.DataFrame({"label": ["search"], "session_share": [1.0]})
    told = SimpleNamespace(text=lambda _column, value: f"{value:.1%}")
    told.shop = SimpleNamespace(audience="analyst", rules=RULES)
    assert part_text(told, "session_share", rows[rows.label.isna()]) == "0.0%"
    assert part_text(told, "session_share", rows) == "100.0%"
    told.shop = SimpleNamespace(audience="stakeholder", rules=RULES)
    assert part_text(told, "session_share", rows[rows.label.isna()]) == "none or too few to be shown"


def test_topics_of_a_few_complaints_each_have_no_first(odd_words_shop):
    """Thirty tickets on thirteen topics: all are merged into one “other”, which is the topic of nothing."""
    said = text_of(first_view("07_returns", "odd_words")[1])
    assert "“other” is the topic" not in said and "Each topic is too rare to be named" in said


RULES = {"privacy": {"groups": {"fewest": 10}}}


@pytest.mark.parametrize(
    ("audience", "withheld", "counts", "text"),
    [
        ("stakeholder", "", [1200, 12], "1,212"),
        ("stakeholder", "1 row not shown: fewer than 10 customers each", [30, 12], "at least 42"),
        ("stakeholder", "", [30, None], "at least 30"),  # the cell is empty: fewer than ten are in it
        ("analyst", "", [30, None], "30"),  # from whom nothing is withheld: nobody is in it
    ],
)
def test_a_sum_over_what_is_shown_is_the_least_it_can_be(audience, withheld, counts, text):
    """Of rows that are all there it is the sum; where some are not handed out, it is at least that."""
    answer = SimpleNamespace(withheld_text=withheld, shop=SimpleNamespace(audience=audience, rules=RULES))
    assert sum_text(answer, pd.Series(counts)) == text


@pytest.fixture(scope="module")
def three_people(tiny_shop):
    """Three customers with an order each."""
    orders = [sold(f"o{n}", f"c{n}", "2025-01-05", 10) for n in range(3)]
    return tiny_shop(orders=orders, as_of="2025-02-01", name="three_people")


def test_a_count_with_unknown_cells_is_written_without_decimals():
    """3 and what is not known are 3.0 to pandas; a reader sees 3; what is a text already stands as it is."""
    counts = pd.Series([1, 2, None])
    assert say("{n:,} orders", n=counts.sum()) == "3 orders"
    assert say("{n:,} orders", n=1234.0) == "1,234 orders"
    assert say("{n:,} orders", n=say("at least {n}", n="3")) == "at least 3 orders"
    assert say("{n:,.1f} orders", n=3.0) == "3.0 orders"


def test_a_row_without_a_month_has_no_place_on_a_line():
    """Months of few people are merged for viewers into one row without a month; the line goes through the others."""
    rows = pd.DataFrame({"month": [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-02-01"), pd.NaT], "n": [1, 2, 9]})
    drawn = _rows(rows, "month", "n", *[None] * 5)
    assert drawn["value"].tolist() == [1, 2] and charts.line_over_time(rows, "month", "n")


def test_nobody_is_not_said_where_few_are_not_shown(chapter_shops):
    """Complaints of few customers are withheld: their page does not say that nobody complained."""
    said = " ".join(lines_of(first_view("07_returns", "full")[1]))
    assert "Nobody complained" not in said and "1 row not shown: fewer than 10 customers each." in said


def test_a_sentence_of_nothing_stands_where_nothing_is_withheld(three_people):
    """The same sentence of an analyst's answer is said; of a viewer's, who is not told of three people, it is not."""
    for audience, is_said in (("analyst", True), ("stakeholder", False)):
        shop = Shop(three_people.name, three_people.snapshot, audience)
        answer = study(shop, "stages")
        assert ("Nobody is here." in page.sentence("Nobody is here.", answer).text) == is_said


def test_what_moved_the_revenue_of_few_is_not_shown(plain_shop):
    """Orders of fewer than ten customers in a month: the finding says so, and no cell of the chapter fails."""
    for stem in ("00_start", "01_goals"):
        lines = lines_of(opened(stem, "plain", address={"period": "last 30 days"})[1])
        assert any("fewer than 10 customers, in it or left over: not shown." in line for line in lines), stem
