"""Action: what a delivered list brought is told against those held out, or not at all."""

import re
from shutil import copy

import duckdb
import pytest
from chapters import opened, text_of
from given import sold, told

from customary import open_shop
from customary.errors import Refused


def on_list(customer, arm, day="2025-01-10", **more):
    """A customer of a delivered list: contacted for 2, or held out for nothing."""
    facts = {"play": "come back", "list_offer": "a coupon", "sent_by": "e-mail", "contact_amount": 2}
    if arm != "contacted":
        facts["contact_amount"] = 0
    put = {"experiment": "come-back-1", "customer_id": customer, "arm": arm, "assigned_at": f"{day} 10:00"}
    return {**put, **facts, **more}


@pytest.fixture(scope="module")
def recalled(tiny_shop):
    """Of forty contacted twenty order once for 10 each, of sixty held out six; one more was contacted too late."""
    rows = [on_list(f"t{n}", "contacted") for n in range(40)] + [on_list(f"h{n}", "hold-out") for n in range(60)]
    rows += [on_list("late", "contacted", "2025-03-20")]
    buyers = [f"t{n}" for n in range(20)] + [f"h{n}" for n in range(6)]
    orders = [sold(f"o {who}", who, "2025-01-20 10:00", 10) for who in buyers]
    return tiny_shop(assignments=rows, orders=orders, as_of="2025-04-01")


def test_incremental_orders_are_those_beyond_the_held_out(recalled):
    """20 of 40 against 6 of 60: 40 points more, so 16 of the 20 orders are the list's, and 160 of the revenue."""
    (row,) = told(recalled, "list_results")
    assert (row["contacted_count"], row["held_count"], row["immature_count"]) == (41, 60, 1)
    assert (row["contacted_rate"], row["held_rate"], row["verdict"]) == (0.5, 0.1, "more")
    assert (row["incremental_orders"], row["incremental_revenue"]) == (pytest.approx(16), pytest.approx(160))
    assert row["low_incremental_orders"] < 16 < row["high_incremental_orders"]


def test_an_extra_order_costs_all_the_contacts_that_it_took(recalled):
    """40 contacts at 2 brought 16 orders: 5 each; with the fewest orders of the interval it is more."""
    (row,) = told(recalled, "list_results")
    assert row["cost_per_order"] == pytest.approx(5)
    assert row["high_cost_per_order"] == pytest.approx(80 / row["low_incremental_orders"])
    assert row["contact_amount"] == 82


def test_the_verdict_is_that_of_the_orders_that_the_figure_shows(tiny_shop):
    """Ten of forty bought in either arm, but those contacted three times each: 20 orders more, and no more buyers."""
    rows = [on_list(f"{arm}{n}", arm) for arm in ("contacted", "hold-out") for n in range(40)]
    orders = [sold(f"{arm}{n}", f"{arm}{n}", "2025-01-20", 10) for arm in ("contacted", "hold-out") for n in range(10)]
    orders += [sold(f"more{n} {k}", f"contacted{n}", "2025-01-21", 10) for n in range(10) for k in range(2)]
    (row,) = told(tiny_shop(assignments=rows, orders=orders, as_of="2025-04-01"), "list_results")
    assert (row["contacted_rate"], row["held_rate"], row["incremental_orders"]) == (0.25, 0.25, 20.0)
    assert row["verdict"] == "more" and row["low_incremental_orders"] > 0


def test_hours_are_counted_from_the_end_of_the_data(tiny_shop):
    """Data up to the end of the ninth, delivered on the tenth at ten; of a list of others nobody knows."""
    rows = [on_list("a", "contacted", data_until="2025-01-10"), on_list("b", "contacted", experiment="theirs")]
    shop = tiny_shop(assignments=rows, orders=[sold("o", "a", "2025-01-20", 10)], as_of="2025-04-01")
    hours = {row["experiment"]: row["hours_after_data"] for row in told(shop, "list_results")}
    assert hours == {"come-back-1": 10.0, "theirs": None}


def test_without_a_hold_out_nothing_is_attributed(tiny_shop):
    """All three bought, and nobody knows whether they would have anyway."""
    rows = [on_list(name, "contacted") for name in "abc"]
    orders = [sold(name, name, "2025-01-20 10:00", 10) for name in "abc"]
    (row,) = told(tiny_shop(assignments=rows, orders=orders, as_of="2025-04-01"), "list_results")
    assert (row["verdict"], row["contacted_rate"], row["held_rate"]) == ("not attributable", 1.0, None)
    assert row["incremental_orders"] is None and row["cost_per_order"] is None


def test_a_list_whose_days_are_not_over_has_no_figure(tiny_shop):
    """Delivered twelve days ago, watched for thirty."""
    rows = [on_list(f"{arm}{n}", arm, "2025-03-20") for arm in ("contacted", "hold-out") for n in range(3)]
    shop = tiny_shop(assignments=rows, orders=[sold("o", "x", "2025-01-01", 1)], as_of="2025-04-01")
    (row,) = told(shop, "list_results")
    assert (row["verdict"], row["immature_count"], row["contacted_rate"]) == ("too young", 6, None)


def test_no_difference_is_no_effect_and_no_cost_per_order(tiny_shop):
    """Ten of twenty bought in either arm: the interval holds zero, and an order that is not there has no cost."""
    rows = [on_list(f"{arm}{n}", arm) for arm in ("contacted", "hold-out") for n in range(20)]
    buyers = [f"{arm}{n}" for arm in ("contacted", "hold-out") for n in range(10)]
    orders = [sold(name, name, "2025-01-20 10:00", 10) for name in buyers]
    (row,) = told(tiny_shop(assignments=rows, orders=orders, as_of="2025-04-01"), "list_results")
    assert (row["verdict"], row["incremental_orders"], row["cost_per_order"]) == ("not clear", 0.0, None)
    assert row["low_incremental_orders"] < 0 < row["high_incremental_orders"]
    assert (
        told(tiny_shop(assignments=rows, orders=orders, as_of="2025-04-01"), "list_results", within="5d")[0][
            "contacted_rate"
        ]
        == 0
    )


def test_a_viewer_is_not_told_what_few_held_out_did(tiny_shop, monkeypatch):
    """Six of sixty held out bought: neither their share nor what could be reckoned from it; an analyst sees both."""
    rows = [on_list(f"t{n}", "contacted") for n in range(40)] + [on_list(f"h{n}", "hold-out") for n in range(60)]
    buyers = [f"t{n}" for n in range(20)] + [f"h{n}" for n in range(6)]
    orders = [sold(f"o {who}", who, "2025-01-20 10:00", 10) for who in buyers]
    shop = tiny_shop(assignments=rows, orders=orders, as_of="2025-04-01")
    few = ("held_buyer_count", "held_rate", "incremental_orders", "high_incremental_orders", "cost_per_order")
    assert None not in [told(shop, "list_results")[0][name] for name in few]
    monkeypatch.setenv("CUSTOMARY_AUDIENCE", "stakeholder")
    (row,) = told(open_shop(shop.name), "list_results")
    assert [row[name] for name in few] == [None] * 5 and row["contacted_rate"] == 0.5


def test_lists_and_experiments_keep_apart(tiny_shop):
    """A banner that no play was served by is an experiment; a list, whose arms are uneven on purpose, is none."""
    rows = [on_list("a", "contacted", experiment="banner", play=None), on_list("b", "hold-out")]
    shop = tiny_shop(assignments=rows, orders=[sold("o", "a", "2025-01-01", 1)], as_of="2025-04-01")
    assert [row["experiment"] for row in told(shop, "list_results")] == ["come-back-1"]
    for which in ("experiments", "experiment_effect"):
        assert [row["experiment"] for row in told(shop, which)] == ["banner"]


def put_in(event_id, visitor, at, product, name="add_to_cart", **more):
    """An event of a visitor, with a product."""
    return {
        "event_id": event_id,
        "visitor_id": visitor,
        "occurred_at": at,
        "event_name": name,
        "product_id": product,
    } | more


@pytest.fixture(scope="module")
def carts(tiny_shop):
    """Ann's cart waits since the last of March, bob bought, cy is still choosing, dee's is a month old."""
    events = [
        put_in("e1", "v-ann", "2025-03-31 09:00", "lamp"),
        put_in("e2", "v-ann", "2025-03-31 10:00", "lamp"),
        put_in("e3", "v-ann", "2025-03-31 12:00", "rug"),
        put_in("e4", "v-ann", "2025-03-31 12:01", None, name="login", customer_id="ann"),
        put_in("e5", "v-bob", "2025-03-30 09:00", "lamp", customer_id="bob"),
        put_in("e6", "v-cy", "2025-03-31 22:00", "lamp", customer_id="cy"),
        put_in("e7", "v-dee", "2025-02-27 09:00", "lamp", customer_id="dee"),
        put_in("e8", "v-nobody", "2025-03-31 09:00", "rug"),
        put_in("e9", "v-eve", "2025-03-29 10:00", "pen", customer_id="eve"),
    ]
    orders = [sold("o1", "bob", "2025-03-31 08:00", 30), sold("o2", "ann", "2025-03-31 08:59", 5)]
    prices = {"lamp": 30, "rug": 100, "pen": None}
    products = [{"product_id": name, "product_name": name, "list_price": price} for name, price in prices.items()]
    people = [{"customer_id": name} for name in ("ann", "bob", "cy", "dee", "eve")]
    return tiny_shop(events=events, orders=orders, products=products, customers=people, as_of="2025-04-01")


def test_a_cart_waits_until_anything_is_bought(carts):
    """Ann ordered a minute before; bob by telephone since; what cy does is not two hours old."""
    rows = told(carts, "open_carts")
    assert [(row["customer_id"], row["hours_since_cart"]) for row in rows] == [("ann", 12), ("eve", 62)]
    assert [row["customer_id"] for row in told(carts, "open_carts", after="1h")] == ["ann", "cy", "eve"]


def test_a_product_put_in_twice_is_worth_its_price_once(carts):
    """A lamp of 30 and a rug of 100; what the pen costs nobody knows, and it is not nothing."""
    ann, eve = told(carts, "open_carts")
    assert (ann["cart_product_count"], ann["cart_value"]) == (2, 130.0)
    assert (eve["cart_product_count"], eve["cart_value"]) == (1, None)


def test_times_that_leave_nothing_between_them_are_refused(carts):
    """Nobody can have put something in at most an hour and at least three hours ago."""
    with pytest.raises(Refused, match="leave no time between them"):
        told(carts, "open_carts", within="1h", after="3h")


@pytest.fixture(scope="module")
def born(tiny_shop):
    """Ann and bob were born in April, cy in May; dee, of April too, never bought."""
    births = {"ann": "1990-04-30", "bob": "1971-04-01", "cy": "1985-05-01", "dee": "2000-04-02"}
    people = [{"customer_id": name, "birth_on": day} for name, day in births.items()]
    orders = [
        sold("o1", "ann", "2025-01-05", 10),
        sold("o2", "bob", "2025-01-06", 30),
        sold("o3", "cy", "2025-01-07", 9),
    ]
    return tiny_shop(customers=people, orders=orders, as_of="2025-03-31")


def test_birthdays_are_those_of_the_month_that_comes(born):
    """On the last of March that is April: bob, who spent more, before ann."""
    assert [row["customer_id"] for row in told(born, "birthdays")] == ["bob", "ann"]
    assert [row["customer_id"] for row in told(born, "birthdays", month=5)] == ["cy"]
    with pytest.raises(Refused, match="month is 1 to 12"):
        told(born, "birthdays", month=13)


def test_no_date_of_birth_is_in_a_snapshot(born, tmp_path):
    """The month is, and the age; the day would tell one person from all others."""
    with duckdb.connect(str(copy(born.snapshot.path, tmp_path))) as con:
        places = con.execute("select table_name, column_name from duckdb_columns() where column_name like '%birth%'")
        assert places.fetchall() == [("customers", "birth_month")]


# --- goals ---------------------------------------------------------------------------------------


def list_of(name, play, contacted, held):
    """Forty contacted and forty held out, of whom so many order once for 10 each."""
    rows = [on_list(f"{name} {arm}{n}", arm, play=play) for arm in ("contacted", "hold-out") for n in range(40)]
    buyers = [f"{name} contacted{n}" for n in range(contacted)] + [f"{name} hold-out{n}" for n in range(held)]
    orders = [sold(f"o {who}", who, "2025-01-20 10:00", 10) for who in buyers]
    return [{**row, "experiment": name} for row in rows], orders


def by_goal(shop):
    """Goal → row."""
    return {row["goal"]: row for row in told(shop, "goal_actions")}


KEEP, CONVERT = "Strengthen stickiness and loyalty", "Optimise the conversion path"


@pytest.fixture(scope="module")
def served(tiny_shop):
    """Two lists for loyalty with 20 of 40 against 10 of 40 each, one more of too few; one of carts that nobody was
    held out of; one of a play that the playbook has not.
    """
    lists = [list_of("one", "come-back offer", 20, 10), list_of("two", "second purchase", 20, 10)]
    lists += [list_of("few", "VIP service", 12, 3), list_of("other", "nobody's play", 10, 10)]
    rows = [row for made, _orders in lists for row in made]
    rows += [on_list(f"cart{n}", "contacted", experiment="carts", play="cart abandoned") for n in range(30)]
    orders = [order for _rows, made in lists for order in made]
    return tiny_shop(assignments=rows, orders=orders, as_of="2025-04-01")


def test_a_goal_has_what_its_lists_brought(served):
    """Ten orders each: 20 for loyalty, its interval that of both together, √2 times as wide as one's."""
    row, one = by_goal(served)[KEEP], told(served, "list_results", where={"experiment": "one"})[0]
    assert (row["list_count"], row["told_list_count"], row["contacted_count"]) == (3, 2, 120)
    assert (row["incremental_orders"], row["incremental_revenue"]) == (pytest.approx(20), pytest.approx(200))
    half = (one["high_incremental_orders"] - one["low_incremental_orders"]) / 2
    assert row["high_incremental_orders"] - 20 == pytest.approx(2**0.5 * half)
    assert 20 - row["low_incremental_orders"] == pytest.approx(2**0.5 * half)
    assert (row["verdict"], row["contact_amount"]) == ("more", 240)


def test_a_list_without_a_hold_out_adds_nothing_to_its_goal(served):
    """It is counted, with what it cost; what it brought nobody can tell."""
    row = by_goal(served)[CONVERT]
    assert (row["list_count"], row["told_list_count"], row["contact_amount"]) == (1, 0, 60)
    assert row["incremental_orders"] is None and row["verdict"] == "not attributable"


def test_every_goal_is_there_and_whatever_serves_none(served):
    """In the order of the goals, with the plays meant for each; a list of another play stands at the end."""
    rows = told(served, "goal_actions")
    assert [row["list_count"] for row in rows] == [0, 1, 0, 3, 0, 1]
    assert [row["play_count"] for row in rows[:5]] == [2, 1, 5, 11, 1] and rows[0]["verdict"] == "no list yet"
    assert (rows[5]["goal"], rows[5]["incremental_orders"]) == ("no goal named", pytest.approx(0, abs=1e-9))
    assert rows[5]["verdict"] == "not clear"


def test_the_page_of_goals_says_what_lists_brought(served):
    """Lists served two of the five goals; the one of a play that names none is no goal."""
    said = re.sub("<[^>]*>", "", text_of(opened("01_goals", served.name)[1]))
    assert "Lists were delivered for 2 of 5 goals; for 1 they clearly brought orders" in said
