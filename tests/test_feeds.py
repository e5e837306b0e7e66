"""What payment providers and carriers report, held against the orders: agreed to the cent and the day, or listed."""

import pytest
from conftest import built_from_rows
from typer.testing import CliRunner

from customary.cli import app
from customary.errors import Refused
from customary.intake.recognise.answers import Answers
from customary.intake.recognise.propose import propose
from customary.places import shops_folder
from customary.query.study import study
from customary.shop import Shop, open_shop

SETTINGS = {"title": "Feeds", "source": "template", "currency": "EUR", "time_zone": "UTC", "week_start": "monday"}


def order(number, day, amount, **more):
    """An order of January 2025, paid on its day unless said otherwise."""
    on = f"2025-01-{day:02} 10:00"
    return {
        "order_id": number,
        "customer_id": f"c{number}",
        "ordered_at": on,
        "paid_at": on,
        "gross_amount": amount,
    } | more


def payment(number, order_id, day, amount, **more):
    """A payment of January 2025."""
    return {"payment_id": number, "order_id": order_id, "paid_at": f"2025-01-{day:02} 12:00", "amount": amount} | more


def parcel(number, order_id, day, **more):
    """A parcel handed over on a day of January 2025."""
    return {"shipment_id": number, "order_id": order_id, "shipped_at": f"2025-01-{day:02} 12:00"} | more


def rows(shop, name, *columns):
    """The rows of a study as tuples of these columns, amounts as numbers."""
    found = study(shop, name).to_pyarrow().to_pylist()
    return [tuple(row[c] if c in ("order_id", "outcome", "feed") else _plain(row[c]) for c in columns) for row in found]


def _plain(value):
    return value if value is None or hasattr(value, "year") or isinstance(value, int) else float(value)


@pytest.fixture(scope="module")
def reported(shops):
    """Seven orders, and what a provider and a carrier say of them."""
    orders = [
        order("agreed", 2, 10),
        order("short", 3, 20, shipping_amount=5, delivered_at="2025-01-05 23:30", promised_on="2025-01-06"),
        order("unpaid in the feed", 4, 30, delivered_at="2025-01-06 10:00"),
        order("not paid", 5, 40, paid_at=None),
        order("with tax", 6, 50, tax_amount=8, delivered_at="2025-01-08 10:00"),
        order("tax within", 6, 60, tax_amount=10),
        order("after the feed", 28, 70),
    ]
    payments = [
        payment("p1", "agreed", 2, 10),
        payment("p2", "short", 3, 20),
        payment("p3", "short", 4, 4),
        payment("p4", "short", 9, -3),
        payment("p5", "not paid", 5, 40),
        payment("p6", "with tax", 6, 58),
        payment("p7", "tax within", 6, 60),
        payment("p8", "nobody's", 7, 9),
        payment("p9", None, 7, 1),
    ]
    parcels = [
        parcel("s1", "agreed", 2),
        parcel("s2", "short", 3, delivered_at="2025-01-07 09:00", promised_on="2025-01-06"),
        parcel("s3", "with tax", 7, delivered_at="2025-01-08 20:00"),
        parcel("s4", "unpaid in the feed", 5, delivered_at="2025-01-06 09:00"),
        parcel("s5", "unpaid in the feed", 6),
        parcel("s6", "nobody's", 6, delivered_at="2025-01-07 09:00"),
    ]
    return built_from_rows("feeds", SETTINGS, {"orders": orders, "payments": payments, "shipments": parcels})


def test_payments_are_held_against_what_their_orders_ask_for(reported):
    """20 and 5 for shipping is 25, and 24 came: 1 less; tax may stand beside the price (58) or in it (60)."""
    names = ("order_id", "outcome", "order_amount", "paid_amount", "difference_amount")
    found = rows(reported, "payment_differences", *names)
    assert found == [
        ("unpaid in the feed", "nothing paid", 30, None, -30),
        ("short", "paid less", 25, 24, -1),
        ("not paid", "the order does not count", 40, 40, 0),
        ("nobody's", "no such order", None, 9, None),
        (None, "names no order", None, 1, None),
    ]


def test_a_refund_stands_beside_what_was_paid(reported):
    """24 came in and 3 went back: paid is 24, refunded 3."""
    found = rows(reported, "payment_differences", "order_id", "paid_amount", "refunded_amount", "record_count")
    assert ("short", 24, 3, 3) in found


def test_deliveries_are_held_against_the_orders_days(reported):
    """The 7th is two days after the 5th; of two parcels one is still away, so only the order says delivered."""
    found = rows(reported, "delivery_differences", "order_id", "outcome", "difference_days")
    assert found == [
        ("short", "delivered later", 2),
        ("tax within", "no parcel", None),
        ("nobody's", "no such order", None),
        ("unpaid in the feed", "only the order says delivered", None),
    ]


def test_everybody_reads_how_many_agree(reported):
    """Of eight numbers that payments concern three agree; orders after the feed's last day are not judged."""
    viewer = Shop(reported.name, reported.snapshot, "stakeholder")
    found = rows(viewer, "feed_reconciliation", "feed", "outcome", "order_count", "judged_order_count", "order_share")
    assert found[0] == ("payments", "agrees", 3, 8, 3 / 8), found
    assert sum(count for feed, _, count, _, _ in found if feed == "payments") == 8
    for name in ("payment_differences", "delivery_differences"):
        with pytest.raises(Refused, match="only analysts see"):
            study(viewer, name).to_pyarrow()


def test_a_shop_without_a_feed_has_nothing_to_reconcile(tiny_shop):
    """No payment is reported, so no order is called unpaid."""
    shop = tiny_shop(orders=[order("1", 2, 10)])
    assert [rows(shop, name, "order_count") for name in ("feed_reconciliation",)] == [[]]
    assert study(shop, "payment_differences").rows_total == study(shop, "delivery_differences").rows_total == 0


def test_no_figure_rests_on_a_feed(reported, tiny_shop):
    """Sales are those of the orders, whatever a provider says."""
    from customary.query.measure import measure

    bare = tiny_shop(orders=[order("agreed", 2, 10)], currency="EUR")
    paid = tiny_shop(orders=[order("agreed", 2, 10)], payments=[payment("p", "agreed", 2, 99)], currency="EUR")
    names = ("net_revenue", "order_count", "buyer_count")
    assert measure(bare, *names).to_pyarrow().to_pylist() == measure(paid, *names).to_pyarrow().to_pylist()


def test_payments_are_converted_with_their_order_and_other_money_is_said(tiny_shop, tmp_path):
    """An order of 10 dollars at 0.5 is 5 euros; its payment of 10, in no named money, agrees; yen are not compared."""
    (tmp_path / "rates.csv").write_text("currency,valid_from,rate\nUSD,2020-01-01,0.5\n")
    orders = [order("usd", 2, 10, currency="USD"), order("yen", 3, 10)]
    given = [payment("1", "usd", 2, 10), payment("2", "yen", 3, 1600, currency="jpy")]
    shop = tiny_shop(orders=orders, payments=given, currency="EUR", rates=tmp_path / "rates.csv")
    assert rows(shop, "feed_reconciliation", "outcome", "order_count") == [("agrees", 1), ("in another currency", 1)]


ORDERS = """order no,customer,date,total
no-7301,ann,2025-01-02,10.00
no-7302,bob,2025-01-03,20.00
no-7303,cat,2025-01-04,30.00
"""
PROVIDER = """transaction id,order no,payment date,payment amount,fee
t1,no-7301,2025-01-02,10.00,0.30
t2,no-7302,2025-01-03,18.00,0.50
t3,no-7303,2025-01-04,30.00,0.80
"""
CARRIER = """tracking number,order no,shipped at,promised for,delivered at
n1,no-7301,2025-01-02,2025-01-05,2025-01-04
n2,no-7302,2025-01-03,2025-01-05,2025-01-08
"""


def say(*words):
    """What a command writes; it must end well."""
    run = CliRunner().invoke(app, list(words))
    assert run.exit_code == 0, run.output
    return run.output


def test_reports_of_a_provider_and_a_carrier_are_recognised_beside_orders(shops, tmp_path):
    """Orders, a report of payments and a carrier's parcels: adopted without a flag, no-7302 was paid 2 less."""
    files = {"orders.csv": ORDERS, "provider.csv": PROVIDER, "carrier.csv": CARRIER}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    shown = say("adopt", *(str(tmp_path / name) for name in files), "--name", "recognised", "--yes")
    assert "payments of a provider" in shown and "parcels of a carrier" in shown
    say("build", "recognised")
    found = rows(open_shop("recognised"), "payment_differences", "order_id", "outcome", "difference_amount")
    assert found == [("no-7302", "paid less", -2)]
    found = rows(open_shop("recognised"), "delivery_differences", "order_id", "outcome")
    assert found == [("no-7301", "only the carrier says delivered")]  # 7302 is after the last order: not yet known


def test_a_report_alone_is_what_it_was_and_can_be_called_payments(tmp_path):
    """Without orders beside it a provider's report stays a file of orders; the shop may call it payments."""
    (tmp_path / "provider.csv").write_text(PROVIDER)
    alone = propose([tmp_path / "provider.csv"], Answers())
    assert [one.kind for one in alone.found] == ["orders"]
    told = Answers({"payments:fee": "fee"}, {}, {"provider.csv": "payments"})
    (one,) = propose([tmp_path / "provider.csv"], told).found
    assert {name: meaning.column for name, meaning in one.meanings.items()} == {
        "payment_id": "transaction id",
        "order_id": "order no",
        "paid_time": "payment date",
        "payment_amount": "payment amount",
        "fee": "fee",
    }


def test_a_forgotten_persons_orders_are_nobodys_in_the_feeds_too(shops, tmp_path):
    """The number of an erased order is hidden in payments as in orders, so that both still meet."""
    for name, text in {"orders.csv": ORDERS, "provider.csv": PROVIDER}.items():
        (tmp_path / name).write_text(text)
    say("adopt", str(tmp_path / "orders.csv"), str(tmp_path / "provider.csv"), "--name", "forgets", "--yes")
    say("build", "forgets")
    say("forget", "forgets", "bob", "--yes")
    (found,) = rows(open_shop("forgets"), "payment_differences", "order_id", "outcome")
    assert found[0].startswith("erased-") and found[1] == "the order does not count"
    kept = [path for path in (shops_folder() / "forgets" / "snapshots").rglob("*") if path.is_file()]
    assert kept and not any(b"no-7302" in path.read_bytes() for path in kept)
