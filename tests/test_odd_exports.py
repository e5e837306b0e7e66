"""Exports as shops write them in other countries and programs: odd, legal, and read without a wrong guess."""

import pytest
from taken import proposed, rows, taken

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
