"""Orders without a customer: beside sales, in them where the shop says so, and all there is where it knows nobody."""

import importlib.util
import re
from datetime import date
from pathlib import Path

import pytest
from given import answer, line, returned, sold, told, value
from samples import thirds
from typer.testing import CliRunner

import customary as c
from customary import measure
from customary.cli import app
from customary.columns import columns_of
from customary.declare import METRICS, STUDIES
from customary.errors import Refused, UnknownName
from customary.intake.settings import read_settings
from customary.page import filters
from customary.page.choice import Choice
from customary.page.headline import headline
from customary.page.reader import writing_for
from customary.places import shops_folder
from customary.query.accounts import accounts_of
from customary.query.export import to_record
from customary.query.selection import Scope
from customary.query.study import study
from customary.query.workbook import about

NOTEBOOKS = sorted((Path(__file__).resolve().parent.parent / "notebooks").glob("[0-9]*.py"))
NAMED = [sold(f"o{n}", who, f"2025-01-0{n} 10:00", 10) for n, who in enumerate(("ann", "ben", "cai"), 1)]
UNNAMED = [sold(f"u{n}", None, f"2025-01-0{n} 11:00", 100) for n in (4, 5)]


@pytest.fixture(scope="module")
def apart(tiny_shop):
    """Three orders of 10 with a customer, two of 100 without."""
    return tiny_shop(orders=[*NAMED, *UNNAMED], as_of="2025-04-01", currency="EUR")


@pytest.fixture(scope="module")
def together(tiny_shop):
    """The same, and the shop counts them all."""
    return tiny_shop(orders=[*NAMED, *UNNAMED], as_of="2025-04-01", currency="EUR", unnamed_orders="count")


@pytest.fixture(scope="module")
def nobody(tiny_shop):
    """A marketplace's file: forty orders of 100, two lines each, some sent back, and not one buyer."""
    orders = [sold(f"u{n}", None, f"2025-0{1 + n % 3}-{1 + n % 28:02} 11:00", None) for n in range(40)]
    lines = [line(f"l{n}{p}", f"u{n}", p, 1, 50) for n in range(40) for p in ("mug", "pot")]
    back = [returned(f"r{n}", f"u{n}", None, "2025-03-30 10:00", 50, product_id="mug", quantity=1) for n in range(4)]
    return tiny_shop(orders=orders, order_items=lines, returns=back, as_of="2025-04-01", name="nobody")


# --- beside sales -------------------------------------------------------------------------------


def test_what_is_left_out_is_said_beside_every_sales_figure(apart):
    """30 of three orders count; 200 of two stand beside them, in both languages."""
    assert value(apart, c.net_revenue) == 30
    for metric in (c.net_revenue, c.gross_revenue, c.order_count, c.average_order_value):
        assert measure(apart, metric).beside_text() == "plus €200 (2 orders) without a customer"
    assert measure(apart, c.net_revenue).beside_text("zh") == "另有 €200（2 笔订单）未写明客户，未计入"


def test_a_figure_about_customers_has_nothing_beside_it(apart):
    """Three bought; who stands behind the other orders is not known, and not asked."""
    assert value(apart, c.buyer_count) == 3
    assert measure(apart, c.buyer_count, c.revenue_per_buyer).beside_text() == ""


def test_it_is_said_of_the_same_days_and_the_same_selection(apart):
    """Of the days until 4 January it is one order of 100, of the days until the 3rd none."""
    asked = {"during": ("2025-01-01", "2025-01-05")}
    assert measure(apart, c.net_revenue, **asked).beside_text() == "plus €100 (1 order) without a customer"
    assert measure(apart, c.net_revenue, during=("2025-01-01", "2025-01-04")).beside_text() == ""
    assert measure(apart, c.net_revenue, where={"customer_id": "ann"}).beside_text() == ""


def test_what_would_not_count_anyhow_does_not_stand_beside_sales(tiny_shop):
    """One of them was never paid, one was a test: neither is a sale that lacks nothing but a name."""
    unpaid = sold("u6", None, "2025-01-06 11:00", 100, paid_at=None)
    trial = sold("u7", None, "2025-01-07 11:00", 100, is_test=True)
    shop = tiny_shop(orders=[*NAMED, UNNAMED[0], unpaid, trial], as_of="2025-04-01", currency="EUR")
    assert measure(shop, c.net_revenue).beside_text() == "plus €100 (1 order) without a customer"
    assert accounts_of(shop, "orders", Scope()).left_out == {"no customer": 1, "not paid": 1, "test order": 1}


def test_orders_of_unknown_amount_are_counted_beside(tiny_shop):
    """Nobody knows what they were worth: not €0."""
    shop = tiny_shop(orders=[*NAMED, sold("u1", None, "2025-01-04 11:00")], as_of="2025-04-01", currency="EUR")
    assert measure(shop, c.order_count).beside_text() == "plus 1 order without a customer"


def test_every_reader_says_it(apart):
    """JSON in both languages, a workbook's “About”."""
    found = measure(apart, c.net_revenue)
    assert to_record(found)["notes"]["en"] == "plus €200 (2 orders) without a customer"
    assert dict(about(found))["Beside it"] == "plus €200 (2 orders) without a customer"


def test_the_driver_tree_says_what_it_does_not_speak_of(apart, together):
    """It explains 30 of three orders; 200 of two stand beside it, whether the shop counts them or not."""
    for shop in (apart, together):
        found = study(shop, "driver_tree", during=("2025-01-01", "2025-02-01"))
        assert found.to_pandas().set_index("driver").after["net_revenue"] == 30
        assert found.beside_text() == "plus €200 (2 orders) without a customer"
    assert study(together, "driver_tree", during=("2025-01-01", "2025-01-05")).beside_text().startswith("plus €100")


# --- counted ------------------------------------------------------------------------------------


def test_a_shop_that_counts_them_has_them_in_sales_and_in_no_figure_of_a_customer(together):
    """230 of five orders; three buyers, who bought for 10 each, once each."""
    assert (value(together, c.net_revenue), value(together, c.order_count)) == (230, 5)
    assert measure(together, c.net_revenue).beside_text() == ""
    assert (value(together, c.buyer_count), value(together, c.new_buyer_count)) == (3, 3)
    assert (value(together, c.revenue_per_buyer), value(together, c.orders_per_buyer)) == (10, 1)
    assert (value(together, c.purchase_days_per_buyer), value(together, c.average_occasion_value)) == (1, 10)
    assert (value(together, c.repeat_order_rate), value(together, c.named_order_count)) == (0, 3)
    assert value(together, c.new_buyer_revenue) == 30


def test_refunds_of_nobody_are_taken_off_sales_and_off_no_customer(tiny_shop):
    """40 of an order of nobody and 4 of Ann's came back: 230 − 44 are left, 30 − 4 of three buyers."""
    back = [returned("r1", "u4", None, "2025-01-20 10:00", 40), returned("r2", "o1", "ann", "2025-01-20 10:00", 4)]
    shop = tiny_shop(orders=[*NAMED, *UNNAMED], returns=back, as_of="2025-04-01", unnamed_orders="count")
    assert value(shop, c.net_revenue) == 186
    assert value(shop, c.revenue_per_buyer) == pytest.approx(26 / 3)


def test_first_ever_facts_of_an_order_of_nobody_are_unknown(together):
    """It is not known to be a first order, nor to be a later one."""
    rows = together.fetch(together.frame("orders").order_by("order_id")).to_pylist()
    facts = ("is_first_order", "order_number", "cohort_on", "days_to_next")
    assert {tuple(row[name] for name in facts) for row in rows if not row["customer_id"]} == {(None,) * 4}
    assert [row["order_number"] for row in rows if row["customer_id"]] == [1, 1, 1]


def test_no_frame_of_people_holds_nobody(together):
    """Customers, their months and portraits: Ann, Ben and Cai."""
    for frame in ("customers", "months", "portraits"):
        ids = together.fetch(together.frame(frame).select("customer_id"))["customer_id"].to_pylist()
        assert sorted(ids) == ["ann", "ben", "cai"]


def test_a_day_on_which_only_nobody_bought_has_unknown_buyers_and_an_idle_day_none(together):
    """On the 3rd Cai bought, on the 4th who knows who, on the 6th nobody at all."""
    rows = answer(together, c.order_count, c.buyer_count, c.purchase_day_count, every="day")
    found = {row["day"].day: (row["order_count"], row["buyer_count"], row["purchase_day_count"]) for row in rows[:6]}
    assert (found[3], found[4], found[6]) == ((1, 1, 1), (1, None, None), (0, 0, 0))


def test_another_word_is_refused(tiny_shop):
    """With what it may be."""
    with pytest.raises(UnknownName, match="count"):
        tiny_shop(orders=NAMED, unnamed_orders="counted")


@pytest.mark.parametrize(
    ("rows", "mode", "said"),
    [
        (
            [*NAMED, *UNNAMED],
            None,
            '2 of 5 orders without a customer: beside sales .* unnamed_orders = "count" counts them',
        ),
        ([*NAMED, *UNNAMED], "count", "2 of 5 orders without a customer: in sales"),
        (UNNAMED, None, "2 of 2 orders without a customer: orders and sales count, all customer figures are unknown"),
    ],
)
def test_a_build_says_what_became_of_them(tiny_shop, rows, mode, said):
    """And how to change it."""
    report = tiny_shop(orders=rows, as_of="2025-04-01", unnamed_orders=mode).snapshot.facts["report"]
    assert re.search(said, "\n".join(report))


def test_the_switch_is_a_setting_of_the_shop(tmp_path):
    """`adopt --unnamed-orders count` writes it, says that it changed, and another adoption keeps it."""
    (tmp_path / "sales.csv").write_text("order_id,order_date,total,status\nA1,2024-01-13 10:00,10.50,paid\n", "utf-8")
    given = ["adopt", str(tmp_path / "sales.csv"), "--name", "switched", "--yes"]
    assert CliRunner().invoke(app, given).exit_code == 0
    again = CliRunner().invoke(app, ["adopt", "--name", "switched", "--replace", "--unnamed-orders", "count"])
    assert "changed: unnamed orders: none → count" in again.output
    assert CliRunner().invoke(app, ["adopt", "--name", "switched", "--replace"]).exit_code == 0
    assert read_settings(shops_folder() / "switched")["unnamed_orders"] == "count"


def test_on_a_page_it_is_said_once_below_the_tiles(apart):
    """Two figures of sales, one of buyers: one line, in the reader's language."""
    window = (date(2025, 1, 1), date(2025, 4, 1))
    choice = Choice(window, against=None, compare="", by=(), where={}, every="month", query="")
    html = headline(apart, choice, c.net_revenue, c.order_count, c.buyer_count).text
    assert (html.count("plus €200 (2 orders) without a customer"), html.count("未写明客户")) == (1, 0)
    with writing_for("zh"):
        html = headline(apart, choice, c.net_revenue, c.order_count, c.buyer_count).text
    assert (html.count("without a customer"), html.count("笔订单）未写明客户")) == (0, 1)


# --- the law ------------------------------------------------------------------------------------

WHO = [f"c{n}" for n in range(12)]
DAYS = ("2024-03-05", "2024-06-11", "2024-11-11", "2025-01-20", "2025-03-02")
KNOWN = [
    sold(f"o{n}-{at}", who, f"{day} {8 + n % 12:02}:00", None, channel="app" if n % 3 else "web", country="DE")
    for n, who in enumerate(WHO)
    for at, day in enumerate(DAYS[: 1 + n % 5])
]
STRANGE = [
    sold(f"u{n}", None, f"2025-02-{n + 1:02} 12:00", None, channel="web", country="FR", discount_amount=0)
    for n in range(10)
]


def _lines(orders, price):
    return [line(f"l-{o['order_id']}", o["order_id"], "mug", 2, price, discount_amount=0) for o in orders]


PRODUCTS = [{"product_id": "mug", "product_name": "Mug", "category": "kitchen", "launched_on": "2024-06-01"}]
BACK = [returned("r1", "o3-0", "c3", "2024-04-01 10:00", 5, product_id="mug", quantity=1)]


@pytest.fixture(scope="module")
def pair(tiny_shop):
    """A shop of twelve customers, and the same with ten orders that name nobody, counted."""
    common = {"products": PRODUCTS, "as_of": "2025-04-01"}
    back = [*BACK, returned("r2", "u1", None, "2025-03-01 10:00", 7, product_id="mug", quantity=1)]
    without = tiny_shop(orders=KNOWN, order_items=_lines(KNOWN, 10), returns=BACK, **common)
    lines = [*_lines(KNOWN, 10), *_lines(STRANGE, 31)]
    both = tiny_shop(orders=[*KNOWN, *STRANGE], order_items=lines, returns=back, unnamed_orders="count", **common)
    return without, both


# Studies of orders, lines, returns and of the books: what they say grows by the orders that name nobody.
OF_SALES = {
    *(
        "abc",
        "accounts",
        "attribution",
        "category_growth",
        "category_months",
        "charges",
        "complaints",
        "data_quality",
        "deliveries",
    ),
    *("discount_bands", "discount_weeks", "hours", "order_status", "order_value_intervals", "order_values"),
    *("data_integration", "inspection_history", "table_coverage"),
    *("price_bands", "problem_products", "product_returns", "products", "record_ledger", "refund_views"),
    *("response_rates", "return_curve", "return_delays", "return_rates", "return_reasons", "returns"),
    *("revenue_bridge", "review_products", "season_grid", "seasons", "source_files", "odd_refunds", "repeated_lines"),
}


def _told(shop, name):
    try:
        return told(shop, name)
    except Refused as error:
        return str(error)


@pytest.mark.parametrize("name", thirds(name for name in STUDIES if name not in OF_SALES))
def test_orders_of_nobody_change_no_study_of_customers(pair, name):
    """Row by row, whatever it says."""
    without, both = pair
    assert _told(both, name) == _told(without, name)


NAMED_TOO = ("named_order_count",)
PER_PERSON = [
    name
    for name, metric in METRICS.items()
    if metric.people or name.startswith("named_") or "per_buyer" in name or metric.per in ("buyer_count", *NAMED_TOO)
]


@pytest.mark.parametrize("name", [*PER_PERSON, "purchase_day_count", "new_buyer_revenue", "average_occasion_value"])
def test_orders_of_nobody_change_no_metric_of_customers(pair, name):
    """Nor any share, sum or average of theirs."""
    without, both = pair
    assert value(both, METRICS[name]) == value(without, METRICS[name])


def test_sales_grow_by_exactly_these_orders(pair):
    """Ten orders of 2 × 31, of which 7 came back."""
    without, both = pair
    grown = {name: value(both, METRICS[name]) - value(without, METRICS[name]) for name in ("order_count", "unit_count")}
    assert grown == {"order_count": 10, "unit_count": 20}
    assert value(both, c.ordered_revenue) - value(without, c.ordered_revenue) == 620
    assert value(both, c.net_revenue) - value(without, c.net_revenue) == 613
    assert sum(row["order_count"] for row in told(both, "hours")) == len(KNOWN) + 10
    (mug,) = told(both, "products")
    assert (mug["order_count"], mug["buyer_count"]) == (len(KNOWN) + 10, 12)


def test_a_study_of_customers_says_what_it_leaves_out(pair):
    """Counted and left out are all rows, as everywhere."""
    (orders,) = [part for part in study(pair[1], "purchase_intervals").accounts if part.frame == "orders"]
    assert (orders.counted_rows, orders.left_out["no customer"]) == (len(KNOWN), 10)
    assert orders.source_rows == len(KNOWN) + 10


def test_an_interval_takes_orders_of_nobody_one_by_one(pair):
    """Ten orders of nobody in France are ten clusters, not one: an average of them has an interval."""
    rows = {row["country"]: row for row in told(pair[1], "order_value_intervals", by="country")}
    assert (rows["FR"]["buyer_count"], rows["FR"]["low"], rows["FR"]["high"]) == (None, 62, 62)


@pytest.mark.slow
def test_the_law_reaches_most_studies(pair):
    """It compares answers, not refusals."""
    answered = [name for name in STUDIES if name not in OF_SALES and not isinstance(_told(pair[1], name), str)]
    assert len(answered) > 50


# --- a shop that knows nobody -------------------------------------------------------------------


def test_a_file_without_buyers_opens_and_its_sales_count(nobody):
    """Forty orders of 100, four refunds of 50; nothing stands beside them."""
    assert (value(nobody, c.order_count), value(nobody, c.ordered_revenue)) == (40, 4000)
    assert value(nobody, c.net_revenue) == 3800
    assert measure(nobody, c.net_revenue).beside_text() == ""


@pytest.mark.parametrize("name", PER_PERSON)
def test_its_figures_about_customers_are_unknown(nobody, name):
    """Not 0: nobody says who bought. Orders that name somebody are none, which is known."""
    expected = {"named_order_count": 0, "named_returned_revenue": 0}
    assert value(nobody, METRICS[name]) == expected.get(name)


def test_who_stands_on_a_list_is_not_said_to_have_bought_nothing(tiny_shop):
    """Dan is on the customer list, and no order says whose it is: whether he bought is unknown."""
    shop = tiny_shop(customers=[{"customer_id": "dan"}], orders=UNNAMED, as_of="2025-04-01")
    assert (value(shop, c.customer_count), value(shop, c.buyer_rate)) == (1, None)
    assert value(shop, c.average_customer_spend) is None


@pytest.mark.parametrize("name", thirds(STUDIES, 1))
def test_every_study_answers_or_says_that_nobody_knows_who_bought(nobody, name):
    """In one sentence; and no column that counts buyers is 0."""
    try:
        rows = told(nobody, name)
    except Refused as error:
        assert str(error).count("\n") == 0
        return
    people = {one.name for row in rows[:1] for one in columns_of(row, name) if "buyer" in one.name and one.people}
    assert 0 not in {row[name] for row in rows for name in people}


def test_the_refusal_says_what_would_answer_it(nobody):
    """In words that a shopkeeper understands."""
    with pytest.raises(Refused, match="do not say who bought; a source that gives the customer of each order"):
        told(nobody, "rfm")
    with pytest.raises(Refused, match="do not say who bought"):
        told(nobody, "churn_score")


@pytest.mark.parametrize("path", thirds(NOTEBOOKS, 2), ids=lambda path: path.stem)
def test_every_chapter_opens_without_a_customer(nobody, path, monkeypatch):
    """Every cell stands or leaves a note."""
    monkeypatch.setenv("CUSTOMARY_SHOP", "nobody")
    monkeypatch.setenv("CUSTOMARY_AUDIENCE", "analyst")
    monkeypatch.setattr(filters.mo, "query_params", dict)
    spec = importlib.util.spec_from_file_location(f"nobody_{path.stem}", path)
    chapter = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(chapter)
    outputs = chapter.app.run()[0]
    said = re.sub(r"<[^>]+>", " ", " ".join(getattr(one, "text", "") for one in outputs if one is not None))
    assert "Definitions" in said or "Not known here" in said
    assert "nan" not in said.lower().split()
