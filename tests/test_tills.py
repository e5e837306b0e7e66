"""Tills: receipts and loyalty cards by their names in many languages, tickets of a till, numbers that begin anew."""

import duckdb
import pytest
from taken import proposed, rows, taken

from customary import intake
from customary.intake.settings import read_settings
from customary.intake.source import source_of

SALES = "select order_id, customer_id, gross_amount from orders order by 1"
LINES = "select order_id, sum(quantity * unit_price) from order_items group by all order by 1"
IN_MANY_LANGUAGES = {
    "English": "Receipt No,Date,Time,Item,Qty,Price,Loyalty card",
    "German": "Beleg,Datum,Uhrzeit,Artikel,Menge,Einzelpreis,Kundenkarte",
    "Bon": "Bon-Nr.,Datum,Uhrzeit,Artikel,Menge,Preis,Kundenkarten-Nr",
    "Chinese": "小票号,日期,时间,商品名称,数量,单价,会员卡号",
    "Spanish": "Ticket,Fecha,Hora,Producto,Cantidad,Precio,Tarjeta de cliente",
    "French": "N° de ticket,Date,Heure,Produit,Quantité,Prix,Carte de fidélité",
    "Portuguese": "Cupom fiscal,Data,Hora,Produto,Quantidade,Preço,Cartão fidelidade",
    "Japanese": "レシート番号,日付,時刻,商品名,数量,単価,会員カード番号",
}
TILL = "1001,2024-03-05,09:12,Mug,2,4.50,K1\n1001,2024-03-05,09:12,Bowl,1,6.00,K1\n1002,2024-03-06,10:02,Mug,1,4.50,\n"


@pytest.mark.parametrize("head", IN_MANY_LANGUAGES.values(), ids=IN_MANY_LANGUAGES)
def test_a_tills_receipts_are_orders(tmp_path, head):
    """2 mugs of 4.50 and a bowl of 6 are receipt 1001 of K1, 15; a mug is receipt 1002 of nobody."""
    con = taken(tmp_path, {"till.csv": f"{head}\n{TILL}"})
    assert rows(con, LINES) == [("1001", 15.0), ("1002", 4.5)]
    assert rows(con, "select customer_id, ordered_local::VARCHAR from orders order by order_id") == [
        ("K1", "2024-03-05 09:12:00"),
        (None, "2024-03-06 10:02:00"),
    ]


def test_a_ticket_with_a_price_is_a_receipt_and_one_with_a_subject_is_none(tmp_path):
    """Ticket and total are a sale; ticket and subject are a request for help, whatever was refunded."""
    sale = "Ticket,Date,Total\n1,2024-03-05,9\n2,2024-03-06,8\n"
    desk = "Ticket,Created at,Subject,Amount\n1,2024-03-05,Late,9\n2,2024-03-06,Broken,8\n"
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert rows(taken(tmp_path / "a", {"sales.csv": sale}), SALES) == [("1", None, 9.0), ("2", None, 8.0)]
    assert rows(taken(tmp_path / "b", {"desk.csv": desk}), "select ticket_id from tickets order by 1") == [
        ("1",),
        ("2",),
    ]


def test_a_ticket_of_which_nothing_more_is_known_is_asked_about(tmp_path):
    """Ticket, customer and day may be either; the flag that is printed answers it."""
    files = {"t.csv": "Ticket,Customer,Date\n1,C1,2024-03-05\n2,C2,2024-03-06\n"}
    (question,) = proposed(tmp_path, files).open
    assert "a receipt of a till or a request for help" in question and "--table 't.csv=orders'" in question
    told = taken(tmp_path, files, tables={"t.csv": "orders"})
    assert rows(told, "select order_id, customer_id from orders order by 1") == [("1", "C1"), ("2", "C2")]


CARDS = {
    "loyalty": (("70011", "70022"), "Card number"),
    "last digits": (("4242", "1881"), None),
    "masked": (("**** 4242", "xxxx1881"), None),
    "bank": (("4242424242424242", "4012888888881881"), None),
}


@pytest.mark.parametrize(("numbers", "column"), [((a, b), c) for (a, b), c in CARDS.values()], ids=CARDS)
def test_a_banks_card_names_no_customer(tmp_path, numbers, column):
    """Masked numbers, the last four digits and whole ones with a right check digit pay; others are of a customer."""
    files = {"t.csv": "Receipt,Date,Total,Card number\n" + "".join(f"{n},2024-03-05,9,{n}\n" for n in numbers)}
    (found,) = proposed(tmp_path, files).found
    assert found.column("customer_id") == column


ANEW = "1,2024-03-05,A,9\n2,2024-03-05,A,8\n1,2024-03-06,A,7\n2,2024-03-06,A,6\n1,2024-03-06,B,5\n2,2024-03-06,B,4\n"


def test_numbers_that_begin_anew_go_with_day_and_till(tmp_path):
    """Two tills give 1 and 2 each day: six sales of 39 in all, not two."""
    proposal = proposed(tmp_path, {"t.csv": f"Receipt,Date,Till,Total\n{ANEW}"})
    assert proposal.found[0].meanings["order_id"].because.endswith("they count together with Till, Date")
    con = taken(tmp_path, {"t.csv": f"Receipt,Date,Till,Total\n{ANEW}"})
    assert rows(con, "select count(*), sum(gross_amount) from orders") == [(6, 39.0)]
    assert rows(con, "select min(order_id) from orders") == [("A 2024-03-05 1",)]


def test_a_subscription_keeps_its_number(tmp_path):
    """A number that stands on several days for one person is one order, charged anew; nothing is put beside it."""
    paid = "".join(f"{n},2024-0{month}-05,C{n},9\n" for month in (1, 2, 3) for n in (1, 2, 3))
    (found,) = proposed(tmp_path, {"s.csv": f"Order ID,Date,Customer,Total\n{paid}"}).found
    assert found.numbered_by == ()


@pytest.mark.parametrize("line", ["4.50", "Mug,1,4.50"], ids=["totals", "lines"])
def test_a_later_file_with_the_same_numbers_of_another_day_is_no_later_state(tmp_path, line):
    """The till's next day begins with 1 again: it does not replace the day before silently, but counts as a fault."""
    head = "Receipt,Date,Total" if line == "4.50" else "Receipt,Date,Item,Qty,Price"
    days = {f"day{n}.csv": f"{head}\n" + "".join(f"{i},2024-03-0{n},{line}\n" for i in (1, 2)) for n in (1, 2)}
    (tmp_path / "one").mkdir()
    taken(tmp_path / "one", {"day1.csv": days["day1.csv"]})
    shop, second = tmp_path / "one" / "shop", tmp_path / "day2.csv"
    second.write_text(days["day2.csv"])
    source = source_of(shop, "own")
    intake.adopt([second], source, shop)
    con = duckdb.connect()
    intake.load(con, intake.Order(source, read_settings(shop), shop), lambda step, amount: None)
    found = rows(con, "select reason, count(*) from quarantine group by all")
    assert found == [("an order of another day has the same order_id", 2)]
