"""Several tables on one sheet of a workbook: below each other, side by side, and what only looks like that.

Judges intake/unpack/stacked.
"""

import pytest

from customary.intake.unpack.stacked import MOST_ROWS, tables_in, tables_of

HEAD = ["No", "Customer", "Total"]
ORDERS = [HEAD, ["1", "ann", "10"], ["2", "ben", "20"]]
GOODS = [["Product", "Price", ""], ["mug", "5", ""], ["pan", "9", ""]]
BLANK = ["", "", ""]


def test_a_second_table_below_the_first():
    """A blank row, names again, and values below."""
    first, second = tables_of([*ORDERS, BLANK, *GOODS])
    assert (first, second) == ([*ORDERS, BLANK], GOODS)


@pytest.mark.parametrize(
    "rows",
    [
        [*ORDERS, BLANK, ["3", "cy", "30"]],  # a gap within a table
        [*ORDERS, BLANK, *ORDERS],  # the same table goes on under its names
        [["Sales of March", "Main shop", ""], BLANK, *ORDERS],  # a title
        [*ORDERS, BLANK, ["Total", "", "30"]],
        [*ORDERS, BLANK, ["made by", "ann", ""]],  # a note
        [*ORDERS, BLANK, ["made by", "ann", ""], ["checked by", "ben", ""]],
        [HEAD, ["a", "ann", "Berlin"], BLANK, ["b", "ben", "Paris"], ["c", "cy", "Rome"]],  # words alone
        [*ORDERS, GOODS[0], GOODS[1]],  # no blank row between
    ],
)
def test_what_is_one_table_stays_one(rows):
    """Nothing is cut off."""
    assert tables_of(rows) == [rows]


def test_tables_side_by_side():
    """Two orders beside three products: each is cut along the blank column."""
    rows = [["No", "Total", "", "Product", "Price"], ["1", "10", "", "mug", "5"], ["", "", "", "pan", "9"]]
    assert tables_of(rows) == [
        [["No", "Total"], ["1", "10"], ["", ""]],
        [["Product", "Price"], ["mug", "5"], ["pan", "9"]],
    ]


def test_a_blank_column_within_a_table_parts_nothing():
    """The same rows are filled on both sides of it."""
    rows = [["No", "Total", "", "Product", "Price"], ["1", "10", "", "mug", "5"], ["2", "20", "", "pan", "9"]]
    assert tables_of(rows) == [rows]


def test_a_very_long_sheet_is_one_table():
    """It is passed on row by row, and none is lost."""
    long = [*ORDERS, BLANK, *GOODS, *[["x", "1", ""]] * MOST_ROWS]
    (whole,) = tables_in(iter(long))
    assert sum(1 for _ in whole) == len(long)
    assert len(list(tables_in(iter(long[:100])))) == 2
