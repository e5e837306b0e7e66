"""A shop's dated notes on charts over time: a rule each, labels that do not meet, and all of them in words."""

from datetime import date

import altair as alt
import pandas as pd
import pytest
from given import sold
from hypothesis import given
from hypothesis import strategies as st

from customary import charts, measure, page
from customary.charts import notes
from customary.frame_columns import DeclaredColumns
from customary.notes import DatedNote
from customary.places import shops_folder


@pytest.fixture(autouse=True)
def altair_as_it_comes(monkeypatch):
    """Rows stand beside the specification, under names, whatever pages were imported before."""
    monkeypatch.setattr(alt.data_transformers, "consolidate_datasets", True)
    with alt.data_transformers.enable("default"):
        yield


MONTHS = pd.date_range("2024-01-01", periods=4, freq="MS")
SALE = DatedNote(date(2024, 1, 20), date(2024, 1, 20), "Spring <b>sale</b>")
MOVE = DatedNote(date(2024, 3, 15), date(2024, 3, 17), "We moved")
LAST = DatedNote(date(2024, 4, 30), date(2024, 4, 30), "Broken till in the main street shop")
DRAWINGS = {
    "line": lambda frame: charts.line_over_time(frame, "month", "sales"),
    "area": lambda frame: charts.stacked_area_over_time(frame, "month", "sales", "channel"),
    "bars": lambda frame: charts.stacked_bars(frame, "month", "sales", "channel"),
    "tracking lines": lambda frame: charts.tracking_lines(frame, "month", "sales", "sales", "is_later"),
}
every_drawing = pytest.mark.parametrize("draw", DRAWINGS.values(), ids=DRAWINGS)


@pytest.fixture(autouse=True)
def inline_data():
    """Rows inside the chart, where they can be looked at."""
    with alt.data_transformers.enable("default"):
        yield


def course(*dated):
    """Four months of sales in a frame that carries these notes."""
    rows = {"month": MONTHS, "sales": [3.0, 5.0, 4.0, 6.0], "channel": "search", "is_later": [False, False, True, True]}
    frame = pd.DataFrame(rows)
    frame.attrs[DeclaredColumns.NAME] = DeclaredColumns((), notes=dated)
    return frame


def rules(chart):
    """What is drawn of the notes: the rows of the layer with a dashed rule."""
    return [row for rows in chart.to_dict()["datasets"].values() for row in rows if "at" in row and "note" in row]


@every_drawing
def test_without_notes_nothing_changes(draw):
    """A frame without notes, or with some of other years, is drawn as a frame that knows nothing of notes."""
    plain = draw(pd.DataFrame(course())).to_dict()
    for dated in ((), (DatedNote(date(2023, 12, 31), date(2023, 12, 31), "before"),)):
        drawn = draw(course(*dated)).to_dict()
        assert drawn == plain and "description" not in drawn


def test_a_rule_stands_at_the_day_of_each_note():
    """On 20 January and 15 March; the end of April belongs to the last month, which is drawn on its first day."""
    assert [row["at"] for row in rules(DRAWINGS["line"](course(SALE, MOVE, LAST)))] == [
        "2024-01-20",
        "2024-03-15",
        "2024-04-01",
    ]


def test_bars_bear_the_note_of_their_period():
    """Bars stand for whole months, in their order."""
    chart = DRAWINGS["bars"](course(SALE, MOVE, LAST))
    assert [row["at"] for row in rules(chart)] == ["January 2024", "March 2024", "April 2024"]
    domains = [layer["encoding"]["x"]["scale"]["domain"] for layer in chart.to_dict()["layer"]]
    assert domains == [["January 2024", "February 2024", "March 2024", "April 2024"]] * 3


def test_only_notes_of_the_time_shown_are_drawn():
    """Those that end before it or begin when its last month is over are not; one that reaches into it is."""
    around = [
        DatedNote(date(2023, 12, 1), date(2023, 12, 31), "before"),
        DatedNote(date(2023, 12, 1), date(2024, 1, 1), "reaching in"),
        DatedNote(date(2024, 5, 1), date(2024, 5, 2), "after"),
    ]
    (row,) = rules(DRAWINGS["line"](course(*around)))
    assert row["note"] == "2023-12-01 – 2024-01-01 reaching in" and row["at"] == "2024-01-01"


@every_drawing
def test_the_text_alternative_counts_and_names_the_notes(draw):
    """Who sees no picture reads of each when and what; a label is short, the words are whole."""
    assert draw(course(SALE, MOVE, LAST)).to_dict()["description"] == (
        "3 notes on the time line: (1) 2024-01-20 Spring <b>sale</b>; (2) 2024-03-15 – 2024-03-17 We moved; "
        "(3) 2024-04-30 Broken till in the main street shop"
    )
    assert draw(course(MOVE)).to_dict()["description"].startswith("1 note on the time line: (1) 2024-03-15")


def test_a_long_text_is_cut_on_its_label():
    """After 17 letters, with dots; where one text has no room at the right end, all labels are numbers."""
    early = DatedNote(date(2024, 1, 2), date(2024, 1, 2), "Broken till in the main street shop")
    (row,) = rules(DRAWINGS["line"](course(early)))
    assert row["label"] == "Broken till in th…"
    assert [row["label"] for row in rules(DRAWINGS["area"](course(early, LAST)))] == ["1", "2"]


def test_labels_that_would_meet_stand_in_rows():
    """The first two would meet: the earlier one goes above, since its pole may pass left of the later label."""
    assert notes._rows([0, 20, 100], [50, 50, 50], 150) == [1, 0, 0]
    assert notes._rows([0, 1, 2, 3], [50] * 4, 150) == [-1, 2, 1, 0], "a fourth row there is not"
    assert notes._rows([140], [50], 150) == [-1], "it would leave the picture"


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(5, 90)), max_size=12))
def test_no_label_lies_upon_another_or_upon_its_pole(wanted):
    """Whatever the notes: labels of one row are apart, and no pole goes through a label below its own."""
    places, widths = [place for place, _width in wanted], [width for _place, width in wanted]
    rows = notes._rows(places, widths, 240)
    placed = [part for part in zip(places, widths, rows, strict=True) if part[2] >= 0]
    for index, (place, width, row) in enumerate(placed):
        for other, (pole, _width, height) in enumerate(placed):
            if other != index and height >= row:
                inside = place < pole < place + width
                assert not inside, (placed, "a pole or the start of a label is inside another label")
    starts = [(place, row) for place, _width, row in placed]
    assert len(starts) == len(set(starts)), "two labels at one place stand in two rows"


def test_a_chinese_label_is_as_wide_as_it_is():
    """A character takes the room of two letters."""
    assert notes._width("双十一") == notes._width("123456")


# --- from the shop's file to the page -------------------------------------------------------------


@pytest.fixture(scope="module")
def noted_shop(tiny_shop):
    """Orders of January and March, and two notes; one is in Chinese only."""
    folder = shops_folder() / "with_notes"
    folder.mkdir()
    text = '[[note]]\non = 2025-02-10\nen = "Half\\n price <i>"\nzh = "半价"\n[[note]]\non = 2025-03-01\nzh = "搬家"\n'
    (folder / "notes.toml").write_text(text, "utf-8")
    orders = [sold("1", "ann", "2025-01-05 10:00", 10), sold("2", "ben", "2025-03-05 10:00", 10)]
    return tiny_shop(orders=orders, as_of="2025-04-01", name="with_notes")


def test_an_answer_over_time_carries_the_notes_of_its_shop(noted_shop):
    """However it is filtered; English where there is any, on one line; an answer without a time carries none."""
    frame = measure(noted_shop, "order_count", every="month").to_pandas()
    told = DeclaredColumns.of(frame[frame.order_count > 0].sort_values("month")).notes
    assert [note.words for note in told] == ["2025-02-10 Half price <i>", "2025-03-01 搬家"]
    assert DeclaredColumns.of(measure(noted_shop, "order_count").to_pandas()).notes == ()


def test_a_figure_says_its_notes_beneath_its_chart(noted_shop):
    """Escaped, and only where the chart is over time."""
    answer = measure(noted_shop, "order_count", every="month")
    shown = page.figure(answer, charts.line_over_time(answer.to_pandas(), "month", "order_count"), "Orders").text
    day = '<span class="cy-day">2025-02-10</span>'
    assert f'<p class="cy-events">2 notes on the time line: (1) {day} Half price &lt;i&gt;; (2)' in shown
    assert "on the time line" not in page.figure(answer, None, "Orders").text


def test_what_lasted_is_a_band_and_what_took_a_day_is_not():
    """The move took from 15 to 17 March: a band of those days; a sale of one day has its rule alone."""
    made = charts.line_over_time(course(SALE, MOVE), "month", "sales").to_dict()
    spans = [(row["from"], row["until"]) for rows in made["datasets"].values() for row in rows if "until" in row]
    assert spans == [("2024-03-15", "2024-03-17")]
