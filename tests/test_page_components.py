"""The parts of a page: what comes from data is text, what a viewer sends is checked again."""

import csv
import datetime as dt
import io
import re
from types import SimpleNamespace

import altair as alt
import pandas as pd
import pytest

from customary import page
from customary.charts import ranked_bars
from customary.declare import Metric
from customary.page import filters, markup, periods, plotting, sheets
from customary.units import MONEY, RATE

EVIL = [
    '<iframe srcdoc="<script>parent.HACKED=1</script>"></iframe>',
    '<iframe src="javascript:alert(1)">',
    "<marimo-download data-data='x'></marimo-download>",
    '"><img src=x onerror=alert(1)>',
    "'><style>*{display:none}</style>",
    "<form action=http://attacker.invalid>",
    "{0.__class__}",
    "&lt;already&gt;",
]
FORBIDDEN = re.compile(r"<(iframe|script|img|style|form|marimo-download data-data)", re.I)
TODAY = dt.date(2024, 5, 18)
FIRST = dt.date(2022, 1, 1)
BUILT = SimpleNamespace(title="Shop", version="v1", built_at=dt.datetime(2024, 5, 18, tzinfo=dt.UTC), first_on=FIRST)
SHOP = SimpleNamespace(as_of=TODAY, audience="analyst", snapshot=BUILT, currency="GBP")


def metric(name="average_order_value", text="Net revenue per order.", unit=MONEY):
    return Metric(name, text, unit, "客单价", "A-065", False, None, len)


@pytest.mark.parametrize("evil", EVIL)
def test_no_text_becomes_markup(evil):
    """No text becomes markup."""
    shop = SimpleNamespace(as_of=evil, audience=evil, snapshot=SimpleNamespace(title=evil, built_at=BUILT.built_at))
    frame = pd.DataFrame({evil: [evil], "n": [1]})
    passport = {
        "definition": evil,
        "zh": evil,
        "sql": evil,
        "source": evil,
        "unit": evil,
        "source_rows": 2,
        "counted_rows": 1,
        "left_out": {evil: 1},
    }
    shown = [
        page.header(shop, "05_x", [("05_x", evil)], evil, query=f"a={evil}"),
        page.question(evil, evil, evil, [evil]),
        page.missing(evil, evil),
        page.empty(evil),
        page.sentence("{who} bought", who=evil),
        page.finding(evil, "{who} bought", who=evil),
        page.tiles([page.Tile(evil, evil, evil, evil, "good", evil, evil, evil, [1, 2])]),
        page.tiles([page.tile(metric(evil, evil), 1.0, 2.0, currency=evil)]),
        page.figure(evil, page.empty(), evil, passport=passport, table=page.sheet(frame, names={"n": evil}), goal=evil),
        page.action(evil, evil, frame, evil),
        page.exercise(evil, evil),
        page.definitions([metric(evil, evil)]),
        page.table(frame),
    ]
    for part in shown:
        assert not FORBIDDEN.search(part.text), part.text


def test_markup_escapes_whatever_is_not_markup():
    """Markup escapes whatever is not markup."""
    assert markup.element("p", "<b>", kind='"x"') == '<p class="&#34;x&#34;">&lt;b&gt;</p>'
    assert markup.element("p", markup.element("b", 1), None, hidden=True) == "<p hidden><b>1</b></p>"
    with pytest.raises(TypeError):
        markup.shown("<b>plain string</b>")


def test_marimo_is_handed_plain_strings():
    """A subclass of str would reach the browser as an object, and the cell as an error."""
    assert type(page.empty().text) is str


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//attacker.invalid", "https://x.invalid", "/\\x.invalid"])
def test_links_stay_on_this_server(address):
    """Links stay on this server."""
    with pytest.raises(ValueError, match="on this server"):
        markup.element("a", "x", href=address)


def test_sentences_say_values_in_bold_and_no_raw_floats():
    """Sentences say values in bold and no raw floats."""
    assert "<b>4,123</b> of <b>34.3%</b>" in page.sentence("{a} of {b}", a=4123, b=RATE.text(0.3426)).text
    assert "<b>0.34</b>" in page.sentence("{a:.2f}", a=0.3426).text
    for template in ("{a}", "{b}", "{a.__class__}", "{a!r}", "{}"):
        with pytest.raises(ValueError):
            page.sentence(template, a=0.123456)


# ---- periods ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "start", "end"),
    [
        ("last 12 months", "2023-05-18", "2024-05-18"),
        ("this year", "2024-01-01", "2024-05-18"),
        ("last quarter", "2024-01-01", "2024-04-01"),
        ("last 90 days", "2024-02-18", "2024-05-18"),
        ("last 30 days", "2024-04-18", "2024-05-18"),
        ("all", "2022-01-01", "2024-05-18"),
    ],
)
def test_presets(value, start, end):
    """Presets."""
    found = page.period({"period": value}, TODAY, FIRST)
    assert found == (dt.date.fromisoformat(start), dt.date.fromisoformat(end))


@pytest.mark.parametrize(
    ("between", "start", "end"),
    [
        ((dt.date(2023, 3, 1), dt.date(2023, 3, 31)), "2023-03-01", "2023-04-01"),
        (["2023-03-31", "2023-03-01"], "2023-03-01", "2023-04-01"),
        ((dt.date(1900, 1, 1), dt.date.max), "2022-01-01", "2024-05-18"),
        ((dt.datetime(2023, 1, 1, 5), dt.datetime(2023, 1, 2, 5)), "2023-01-01", "2023-01-03"),
    ],
)
def test_custom_dates_are_turned_round_and_cut(between, start, end):
    """Custom dates are turned round and cut."""
    found = page.period({"period": "custom dates", "between": between}, TODAY, FIRST)
    assert found == (dt.date.fromisoformat(start), dt.date.fromisoformat(end))


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        "x",
        {},
        {"period": "next year"},
        {"period": ["all"]},
        {"period": float("nan")},
        {"period": "custom dates"},
        {"period": "custom dates", "between": "2023"},
        {"period": "custom dates", "between": ("1990-01-01", "1990-02-01")},
        {"period": "custom dates", "between": ("2030-01-01", "2031-02-01")},
        {"period": "custom dates", "between": ("2023-02-30", None)},
        {"period": "custom dates", "between": (1e99, float("inf"))},
    ],
)
def test_nonsense_is_the_default(value):
    """Nonsense is the default."""
    assert page.period(value, TODAY, FIRST) == (dt.date(2023, 5, 18), TODAY)


def test_a_young_shop_still_has_periods():
    """A young shop still has periods."""
    for name in periods.PRESETS:
        start, end = page.period({"period": name}, TODAY, dt.date(2024, 5, 10))
        assert dt.date(2024, 5, 10) <= start < end <= TODAY


@pytest.mark.parametrize(
    ("during", "before"),
    [
        (("2024-01-01", "2024-04-01"), ("2023-10-01", "2024-01-01")),
        (("2024-02-01", "2024-03-01"), ("2024-01-01", "2024-02-01")),
        (("2023-05-18", "2024-05-18"), ("2022-05-18", "2023-05-18")),
        (("2024-04-18", "2024-05-17"), ("2024-03-20", "2024-04-18")),
    ],
)
def test_the_previous_period_touches_this_one(during, before):
    """The previous period touches this one."""
    read = [tuple(map(dt.date.fromisoformat, pair)) for pair in (during, before)]
    assert page.previous(*read[0]) == read[1]


def test_a_leap_day_last_year_is_the_last_of_february():
    """A leap day last year is the last of february."""
    assert page.same_last_year(dt.date(2024, 2, 29), dt.date(2024, 3, 1)) == (dt.date(2023, 2, 28), dt.date(2023, 3, 1))


def test_no_comparison_where_the_data_do_not_reach():
    """No comparison where the data do not reach."""
    assert page.compared("same period last year", (dt.date(2022, 6, 1), dt.date(2022, 7, 1)), FIRST) is None
    assert page.compared("nothing", (dt.date(2024, 1, 1), TODAY), FIRST) is None
    assert page.compared("drop table", (dt.date(2024, 1, 1), dt.date(2024, 2, 1)), FIRST) == (
        dt.date(2023, 12, 1),
        dt.date(2024, 1, 1),
    )


# ---- the filter bar -----------------------------------------------------------------------------------------

OFFER = page.offered(SHOP, splits=["channel"], wheres={"country": ["France", None, "Spain", "France"]})


def test_an_offer_begins_where_the_data_begin():
    """An offer begins where the data begin."""
    assert OFFER.first_day == FIRST
    assert OFFER.wheres == {"country": ("France", "Spain")}


def test_a_choice_is_ready_to_measure_and_to_link():
    """A choice is ready to measure and to link."""
    choice = page.chosen(
        OFFER, {"period": "last quarter", "compare": "same period last year", "split": "channel", "country": "Spain"}
    )
    assert choice.during == (dt.date(2024, 1, 1), dt.date(2024, 4, 1))
    assert choice.against == (dt.date(2023, 1, 1), dt.date(2023, 4, 1))
    assert (choice.by, choice.where, choice.every) == (("channel",), {"country": "Spain"}, "week")
    assert choice.query == "period=last+quarter&compare=same+period+last+year&split=channel&country=Spain"
    assert choice.text == "2024-01-01 – 2024-03-31, against 2023-01-01 – 2023-03-31"


@pytest.mark.parametrize(
    "value",
    [
        None,
        "x",
        {"split": "password"},
        {"country": "Mars"},
        {"country": ["Spain"]},
        {"compare": 3, "between": [1, 2], "extra": "x"},
    ],
)
def test_a_choice_never_leaves_the_offer(value):
    """A choice never leaves the offer."""
    assert page.chosen(OFFER, value) == page.chosen(OFFER, {})
    assert page.chosen(OFFER, value).query == ""


def test_the_address_round_trips():
    """The address round trips."""
    asked = {"period": "custom dates", "between": ("2023-01-05", "2023-02-01"), "split": "channel"}
    choice = page.chosen(OFFER, asked)
    carried = dict(pair.split("=") for pair in choice.query.replace("+", " ").split("&"))
    assert page.chosen(OFFER, filters._from_address(carried)) == choice


def test_the_bar_offers_what_may_be_chosen():
    """The bar offers what may be chosen."""
    bar = page.controls(OFFER, {})
    assert list(bar.value) == ["period", "between", "compare", "split", "country"]
    assert page.chosen(OFFER, bar.value) == page.chosen(OFFER, {})


def test_a_page_without_dimensions_has_a_short_bar():
    """A page without dimensions has a short bar."""
    assert list(page.controls(page.offered(SHOP), {}).value) == ["period", "between", "compare"]


# ---- tiles --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "before", "unit", "wanted", "change", "direction"),
    [
        (112.0, 100.0, MONEY, "up", "+12.0%", "good"),
        (88.0, 100.0, MONEY, "up", "−12.0%", "bad"),
        (0.25, 0.2, RATE, "down", "+5.0 points", "bad"),
        (100.0, 100.0, MONEY, "up", "0.0%", "flat"),
        (5.0, 4.0, MONEY, "", "+25.0%", "flat"),
        (5.0, 0.0, MONEY, "up", "", "flat"),
        (5.0, None, MONEY, "up", "", "flat"),
        (None, 5.0, RATE, "up", "", "flat"),
    ],
)
def test_changes_in_words(value, before, unit, wanted, change, direction):
    """Changes in words."""
    made = page.tile(metric(unit=unit), value, before, wanted=wanted)
    assert (made.change_text, made.direction) == (change, direction)


def test_a_tile_says_direction_in_arrow_and_word():
    """A tile says direction in arrow and word."""
    shown = page.tiles([page.tile(metric(), 88.0, 100.0, currency="GBP", target=90.0, n=1204)]).text
    for text in ("£88", "▼ −12.0% worse", "goal £90 – not reached", "n 1,204", "客单价"):
        assert text in shown


# ---- tables and downloads -----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\tx", "\rx", " =1", "＝1", "=cmd|' /C calc'!A0"])
def test_formulas_are_neutralised(text):
    """Formulas are neutralised."""
    content = sheets.csv_bytes(pd.DataFrame({text: [text]})).decode("utf-8-sig")
    head, cell = [row[0] for row in csv.reader(io.StringIO(content, newline=""))]
    assert head == cell == f"'{text}"


def test_numbers_and_plain_text_pass_unchanged():
    """Numbers and plain text pass unchanged."""
    frame = pd.DataFrame({"a": [-1.5, 2.0], "b": ["-3.5", "x-y"], "c": [None, "中文"]})
    assert sheets.csv_bytes(frame).decode("utf-8-sig").splitlines() == ["a,b,c", "-1.5,-3.5,", "2.0,x-y,中文"]


def test_a_table_has_units_above_and_no_raw_floats():
    """A table has units above and no raw floats."""
    frame = pd.DataFrame(
        {"country": ["FR", None], "sales": [79003.69999999, None], "rate": [0.3333333, 1.0], "n": [1, 2]}
    )
    shown = page.table(page.sheet(frame, units={"sales": MONEY, "rate": RATE}, currency="GBP", of=41)).text
    for text in ("Sales (£)", "Rate (%)", "79,003.70", "33.3", "–", "2 of 41 rows", 'class="cy-number"'):
        assert text in shown
    assert "0.333" not in shown and "nan" not in shown.lower() and "None" not in shown


def test_a_long_table_says_how_much_it_shows():
    """A long table says how much it shows."""
    assert "25 of 1,000 rows" in page.table(pd.DataFrame({"a": range(1000)})).text


def test_downloads_have_plain_names():
    """Downloads have plain names."""
    assert "net-revenue-61.csv" in sheets.download(pd.DataFrame({"a": [1]}), "../Net revenue: 61 %")


# ---- figures and headers ------------------------------------------------------------------------------------


def test_a_figure_opens_its_passport():
    """A figure opens its passport."""
    passport = {
        "definition": "What customers paid.",
        "zh": "净收入",
        "unit": MONEY,
        "source": "A-060",
        "sql": "SELECT 1 < 2",
        "source_rows": 1067371,
        "counted_rows": 1012345,
        "left_out": {"test_order": 120, "cancelled": 54906},
    }
    chart = ranked_bars(pd.DataFrame({"a": ["x"], "b": [1.0]}), "a", "b")
    shown = page.figure("Half", chart, "£", passport=passport, goal="Grow").text
    for text in (
        "What customers paid.",
        "净收入",
        "money",
        "1,012,345 counted of 1,067,371",
        "54,906 cancelled · 120 test order",
        "SELECT 1 &lt; 2",
        "Goal: Grow",
        "<marimo-vega",
    ):
        assert text in shown


def test_a_passport_may_be_a_dataclass_but_not_a_string():
    """A passport may be a dataclass but not a string."""
    assert "Net revenue" in page.figure("x", page.empty(), passport=metric(unit="money")).text
    with pytest.raises(TypeError):
        page.figure("x", page.empty(), passport="SELECT 1")


def test_two_up_holds_both():
    """Two up holds both."""
    shown = page.two_up(page.figure("One", page.empty()), page.figure("Two", page.empty())).text
    assert shown.count("<figure") == 2 and "cy-two-up" in shown


def test_the_filters_travel_with_every_link():
    """The filters travel with every link."""
    shown = page.header(
        SHOP,
        "06_orders",
        [("05_x", "X"), SimpleNamespace(stem="06_orders", title="Orders")],
        query="period=all&split=channel",
    ).text
    assert 'href="/05_x/?period=all&amp;split=channel"' in shown
    assert re.search(r'href="/06_orders/[^"]*" aria-current="page"', shown)


def test_an_old_snapshot_is_called_old(monkeypatch):
    """An old snapshot is called old."""
    from customary.page import headers

    for days, text in ((0, "built today"), (1, "built 1 day ago"), (9, "▲ built 9 days ago")):
        monkeypatch.setattr(headers, "now", lambda days=days: BUILT.built_at + dt.timedelta(days=days, hours=1))
        assert text in page.header(SHOP, "x").text


# ---- Altair's process-wide state ----------------------------------------------------------------------------


def test_marimo_still_has_what_we_build_on():
    """Marimo still has what we build on."""
    assert page.settle()
    assert alt.data_transformers.active == plotting.TRANSFORMER
    assert alt.theme.active == "customary"


def test_drawing_never_leaves_another_transformer_behind():
    """Drawing never leaves another transformer behind."""
    chart = ranked_bars(pd.DataFrame({"a": ["x"], "b": [1.0]}), "a", "b")
    alt.data_transformers.enable("default")
    plotting.drawn(chart)
    assert alt.data_transformers.active == plotting.TRANSFORMER


def test_labels_that_look_like_numbers_stay_labels():
    """Labels that look like numbers stay labels."""
    frame = pd.DataFrame({"label": ["007", "2024-01"], "value": [1.0, 2.0], "sure": [True, False]})
    assert plotting.parsing(frame) == {"label": "string", "value": "number", "sure": "boolean"}
    page.settle()
    sent = alt.data_transformers.get()(frame)
    assert sent["format"] == {"type": "csv", "parse": plotting.parsing(frame)}
