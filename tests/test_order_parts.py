"""Parts of an order that are no goods: vouchers and rebates below zero, shipping and tax that are refunded."""

from given import line, returned, sold, told, value

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


def test_a_refund_of_everything_leaves_nothing(tiny_shop):
    """107 goods, 100 shipping and 34 tax are refunded with 241: the goods bear 107, the fees 134, nothing is beyond."""
    shop = tiny_shop(
        orders=[
            sold("1", "ann", "2024-03-01", 107, shipping_amount=100, tax_amount=34),
            sold("2", "bob", "2024-03-02", 50, shipping_amount=5, tax_amount=10),
        ],
        returns=[returned("r", "1", "ann", "2024-03-05", 241)],
    )
    assert value(shop, c.returned_revenue) == 107
    assert value(shop, c.refunded_shipping_and_tax) == 134
    assert value(shop, c.net_revenue) == 50
    assert value(shop, c.total_revenue) == 65
    assert [row["return_count"] for row in told(shop, "odd_refunds") if "beyond its order" in row["kind"]] == [0]
