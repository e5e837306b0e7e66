"""Whose amounts a file of orders tells, and what discounts are of: on files of a few rows.

Judges intake/recognise/prices and intake/recognise/sums.
"""

from pathlib import Path

import duckdb
import pytest

from customary.intake.recognise.kinds import Recognition
from customary.intake.recognise.look import Look
from customary.intake.recognise.meanings import Meaning
from customary.intake.recognise.prices import (
    below_zero,
    fill_down,
    goods,
    goods_of_rows,
    is_continued,
    is_of_order,
    lacks_prices,
    line_price,
    sum_or_repeat,
    whole_order_rows,
    whose_amount,
)
from customary.intake.recognise.sums import (
    above_zero,
    amount,
    is_before_discount,
    is_below_zero,
    is_fraction,
    parts_of_total,
    share_off,
    whose_discount,
)


def file(text, *, kind="mixed", sure=(), **meanings):
    """A recognised file: its rows as `a|b` lines below a head, and which column means what."""
    head, *rows = [tuple(line.split("|")) for line in text.strip().splitlines()]
    named = {name: Meaning(c, name, "", 1.0 if c in sure else 0.9) for name, c in meanings.items()}
    return Recognition(Look(Path("sales.csv"), "utf-8", "|", 0, True, head, tuple(rows)), kind, named)


def orders(*amounts, name="total"):
    """Orders numbered 1, 2, …, each with the amounts of its rows."""
    return f"no|{name}\n" + "\n".join(f"{n}|{a}" for n, rows in enumerate(amounts, 1) for a in rows)


def of_order(text, name="total", **more):
    """Whether the file's amount is the order's, with no more than its columns known."""
    return is_of_order(file(text, order_id="no", **({"total": name} | more)), name)


# --- the order's or the line's -------------------------------------------------------------------


def test_three_orders_that_repeat_an_amount_are_enough():
    """In three orders of two rows both say the same; two are too few to tell, unless the name or the shop says it.

    Orders of one row, or without an amount, tell nothing; nine of ten suffice, eight of nine do not.
    """
    same, apart = ("5", "5"), ("5", "6")
    assert of_order(orders(same, same, same)) and not of_order(orders(same, same))
    assert of_order(orders(same, name="Order amount"), "Order amount") and of_order(orders(same, name="总价"), "总价")
    assert is_of_order(file(orders(same), order_id="no", total="total", sure=("total",)), "total")
    assert not of_order(orders(same, same, ("5",), ("0", "0"), ("", "")))
    assert of_order(orders(*[same] * 9, apart)) and not of_order(orders(*[same] * 8, apart))
    assert not of_order(orders(("5",)))
    # A row without a number is of no order, and one without an amount says nothing of its order's.
    assert of_order("no|total\n|5\n|6\n" + orders(same, same, same).partition("\n")[2])
    assert of_order(orders(("5", "5", ""), same, same))


def test_what_is_said_to_be_a_line_is_none_of_the_order():
    """A column called the line's amount, or a price, is not the order's though all rows agree."""
    same = orders(*[("5", "5")] * 3)
    assert not is_of_order(file(same, order_id="no", line_amount="total"), "total")
    assert not is_of_order(file(same, order_id="no", unit_price="total"), "total")


def asked(text, kind="mixed", **more):
    """Whether the shop is asked whose amount the total is."""
    return whose_amount(file(text, kind=kind, **({"order_id": "no", "total": "total"} | more))) is not None


def test_only_what_the_rows_leave_open_is_asked():
    """All of one or two orders agree: open. None of them, or three: clear. Three of four: open, half of them: clear."""
    same, apart = ("5", "5"), ("5", "6")
    assert asked(orders(same)) and asked(orders(same, same)) and asked(orders(same), kind="lines")
    assert not asked(orders(same, same, same)) and not asked(orders(apart)) and not asked(orders(("5",)))
    assert asked(orders(same, same, same, apart)) and not asked(orders(same, apart))
    assert not asked(orders(*[same] * 9, apart))
    assert not asked(orders(same), kind="orders") and not asked(orders(same), unit_price="no")
    assert not asked(orders(same), sure=("total",))
    named = file(orders(same, name="Grand total"), order_id="no", total="Grand total")
    assert whose_amount(named) is None
    assert "--columns 'sales.csv:total=total'" in whose_amount(file(orders(same), order_id="no", total="total"))


def test_rows_add_up_where_each_has_its_own():
    """Half of the orders disagree: their sum. Most agree: the one they repeat. An order file has one row each."""
    same, apart = ("5", "5"), ("5", "6")
    half, most = file(orders(same, apart), order_id="no"), file(orders(same, same, apart), order_id="no")
    assert sum_or_repeat(half, "total") == f"sum({amount('total')})"
    assert sum_or_repeat(most, "total") == 'min("total")'
    assert sum_or_repeat(file(orders(same, apart), kind="orders", order_id="no"), "total") == 'min("total")'
    assert sum_or_repeat(file(orders(("5",)), order_id="no"), "total") == 'min("total")'


# --- rows that go on -----------------------------------------------------------------------------

CONTINUED = "no|day|item\n1|2025-01-05|mug\n||lamp\n2|2025-01-06|rug"
ROLES = {"order_id": "no", "order_time": "day", "product_name": "item"}


def test_rows_below_an_order_go_on_with_it():
    """A row without number and day, with a product, is the order's above; one with a day of its own is not.

    Nor is one without a product, nor where the first row has no number, nor where every row has one.
    """
    assert is_continued(file(CONTINUED, **ROLES)) and not is_continued(file(CONTINUED, kind="orders", **ROLES))
    for wrong in (
        CONTINUED.replace("||lamp", "|2025-01-05|lamp"),
        CONTINUED.replace("||lamp", "||"),
        CONTINUED.replace("1|2025-01-05|mug", "|2025-01-05|mug"),
        CONTINUED.replace("||lamp", "1|2025-01-05|lamp"),
        "no|day|item\n||mug\n1|2025-01-05|lamp",
    ):
        assert not is_continued(file(wrong, **ROLES)), wrong
    assert "last_value" in fill_down(file(CONTINUED, **ROLES), "raw")
    assert fill_down(file(CONTINUED.replace("||lamp", "3|2025-01-07|lamp"), **ROLES), "raw") == ""


def test_the_rows_of_a_continued_order_are_its_own():
    """The row below belongs to order 1: both of its rows say 5."""
    text = "no|day|item|total\n1|2025-01-05|mug|5\n||lamp|5\n2|2025-01-06|rug|7"
    found = file(text, total="total", **ROLES, sure=("total",))
    assert is_of_order(found, "total")
    assert not is_of_order(file(text.replace("lamp|5", "lamp|6"), total="total", **ROLES, sure=("total",)), "total")


def test_a_row_of_the_whole_order_stands_above_its_products():
    """Order 1 has a row with a product and one without: the latter is left out. Orders of one kind of row have none."""
    both, alike = "no|item\n1|\n1|mug\n2|rug", "no|item\n1|lamp\n1|mug\n2|"
    roles = {"order_id": "no", "product_name": "item"}
    assert "is null" in whole_order_rows(file(both, **roles), "item")
    assert whole_order_rows(file(alike, **roles), "item") is None
    assert whole_order_rows(file(both, **roles), None) is None
    assert whole_order_rows(file(both, kind="lines", **roles), "item") is None


# --- what goods and lines cost -------------------------------------------------------------------


def test_the_goods_are_what_was_paid_less_what_is_beside_them():
    """An own column comes first; of a total shipping and tax are taken off; without amounts nothing is known."""
    text = "no|total|ship|tax\n1|10|2|1"
    roles = {"order_id": "no", "total": "total"}
    assert goods(file(text, **roles))[0] == '"total"'
    beside = f"{amount('total')} - coalesce({amount('ship')}, 0) - coalesce({amount('tax')}, 0)"
    assert goods(file(text, **roles, shipping="ship", tax="tax"))[0] == beside
    assert goods(file(text, goods="total", tax="tax"))[0] == '"total"' and goods(file(text))[0] is None
    assert goods(file(text, line_amount="total"))[0] == '"total"'


def test_the_goods_of_an_order_of_several_rows():
    """Repeated in its rows, the least of them is the one; a tax of each row is added up before it is taken off."""
    text = "no|total|tax\n1|10|1\n1|10|2\n2|20|1\n2|20|3"
    found = file(text, order_id="no", total="total", tax="tax")
    assert goods_of_rows(found)[0].startswith(f"min({amount('total')}) - coalesce(try_cast(sum(")
    assert goods_of_rows(file(text, order_id="no", goods="total"))[0] == 'min("total")'
    assert goods_of_rows(file(text, order_id="no", total="total"))[0] == f"min({amount('total')})"
    assert goods_of_rows(file(text, order_id="no"))[0] is None


LINES = "no|price|count|line\n1|10|2|20\n1|3|1|3\n2|5|4|20"
COLUMNS = {"order_id": "no", "unit_price": "price", "quantity": "count", "line_amount": "line"}


def per_piece(text, **roles):
    """The price of one piece, in SQL."""
    return line_price(file(text, **roles))[0]


def test_the_price_of_one_piece():
    """The price, where there is one; else the line's amount by its pieces; without pieces the amount itself."""
    assert per_piece(LINES, **COLUMNS) == '"price"'
    by_pieces = f"{amount('line')} / nullif({amount('count')}, 0)"
    assert per_piece(LINES, order_id="no", quantity="count", line_amount="line") == by_pieces
    assert per_piece(LINES, order_id="no", line_amount="line") == '"line"' and per_piece(LINES, order_id="no") is None
    assert lacks_prices(file(LINES, order_id="no")) and not lacks_prices(file(LINES, **COLUMNS))
    assert not lacks_prices(file(LINES, kind="orders", order_id="no"))


def test_a_total_of_lines_is_their_price_and_one_of_orders_is_none():
    """Where orders' rows disagree the total is the line's; where all repeat it, it is none of a piece."""
    apart, same = orders(("5", "6"), ("1", "2"), ("3", "4")), orders(*[("5", "5")] * 3)
    assert per_piece(apart, order_id="no", total="total") == '"total"'
    assert per_piece(same, order_id="no", total="total") is None
    assert per_piece(apart, order_id="no", goods="total") == '"total"'
    # Goods of which every second order repeats its amount are the line's; of two in three they are not.
    assert per_piece(orders(("5", "6"), ("1", "1")), order_id="no", goods="total") == '"total"'
    assert per_piece(orders(("5", "6"), ("1", "1"), ("2", "2")), order_id="no", goods="total") is None


@pytest.mark.parametrize(
    ("line", "is_less"),
    [
        ("18", True),  # 2 off 2 × 10
        ("19.97", True),  # three cents
        ("19.98", False),  # two cents are rounding
        ("0", False),  # nothing at all is no discount
        ("-1", False),
        ("21", False),  # more than price times count: it is something else
        ("?", False),
    ],
)
def test_a_line_that_costs_less_has_its_own_price(line, is_less):
    """Price 10, two pieces: what the line says is believed where it is less, never where it is more."""
    text = f"no|price|count|line\n1|10|2|{line}\n2|5|1|5"
    assert ("nullif" in per_piece(text, **COLUMNS)) == is_less
    assert per_piece(text, **COLUMNS, line_discount="no") == '"price"'


def test_one_line_in_twenty_that_costs_less_is_enough():
    """One of twenty is 5 %, one of twenty-one is less. One that costs three cents more makes all another sum."""

    def lines(plain, *more):
        return "no|price|count|line\n" + "\n".join([*more, *[f"{n}|5|1|5" for n in range(plain)]])

    assert "nullif" in per_piece(lines(19, "a|10|2|18"), **COLUMNS)
    assert per_piece(lines(20, "a|10|2|18"), **COLUMNS) == '"price"'
    assert "nullif" in per_piece(lines(9, "a|10|2|18", "b|10|1|10.02"), **COLUMNS)
    assert per_piece(lines(9, "a|10|2|18", "b|10|1|10.03"), **COLUMNS) == '"price"'
    # Two roundings of half a cent and a bit make no line cheaper.
    assert per_piece(lines(9, "a|10.022|1|10"), **COLUMNS) == '"price"'
    assert "nullif" in per_piece(lines(9, "a|10.023|1|10"), **COLUMNS)


def test_numbers_are_read_as_the_column_writes_them():
    """1.000,50 with a comma is a thousand and a half: 2 × 1.000,50 is 2.001,00, and 1.900,00 is less."""
    text = "no|price|count|line\n1|1.000,50|2|1.900,00\n2|€ 5,00|1|5,00"
    assert "nullif" in per_piece(text, **COLUMNS)
    assert "nullif" in per_piece("no|price|count|line\n1|$1,000.50|2|1,900.00\n2|5.00|1|5.00", **COLUMNS)
    assert per_piece(text.replace("1.900,00", "2.001,00"), **COLUMNS) == '"price"'


def test_orders_below_zero_are_refunds():
    """-5, (5), 5- and € -5 are below zero; 5 is not, and a file without amounts has none."""
    for text in ("-5", "(5)", "5-", "€ -5"):
        assert below_zero(file(f"no|total\n1|7\n2|{text}", total="total")) == f"coalesce({amount('total')} < 0, false)"
    assert below_zero(file("no|total\n1|7\n2|5", total="total")) is None
    assert below_zero(file("no|total\n1|-7")) is None
    assert below_zero(file("no|a|b\n1|7|-7", goods="a", total="b")) is None


# --- discounts -----------------------------------------------------------------------------------

ORDER = {"goods": "goods", "discount": "off", "shipping": "ship", "tax": "tax", "total": "total"}
LINE = {"unit_price": "price", "quantity": "n", "discount": "off", "line_amount": "line"}


def before(text, column="goods", sure=(), **meanings):
    """Whether the amounts of a column are from before the discount beside them."""
    head = text.partition("\n")[0].split("|")
    known = {name: column for name, column in {**ORDER, **LINE, **meanings}.items() if column in head}
    return is_before_discount(file(text, kind="orders", sure=sure, **known), column)


@pytest.mark.parametrize(
    ("text", "is_before"),
    [
        ("goods|total\n10|10", False),  # there is none
        ("goods|off|total\n10|0|10\n9||9", False),  # nobody had one
        ("goods|off|ship|total\n10|2|3|11", True),
        ("goods|off|ship|total\n10|-2|3|11", True),  # written below zero
        ("goods|off|ship|total\n10|2|3|13", False),
        ("goods|off|ship|total\n10|2|3|20", None),
        ("goods|off|ship|tax|total\n10|2|3|1|12", True),  # and tax
        ("goods|off|ship|tax|total\n10|2|3|1|11", True),  # the tax is in it
        ("goods|off|ship|tax|total\n10|2|3|1|14", False),
        ("goods|off|ship|total\n-10|2|-3|-11", True),  # given back
        ("goods|off|total\n10|2|8.01", True),
        ("goods|off|total\n10|2|8.02", None),
        ("goods|off|total\n10|2|8\n10|0|99\n10||99", True),  # rows without one tell nothing
        ("goods|off|total\n" + "10|2|8\n" * 4 + "10|2|99", True),
        ("goods|off|total\n" + "10|2|8\n" * 3 + "10|2|99", None),
        ("goods|off|total\n" + "10|2|10\n" * 4 + "10|2|99", False),
    ],
)
def test_goods_are_from_before_a_discount_where_the_order_adds_up_so(text, is_before):
    """Goods − discount + shipping + tax = total in four rows of five; without the discount they are from after it."""
    assert before(text) is is_before


@pytest.mark.parametrize(
    ("text", "is_before"),
    [
        ("price|n|off|line\n5|2|1|10", True),
        ("price|n|off|line\n5|2|1|9", False),
        ("price|n|off|line\n5|2|1|7", None),
        ("price|off|line\n5|1|5", None),
        ("n|off|line\n2|1|10", None),
        ("price|n|off|line\n5|2|20%|10", True),
        ("price|n|off|line\n5|2|20%|8", False),
        ("price|n|off|line\n5|2|20%|7", None),
        ("price|n|off|line\n5|2|0.2|8", False),  # a share, though nothing says %
        ("price|n|off|line\n5|2|1%|10", True),  # a tenth off, where 0.01 off would be lost in rounding
        ("price|n|off|line\n5|2|1%|9.90", False),
    ],
)
def test_a_line_is_from_before_a_discount_where_it_is_price_times_pieces(text, is_before):
    """Two pieces at 5 are 10; with 1 off they are 9, with 20 % off 8."""
    assert before(text, "line") is is_before


@pytest.mark.parametrize(
    ("text", "is_before"),
    [
        ("goods|off|total\n10|20%|8", True),
        ("goods|off|total\n10|20%|10", False),
        ("goods|off|total\n10|20%|7", None),
        ("goods|off|ship|tax|total\n10|20%|3|1|12", True),
        ("goods|off|ship|tax|total\n10|20%|3|1|11", True),
        ("goods|off|ship|tax|total\n10|20%|3|1|14", False),
        ("goods|off\n10|20%", None),
    ],
)
def test_percent_of_an_order_are_taken_off_its_goods(text, is_before):
    """20 % off 10 is 8, with shipping and tax of 3 and 1 it is 12."""
    assert before(text) is is_before


def test_a_total_says_nothing_of_itself():
    """Where goods and total are one column nothing tells; nor does a price that is the line's amount."""
    assert before("total|off\n8|2", "total", goods="total") is None
    assert before("total|off\n8|20%", "total", goods="total") is None
    assert before("line|n|off\n5|1|2", "line", unit_price="line") is None


@pytest.mark.parametrize(
    ("text", "column", "is_before"),
    [
        ("goods|off|other\n10|2|8", "goods", True),
        ("goods|off|other\n10|2|12", "goods", False),
        ("goods|off|other\n10|2|9", "goods", None),
        ("Gross sales|off\n10|2", "Gross sales", True),
        ("Net sales|off\n10|2", "Net sales", False),
        ("Net sales|off|total\n10|2|8", "Net sales", True),  # sums say more than names
    ],
)
def test_another_amount_tells_or_the_name_does(text, column, is_before):
    """An amount that nobody knows is the same with the discount taken off, or put on."""
    assert before(text, column) is is_before


def test_what_the_shop_says_is_from_before_a_discount():
    """Called a discount by the shop itself it is still to be taken off, whatever adds up."""
    assert before("goods|off|total\n10|2|10", sure=("off",)) is True


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("goods|off|total\n10|0.2|7", True),
        ("goods|off|total\n10|0.2|7\n10|1|7", True),
        ("goods|off|total\n10|0.2|7\n10|1.5|7", False),
        ("goods|off|total\n10|1|7", False),  # one euro, sooner than all of it
        ("goods|off|total\n10|0.5|9.5", False),  # adds up as an amount
        ("goods|off|total\n10|0.5|10", False),
        ("goods|off|total\n10||7", False),
        ("goods|off|total\n10|3|7\n10|5%|7", True),
        ("goods|off\n10|0.2", True),
    ],
)
def test_discounts_are_shares_where_percent_says_so_or_nothing_adds_up(text, is_so):
    """At most 1, not all whole, and by no amount of the file an amount themselves."""
    known = {name: column for name, column in ORDER.items() if column in text.partition("\n")[0].split("|")}
    assert is_fraction(file(text, kind="orders", **known), "off") is is_so
    assert not is_fraction(file(text.replace("%", ""), kind="orders", sure=("off",), **known), "off")


def off(*discounts):
    """What is taken off 50 for each of these discounts, by the SQL for shares."""
    found = file("off\n" + "\n".join(discounts), discount="off")
    values = ", ".join(f"('{one}')" for one in discounts)
    rows = duckdb.sql(f"select {share_off(found, 'off', '50')} from (values {values}) t(off)").fetchall()
    return [float(one) for (one,) in rows]


def test_a_share_is_taken_of_the_amount():
    """Of 50: 20 % is 10, 2,5 % is 1.25; beside these a bare 3 is an amount; where nothing is in percent 0.2 is 10."""
    assert off("20%", "2,5 %", "10％", "3") == [10, 1.25, 5, 3] and off("0.2", "0.5") == [10, 25]


@pytest.mark.parametrize(
    ("amounts", "is_below"),
    [
        (["-1", "-2"], True),
        (["-1"] * 4 + ["1"], True),
        (["-1"] * 3 + ["1"], False),
        (["0", "", "-1"], True),
        (["0", ""], False),
        (["1"], False),
    ],
)
def test_discounts_are_written_below_zero_where_four_in_five_are(amounts, is_below):
    """Those of nothing are neither; in SQL they are turned around."""
    found = file("off|x\n" + "\n".join(f"{one}|" for one in amounts), discount="off")
    assert is_below_zero(found, "off") is is_below
    assert above_zero(found, "off") == (f"-{amount('off')}" if is_below else '"off"')


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("total|ship|tax\n12|1|1", ["ship", "tax"]),
        ("total|ship|tax|all\n10|1|1|12", []),
        ("total|ship|tax|all\n10|1|1|12\n10|0|0|99\n10|||99", []),  # without parts a row tells nothing
        ("total|ship|tax|all\n10|1|1|11", ["ship", "tax"]),
        ("total|ship|tax|all\n" + "10|1|1|12\n" * 4 + "10|1|1|9", []),
        ("total|ship|tax|all\n" + "10|1|1|12\n" * 3 + "10|1|1|9", ["ship", "tax"]),
        ("total|ship\n12|1", ["ship"]),
        ("total\n12", []),
    ],
)
def test_a_total_holds_its_parts_unless_another_amount_is_both_together(text, parts):
    """10 with 1 and 1 beside it and 12 in another column: the total is without them."""
    known = {name: column for name, column in ORDER.items() if column in text.partition("\n")[0].split("|")}
    assert parts_of_total(file(text, kind="orders", **known), "total") == parts


def test_a_total_that_is_called_net_holds_none():
    """By its name, where nothing adds up."""
    known = {"total": "Net total", "shipping": "ship"}
    assert parts_of_total(file("Net total|ship\n12|1", kind="orders", **known), "Net total") == []


def test_only_a_discount_that_nothing_tells_of_is_asked_about():
    """10 and 2 beside nothing else; with a total of 8 it is clear, and so it is without a discount."""
    asked = whose_discount(file("goods|off\n10|2", goods="goods", discount="off"), "goods")
    assert asked is not None and asked.startswith("is “off” in sales.csv taken off “goods” already")
    clear = file("goods|off|total\n10|2|8", goods="goods", discount="off", total="total")
    assert whose_discount(clear, "goods") is None and whose_discount(clear, None) is None
    assert whose_discount(file("goods\n10", goods="goods"), "goods") is None
