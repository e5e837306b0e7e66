"""Visits on a handful of rows: sources, pages, funnels and habits, computed in the head."""

from datetime import date, timedelta

import pytest
from in_memory import read, table

from customary.errors import UnknownName
from customary.studies.visits import (
    interactions,
    page_flow,
    pages,
    product_views,
    search_terms,
    visit_frequency,
    visit_funnel,
    visit_gaps,
    visit_hours,
    visit_mix,
    visit_span,
)
from customary.studies.visits.sources import WAYS

# --- visits --------------------------------------------------------------------------------------

VISIT = (
    "session_id string, visitor_id string, channel string, device string, platform string, os string, browser string, "
    "network string, landing_page string, exit_page string, duration_seconds int64, view_count int64, "
    "is_bounce boolean, is_engaged boolean, has_view_item boolean, has_add_to_cart boolean, "
    "has_begin_checkout boolean, has_purchase boolean, day_on date, weekday int32, hour int32"
)


def visit(visitor, channel="mail", *, seconds=0, views=1, reached=1, day="2025-03-03", weekday=0, hour=9, device=None):
    """A visit that got so far: 1 the shop, 2 a product, 3 the cart, 4 the checkout, 5 a purchase."""
    ways = (channel, device, None, None, None, None, None, None)
    steps = tuple(reached == step for step in (2, 3, 4, 5))
    return (f"{visitor} {day}", visitor, *ways, seconds, views, views <= 1, seconds >= 10, *steps, day, weekday, hour)


def test_a_later_step_implies_the_earlier_ones():
    """Ten visits, of which 1, 2, 1 and 3 ended at product, cart, checkout and purchase: 10, 7, 6, 4, 3 got there."""
    ends = [1, 1, 1, 2, 3, 3, 4, 5, 5, 5]
    found = visit_funnel(table(VISIT, *(visit(f"v{n}", reached=end) for n, end in enumerate(ends))))
    assert read(found, "position", "step", "session_count", "step_rate", "overall_rate") == [
        (1, "visit", 10, None, 1),
        (2, "saw a product", 7, 0.7, 0.7),
        (3, "added to cart", 6, 0.8571, 0.6),
        (4, "began checkout", 4, 0.6667, 0.4),
        (5, "purchased", 3, 0.75, 0.3),
    ]


def test_nobody_came_and_nobody_left():
    """Without a visit every step holds nobody, and no rate is claimed."""
    assert read(visit_funnel(table(VISIT)), "session_count", "overall_rate") == [(0, None)] * 5


def test_one_visit_that_bought_went_through_every_step():
    """One of one, five times."""
    found = read(visit_funnel(table(VISIT, visit("ann", reached=5))), "step_rate", "overall_rate")
    assert found == [(None, 1), *[(1, 1)] * 4]


def test_sources_with_their_share():
    """Mail: 3 of 4 visits by 2 people, one bounce, 60 + 0 + 120 seconds, 3 + 1 + 5 views, one cart, one purchase."""
    visits = table(
        VISIT,
        visit("ann", seconds=60, views=3, reached=3),
        visit("ann", day="2025-03-04"),
        visit("ben", seconds=120, views=5, reached=5),
        visit("cai", None),
    )
    found = visit_mix(visits)
    columns = ("label", "session_count", "visitor_count", "session_share", "group_total", "bounce_rate")
    assert read(found, *columns, "average_visit_duration", "pages_per_visit", "visit_conversion_rate") == [
        ("mail", 3, 2, 0.75, 2, 0.3333, 60, 3, 0.3333),
        (None, 1, 1, 0.25, 2, 1, 0, 1, 0),
    ]
    with pytest.raises(UnknownName, match="channel"):
        visit_mix(visits, by="chanel")


def test_visits_are_seen_from_the_first_day_to_the_last():
    """Three days, in no order."""
    days = ("2025-03-04", "2025-03-02", "2025-03-09")
    found = visit_span(table(VISIT, *(visit("ann", day=day) for day in days)))
    assert read(found) == [(date(2025, 3, 2), date(2025, 3, 9))]


def test_a_gap_in_conversion_costs_purchases():
    """Mail 10 of 100, search 30 of 100, the average 20 of 200: ± 2.58 · √(0.1 · 0.9 / 100) = 0.0774 around 0.1.

    Mail's high end 0.1774 is below 0.2 and misses 0.1 · 100 = 10 purchases. Search: 0.3 ± 0.1182, whose low end 0.1818
    is not above 0.2. The others are too few to be judged, but they are in the average where there are any.
    """
    visits = [visit(f"m{n}", "mail", reached=5 if n < 10 else 1) for n in range(100)]
    visits += [visit(f"s{n}", "search", reached=5 if n < 30 else 1) for n in range(100)]
    found = visit_gaps(table(VISIT, *visits), fewest=100)
    columns = ("way", "label", "session_count", "average", "low", "high", "verdict", "missed_purchases")
    assert read(found, *columns) == [
        ("channel", "mail", 100, 0.2, 0.0226, 0.1774, "below", 10),
        ("channel", "search", 100, 0.2, 0.1818, 0.4182, "not clear", -10),
    ]
    assert read(visit_gaps(table(VISIT, *visits), fewest=100, z=1.0), "verdict") == [("below",), ("above",)]
    assert read(visit_gaps(table(VISIT, *visits), fewest=101)) == []


def test_every_way_but_the_last_page_is_looked_at_for_gaps():
    """How a visit ended says nothing of where it came from."""
    visits = [visit("v", "mail", device="phone")] * 2
    found = read(visit_gaps(table(VISIT, *visits), fewest=1), "way", "label")
    assert found == [("channel", "mail"), ("device", "phone")] and WAYS[-1] == "exit_page"


def test_hours_of_visits():
    """Monday at 9: two visits, one bought; Sunday at 23: one."""
    visits = (visit("a", reached=5), visit("b"), visit("c", weekday=6, hour=23))
    columns = ("weekday_name", "hour", "session_count", "visit_conversion_rate")
    assert read(visit_hours(table(VISIT, *visits)), *columns) == [("Monday", 9, 2, 0.5), ("Sunday", 23, 1, 0)]


@pytest.mark.parametrize(
    ("times", "label"),
    [
        (1, "1 visit"),
        (2, "2 visits"),
        (4, "4 visits"),
        (5, "5–9 visits"),
        (9, "5–9 visits"),
        (10, "10–19 visits"),
        (19, "10–19 visits"),
        (20, "20 visits or more"),
    ],
)
def test_how_often_a_visitor_came(times, label):
    """Each group holds both of its bounds."""
    assert read(visit_frequency(table(VISIT, *[visit("ann")] * times)), "label") == [(label,)]


def test_shares_of_visitors_and_visits():
    """Ann came three times and bought once, Ben and Cai once: 2 of 3 visitors made 2 of 5 visits."""
    visits = [visit("ann")] * 2 + [visit("ann", reached=5), visit("ben"), visit("cai", reached=5)]
    columns = ("label", "visitor_count", "session_count", "purchases", "visitor_share", "session_share")
    assert read(visit_frequency(table(VISIT, *visits)), *columns) == [
        ("1 visit", 2, 2, 1, 0.6667, 0.4),
        ("3 visits", 1, 3, 1, 0.3333, 0.6),
    ]


# --- events --------------------------------------------------------------------------------------

EVENT = (
    "visitor_id string, visit_no int32, at_us int64, event_id string, event_name string, page string, "
    "search_term string, day_on date"
)


def events(*rows):
    """Events of (visitor, visit, second, name, page or searched term), in the first days of March."""
    said = [
        (
            who,
            visit,
            second * 1_000_000,
            f"e{n}",
            name,
            what,
            what,
            str(date(2025, 3, 1) + timedelta(days=second // 86_400)),
        )
        for n, (who, visit, second, name, what) in enumerate(rows)
    ]
    return table(EVENT, *said)


def test_a_page_is_seen_until_the_next_one():
    """Ann: home at 0 and 5 (one view), lamp at 20 (so 20 s), home again at 50 (30 s for the lamp), then gone.

    Ben: home, and gone. Home was seen 3 times by 2 people, twice as the last page; the 20 s are the only ones known.
    """
    seen = events(
        ("ann", 1, 0, "page_view", "home"),
        ("ann", 1, 5, "scroll", "home"),
        ("ann", 1, 20, "page_view", "lamp"),
        ("ann", 1, 30, "page_view", None),
        ("ann", 1, 50, "page_view", "home"),
        ("ben", 1, 7, "page_view", "home"),
    )
    columns = ("page", "view_count", "visitor_count", "dwell_seconds", "exit_count", "exit_rate", "page_total")
    assert read(pages(seen), *columns) == [("home", 3, 2, 20, 2, 0.6667, 2), ("lamp", 1, 1, 30, 0, 0, 2)]


def test_the_time_on_a_page_is_the_mean_of_its_known_times():
    """20 seconds by Ann and 40 by Ben are 30; who left from it is not counted."""
    seen = events(
        *(("ann", 1, 0, "page_view", "home"), ("ann", 1, 20, "page_view", "lamp")),
        *(("ben", 1, 0, "page_view", "home"), ("ben", 1, 40, "page_view", "lamp"), ("cai", 1, 0, "page_view", "home")),
    )
    assert read(pages(seen), "page", "dwell_seconds") == [("home", 30), ("lamp", None)]


def test_a_window_takes_the_views_that_began_in_it():
    """Ann opens home a minute before midnight, the lamp on the 2nd: what came next is known all the same."""
    seen = events(("ann", 1, 86_340, "page_view", "home"), ("ann", 1, 86_400, "page_view", "lamp"))
    first = (date(2025, 3, 1), date(2025, 3, 2))
    assert read(pages(seen, during=first), "page", "dwell_seconds", "exit_count") == [("home", 60, 0)]
    assert read(page_flow(seen, during=first), "event_name", "following") == [("page_view", "page_view")]


def test_a_new_visit_begins_a_new_view():
    """The same page at the end of one visit and the start of the next is seen twice."""
    seen = events(("ann", 1, 0, "page_view", "home"), ("ann", 2, 9000, "page_view", "home"))
    assert read(pages(seen), "view_count", "exit_count", "dwell_seconds") == [(2, 2, None)]


def test_what_follows_what():
    """View then cart twice, view then the end once; what the browser sends by itself is not in between."""
    flow = events(
        ("ann", 1, 0, "view_item", None),
        ("ann", 1, 1, "user_engagement", None),
        ("ann", 1, 2, "add_to_cart", None),
        ("ben", 1, 0, "view_item", None),
        ("ben", 1, 2, "add_to_cart", None),
        ("ben", 2, 9000, "view_item", None),
    )
    assert read(page_flow(flow)) == [
        ("add_to_cart", "(visit ends)", 2, 1, 3),
        ("view_item", "add_to_cart", 2, 0.6667, 3),
        ("view_item", "(visit ends)", 1, 0.3333, 3),
    ]


def test_visits_with_an_action_buy_so_much_oftener():
    """Two of four visits searched, one of them twice; of these one bought, of the others one too: a lift of 1.

    One visit read reviews and bought, of the other three one bought: three times as often.
    """
    done = events(
        ("ann", 1, 0, "search", "mug"),
        ("ann", 1, 1, "search", "lamp"),
        ("ann", 1, 2, "view_review", None),
        ("ann", 1, 3, "purchase", None),
        ("ann", 2, 9000, "search", "mug"),
        ("ben", 1, 0, "page_view", None),
        ("cai", 1, 0, "purchase", None),
    )
    found = {row[0]: row[1:] for row in read(interactions(done, done)) for row in [row[1:2] + row[4:]]}
    assert found["search"] == (3, 2, 0.5, 0.5, 0.5, 1)
    assert found["view_review"] == (1, 1, 0.25, 1, 0.3333, 3)
    assert [row[0] for row in read(interactions(done, done), "position")] == [1, 2, 3, 4, 5, 6]


def test_what_a_log_never_names_is_unknown_and_what_nobody_did_is_zero():
    """Both of two visits only look: nobody shared, which the log names elsewhere; of the wishlist it says nothing."""
    seen = events(("ann", 1, 0, "page_view", None), ("ben", 1, 0, "page_view", None))
    everything = events(("cai", 1, 0, "share", None))
    found = {row[0]: row[1:] for row in read(interactions(seen, everything)) for row in [row[1:2] + row[4:]]}
    assert found["share"] == (0, 0, 0, None, 0, None)
    assert found["add_to_wishlist"] == (None,) * 6


def test_searches_are_read_alike_and_hide_who_searched():
    """“ Mug” and “mug” are one term; an address and five digits are nobody's business, 4711 is a product."""
    terms = (" Mug", "mug", "ann@example.org", "call 55512", "4711")
    found = search_terms(
        events(*(("ann" if n else "ben", 1, n, "search", term) for n, term in enumerate(terms)), *NO_SEARCH)
    )
    assert read(found, "term", "search_count", "visitor_count", "search_share", "term_total") == [
        ("(with numbers or addresses)", 2, 1, 0.4, 3),
        ("mug", 2, 2, 0.4, 3),
        ("4711", 1, 1, 0.2, 3),
    ]


def test_a_search_is_followed_by_what_its_visit_bought():
    """Ann searched mug twice in a visit that bought, Ben once in one that did not: 1 of 2 visits; her next is another.

    The lamp that she searched for in her second visit was not bought, though she bought in the first.
    """
    searched = events(
        ("ann", 1, 0, "search", "mug"),
        ("ann", 1, 1, "search", "mug"),
        ("ann", 1, 2, "purchase", None),
        ("ann", 2, 9000, "search", "lamp"),
        ("ben", 1, 0, "search", "mug"),
    )
    assert read(search_terms(searched), "term", "search_count", "visit_count", "conversion_with") == [
        ("mug", 3, 2, 0.5),
        ("lamp", 1, 1, 0),
    ]


def test_what_is_looked_at_by_category_and_by_product():
    """Three views of two mugs by Ann and Ben, one of a lamp, one of a number in no catalogue; carts are none."""
    seen = table(
        "visitor_id string, event_name string, product_id string",
        *(("ann", "view_item", "m1"), ("ann", "view_item", "m2"), ("ben", "view_item", "m1")),
        *(("ben", "view_item", "l1"), ("cai", "view_item", "x9"), ("cai", "add_to_cart", "l1")),
        ("cai", "view_item", None),
    )
    catalogue = table(
        "product_id string, product_name string, category string",
        *(("m1", "red mug", "mugs"), ("m2", "blue mug", "mugs"), ("l1", "lamp", "lamps")),
    )
    assert read(product_views(seen, catalogue)) == [
        ("mugs", 3, 2, 0.6, 3),
        ("lamps", 1, 1, 0.2, 3),
        (None, 1, 1, 0.2, 3),
    ]
    found = read(product_views(seen, catalogue, of="products"), "label", "view_count", "visitor_count")
    assert found == [("red mug", 2, 2), ("blue mug", 1, 1), ("lamp", 1, 1), ("x9", 1, 1)]
    with pytest.raises(UnknownName, match="categories"):
        product_views(seen, catalogue, of="category")


NO_SEARCH = (("ann", 1, 90, "page_view", "mug"), ("ann", 1, 91, "search", None))
