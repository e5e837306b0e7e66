"""Rows that say by a word of their own what they are: sales, refunds, or neither; and columns that speak of refunds.

Judges intake/recognise/row_kinds and statuses_back.
"""

import pytest
from taken import proposed, rows, taken

HEAD = "Order ID,Date,Customer,Type,Amount\n"
SALES = "1,2024-03-05,ann,Sale,20.00\n2,2024-03-16,ben,Sale,30.00\n"
ORDERS = "select order_id, gross_amount from orders order by 1"
BACK = "select order_id, refund_amount, strftime(returned_local, '%m-%d') from returns order by 1"


@pytest.mark.parametrize("amount", ["30.00", "-30.00"])
def test_a_row_that_says_refund_is_one(tmp_path, amount):
    """Above zero or below it: with the number of its sale it comes back from that order, dated by its row."""
    con = taken(tmp_path, {"export.csv": f"{HEAD}{SALES}2,2024-03-18,ben,Refund,{amount}\n"})
    assert (rows(con, ORDERS), rows(con, BACK)) == ([("1", 20), ("2", 30)], [("2", 30, "03-18")])


def test_a_refund_with_a_number_of_its_own_is_of_no_known_order(tmp_path):
    """It is the customer's all the same."""
    con = taken(tmp_path, {"export.csv": f"{HEAD}{SALES}3,2024-03-18,ben,REFUND,30.00\n"})
    assert (rows(con, ORDERS), rows(con, BACK)) == ([("1", 20), ("2", 30)], [(None, 30, "03-18")])
    assert rows(con, "select customer_id from returns") == [("ben",)]


@pytest.mark.parametrize(
    ("sale", "back"),
    [
        ("Verkauf", "Gutschrift"),
        ("Vente", "Avoir"),
        ("销售", "退款"),
        ("판매", "환불"),
        ("charge", "chargeback"),
        ("売上", "返品"),
    ],
)
def test_in_other_languages(tmp_path, sale, back):
    """The values decide, whatever the column is called."""
    text = f"{HEAD}{SALES}2,2024-03-18,ben,{back},30.00\n".replace("Sale", sale).replace("Type", "Was")
    assert rows(taken(tmp_path, {"export.csv": text}), BACK) == [("2", 30, "03-18")]


def test_a_fee_is_neither_and_is_said(tmp_path):
    """It does not replace the sale of its order, and is quarantined with its reason."""
    con = taken(tmp_path, {"export.csv": f"{HEAD}{SALES}2,2024-03-18,ben,Refund,30\n1,2024-03-19,ann,Fee,-1.00\n"})
    assert (rows(con, ORDERS), rows(con, BACK)) == ([("1", 20), ("2", 30)], [("2", 30, "03-18")])
    assert rows(con, "select line, reason from quarantine") == [
        (5, "its row says that it is neither a sale nor a refund")
    ]


def test_lines_say_it_too(tmp_path):
    """A pan comes back whole, by the day of its row; a fee is no line."""
    text = "Order ID,Date,Customer,Product,Type,Quantity,Price\n1,2024-03-05,ann,Mug,Sale,2,10.00\n"
    text += "2,2024-03-16,ben,Pan,Sale,2,15.00\n2,2024-03-18,ben,Pan,Return,2,15.00\n1,2024-03-19,ann,Mug,Fee,1,1.00\n"
    con = taken(tmp_path, {"export.csv": text})
    assert rows(con, "select order_id, quantity * unit_price from order_items order by 1") == [("1", 20), ("2", 30)]
    assert rows(con, "select product_id, quantity, refund_amount from returns") == [("Pan", 2, 30)]
    assert rows(con, "select count(*) from orders") == [(2,)]


def test_a_sale_without_pieces_comes_back_as_one(tmp_path):
    """As stores of programs write it: the refund stands below zero, and has no pieces."""
    text = "Order ID,Type,Product Name,Customer Email,Sale Amount,Date\n1,sale,App,a@x.com,20.00,2024-03-15\n"
    text += "1,refund,App,a@x.com,-20.00,2024-03-20\n2,sale,App,b@x.com,20.00,2024-03-16\n"
    con = taken(tmp_path, {"export.csv": text})
    assert rows(con, "select order_id, quantity * unit_price from order_items order by 1") == [("1", 20), ("2", 20)]
    assert rows(con, "select quantity, refund_amount from returns") == [(1, 20)]


@pytest.mark.parametrize(
    "words", [("new", "returning", "new"), ("Sale", "Sale", "Sale"), ("order", "exchange", "order"), ("Return", "", "")]
)
def test_other_words_say_nothing_of_it(tmp_path, words):
    """A returning customer brings nothing back; sales alone are sales."""
    lines = [f"{n},2024-03-{5 + n:02},c{n},{word},10\n" for n, word in enumerate(words)]
    con = taken(tmp_path, {"export.csv": HEAD + "".join(lines)})
    assert (rows(con, ORDERS), rows(con, BACK)) == ([("0", 10), ("1", 10), ("2", 10)], [])


@pytest.mark.parametrize(
    ("name", "values", "is_said"),
    [
        ("Refunded?", ("No", "Yes"), True),
        ("Refunded in cash", ("0", "10.00"), True),
        ("Refunded in cash", ("0", "0"), False),
        ("Refunded?", ("No", "No"), False),
        ("Refund policy", ("30 days", "30 days"), False),
        ("Returning", ("1", "5"), False),
    ],
)
def test_a_column_that_speaks_of_refunds_and_is_not_read_is_said(tmp_path, name, values, is_said):
    """Nothing is taken off by it, so adoption says so."""
    text = f"Order ID,Date,Customer,Total,{name}\n1,2024-03-05,ann,20.00,{values[0]}\n2,2024-03-16,ben,30,{values[1]}\n"
    said = [one for one in proposed(tmp_path, {"export.csv": text}).lines_without_price() if name in one]
    assert bool(said) == is_said


def test_squarespace_is_no_shopify(tmp_path):
    """Its orders have a number in “Order ID”, and what it refunded in a column of its own."""
    text = "Order ID,Email,Financial Status,Paid at,Amount Refunded,Total,Created at,Lineitem quantity,Lineitem name,"
    text += "Lineitem price\n1,a@x.com,PAID,2024-03-15 10:11:12 -0400,0,50,2024-03-15 10:11:12 -0400,2,Mug,10\n"
    text += (
        "1,a@x.com,,,,,,1,Pan,30\n2,b@x.com,PAID,2024-03-16 10:11:12 -0400,10,30,2024-03-16 10:11:12 -0400,1,Pan,30\n"
    )
    con = taken(tmp_path, {"orders.csv": text})
    assert rows(con, "select order_id, sum(quantity * unit_price) from order_items group by 1 order by 1") == [
        ("1", 50),
        ("2", 30),
    ]
    assert rows(con, "select order_id, refund_amount from returns") == [("2", 10)]


def test_a_time_of_day_is_no_time_zone(tmp_path):
    """Whatever stands in brackets behind it."""
    text = "Order ID,Date,Purchase Time (UTC timezone),Customer,Total\n1,2024-03-05,10:11:12,ann,20.00\n"
    assert proposed(tmp_path, {"export.csv": text}).found[0].column("zone") is None


TA_FENG = "TRANSACTION_DT,CUSTOMER_ID,PRODUCT_ID,AMOUNT,SALES_PRICE\n11/1/2000,a,p1,2,30\n11/13/2000,b,p2,1,46\n"


def test_small_whole_amounts_beside_a_price_are_asked_about(tmp_path):
    """They may be pieces, as in Ta-Feng's till."""
    (asked,) = proposed(tmp_path, {"tafeng.csv": TA_FENG}).open
    assert "is “AMOUNT” in tafeng.csv money or pieces?" in asked
    for money in (TA_FENG.replace(",2,30", ",2.50,30"), TA_FENG.replace(",2,", ",200,").replace(",1,", ",100,")):
        assert list(proposed(tmp_path, {"tafeng.csv": money}).open) == []


@pytest.mark.parametrize(
    ("answer", "sums"),
    [
        ("total=AMOUNT", [2, 1]),
        ("quantity=AMOUNT,total=SALES_PRICE", [30, 46]),
        ("quantity=AMOUNT,unit_price=SALES_PRICE,total=", [60, 46]),
    ],
)
def test_each_answer_is_taken(tmp_path, answer, sums):
    """Money, the price of all, or the price of one: then it is price times pieces."""
    con = taken(tmp_path, {"tafeng.csv": TA_FENG}, columns=[f"tafeng.csv:{answer}"])
    assert [amount for (amount,) in rows(con, "select gross_amount from orders order by ordered_at")] == sums


def test_a_members_rating_is_no_survey(tmp_path):
    """A list of subscribers rates them; without their names the same column would be an answer."""
    text = "Email Address,First Name,MEMBER_RATING,OPTIN_TIME,CC,REGION\na@x.com,Ann,3,2024-01-05 10:00:00,US,CA\n"
    text += "b@x.com,Ben,2,2024-01-06 10:00:00,US,NY\n"
    assert proposed(tmp_path, {"members.csv": text}).found[0].kind == "customers"


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2024/03/15 10:11:12 AM GMT+1", "2024-03-15 09:11:12"),
        ("2024-03-15 10:11:12 GMT-10", "2024-03-15 20:11:12"),
        ("2024-03-15 10:11:12 UTC+5:30", "2024-03-15 04:41:12"),
        ("2024-03-15 10:11:12 GMT", "2024-03-15 10:11:12"),
    ],
)
def test_offsets_by_the_hour_are_read(tmp_path, written, utc):
    """As Google Forms stamps its answers."""
    text = f"Timestamp,Email Address,How likely are you to recommend us?\n{written},a@x.com,9\n"
    assert rows(taken(tmp_path, {"forms.csv": text}), "select answered_at::varchar from responses") == [(utc,)]


def test_prestashops_shipping_is_in_its_total(tmp_path):
    """24.90 with 4.90 of shipping in it are goods of 20."""
    text = "id_order;id_customer;total_paid_tax_incl;total_shipping_tax_incl;date_add\n"
    text += "1;7;24.900000;4.900000;2024-03-15 10:11:12\n2;8;30.000000;0.000000;2024-03-16 10:11:12\n"
    found = rows(taken(tmp_path, {"orders.csv": text}), "select customer_id, gross_amount from orders order by 1")
    assert found == [("7", 20), ("8", 30)]


@pytest.mark.parametrize("columns", ["Subtotal,Shipping,Total", "Shipping,Total"])
def test_the_shipping_of_an_order_of_one_row_is_not_of_its_line(tmp_path, columns):
    """Two mugs for 20 and 5 of shipping: one costs 10, whether a subtotal stands there or not."""
    values = ("20.00,5.00,25.00", "30.00,0.00,30.00", "30.00,4.00,34.00")
    kept = [value if columns.startswith("Subtotal") else value.partition(",")[2] for value in values]
    text = f"Order No,Date,Customer,Product,Quantity,{columns}\n1,2024-03-05,ann,Mug,2,{kept[0]}\n"
    text += f"2,2024-03-16,ben,Pan,1,{kept[1]}\n3,2024-03-17,ben,Pan,1,{kept[2]}\n"
    con = taken(tmp_path, {"export.csv": text})
    assert rows(con, "select order_id, unit_price from order_items order by 1") == [("1", 10), ("2", 30), ("3", 30)]
