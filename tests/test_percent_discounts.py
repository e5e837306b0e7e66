"""Discounts in percent become an amount of what they are taken off, and discounts of lines are never passed over."""

import pytest
from given import value
from typer.testing import CliRunner

import customary as c
from customary import open_shop
from customary.cli import app
from customary.intake.recognise.answers import Answers
from customary.intake.recognise.propose import propose

# Of 230 in goods 10 and 20 were taken off.
BY_ORDER = "Order No,Order Date,Customer,Subtotal,Discount,Total\n{}"
ORDERS = [
    "1,2024-05-06,ann,100.00,10%,90.00",
    "2,2024-05-07,ben,50.00,0 %,50.00",
    '3,2024-05-08,cy,80.00,"-25,0 %",60.00',
]
# Of 20 + 30 + 10 a tenth of the first and half of the last.
BY_LINE = """Order No,Order Date,Customer,Product,Quantity,Unit Price,Discount
1,2024-05-06,ann,mug,2,10.00,10%
1,2024-05-06,ann,pot,1,30.00,
2,2024-05-07,ben,mug,1,10.00,-50 %
"""
HEADS = "Order No,Order Date,Customer\n1,2024-05-06,ann\n2,2024-05-07,ben\n3,2024-05-08,cy\n"


def sums(tmp_path, name, **texts):
    """Gross revenue, discounts and what is left, of a shop with these files."""
    paths = []
    for stem, text in texts.items():
        paths.append(tmp_path / f"{stem}.csv")
        paths[-1].write_text(text)
    for words in (["adopt", *map(str, paths), "--name", name, "--yes"], ["build", name]):
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, done.output
    shop = open_shop(name)
    return tuple(float(value(shop, one)) for one in (c.gross_revenue, c.discount_total, c.ordered_revenue))


def test_percent_of_an_order(tmp_path):
    """The total says that the subtotal is from before the discount: 230 less 30."""
    assert sums(tmp_path, "off_orders", orders=BY_ORDER.format("\n".join(ORDERS))) == (230, 30, 200)


def test_percent_of_each_line_of_an_order(tmp_path):
    """2 of 20 and 5 of 10."""
    assert sums(tmp_path, "off_lines", orders=BY_LINE) == (60, 7, 53)


@pytest.mark.parametrize(
    ("name", "discounts", "told"),
    [
        ("off_own", ["10%", "", "50%"], (60, 7, 53)),
        ("off_amounts", ["2.00", "0.00", "5.00"], (60, 7, 53)),
        ("off_shares", ["0.1", "", "0.5"], (60, 7, 53)),
    ],
)
def test_discounts_in_a_file_of_lines(tmp_path, name, discounts, told):
    """Beside the file that has their orders; in percent, as amounts, as shares."""
    rows = zip(("1,mug,2,10.00", "1,pot,1,30.00", "2,mug,1,10.00"), discounts, strict=True)
    lines = "Order No,Product,Quantity,Unit Price,Discount\n" + "".join(f"{row},{off}\n" for row, off in rows)
    assert sums(tmp_path, name, orders=HEADS, lines=lines) == told


def test_a_discount_that_each_line_of_an_order_repeats_counts_once(tmp_path):
    """4, 1 and 2, each of an order: 7, not 14."""
    rows = "1,mug,4\n1,pot,4\n2,mug,1\n2,pot,1\n3,mug,2\n3,pot,2\n"
    lines = "Order No,Product,Quantity,Unit Price,Discount\n"
    lines += "".join(f"{o},{p},1,10.00,{d}.00\n" for o, p, d in (row.split(",") for row in rows.split()))
    assert sums(tmp_path, "off_repeated", orders=HEADS, lines=lines) == (60, 7, 53)


def test_percent_that_nothing_adds_up_by_is_asked_about(tmp_path):
    """Whether 10 % are taken off the 100 already."""
    path = tmp_path / "orders.csv"
    path.write_text(
        "Order No,Order Date,Customer,Amount,Rabatt\n1,2024-05-06,ann,100.00,10 %\n2,2024-05-07,ben,50.00,\n"
    )
    (asked,) = propose([path], Answers()).open
    assert "“Rabatt”" in asked and "--columns 'orders.csv:discount='" in asked
