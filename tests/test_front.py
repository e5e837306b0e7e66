"""The front page: what it says of each kind of shop, fast from the store, and nothing that it cannot know."""

import ast
import json
import re
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from every import ROOT
from given import sold

from customary.language import ask_reader
from customary.page.chapters import Chapter, chapters
from customary.places import NOTEBOOKS
from customary.query.key_figures import is_known_figure, key_figure
from customary.query.open_lists import open_lists
from customary.serve.front import store
from customary.serve.front.drawing import Drawn, draw
from customary.serve.front.periods import address, front_period, words_of
from customary.serve.front.pictures import course, interval
from customary.serve.index import index_page
from customary.serve.storefront import ShopSummary, shop_summary
from customary.shop import Shop, current_snapshot
from customary.wording import wording

LISTED = chapters(NOTEBOOKS)
HEADERS = [one for one in LISTED if one.stem[:2] in ("00", "01", "02", "04", "06", "07", "10")]  # the quick ones


def as_viewer(shop):
    """The same shop as a reader of the front page sees it."""
    return Shop(shop.name, shop.snapshot, audience="stakeholder")


def page_of(shop, listed=HEADERS):
    """The whole page over a shop, and the words that a reader sees of it."""
    *_early, drawn = draw(as_viewer(shop), listed)
    html = index_page(_with(shop, drawn), listed)
    body = re.sub(r"<style>.*?</style>|<details.*?</details>", "", html.split("<body>")[1], flags=re.S)
    return html, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def _with(shop, drawn):
    return replace(shop_summary(shop.name), drawn=drawn)


def many_orders(customers=40, months=("2024-12", "2025-01", "2025-02", "2025-03"), amount=10):
    """Each customer orders once in each month."""
    return [sold(f"o{m}{n}", f"c{n}", f"{m}-{1 + n % 28:02} 10:00", amount) for m in months for n in range(customers)]


# --- each kind of shop ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def orders_alone(tiny_shop):
    """160 orders of 40 customers, and nothing else."""
    return tiny_shop(orders=many_orders(), as_of="2025-04-01")


def test_a_shop_of_orders_alone(orders_alone):
    """The quarter has three months of 40 orders of 10; there is no other quarter, and visits are unknown, not zero."""
    html, words = page_of(orders_alone)
    assert "¥1,200 net revenue from 120 orders of 40 customers in Q1 2025" in words.replace(" .", ".")
    assert "Needs a table: events" in words and "Not in this shop: returns" in words
    assert "There is no earlier period to compare Q1 2025 with" in words
    assert '<html lang="en">' in html and "<script" not in html


def test_a_log_alone(tiny_shop):
    """Thirty visits of one view each in the quarter; sales are not known, and nobody says they were nothing."""
    names = ("visitor_id", "occurred_at", "page", "event_id", "event_name")
    rows = [(f"v{n}", f"2025-0{1 + n % 3}-05 10:00:00", "/a", f"e{n}", "page_view") for n in range(30)]
    shop = tiny_shop(events=[dict(zip(names, row, strict=True)) for row in rows], as_of="2025-04-01")
    _html, words = page_of(shop)
    assert "30 visits of 30 visitors in" in words
    assert "Needs a table: orders" in words
    assert "¥0" not in words and "There are no lists yet" in words


def test_a_shop_with_one_order_shows_no_figure_of_its_buyer(tiny_shop):
    """One customer's order of 1,234 is on no tile, in no sentence, on no card and in no list."""
    shop = tiny_shop(orders=[sold("o1", "ann", "2025-03-01 10:00", 1234)], as_of="2025-04-01")
    html, words = page_of(shop)
    assert "Fewer than 10 customers stand behind" in words and "Too few customers to show it" in words
    assert "1,234" not in html and "ann" not in words.split()


def test_a_shop_without_days(tiny_shop):
    """A list of customers has no days: they are counted, and no change is told."""
    shop = tiny_shop(customers=[{"customer_id": f"c{n}", "city": "Oslo"} for n in range(12)], as_of="2025-04-01")
    _html, words = page_of(shop)
    assert "12 customers are known, and nothing yet of what they ordered" in words
    assert "has a day, so no change can be told" in words


def test_the_demo_has_its_five_goals_and_says_that_its_tables_are_there(demo_shop):
    """Five goals, five tiles, each with its definition; no card misses a table, products and assignments neither."""
    html, words = page_of(demo_shop, LISTED)
    assert html.count('class="tile"') == 5 and html.count('class="tile unknown"') == 0
    assert "Not in this shop" not in words
    assert html.count('<details class="cy-why" ') >= 5
    assert "customer_id" not in words


@pytest.mark.parametrize("name", ["demo_shop", "olist"])
def test_a_table_that_is_there_is_not_called_missing(request, name):
    """Whatever a chapter reads: the card and the build's own books agree on what this shop has."""
    shop = request.getfixturevalue(name)
    covered = shop.fetch(shop.frame("coverage")).to_pylist()
    there = {row["table_name"] for row in covered if row["source_row_count"]}
    assert "products" in there
    for listed in LISTED:
        for table in listed.needs:
            assert shop_summary(shop.name).holds(table) == (table in there), table


# --- the parts -----------------------------------------------------------------------------------


def test_the_quarter_is_held_against_the_same_of_last_year_if_there_is_one(tiny_shop, orders_alone):
    """Data since December 2024 know no earlier quarter; data since 2024 know the same quarter of last year."""
    assert front_period(orders_alone).against is None
    older = tiny_shop(orders=many_orders(1, ("2024-01", "2025-03")), as_of="2025-04-01")
    found = front_period(older)
    assert (found.during, found.against) == (
        (date(2025, 1, 1), date(2025, 4, 1)),
        (date(2024, 1, 1), date(2024, 4, 1)),
    )
    assert address("01_goals", found.query) == "01_goals/?period=last+quarter&compare=same+period+last+year"


def test_windows_in_words():
    """A quarter, a month, a day, and what is none of these."""
    said = [
        words_of((date(2025, 1, 1), date(2025, 4, 1))),
        words_of((date(2025, 2, 1), date(2025, 3, 1))),
        words_of((date(2025, 2, 3), date(2025, 2, 4))),
        words_of((date(2025, 2, 3), date(2025, 2, 10))),
    ]
    assert said == ["Q1 2025", "February 2025", "3 February 2025", "3 February 2025 to 9 February 2025"]


def test_a_course_leaves_gaps_and_needs_two_values():
    """Three values and a gap are two lines, of which one is a point; one value is no course."""
    assert str(course([1.0, None, 2.0, 3.0])).count("M") == 2 + 1  # two lines, and the area under the longer one
    assert course([1.0, None]) == ""


def test_an_interval_is_drawn_beside_nothing():
    """From 0 to 4 on 228 of 240 points: 1 lies at 63, 2 at 120 and 3 at 177; nothing at 6, and the far end unused."""
    drawn = str(interval(1, 4, 2))
    assert [found for found in re.findall(r'M([\d.]+) 2|M([\d.]+) 12|cx="([\d.]+)"', drawn)] == [
        ("6.0", "", ""),
        ("", "63.0", ""),
        ("", "", "120.0"),
    ]


def test_every_chapter_declares_a_figure_that_exists():
    """All but the start, which is the front page itself by period and channel."""
    without = [one.stem for one in LISTED if not is_known_figure(one.figure)]
    assert without == ["00_start"]


def test_a_key_figure_is_the_metric_of_the_window(orders_alone):
    """Forty buyers ordered three times each in the quarter: all of them came again."""
    found = key_figure(as_viewer(orders_alone), "repeat_purchase_rate", (date(2025, 1, 1), date(2025, 4, 1)))
    assert (found.text, found.note) == ("100.0%", "n 40")
    assert key_figure(as_viewer(orders_alone), "bounce_rate", (date(2025, 1, 1), date(2025, 4, 1))) is None


def test_a_list_says_how_many_and_what_is_at_stake_and_nobody(tiny_shop):
    """Twelve customers bought once for 10 a week ago: a list of twelve, 120 in all, and no name on it."""
    rows = [sold(f"o{n}", f"c{n}", "2025-03-25 10:00", 10) for n in range(12)]
    rows += [sold(f"p{m}{n}", f"d{n}", f"2025-0{m}-10 10:00", 10) for m in (1, 2) for n in range(12)]
    shop = as_viewer(tiny_shop(orders=rows, as_of="2025-04-01"))
    found = {each.name: each for each in open_lists(shop)}
    assert (found["first_time_buyers"].size_text, found["first_time_buyers"].amount) == ("12", 120)


def test_a_sum_of_few_people_is_not_told(tiny_shop):
    """Three first-time buyers are fewer than ten: a reader hears neither how many nor how much, an analyst both."""
    rows = [sold(f"o{n}", f"c{n}", "2025-03-25 10:00", 10) for n in range(3)]
    rows += [sold(f"p{m}{n}", f"d{n}", f"2025-0{m}-10 10:00", 10) for m in (1, 2) for n in range(12)]
    shop = tiny_shop(orders=rows, as_of="2025-04-01")
    told = {each.name: (each.size_text, each.amount) for each in open_lists(as_viewer(shop))}
    assert told["first_time_buyers"] == ("fewer than 10", None)
    assert {each.name: each.amount for each in open_lists(shop)}["first_time_buyers"] == 30


# --- the store -----------------------------------------------------------------------------------

DRAWN = Drawn(
    state="<h2>s</h2>", changes="<p>c</p>", todo="<p>t</p>", trust="t", figures={"01_a": ("1", "a", "")},
    tables=frozenset({"orders"}),
)  # fmt: skip


@pytest.fixture
def drawings(monkeypatch):
    """How often parts were drawn; the drawing itself stands still."""
    counted = []

    def quick(shop, listed):
        counted.append(shop.audience)
        yield DRAWN

    monkeypatch.setattr(store, "draw", quick)
    return counted


def test_parts_are_drawn_once_and_outlive_the_process(orders_alone, drawings):
    """A second process finds them beside the snapshot; they are drawn as a viewer sees the shop."""
    snapshot = orders_alone.snapshot
    store.Fronts().draw_now(orders_alone.name, snapshot, LISTED)
    again = store.Fronts()
    again.draw_now(orders_alone.name, snapshot, LISTED)
    assert drawings == ["stakeholder"]
    assert again.find(snapshot) == DRAWN


def test_each_language_has_its_own(orders_alone, drawings):
    """A reader of Chinese is not shown an English page that was drawn before."""
    fronts, snapshot = store.Fronts(), orders_alone.snapshot
    fronts.draw_now(orders_alone.name, snapshot, LISTED)
    ask_reader(lambda: "zh")
    try:
        assert fronts.find(snapshot) is None
    finally:
        ask_reader(lambda: "en")


def test_a_file_that_cannot_be_read_is_drawn_anew(orders_alone, drawings):
    """A half or foreign file costs a drawing, not the page."""
    snapshot = orders_alone.snapshot
    store.Fronts().draw_now(orders_alone.name, snapshot, LISTED)
    for path in Path(snapshot.path).parent.glob("front-*.json"):
        path.write_text(json.dumps({"state": 1})[:-1], "utf-8")
    assert store.Fronts().find(snapshot) is None


def test_a_failure_is_said_and_not_repeated(orders_alone, monkeypatch):
    """The page says that its figures are missing; the chapters are there; the next visit does not try again."""
    tried = []

    def fails(shop, listed):
        tried.append(1)
        raise RuntimeError("nothing works")
        yield

    monkeypatch.setattr(store, "draw", fails)
    monkeypatch.setattr(store, "_read", lambda file: None)
    fronts = store.Fronts()
    for _visit in range(2):
        fronts.draw_now(orders_alone.name, orders_alone.snapshot, LISTED)
    html = index_page(_with(orders_alone, fronts.find(orders_alone.snapshot)), LISTED)
    assert tried == [1] and "could not be worked out" in html and 'href="01_goals/"' in html


def test_a_visit_from_the_store_costs_a_hundredth_of_a_drawing(tiny_shop):
    """The pointer is read and the parts are put together; of the shop nothing is asked."""
    shop, fronts = tiny_shop(orders=many_orders(customers=4)), store.Fronts()
    drawing = _spend(lambda: fronts.draw_now(shop.name, shop.snapshot, HEADERS))
    visits = [_spend(lambda: _stored_page(fronts, shop)) for _visit in range(20)]
    assert sorted(visits)[10] < drawing / 100


def _stored_page(fronts, shop):
    return index_page(_with(shop, fronts.find(current_snapshot(shop.snapshot.folder))), LISTED)


def _spend(work):
    """Seconds of the processor that this thread spends on some work: those of other threads are not its own."""
    begun = time.thread_time()
    work()
    return time.thread_time() - begun


# --- the document --------------------------------------------------------------------------------


def test_while_parts_are_drawn_the_page_says_so_and_comes_again():
    """The chapters are there at once; the browser asks again by itself."""
    html = index_page(ShopSummary("Shop", date(2025, 4, 1), is_drawing=True), LISTED)
    assert 'http-equiv="refresh"' in html and "being worked out" in html and 'href="06_orders/"' in html


def test_the_search_of_the_front_page_leads_into_explore(orders_alone):
    """A form without a script, in the reader's language; without the chapter there is none."""
    summary = shop_summary(orders_alone.name)
    html = index_page(summary, LISTED)
    assert '<form class="search" role="search" action="28_explore/" method="get">' in html
    assert 'name="find" maxlength="100"' in html and 'name="lang" value="en"' in html
    assert 'role="search"' not in index_page(summary, HEADERS)


def test_a_card_is_dim_only_without_the_table_it_cannot_do_without():
    """The first table named is that one; what is missing beside it is said and no more."""
    needs = {"04_a": ("events", "orders"), "05_b": ("orders", "events")}
    listed = [Chapter(Path(stem), stem, stem, "", "", "", tables) for stem, tables in needs.items()]
    html = index_page(ShopSummary("Shop", date(2025, 4, 1), tables=frozenset({"orders"})), listed)
    assert 'class="card dim" href="04_a/"' in html and 'class="card" href="05_b/"' in html
    assert html.count("Not in this shop: events") == 2


def test_a_page_in_chinese_has_no_english_sentence(orders_alone):
    """Every sentence of the frame and of the parts has its Chinese; names and units of the shop are its own."""
    ask_reader(lambda: "zh")
    try:
        html, words = page_of(orders_alone)
    finally:
        ask_reader(lambda: "en")
    assert '<html lang="zh-Hans">' in html and "净销售额" in words
    english = re.findall(r"[A-Za-z]{3,}(?: [A-Za-z]+)+", words.replace("English", ""))
    assert english == [], english


def sentences(path):
    """Every template that a module gives to `say` or `wording`, or keeps in a table of them."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        is_call = isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("say", "wording") and node.args
        is_table = isinstance(node, ast.AnnAssign | ast.Assign) and isinstance(node.value, ast.Dict | ast.Tuple)
        given = node.args[0] if is_call else node.value if is_table else ast.Pass()
        texts = [part.value for part in ast.walk(given) if isinstance(part, ast.Constant)]
        yield from (text for text in texts if isinstance(text, str) and (is_call or " " in text))


SAYING = [*sorted((ROOT / "lib/customary/serve/front").glob("*.py")), ROOT / "lib/customary/serve/index.py"]


def test_every_sentence_of_the_front_page_has_its_chinese():
    """Those of shops that no test here has, too: each is found in the code."""
    found = {text for path in SAYING for text in sentences(path)}
    assert len(found) > 60
    assert [text for text in found if wording(text, "zh") == text] == []
