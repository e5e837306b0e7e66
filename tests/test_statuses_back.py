"""What came back, or was cancelled, by a status alone: of orders and of lines, behind the first rows and in any format.

Judges intake/recognise/statuses_back, payment and every_row.
"""

import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from taken import proposed, rows, taken

HEAD = "Order No,Date,Customer,Product,Quantity,Unit price,Status\n"
BACK = "select order_id, product_id, quantity, refund_amount from returns order by 1, 2"
PAID = "select order_id, paid_at is not null from orders order by 1"
LINES = "select order_id, product_id, excluded_because from order_items order by 1, 2"


def test_a_refunded_line_takes_its_amount_back(tmp_path):
    """Two pans for 9 each; the mug of the same order stays sold, and the order paid."""
    text = f"{HEAD}1,2024-03-05,ann,Mug,2,5,Completed\n"
    text += "2,2024-03-16,ben,Pan,2,9,Refunded\n2,2024-03-16,ben,Mug,1,5,Completed\n"
    con = taken(tmp_path, {"lines.csv": text})
    assert (rows(con, BACK), rows(con, PAID)) == ([("2", "Pan", 2, 18)], [("1", True), ("2", True)])


@pytest.mark.parametrize("status", ["Refunded", "RETURNED", "zwrócone", "환불", "remboursé", "rimborsato"])
def test_each_word_of_what_came_back(tmp_path, status):
    """In several languages."""
    text = f"{HEAD}1,2024-03-05,ann,Mug,2,5,Completed\n2,2024-03-16,ben,Pan,2,9,{status}\n"
    assert rows(taken(tmp_path, {"lines.csv": text}), BACK) == [("2", "Pan", 2, 18)]


def test_a_line_that_came_back_in_part_is_said(tmp_path):
    """Nobody knows how much of it."""
    text = f"{HEAD}1,2024-03-05,ann,Mug,2,5,Completed\n2,2024-03-16,ben,Pan,2,9,Partially refunded\n"
    assert rows(taken(tmp_path, {"lines.csv": text}), BACK) == []
    (said,) = proposed(tmp_path, {"lines.csv": text}).lines_without_price()
    assert "“Partially refunded” says that something came back and not how much" in said


def test_a_line_bears_its_share_of_the_orders_discount(tmp_path):
    """Order 2 cost 20 less 5: the pan of 16 bears 4 and 12 come back; order 3 has no discount."""
    head = "Order No,Date,Customer,Product,Quantity,Unit price,Order discount,Status\n"
    text = f"{head}2,2024-03-16,ben,Pan,2,8,5,Refunded\n2,2024-03-16,ben,Mug,1,4,5,Completed\n"
    text += (
        "3,2024-03-17,cy,Pan,1,8,0,Refunded\n4,2024-03-17,cy,Pan,1,8,3,Completed\n4,2024-03-17,cy,Mug,1,8,3,Completed\n"
    )
    text += "5,2024-03-17,cy,Pan,1,8,2,Completed\n5,2024-03-17,cy,Mug,1,8,2,Completed\n"
    con = taken(tmp_path, {"lines.csv": text.replace("Order discount", "Discount")})
    assert rows(con, BACK) == [("2", "Pan", 2, 12), ("3", "Pan", 1, 8)]


def test_the_first_row_speaks_for_its_order(tmp_path):
    """Where later rows of an order leave the status blank, all of its lines came back."""
    text = f"{HEAD}1,2024-03-05,ann,Mug,2,5,Completed\n1,2024-03-05,ann,Pan,1,9,\n"
    text += "2,2024-03-16,ben,Pan,1,9,Refunded\n2,2024-03-16,ben,Mug,1,5,\n"
    assert rows(taken(tmp_path, {"lines.csv": text}), BACK) == [("2", "Mug", 1, 5), ("2", "Pan", 1, 9)]


def test_a_cancelled_line_stays_out_of_its_order_alone(tmp_path):
    """Order 1 sold a mug, order 2 one as well; of order 3 nothing was sold."""
    text = f"{HEAD}1,2024-03-05,ann,Mug,2,5,Completed\n1,2024-03-05,ann,Pan,1,9,Cancelled\n"
    text += "2,2024-03-16,ben,Pan,1,9,pending\n2,2024-03-16,ben,Mug,1,5,Completed\n3,2024-03-16,ben,Mug,1,5,Cancelled\n"
    con = taken(tmp_path, {"lines.csv": text})
    assert rows(con, PAID) == [("1", True), ("2", True), ("3", False)]
    assert [(order, product, bool(why)) for order, product, why in rows(con, LINES)] == [
        ("1", "Mug", False),
        ("1", "Pan", True),
        ("2", "Mug", False),
        ("2", "Pan", True),
        ("3", "Mug", True),
    ]


def test_a_line_whose_status_nobody_knows_is_left_out_with_that_reason(tmp_path):
    """It is asked about at adoption; taken in all the same, it does not count."""
    text = f"{HEAD}1,2024-03-05,ann,Mug,2,5,Completed\n1,2024-03-05,ann,Pan,1,9,Floating\n"
    assert any("“Floating”" in asked for asked in proposed(tmp_path, {"lines.csv": text}).open)


def test_lines_beside_their_orders_say_what_of_them_came_back(tmp_path):
    """The orders are in a file of their own; a status of parcels in the lines is none of payment."""
    orders = "Order No,Date,Customer,Total\n1,2024-03-05,ann,19\n2,2024-03-16,ben,14\n"
    lines = "Order No,Product,Quantity,Unit price,Status\n1,Mug,2,5,Sent\n1,Pan,1,9,Cancelled\n"
    lines += "2,Pan,1,9,Refunded\n2,Mug,1,5,Sent\n"
    con = taken(tmp_path, {"orders.csv": orders, "lines.csv": lines})
    assert rows(con, BACK) == [("2", "Pan", 1, 9)]
    assert [(order, product) for order, product, why in rows(con, LINES) if why] == [("1", "Pan")]


PAID_HEAD = "Order No,Date,Paid at,Customer,Total,Status\n"


def test_what_was_paid_and_then_cancelled_was_paid_back(tmp_path):
    """Order 2 was, order 3 never paid: that is no refund."""
    text = (
        f"{PAID_HEAD}1,2024-03-05,2024-03-05 10:00,ann,10,Completed\n2,2024-03-16,2024-03-16 10:00,ben,14,Cancelled\n"
    )
    con = taken(tmp_path, {"orders.csv": text + "3,2024-03-17,,ben,15,Cancelled\n"})
    assert rows(con, "select order_id, refund_amount from returns") == [("2", 14)]
    assert rows(con, PAID) == [("1", True), ("2", True), ("3", False)]


def test_purchases_without_numbers_come_back_too(tmp_path):
    """Each row is an order of its own."""
    text = "Date,Customer,Total,Status\n2024-03-05,ann,10,Completed\n2024-03-16,ben,14,Refunded\n"
    con = taken(tmp_path, {"sales.csv": text})
    (order,) = [order for order, amount in rows(con, "select order_id, gross_amount from orders") if amount == 14]
    assert rows(con, "select order_id, refund_amount from returns") == [(order, 14)]


def _records(number):
    for n in range(number):
        status = "REFUNDED" if n == number - 100 else "Completed"
        yield {
            "order_no": f"{n}",
            "date": f"2024-03-{1 + n % 28:02}",
            "customer": f"c{n}",
            "total": "10",
            "status": status,
        }


def _parquet(table):
    target = io.BytesIO()
    pq.write_table(table, target)
    return target.getvalue()


def test_a_refund_far_behind_the_first_rows_is_found_in_parquet(tmp_path):
    """As text, and where the statuses are numbered in a dictionary."""
    table = pa.Table.from_pylist(list(_records(3100)))
    numbered = table.set_column(4, "status", table["status"].dictionary_encode())
    for name, one in (("plain", table), ("numbered", numbered)):
        (tmp_path / name).mkdir()
        con = taken(tmp_path / name, {"orders.parquet": _parquet(one)})
        assert rows(con, "select order_id, refund_amount from returns") == [("3000", 10)], name


@pytest.mark.parametrize("status", ["REFUNDED", "已退款"])
def test_a_refund_far_behind_the_first_rows_is_found_in_json_lines(tmp_path, status):
    """Letters beyond ASCII are written by their numbers there."""
    text = "".join(json.dumps(row).replace('"REFUNDED"', json.dumps(status)) + "\n" for row in _records(3100))
    con = taken(tmp_path, {"orders.jsonl": text})
    assert rows(con, "select order_id, refund_amount from returns") == [("3000", 10)]
