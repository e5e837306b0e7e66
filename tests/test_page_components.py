"""The parts of a page: what comes from data is text, what a viewer sends is checked, a figure has its answer."""

import csv
import datetime as dt
import io
import re
from html.parser import HTMLParser
from types import SimpleNamespace

import altair as alt
import ibis
import pandas as pd
import pytest

from customary import measure, page, study
from customary.cache import shared
from customary.charts import ranked_bars, small_multiples
from customary.columns import Column
from customary.dates import previous, year_before
from customary.page import headers, markup, periods, plotting, tables
from customary.page.chips import chips_markup
from customary.page.choice import Chip, Choice
from customary.page.headline import Tile, _fact_tile, _tile, change_of
from customary.query.accounts import Accounts
from customary.query.answer import Answer
from customary.query.export import to_csv_bytes
from customary.query.question import Definition, Question
from customary.query.recipes import recipe_of
from customary.units import KEY, MONEY, RATE, TEXT

EVIL = [
    '<iframe srcdoc="<script>parent.HACKED=1</script>"></iframe>',
    '<iframe src="javascript:alert(1)">',
    "<marimo-download data-data='x'></marimo-download>",
    '"><img src=x onerror=alert(1)>',
    "'><style>*{display:none}</style>",
    "<form action=http://attacker.invalid>",
    "{0.__class__}",
    "&lt;already&gt;",
    "<script>alert(1)</script>",
    "<ScRiPt >alert(1)</sCrIpT>",
    "</script><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</textarea><img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<math><mtext><img src=x onerror=alert(1)></mtext></math>",
    '<object data="javascript:alert(1)">',
    '<embed src="javascript:alert(1)">',
    "<base href=//attacker.invalid/>",
    "<link rel=stylesheet href=//attacker.invalid/x.css>",
    '<meta http-equiv="refresh" content="0;url=//attacker.invalid">',
    "<img\nsrc=x\nonerror=alert(1)>",
    "<marimo-ui-element object-id='x'><marimo-button></marimo-button></marimo-ui-element>",
    "<!--><img src=x onerror=alert(1)>-->",
]
TODAY = dt.date(2024, 5, 18)
FIRST = dt.date(2022, 1, 1)
NOON = dt.datetime(2024, 5, 18, tzinfo=dt.UTC)


class Rules(dict):
    """As much of a shop's rules as a page needs."""

    hash, is_published = "", True


def shop_of(title="Shop", *, as_of=TODAY, audience="analyst", columns=()):
    """As much of a shop as a page needs, its columns declared by itself."""
    declared = {column.name: column for column in columns}
    own = SimpleNamespace(columns=declared, metrics={}, version="")
    return SimpleNamespace(
        as_of=as_of,
        audience=audience,
        _viewer=(audience, ""),
        _keeps_shapes=True,
        currency="GBP",
        rules=Rules(privacy={"groups": {"fewest": 10}}),
        snapshot=SimpleNamespace(title=title, path=title, built_at=NOON, first_on=FIRST, own=own, facts={}),
        fetch=lambda table: table.to_pyarrow(),
        _sql=str,
    )


def answer_of(rows, *columns, text="What it means.", audience="analyst", accounts=(), name="question"):
    """An answer made by hand: rows as dictionaries and the declarations of their columns."""
    shop = shop_of(str(rows), audience=audience, columns=columns)
    return Answer(
        shop,
        Question(shop=text, title=text, snapshot="v1", as_of=TODAY, names=(name,), is_study=True),
        recipe_of(None, lambda _scope: ibis.memtable(rows, columns=[column.name for column in columns])),
        accounts=lambda: tuple(accounts),
        definitions=(Definition(name, "study", text, "净收入", "A-060", "money"),),
    )


SALES = answer_of(
    [{"place": "FR", "sales": 79003.69999999, "part": 0.3333333}, {"place": None, "sales": None, "part": 1.0}],
    Column("place", TEXT, "Country", "国家"),
    Column("sales", MONEY, "Sales", "销售额"),
    Column("part", RATE, "Share", "占比"),
    text="What customers paid.",
    accounts=[Accounts("orders", "one row per order", 1067371, 1012345, {"test_order": 120, "cancelled": 54906})],
)


# ---- what comes from data is text --------------------------------------------------------------------------


def _choice_with_chips(text):
    """A choice whose chips and notes say a text."""
    chips = (Chip(text, text, f"a={text}"), Chip("", text))
    return Choice((FIRST, TODAY), None, "", (), {}, "month", text, chips=chips, notes=(text,))


def parts_that_say(evil):
    """Every part of a page, with a text of somebody else's wherever it takes one."""
    found = answer_of(
        [{"name": evil}],
        Column("name", TEXT, evil, evil, evil),
        text=evil,
        name=evil,
        accounts=[Accounts(evil, evil, 2, 1, {evil: 1})],
    )
    return [
        headers.header(shop_of(evil, audience=evil), "05_x", query=f"a={evil}"),
        page.question(shop_of(evil), "05_x", evil, evil, serves=evil, needs=evil),
        page.missing(evil, evil),
        page.empty(evil),
        page.sentence("{who} bought {name}", found, who=evil),
        page.finding(evil, "{who} bought", found, who=evil),
        page.figure(found, page.empty(evil), evil, evil, goal=evil),
        page.figure(found, None, evil, evil),
        page.action(evil, evil, found, file_name=evil),
        page.exercise(evil, evil),
        markup.show(chips_markup(_choice_with_chips(evil))),
        page.definitions(found),
        tables.table(found),
        markup.show(_tile(Tile(evil, evil, evil, evil, "good", evil, evil, evil, [1, 2], (found,)))),
    ]


class _Tags(HTMLParser):
    """The elements of a text with the names of their attributes, as a browser finds them."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, *(name for name, _value in attrs)))

    def handle_comment(self, data):
        self.found.append("comment")


def tags_of(text):
    """The elements in a text of HTML."""
    reader = _Tags()
    reader.feed(text)
    reader.close()
    return reader.found


@pytest.mark.parametrize("evil", EVIL)
def test_no_text_becomes_markup(evil):
    """Whatever a shop, a table or a viewer says is shown as text: the elements are those of a page of plain words."""
    for part, plain in zip(parts_that_say(evil), parts_that_say("plain words"), strict=True):
        assert tags_of(part.text) == tags_of(plain.text), part.text


def test_markup_escapes_whatever_is_not_markup():
    """Only `element` makes markup; a plain string is escaped as a child and refused as a whole."""
    assert markup.element("p", "<b>", kind='"x"') == '<p class="&#34;x&#34;">&lt;b&gt;</p>'
    assert markup.element("p", markup.element("b", 1), None, hidden=True) == "<p hidden><b>1</b></p>"
    with pytest.raises(TypeError):
        markup.show("<b>plain string</b>")


def test_marimo_is_handed_plain_strings():
    """A subclass of str would reach the browser as an object, and the cell as an error."""
    assert type(page.empty().text) is str


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//attacker.invalid", "https://x.invalid", "/\\x.invalid"])
def test_links_stay_on_this_server(address):
    """An address out of data never becomes a link."""
    with pytest.raises(ValueError, match="on this server"):
        markup.element("a", "x", href=address)


# ---- sentences ---------------------------------------------------------------------------------------------


def test_sentences_say_values_in_bold_and_no_raw_floats():
    """Counts get their commas, floats need a format, and a template reaches no attribute of a value."""
    assert "<b>4,123</b> of <b>34.3%</b>" in page.sentence("{a} of {b}", a=4123, b=RATE.text(0.3426)).text
    assert "<b>0.34</b>" in page.sentence("{a:.2f}", a=0.3426).text
    for template in ("{a}", "{b}", "{a.__class__}", "{a!r}", "{}"):
        with pytest.raises(ValueError):
            page.sentence(template, a=0.123456)


def test_a_sentence_reads_its_answer():
    """A name that nobody gave is a column of the answer, in its unit; the answer's passport is folded behind."""
    shown = page.sentence("{place} bought for {sales}, {part} of all", SALES).text
    assert "<b>FR</b> bought for <b>£79k</b>, <b>33.3%</b> of all" in shown
    assert "What customers paid." in shown


def test_of_two_answers_the_first_that_has_the_column_is_read():
    """A sentence of two answers says the same number however many of them have the column; what is given wins."""
    other = answer_of([{"sales": 1.0}], Column("sales", MONEY, "Sales", "销售额"))
    assert "<b>£79k</b>" in page.sentence("{sales}", SALES, other).text
    assert "<b>£1</b>" in page.sentence("{sales}", other, SALES).text
    assert "<b>none</b>" in page.sentence("{sales}", SALES, sales="none").text


# ---- periods -----------------------------------------------------------------------------------------------


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
    """Every preset is a half-open window that ends by the as-of day."""
    found = periods.period({"period": value}, TODAY, FIRST)
    assert found == (dt.date.fromisoformat(start), dt.date.fromisoformat(end))


@pytest.mark.parametrize(
    ("between", "start", "end"),
    [
        ((dt.date(2023, 3, 1), dt.date(2023, 3, 31)), "2023-03-01", "2023-04-01"),
        ("2023-03-01_2023-03-31", "2023-03-01", "2023-04-01"),
        ((dt.date(1900, 1, 1), dt.date.max), "2022-01-01", "2024-05-18"),
        ((dt.datetime(2023, 1, 1, 5), dt.datetime(2023, 1, 2, 5)), "2023-01-01", "2023-01-03"),
    ],
)
def test_custom_dates_are_included_and_cut(between, start, end):
    """Both custom dates are included, as far as there are data; a link's text is as good as a field's dates."""
    found = periods.period({"period": "custom dates", "between": between}, TODAY, FIRST)
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
        {"period": "custom dates", "between": ["2023-03-31", "2023-03-01"]},
    ],
)
def test_nonsense_is_the_default(value):
    """What cannot be read is the default period, never an error."""
    assert periods.period(value, TODAY, FIRST) == (dt.date(2023, 5, 18), TODAY)


def test_a_young_shop_still_has_periods():
    """Every preset holds at least a day, however young the shop."""
    for name in periods.PRESETS:
        start, end = periods.period({"period": name}, TODAY, dt.date(2024, 5, 10))
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
    """Whole months go back by months, other windows by days; the earlier one ends where this one begins."""
    read = [tuple(map(dt.date.fromisoformat, pair)) for pair in (during, before)]
    assert previous(read[0]) == read[1]


def test_a_leap_day_last_year_is_the_last_of_february():
    """29 February 2024 is compared with 28 February 2023."""
    assert year_before((dt.date(2024, 2, 29), dt.date(2024, 3, 1))) == (dt.date(2023, 2, 28), dt.date(2023, 3, 1))


def test_no_comparison_where_the_data_do_not_reach():
    """A compared period that begins before the data is none; an unknown name is the previous period."""
    assert periods.compared_period("same period last year", (dt.date(2022, 6, 1), dt.date(2022, 7, 1)), FIRST) is None
    assert periods.compared_period("nothing", (dt.date(2024, 1, 1), TODAY), FIRST) is None
    assert periods.compared_period("drop table", (dt.date(2024, 1, 1), dt.date(2024, 2, 1)), FIRST) == (
        dt.date(2023, 12, 1),
        dt.date(2024, 1, 1),
    )


# ---- tiles -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "before", "unit", "wanted", "change", "direction"),
    [
        (112.0, 100.0, "money", "up", "+12.0%", "good"),
        (88.0, 100.0, "money", "up", "−12.0%", "bad"),
        (0.25, 0.2, "rate", "down", "+5.0 points", "bad"),
        (100.0, 100.0, "money", "up", "0.0%", "flat"),
        (5.0, 4.0, "money", "", "+25.0%", "flat"),
        (5.0, 0.0, "money", "up", "", "flat"),
        (5.0, None, "money", "up", "", "flat"),
        (None, 5.0, "rate", "up", "", "flat"),
    ],
)
def test_changes_in_words(value, before, unit, wanted, change, direction):
    """A rate changes by points, the rest by per cent; without a value before there is no change."""
    assert change_of(unit, value, before, wanted) == (change, direction)


def test_a_tile_says_direction_in_arrow_and_word(worked_shop):
    """27.5 an order in 5–15 January, 27 in 16–26: −1.8%, worse, its goal not reached, with its passport."""
    asked = {"period": "custom dates", "between": ("2025-01-16", "2025-01-26")}
    choice = page.choose(page.offer(worked_shop), asked)
    shown = page.headline(worked_shop, choice, "average_order_value").text
    for text in ("¥27", "▼ −1.8% worse", "on the previous period", "not reached", "笔单价", "Passport"):
        assert text in shown


def test_a_tile_without_a_comparison_has_none(worked_shop):
    """Nothing says that there is nothing to compare with."""
    choice = page.choose(page.offer(worked_shop), {"period": "all"})
    shown = page.headline(worked_shop, choice, "net_revenue").text
    assert "▲" not in shown and "▼" not in shown and "previous" not in shown


def test_a_fact_is_a_tile_too():
    """A column of an answer's first row stands as a tile under its declared names."""
    shown = markup.show(_tile(_fact_tile((SALES, "sales")))).text
    assert "Sales" in shown and "销售额" in shown and "£79k" in shown


# ---- tables and downloads ----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\tx", "\rx", " =1", "＝1", "=cmd|' /C calc'!A0"])
def test_formulas_are_neutralised(text):
    """What a spreadsheet would run is handed out with a quote in front."""
    content = to_csv_bytes(answer_of([{"a": text}], Column("a", TEXT, "A", "甲"))).decode("utf-8-sig")
    assert next(row[0] for row in list(csv.reader(io.StringIO(content, newline="")))[1:]) == f"'{text}"


def test_a_table_has_units_above_and_no_raw_floats():
    """Units stand in the heading, numbers are rounded as their unit is, nothing is a dash."""
    shown = tables.table(SALES).text
    for text in ("Sales (£)", "Share (%)", "79,003.70", "33.3", "–", "2 of 2 rows", 'class="cy-number"'):
        assert text in shown
    assert "0.333" not in shown and "nan" not in shown.lower() and "None" not in shown


def test_a_long_table_says_how_much_it_shows():
    """Every cut says n of N."""
    found = answer_of([{"sales": float(n)} for n in range(1000)], Column("sales", MONEY, "Sales", "销售额"))
    assert "25 of 1,000 rows" in tables.table(found).text


def test_the_table_beneath_a_chart_shows_the_rows_that_it_drew():
    """A chart of one of two rows has a table of one row, still in the units of the answer."""
    drawn = SALES.to_pandas().head(1)
    shown = page.figure(SALES, ranked_bars(drawn, "place", "sales"), "One", frame=drawn).text
    assert "1 of 1 rows" in shown and "79,003.70" in shown and "Sales (£)" in shown


def test_downloads_have_plain_names():
    """A file name holds letters, digits and hyphens, whatever the title was."""
    assert "net-revenue-61__" in tables.download(SALES, "../Net revenue: 61 %")


def test_rows_about_one_person_are_for_analysts_only():
    """Another audience gets neither the list nor the file."""
    column = Column("customer_id", KEY, "Customer", "客户编号", personal=True)
    mine, theirs = (answer_of([{"customer_id": "ann"}], column, audience=who) for who in ("analyst", "stakeholder"))
    assert "ann" in page.action("Call", "Now", mine).text and "CSV" in page.action("Call", "Now", mine).text
    shown = page.action("Call", "Now", theirs).text
    assert "<td" not in shown and "CSV" not in shown and "for analysts only" in shown


# ---- figures and headers -----------------------------------------------------------------------------------


def test_a_figure_opens_its_passport():
    """Definition, rows counted and left out by reason, the query for analysts, the goal; the chart itself."""
    shown = page.figure(SALES, ranked_bars(SALES.to_pandas(), "place", "sales"), "Half", "£", goal="Grow").text
    for text in (
        "What customers paid.",
        "1,012,345 counted of 1,067,371",
        "54,906 cancelled · 120 test order",
        "Query",
        "Goal: Grow",
        "<marimo-vega",
    ):
        assert text in shown


def test_stakeholders_see_no_query_and_no_source():
    """The place in the method and the query are for analysts."""
    found = answer_of([{"sales": 1.0}], Column("sales", MONEY, "Sales", "销售额"), audience="stakeholder")
    shown = page.figure(found, None, "Sales").text + page.definitions(found).text
    assert "Query" not in shown and "A-060" not in shown


def test_a_definition_stands_once_however_often_it_is_asked(worked_shop):
    """Two answers with the same metric define it once; a study is defined beside it."""
    asked = [measure(worked_shop, "net_revenue"), measure(worked_shop, "net_revenue", every="month")]
    shown = page.definitions(*asked, study(worked_shop, "order_status")).text
    assert shown.count('<th scope="row">Net revenue</th>') == 1 and "Order status" in shown


def test_two_up_holds_both():
    """Both figures stand in one frame."""
    shown = page.two_up(page.figure(SALES, None, "One"), page.figure(SALES, None, "Two")).text
    assert shown.count("<figure") == 2 and "cy-two-up" in shown


def test_the_filters_travel_with_every_link(monkeypatch):
    """Every chapter's link carries the choice; the page's own is marked."""
    monkeypatch.setattr(headers.mo, "notebook_dir", lambda: None)
    shown = headers.header(shop_of(), "06_orders", query="period=all&split=channel").text
    assert 'href="/01_goals/?period=all&amp;split=channel"' in shown
    assert re.search(r'href="/06_orders/[^"]*" aria-current="page"', shown)


def test_an_old_snapshot_is_called_old(monkeypatch):
    """The age of the data stands in words, marked after a week."""
    for days, text in ((0, "built today"), (1, "built 1 day ago"), (9, "▲ built 9 days ago")):
        monkeypatch.setattr(headers, "now", lambda days=days: NOON + dt.timedelta(days=days, hours=1))
        assert text in headers.header(shop_of(), "x").text


# ---- Altair's process-wide state ---------------------------------------------------------------------------


def test_charts_are_fixed_once_for_the_process():
    """Transformer and theme are ours."""
    plotting.fix_charts()
    assert alt.data_transformers.active == plotting.TRANSFORMER
    assert alt.theme.active == "customary"


def test_drawing_never_leaves_another_transformer_behind():
    """A transformer that somebody set after us is put back before a chart is shown."""
    chart = ranked_bars(pd.DataFrame({"a": ["x"], "b": [1.0]}), "a", "b")
    alt.data_transformers.enable("default")
    shared.__init__(shared._limit)
    plotting.linked_element(chart, SimpleNamespace(question=SimpleNamespace(every=None)), {})
    assert alt.data_transformers.active == plotting.TRANSFORMER


def test_labels_that_look_like_numbers_stay_labels():
    """A reader of the chart's data takes "007" for text."""
    frame = pd.DataFrame({"label": ["007", "2024-01"], "value": [1.0, 2.0], "sure": [True, False]})
    plotting.fix_charts()
    sent = alt.data_transformers.get()(frame)["values"]
    assert sent == [{"label": "007", "value": 1.0, "sure": True}, {"label": "2024-01", "value": 2.0, "sure": False}]


def test_a_remembered_chart_leans_on_no_viewer():
    """Its rows stand within it: a file of one viewer's session or an address that is blocked would leave it empty."""
    plotting.fix_charts()
    written = str(plotting._specification(ranked_bars(pd.DataFrame({"a": ["x"], "b": [1.0]}), "a", "b")))
    assert "'values': [{" in written and "'url'" not in written


def test_a_printed_sheet_says_of_whom_and_as_of_when():
    """Its foot has no filter bar beside it: shop, population, period and snapshot in one line."""
    shown = headers.header(shop_of("Mill"), "05_x", population="only Channel = app", period="May").text
    assert 'data-paper="Mill · only Channel = app · May · everything before 18 May 2024 · built 18 May 2024"' in shown


def test_every_chapter_can_be_reached_on_one_line_and_from_a_list(monkeypatch):
    """Both name the reader's own chapter; the first link of a page leads past them."""
    monkeypatch.setattr(headers.mo, "notebook_dir", lambda: None)
    shown = headers.header(shop_of("Mill"), "05_rfm").text
    line, every = shown.split('class="cy-line"')[1].split('class="cy-all"')
    assert line.count("<a ") == every.count("<a ") > 1
    assert 'href="/05_rfm/" aria-current="page"' in line and 'href="/05_rfm/" aria-current="page"' in every
    assert shown.index("<a ") == shown.index('<a class="cy-skip" href="#cy-answer"')


def test_figures_that_do_not_serve_the_question_first_are_folded():
    """Two up as ever, behind a title."""
    bare, folded = page.two_up(page.empty(), page.empty()).text, page.two_up(page.empty(), more="By <device>").text
    assert bare.startswith('<div class="cy-two-up">')
    assert folded.startswith('<details class="cy-more"><summary>By &lt;device&gt;</summary><div class="cy-two-up">')


def test_small_pictures_stand_side_by_side_in_one_figure():
    """One title, one table, as many pictures as there are names."""
    rows = pd.DataFrame({"month": [NOON] * 2, "place": ["FR", "DE"], "sales": [1.0, 2.0]})
    shown = page.figure(SALES, small_multiples(rows, "month", "sales", "place"), "Both grow").text
    (grid,) = re.findall(r'class="cy-multiples">(.*?)<div class="cy-quiet"', shown)
    assert grid.count("<marimo-vega") == 2 and shown.count("<h3>") == 1


def test_a_controls_label_is_text_and_no_markup():
    """marimo reads labels as Markdown with HTML in it."""
    assert markup.label_text("Order channel 渠道") == "Order channel 渠道"
    assert markup.label_text("<b>*x*") == "&#60;b&#62;&#42;x&#42;"
