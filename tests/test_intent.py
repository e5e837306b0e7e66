"""What goes with buying: behaviours before a purchase, among visits that did as much. Judges studies/intent."""

from datetime import date

import pytest
from in_memory import read, table
from logs import log

from customary import study
from customary.errors import Refused, UnknownName
from customary.places import DATA
from customary.rules.book import RuleBook
from customary.studies.intent import (
    campaign_participation,
    conversion_drivers,
    intent_bands,
    intent_deciles,
    intent_score,
    purchase_barriers,
    search_outcomes,
)

FACTS = ("action", "visit_count", "conversion_with", "conversion_without", "adjusted_difference", "verdict")


def visit(who, *names, day=1):
    """The events of a visit, a minute apart."""
    return [(who, f"2025-03-{day:02} 10:{minute:02}", name) for minute, name in enumerate(names)]


def drivers(*visits, columns=FACTS):
    """The study of a log of these visits."""
    events = log(*(row for rows in visits for row in rows))
    return read(conversion_drivers(events, events), *columns)


def test_visits_are_compared_with_those_that_did_as_many_things():
    """Of four that did two things, one of two with a search bought, none of two without: a difference of a half.

    Of those that did one thing both kinds bought alike, a half: (1 × 0.5 + 1 × 0) ÷ 2 over equal weights is 0.25.
    """
    lists = "view_item_list"
    rows = drivers(
        visit("a", "search", lists, "purchase"),
        visit("b", "search", lists),
        visit("c", lists, lists),
        visit("d", lists, lists),
        visit("e", "search", "purchase"),
        visit("f", "search"),
        visit("g", lists, "purchase"),
        visit("h", lists),
    )
    assert rows[0] == ("searched", 4, 0.5, 0.25, 0.25, "not clear")


def test_what_is_done_after_the_purchase_has_not_led_to_it():
    """A review read after paying, or in the same second, is none of a visit that read reviews and bought."""
    late = [*visit("a", "search", "purchase", "view_review")]
    same = [("b", "2025-03-01 10:00", "search"), ("b", "2025-03-01 10:01", "purchase")]
    same += [("b", "2025-03-01 10:01", "view_review")]
    (row,) = [row for row in drivers(late, same, visit("c", "view_review", "search")) if row[0] == "read reviews"]
    assert row[1:4] == (1, 0.0, 1.0)


def test_the_steps_of_buying_are_neither_drivers_nor_things_done():
    """Everybody who bought has put something in the cart: it would explain everything, and says nothing."""
    way = ("view_item", "add_to_cart", "begin_checkout", "purchase")
    rows = drivers(visit("a", "search", *way), visit("b", "view_item_list"), columns=("action", "compared_count"))
    assert rows == [("searched", 2), ("looked through lists", 2)]


def test_longer_visits_are_no_driver():
    """Whoever does five things buys oftener, and searches oftener: among visits of as many, searching is nothing.

    By itself 68 % of visits with a search buy and 32 % of those without; among equals there is no difference at all.
    """
    lists = ["view_item_list"]
    visits = [
        *(visit(f"s{n}", "search", *(["purchase"] if n % 5 == 0 else [])) for n in range(10)),
        *(visit(f"t{n}", *lists, *(["purchase"] if n % 5 == 0 else [])) for n in range(40)),
        *(visit(f"u{n}", "search", *(lists * 4), *(["purchase"] if n % 5 else [])) for n in range(40)),
        *(visit(f"v{n}", *(lists * 5), *(["purchase"] if n % 5 else [])) for n in range(10)),
    ]
    (row,) = [row for row in drivers(*visits) if row[0] == "searched"]
    assert row == ("searched", 50, 0.68, 0.32, 0.0, "not clear")


def test_a_clear_difference_is_called_so_and_its_interval_leaves_zero_out():
    """Eight of ten with reviews buy, two of ten without: 0.6 more, and Holm's interval leaves 0 out.

    The squared error is (0.8 × 0.2 ÷ 20 + 0.2 × 0.8 ÷ 20) × 40 ÷ 39. Of two behaviours the clearer, here the first of
    equals, has 2.24 standard errors on either side, the other one 1.96.
    """
    visits = [visit(f"r{n}", "view_review", *(["purchase"] if n < 16 else [])) for n in range(20)]
    visits += [visit(f"s{n}", "search", *(["purchase"] if n < 4 else [])) for n in range(20)]
    columns = ("action", "adjusted_difference", "low_adjusted_difference", "verdict")
    first, last = drivers(*visits, columns=columns)
    error = (0.016 * 40 / 39) ** 0.5
    assert first == ("read reviews", 0.6, pytest.approx(0.6 - 1.96 * error, abs=1e-3), "above")
    assert last == ("searched", -0.6, pytest.approx(-0.6 - 2.2414 * error, abs=1e-3), "below")


def test_visits_of_one_visitor_are_one_observation():
    """The same visits by one visitor each say nothing about others: no interval, no verdict; by two, a wider one."""
    visits = [visit("r", "view_review", *(["purchase"] if n < 16 else []), day=n + 1) for n in range(20)]
    visits += [visit("s", "search", *(["purchase"] if n < 4 else []), day=n + 1) for n in range(20)]
    columns = ("adjusted_difference", "low_adjusted_difference", "verdict")
    assert drivers(*visits, columns=columns) == [(0.6, None, "not clear"), (-0.6, None, "not clear")]
    many = [visit(f"r{n}", "view_review", *(["purchase"] if n < 16 else [])) for n in range(20)]
    few = [visit(f"r{n // 10}", "view_review", *(["purchase"] if n < 16 else []), day=n % 10 + 1) for n in range(20)]
    others = [visit(f"s{n}", "search", *(["purchase"] if n < 4 else [])) for n in range(20)]
    width = ("low_adjusted_difference", "high_adjusted_difference")
    alone, together = drivers(*many, *others, columns=width)[0], drivers(*few, *others, columns=width)[0]
    assert together[1] - together[0] > alone[1] - alone[0]


def test_a_behaviour_that_the_log_never_names_is_not_there():
    """It may have been done and not recorded: nothing can be said of it."""
    assert [row[0] for row in drivers(visit("a", "search"), visit("b", "search", "purchase"))] == ["searched"]


# --- barriers --------------------------------------------------------------------------------------

RULES = RuleBook.from_files(DATA)
NO_PRODUCTS = table("product_id string", ("mug",))


def barriers(*visits, products=NO_PRODUCTS, step="view_item", **measured):
    """Barrier → what the study says of a log of these visits: met by whom of the dropped, of the buyers, verdict."""
    events = log(*(row for rows in visits for row in rows), **measured)
    found = purchase_barriers(events, events, products, RULES, step=step)
    columns = ("barrier", "dropped_count", "dropped_met_count", "bought_count", "bought_met_count", "verdict")
    return {row[0]: row[1:] for row in read(found, *columns)}


LOOP = ("view_item", "begin_checkout", "begin_checkout")
STRAIGHT = ("view_item", "begin_checkout", "purchase")


def test_what_was_met_is_told_of_those_who_dropped_out_and_of_those_who_bought():
    """Of three visits that saw a product and left, two began the checkout again; of two that bought none did."""
    found = barriers(
        visit("a", *LOOP), visit("b", *LOOP), visit("c", "view_item"), visit("d", *STRAIGHT), visit("e", *STRAIGHT)
    )
    assert found["checkout begun again"] == (3, 2, 2, 0, "not clear")


def test_a_verdict_needs_intervals_that_do_not_touch():
    """Twenty of twenty against none of twenty is above; Wilson's intervals are 84 to 100 and 0 to 16 %."""
    visits = [visit(f"a{n}", *LOOP) for n in range(20)] + [visit(f"b{n}", *STRAIGHT) for n in range(20)]
    assert barriers(*visits)["checkout begun again"] == (20, 20, 20, 0, "above")


def test_only_visits_that_got_to_the_step_are_compared():
    """One of two saw a product; with all pages both count. A step that is none is refused."""
    visits = (visit("a", "view_item", "contact_service"), visit("b", "page_view"))
    assert barriers(*visits)["a question to service"][:2] == (1, 1)
    assert barriers(*visits, step="page_view")["a question to service"][:2] == (2, 1)
    with pytest.raises(UnknownName, match="add_to_cart"):
        barriers(*visits, step="cart")


def test_what_is_met_after_the_purchase_stood_in_nobodys_way():
    """A question to service after paying is about the order."""
    assert barriers(visit("a", *STRAIGHT, "contact_service"))["a question to service"][2:] == (1, 0, "not clear")


def test_a_search_was_repeated_where_another_one_came_next():
    """A search that ends the visit is none: those who buy end theirs with a purchase, and could never have one."""
    found = barriers(
        visit("a", "search", "search", "view_item"),
        visit("b", "view_item", "search"),
        visit("c", "search", "view_item"),
    )
    assert found["a search that was repeated"][:2] == (3, 1)


def test_what_a_shop_does_not_record_is_not_known_and_not_none():
    """No log tells what was promised to those who left; this one tells no load times, errors or stock either."""
    found = barriers(visit("a", *LOOP))
    unknown = {name for name, row in found.items() if row == (None, None, None, None, "not known in this shop")}
    assert unknown == {
        *("a search that was repeated", "a product out of stock", "slow pages", "an error", "a question to service"),
        "a late delivery promise",
    }


def test_a_product_is_out_of_stock_by_the_catalogue():
    """Of the two that left, one had looked at the cup of which none is left."""
    products = table("product_id string, stock_count int64", ("mug", 3), ("cup", 0))
    visits = [visit("a", "view_item"), visit("b", "view_item")]
    rows = [(*visits[0][0], {"product_id": "mug"}), (*visits[1][0], {"product_id": "cup"})]
    assert barriers(rows, products=products)["a product out of stock"][:2] == (2, 1)


def test_pages_are_slow_in_the_slowest_band_of_the_median():
    """Medians of 1 and of 6 seconds; the bands of site.toml end at 5."""
    events = log(*visit("a", "view_item", "view_item"), *visit("b", "view_item", "view_item"))
    events = events.mutate(load_ms=(events.visitor_id == "a").ifelse(1000.0, 6000.0))
    columns = ("barrier", "dropped_count", "dropped_met_count")
    rows = read(purchase_barriers(events, events, NO_PRODUCTS, RULES), *columns)
    assert ("slow pages", 2, 1) in rows


# --- the score -------------------------------------------------------------------------------------

POINTS = RuleBook(
    RULES.defaults,
    {
        "intent": """
[intent]
days = 10
fresh_days = 3
horizon = 5
medium = 4
high = 10
fewest = 1

[points]
view_item = { each = 1, most = 2 }
add_to_cart = { each = 5, most = 2 }
"""
    },
    shop="mine",
)
AS_OF = date(2025, 3, 11)  # the score's days are 1 to 10 March, the fresh ones 8 to 10


def scores(*rows, columns=("customer_id", "intent_points", "intent_band", "strongest")):
    """The list of customers by points, for these events."""
    return read(intent_score(log(*rows), POINTS, AS_OF), *columns)


def test_points_are_given_as_often_as_the_table_says():
    """Three views give two points, three carts ten, a page none: twelve, mostly for the cart, and high."""
    at = "2025-03-10 10:0"
    rows = [("ann", f"{at}{n}", name) for n, name in enumerate(["view_item"] * 3 + ["add_to_cart"] * 3 + ["page_view"])]
    assert scores(*rows) == [("ann", 12.0, "high", "add_to_cart")]


def test_what_was_last_done_before_the_fresh_days_counts_half():
    """A cart of 7 March gives 2.5 points, one of 8 March 5; one of 28 February, or of today, none."""
    rows = [
        ("old", "2025-03-07 23:59", "add_to_cart"),
        ("new", "2025-03-08 00:00", "add_to_cart"),
        ("gone", "2025-02-28 10:00", "add_to_cart"),
        ("today", "2025-03-11 00:00", "add_to_cart"),
    ]
    assert scores(*rows) == [("new", 5.0, "medium", "add_to_cart"), ("old", 2.5, "low", "add_to_cart")]


def test_only_customers_who_are_known_and_have_points_are_on_the_list():
    """A visitor without a number cannot be addressed, and who looked at a page alone means nothing yet."""
    unknown = ("eve", "2025-03-10 10:00", "add_to_cart", {"customer_id": None})
    assert scores(unknown, ("bob", "2025-03-10 10:00", "page_view")) == []


def graded(study_of, *columns, rules=POINTS):
    """A study that grades, asked of four people before 6 March, of whom two bought until 10 March."""
    rows = [
        ("ann", "2025-03-05 10:00", "add_to_cart"),  # 5 points, buys
        ("ann", "2025-03-06 00:00", "purchase"),
        ("bob", "2025-03-05 10:00", "add_to_cart"),  # 5 points, does not
        ("cem", "2025-03-05 10:00", "view_item"),  # 1 point, buys
        ("cem", "2025-03-10 23:59", "purchase"),
        ("dee", "2025-03-05 10:00", "page_view"),  # no point, buys too late
        ("dee", "2025-03-11 00:00", "purchase"),
    ]
    return read(study_of(log(*rows), rules, AS_OF), *columns)


def test_bands_are_graded_by_who_bought_in_the_horizon_after():
    """Of two of medium intent one bought, of two of low intent one; what came after the horizon does not count."""
    assert graded(intent_bands, "intent_band", "graded_count", "bought_count", "bought_rate") == [
        ("medium", 2, 1, 0.5),
        ("low", 2, 1, 0.5),
    ]


def test_bands_tell_how_many_people_there_are_today():
    """A visitor without a number is among them."""
    unknown = ("eve", "2025-03-10 10:00", "add_to_cart", {"customer_id": None})
    known = [(who, "2025-03-09 10:00", "view_item") for who in ("ann", "bob")]
    found = read(intent_bands(log(unknown, *known), POINTS, AS_OF), "intent_band", "person_count", "graded_count")
    assert found == [("medium", 1, None), ("low", 2, None)]


def test_the_area_under_the_curve_counts_pairs():
    """Of the pairs of a buyer and another, ann ties with bob and beats dee, cem beats dee alone: 2.5 of 4."""
    assert {row[0] for row in graded(intent_deciles, "auc")} == {0.625}


def test_people_of_equal_points_are_in_one_tenth():
    """Four people: dee at 1/8 of the way is in the second tenth, cem at 3/8 in the fourth, two at 3/4 in the eighth."""
    columns = ("position", "low_points", "high_points", "graded_count", "bought_count")
    assert graded(intent_deciles, *columns) == [(2, 0.0, 0.0, 1, 0), (4, 1.0, 1.0, 1, 1), (8, 5.0, 5.0, 2, 1)]


def test_the_end_of_a_window_stands_in_place_of_today():
    """A cart of 7 March is fresh on 10 March, when the window ends, and gives its five points in full."""
    events = log(("ann", "2025-03-07 10:00", "add_to_cart"), ("ann", "2025-03-10 10:00", "add_to_cart"))
    found = intent_score(events, POINTS, AS_OF, during=("2025-03-01", "2025-03-10"))
    assert read(found, "intent_points", "days_since_last_seen") == [(5.0, 3)]


def test_few_people_are_not_graded():
    """The default asks for fifty."""
    assert graded(intent_deciles, "position", rules=RULES) == []


# --- the demo's truth ------------------------------------------------------------------------------


def test_points_tell_who_buys_in_the_demo(big_demo):
    """Whom no weights were learned from: more than chance gives, and the higher the band the oftener they buy."""
    tenths = study(big_demo, "intent_deciles").to_pylist()
    assert 0.7 < tenths[0]["low_auc"] < tenths[0]["auc"] < tenths[0]["high_auc"] < 0.9
    rates = [row["bought_rate"] for row in study(big_demo, "intent_bands").to_pylist()]
    assert rates == sorted(rates, reverse=True) and rates[0] > 5 * rates[-1]


def test_the_demo_has_no_driver_and_none_is_found(demo_shop):
    """What its visitors do while they look around is drawn without regard to whether they will buy.

    Taken by themselves, visits with any of six behaviours buy 1.5 times as often: buyers stay longer.
    """
    rows = study(demo_shop, "conversion_drivers").to_pylist()
    assert len(rows) == 6 and {row["verdict"] for row in rows} == {"not clear"}
    assert all(row["conversion_with"] > 1.5 * row["conversion_without"] for row in rows)


def test_the_demo_loops_at_its_checkout_and_that_is_found(true_demo):
    """Story mobile_checkout_loop: visits of the phone site are thrown back and never buy."""
    shop, _truth = true_demo
    rows = {row["barrier"]: row for row in study(shop, "purchase_barriers", step="begin_checkout").to_pylist()}
    assert rows["checkout begun again"]["verdict"] == "above"
    assert rows["checkout begun again"]["bought_rate"] < 0.001 < 0.01 < rows["checkout begun again"]["dropped_rate"]


# --- what is sought, and campaigns -----------------------------------------------------------------------

SOUGHT = log(
    ("ann", "10:00", "search", {"search_term": "Lamp "}),
    ("ben", "10:00", "search", {"search_term": "lamp"}),
    ("cy", "10:00", "search", {"search_term": "tent"}),
    *(("ann", f"10:0{n}", name) for n, name in enumerate(("view_item", "add_to_cart", "purchase"), 1)),
    ("ben", "09:59", "view_item"),
    ("cy", "10:01", "search", {"search_term": "tent"}),
)


def test_what_is_sought_and_not_opened_is_a_need_unmet():
    """Cy sought a tent twice and opened nothing; Ben looked before he searched; Ann found her lamp and bought."""
    names = ("term", "search_count", "visit_count", "opened_count", "carted_count", "bought_count", "unmet_rate")
    assert read(search_outcomes(SOUGHT), *names) == [("lamp", 2, 2, 1, 1, 1, 0.5), ("tent", 2, 1, 0, 0, 0, 1)]


def test_results_that_are_not_told_are_unknown():
    """A log without their number knows of no search without a result; with it, Cy's tent had none."""
    assert read(search_outcomes(SOUGHT), "no_result_count") == [(None,), (None,)]
    told = SOUGHT.mutate(result_count=(SOUGHT.search_term != "tent").cast("int64"))
    assert read(search_outcomes(told), "term", "no_result_count") == [("lamp", 0), ("tent", 1)]


def test_an_address_in_a_search_is_nobodys_to_read():
    """Terms with an @ or a long number are one line."""
    rows = [("ann", "10:00", "search", {"search_term": term}) for term in ("ann@example.org", "call 5551234")]
    assert read(search_outcomes(log(*rows)), "term", "visit_count") == [("(with numbers or addresses)", 1)]


def test_who_takes_part_in_a_campaign():
    """Two of three came by May: one clicked its promotion and bought, the other did nothing; Cy came by none."""
    may = {"campaign": "may"}
    events = log(
        *(("ann", f"10:0{n}", name, may) for n, name in enumerate(("view_promotion", "select_promotion", "purchase"))),
        ("ben", "10:00", "page_view", may),
        ("cy", "10:00", "page_view"),
    )
    names = ("campaign", "session_count", "visitor_share", "promotion_clicked_count", "bought_rate")
    assert read(campaign_participation(events), *names) == [("may", 2, 0.6667, 1, 0.5), (None, 1, 0.3333, 0, 0)]


def test_a_visit_of_two_campaigns_is_in_both_and_in_no_other():
    """Ann clicked May and then June in one visit, and a page without either lies between."""
    events = log(
        ("ann", "10:00", "page_view", {"campaign": "may"}),
        ("ann", "10:01", "page_view"),
        ("ann", "10:02", "page_view", {"campaign": "june"}),
    )
    assert read(campaign_participation(events), "campaign", "session_count") == [("june", 1), ("may", 1)]


def test_campaigns_that_nobody_names_are_unknown(demo_shop):
    """The demo's log names none: the question is refused with what would answer it."""
    with pytest.raises(Refused, match="which campaign brought a visit"):
        study(demo_shop, "campaign_participation").to_pylist()
