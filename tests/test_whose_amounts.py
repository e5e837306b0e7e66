"""Whose an amount is – the order's, repeated in its rows, or each line's – and what is below zero: by the values."""

import pytest
from test_worked_recognition import DAY, Composed, proposed

from customary.intake.recognise.propose import currency_of

HEAD = "order id, date, customer id, product, quantity, total"
ORDERS = [f"{n}, {DAY}, c{n}, {what}, 1, {n}0" for n in (1, 2, 3) for what in ("Mug", "Lamp")]


def gross(file):
    """What the goods of each order cost, by its rows."""
    return file.rows("orders", "order_id", "gross_amount")


def test_a_total_that_all_rows_of_an_order_repeat_is_the_orders():
    """Three orders of two rows, 10, 20 and 30: 60 in all and not 120; what a line cost is not known."""
    file = Composed(HEAD, *ORDERS)
    assert gross(file) == [("1", 10.0), ("2", 20.0), ("3", 30.0)]
    assert "order_items" not in file.made.selects
    assert (
        "“total” is the order's, repeated in its rows: what each line cost is not known"
        in file.made.decided["orders"][2]
    )


def test_freight_and_tax_are_taken_off_an_orders_total():
    """50 with 5 of freight, repeated, and 2 + 1 of tax, each line its own: goods of 42."""
    rows = [f"{n}, {DAY}, Mug, 1, 5, {tax}, 50" for n in (1, 2, 3) for tax in (2, 1)]
    file = Composed("order id, date, product, quantity, shipping, tax, order total", *rows)
    assert gross(file) == [("1", 42.0), ("2", 42.0), ("3", 42.0)]


def test_amounts_that_differ_within_an_order_are_its_lines():
    """20 and 30 of one order are 50, and a line of two pieces costs 10 a piece."""
    file = Composed(HEAD, f"1, {DAY}, a, Mug, 2, 20", f"1, {DAY}, a, Lamp, 1, 30")
    assert file.rows("order_items", "product_id", "unit_price") == [("Lamp", 30.0), ("Mug", 10.0)]


@pytest.mark.parametrize(("column", "told"), [("tax", (5.0, 1.0)), ("shipping", (5.0, 1.0)), ("discount", (5.0, 1.0))])
def test_what_each_line_charges_is_added_up(column, told):
    """2 and 3 are 5 of the order, not the smaller one; a single line is what it is."""
    file = Composed(
        f"order id, date, product, quantity, price, {column}",
        *(f"1, {DAY}, Mug, 1, 10, 2", f"1, {DAY}, Lamp, 1, 30, 3", f"2, {DAY}, Mug, 1, 10, 1"),
    )
    assert tuple(row[0] for row in file.rows("orders", f"{column}_amount")[::-1]) == told


def test_what_each_row_repeats_is_charged_once():
    """5 of freight in both rows of an order are 5; what stands in the first row alone is the order's as well."""
    head = "order id, date, product, quantity, price, shipping"
    twice = Composed(head, f"1, {DAY}, Mug, 1, 10, 5", f"1, {DAY}, Lamp, 1, 30, 5")
    once = Composed(head, f"1, {DAY}, Mug, 1, 10, 5", f"1, {DAY}, Lamp, 1, 30, ")
    assert twice.rows("orders", "shipping_amount") == once.rows("orders", "shipping_amount") == [("5",)]


def test_where_few_orders_tell_the_shop_is_asked(tmp_path):
    """One order of two rows with 10 in both: once or twice 10? Either answer holds; a name that says “order” is one."""
    text = "order id,date,customer id,product,quantity,{}\n1,2024-03-05,a,Mug,1,10\n1,2024-03-05,a,Lamp,1,10\n"
    (question,) = proposed(tmp_path, one=text.format("total")).open
    assert "--columns 'one.csv:total=total' or 'one.csv:line_amount=total'" in question
    for meaning in ("total", "line_amount"):
        assert proposed(tmp_path, {meaning: "total"}, one=text.format("total")).open == []
    assert proposed(tmp_path, one=text.format("order total")).open == []


def test_products_that_do_not_come_in_are_said(tmp_path):
    """No column says what a line cost: the proposal says so before anything is taken in."""
    rows = "".join(f"{n},2024-03-05,a,{what},1,{n}0\n" for n in (1, 2, 3) for what in ("Mug", "Lamp"))
    found = proposed(tmp_path, one="order id,date,customer id,product,quantity,total\n" + rows)
    assert list(found.lines_without_price()) == [
        "one.csv: no column says what each line cost, so its products and pieces stay out"
    ]


def test_a_line_that_costs_less_than_its_pieces_cost_what_it_says():
    """2 mugs at 10 for 18: 9 a piece. More than its pieces, as with tax, leaves the price."""
    head = "order id, date, product, quantity, unit price, {}"
    rows = (f"1, {DAY}, Mug, 2, 10, 18", f"2, {DAY}, Lamp, 1, 30, 30")
    less = Composed(head.format("line total"), *rows)
    assert less.rows("order_items", "unit_price") == [(9.0,), (30.0,)]
    assert "which is less than “unit price” times “quantity”" in less.made.decided["order_items"][-1]
    more = Composed(head.format("line total"), f"1, {DAY}, Mug, 2, 10, 23.80", f"2, {DAY}, Lamp, 1, 30, 30")
    assert more.rows("order_items", "unit_price") == [("10",), ("30",)]


def test_a_till_is_no_log_of_events():
    """Each row with an order and an amount sells or takes back, whatever its column of events says."""
    head = "date, item, qty, net sales, transaction id, event type, customer id"
    file = Composed(head, f"{DAY}, Latte, 1, $5.50, t1, Payment, ann", f"{DAY}, Latte, -1, -$5.50, t2, Refund, ann")
    assert file.found.kind == "mixed"
    assert file.rows("orders", "order_id") == [("t1",)]
    log = Composed(
        "time, event, customer id, transaction id, price", f"{DAY}, view, ann, , ", f"{DAY}, buy, ann, t1, 5"
    )
    assert log.found.kind == "events"


def test_rows_that_leave_their_order_blank_go_on_with_the_order_above():
    """As Odoo and ERPNext write them: the second line is of S1."""
    head = "order reference, order date, customer, order lines/product, order lines/quantity, order lines/unit price"
    file = Composed(head, f"S1, {DAY}, Ann, Desk, 1, 320", ", , , Lamp, 2, 15", f"S2, {DAY}, Bob, Desk, 1, 320")
    assert file.rows("order_items", "order_id", "product_id") == [("S1", "Desk"), ("S1", "Lamp"), ("S2", "Desk")]
    assert file.rows("orders", "order_id", "customer_id") == [("S1", "Ann"), ("S2", "Bob")]


def test_a_row_of_the_whole_order_is_no_line():
    """Three pieces for 40 in its first row are the two lines below it, and are left out with that reason."""
    head = "order id, date, item title, quantity, unit price"
    file = Composed(
        head, f"1, {DAY}, , 3, 40", f"1, {DAY}, Mug, 1, 10", f"1, {DAY}, Plate, 2, 15", f"2, {DAY}, Mug, 1, 10"
    )
    told = file.rows("order_items", "unit_price", "excluded_because is null")
    assert told == [("10", True), ("10", True), ("15", True), ("40", False)]


def test_an_order_below_zero_is_a_refund():
    """−20 under the number of order 1 takes from it; ($5) under a number of its own takes from nobody's order."""
    file = Composed(
        "order id, date, customer id, status, total",
        *(f"1, {DAY}, ann, paid, 50", f"1, {DAY}, ann, refunded, -20", f"R7, {DAY}, bob, refunded, -5"),
        f"R8, {DAY}, bob, cancelled, -9",
    )
    assert file.rows("orders", "order_id", "gross_amount") == [("1", "50")]
    back = file.rows("returns", "order_id", "refund_amount", "excluded_because")
    assert back == [("1", 20.0, None), (None, 5.0, None), (None, 9.0, "a refund that was not paid out")]


@pytest.mark.parametrize(("sign", "code"), [("$", "USD"), ("R$ ", "BRL"), ("€", "EUR"), ("£", "GBP"), ("¥", "EUR")])
def test_a_sign_beside_amounts_tells_the_currency(sign, code, tmp_path):
    """One that two currencies share alike, ¥, tells nothing: then it is what nobody said, EUR, and said."""
    found = proposed(
        tmp_path, one=f"order id,date,customer id,total\n1,2024-03-05,a,{sign}10.00\n2,2024-03-06,b,{sign}9.00\n"
    )
    made = currency_of(found.found)
    assert (made or "EUR") == code
