"""Products: known by number, sold or not; what is no product is none; what came back did not sell."""

import pytest
from given import line, returned, sold, told, value

import customary as c
from customary import intake, measure, publish
from customary.places import shops_folder
from customary.query.study import study
from customary.shop import open_shop
from customary.studies.lifetime_value.grouping import with_group

PAID = "2025-03-01 10:00"
CODES = {"POST", "DOT", "C2", "D", "M", "S", "PADS", "B", "BANK CHARGES", "AMAZONFEE", "CRUK"}


def by_product(shop, which, **asked):
    """The rows of a study by product number."""
    return {row["product_id"]: row for row in told(shop, which, **asked)}


# --- what came back did not sell -----------------------------------------------------------------


def cancelled_giant():
    """Ann orders 1,000 birds for 2,000 and cancels all; Ben buys 30 mugs for 300 and brings 10 back; Cai 5 lamps."""
    orders = [sold("o1", "ann", PAID), sold("o2", "ben", PAID), sold("o3", "cai", PAID)]
    lines = [line("l1", "o1", "bird", 1000, 2), line("l2", "o2", "mug", 30, 10), line("l3", "o3", "lamp", 5, 20)]
    returns = [
        returned("r1", "o1", "ann", "2025-03-02 10:00", 2000, product_id="bird", quantity=1000),
        returned("r2", "o2", "ben", "2025-03-09 10:00", 100, product_id="mug", quantity=10),
    ]
    return {"orders": orders, "order_items": lines, "returns": returns}


def test_a_cancelled_order_leads_no_list(tiny_shop):
    """Of 1,000 birds all came back: 0 pieces, 0 revenue, last. Mugs: 30 − 10 = 20 pieces for 200. Lamps: 5 for 100."""
    rows = told(tiny_shop(**cancelled_giant(), as_of="2025-04-01"), "products")
    found = [(row["product_id"], row["net_unit_count"], row["net_revenue"]) for row in rows]
    assert found == [("mug", 20, 200), ("lamp", 5, 100), ("bird", 0, 0)]
    assert [row["returned_unit_count"] for row in rows] == [10, 0, 1000]


def test_a_return_takes_off_no_more_than_was_sold(tiny_shop):
    """Twelve pieces are said to come back of an order of ten, for 120 of its 100: none is left, not less."""
    shop = tiny_shop(
        orders=[sold("o1", "ann", PAID)],
        order_items=[line("l1", "o1", "mug", 10, 10)],
        returns=[returned("r1", "o1", "ann", "2025-03-02 10:00", 120, product_id="mug", quantity=12)],
        as_of="2025-04-01",
    )
    assert (by_product(shop, "products")["mug"]["net_unit_count"], told(shop, "products")[0]["net_revenue"]) == (0, 0)


def test_where_no_return_is_written_down_none_is_known(tiny_shop):
    """Unknown is not zero: the pieces that came back are empty, and nothing is taken off."""
    shop = tiny_shop(orders=[sold("o1", "ann", PAID)], order_items=[line("l1", "o1", "mug", 3, 10)], as_of="2025-04-01")
    row = by_product(shop, "products")["mug"]
    assert (row["returned_unit_count"], row["refund_amount"], row["net_unit_count"]) == (None, None, 3)


# --- known by number -----------------------------------------------------------------------------


def two_mugs():
    """Two products are called Mug, one Lamp, and two have no name, one of them in no catalogue."""
    catalogue = [
        {"product_id": "m1", "product_name": "Mug"},
        {"product_id": "m2", "product_name": "Mug"},
        {"product_id": "l1", "product_name": "Lamp"},
        {"product_id": "n1"},
    ]
    bought = ("m1", "m2", "l1", "n1", "n2")
    orders = [sold(f"o{number}", f"c{number}", PAID) for number in bought]
    return {
        "orders": orders,
        "order_items": [line(f"i{number}", f"o{number}", number, 1, 10) for number in bought],
        "products": catalogue,
    }


def test_a_shared_name_has_the_number_behind_it(tiny_shop):
    """Two mugs are two bars; a name that is unique stands alone, and without one the number does."""
    shop = tiny_shop(**two_mugs(), as_of="2025-04-01")
    names = {number: row["product_name"] for number, row in by_product(shop, "products").items()}
    assert names == {"m1": "Mug (m1)", "m2": "Mug (m2)", "l1": "Lamp", "n1": "n1", "n2": "n2"}


def test_products_are_split_by_number_even_by_their_name(tiny_shop):
    """Asked by name or by the first product: five products are five groups."""
    shop = tiny_shop(**two_mugs(), as_of="2025-04-01")
    rows = measure(shop, c.item_revenue, by="product_name").to_pylist()
    assert sorted(row["product_name"] for row in rows) == ["Lamp", "Mug (m1)", "Mug (m2)", "n1", "n2"]
    customers, items = shop.frame("customers"), shop.frame("items")
    firsts = shop.fetch(with_group(customers, "first_product", customers, items))["first_product"].to_pylist()
    assert sorted(firsts) == ["Lamp", "Mug (m1)", "Mug (m2)", "n1", "n2"]


# --- never sold ----------------------------------------------------------------------------------


def test_a_product_never_sold_is_a_launch_without_buyers(tiny_shop):
    """Lamp and fan came on 1 March; nobody bought the fan. One of two active tried one; the tent is yet to come."""
    shop = tiny_shop(
        orders=[sold("o1", "ann", "2025-02-01 10:00"), sold("o2", "ben", "2025-02-02 10:00"), sold("o3", "ann", PAID)],
        order_items=[line("l1", "o1", "mug", 1, 5), line("l2", "o2", "mug", 1, 5), line("l3", "o3", "lamp", 1, 5)],
        products=[
            {"product_id": "mug", "launched_on": "2020-01-01"},
            {"product_id": "lamp", "launched_on": "2025-03-01"},
            {"product_id": "fan", "launched_on": "2025-03-01"},
            {"product_id": "tent", "launched_on": "2025-09-01"},
        ],
        as_of="2025-07-01",
    )
    rows = by_product(shop, "product_launches")
    found = {name: (row["buyer_count"], row["trial_rate"]) for name, row in rows.items()}
    assert found == {"lamp": (1, 0.5), "fan": (0, 0)}
    assert str(rows["fan"]["launched_on"]) == "2025-03-01"
    (whole,) = told(shop, "new_product_trial")
    assert (whole["launch_count"], whole["active_count"], whole["trier_count"]) == (2, 2, 1)


def test_the_catalogue_holds_what_was_never_sold(big_demo):
    """Every product with a launch day after the shop's first sale is a launch, bought or not."""
    first = big_demo.fetch(big_demo.frame("items").agg(day=big_demo.frame("items").day_on.min()))["day"][0].as_py()
    rows = big_demo.fetch(big_demo.frame("products")).to_pylist()
    new = {row["product_id"] for row in rows if row["launched_on"] and first < row["launched_on"] < big_demo.as_of}
    assert new and set(by_product(big_demo, "product_launches")) == new


# --- what is no product --------------------------------------------------------------------------

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
LINES = (
    "1,85123A,MUG,2,2011-01-05 10:00:00,10,7,UK\n"
    "1,POST,POSTAGE,1,2011-01-05 10:00:00,4,7,UK\n"
    "1,m,Manual,3,2011-01-05 10:00:00,1,7,UK\n"
    "2,84029E,LAMP,1,2011-01-06 10:00:00,30,8,UK\n"
    "C3,D,Discount,-1,2011-01-06 11:00:00,5,8,UK\n"
    "C4,POST,POSTAGE,-1,2011-01-06 12:00:00,4,7,UK\n"
)


def till(folder, name, **settings):
    """The six lines as a shop of the Online Retail source."""
    (folder / "lines.csv").write_text(HEADER + LINES, "utf-8")
    intake.adopt([folder / "lines.csv"], intake.source_named("online_retail"), shops_folder() / name, settings)
    publish.build(name)
    return open_shop(name)


def test_postage_and_fees_are_no_products(tmp_path):
    """Mug 20, postage 4, manual 3, lamp 30: sales are 57 as the file adds up, two products, 2 + 1 pieces.

    The postage that was refunded found the order with postage, which is not thereby one that was returned.
    """
    shop = till(tmp_path, "till")
    assert [row["product_id"] for row in told(shop, "products")] == ["84029E", "85123A"]
    assert (value(shop, c.product_count), value(shop, c.unit_count)) == (2, 3)
    assert (value(shop, c.gross_revenue), value(shop, c.returned_revenue)) == (57, 9)
    assert value(shop, c.return_rate_by_order) == value(shop, c.return_rate_by_unit) == 0
    found = {row["charge"]: (row["outcome"], row["line_count"], row["amount"]) for row in told(shop, "charges")}
    assert found == {"postage": ("counted", 1, 4), "manual entry": ("counted", 1, 3)}
    assert {row["product_id"] for row in shop.fetch(shop.frame("products")).to_pylist()} == {"85123A", "84029E"}


def test_charges_apart_are_shipping_discounts_or_left_out(tmp_path):
    """Apart: goods 20 + 30 are sales, postage 4 is shipping, 3 by hand are left out and said, the discount refunds."""
    shop = till(tmp_path, "till_apart", decisions={"charges": "apart"})
    assert (value(shop, c.gross_revenue), value(shop, c.shipping_and_tax), value(shop, c.returned_revenue)) == (
        50,
        4,
        5,
    )
    found = {row["charge"]: (row["outcome"], row["line_count"], row["amount"]) for row in told(shop, "charges")}
    assert found == {
        "postage": ("postage, counted as shipping", 1, 4),
        "manual entry": ("no product: manual entry", 1, 3),
    }


def test_a_shop_lists_charges_of_its_own(tmp_path):
    """What the source takes for a product a shop may call a charge in shop.toml."""
    shop = till(tmp_path, "till_own", charges={"84029E": "deposit"})
    assert [row["product_id"] for row in told(shop, "products")] == ["85123A"]
    assert "deposit" in {row["charge"] for row in told(shop, "charges")}


@pytest.mark.real
def test_online_retail_sells_no_postage(giftshop):
    """No study of products names a code that is none, and what these lines amount to is said and still in sales."""
    named = {row["product_id"] for row in told(giftshop, "products", n=0)}
    named |= {row["product_id"] for row in told(giftshop, "product_returns", n=0)}
    named |= {row[side] for row in told(giftshop, "product_pairs", n=0) for side in ("first_id", "second_id")}
    assert len(named) > 3_000 and not named & CODES
    counted = {row["charge"]: row["line_count"] for row in told(giftshop, "charges") if row["outcome"] == "counted"}
    assert counted == {"bank charges": 12, "manual entry": 284, "pads for cushions": 3, "postage": 1_248}


@pytest.mark.real
def test_the_bird_that_was_cancelled_at_once_leads_nothing(giftshop):
    """80,995 paper birds were ordered and cancelled within minutes: gross they lead, net none of them was sold."""
    rows = told(giftshop, "products", n=0)
    bird = next(row for row in rows if row["product_id"] == "23843")
    assert (bird["unit_count"], bird["net_unit_count"], bird["net_revenue"]) == (80_995, 0, pytest.approx(0, abs=1e-6))
    assert max(rows, key=lambda row: row["revenue"])["product_id"] == "23843" != rows[0]["product_id"]
    assert rows[0]["net_revenue"] == max(row["net_revenue"] for row in rows)


@pytest.mark.real
@pytest.mark.parametrize("name", ["giftshop", "olist"])
def test_every_label_of_a_product_is_its_own(request, name):
    """Olist's products bear the name of their category, and the gift shop wrote one name for several codes."""
    rows = study(request.getfixturevalue(name), "products", n=0).to_pylist()
    assert len({row["product_name"] for row in rows}) == len(rows) > 2_000
