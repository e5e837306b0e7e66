"""Several currencies: every amount is converted by a versioned table, and an unknown currency is an error, never 0."""

import pytest
from given import answer, line, returned, sold, value
from typer.testing import CliRunner

import customary as c
from customary import intake
from customary.cli import app
from customary.errors import Refused
from customary.intake import rates
from customary.places import shops_folder
from customary.publish import snapshots as publish
from customary.shop import current_snapshot, open_shop

TABLE = "currency,valid_from,rate\nEUR,2025-01-01,1.10\nEUR,2025-03-01,1.20\nJPY,2025-01-01,0.0065\n"
DOLLARS = {"currency": "USD", "as_of": "2025-04-01"}
EURO = sold("o1", "ann", "2025-02-28 23:30", 100, currency="EUR")
YEN = sold("o2", "ben", "2025-03-01 10:00", 10_000, currency="jpy ")
DOLLAR = sold("o3", "cai", "2025-03-01 10:00", 7, currency="USD")
PLAIN = sold("o4", "dan", "2025-03-01 10:00", 3)


@pytest.fixture
def table(tmp_path):
    """A rate table: what a euro and a yen are worth in dollars."""
    path = tmp_path / "bank.csv"
    path.write_text(TABLE)
    return path


def test_euro_and_yen_are_brought_into_dollars(tiny_shop, table):
    """€100 at 1.10 are 110, ¥10,000 at .0065 are 65, and 7 and 3 are the shop's own: 185 (ga4dataform #2)."""
    shop = tiny_shop(orders=[EURO, YEN, DOLLAR, PLAIN], rates=table, **DOLLARS)
    assert value(shop, c.gross_revenue) == pytest.approx(110 + 65 + 7 + 3)
    by = {row["currency"]: row["gross_revenue"] for row in answer(shop, c.gross_revenue, by="currency")}
    assert by == pytest.approx({"EUR": 110, "JPY": 65, "USD": 7, None: 3})


def test_the_rate_is_that_of_the_day_of_the_order(tiny_shop, table):
    """A euro is 1.10 until the end of February in the shop's own time, and 1.20 from 1 March on."""
    later = {**EURO, "order_id": "o9", "ordered_at": "2025-03-01 00:30", "paid_at": "2025-03-01 00:30"}
    shop = tiny_shop(orders=[EURO, later], rates=table, **DOLLARS)
    days = answer(shop, c.gross_revenue, by="order_number", every="day")
    assert sorted(row["gross_revenue"] for row in days) == pytest.approx([110, 120])


def test_lines_discounts_payments_and_returns_follow_their_order(tiny_shop, table):
    """2 × €50 less €10, paid €95 with €5 shipping; €20 come back in March, at February's rate."""
    order = {**EURO, "gross_amount": None, "shipping_amount": 5, "paid_amount": 95, "discount_amount": 10}
    shop = tiny_shop(
        orders=[order],
        order_items=[line("l1", "o1", "mug", 2, 50, discount_amount=10)],
        returns=[returned("r1", "o1", "ann", "2025-03-15 10:00", 20)],
        rates=table,
        **DOLLARS,
    )
    asked = (c.gross_revenue, c.discount_total, c.payment_total, c.returned_revenue, c.total_revenue, c.item_revenue)
    assert list(answer(shop, *asked)[0].values()) == pytest.approx([110, 11, 104.5, 22, 110 - 11 - 22 + 5.5, 99])


def test_a_refund_without_an_order_is_converted_on_its_own_day(tiny_shop, table):
    """€10 on 15 March are 12; one that names no currency is in dollars."""
    back = [
        returned("r1", None, "ann", "2025-03-15 10:00", 10, currency="EUR"),
        returned("r2", None, "ann", "2025-03-15 10:00", 10),
    ]
    shop = tiny_shop(orders=[DOLLAR], returns=back, rates=table, **DOLLARS)
    assert value(shop, c.returned_revenue) == pytest.approx(22)


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ({**EURO, "currency": "CHF"}, "1 orders are in CHF and the shop counts in USD, but the rate table bank"),
        ({**EURO, "ordered_at": "2024-12-31 10:00"}, "begins at 2025-01-01, the first of them is of 2024-12-31"),
    ],
    ids=["unknown currency", "before the first rate"],
)
def test_what_cannot_be_converted_stops_the_build(tiny_shop, table, order, said):
    """One sentence names the currency, how many, since when, and what to do."""
    with pytest.raises(Refused, match=said) as caught:
        tiny_shop(orders=[order, PLAIN], rates=table, **DOLLARS)
    assert "--rates" in str(caught.value)


def test_without_a_rate_table_a_foreign_order_is_no_dollar(tiny_shop):
    """A hundred euros are never a hundred dollars, and never nothing."""
    with pytest.raises(Refused, match=r"1 orders are in EUR .* the shop has no rate table"):
        tiny_shop(orders=[EURO, PLAIN], **DOLLARS)


def test_an_order_after_the_as_of_date_needs_no_rate(tiny_shop, table):
    """The future does not change the past: its currency is not asked for."""
    shop = tiny_shop(orders=[PLAIN, sold("o5", "ann", "2025-05-01 10:00", 9, currency="CHF")], rates=table, **DOLLARS)
    assert value(shop, c.gross_revenue) == 3


def test_an_unknown_currency_leaves_the_old_snapshot_in_place(tiny_shop):
    """The build fails; readers go on seeing what was published before."""
    shop = tiny_shop(orders=[PLAIN], name="steady", **DOLLARS)
    with pytest.raises(Refused, match="EUR"):
        tiny_shop(orders=[PLAIN, EURO], name="steady", **DOLLARS)
    assert current_snapshot(shops_folder() / "steady").version == shop.snapshot.version
    assert value(open_shop("steady"), c.gross_revenue) == 3


def test_the_snapshot_tells_by_which_table_it_was_converted(tiny_shop, table):
    """Name and fingerprint; another table is another version, no table is none."""
    first = tiny_shop(orders=[EURO], rates=table, **DOLLARS).snapshot.facts["rates"]
    table.write_text(TABLE.replace("1.10", "1.11"))
    second = tiny_shop(orders=[EURO], rates=table, **DOLLARS).snapshot.facts["rates"]
    assert first.startswith("bank (") and second.startswith("bank (") and first != second
    assert tiny_shop(orders=[PLAIN], **DOLLARS).snapshot.facts["rates"] == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("money,since\nEUR,2025-01-01\n", "needs the columns currency, valid_from, rate"),
        ("currency,valid_from,rate\nEUR,2025-01-01,0\n", "1 lines lack"),
        ("currency,valid_from,rate\nEUR,yesterday,1.1\n", "1 lines lack"),
        ("currency,valid_from,rate\nEUR,2025-01-01,1.1\nEUR,2025-01-01,1.2\n", "two rates from 2025-01-01"),
    ],
)
def test_a_bad_rate_table_is_refused_when_it_is_adopted(tmp_path, text, said):
    """Before anything is copied; the sentence says what is wrong."""
    path = tmp_path / "bad.csv"
    path.write_text(text)
    with pytest.raises(Refused, match=said):
        rates.adopt_rates(path, tmp_path / "shop")
    assert not (tmp_path / "shop").exists()


def test_a_rate_table_comes_in_by_the_front_door(tmp_path, table):
    """`customary adopt … --rates FILE` keeps a copy under its fingerprint; the build converts by it."""
    sales = tmp_path / "cdnow_few.txt"
    sales.write_text(" 00001 1 19970101 1 10.00\n")
    run = CliRunner().invoke(app, ["adopt", str(sales), "--source", "cdnow", "--name", "rated", "--rates", str(table)])
    assert run.exit_code == 0, run.output
    table.unlink()
    publish.build("rated")
    assert open_shop("rated").snapshot.facts["rates"].startswith("bank (")
    intake.adopt([sales], intake.source_named("cdnow"), shops_folder() / "rated")
    assert len(list((shops_folder() / "rated" / "rates").iterdir())) == 1
