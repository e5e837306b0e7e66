"""Vouchers and rebates as lines below zero."""

from given import line, sold, value

import customary as c


def test_a_voucher_below_zero_is_a_discount_of_its_order(tiny_shop):
    """Two chairs at 50 less a voucher of 10, a lamp at 30 less a rebate of 5: 130 gross, 15 off, 115 net."""
    shop = tiny_shop(
        orders=[sold("1", "ann", "2024-01-05"), sold("2", "bob", "2024-01-06")],
        order_items=[
            line("a", "1", "chair", 2, 50),
            line("b", "1", "voucher", 1, -10),
            line("c", "2", "lamp", 1, 30),
            line("d", "2", "rebate", -1, 5),
        ],
    )
    assert value(shop, c.gross_revenue) == 130
    assert value(shop, c.discount_total) == 15
    assert value(shop, c.net_revenue) == 115


def test_a_line_below_zero_of_what_is_sold_is_no_discount(tiny_shop):
    """One of two chairs is taken back: that is a correction, left out and said, and no discount."""
    shop = tiny_shop(
        orders=[sold("1", "ann", "2024-01-05")],
        order_items=[line("a", "1", "chair", 2, 50), line("b", "1", "chair", -1, 50)],
    )
    assert value(shop, c.net_revenue) == 100
