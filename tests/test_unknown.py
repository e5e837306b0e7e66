"""Unknown is not zero: what a shop's files do not say is in no figure, no rate and no sentence."""

import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest
from given import answer, line, returned, sold, told, value
from samples import thirds

import customary as c
from customary import intake, publish
from customary.declare import METRICS, STUDIES
from customary.errors import Refused, Unknown
from customary.intake import source
from customary.models.grading import gains
from customary.page import filters
from customary.places import shops_folder
from customary.query.accounts import accounts_of
from customary.query.goals import goals
from customary.query.selection import Scope
from customary.query.study import study
from customary.shop import open_shop
from customary.studies.churn.score import _ranks

NOTEBOOKS = sorted((Path(__file__).resolve().parent.parent / "notebooks").glob("[0-9]*.py"))
SOURCE = """
title = "Visits to the till"
about = "Who bought, and when"
currency = "EUR"
time_zone = "Europe/Berlin"
week_start = "monday"

[raw.purchases]
files = ["*.csv"]
columns = ["person", "day"]
becomes = ["orders"]
"""
ORDERS = """-- source:  purchases
-- grain:   one row per purchase
-- decided: every purchase was paid
select _record, cast(_record as varchar) as order_id, person as customer_id, day as ordered_at, day as paid_at
from purchases
"""
DAYS = ("2024-11-04", "2024-12-02", "2025-01-07", "2025-02-03", "2025-03-04", "2025-03-20")


@pytest.fixture(scope="module")
def till(shops, tmp_path_factory):
    """A file of persons and days and nothing else, adopted and built: 40 people, half of them bought on six days."""
    folder = tmp_path_factory.mktemp("till")
    (folder / "till").mkdir()
    (folder / "till" / "source.toml").write_text(SOURCE, "utf-8")
    (folder / "till" / "orders.sql").write_text(ORDERS, "utf-8")
    bought = [(f"p{n}", day) for n in range(40) for day in (DAYS if n % 2 else DAYS[:1])]
    (folder / "till.csv").write_text("person,day\n" + "".join(f"{who},{day}\n" for who, day in bought), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "QUERIES", folder)
        intake.adopt([folder / "till.csv"], source.source_named("till"), shops_folder() / "till_of_days", {})
        publish.build("till_of_days")
    return open_shop("till_of_days")


# --- a shop without amounts ---------------------------------------------------------------------

MONEY = [name for name, metric in METRICS.items() if metric.unit.name == "money"]


@pytest.mark.parametrize("name", MONEY)
def test_no_metric_of_money_answers_where_no_amount_is_known(till, name):
    """Not €0: nothing, be it in all, or in a week in which nothing was bought."""
    assert value(till, METRICS[name]) is None
    if name != "average_customer_spend":  # profiles have no weeks
        assert {row[name] for row in answer(till, METRICS[name], every="week")} == {None}


def test_what_was_counted_is_still_counted(till):
    """140 purchases of 40 people, 20 of whom came back: none of that needs an amount."""
    assert value(till, c.order_count) == 140 == value(till, c.unpriced_order_count)
    assert (value(till, c.buyer_count), value(till, c.priced_buyer_count)) == (40, 0)
    assert value(till, c.repeat_purchase_rate) == 0.5


@pytest.mark.parametrize("name", [name for name, metric in METRICS.items() if metric.unit.name in ("rate", "ratio")])
def test_no_rate_is_0_of_what_no_column_speaks_of(till, name):
    """Cancellations, discounts, returns, visits, answers: this file knows of none, so no rate of them is 0 %."""
    assert value(till, METRICS[name]) != 0 or name == "profile_completeness"


@pytest.mark.parametrize("name", thirds(STUDIES, 2))
def test_no_study_puts_a_number_on_unknown_money(till, name):
    """It is refused in one sentence, or its money is empty; the costs that churn.toml assumes are no unknown."""
    try:
        found = study(till, name)
        rows, columns = found.to_pylist(), [column.name for column in found.columns if column.unit.name == "money"]
    except Refused as error:
        assert str(error).count("\n") == 0
        return
    assert {row[column] for row in rows for column in columns} <= {None}


def test_the_refusal_says_what_is_missing_and_what_would_help(till):
    """In words that a shopkeeper understands."""
    with pytest.raises(
        Unknown, match="do not say what orders were worth; a source that gives an amount for each order"
    ):
        told(till, "concentration")


def test_a_customer_of_unknown_spend_is_in_no_tier_of_spend(till):
    """Not in the lowest: in none. Who came lately and often is known without money."""
    assert answer(till, c.customer_count, by="value_tier") == [{"value_tier": None, "customer_count": 40}]
    assert answer(till, c.customer_count, by="rfm_tier") == [{"rfm_tier": None, "customer_count": 40}]
    assert {row["rfm_segment"] for row in answer(till, c.customer_count, by="rfm_segment")} >= {"asleep"}


def test_no_goal_of_money_is_reached_or_missed(till):
    """There is no value, so there is no verdict."""
    rows = {row["metric"]: row for row in goals(till).to_pylist()}
    for name in ("net_revenue", "new_buyer_revenue", "average_order_value", "return_rate_by_order"):
        assert (rows[name]["value"], rows[name]["is_met"]) == (None, None)


@pytest.mark.parametrize("path", thirds(NOTEBOOKS, 1), ids=lambda path: path.stem)
def test_no_chapter_says_an_amount_of_nothing(till, path, monkeypatch):
    """Every cell stands or leaves a note; no sentence, tile or table says €0."""
    monkeypatch.setenv("CUSTOMARY_SHOP", "till_of_days")
    monkeypatch.setenv("CUSTOMARY_AUDIENCE", "analyst")
    monkeypatch.setattr(filters.mo, "query_params", dict)
    spec = importlib.util.spec_from_file_location(f"till_{path.stem}", path)
    chapter = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(chapter)
    outputs = chapter.app.run()[0]
    said = re.sub(r"<[^>]+>", " ", " ".join(getattr(one, "text", "") for one in outputs if one is not None))
    assert "Definitions" in said or "Not known here" in said  # a chapter that is all about money defines nothing then
    assert not re.findall(r".{40}€0(?!\d|[.,]\d*[1-9]).{20}", said)
    assert "nan" not in said.lower().split()


# --- some amounts --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mixed(tiny_shop):
    """Ann bought for 10 in January and for nobody knows what in February, Ben for 30 in April."""
    return tiny_shop(
        orders=[
            sold("o1", "ann", "2025-01-05 10:00", 10),
            sold("o2", "ann", "2025-02-05 10:00"),
            sold("o3", "ben", "2025-04-05 10:00", 30),
        ],
        as_of="2025-05-01",
    )


def test_what_is_known_adds_up_and_the_rest_is_counted(mixed):
    """10 + 30 of two orders and two buyers; the third order is one, but in no sum."""
    assert value(mixed, c.ordered_revenue) == 40
    assert value(mixed, c.average_order_value) == 20 == value(mixed, c.average_occasion_value)
    assert value(mixed, c.revenue_per_buyer) == 20
    assert (value(mixed, c.order_count), value(mixed, c.priced_order_count)) == (3, 2)
    assert value(mixed, c.unpriced_order_count) == 1
    assert accounts_of(mixed, "orders", Scope()).counted_text == "3 counted of 3, 1 of them of unknown amount"


def test_a_month_of_unknown_amounts_is_not_a_month_without_orders(mixed):
    """January 10, February unknown, March nothing sold, April 30."""
    rows = answer(mixed, c.ordered_revenue, c.new_buyer_revenue, every="month")
    assert [row["ordered_revenue"] for row in rows] == [10, None, 0, 30]
    assert [row["new_buyer_revenue"] for row in rows] == [10, None, 0, 30]


def test_a_sum_of_rows_that_do_not_match_is_0_where_all_is_known(tiny_shop):
    """In February Ann came back and nobody was new: new buyers brought 0, which is known."""
    rows = [sold("o1", "ann", "2025-01-05 10:00", 10), sold("o2", "ann", "2025-02-05 10:00", 20)]
    shop = tiny_shop(orders=rows, as_of="2025-03-01")
    assert [row["new_buyer_revenue"] for row in answer(shop, c.new_buyer_revenue, every="month")] == [10, 0]


def test_who_never_bought_spent_nothing_and_who_bought_for_an_unknown_sum_did_not(tiny_shop):
    """Dan never bought: 0. Cai's only order has no amount: unknown."""
    shop = tiny_shop(
        customers=[{"customer_id": "dan"}],
        orders=[sold("o1", "ann", "2025-01-05 10:00", 10), sold("o2", "cai", "2025-02-05 10:00")],
        as_of="2025-03-01",
    )
    customers = shop.fetch(shop.frame("customers").order_by("customer_id")).to_pylist()
    assert [(row["customer_id"], row["net_spend"]) for row in customers] == [("ann", 10), ("cai", None), ("dan", 0)]
    assert {row["value_tier"]: row["customer_count"] for row in answer(shop, c.customer_count, by="value_tier")} == {
        "basic": 2,
        None: 1,
    }


def test_a_refund_is_not_beyond_an_order_of_unknown_worth(tiny_shop):
    """7 came back of an order whose amount nobody knows: they count."""
    shop = tiny_shop(
        orders=[sold("o1", "ann", "2025-01-05 10:00")],
        returns=[returned("r1", "o1", "ann", "2025-01-09 10:00", 7)],
        as_of="2025-03-01",
    )
    assert value(shop, c.returned_revenue) == 7
    assert value(shop, c.net_revenue) is None


# --- returns of nobody ---------------------------------------------------------------------------

THREE = [sold(f"o{n}", who, f"2025-01-0{n} 10:00", 100) for n, who in enumerate(("ann", "ben", "cai"), 1)]
OF_NOBODY = [returned(f"r{n}", None, None, "2025-01-20 10:00", 10) for n in (1, 2)]


@pytest.fixture(scope="module")
def loose(tiny_shop):
    """Three orders of 100, and two refunds of 10 that name neither order nor customer."""
    return tiny_shop(orders=THREE, returns=OF_NOBODY, as_of="2025-04-01")


def test_refunds_of_nobody_count_in_the_shops_totals(loose):
    """300 ordered, 20 refunded, 280 left; 20 of 300 came back."""
    assert (value(loose, c.returned_revenue), value(loose, c.return_count)) == (20, 2)
    assert value(loose, c.net_revenue) == 280
    assert value(loose, c.refunds_per_revenue) == 20 / 300


def test_which_orders_came_back_is_unknown_then(loose):
    """No share of orders, pieces or value of the orders is 0 %, and no goal is reached by it."""
    for metric in (c.return_rate_by_order, c.return_rate_by_unit, c.return_rate_by_value, c.net_revenue_of_orders):
        assert value(loose, metric) is None
    (goal,) = [row for row in goals(loose).to_pylist() if row["metric"] == "return_rate_by_order"]
    assert (goal["value"], goal["is_met"]) == (None, None)
    with pytest.raises(Unknown, match="which orders came back; a source that gives returns that name their order"):
        told(loose, "return_rates")


def test_where_sales_to_nobody_do_not_count_their_returns_do_not_either(tiny_shop):
    """Dee's till names no customer on one order and on one return: both are left out. Ann's return counts."""
    shop = tiny_shop(
        orders=[*THREE, sold("o4", None, "2025-01-05 10:00", 100)],
        returns=[returned("r0", "o1", "ann", "2025-01-20 10:00", 30), *OF_NOBODY],
        as_of="2025-04-01",
    )
    assert value(shop, c.returned_revenue) == 30
    assert accounts_of(shop, "returns", Scope()).left_out == {"no customer": 2}


# --- columns that a source does not have ---------------------------------------------------------


def test_no_cancellation_is_0_and_no_column_of_them_is_unknown(tiny_shop):
    """A source with the column and nobody in it says 0 %; one without it says nothing."""
    silent = tiny_shop(orders=THREE, as_of="2025-04-01")
    speaking = tiny_shop(orders=[{**row, "cancelled_at": None} for row in THREE], as_of="2025-04-01")
    assert value(silent, c.cancelled_order_rate) is None
    assert value(speaking, c.cancelled_order_rate) == 0


def test_a_blank_discount_is_none_and_no_column_of_them_is_unknown(tiny_shop):
    """Of 200 at two orders 20 were taken off one, and nothing off the other: 10 %. Without the column: unknown."""
    rows = [sold("o1", "ann", "2025-01-05 10:00", 100, discount_amount=20), sold("o2", "ben", "2025-02-05 10:00", 100)]
    speaking = tiny_shop(orders=rows, as_of="2025-03-01")
    silent = tiny_shop(orders=THREE, as_of="2025-04-01")
    assert value(speaking, c.discount_rate) == 0.1
    assert [row["discount_total"] for row in answer(speaking, c.discount_total, every="month")] == [20, 0]
    assert (value(silent, c.discount_rate), value(silent, c.discount_total)) == (None, None)
    assert value(silent, c.ordered_revenue) == 300
    with pytest.raises(Unknown, match="what was taken off the price"):
        told(silent, "discount_bands")


def test_total_revenue_needs_what_was_charged_besides(tiny_shop):
    """100 and 5 for shipping are 105; where no column speaks of shipping or tax, nobody knows the total."""
    speaking = tiny_shop(orders=[sold("o1", "ann", "2025-01-05 10:00", 100, shipping_amount=5)], as_of="2025-03-01")
    assert value(speaking, c.total_revenue) == 105
    assert value(tiny_shop(orders=THREE, as_of="2025-04-01"), c.total_revenue) is None


def test_a_tag_is_not_made_of_what_is_unknown(tiny_shop):
    """Twelve orders without a column of discounts and without returns: neither full-price buyer nor keeper."""
    rows = [sold(f"o{n}", "ann", f"2024-{n:02}-05 10:00", 100) for n in range(1, 13)]
    shop = tiny_shop(orders=rows, order_items=[line("l1", "o1", "mug", 1, 100)], as_of="2025-04-01")
    (row,) = shop.fetch(shop.frame("portraits")).to_pylist()
    assert (row["promotion_tag"], row["return_tag"]) == ("unknown", "unknown")


# --- equals stand on one side --------------------------------------------------------------------


def test_buyers_whom_the_score_sees_alike_share_a_rank():
    """Risks 0.9, 0.5, 0.5, 0.1 with equal raw scores of the two in the middle: 1, 2, 2, 4 in any order of rows."""
    risk, raw = np.array([0.5, 0.9, 0.1, 0.5]), np.array([0.2, 0.1, 0.9, 0.2])
    assert _ranks(risk, raw).tolist() == [2, 1, 4, 2]


@pytest.mark.parametrize("lost", [[1, 0], [0, 1]])
def test_a_list_that_ends_among_equals_takes_a_part_of_each(lost):
    """Two buyers alike, one of them lost, worth 10 each: a list of one saves half of that, whoever stands first."""
    (half,) = gains(np.array(lost), np.array([10, 10]), np.array([3, 3]), [0.5], cost=1, saved_rate=1)
    assert (half.people, half.saved) == (1, 5)
