"""How amounts add up: discounts taken off or not, below zero or as shares, totals with or without tax, unplain text."""

import pytest
from taken import proposed, rows, taken

from customary.errors import Refused
from customary.intake.readings import Undecided

NET = """select order_id, (coalesce(l.amount, gross_amount) - coalesce(discount_amount, 0))::DOUBLE
from orders left join (select order_id, sum(quantity * unit_price) as amount from order_items group by 1) l
using (order_id) order by 1"""
# Two orders of which the first has a discount of 5: 45 and 50 after it, however the file tells.
TOLD = {
    "subtotal before": ("Subtotal,Discount,Shipping,Total", "50,5,4,49", "50,0,4,54"),
    "subtotal after": ("Subtotal,Discount,Shipping,Total", "45,5,4,49", "50,0,4,54"),
    "below zero": ("Subtotal,Discount,Shipping,Total", "50,-5,4,49", "50,0,4,54"),
    "gross sales": ("Gross sales,Discounts", "50,-5", "50,0"),
    "gross beside net": ("Gross sales,Discounts,Net sales,Tax", "50,-5,45,3", "50,0,50,3"),
    "price, discount": ("Product,Qty,Price,Discount", "Mug,2,25,5", "Mug,2,25,0"),
    "price, negative discount": ("Product,Qty,Price,Discount", "Mug,2,25,-5", "Mug,2,25,0"),
    "price, share": ("Product,Qty,Price,Discount", "Mug,2,25,0.1", "Mug,2,25,0"),
    "line after": ("Product,Qty,Price,Discount,Line total", "Mug,2,25,5,45", "Mug,2,25,0,50"),
    "line after, share": ("Product,Qty,Price,Discount,Line total", "Mug,2,25,0.1,45", "Mug,2,25,0,50"),
    "line before": ("Product,Qty,Price,Discount,Line total", "Mug,2,25,5,50", "Mug,2,25,0,50"),
    "line before, other after": ("Product,Qty,Discount,Line total,Charged", "Mug,2,5,50,45", "Mug,2,0,50,50"),
    "currency in the name": ("Total (USD)", "45", "50"),
    "currency behind": ("total_eur", "45", "50"),
    "signs alone": ("Total,Shipping", "$50,$5", "$55,$5"),
}


@pytest.mark.parametrize(("head", "first", "second"), TOLD.values(), ids=TOLD)
def test_an_order_is_worth_what_is_left_after_its_discount(tmp_path, head, first, second):
    """45 and 50, be the discount taken off already or not, above or below zero, an amount or a share."""
    text = f"Order ID,Date,Customer,{head}\n1,2024-03-05,C1,{first}\n2,2024-03-06,C2,{second}\n"
    assert rows(taken(tmp_path, {"o.csv": text}), NET) == [("1", 45.0), ("2", 50.0)]


@pytest.mark.parametrize(
    ("answer", "left"), [("o.csv:discount=", 45.0), ("o.csv:discount=Discount", 40.0)], ids=["taken off", "not yet"]
)
def test_a_discount_of_which_nothing_tells_is_asked_about(tmp_path, answer, left):
    """An amount of 45 and a discount of 5 may be worth 45 or 40; each flag that is printed gives its answer."""
    text = "Order ID,Date,Customer,Product,Qty,Discount,Amount\n1,2024-03-05,C1,Mug,1,5,45\n"
    (question,) = proposed(tmp_path, {"o.csv": text}).open
    assert f"'{answer}'" in question
    assert rows(taken(tmp_path, {"o.csv": text}, [answer]), NET) == [("1", left)]


@pytest.mark.parametrize(
    ("head", "row", "goods"),
    [
        ("Net sales,Tax", "46,4", 46.0),
        ("Total,Tax", "50,4", 46.0),
        ("Total,Tax,To pay", "46,4,50", 46.0),
        ("Total (net),Tax", "46,4", 46.0),
        ("Order total,Tax total,Shipping total", "55,4,5", 46.0),
    ],
)
def test_tax_is_taken_off_a_total_that_holds_it(tmp_path, head, row, goods):
    """Net sales hold no tax, a total does, unless another column is the total with the tax put on."""
    text = f"Order ID,Date,Customer,{head}\n1,2024-03-05,C1,{row}\n2,2024-03-06,C2,{row}\n"
    found = rows(taken(tmp_path, {"o.csv": text}), "select gross_amount from orders")
    assert found == [(goods,), (goods,)]


@pytest.mark.parametrize(("kind", "text"), [("file", "R1,1,2024-03-09,-20\n"), ("paid", "R1,1,2024-03-09,20\n")])
def test_a_refund_is_the_same_fact_above_and_below_zero(tmp_path, kind, text):
    """20 came back, whether the file of refunds writes it with a minus or without."""
    files = {"o.csv": "Order ID,Date,Customer,Total\n1,2024-03-05,C1,50\n"}
    files["refunds.csv"] = f"Refund ID,Order ID,Date,Refund amount\n{text}"
    assert rows(taken(tmp_path, files), "select order_id, refund_amount from returns") == [("1", 20.0)]


def test_amounts_that_are_computed_with_are_asked_about_like_others(tmp_path):
    """A total of 1,234 less 500 of freight is 734 or less than nothing: asked, and the flag answers it."""
    files = {"o.csv": 'Order ID,Date,Customer,Total,Shipping\n1,2024-03-05,C1,"1,234",500\n'}
    with pytest.raises(Undecided, match=r"--reading orders_file\.Total=1,234\.56 or"):
        taken(tmp_path, files)
    con = taken(tmp_path, files, settings={"readings": {"orders_file.Total": "1,234.56"}})
    assert rows(con, "select gross_amount from orders") == [(734.0,)]


def test_a_flag_for_a_column_of_two_words_can_be_typed(tmp_path):
    """The flag of “Line total” stands in quotation marks, as a shell needs it."""
    with pytest.raises(Undecided, match=r"--reading 'mixed_file\.Line total=1,234\.56'"):
        taken(tmp_path, {"o.csv": 'Order ID,Date,Product,Qty,Line total\n1,2024-03-05,Mug,1,"1,234"\n'})


def test_what_is_no_amount_is_counted_where_it_is_computed_with(tmp_path):
    """n/a in the 2,003rd line and 46,5 in the 2,002nd: the one is blank and counted, the other read."""
    lines = "".join(f"{n},2024-03-05,C{n},10,1\n" for n in range(2000))
    files = {"o.csv": f'Order ID,Date,Customer,Total,Shipping\n{lines}a,2024-03-05,A,"46,5",1\nb,2024-03-05,B,n/a,1\n'}
    con = taken(tmp_path, files)
    assert rows(con, "select sum(gross_amount) from orders") == [(18_045.5,)]
    assert rows(con, "select column_name, reason, record_count, line from emptied") == [
        ("Total", "no amount where one should be", 1, 2003)
    ]


def test_one_answer_holds_for_all_that_comes_from_a_column(tmp_path):
    """One column is when an order was placed, paid and given back: whoever says day first says it once."""
    lines = ("1,C1,03/04/2024,10,paid", "2,C2,05/06/2024,20,paid", "2,C2,07/06/2024,-5,paid")
    text = "\n".join(["Order ID,Customer,Date,Total,Status", *lines, ""])
    con = taken(tmp_path, {"o.csv": text}, settings={"readings": {"orders.ordered_at": "day first"}})
    assert rows(con, "select paid_at::DATE::VARCHAR from orders order by 1") == [("2024-04-03",), ("2024-06-05",)]
    assert rows(con, "select returned_at::DATE::VARCHAR from returns") == [("2024-06-07",)]


def test_amounts_in_two_currencies_are_not_added_up(tmp_path):
    """$50 and €30 in one column without a column of currencies: a question, not 80."""
    files = {"o.csv": "Order ID,Date,Customer,Total\n1,2024-03-05,C1,$50\n2,2024-03-06,C2,€30\n"}
    (question,) = proposed(tmp_path, files).open
    assert "amounts in EUR and USD" in question


def test_files_in_two_currencies_keep_theirs(tmp_path):
    """Totals in USD and in EUR, by the names of their columns: each order is in its own."""
    head = "Order ID,Date,Customer,Total"
    files = {"us.csv": f"{head} (USD)\n1,2024-03-05,C1,50\n", "eu.csv": f"{head} (EUR)\n2,2024-03-05,C1,50\n"}
    with pytest.raises(Refused, match="1 orders are in USD and the shop counts in EUR"):
        taken(tmp_path, files)


@pytest.mark.parametrize("name", ["Total", "Grand total:", "合计", "Subtotal"])
@pytest.mark.parametrize("head", ["Order ID,Date,Customer,Total", "Customer,Date,Branch,Total"])
def test_a_line_of_totals_with_a_date_is_no_order(tmp_path, name, head):
    """“Total, 31 March, , 20” under two orders of 10 is said and set aside: 20 in all, not 40."""
    text = f"{head}\n1,2024-03-05,C1,10\n2,2024-03-06,C2,10\n{name},2024-03-31,,20\n"
    con = taken(tmp_path, {"o.csv": text})
    assert rows(con, "select sum(gross_amount) from orders") == [(20.0,)]
    assert rows(con, "select reason from quarantine") == [("a line of totals",)]
