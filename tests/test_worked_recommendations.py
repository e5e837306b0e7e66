"""Recommendations in the small: each formula on a handful of rows, computed in the head.

Judges studies/recommendations: catalogue, demand, interests, neighbours, quality, recommend, scores, trials, ways.
"""

from datetime import date
from math import exp, sqrt

import pytest
from in_memory import read, table

from customary.declare import FITS
from customary.stats.intervals import Z
from customary.studies.recommendations import neighbours as learned
from customary.studies.recommendations.catalogue import catalogue_of, may_be_offered, new_products_for
from customary.studies.recommendations.demand import _comparison, _verdict, _with_lead, windows_of
from customary.studies.recommendations.interests import Memory, doings_of, interests_of, purchases_of, views_of
from customary.studies.recommendations.neighbours import by_baskets, by_customers
from customary.studies.recommendations.quality import (
    _hits,
    _reach,
    _recalls,
    _with_choice,
    validation_recalls,
    ways_of,
)
from customary.studies.recommendations.recommend import ListRules, recommend
from customary.studies.recommendations.scores import best_of, scores_of
from customary.studies.recommendations.trials import keep_back
from customary.studies.recommendations.ways import BASELINES, WAYS, baselines, lists_of, neighbours_for, strongest

AS_OF = date(2025, 6, 1)

# --- what may be offered -------------------------------------------------------------------------

GOODS = "product_id string, product_name string, category string, launched_on date, stock_count int64"


def goods(*rows):
    """Products: id, category, launch day, stock."""
    return table(GOODS, *((key, f"The {key}", category, day, stock) for key, category, day, stock in rows))


def test_a_product_is_new_from_the_day_after_its_launch_for_sixty_days():
    """As of 1 June: 31 May is a day ago, 2 April sixty and 1 April sixty-one; 1 June is not over, and d has no day."""
    days = ("2025-06-01", "2025-05-31", "2025-04-02", "2025-04-01", None)
    t = catalogue_of(goods(*((name, "home", day, 1) for name, day in zip("abcde", days, strict=True))), AS_OF)
    assert read(t.order_by("product_id"), "is_new") == [(False,), (True,), (True,), (False,), (False,)]


def test_stock_of_one_is_stock_and_stock_that_nobody_told_is_unknown():
    """1, 0 and nothing; a catalogue from before there was a column of stock knows nothing either."""
    t = goods(("a", "home", None, 1), ("b", "home", None, 0), ("c", "home", None, None))
    found = catalogue_of(t, AS_OF).order_by("product_id")
    assert read(found, "is_in_stock") == [(True,), (False,), (None,)]
    assert read(found.mutate(may=may_be_offered(found)), "may") == [(True,), (False,), (True,)]
    assert set(read(catalogue_of(t.drop("stock_count"), AS_OF), "is_in_stock")) == {(None,)}


LIKED = "customer_no int64, product_no int64, product_id string, weight int32"


def test_each_customer_is_given_another_new_product_of_the_favourite_category():
    """0 and 1 like the kitchen most (2 + 2 against 3), 2 has seen what would be its turn, 3 likes what has no category.

    Of the new pans in the kitchen, p1 and p2, 0 is given the first and 1 the second; p0 is new and sold out. 4 likes
    home and kitchen as much: home is the first by name, and h is new there.
    """
    old = [(name, category, None, 1) for name, category in (("cup", "kitchen"), ("jug", "kitchen"), ("lamp", "home"))]
    new = [("p0", "kitchen", "2025-05-20", 0), ("p1", "kitchen", "2025-05-20", 1), ("p2", "kitchen", "2025-05-20", 1)]
    t = goods(*old, *new, ("h", "home", "2025-05-20", 1), ("odd", None, None, 1))
    liked = [(who, 0, what, 2) for who in (0, 1, 2) for what in ("cup", "jug")]
    liked += [(who, 1, "lamp", 3) for who in (0, 1)] + [(2, 2, "p1", 1), (3, 3, "odd", 9)]
    liked += [(4, 1, "lamp", 2), (4, 0, "cup", 2)]
    found = new_products_for(table(LIKED, *liked), catalogue_of(t, AS_OF)).order_by("customer_no")
    assert read(found, "customer_no", "product_id") == [(0, "p1"), (1, "p2"), (4, "h")]


# --- interests -----------------------------------------------------------------------------------

BOUGHT = "trial string, customer_id string, product_id string, order_id string, day int32, ts_s int64"
LOOKED = "trial string, customer_id string, product_id string, day int32"
NOBODY = table(LOOKED)


def bought(*rows, trial="now"):
    """Purchases: customer, product, order, day; all at noon of it."""
    return table(BOUGHT, *((trial, who, what, order, day, day * 86_400) for who, what, order, day in rows))


def interests(*rows, looked=(), seen=0.2):
    """The interests of purchases of one day each, every one an order of its own, and of looks."""
    looks = table(LOOKED, *(("now", *look) for look in looked))
    orders = bought(*((who, what, f"{who}{what}{day}{n}", day) for n, (who, what, day) in enumerate(rows)))
    return interests_of(doings_of(orders, looks, seen), Memory(seen=seen))


def test_what_is_charged_is_no_purchase_and_a_line_twice_is_one():
    """a bought a mug in two lines of one order, postage, and something without a number."""
    columns = "customer_id string, product_id string, order_id string, day int32, ts_s int64, charge string"
    rows = [("a", "mug", "1", 5, 9, None), ("a", "mug", "1", 5, 9, None)]
    rows += [("a", "post", "1", 5, 9, "postage"), ("a", None, "1", 5, 9, None)]
    assert read(purchases_of(table(columns, *rows))) == [("a", "mug", "1", 5, 9)]


def test_only_looks_of_known_customers_at_products_are_views():
    """Of a: a view, a cart and the same view once more on the day; the others are unknown, elsewhere or nowhere."""
    columns = "person_no int64, person_id string, event_name string, product_id string, day int32"
    rows = [(1, "customer a", "view_item", "mug", 5), (1, "customer a", "view_item", "mug", 5)]
    rows += [(1, "customer a", "add_to_cart", "lamp", 5), (1, "customer a", "search", "mug", 6)]
    rows += [(2, "visitor b", "view_item", "mug", 5), (1, "customer a", "view_item", None, 5)]
    assert sorted(read(views_of(table(columns, *rows)))) == [("a", "lamp", 5), ("a", "mug", 5)]


def test_of_equal_interests_the_later_stands_first_then_the_first_by_name():
    """A lamp today weighs 1000, so do two mugs of 90 days ago, and a cup today."""
    found = interests(("a", "mug", 10), ("a", "mug", 10), ("a", "lamp", 100), ("a", "cup", 100)).order_by("place")
    assert read(found, "product_id", "weight", "place") == [("cup", 1000, 0), ("lamp", 1000, 1), ("mug", 1000, 2)]


def test_a_trial_knows_its_own_last_day():
    """In the test a's last day is the 100th, in the validation the 10th: there the mug has lost nothing."""
    early = bought(("a", "mug", "1", 10), trial="validation")
    late = bought(("a", "mug", "1", 10), ("a", "lamp", "2", 100), trial="test")
    found = interests_of(doings_of(early.union(late), NOBODY, 0.0), Memory())
    assert sorted(read(found, "trial", "product_id", "weight")) == [
        ("test", "lamp", 1000),
        ("test", "mug", 500),
        ("validation", "mug", 1000),
    ]
    assert len(set(read(found, "customer_no"))) == 2 and len(set(read(found, "product_no"))) == 3


# --- neighbours and scores -----------------------------------------------------------------------


def test_pairs_are_learned_from_the_strongest_interests_only():
    """a and b have a mug today and a lamp of long ago; of one product each only the mug is learned from."""
    t = interests(*((who, what, day) for who in "ab" for what, day in (("mug", 100), ("lamp", 10))))
    assert len(read(by_customers(t, fewest=2))) == 4
    ((mug, same),) = read(by_customers(t, fewest=2, most=1), "first_no", "second_no")
    assert mug == same == 1 and read(by_customers(t, fewest=3)) == []


def test_pairs_are_learned_from_the_customers_who_came_last(monkeypatch):
    """Of three customers the two who came last: b and c, who have a lamp each; a had a mug and came first."""
    monkeypatch.setattr(learned, "LEARNERS", 2)
    t = interests(("a", "mug", 1), ("b", "lamp", 2), ("c", "lamp", 3))
    assert read(by_customers(t, fewest=1), "first_no", "second_no") == [(0, 0)]


def test_of_an_order_the_first_products_count():
    """Two orders of products 0, 1 and 2: of two each only 0 and 1 are a pair."""
    lines = table("order_no int64, product_no int64", *((order, product) for order in (0, 1) for product in (0, 1, 2)))
    found = by_baskets(lines, most=2, fewest=2)
    assert sorted(read(found, "first_no", "second_no")) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert read(by_baskets(lines, fewest=3)) == []


def test_thirty_products_of_each_have_twenty_neighbours_from_three_on():
    """Three customers, or orders, of 31 products: 30 are learned from, each with the twenty closest; of two none is."""
    rows = [(who, f"p{n:02}", 1) for who in "abc" for n in range(31)]
    lines = [(order, n) for order in range(3) for n in range(31)]
    of_customers = by_customers(interests(*rows)), by_customers(interests(*rows[: 2 * 31]))
    of_orders = (by_baskets(table("order_no int64, product_no int64", *found)) for found in (lines, lines[: 2 * 31]))
    for three, two in (of_customers, of_orders):
        firsts = [first for (first,) in read(three, "first_no")]
        assert len(set(firsts)) == 30 and len(firsts) == 30 * 20 and read(two) == []


def test_what_has_no_score_is_on_no_list_and_equal_scores_stand_by_number():
    """Of 7 the products 3 and 2 have a score of 10 each, 4 has none left; of two places 2 is the first."""
    own = table("customer_no int64, product_no int64, weight int32", (7, 0, 10), (7, 1, 0))
    close = table("first_no int64, second_no int64, closeness int64", (0, 3, 1), (0, 2, 1), (1, 4, 5))
    scores = scores_of(own, close)
    assert read(best_of(scores, 3).order_by("position"), "product_no", "position") == [(2, 1), (3, 2)]
    assert read(best_of(scores, 1), "customer_no", "product_no") == [(7, 2)]


# --- ways ----------------------------------------------------------------------------------------


def closeness(way, interests, purchases, fewest=1):
    """First and second product → how close they are, as a way learns it."""
    found = neighbours_for(WAYS[way], interests, purchases, fewest)
    return {(one, two): close for one, two, close in read(found, "first_no", "second_no", "closeness")}


@pytest.mark.parametrize("way", ["by customers", "by baskets", "by customers and views"])
def test_with_more_repeats_a_product_speaks_four_times_for_itself(way):
    """And for others as much as before."""
    orders = bought(("a", "mug", "1", 5), ("a", "lamp", "1", 5), ("b", "mug", "2", 5))
    known = interests_of(doings_of(orders, NOBODY, 0.0), Memory())
    usual, more = (closeness(name, known, orders) for name in (way, f"{way}, more repeats"))
    assert len(usual) == 4
    assert more == {pair: close * (4 if pair[0] == pair[1] else 1) for pair, close in usual.items()}


def test_baskets_are_those_of_their_own_trial():
    """The order 1 holds a mug in the one trial, mug and lamp in the other: once of two and of one, 1 ÷ √(1 · 1)."""
    one = bought(("a", "mug", "1", 5), trial="one")
    two = bought(("a", "mug", "1", 5), ("a", "lamp", "1", 5), trial="two")
    orders = one.union(two)
    found = closeness("by baskets", interests_of(doings_of(orders, NOBODY, 0.0), Memory()), orders)
    assert found == {(0, 0): 10_000, (1, 1): 10_000, (1, 2): 10_000, (2, 1): 10_000, (2, 2): 10_000}


def test_thirty_products_speak_for_others():
    """Places 0 to 29."""
    assert read(strongest(table("place int64", (29,), (30,)))) == [(29,)]


ASKED = table("trial string, customer_id string", ("now", "a"))


def test_what_needs_no_model():
    """Mugs have three buyers, lamps and vases one: of lamp and vase the first by name. a has a vase, then a lamp.

    Any two products that follow each other in a list that is shuffled; of three places everything.
    """
    orders = bought(
        ("a", "vase", "1", 5), ("a", "mug", "2", 6), ("b", "mug", "3", 5), ("c", "mug", "4", 5), ("b", "lamp", "5", 5)
    )
    found = baselines(orders, ASKED, Memory(), 2)
    assert {name: sorted(what for _t, _who, what in read(t)) for name, t in found.items() if name != "random"} == {
        "popular": ["lamp", "mug"],
        "bought again": ["mug", "vase"],
    }
    assert tuple(found) == BASELINES and len(set(read(found["random"]))) == 2
    one = baselines(orders, ASKED, Memory(), 1)
    assert [read(one[name], "product_id") for name in ("popular", "bought again")] == [[("mug",)], [("mug",)]]
    assert len(set(read(baselines(orders, ASKED, Memory(), 3)["random"]))) == 3


def test_any_products_are_not_neighbours_by_name():
    """Five products; the numbers n · 742,938,285 modulo 2³¹ − 1 stand in the order 0, 3, 1, 4, 2.

    The first customer begins at the first of them, of five.
    """
    orders = bought(*(("a", what, what, 5) for what in ("p0", "p1", "p2", "p3", "p4")))
    found = [
        {what for (what,) in read(baselines(orders, ASKED, Memory(), places)["random"], "product_id")}
        for places in (1, 2, 3, 4)
    ]
    assert found == [{"p0"}, {"p0", "p3"}, {"p0", "p3", "p1"}, {"p0", "p3", "p1", "p4"}]


def test_lists_are_made_for_those_who_are_asked_for():
    """a has a mug; b and c have a mug and a lamp; d, e and f too: three share both. a is recommended mug and lamp."""
    orders = bought(("a", "mug", "0", 5), *((who, what, who, 5) for who in "bcd" for what in ("mug", "lamp")))
    t = lists_of(WAYS["by customers"], orders, NOBODY, ASKED, Memory(), 5)
    assert sorted(read(t)) == [("now", "a", "lamp"), ("now", "a", "mug")]
    assert read(lists_of(WAYS["by customers"], orders, NOBODY, ASKED, Memory(), 1)) == [("now", "a", "mug")]


# --- lists ---------------------------------------------------------------------------------------


def shop_of_mugs():
    """a, b and c have a mug, a lamp and a pan; d has a mug. A pan is new in the kitchen, and so is a cup."""
    rows = [(who, what, who, 5) for who in "abc" for what in ("mug", "lamp", "pan")] + [("d", "mug", "d", 5)]
    return bought(*rows).drop("trial")


KITCHEN = (("mug", "kitchen", None, 1), ("lamp", "home", None, 1), ("pan", "kitchen", "2025-05-20", 1))


def list_of(customer, *more, **rules):
    """Position, product and reason of one customer's list by customers."""
    catalogue = catalogue_of(goods(*KITCHEN, *more), AS_OF)
    chosen = ListRules(customer=customer, **rules)
    t = recommend(WAYS["by customers"], shop_of_mugs(), NOBODY.drop("trial"), catalogue, Memory(), chosen)
    return read(t.order_by("position"), "position", "product_id", "reason")


def test_what_is_new_and_on_the_list_already_stands_there_once():
    """The new pan goes with d's mug and stands third by that reason: no other place is made for it."""
    three = list_of("d", places=3)
    assert [row[1] for row in three] == ["mug", "lamp", "pan"] and three[2][2] == "goes with a purchase"
    assert list_of("d", places=4) == three


def test_one_place_is_for_what_is_new_and_the_others_close_up():
    """A cup is new, and a, who has the rest, has none: it takes the last of two places, of three and of four.

    Where what a has is left out, it is all there is, in the first place; where there is one place, none is for it.
    """
    cup = ("cup", "kitchen", "2025-05-20", 1)
    found = [[row[1] for row in list_of("a", cup, places=places)] for places in (1, 2, 3, 4)]
    assert found == [["mug"], ["mug", "cup"], ["mug", "lamp", "cup"], ["mug", "lamp", "pan", "cup"]]
    assert list_of("a", cup, places=3, owned="leave out") == [(1, "cup", "new in a favourite category")]


# --- the trial on the past -----------------------------------------------------------------------


def test_the_last_orders_are_kept_back_of_those_who_have_three():
    """a has orders on days 1, 2 and 3, b on 1 and 2: only a is tried.

    The test knows a1 and a2 and asks for what a3 holds; the validation knows a1 alone. b's are known in both. A look
    on the day of the order that is kept back would give it away: of those on days 1, 2 and 3 the validation knows the
    first, the test two; b's look on day 9 is known in both.
    """
    orders = [("a", f"p{day}", f"a{day}", day) for day in (1, 2, 3)] + [("b", "q", f"b{day}", day) for day in (1, 2)]
    looks = [("a", "x", day) for day in (1, 2, 3)] + [("b", "x", 9)]
    views = table("customer_id string, product_id string, day int32", *looks)
    kept = keep_back(bought(*orders).drop("trial"), views, 10)
    assert sorted(read(kept.answers, "trial", "product_id")) == [("test", "p3"), ("validation", "p2")]
    assert sorted(read(kept.purchases, "trial", "order_id")) == [
        *(("test", order) for order in ("a1", "a2", "b1", "b2")),
        *(("validation", order) for order in ("a1", "b1", "b2")),
    ]
    assert sorted(read(kept.views, "trial", "customer_id", "day")) == [
        *(("test", "a", 1), ("test", "a", 2), ("test", "b", 9)),
        *(("validation", "a", 1), ("validation", "b", 9)),
    ]


def test_those_are_tried_who_bought_last():
    """a's last order is of day 3, b's of day 4: of one customer b, of two both; c, on day 4 too, stands behind b."""
    orders = [
        (who, "p", f"{who}{day}", day) for who, days in (("a", "123"), ("c", "134"), ("b", "234")) for day in days
    ]
    orders = bought(*((who, what, order, int(day)) for (who, what, order, day) in orders)).drop("trial")
    views = table("customer_id string, product_id string, day int32")
    tried = [{row[0] for row in read(keep_back(orders, views, most).answers, "customer_id")} for most in (1, 2, 3)]
    assert tried == [{"b"}, {"b", "c"}, {"a", "b", "c"}]


HITS = "trial string, method string, customer_id string, wanted int64, hit int64"


def test_recall_is_the_mean_of_shares_and_its_interval_that_of_a_mean():
    """Shares ½, 1, 0 and 0: mean 0.375, sample variance 0.6875 ÷ 3; the low end is no less than 0. Hit are two of four.

    Where everybody's share is 1 the interval has no width, and its end is 1.
    """
    rows = [("test", "one", who, *pair) for who, pair in zip("abcd", ((2, 1), (1, 1), (1, 0), (2, 0)), strict=True)]
    rows += [("test", "two", who, 1, 1) for who in "ab"] + [
        ("test", "three", who, 4, hit) for who, hit in (("a", 4), ("b", 3))
    ]
    found = _recalls(table(HITS, *rows)).order_by("method")
    columns = ("customer_count", "hit_count", "hit_rate", "recall_rate", "low_recall_rate", "high_recall_rate")
    half = Z * sqrt(0.6875 / 3) / 2
    assert read(found, *columns) == [
        (4, 2, 0.5, 0.375, 0.0, round(0.375 + half, 4)),
        (2, 2, 1.0, 0.875, round(0.875 - Z * sqrt(2 * 0.125**2) / sqrt(2), 4), 1.0),
        (2, 2, 1.0, 1.0, 1.0, 1.0),
    ]


def test_a_customer_whom_a_way_recommends_nothing_has_no_hit():
    """a's order held a mug and a lamp; one way listed the mug, the other nothing: 1 and 0 of 2."""
    answers = table("trial string, customer_id string, product_id string", ("t", "a", "mug"), ("t", "a", "lamp"))
    listed = table(
        "trial string, customer_id string, product_id string, method string",
        *(("t", "a", "mug", "one"), ("t", "a", "vase", "one"), ("t", "b", "mug", "two"), ("s", "a", "mug", "two")),
    )
    found = _hits(listed, answers, ("one", "two")).order_by("method")
    assert read(found, "method", "customer_id", "wanted", "hit") == [("one", "a", 2, 1), ("two", "a", 2, 0)]


def test_reach_counts_products_and_novelty_their_buyers():
    """Of three products two are shown to four people: a mug that all had is 0 bits, a lamp that one had 2 bits.

    The mug is shown twice: (0 + 0 + 2) ÷ 3.
    """
    known = [("t", "mug", who) for who in "abcd"] + [("t", "lamp", "a"), ("t", "lamp", "a"), ("t", "pan", "b")]
    known += [("other", "mug", "z")]
    shown = [("t", "a", "mug", "one"), ("t", "b", "mug", "one"), ("t", "b", "lamp", "one")]
    lists = table("trial string, customer_id string, product_id string, method string", *shown)
    found = _reach(lists, table("trial string, product_id string, customer_id string", *known))
    assert read(found, "product_count", "coverage_rate", "novelty", "offered") == [(3, 0.6667, 0.6667, 3)]


def test_the_way_is_chosen_by_the_validation_alone():
    """By baskets was better in the validation, by customers in the test; popular was best and is no way.

    Each is held against the popular products of its own trial: 0.2 ÷ 0.4 and 0.3 ÷ 0.1.
    """
    rows = [("validation", "by customers", 0.1), ("validation", "by baskets", 0.2), ("validation", "popular", 0.4)]
    rows += [("test", "by customers", 0.3), ("test", "by baskets", 0.2), ("test", "popular", 0.1)]
    t = table("trial string, method string, recall_rate float64, customer_count int64", *((*row, 5) for row in rows))
    found = _with_choice(t, ("by customers", "by baskets"))
    assert read(found, "trial", "method", "is_chosen", "against_popular") == [
        ("validation", "popular", False, 1.0),
        ("validation", "by baskets", True, 0.5),
        ("validation", "by customers", False, 0.25),
        ("test", "by customers", False, 3.0),
        ("test", "by baskets", True, 2.0),
        ("test", "popular", False, 1.0),
    ]


@pytest.mark.parametrize(
    ("recalls", "chosen"),
    [
        ({"by baskets": 0.2, "by customers": 0.1}, "by baskets"),
        ({"by baskets": 0.1, "by customers": 0.1}, "by customers"),
        ({"by baskets": 0.0}, "by baskets"),
        ({}, "by customers"),
    ],
)
def test_the_best_way_found_most_and_of_equal_ones_it_is_the_first(recalls, chosen):
    """Also where a way found nothing it was tried, which is more than the others can say."""
    found = FITS["best_way"].model({"method": list(recalls), "recall_rate": list(recalls.values())})
    assert found == {"method": chosen}


def test_a_way_is_validated_on_ten_products():
    """Three customers buy p00 to p11, then p09 and p10, then a mug: of the two before the last the tenth was listed."""
    columns = "customer_id string, product_id string, order_id string, day int32, ts_s int64, charge string"
    of_day = {1: [f"p{n:02}" for n in range(12)], 2: ["p09", "p10"], 3: ["mug"]}
    lines = [(who, what, f"{who}{day}", day, day, None) for who in "abc" for day in of_day for what in of_day[day]]
    events = table("person_no int64, person_id string, event_name string, product_id string, day int32")
    found = dict(read(validation_recalls(table(columns, *lines), events, frozenset({"items"}))))
    assert found["by customers"] == found["by baskets"] == 0.5 and tuple(sorted(found)) == tuple(
        sorted(ways_of(frozenset()))
    )
    assert len(ways_of(frozenset({"events"}))) == 6 and len(found) == 4


# --- demand --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("during", "days"),
    [
        (None, (19_880, 19_970, 20_060)),
        ((date(2024, 11, 1), date(2024, 12, 1)), (19_998, 20_028, 20_058)),
    ],
)
def test_a_window_is_held_against_as_many_days_before(during, days):
    """As of day 20,060 (2024-12-03): the last 90 days and the 90 before; thirty days of November and thirty before."""
    found = windows_of(date(2024, 12, 3), during)
    assert tuple(day.to_pyarrow().as_py() for day in (found.before, found.start, found.end)) == days


def test_the_sides_of_a_window():
    """Of ten days before and ten from day 100 on: 89 and 110 are in neither, 90 and 99 before, 100 and 109 now."""
    windows = windows_of(date(1970, 4, 21), (date(1970, 4, 11), date(1970, 4, 21)))
    t = windows.sides(table("day int64", *((day,) for day in (89, 90, 99, 100, 109, 110))))
    assert read(t.order_by("day")) == [(90, False), (99, False), (100, True), (109, True)]


def test_who_looked_is_counted_once_beside_what_was_sold():
    """a and b looked at home, a twice and both weeks; one order of two lines before, none now; toys nobody bought.

    What was sold and never looked at is not here.
    """
    seen = [("home", "a", True), ("home", "a", True), ("home", "b", True), ("home", "a", False), ("toys", "c", False)]
    sold = [("home", "1", False), ("home", "1", False), ("garden", "2", True)]
    found = _comparison(
        table("label string, person_id string, is_now boolean", *seen),
        table("label string, order_id string, is_now boolean", *sold),
    )
    columns = ("label", "visitor_count", "visitor_count_before", "order_count", "order_count_before")
    assert sorted(read(found, *columns)) == [("home", 2, 1, 0, 1), ("toys", 0, 1, 0, 0)]


def test_a_lead_is_the_growth_of_interest_over_that_of_sales():
    """30 looked after 10, and 20 bought after 20: (30.5 ÷ 10.5) ÷ 1 = 2.90, and ± 1.96 errors of a logarithm."""
    columns = "visitor_count int64, visitor_count_before int64, order_count int64, order_count_before int64"
    found = _with_lead(table(columns, (30, 10, 20, 20)))
    error = sqrt(1 / 30.5 + 1 / 10.5 + 2 / 20.5)
    ((ratio, low, high, visitors, orders),) = read(
        found, "lead_ratio", "low_lead_ratio", "high_lead_ratio", "visitor_growth", "order_growth"
    )
    assert (ratio, visitors, orders) == (round(30.5 / 10.5, 4), 2, 0)
    assert (low, high) == pytest.approx((ratio * exp(-1.96 * error), ratio * exp(1.96 * error)), rel=1e-3)


@pytest.mark.parametrize(
    ("shop_ratio", "low", "high", "is_whole", "verdict"),
    [
        (1.0, 1.1, 2.0, True, "above"),
        (1.5, 1.1, 2.0, True, "not clear"),  # the whole shop does as well
        (1.5, 1.6, 2.0, True, "above"),
        (0.5, 0.8, 0.9, True, "not clear"),
        (0.5, 0.9, 1.1, True, "not clear"),
        (0.5, 1.1, 1.2, True, "above"),
        (0.5, 0.2, 0.4, True, "below"),
        (1.5, 0.5, 0.9, True, "below"),
        (1.5, 0.9, 1.2, True, "not clear"),
        (1.0, 1.0, 1.0, True, "not clear"),
        (1.0, 1.1, 2.0, False, "too early"),
        (1.0, 1.1, 2.0, None, "too early"),
    ],
)
def test_a_group_is_above_where_it_passes_one_and_the_shop(shop_ratio, low, high, is_whole, verdict):
    """Both by its whole interval."""
    columns = "shop_ratio float64, low_lead_ratio float64, high_lead_ratio float64, is_whole boolean"
    t = table(columns, (shop_ratio, low, high, is_whole))
    assert read(t.select(verdict=_verdict(t))) == [(verdict,)]
