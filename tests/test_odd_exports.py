"""Exports as shops write them in other countries and programs: odd, legal, and read without a wrong guess."""

import pytest
from taken import proposed, rows, taken

from customary.intake import quality

ORDERS = (
    "select order_id, strftime(ordered_local, '%Y-%m-%d'), gross_amount, paid_at is not null from orders order by 1"
)
LINES = "select order_id, product_id, quantity, round(unit_price, 2) from order_items order by _record"
BACK = "select order_id, refund_amount, strftime(returned_local, '%Y-%m-%d') from returns order by 1"
GERMAN = """\ufeffBestellnummer;Bestelldatum;Kundennummer;Artikelbezeichnung;Menge;Einzelpreis;Gesamtbetrag\r
1001;05.03.2024;K1;Tasse;2;1.234,50;2.469,00\r
1002;06.03.2024;K2;Topf;1;9,90;9,90\r
Summe;;;;3;;2.478,90\r
"""
FRENCH = """n° de commande;date de commande;n° client;désignation;quantité;prix unitaire;montant
1;5 mars 2024;C1;Tasse;2;1 234,50 €;2 469,00 €
2;14 août 2024;C2;Pot;1;9,90 €;9,90 €
2;15 août 2024;C2;Pot;-1;9,90 €;-9,90 €
"""
CHINESE = """订单编号,买家会员名,买家应付货款,订单状态,订单创建时间,订单付款时间
="1234567890123456789",小明,"1,299.00",交易成功,2024年3月5日 10:00,2024年3月5日 10:05
="1234567890123456790",小红,88.00,交易关闭,2024年3月6日 11:00,
="1234567890123456791",小红,66.00,交易成功,2024年3月7日 上午9:00,2024年3月7日 上午9:01
"""
FOOTER = """My shop report
Generated 2024-04-01

Order ID,Order Date,Customer,Total
A1,2024-03-05,ann,10.00
A2,2024-03-06,ben,20.00
Total,,,30.00

2 record(s) downloaded
"""
NEGATIVE = """Order #,Date,Customer,Refund?,Amount
1,Mar 5 2024,ann,No,$10.00
2,Mar 6 2024,ben,No,$20.00
1,Mar 9 2024,ann,Yes,($10.00)
"""
UNPAID = """Order;Datum;Kunde;Betrag (netto);Versandkosten;Rabatt;Zahlungsstatus
1;01.02.24;K1;10,00;4,90;-1,00;bezahlt
2;28.02.24;K2;20,00;0,00;0,00;offen
3;29.02.24;K1;30,00;0,00;-3,00;erstattet
"""
SPANISH = """Número de pedido;Fecha;Cliente;Importe total;Estado
1;05/03/2024;c1;R$ 1.234,56;Pagado
2;25/03/2024;c2;R$ 20,00;Cancelado
"""
RECEIPTS = """ID,Cliente,Produto,Qtd,Valor total,Data do pedido
1,ana,caneca,2,"R$ 25,80",05/03/2024
2,bia,pote,1,"R$ 9,90",14/03/2024
"""
SUPERSTORE = """Row ID,Order ID,Order Date,Ship Date,Ship Mode,Customer ID,Customer Name,Segment,Country,City,State,\
Postal Code,Region,Product ID,Category,Sub-Category,Product Name,Sales,Quantity,Discount,Profit
1,CA-1,11/8/2016,11/11/2016,Second,CG-1,Claire,Consumer,US,Henderson,KY,42420,S,FUR-1,Desks,Oak,Bush,20.00,2,0,4.91
2,CA-2,6/16/2016,6/20/2016,Second,DV-1,Darrin,Corporate,US,LA,CA,90036,W,OFF-1,Pens,Blue,Pen,9.00,3,0.2,1.58
"""
BASKETS = """household_key,BASKET_ID,DAY,PRODUCT_ID,QUANTITY,SALES_VALUE,STORE_ID
2375,26984851472,1,1004906,1,1.39,364
2375,26984851472,1,1033142,2,0.82,364
1364,26984896261,1,842930,2,2.19,31742
"""
MIXED_ENDS = (
    'Order ID,Order Date,Customer,Total\r\nA1,2024-03-05,ann,10\nA2,2024-03-06,ben,20\r\nA3,2024-03-07,"c\nd",5\n'
)


@pytest.mark.parametrize(
    ("text", "encoding", "orders"),
    [
        (GERMAN, "utf-8", [("1001", "2024-03-05", None, True), ("1002", "2024-03-06", None, True)]),
        (FRENCH, "cp1252", [("1", "2024-03-05", None, True), ("2", "2024-08-14", None, True)]),
        (
            CHINESE,
            "gb18030",
            [
                ("1234567890123456789", "2024-03-05", 1299, True),
                ("1234567890123456790", "2024-03-06", 88, False),
                ("1234567890123456791", "2024-03-07", 66, True),
            ],
        ),
        (FOOTER, "utf-8", [("A1", "2024-03-05", 10, True), ("A2", "2024-03-06", 20, True)]),
        (NEGATIVE, "utf-8", [("1", "2024-03-05", 10, True), ("2", "2024-03-06", 20, True)]),
        (SPANISH, "utf-8", [("1", "2024-03-05", 1234.56, True), ("2", "2024-03-25", 20, False)]),
        (FOOTER.replace("\n", "\r"), "utf-8", [("A1", "2024-03-05", 10, True), ("A2", "2024-03-06", 20, True)]),
        (FOOTER.replace(",", "\t"), "utf-16", [("A1", "2024-03-05", 10, True), ("A2", "2024-03-06", 20, True)]),
        (
            MIXED_ENDS,
            "utf-8",
            [("A1", "2024-03-05", 10, True), ("A2", "2024-03-06", 20, True), ("A3", "2024-03-07", 5, True)],
        ),
        (BASKETS, "utf-8", [("26984851472", None, None, False), ("26984896261", None, None, False)]),
    ],
)
def test_orders_come_in_as_they_were_meant(tmp_path, text, encoding, orders):
    """Number, day and amount of each, and whether it was paid; totals and footers are no orders."""
    assert rows(taken(tmp_path, {"export.csv": text.encode(encoding)}), ORDERS) == orders


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (GERMAN, [("1001", "Tasse", 2, 1234.5), ("1002", "Topf", 1, 9.9)]),
        (FRENCH, [("1", "Tasse", 2, 1234.5), ("2", "Pot", 1, 9.9)]),
        (RECEIPTS, [("1", "caneca", 2, 12.9), ("2", "pote", 1, 9.9)]),
        (
            BASKETS,
            [
                ("26984851472", "1004906", 1, 1.39),
                ("26984851472", "1033142", 2, 0.41),
                ("26984896261", "842930", 2, 1.1),
            ],
        ),
        (SUPERSTORE, [("CA-1", "FUR-1", 2, 10), ("CA-2", "OFF-1", 3, 3)]),
    ],
)
def test_lines_come_in_as_they_were_meant(tmp_path, text, lines):
    """Products keep their numbers: FUR-1 and OFF-1 are two products, and no amounts of less than nothing."""
    assert rows(taken(tmp_path, {"export.csv": text}), LINES) == lines


@pytest.mark.parametrize(("text", "back"), [(NEGATIVE, ("1", 10, "2024-03-09")), (FRENCH, (None, 9.9, "2024-08-15"))])
def test_what_is_below_zero_came_back(tmp_path, text, back):
    """On its own day."""
    assert rows(taken(tmp_path, {"export.csv": text}), BACK) == [back]


def test_a_status_of_payment_in_another_language_is_one(tmp_path):
    """Open is not paid; refunded was paid once."""
    told = rows(taken(tmp_path, {"export.csv": UNPAID}), ORDERS)
    assert [(order, is_paid) for order, _, _, is_paid in told] == [("1", True), ("2", False), ("3", True)]


def test_what_is_recognised_and_not_used_is_said(tmp_path):
    """A net amount has its discount taken off: the column stands among those that are not kept, not among the used."""
    made = proposed(tmp_path, {"export.csv": UNPAID})
    assert [column for _, _, column, *_ in made.rows()] == [
        *("Order", "Datum", "Kunde", "Betrag (netto)", "Versandkosten", "Zahlungsstatus")
    ]
    assert list(made.spare_columns()) == [("export.csv", "Rabatt")]


def test_pieces_with_a_word_behind_their_number_are_so_many(tmp_path):
    """Two mugs and ten pans, be they pcs or 件: read as nothing, each line would have been one piece."""
    text = "Order No,Date,Customer,Product,Quantity,Unit price\n1,2024-03-05,ann,Mug,2 pcs,5.00\n"
    text += "2,2024-03-16,ben,Pan,10 pcs,1.00\n2,2024-03-16,ben,Mug,1 pcs,5.00\n"
    told = [("1", "Mug", 2, 5), ("2", "Pan", 10, 1), ("2", "Mug", 1, 5)]
    for number, unit in enumerate(("pcs", "件", "Stk.")):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert rows(taken(folder, {"export.csv": text.replace("pcs", unit)}), LINES) == told


def test_pieces_that_cannot_be_read_are_no_single_piece(tmp_path):
    """x2 are two; “a dozen” is nothing that is known: the line is set aside with its reason."""
    text = "Order No,Date,Customer,Product,Qty,Unit price\n1,2024-03-05,ann,Mug,x2,5.00\n"
    text += "2,2024-03-16,ben,Mug,a dozen,5.00\n3,2024-03-17,cy,Pan,x1,1.00\n"
    con = taken(tmp_path, {"export.csv": text})
    assert rows(con, LINES) == [("1", "Mug", 2, 5), ("3", "Pan", 1, 1)]
    assert rows(con, "select line, reason from quarantine") == [(3, "quantity is not a whole number")]


def test_a_gross_amount_with_its_tax_is_an_amount(tmp_path):
    """Net 100, VAT 19, gross 119: the goods were 100, the tax 19."""
    text = "Order No,Date,Customer,Net,VAT,Gross\n1,2024-03-05,ann,100.00,19.00,119.00\n"
    text += "2,2024-03-16,ben,50.00,9.50,59.50\n3,2024-03-17,cy,10.00,1.90,11.90\n"
    found = rows(taken(tmp_path, {"export.csv": text}), "select gross_amount, tax_amount from orders order by 1")
    assert found == [(10, 1.9), (50, 9.5), (100, 19)]


def test_a_status_of_refunded_takes_the_whole_order_back(tmp_path):
    """Order 2 came back for 20; of order 3 a part did, and nobody knows how much: it is said, not guessed."""
    text = "Order No,Date,Customer,Total,Status\n1,2024-03-05,ann,10,Completed\n"
    text += "2,2024-03-16,ben,20,Refunded\n3,2024-03-17,cy,30,Partially refunded\n"
    assert rows(taken(tmp_path, {"export.csv": text}), BACK) == [("2", 20, "2024-03-16")]
    (said,) = proposed(tmp_path, {"export.csv": text}).lines_without_price()
    assert "“Partially refunded” says that something came back and not how much" in said


def test_a_status_of_refunded_beside_lines_without_prices_is_said(tmp_path):
    """What a line cost is not known, so what came back is not either: sales stay, and adoption says so."""
    text = "Order No,Date,Customer,Product,Quantity,Order total,Status\n1,2024-03-05,ann,Mug,1,5,Completed\n"
    text += "2,2024-03-16,ben,Pan,1,14,Refunded\n2,2024-03-16,ben,Mug,1,14,Refunded\n"
    told = list(proposed(tmp_path, {"export.csv": text}).lines_without_price())
    assert "no column says what each line cost" in told[0]
    assert "“Refunded” says that something came back and not how much" in told[1]


def test_a_refund_far_behind_the_first_rows_is_one(tmp_path):
    """The 3,000th order is the only one of status “Refunded”, far behind what is looked at first."""
    lines = [f"{n},2024-03-{1 + n % 28:02},c{n},10,{'REFUNDED' if n == 3000 else 'Completed'}" for n in range(3100)]
    text = "\n".join(["Order No,Date,Customer,Total,Status", *lines, ""])
    assert [row[:2] for row in rows(taken(tmp_path, {"export.csv": text}), BACK)] == [("3000", 10)]


def test_titles_above_a_table_may_fill_its_width_with_blanks(tmp_path):
    """As spreadsheets save merged titles, and a row that names groups of columns."""
    title = "Sales March,,,\n,,,\nOrder No,Date,Customer,Total\n1,2024-03-05,ann,10\n2,2024-03-16,ben,20\nTotal,,,30\n"
    groups = "Order,,Customer,Money\nNumber,Date,E-mail,Total\n1,2024-03-05,a@x.com,10\n2,2024-03-16,b@x.com,20\n"
    for number, text in enumerate((title, groups)):
        folder = tmp_path / str(number)
        folder.mkdir()
        found = [row[1:] for row in rows(taken(folder, {"export.csv": text}), ORDERS)]
        assert found == [("2024-03-05", 10, True), ("2024-03-16", 20, True)]


def test_a_russian_export_in_its_old_letters_comes_in(tmp_path):
    """Windows-1251, roubles by their word, one order cancelled."""
    text = "Номер заказа;Дата заказа;Покупатель;Сумма;Статус\n7001;05.03.2024;Иванов;1 234,50 руб.;Оплачен\n"
    text += "7002;16.03.2024;Петров;500,00 руб.;Оплачен\n7003;17.03.2024;Иванов;200,00 руб.;Отменён\n"
    found = rows(taken(tmp_path, {"export.csv": text.encode("cp1251")}), ORDERS)
    days = ("2024-03-05", "2024-03-16", "2024-03-17")
    assert found == list(zip(("7001", "7002", "7003"), days, (1234.5, 500, 200), (True, True, False), strict=True))


def test_a_discount_that_a_net_amount_is_less_already_is_kept_where_the_rows_prove_it(tmp_path):
    """99 listed, 9 off, 90 net: the goods were 99. Without the list price nothing proves it, and 90 stays 90."""
    text = "Order No,Date,Customer,List value,Discount,Net total\n1,2024-03-05,ann,99,9,90\n2,2024-03-16,ben,50,0,50\n"
    text += "3,2024-03-17,cy,20,5,15\n"
    sql = "select order_id, gross_amount, discount_amount from orders order by 1"
    proven, bare = tmp_path / "proven", tmp_path / "bare"
    proven.mkdir(), bare.mkdir()
    assert rows(taken(proven, {"export.csv": text}), sql) == [("1", 99, 9), ("2", 50, 0), ("3", 20, 5)]
    lines = [line.split(",") for line in text.splitlines()]
    less = "\n".join(",".join(line[:3] + line[4:]) for line in lines)
    assert rows(taken(bare, {"export.csv": less}), sql) == [("1", 90, None), ("2", 50, None), ("3", 15, None)]


def test_a_log_of_statuses_is_one_order_each_in_its_newest_state(tmp_path):
    """Order 1 was pending and is paid, order 3 was paid and is cancelled; the lines before are no fault of the data."""
    text = "Order No,Date,Customer,Total,Status\n1,2024-03-05,ann,10,Pending\n2,2024-03-06,ben,20,Pending\n"
    text += "1,2024-03-05,ann,10,Paid\n3,2024-03-07,cy,30,Paid\n3,2024-03-07,cy,30,Cancelled\n"
    con = taken(tmp_path, {"export.csv": text})
    assert rows(con, "select order_id, paid_at is not null from orders order by 1") == [
        ("1", True),
        ("2", False),
        ("3", False),
    ]
    newer = "another line of the file has a newer state of this order_id"
    assert rows(con, "select line, reason from quarantine order by 1") == [(2, newer), (5, newer)]
    quality.inspect(con)
    assert rows(con, "select accuracy, is_met from quality where table_name = 'orders'") == [(1, True)]
