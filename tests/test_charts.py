"""Charts: small frame in, chart out. They show what came and compute nothing."""

import json
from decimal import Decimal

import altair as alt
import pandas as pd
import pytest

from customary import charts
from customary.charts import columns, numbers, theme
from customary.charts.lines import _apart
from customary.charts.waterfalls import _steps
from customary.regions import maps
from customary.units import COUNT, DAYS, MONEY, POINTS, RATE, SCORE


@pytest.fixture(autouse=True)
def altair_as_it_comes(monkeypatch):
    """Rows stand beside the specification, under names, whatever pages were imported before."""
    monkeypatch.setattr(alt.data_transformers, "consolidate_datasets", True)
    with alt.data_transformers.enable("default"):
        yield


MONTHS = pd.date_range("2024-01-01", periods=4, freq="MS")
ROWS = pd.DataFrame(
    {
        "month": MONTHS.tolist() * 2,
        "channel": ["search"] * 4 + [None] * 4,
        "net_revenue": [Decimal("100.10"), 120.0, 90.0, 40.0, 10.0, 12.0, 9.0, 4.0],
        "before": [80.0] * 8,
        "low": [70.0] * 8,
        "high": [130.0] * 8,
        "orders": [10, 12, 9, 4, 1, 1, 1, 1],
        "is_complete": [True, True, True, False] * 2,
    }
)
COURSE = ROWS.head(4).assign(is_later=[False, False, True, True])
NAMED = pd.DataFrame({"country": ["FR", "007", None], "value": [3.0, -1.5, 2.0], "n": [3, 1, 2]})
BINS = pd.DataFrame({"low": [0, 10], "high": [10, 20], "count": [5, 2]})
FUNNEL = pd.DataFrame({"step": ["View", "Buy"], "count": [100, 9], "all": [1.0, 0.09], "before": [None, 0.09]})
CURVE = pd.DataFrame({"people": [0.0, 0.5, 1.0], "value": [0.0, 0.2, 1.0]})
COHORTS = pd.DataFrame(
    {
        "cohort": [MONTHS[0], MONTHS[0], MONTHS[1]],
        "age": [0, 1, 0],
        "rate": [1.0, 0.3, 1.0],
        "people": [1200, 1200, 9],
        "is_complete": [True, True, True],
    }
)
WAITS = pd.DataFrame(
    {
        "days": [0, 10, 0, 20],
        "rate": [0.0, 0.3, 0.0, 0.1],
        "who": ["all", "all", None, None],
        "from": [None, 0.2, None, 0.05],
        "to": [None, 0.4, None, 0.2],
        "left": [9, 7, 5, 2],
    }
)
CROWD = pd.DataFrame(
    {
        "month": MONTHS,
        "new": [9, 5, 4, 1],
        "kept": [0, 3, 4, 2],
        "away": [0, 6, 4, 6],
        "is_complete": [True, True, True, False],
        "is_burn_in": [True, False, False, False],
    }
)
BINS_OF_A_FORECAST = pd.DataFrame(
    {"said": [0.1, 0.5], "came": [0.2, 0.4], "low": [0.1, 0.3], "high": [0.35, 0.5], "n": [40, 60]}
)
GAINS = pd.DataFrame({"share": [0.0, 0.1, 0.2], "gain": [0.0, 30.0, -5.0], "best": [False, True, False]})
FLOWS = pd.DataFrame({"before": ["high", "high", None], "after": ["high", "low", "low"], "people": [6, 2, 2]})
FIELDS = {"top left": "gems", "top right": "stars", "bottom left": "?", "bottom right": "horses"}

DRAWINGS = {
    "ranked_bars": (lambda f: charts.ranked_bars(f, "country", "value", n="n"), NAMED),
    "ranked_bars of a title": (lambda f: charts.ranked_bars(f, "country", "value", highlight=["FR"]), NAMED),
    "region_map": (lambda f: charts.region_map(f, "country", "value", n="n"), NAMED),
    "dot_plot": (lambda f: charts.dot_plot(f, "country", "value", "country", n="n"), NAMED),
    "ranked_bars in colours": (lambda f: charts.ranked_bars(f, "country", "value", colour="country"), NAMED),
    "line": (lambda f: charts.line_over_time(f, "month", "net_revenue", split="channel", n="orders"), ROWS),
    "line with everything": (
        lambda f: charts.line_over_time(
            f, "month", "net_revenue", unit=MONEY, currency="GBP", compare="before", low="low", high="high", target=99.0
        ),
        ROWS.head(4),
    ),
    "stacked_bars over time": (
        lambda f: charts.stacked_bars(f, "month", "net_revenue", "channel", n="orders"),
        ROWS,
    ),
    "stacked_bars of names": (lambda f: charts.stacked_bars(f, "country", "value", "country", share=True), NAMED),
    "area": (lambda f: charts.stacked_area_over_time(f, "month", "net_revenue", "channel", share=True), ROWS),
    "histogram": (lambda f: charts.histogram(f, "low", "high", "count", median=7.0), BINS),
    "heatmap": (lambda f: charts.heatmap(f, "country", "country", "value", n="n"), NAMED),
    "cohort_heatmap": (lambda f: charts.cohort_heatmap(f, "cohort", "age", "rate", "people"), COHORTS),
    "alluvial": (lambda f: charts.alluvial(f, "before", "after", "people", order=["high", "low"]), FLOWS),
    "waterfall": (lambda f: charts.waterfall(f, "country", "value", start=10.0), NAMED),
    "scatter": (
        lambda f: charts.scatter_quadrants(f, "value", "n", "country", x_at=1, y_at=2, names=FIELDS, n="n"),
        NAMED,
    ),
    "funnel": (lambda f: charts.funnel_bars(f, "step", "count", "all", "before"), FUNNEL),
    "waiting curve": (
        lambda f: charts.waiting_curve(
            f, "days", "rate", split="who", low="from", high="to", at_risk="left", marks=(5,)
        ),
        WAITS,
    ),
    "flows": (lambda f: charts.flow_bars(f, "month", {"new": "new", "kept": "returning"}, {"away": "dormant"}), CROWD),
    "reliability": (lambda f: charts.reliability(f, "said", "came", "low", "high", n="n"), BINS_OF_A_FORECAST),
    "curve": (lambda f: charts.curve(f, "share", "gain", currency="GBP", mark="best"), GAINS),
    "tracked": (lambda f: charts.tracking_lines(f, "month", "before", "net_revenue", "is_later"), COURSE),
    "expected_and_actual": (
        lambda f: charts.expected_and_actual(f, "channel", "before", "orders", "low", "high", n="orders"),
        ROWS.iloc[[0, 4]],
    ),
    "lorenz": (lambda f: charts.lorenz(f, "people", "value", mark_at=0.5), CURVE),
}


@pytest.fixture(autouse=True)
def inline_data():
    """Altair's own transformer for these tests: rows inside the chart, where they can be looked at."""
    with alt.data_transformers.enable("default"):
        yield


@pytest.fixture(params=DRAWINGS)
def drawing(request):
    return DRAWINGS[request.param]


def spec(chart):
    return chart.to_dict()


def rows_of(chart):
    return [row for rows in spec(chart)["datasets"].values() for row in rows]


def walked(node):
    yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from walked(child)


def test_every_chart_fills_its_place(drawing):
    """Every chart is as wide as its place and a third of a screen high; with few rows of names it may be lower."""
    draw, frame = drawing
    assert spec(draw(frame))["width"] == "container"
    assert theme.LOWEST - 10 <= spec(draw(frame))["height"] <= 360


def test_a_chart_with_a_line_for_every_row_is_as_high_as_its_rows():
    """Two rows need little, twelve more, a hundred no more than half a screen; who asks for a height gets it."""
    rows = [pd.DataFrame({"label": [str(n) for n in range(many)], "value": 1.0}) for many in (2, 12, 100)]
    few, some, many = (spec(charts.ranked_bars(frame, "label", "value"))["height"] for frame in rows)
    assert theme.LOWEST == few < some < many == theme.TALLEST
    assert spec(charts.ranked_bars(rows[0], "label", "value", height=222))["height"] == 222


# What a chart draws that comes from no row: a median, the titles of the sides, the two ends of a sum, the names and the
# cross of four fields, a line at zero, the diagonal.
GUIDES = {
    "histogram": 1,
    "alluvial": 2,
    "waterfall": 2,
    "scatter": 5,
    "flows": 1,
    "reliability": 2,
    "curve": 1,
    "lorenz": 2,
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_an_empty_frame_is_an_empty_chart(name):
    """Without rows a chart keeps its place and draws its guides only; nothing says "nan"."""
    draw, frame = DRAWINGS[name]
    full, bare = draw(frame), draw(frame.head(0))
    assert len(rows_of(bare)) == GUIDES.get(name, 0) < len(rows_of(full))
    assert spec(bare)["width"] == "container" and spec(bare)["height"] <= spec(full)["height"]
    assert "nan" not in json.dumps(spec(bare)).lower()


def test_vega_computes_nothing(drawing):
    """No timeUnit, no bin=True, no transform: what a chart shows was computed before, and can be selected."""
    draw, frame = drawing
    for node in walked(spec(draw(frame))):
        if isinstance(node, dict):
            assert "timeUnit" not in node and "transform" not in node and "aggregate" not in node
            assert node.get("bin") in (None, "binned")


def test_every_chart_has_a_tooltip(drawing):
    """Every chart has a tooltip."""
    draw, frame = drawing
    assert any(isinstance(node, dict) and "tooltip" in node for node in walked(spec(draw(frame))))


def test_no_tooltip_line_can_be_drawn_as_a_picture(drawing):
    """Vega's tooltip shows a value called "image" as an <img>; a column of that name must not reach it."""
    draw, frame = drawing
    titles = [n["title"] for n in walked(spec(draw(frame))) if isinstance(n, dict) and "field" in n and "title" in n]
    assert "image" not in titles
    assert columns.tooltip("value:N", "image").to_dict()["title"] == "Image"


def test_the_frame_given_is_not_changed(drawing):
    """The frame given is not changed."""
    draw, frame = drawing
    kept = frame.copy(deep=True)
    draw(frame)
    pd.testing.assert_frame_equal(frame, kept)


def test_shop_text_is_data_never_an_expression():
    """Shop text is data never an expression."""
    evil = "x'] + alert(1) + ['"
    frame = pd.DataFrame({evil: [evil], "a.b[0]": [1.0]})
    said = spec(charts.ranked_bars(frame, evil, "a.b[0]"))
    fields = {n["field"] for n in walked(said) if isinstance(n, dict) and "field" in n}
    assert fields <= {"label", "value", "text", "exact"}
    expressions = [n["expr"] for n in walked(said) if isinstance(n, dict) and "expr" in n]
    assert not any("alert" in text for text in expressions)
    assert json.loads(json.dumps(numbers.sign("'+alert(1)+'"))) in numbers.axis_text(MONEY, "'+alert(1)+'")


def test_bars_are_ranked_and_unknown_is_kept():
    """Bars are ranked and unknown is kept."""
    rows = rows_of(charts.ranked_bars(NAMED, "country", "value", unit=DAYS))
    assert [row["label"] for row in rows] == ["FR", "unknown", "007"]
    assert rows[0]["text"] == "3.0 days"


def test_running_periods_are_drawn_apart():
    """Running periods are drawn apart."""
    chart = charts.line_over_time(ROWS.head(4), "month", "net_revenue")
    lines = [layer for layer in spec(chart)["layer"] if layer["mark"]["type"] == "line"]
    solid, dotted = [spec(chart)["datasets"][layer["data"]["name"]] for layer in lines]
    assert [row["time"] for row in solid] == ["2024-01-01", "2024-02-01", "2024-03-01"]
    assert [row["time"] for row in dotted] == ["2024-03-01", "2024-04-01"]
    assert lines[1]["mark"]["strokeDash"]


def test_running_periods_of_bars_are_lighter_and_of_areas_absent():
    """Running periods of bars are lighter and of areas absent."""
    bars = rows_of(charts.stacked_bars(ROWS, "month", "net_revenue", "channel"))
    assert {row["label"] for row in bars if row["whole"] < 1} == {"April 2024"}
    areas = rows_of(charts.stacked_area_over_time(ROWS, "month", "net_revenue", "channel"))
    assert "2024-04-01" not in {row["time"] for row in areas}


def test_days_do_not_depend_on_where_the_viewer_sits():
    """Days do not depend on where the viewer sits."""
    chart = charts.line_over_time(ROWS.head(4), "month", "net_revenue")
    scales = [n["scale"] for n in walked(spec(chart)) if isinstance(n, dict) and n.get("field") == "time"]
    assert scales and all(scale["type"] == "utc" for scale in scales)
    assert all(len(row["time"]) == 10 for row in rows_of(chart) if "time" in row)


def test_seven_lines_are_refused():
    """Seven lines are refused."""
    frame = pd.DataFrame({"t": [MONTHS[0]] * 7, "v": [1.0] * 7, "s": list("abcdefg")})
    with pytest.raises(ValueError, match="Other"):
        charts.line_over_time(frame, "t", "v", split="s")


def test_an_absent_column_is_named():
    """An absent column is named."""
    with pytest.raises(KeyError, match="nowhere"):
        charts.ranked_bars(NAMED, "nowhere", "value")


def test_labels_keep_their_distance():
    """Labels keep their distance."""
    assert _apart([1.0, 1.1, 5.0], 1.0, 10.0) == [1.0, 2.0, 5.0]
    assert _apart([9.5, 9.6], 1.0, 10.0) == [9.0, 10.0]


def test_a_waterfall_ends_where_its_parts_lead():
    """A waterfall ends where its parts lead."""
    parts = pd.DataFrame({"label": ["more", "less"], "value": [30.0, -50.0]})
    bars = _steps(parts, 100.0, "before", "after")
    assert bars[["low", "high"]].values.tolist() == [[0, 100], [100, 130], [80, 130], [0, 80]]
    assert bars["kind"].tolist() == ["start and end", "raised", "lowered", "start and end"]


def test_who_went_is_drawn_below_the_line():
    """Parts that leave are negative lengths with positive texts; first months and running ones are lighter."""
    rows = rows_of(charts.flow_bars(CROWD, "month", {"new": "new", "kept": "returning"}, {"away": "dormant"}))
    gone = [(row["value"], row["exact"]) for row in rows if row.get("split") == "dormant"]
    assert gone == [(0, "0"), (-6, "6"), (-4, "4"), (-6, "6")]
    assert {row["label"] for row in rows if row.get("whole", 1) < 1} == {"January 2024", "April 2024"}


def test_seven_curves_are_refused():
    """More than six curves cannot be told apart."""
    frame = pd.DataFrame({"d": [1] * 7, "v": [0.1] * 7, "s": list("abcdefg")})
    with pytest.raises(ValueError, match="six"):
        charts.waiting_curve(frame, "d", "v", split="s")


def test_bands_are_as_wide_as_what_moved():
    """Six of ten stay: their band is three fifths of the room at both ends; both sides are equally tall."""
    chart = charts.alluvial(FLOWS, "before", "after", "people", order=["high", "low"])
    points = next(layer.data for layer in chart.layer if "band" in getattr(layer.data, "columns", ()))
    ends = points[points.x.isin([0.0, 1.0])]
    tall = (ends.high - ends.low).groupby([ends.band, ends.x]).sum().unstack()
    assert list(tall[0.0] / tall[0.0].sum()) == pytest.approx([0.6, 0.2, 0.2])
    assert list(tall[0.0]) == pytest.approx(list(tall[1.0]))
    assert ends.high.max() == pytest.approx(1) and ends.low.min() >= 0


def test_cohorts_carry_their_size_and_age_zero_does_not_drain_the_colour():
    """Cohorts carry their size and age zero does not drain the colour."""
    chart = charts.cohort_heatmap(COHORTS, "cohort", "age", "rate", "people")
    assert {row["y"] for row in rows_of(chart)} == {"January 2024 · 1,200", "February 2024 · 9"}
    domains = [n["domain"] for n in walked(spec(chart)) if isinstance(n, dict) and "clamp" in n]
    assert domains == [[0, 0.3]]


def test_a_forecast_is_held_against_the_diagonal_on_axes_alike():
    """Said and came have one scale, so that the dashed line of what should have come is straight and at 45 degrees."""
    chart = charts.reliability(BINS_OF_A_FORECAST, "said", "came", "low", "high", n="n")
    told = [n["domain"] for n in walked(spec(chart)) if isinstance(n, dict) and "domain" in n]
    domains = [domain for domain in told if isinstance(domain, list)]  # an axis has a domain line, true or false
    assert domains and all(domain == domains[0] and domain[0] == 0 for domain in domains)
    diagonal = [row for row in rows_of(chart) if "low" not in row]
    assert [(row["said"], row["came"]) for row in diagonal] == [(0, 0), (domains[0][1], domains[0][1])]


def test_a_curve_marks_its_best_place_and_shows_where_nothing_is_gained():
    """Only the marked row has its value written; the line of nought is drawn."""
    rows = rows_of(charts.curve(GAINS, "share", "gain", currency="GBP", mark="best"))
    assert [row["text"] for row in rows if "text" in row] == ["£30"]
    assert {"y": 0.0} in rows


def test_intervals_are_ranked_or_as_given():
    """From the greatest down, unless the order says something itself, as sizes of a list do."""
    ranked, given = (
        rows_of(charts.ranked_intervals(NAMED, "country", "value", "value", "value", as_given=as_given))
        for as_given in (False, True)
    )
    assert [row["label"] for row in ranked] == ["FR", "unknown", "007"]
    assert [row["label"] for row in given] == ["FR", "007", "unknown"]


def test_fixed_things_keep_their_colours():
    """Fixed things keep their colours."""
    assert theme.colours(["lost", "growth"]) == theme.colours(["growth", "lost"])[::-1]
    assert theme.colours(["High", "France"])[0] == theme.INDIGO
    assert theme.colours(["high", "France"])[1] != theme.INDIGO
    free = theme.colours(["a", "b", "c", "d", "e", "f"])
    assert sorted(free) == sorted(theme.CATEGORICAL)
    assert theme.colours(["Other"]) == [theme.QUIET]


def test_the_theme_has_no_ink_and_no_paper():
    """The theme has no ink and no paper."""
    theme.install()
    config = spec(alt.Chart(NAMED).mark_bar())["config"]
    assert config["background"] == "transparent"
    assert not any(
        key.endswith(("labelColor", "titleColor")) for node in walked(config) if isinstance(node, dict) for key in node
    )


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1234567.891, MONEY, "£1,234,567.89"),
        (-2.5, MONEY, "−£2.50"),
        (-0.001, MONEY, "£0.00"),
        (0.125, MONEY, "£0.13"),
        (0.34127, RATE, "34.13%"),
        (-0.01234, POINTS, "−1.23 points"),
        (1, DAYS, "1.00 days"),
        (12_345.678, SCORE, "12,345.678"),
        (1234, COUNT, "1,234"),
        (None, RATE, "–"),
        (float("nan"), MONEY, "–"),
    ],
)
def test_exact_numbers(value, unit, text):
    """Exact numbers."""
    assert numbers.exact(value, unit, "GBP") == text


@pytest.mark.parametrize(
    ("freq", "step", "text"),
    [
        ("D", "day", "2024-01-01"),
        ("W-MON", "week", "week of 2024-01-01"),
        ("MS", "month", "January 2024"),
        ("QS", "quarter", "Q1 2024"),
        ("YS", "year", "2024"),
    ],
)
def test_dates_are_named_after_their_rhythm(freq, step, text):
    """Dates are named after their rhythm."""
    days = pd.date_range("2024-01-01", periods=30, freq=freq)
    assert numbers.step_of(days) == step
    assert numbers.date_text(days[0], step) == text
    assert len(numbers.time_axis(pd.Series(days), step).to_dict()["values"]) <= numbers.MOST_LABELS + 1


def test_a_period_that_is_not_known_has_a_name():
    """Rows without a date are unknown, whatever the step; "NaT" is no word."""
    assert {str(numbers.date_text(pd.NaT, step)) for step in ("day", "week", "month", "quarter", "year")} == {"unknown"}


def test_a_sparkline_is_numbers_only_and_keeps_its_gaps():
    """A sparkline is numbers only and keeps its gaps."""
    drawn = charts.sparkline([1, 2, None, 3, float("nan"), 5])
    assert drawn.startswith("<svg") and drawn.count("M") == 3
    assert "nan" not in drawn and "None" not in drawn
    assert charts.sparkline([1]) == "" == charts.sparkline([None, None])
    assert charts.sparkline([2, 2, 2])


TWINS = pd.DataFrame(
    {
        "page": ["Home", "Home", "Cart", "Help"],
        "by": ["one page", "ten seconds", "one page", "one page"],
        "rate": [0.5, 0.2, 0.1, None],
    }
)


def layer_rows(chart, kind):
    """The rows that each layer with this mark draws."""
    made = spec(chart)
    drawn = [each for each in made["layer"] if each["mark"]["type"] == kind]
    return [made["datasets"][each.get("data", made.get("data"))["name"]] for each in drawn]


def test_the_dots_of_a_name_lie_on_one_line_with_their_ends_in_numbers():
    """Home has two dots and both values, the cart has one, and a page without a value has none."""
    chart = charts.dot_plot(TWINS, "page", "rate", "by", unit=RATE)
    (lines,) = layer_rows(chart, "rule")
    assert [(line["label"], line["min"], line["max"]) for line in lines] == [("Home", 0.2, 0.5), ("Cart", 0.1, 0.1)]
    right, left = ([row["text"] for row in rows] for rows in layer_rows(chart, "text"))
    assert (right, left) == (["50.0%", "10.0%"], ["20.0%"])


def test_seven_dots_a_line_are_refused():
    """Nobody tells seven colours apart."""
    many = pd.DataFrame({"page": "Home", "by": list("abcdefg"), "rate": 0.1})
    with pytest.raises(ValueError, match="at most 6"):
        charts.dot_plot(many, "page", "rate", "by")


def test_what_the_title_speaks_of_has_the_colour_and_the_rest_is_grey():
    """One indigo bar among grey ones; without a highlight no bar is grey."""
    assert theme.highlights(["FR", "007"], ["FR"]) == {"FR": theme.INDIGO, "007": theme.QUIET}
    assert theme.highlights(["FR", "007"], ()) == {}
    made = spec(charts.ranked_bars(NAMED, "country", "value", highlight=["FR"]))
    scale = made["layer"][0]["encoding"]["color"]["scale"]
    assert dict(zip(scale["domain"], scale["range"], strict=True))["FR"] == theme.INDIGO
    assert set(scale["range"]) == {theme.INDIGO, theme.QUIET}
    dots = charts.ranked_intervals(
        NAMED.assign(low=1.0, high=2.0), "country", "value", "low", "high", highlight=["007"]
    )
    scale = spec(dots)["layer"][0]["encoding"]["color"]["scale"]
    assert dict(zip(scale["domain"], scale["range"], strict=True))["007"] == theme.INDIGO


def test_small_multiples_share_one_scale_and_bear_their_names():
    """Search sells up to 120, the unknown up to 12: both pictures end at the same value, each line in colour."""
    pictures = charts.small_multiples(ROWS, "month", "net_revenue", "channel")
    assert [spec(one)["title"]["text"] for one in pictures] == ["search", "unknown"]
    domains = {json.dumps(scale) for one in pictures for scale in scales(spec(one), "y") if "domain" in scale}
    assert domains == {json.dumps({"domain": [0.0, 132.0], "nice": False})}


def scales(made, channel):
    """The scales that a picture's layers say for a channel."""
    found = (each["encoding"].get(channel, {}) for each in made["layer"])
    return [one["scale"] for one in found if isinstance(one, dict) and "scale" in one]


def test_thirteen_small_pictures_are_refused():
    """A screen holds twelve."""
    many = pd.DataFrame({"month": MONTHS[0], "who": [str(n) for n in range(13)], "sales": 1.0})
    with pytest.raises(ValueError, match="at most 12"):
        charts.small_multiples(many, "month", "sales", "who")


STATES = pd.DataFrame({"state": ["SP", "Acre", None], "orders": [40, 5, 2]})


def tiles_of(chart):
    """The rows that a map of tiles is drawn from, by name."""
    (rows,) = spec(chart)["datasets"].values()
    return {row["name"]: row for row in rows}


def test_a_region_lies_where_its_map_has_it_whatever_it_is_called():
    """A code or a name, 27 states; those nobody bought from are empty, and who is unknown stands beneath the map."""
    drawn = tiles_of(charts.region_map(STATES, "state", "orders"))
    assert len(drawn) == 28
    assert {name: drawn[name]["text"] for name in ("São Paulo", "Acre", "unknown", "Bahia")} == {
        "São Paulo": "40",
        "Acre": "5",
        "unknown": "2",
        "Bahia": "",
    }
    assert drawn["Bahia"]["value"] is None
    assert drawn["unknown"]["row"] > max(tile["row"] for name, tile in drawn.items() if name != "unknown")


def test_places_that_no_map_knows_are_bars():
    """Two cities and Acre are not a map of Brazil."""
    cities = STATES.assign(state=["Lyon", "Acre", "Nice"])
    assert spec(charts.region_map(cities, "state", "orders"))["layer"][0]["mark"]["type"] == "bar"


def test_every_tile_of_a_map_has_a_place_of_its_own_and_names_of_its_own():
    """No tile lies on another; no name means two regions."""
    for places in maps().values():
        assert len({place[3:] for place in places}) == len(places)
        names = [alias for place in places for alias in place[:3]]
        assert len(set(names)) == len(names)
    assert {name: len(places) for name, places in maps().items()} == {"China": 34, "Brazil": 27}
