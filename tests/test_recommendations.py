"""Recommendations: pairs, neighbours, lists and their trial on the past, by hand, on the gift shop and on the demo."""

from math import log, sqrt

import duckdb
import numpy as np
import pytest
from given import line, sold, told
from in_memory import read, table
from typed import refused, say

from customary.errors import Refused, UnknownName
from customary.query.parameters import fetch_fit
from customary.query.selection import Scope
from customary.shop import Shop
from customary.studies.recommendations import basket_pairs, product_pairs
from customary.studies.recommendations.demand import _upper_quantile
from customary.studies.recommendations.interests import Memory, doings_of, interests_of
from customary.studies.recommendations.neighbours import by_baskets, by_customers
from customary.studies.recommendations.scores import best_of, reasons_of, scores_of

# --- pairs ---------------------------------------------------------------------------------------

PAIR = "customer_id string, product_id string, product_name string"


def test_pairs_of_products():
    """Mugs: a, b, c; lamps: a, b; vases: a, d; four people in all.

    Of 3 with a mug 2 have a lamp, against 2 of 4: 0.67 / 0.5. Of 2 with a lamp both have a mug, against 3 of 4. Only
    pairs of two people or more are looked at.
    """
    lines = [(who, what, what) for what, people in (("mug", "abc"), ("lamp", "ab"), ("vase", "ad")) for who in people]
    items = table(PAIR, *lines, ("a", "mug", "mug"), (None, "mug", "mug"))
    columns = ("first_id", "second_id", "both_count", "open_count", "both_rate", "usual_rate", "lift", "pair_total")
    assert sorted(read(product_pairs(items, fewest=2), *columns)) == [
        ("lamp", "mug", 2, 0, 1, 0.75, 1.3333, 2),
        ("mug", "lamp", 2, 1, 0.6667, 0.5, 1.3333, 2),
    ]
    assert len(read(product_pairs(items, fewest=1))) == 6
    assert read(product_pairs(items, fewest=2, product="mug"), "second_id") == [("lamp",)]


def test_only_the_products_with_the_most_buyers_are_paired():
    """Mugs have three buyers; of lamps and vases, two each, the first by name; a product asked for is always there."""
    lines = [(who, what, what) for what, people in (("mug", "abc"), ("lamp", "ab"), ("vase", "ab")) for who in people]
    items = table(PAIR, *lines)
    assert {row[0] for row in read(product_pairs(items, most=2, fewest=1), "first_id")} == {"mug", "lamp"}
    asked = product_pairs(items, most=2, fewest=1, product="vase")
    assert read(asked, "first_id", "second_id") == [("vase", "lamp"), ("vase", "mug")]


def test_goods_without_a_number_pair_with_nothing():
    """Of a and b both have mug and lamp; what c and d bought has no number: they are not among the two buyers."""
    lines = [(who, what, what) for what in ("mug", "lamp") for who in "ab"]
    lines += [(who, None, "gift") for who in "abcd"]
    found = product_pairs(table(PAIR, *lines), most=2, fewest=1)
    assert sorted(read(found, "first_id", "second_id", "usual_rate")) == [("lamp", "mug", 1), ("mug", "lamp", 1)]


def test_no_pair_is_ranked_by_its_lift():
    """Of eight people five have mug and lamp, of 6 and 5: lift 5/6 ÷ 5/8 = 1.33, closeness 5 ÷ √30 = 0.91.

    Two have pin and peg, of 3 and 2: lift 2/2 ÷ 3/8 = 2.67, closeness 2 ÷ √6 = 0.82. The higher lift stands behind.
    """
    held = (("mug", "abcdef"), ("lamp", "abcde"), ("pin", "agh"), ("peg", "gh"))
    items = table(PAIR, *((who, what, what) for what, people in held for who in people))
    columns = ("first_id", "second_id", "lift", "closeness")
    found = [row for row in read(product_pairs(items, fewest=2), *columns) if row[0] in ("lamp", "peg")]
    assert found == [("lamp", "mug", 1.3333, 0.9129), ("peg", "pin", 2.6667, 0.8165)]


BASKET = "order_id string, product_id string, product_name string, charge string"


def test_rules_of_baskets():
    """Four orders: mug and lamp in two of them, a mug alone in one, a lamp alone in one; postage is no product.

    Of 3 orders with a mug 2 hold a lamp: 0.67, support 2 of 4, lift 0.67 ÷ 0.75, cosine 2 ÷ 3. A pair in one order is
    under the floor.
    """
    lines = [(order, what, what, None) for order, what in (("1", "mug"), ("1", "lamp"), ("2", "mug"), ("2", "lamp"))]
    lines += [("3", "mug", "mug", None), ("4", "lamp", "lamp", None), ("4", "pin", "pin", None)]
    found = basket_pairs(table(BASKET, *lines, ("1", "POST", "POST", "postage")), fewest=2)
    columns = ("first_id", "second_id", "both_orders", "both_rate", "support_rate", "lift", "closeness", "pair_total")
    assert read(found, *columns) == [
        ("lamp", "mug", 2, 0.6667, 0.5, 0.8889, 0.6667, 2),
        ("mug", "lamp", 2, 0.6667, 0.5, 0.8889, 0.6667, 2),
    ]


# --- interests and neighbours --------------------------------------------------------------------

BOUGHT = "trial string, customer_id string, product_id string, order_id string, day int32"
LOOKED = "trial string, customer_id string, product_id string, day int32"


def interests(bought, looked=(), seen=0.2, half_life=90.0):
    """Interests of purchases (customer, product, day), each an order of its own, and of looks."""
    orders = [("now", who, what, f"o{n}", day) for n, (who, what, day) in enumerate(bought)]
    looks = table(LOOKED, *(("now", who, what, day) for who, what, day in looked))
    return interests_of(doings_of(table(BOUGHT, *orders), looks, seen), Memory(half_life, seen))


def test_interest_halves_and_a_look_is_a_part_of_a_purchase():
    """On day 190 a lamp; a mug 90 days before is worth half of it, one 180 days before a quarter; a look a fifth."""
    found = interests([("a", "mug", 100), ("a", "mug", 10), ("a", "lamp", 190)], [("a", "vase", 190)])
    facts = read(found.order_by("place"), "product_id", "weight", "strength", "bought_count", "place")
    assert facts == [("lamp", 1000, 100, 1, 0), ("mug", 750, 200, 2, 1), ("vase", 200, 20, 0, 2)]
    assert len(read(interests([("a", "mug", 1)], [("a", "vase", 1)], seen=0.0))) == 1


def test_impossible_memories_are_refused():
    """Interest cannot halve in no time, and a look is worth at most a purchase."""
    with pytest.raises(Refused, match="half_life is a number of days above 0"):
        Memory(half_life=0)
    with pytest.raises(Refused, match="from 0 to 1, not 2"):
        Memory(seen=2)


def test_neighbours_by_customers_are_weighed_by_bm25():
    """a and b have mug and lamp, c has all three: lengths 3, 3 and 1 of 7/3 on average; rarity ln(1 + 3/2), ln(1 + 1).

    Each weight is rounded to hundredths, each closeness to hundredths of their sum of products.
    """
    found = by_customers(interests([(w, p, 1) for w, p in ("am", "al", "bm", "bl", "cm", "cl", "cv")]), fewest=1)
    names = {0: "l", 1: "m", 2: "v"}
    close = {(names[one], names[two]): n for one, two, n in read(found, "first_no", "second_no", "closeness")}
    usual = 7 / 3
    weight = {
        (w, p): round(100 * 2.2 / (1.2 * (0.25 + 0.75 * n / usual) + 1) * rarity)
        for w, rarity in (("a", log(2.5)), ("b", log(2.5)), ("c", log(2)))
        for p, n in (("m", 3), ("v", 1))
    }
    both = sum(weight[who, "m"] ** 2 for who in "abc")
    assert close["m", "l"] == close["l", "m"] == close["m", "m"] == round(both / 100)
    assert close["m", "v"] == round(weight["c", "m"] * weight["c", "v"] / 100)


def test_neighbours_by_baskets_are_cosines():
    """Mug and lamp share two of three orders each: 0.6667; a vase was once with a mug: 1 ÷ √(3 · 1)."""
    lines = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 2), (3, 1)]
    orders = table("order_no int64, product_no int64", *lines)
    found = read(by_baskets(orders, fewest=1), "first_no", "second_no", "closeness")
    assert {(0, 1, 6667), (1, 0, 6667), (0, 2, round(10_000 / sqrt(3))), (0, 0, 10_000)} <= set(found)
    close = by_baskets(orders, fewest=2, neighbours=1)
    assert read(close.order_by("first_no"), "first_no", "second_no") == [(0, 0), (1, 1)]


def test_the_score_is_interest_times_closeness_and_the_largest_part_is_the_reason():
    """Interest 1000 in a mug and 500 in a lamp; a vase is 2 close to mugs and 3 to lamps: 2000 + 1500, for the mug."""
    own = table("customer_no int64, product_no int64, weight int32", (7, 0, 1000), (7, 1, 500))
    pairs = ((0, 2, 2), (1, 2, 3), (0, 1, 1), (1, 3, 2), (0, 4, 1))
    close = table("first_no int64, second_no int64, closeness int64", *pairs)
    best = best_of(scores_of(own, close), 3)
    found = reasons_of(best, own, close).order_by("position")
    assert read(found, "product_no", "score", "because_no") == [(2, 3500.0, 0), (1, 1000.0, 0), (3, 1000.0, 1)]


# --- lists ---------------------------------------------------------------------------------------


def goods(*rows):
    """Products: name, category, launch day and stock."""
    keys = ("product_id", "category", "launched_on", "stock_count")
    return [dict(zip(keys, row, strict=True)) | {"product_name": f"The {row[0]}"} for row in rows]


CATALOGUE = goods(
    ("mug", "kitchen", "2020-01-01", 5),
    ("lamp", "home", "2020-01-01", 5),
    ("vase", "home", "2020-01-01", 0),
    ("pan", "kitchen", "2025-05-20", 3),
)
PLACES = ("customer_id", "position", "product_id", "reason", "because_name")


@pytest.fixture(scope="module")
def corner(tiny_shop):
    """a, b and c have a mug, a lamp and a vase; d has a mug and looked at a vase; e looked at a lamp."""
    orders, lines = [], []
    for who in "abc":
        orders.append(sold(f"o{who}", who, "2025-05-01 10:00", 30))
        lines += [line(f"{what}{who}", f"o{who}", what, 1, 10) for what in ("mug", "lamp", "vase")]
    orders.append(sold("od", "d", "2025-05-02 10:00", 10))
    lines.append(line("md", "od", "mug", 1, 10))
    seen = {"event_name": "view_item", "occurred_at": "2025-05-03 10:00"}
    looked = (("d", "vase"), ("e", "lamp"))
    events = [{"event_id": a, "customer_id": a, "visitor_id": a, "product_id": what, **seen} for a, what in looked]
    customers = [{"customer_id": who, "registered_at": "2025-01-01"} for who in "abcde"]
    asked = {"purpose": "marketing", "recorded_at": "2025-01-01"}
    consents = [{"customer_id": who, "is_granted": who != "c", **asked} for who in "abcde"]
    return tiny_shop(
        orders=orders,
        order_items=lines,
        events=events,
        customers=customers,
        consents=consents,
        products=CATALOGUE,
        as_of="2025-06-01",
    )


def lists(shop, **asked):
    """Customer → the rows of the list."""
    found = {}
    for row in told(shop, "next_product", **asked):
        found.setdefault(row["customer_id"], []).append(row)
    return found


def test_a_list_says_what_speaks_for_each_product(corner):
    """d bought a mug: a lamp goes with it. A vase is sold out, and a pan is new in the kitchen, which d likes."""
    rows = lists(corner)["d"]
    told_ = [(row["product_id"], row["reason"], row["because_name"]) for row in rows]
    assert told_ == [
        ("mug", "bought before", "The mug"),
        ("lamp", "goes with a purchase", "The mug"),
        ("pan", "new in a favourite category", None),
    ]
    assert [row["position"] for row in rows] == [1, 2, 3] and [row["is_owned"] for row in rows] == [True, False, False]
    assert {row["is_in_stock"] for row in rows} == {True}


def test_what_was_looked_at_speaks_where_looks_are_known(corner):
    """e bought nothing and looked at a lamp: with views there is a list, and without there is none."""
    with_views = lists(corner, method="by customers and views", customer="e", explore=False)["e"]
    assert [(row["product_id"], row["reason"]) for row in with_views] == [
        ("lamp", "looked at before"),
        ("mug", "goes with what was looked at"),
    ]
    assert "e" not in lists(corner, method="by customers")


def test_what_a_customer_has_can_be_left_out(corner):
    """d has the mug; only the lamp and what is new are left."""
    assert [row["product_id"] for row in lists(corner, owned="leave out")["d"]] == ["lamp", "pan"]
    with pytest.raises(UnknownName, match="did you mean leave out"):
        lists(corner, owned="leave ou")


def test_one_place_is_for_what_is_new_and_may_be_taken_back(corner):
    """Of two places the second is the new pan; without exploration it is the lamp."""
    assert [row["product_id"] for row in lists(corner, places=2)["d"]] == ["mug", "pan"]
    assert [row["product_id"] for row in lists(corner, places=2, explore=False)["d"]] == ["mug", "lamp"]


def test_who_refused_marketing_is_on_no_list_but_counted(corner):
    """c is not to be addressed; the four who bought are the customers of whom the list is cut."""
    found = lists(corner, method="by customers")
    assert sorted(found) == ["a", "b", "d"] and found["a"][0]["customer_total"] == 4


def test_stock_that_nobody_tells_is_unknown(tiny_shop):
    """Without stock in the catalogue a vase stays on the list, and whether it is there is blank, not yes."""
    orders = [sold(f"o{who}", who, "2025-05-01 10:00", 20) for who in "abc"]
    lines = [line(f"{what}{who}", f"o{who}", what, 1, 10) for who in "abc" for what in ("mug", "vase")]
    rows = lists(tiny_shop(orders=orders, order_items=lines, as_of="2025-06-01"), explore=False)["a"]
    assert {(row["product_id"], row["is_in_stock"]) for row in rows} == {("mug", None), ("vase", None)}


def test_single_customers_are_for_analysts(corner):
    """A viewer is not shown the lists."""
    with pytest.raises(Refused, match="only analysts see"):
        told(Shop(corner.name, corner.snapshot, "stakeholder"), "next_product")


def test_products_are_counted_by_whom_they_are_recommended_to(corner):
    """A mug goes to all four who bought one: first to d, and it is new to nobody."""
    rows = {row["product_id"]: row for row in told(corner, "recommended_products", method="by customers")}
    assert (rows["mug"]["recommended_count"], rows["mug"]["customer_share"], rows["mug"]["new_count"]) == (4, 1.0, 0)
    assert (rows["lamp"]["recommended_count"], rows["lamp"]["new_count"], rows["lamp"]["buyer_count"]) == (4, 1, 3)
    assert "vase" not in rows


def test_ways_and_options_that_nobody_has_are_refused_with_the_nearest(corner):
    """On the command line and in a notebook."""
    with pytest.raises(UnknownName, match="did you mean by baskets"):
        lists(corner, method="by basket")
    with pytest.raises(UnknownName, match="did you mean half_life"):
        lists(corner, half_live=9)
    with pytest.raises(Refused, match="from 1 up, not 0"):
        lists(corner, places=0)


# --- the trial on the past -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def mugs(tiny_shop):
    """a, b and c buy a mug on three days, a on the last with a lamp; d buys a vase once and is not tried."""
    orders = [sold(f"{who}{day}", who, f"2025-05-0{day} 10:00", 10) for who in "abc" for day in (1, 2, 3)]
    lines = [line(f"m{order['order_id']}", order["order_id"], "mug", 1, 10) for order in orders]
    orders.append(sold("d1", "d", "2025-05-01 10:00", 10))
    lines += [line("vd1", "d1", "vase", 1, 10), line("la3", "a3", "lamp", 1, 10)]
    return tiny_shop(orders=orders, order_items=lines, as_of="2025-06-01")


def trial(shop, **asked):
    """Trial and way → the row."""
    return {(row["trial"], row["method"]): row for row in told(shop, "recommendation_quality", **asked)}


def test_an_order_is_held_to_what_was_known_before_it(mugs):
    """The mug was everybody's before: it is half of a's last order and all of b's and c's; 2.5 of 3, hit 3 of 3."""
    found = trial(mugs, places=1)
    for way in ("by customers", "popular", "bought again"):
        row = found["test", way]
        assert (row["customer_count"], row["hit_count"], row["hit_rate"]) == (3, 3, 1.0)
        assert row["recall_rate"] == pytest.approx(2.5 / 3) and found["validation", way]["recall_rate"] == 1.0
    assert found["test", "by customers"]["against_popular"] == 1.0


def test_reach_and_novelty(mugs):
    """Of mug and vase, which were known, only the mug is recommended; three of four had it: −log₂ 0.75 = 0.415 bits."""
    row = trial(mugs, places=1)["test", "popular"]
    assert (row["product_count"], row["coverage_rate"]) == (2, 0.5)
    assert row["novelty"] == pytest.approx(0.415, abs=1e-3)


def test_of_equal_ways_the_first_is_chosen_and_only_by_validation(mugs):
    """All ways find the mug: the first is chosen, once, in both trials; no view is known, so no way knows views."""
    found = trial(mugs)
    assert {way for (_trial, way), row in found.items() if row["is_chosen"]} == {"by customers"}
    assert not any("views" in way for _trial, way in found)
    assert fetch_fit(mugs, "best_way", Scope(), {}) == {"method": "by customers"}


def test_without_three_orders_of_anybody_nothing_is_tried(tiny_shop):
    """One order each: there is no trial, no figure, and lists are made by the first way."""
    orders = [sold(f"o{who}", who, "2025-05-01 10:00", 20) for who in "abc"]
    lines = [line(f"{what}{who}", f"o{who}", what, 1, 10) for who in "abc" for what in ("mug", "vase")]
    shop = tiny_shop(orders=orders, order_items=lines, as_of="2025-06-01")
    assert trial(shop) == {} and {row["method"] for row in told(shop, "next_product")} == {"by customers"}


def test_the_visit_that_led_to_an_order_does_not_give_it_away(tiny_shop):
    """a, b and c look at a lamp, and a buys it on the 3rd: looks of the 2nd find it, those of the same day do not."""
    orders = [sold(f"{who}{day}", who, f"2025-05-0{day} 10:00", 10) for who in "abc" for day in (1, 2, 3)]
    bought = {one["order_id"]: "lamp" if one["order_id"] == "a3" else "mug" for one in orders}
    lines = [line(f"m{order}", order, what, 1, 10) for order, what in bought.items()]
    found = []
    for at in ("2025-05-02 11:00", "2025-05-03 09:00"):
        looked = {"event_name": "view_item", "product_id": "lamp", "occurred_at": at}
        events = [{"event_id": who, "customer_id": who, "visitor_id": who, **looked} for who in "abc"]
        shop = tiny_shop(orders=orders, order_items=lines, events=events, as_of="2025-06-01")
        found.append(trial(shop)["test", "by customers and views"]["recall_rate"])
    assert found == [1.0, pytest.approx(2 / 3)]


# --- demand --------------------------------------------------------------------------------------


def looks(product, people, day):
    """So many people, each looking once at a product on a day."""
    return [
        {
            "event_id": f"{product}{day}{n}",
            "visitor_id": f"{product}{day}{n}",
            "event_name": "view_item",
            "product_id": product,
            "occurred_at": f"{day} 10:00",
        }
        for n in range(people)
    ]


def sales(product, count, day):
    """So many orders of a product on a day, and their lines."""
    orders = [sold(f"{product}{day}{n}", f"{product}{day}{n}", f"{day} 10:00", 10) for n in range(count)]
    return orders, [line(one["order_id"], one["order_id"], product, 1, 10) for one in orders]


@pytest.fixture(scope="module")
def bazaar(tiny_shop):
    """In May three times as many people look at vases as in April and as few buy; mugs are as they were."""
    events = [*looks("vase", 100, "2025-04-10"), *looks("vase", 300, "2025-05-10")]
    events += [*looks("mug", 300, "2025-04-10"), *looks("mug", 300, "2025-05-10")]
    parts = [sales("vase", 100, "2025-04-10"), sales("vase", 100, "2025-05-10")]
    parts += [sales("mug", 400, "2025-04-10"), sales("mug", 400, "2025-05-10")]
    orders, lines = ([row for part in parts for row in part[side]] for side in (0, 1))
    first = sold("first", "first", "2025-03-01 10:00", 10)
    start = {"event_id": "0", "visitor_id": "0", "event_name": "view_item", "product_id": "mug"}
    return tiny_shop(
        orders=[*orders, first],
        order_items=[*lines, line("first", "first", "mug", 1, 10)],
        events=[*events, {**start, "occurred_at": "2025-03-01 10:00"}],
        products=goods(("mug", "kitchen", None, None), ("vase", "home", None, None)),
        as_of="2025-06-01",
    )


MAY = ("2025-05-01", "2025-05-31")


def test_interest_that_sales_do_not_follow(bazaar):
    """Vases: looked at by 300 against 100, bought 100 times as before: 300.5/100.5 over 1. Mugs: no change."""
    rows = {row["label"]: row for row in told(bazaar, "rising_demand", of="products", during=MAY)}
    vase, mug = rows["The vase"], rows["The mug"]
    counts = ("visitor_count", "visitor_count_before", "order_count", "order_count_before")
    assert [vase[name] for name in counts] == [300, 100, 100, 100]
    assert (vase["visitor_growth"], vase["order_growth"]) == (2.0, 0.0)
    assert vase["lead_ratio"] == pytest.approx(300.5 / 100.5) and mug["lead_ratio"] == 1.0
    assert (vase["verdict"], mug["verdict"]) == ("above", "not clear")
    assert [row["label"] for row in told(bazaar, "rising_demand", during=MAY)] == ["home", "kitchen"]


def test_the_interval_holds_for_all_groups_together(bazaar):
    """Of two groups each has the 98.75 % point of the normal distribution, 2.241, not 1.96."""
    vase = told(bazaar, "rising_demand", of="products", during=MAY)[0]
    error = sqrt(1 / 300.5 + 1 / 100.5 + 2 / 100.5)
    assert vase["low_lead_ratio"] == pytest.approx(300.5 / 100.5 * np.exp(-2.2414 * error), rel=1e-3)
    quantiles = table("p float64", (0.025,), (0.0125,), (0.0005,))
    found = read(quantiles.select(z=_upper_quantile(quantiles.p)), "z")
    assert [row[0] for row in found] == pytest.approx([1.95996, 2.24140, 3.29053], abs=5e-4)


def test_a_log_that_begins_in_between_allows_no_verdict(bazaar):
    """Ninety days reach back to December, the log to March: it is too early to say."""
    assert {row["verdict"] for row in told(bazaar, "rising_demand", of="products")} == {"too early"}
    with pytest.raises(UnknownName, match="did you mean categories"):
        told(bazaar, "rising_demand", of="categorys")


def test_searches_for_a_category_are_interest_in_it(tiny_shop):
    """Ten people type “Home ” and nobody looks: ten are interested in the category home."""
    search = {"event_name": "search", "search_term": "Home ", "occurred_at": "2025-05-10"}
    events = [{"event_id": str(n), "visitor_id": str(n), **search} for n in range(10)]
    shop = tiny_shop(events=events, products=goods(("vase", "home", None, None)), as_of="2025-06-01")
    (row,) = told(shop, "rising_demand", fewest=1)
    assert (row["label"], row["visitor_count"], row["visitor_growth"]) == ("home", 10, None)
    assert len(told(shop, "rising_demand", fewest=10)) == 1 and told(shop, "rising_demand", fewest=11) == []


# --- the gift shop and the demo ------------------------------------------------------------------


def okapi(items):
    """Recall@10 on the last order of item-item BM25 as Robertson and Zaragoza give it, K1 1.2, B 0.75, 20 neighbours.

    Written for itself with dense arrays: customers with three orders or more, all of everybody but those last orders.
    """
    orders = items.groupby(["customer_id", "order_id"]).ts_s.max().reset_index()
    orders = orders.sort_values(["customer_id", "ts_s", "order_id"])
    orders["from_end"] = orders.groupby("customer_id").cumcount(ascending=False) + 1
    many = orders.groupby("customer_id").order_id.transform("count") >= 3
    last = set(orders[many & (orders.from_end == 1)].order_id)
    lines = items.drop_duplicates(["order_id", "product_id"])
    customers, products = sorted(set(lines.customer_id)), sorted(set(lines.product_id))
    row = lines.customer_id.map({name: n for n, name in enumerate(customers)}).to_numpy()
    column = lines.product_id.map({name: n for n, name in enumerate(products)}).to_numpy()
    kept = lines.order_id.isin(last).to_numpy()
    counts, answers = (np.zeros((len(customers), len(products)), np.float32) for _side in range(2))
    np.add.at(counts, (row[~kept], column[~kept]), 1)
    answers[row[kept], column[kept]] = 1
    length, known = counts.sum(axis=0), counts.sum(axis=0) > 0
    rarity = np.log(known.sum()) - np.log1p((counts > 0).sum(axis=1))
    norm = 1 - 0.75 + 0.75 * length / length[known].mean()
    weights = counts * 2.2 / (1.2 * norm + counts) * rarity[:, None]
    close = weights.T @ weights
    floor = np.partition(close, -20, axis=1)[:, -20]
    close[close < floor[:, None]] = 0
    tried = np.flatnonzero(answers.sum(axis=1) > 0)
    top = np.argsort(-(counts[tried] @ close), axis=1, kind="stable")[:, :10]
    return float((np.take_along_axis(answers[tried], top, axis=1).sum(axis=1) / answers[tried].sum(axis=1)).mean())


@pytest.mark.real
def test_the_gift_shops_last_orders(giftshop):
    """Chosen on the order before the last, the last one: 3 × popular products and more, at most 5 % below BM25."""
    found = trial(giftshop)
    (chosen,) = [row for (which, _way), row in found.items() if which == "test" and row["is_chosen"]]
    assert chosen["customer_count"] > 1_900 and chosen["method"] == "by customers, more repeats"
    assert chosen["recall_rate"] >= 3 * found["test", "popular"]["recall_rate"]
    items = giftshop.frame("items")
    items = items.filter(items.left_out_because.isnull() & items.customer_id.notnull() & items.charge.isnull())
    lines = items.select("customer_id", "order_id", "product_id", "ts_s").to_pandas()
    assert chosen["recall_rate"] >= 0.95 * okapi(lines)


@pytest.fixture(scope="module")
def known_tastes(true_demo):
    """The invented shop with 3,000 customers, and each buyer's favourite category, which no figure is told."""
    shop, folder = true_demo
    asked = "select cust_no, favourite_category from '{0}/people.parquet' join '{0}/buyers.parquet' using (person)"
    return shop, dict(duckdb.sql(asked.format(folder)).fetchall())


def test_the_demos_tastes_are_found(known_tastes):
    """Of the first places more than three in ten are of the buyer's favourite category; chance is one in twelve."""
    shop, favourites = known_tastes
    firsts = [row for row in told(shop, "next_product", owned="leave out", n=0) if row["position"] == 1]
    judged = [row["category"] == favourites[row["customer_id"]] for row in firsts if row["customer_id"] in favourites]
    assert len(judged) > 500 and np.mean(judged) > 0.3


def test_the_demos_planted_pair_is_found(known_tastes):
    """Who buys the espresso machine often takes the coffee beans: at least three times as often as all orders do."""
    shop, _favourites = known_tastes
    (pair,) = [row for row in told(shop, "basket_pairs", product="P01266") if row["second_id"] == "P01181"]
    assert pair["both_rate"] > 0.2 and pair["low_rate"] > 3 * pair["usual_rate"]


def test_the_command_line_lists_and_refuses(corner):
    """`customary study SHOP next_product` prints places and reasons; a mistyped option is answered with the nearest."""
    assert "goes with a purchase" in say("study", corner.name, "next_product", width=300).stdout
    assert "half_life" in refused("study", corner.name, "next_product", "--half-live", "9")
