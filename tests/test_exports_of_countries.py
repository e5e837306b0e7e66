"""Exports of shops in Korea, Poland, Italy, France, Japan and Brazil: their words, their keys, what they hide."""

import pytest
from taken import proposed, rows, taken

from customary.intake.recognise.currencies import currency_by_language, zone_of

ORDERS = "select order_id, customer_id, strftime(ordered_local, '%Y-%m-%d'), paid_at is not null from orders order by 1"
SUMS = """select o.order_id, coalesce(sum(i.quantity * i.unit_price) filter (where i.excluded_because is null),
    any_value(o.gross_amount)) - coalesce(any_value(o.discount_amount), 0)
    from orders o left join order_items i using (order_id) group by 1 order by 1"""
NAVER = """상품주문번호,주문번호,구매자명,구매자ID,주문상태,결제일,상품번호,상품명,수량,상품가격,최종 상품별 할인액,\
최종 상품별 총 주문금액,배송비 합계,주문일시
11,100,김철수,kim**,배송완료,2024-03-05 10:11:12,9001,머그컵,1,10000,0,10000,3000,2024-03-05 10:10:00
12,100,김철수,kim**,배송완료,2024-03-05 10:11:12,9002,냄비,2,15000,2000,28000,3000,2024-03-05 10:10:00
13,101,이영희,lee**,취소,2024-03-06 10:11:12,9001,머그컵,1,10000,0,10000,3000,2024-03-06 10:10:00
"""
COUPANG = """번호,주문번호,주문일,등록상품명,업체상품코드,결제액,배송비,구매수(수량),\
옵션판매가(판매단가),구매자,구매자전화번호
1,3000012345678,2024-03-05 10:11:12,머그컵,SKU1,10000,0,1,10000,김철수,0503-1111-2222
2,3000012345679,2024-03-06 11:11:12,냄비,SKU2,30000,3000,2,15000,이영희,0503-3333-2222
"""
ALLEGRO = """Numer zamówienia;Data zamówienia;Status zamówienia;Login kupującego;Nazwa produktu;Ilość;Cena;Waluta
1001;05.03.2024 10:11;Wysłane;janek;Kubek;2;12,50;PLN
1002;06.03.2024 11:11;Anulowane;ola;Garnek;1;99,00;PLN
1003;07.03.2024 11:11;Zrealizowane;ola;Garnek;1;99,00;PLN
"""
ITALIAN = """Numero ordine;Data ordine;Stato ordine;Email cliente;Totale ordine;Nome prodotto;Quantità;Prezzo
1;05/03/2024;Completato;a@x.it;20,00;Tazza;2;10,00
2;25/03/2024;Annullato;b@x.it;30,00;Pentola;1;30,00
3;26/03/2024;In lavorazione;b@x.it;30,00;Pentola;1;30,00
"""
FRENCH = """Référence commande;Date de commande;Client;Total commande;État de la commande
A1;05/03/2024;Martin;24,90 €;Paiement accepté
A2;25/03/2024;Durand;30,00 €;En attente de paiement par chèque
"""
RAKUTEN = """注文番号,注文日時,ステータス,注文者メールアドレス,商品名,商品番号,単価,個数,送料
1,2024-03-05 10:11:12,発送済,a@x.jp,マグ,M1,1000,2,500
2,2024-03-06 10:11:12,発送済,b@x.jp,鍋,N1,3000,1,0
"""


@pytest.mark.parametrize(
    ("text", "paid", "sums"),
    [
        (ALLEGRO, [True, False, True], [("1001", 25), ("1002", 99), ("1003", 99)]),
        (ITALIAN, [True, False, True], [("1", 20), ("2", 30), ("3", 30)]),
        (FRENCH, [True, False], [("A1", 24.9), ("A2", 30)]),
        (RAKUTEN, [True, True], [("1", 2000), ("2", 3000)]),
        (COUPANG, [True, True], [("3000012345678", 10000), ("3000012345679", 30000)]),
        (NAVER, [True, True], [("100", 38000), ("101", 10000)]),
    ],
    ids=["Allegro", "Italian", "French", "楽天", "쿠팡", "스마트스토어"],
)
def test_an_export_comes_in_by_its_own_words(tmp_path, text, paid, sums):
    """Which orders were paid, and what their goods cost less what was taken off."""
    con = taken(tmp_path, {"export.csv": text})
    assert [row[3] for row in rows(con, ORDERS)] == paid
    assert rows(con, SUMS) == sums


def test_hidden_names_are_no_customers(tmp_path):
    """kim** may be anybody whose name begins so; what was paid and cancelled is paid back."""
    con = taken(tmp_path, {"export.csv": NAVER})
    assert [row[1] for row in rows(con, ORDERS)] == [None, None]
    assert rows(con, "select order_id, refund_amount from returns") == [("101", 10000)]
    text = "Order No,Date,Phone,Total\n1,2024-03-05,186******05,10\n2,2024-03-06,13812345678,20\n"
    (tmp_path / "phones").mkdir()
    assert [row[1] for row in rows(taken(tmp_path / "phones", {"export.csv": text}), ORDERS)] == [None, "13812345678"]


BRAZIL = "Número do Pedido,Data,CPF/CNPJ,Valor total,Situação\n"


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("123.456.789-09", "123.456.789-09"),
        ("12345678909", "123.456.789-09"),
        ("2345678909", "023.456.789-09"),  # a spreadsheet took the zero
        ("12.345.678/0001-95", "12.345.678/0001-95"),
        ("12345678000195", "12.345.678/0001-95"),
        ("2345678000195", "02.345.678/0001-95"),
        ("1234", "1234"),  # no tax number
        ("***.456.789-**", None),  # anybody's
    ],
)
def test_brazilian_shops_know_people_by_their_tax_number(tmp_path, written, key):
    """However it is written it is one person."""
    con = taken(tmp_path, {"pedidos.csv": f'{BRAZIL}1,25/03/2024,{written},"20,00",Aprovado\n'})
    assert rows(con, ORDERS) == [("1", key, "2024-03-25", True)]


@pytest.mark.parametrize(
    ("text", "currency", "zone"), [(NAVER, "KRW", "Asia/Seoul"), (RAKUTEN, "JPY", "Asia/Tokyo"), (FRENCH, "EUR", "UTC")]
)
def test_the_language_of_the_names_tells_currency_and_zone(tmp_path, text, currency, zone):
    """Where no file says them."""
    found = proposed(tmp_path, {"export.csv": text}).found
    assert (currency_by_language(found), zone_of(found)) == (currency, zone)
