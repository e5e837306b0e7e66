"""Refunds whose date the source does not give: they count, by their order's day or the shop's rule, and it is said."""

from datetime import date
from decimal import Decimal

import pytest
from given import line, returned, sold, told, value
from typer.testing import CliRunner

import customary as c
from customary.cli import app
from customary.errors import Refused
from customary.intake.settings import read_settings
from customary.intake.undated import rule_named
from customary.places import shops_folder
from customary.query.measure import measure
from customary.query.study import study
from customary.query.undated import UndatedRefunds

# Four orders of 10; one came back after 5 days, one on a day that nobody wrote down.
ORDERS = [sold(f"o{n}", f"c{n}", f"2025-01-0{n} 10:00") for n in (1, 2, 3, 4)]
LINES = [line(f"l{n}", f"o{n}", "mug", 1, 10) for n in (1, 2, 3, 4)]
DATED = returned("r1", "o1", "c1", "2025-01-06 10:00", 10, product_id="mug", quantity=1)
UNDATED = returned("r2", "o2", "c2", None, 10, product_id="mug", quantity=1)
STRAY = returned("r3", "o9", "c2", None, 7)


@pytest.fixture(scope="module")
def shop(tiny_shop):
    """One refund with a date, one without, and one that names neither a date nor an order that is known."""
    back = [DATED, UNDATED, STRAY]
    return tiny_shop(orders=ORDERS, order_items=LINES, returns=back, as_of="2025-04-01", currency="EUR")


def by_rule(tiny_shop, rule, as_of="2025-04-01"):
    """The refund of a shop with this rule: its row."""
    shop = tiny_shop(orders=ORDERS, order_items=LINES, returns=[UNDATED], as_of=as_of, undated_refunds=rule)
    (row,) = shop.fetch(shop.frame("returns")).to_pylist()
    return row


def test_it_counts_in_totals_and_in_its_orders_reading(shop):
    """20 of 40 came back, of two of four orders; in the month of the orders."""
    assert (value(shop, c.returned_revenue), value(shop, c.net_revenue), value(shop, c.return_rate_by_order)) == (
        20,
        20,
        0.5,
    )
    rows = {row["return_id"]: row for row in shop.fetch(shop.frame("returns")).to_pylist()}
    assert (rows["r2"]["day_on"], rows["r2"]["is_undated"], rows["r1"]["is_undated"]) == (date(2025, 1, 2), True, False)
    items = {row["order_id"]: row for row in shop.fetch(shop.frame("items")).to_pylist()}
    assert [(items[o]["is_returned"], items[o]["return_delay_days"]) for o in ("o1", "o2", "o3")] == [
        (True, 5),
        (True, None),
        (False, None),
    ]


def test_nobody_knows_how_long_it_took(shop):
    """Of two refunds one tells a time, 5 days and not a half of 5 and 0; the curve is of the other three orders."""
    (delays,) = told(shop, "return_delays")
    assert (delays["return_count"], delays["median_days"]) == (2, 5)
    curve = {row["days"]: row for row in told(shop, "return_curve")}
    assert (curve[5]["returned_count"], curve[5]["at_risk"], sum(row["returned_count"] for row in curve.values())) == (
        1,
        3,
        1,
    )


def test_where_no_refund_has_a_date_there_is_no_curve(tiny_shop):
    """Not a curve that stays at 0 while half of the orders came back."""
    shop = tiny_shop(orders=ORDERS, order_items=LINES, returns=[UNDATED], as_of="2025-04-01")
    assert told(shop, "return_curve") == []
    (month,) = told(shop, "returns", window_days=30)
    assert (month["returned_count"], month["return_rate"], month["expected_rate"]) == (1, 0.25, 0.25)


def test_it_is_said_beside_every_figure_that_dates_refunds(shop):
    """In both languages, in the window and selection that was asked; a count of orders has nothing beside it."""
    said = "1 refund (€10) has no date of its own and counts by its order’s"
    for found in (measure(shop, c.returned_revenue), measure(shop, c.net_revenue), study(shop, "return_delays")):
        assert found.beside_text() == said
    assert measure(shop, c.net_revenue).beside_text("zh") == "其中 1 笔退款（€10）来源未注明日期，按订单日期推定"
    assert measure(shop, c.returned_revenue, during=("2025-01-03", "2025-02-01")).beside_text() == ""
    assert measure(shop, c.order_count).beside_text() == "" == study(shop, "order_values").beside_text()


def test_a_viewer_hears_no_amount_of_few(shop, monkeypatch):
    """One customer's refund is one customer's."""
    monkeypatch.setattr(shop, "audience", "viewer")
    assert measure(shop, c.returned_revenue).beside_text() == ""  # the whole figure is of few
    (_, told) = (found.text("EUR") for found in (UndatedRefunds(), UndatedRefunds(30, 9, Decimal(70), 10)))
    assert told.startswith("some refunds, of fewer than 10 customers,") and "70" not in told and "30" not in told
    assert UndatedRefunds(30, 10, Decimal(70), 10).text("EUR").startswith("30 refunds (€70) have no date")


def test_a_build_says_it_and_sets_aside_what_nothing_dates(shop):
    """How many, how much, and the flag that changes it."""
    text = "\n".join(shop.snapshot.facts["report"])
    assert "1 refund (10.00) without a date: they count on the days of their orders; adopt --undated-refunds" in text
    assert "returned_at is missing, and it names no order that is known: 1 record" in text


def test_a_shop_chooses_the_rule(tiny_shop):
    """14 days after the order, the 16th; within the days that are seen, the 8th; or in no figure, with the reason."""
    assert by_rule(tiny_shop, "14 days")["day_on"] == date(2025, 1, 16)
    assert by_rule(tiny_shop, "14 days", "2025-01-09")["day_on"] == date(2025, 1, 8)
    left = by_rule(tiny_shop, "leave out")
    assert (left["left_out_because"], left["is_undated"]) == ("refund without a date", True)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("order-date", "order date"), ("14_days", "14 days"), ("1 DAY", "1 day"), ("365 days", "365 days")],
)
def test_a_rule_is_typed_as_one_likes(typed, kept):
    """Blanks, hyphens and capitals are one."""
    assert rule_named(typed) == kept


@pytest.mark.parametrize("typed", ["later", "366 days", "-3 days", ""])
def test_another_rule_is_refused(typed):
    """With those that there are."""
    with pytest.raises(Refused, match="“order date”, “14 days”"):
        rule_named(typed)


def test_the_command_line_sets_it(tmp_path):
    """`--undated-refunds` stands in shop.toml, and the recognised file of refunds needs no date."""
    orders, refunds = tmp_path / "orders.csv", tmp_path / "refunds.csv"
    orders.write_text("Order No,Order Date,Customer,Total\n" + "".join(f"{n},2024-03-0{n},c{n},9\n" for n in (1, 2, 3)))
    refunds.write_text("Order No,Refund Amount,Return reason\n1,9,broken\n2,4,late\n")
    words = ["adopt", str(orders), str(refunds), "--name", "switched_refunds", "--yes", "--undated-refunds", "7-days"]
    assert CliRunner().invoke(app, words).exit_code == 0
    folder = shops_folder() / "switched_refunds"
    assert read_settings(folder)["undated_refunds"] == "7 days"
    select = (folder / "source" / "returns.sql").read_text("utf-8")
    assert '"Return reason" as reason' in select and "returned_at" not in select
