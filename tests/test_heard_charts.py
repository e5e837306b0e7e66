"""What a chart says to those who hear it, and how names of any length and direction stand in it."""

import re

import pandas as pd
import pytest
import vl_convert

from customary import charts
from customary.charts.heard import say_marks
from customary.page.markup import keep_days
from customary.page.plotting import _specification
from customary.serve.static.pictures import fit
from customary.units import RATE
from customary.wording import all_of, any_of, say

ROWS = pd.DataFrame({"channel": ["email", "social"], "buyer_rate": [0.2, 0.1], "low": [0.1, 0.05], "high": [0.3, 0.2]})
GRID = pd.DataFrame({"x": ["a", "b"], "y": ["c", "c"], "v": [1.0, 2.0], "is_new": [False, False]})
CHARTS = {
    "bars": lambda: charts.ranked_bars(ROWS, "channel", "buyer_rate", unit=RATE),
    "intervals": lambda: charts.ranked_intervals(ROWS, "channel", "buyer_rate", "low", "high", average=0.15),
    "no rows": lambda: charts.ranked_bars(ROWS.head(0), "channel", "buyer_rate"),
    "nothing marked": lambda: charts.heatmap(GRID, "x", "y", "v", marked="is_new"),
}


def drawn(chart, width=490):
    """The picture of a chart as a page writes it out."""
    return vl_convert.vegalite_to_svg(fit(_specification(chart), width))


@pytest.mark.parametrize("name", CHARTS)
def test_no_mark_is_a_picture_without_a_name(name):
    """axe's svg-img-alt: whatever has the role of a picture says something; field names and colours are not said."""
    svg = drawn(CHARTS[name]())
    pictures = re.findall(r"<[^>]*role=\"graphics-symbol\"[^>]*>", svg)
    assert all(re.search(r'aria-label="[^"]+"', one) for one in pictures)
    assert not re.search(r'aria-label="[^"]*(currentColor|label:|value:|text:)', svg)


def test_each_bar_is_heard_once_and_axes_are_silent():
    """Two bars say channel and rate; the text beside each says the same and is silent."""
    heard = re.findall(r'aria-label="([^"]+)"', drawn(CHARTS["bars"]()))
    assert heard == ["Channel: email; Buyer rate: 20.00%", "Channel: social; Buyer rate: 10.00%"]


def test_a_mark_of_a_few_rows_speaks_after_one_of_all():
    """A layer that draws a part of the rows is silent where another says the same of all of them."""
    tooltip = {"tooltip": [{"field": "n", "title": "N"}]}
    part = {"mark": "bar", "encoding": tooltip, "transform": [{"filter": "datum.n > 1"}]}
    whole = {"mark": {"type": "text"}, "encoding": tooltip}
    first, second = say_marks({"layer": [part, whole]})["layer"]
    assert first["mark"] == {"type": "bar", "aria": False} and "description" in second["mark"]


def test_a_long_name_takes_two_lines_only_where_its_row_is_high_enough():
    """Fifty letters stand on two lines in rows of 80 pixels, and on one in rows of 20."""
    rows = ROWS.assign(channel=["Handmade reclaimed oak kitchen shelf with brackets", "b"])
    lines = [drawn(charts.ranked_bars(rows, "channel", "buyer_rate", height=height)) for height in (160, 40)]
    assert ["<tspan" in svg for svg in lines] == [True, False]


def test_a_name_from_right_to_left_keeps_to_itself():
    """The number behind a Hebrew name stays behind it, in a sentence and beside a bar; Latin names are left alone."""
    said = say("{name}, {value}", name="תיק", value="2,788")
    assert said == "\u2068תיק\u2069, 2,788" and say("{name}!", name="bag") == "bag!"
    rows = ROWS.assign(channel=["תיק 2", "b"])
    assert "\u2068תיק 2\u2069" in drawn(charts.ranked_bars(rows, "channel", "buyer_rate"))


def test_names_of_columns_above_a_grid_are_all_there():
    """Seven names wider than their columns stand at an angle, none left out."""
    names = [f"a long name of number {n}" for n in range(7)]
    svg = drawn(charts.heatmap(pd.DataFrame({"x": names, "y": "c", "v": 1.0}), "x", "y", "v"), 720)
    assert [svg.count(f">{name}</text>") for name in names] == [1] * 7


def test_a_day_never_breaks_behind_its_hyphens():
    """Each day of a window stands on one line; what else the text holds is escaped."""
    one = '<span class="cy-day">2025-01-01</span>'
    assert keep_days("2025-01-01 – <b>") == f"{one} – &lt;b&gt;"


def test_three_things_are_a_list_with_one_and():
    """Two are joined by "and"; of three the first two have a comma between them."""
    assert (all_of(["a"]), all_of(["a", "b"]), all_of(["a", "b", "c"])) == ("a", "a and b", "a, b and c")
    assert any_of(["a", "b", "c"]) == "a, b or c" and any_of([]) == ""
