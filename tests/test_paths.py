"""What follows what within a visit, the ways that visits take, and how long a step lasts, computed in the head.

Judges studies/paths/sequences, studies/paths/lines, studies/shared/conditions, studies/shared/cuts,
studies/shared/spans, studies/shared/splits and studies/shared/windows.
"""

import pytest
from given import told
from in_memory import read
from logs import log

from customary.errors import Refused, UnknownName
from customary.studies.paths import event_intervals, paths, step_matrix, transition_contrast, transitions
from customary.studies.shared.wanted import WantedEvents

# One person, two visits: 40 minutes lie between the last catalog of the first and the second home.
P1 = log(
    *(
        ("ann", f"10:{minute:02d}", name)
        for minute, name in enumerate(("home", "catalog", "catalog", "product", "cart", "catalog"))
    ),
    ("ann", "10:45", "home"),
    ("ann", "10:46", "cart"),
)


# --- transitions ---------------------------------------------------------------------------------


def test_what_follows_what():
    """Two catalogs in a row are one step, and nothing follows over the gap of 40 minutes."""
    found = transitions(P1)
    assert sorted(read(found, "from", "to", "transition_count", "customer_count")) == [
        ("cart", "catalog", 1, 1),
        ("catalog", "product", 1, 1),
        ("home", "cart", 1, 1),
        ("home", "catalog", 1, 1),
        ("product", "cart", 1, 1),
    ]
    shares = {row[:2]: row[2:] for row in read(found, "from", "to", "share_out", "share_in", "median_seconds")}
    assert shares["home", "cart"] == (0.5, 0.5, 60) and shares["catalog", "product"] == (1, 1, 120)


def test_repeats_may_stay_and_gaps_may_close():
    """Uncollapsed, catalog follows catalog; with a gap of an hour, home follows catalog."""
    assert ("catalog", "catalog", 1) in read(transitions(P1, collapse="off"), "from", "to", "transition_count")
    assert ("catalog", "home", 1) in read(transitions(P1, gap="1h"), "from", "to", "transition_count")
    assert len(read(transitions(P1, collapse="off", gap="1h"))) == 7


def test_people_are_counted_beside_transitions():
    """Ann goes from A to B twice, Ben once: three transitions of two people."""
    events = log(
        *(("ann", f"10:0{n}", name) for n, name in enumerate("ABAB")), ("ben", "10:00", "A"), ("ben", "10:01", "B")
    )
    rows = read(transitions(events), "from", "to", "transition_count", "customer_count")
    assert rows == [("A", "B", 3, 2), ("B", "A", 1, 1)]


def test_the_order_of_a_file_decides_nothing():
    """Two events of one instant are taken by their names, whichever the file has first."""
    rows = [("ann", "10:00", "B"), ("ann", "10:00", "A"), ("ann", "10:01", "C")]
    expected = [("A", "B", 1), ("B", "C", 1)]
    for given in (rows, rows[::-1]):
        assert read(transitions(log(*given)), "from", "to", "transition_count") == expected


def test_ten_thousand_pages_are_a_few_and_the_others():
    """Of five pages the two seen most are shown by themselves; the others are one name, which says so."""
    pages = "AABBABACDE"
    events = log(*(("ann", f"10:{n:02d}", "page_view", {"page": f"/{name}"}) for n, name in enumerate(pages)))
    rows = read(transitions(events, of="pages", most=2), "from", "to", "transition_count", "name_total")
    other = "(other: 3 of 5)"
    assert rows == [(other, other, 2, 5), ("/A", "/B", 2, 5), ("/B", "/A", 2, 5), ("/A", other, 1, 5)]


def test_what_nobody_did_is_no_step():
    """GA4 sends session_start by itself; events without a page are no pages."""
    events = log(
        ("ann", "10:00", "session_start"), ("ann", "10:00", "page_view", {"page": "/"}), ("ann", "10:01", "cart")
    )
    assert read(transitions(events), "from", "to") == [("page_view", "cart")]
    assert read(transitions(events, of="pages")) == []


def test_own_names_of_events_are_shown():
    """Where the log keeps what the source calls an event, that is its name here."""
    events = log(("ann", "10:00", "view_item_list"), ("ann", "10:01", "add_to_cart"))
    names = {"view_item_list": "catalog", "add_to_cart": None}
    events = events.mutate(source_event_name=events.event_name.cases(*((k, v) for k, v in names.items() if v)))
    assert read(transitions(events), "from", "to") == [("catalog", "add_to_cart")]


def test_transitions_of_visits_that_began_in_a_window():
    """The second visit of P1 began at 10:45 of the same day; the day after has none."""
    assert read(transitions(P1, during=("2025-03-02", "2025-03-03"))) == []
    assert len(read(transitions(P1, during=("2025-03-01", "2025-03-02")))) == 5


# --- converted and not ---------------------------------------------------------------------------


def test_converting_visits_differ_before_they_convert():
    """Both converting visits go A > B before they buy, one of two others does: 100 % against 50 %.

    What they do once they have bought (B > A of the first) is not looked at, nor the step to the purchase itself.
    """
    visits = {
        "ann": ["A", "B", "purchase", "B", "A"],
        "ben": ["A", "B", "purchase"],
        "cai": ["A", "B"],
        "dan": ["A", "C"],
    }
    events = log(*((who, f"10:0{n}", name) for who, names in visits.items() for n, name in enumerate(names)))
    found = transition_contrast(events, least=1)
    columns = ("from", "to", "converted_count", "converted_total", "other_count", "other_total", "rate_difference")
    assert read(found, *columns) == [("A", "B", 2, 2, 1, 2, 0.5), ("A", "C", 0, 2, 1, 2, -0.5)]
    assert read(found, "pair_total") == [(2,), (2,)] and read(transition_contrast(events, least=2), "to") == [("B",)]
    # Wilson at 99 %: 2 of 2 is 0.2310 to 1, 1 of 2 is 0.0616 to 0.9384; arms of √(0.769² + 0.4384²) and of 0.4384.
    ends = read(found, "low_difference", "high_difference")
    assert ends[0] == pytest.approx((0.5 - 0.8852, 0.5 + 0.4384), abs=1e-3)
    assert ends[1] == pytest.approx((-0.5 - 0.4384, -0.5 + 0.8852), abs=1e-3)


def test_any_goal_may_tell_converters():
    """The goal is an event of one's own choice."""
    events = log(("ann", "10:00", "A"), ("ann", "10:01", "B"), ("ann", "10:02", "sign_up"), ("ben", "10:00", "A"))
    found = transition_contrast(events, converted=WantedEvents("sign_up"), least=1)
    assert read(found, "from", "to", "converted_share", "other_share") == [("A", "B", 1, 0)]


# --- paths ---------------------------------------------------------------------------------------


def test_ways_of_visits():
    """P1's two visits, whole; the longer one cut to three steps."""
    assert read(paths(P1), "sequence", "session_count", "customer_count", "session_share") == [
        ("home > cart", 1, 1, 0.5),
        ("home > catalog > product > cart > catalog", 1, 1, 0.5),
    ]
    assert ("home > catalog > product > …",) in read(paths(P1, steps=3), "sequence")


@pytest.mark.parametrize(
    ("start", "end", "steps", "expected"),
    [
        ("catalog", "", 5, ["catalog > product > cart > catalog"]),
        ("", "cart", 5, ["home > cart", "home > catalog > product > cart"]),
        ("", "cart", 2, ["home > cart", "… > product > cart"]),
        ("home", "cart", 5, ["home > cart", "home > catalog > product > cart"]),
        ("home", "cart", 3, ["home > cart", "home > catalog > … > cart"]),
        ("catalog", "catalog", 5, ["catalog > product > cart > catalog"]),
        ("product", "home", 5, []),
    ],
)
def test_ways_from_and_to(start, end, steps, expected):
    """From the first of a visit to the first after it; a visit that lacks one of them has no such way."""
    ends = {"from_": WantedEvents(start), "to": WantedEvents(end)}
    assert [row[0] for row in read(paths(P1, steps=steps, **ends), "sequence")] == expected


def test_rare_ways_are_one_row():
    """Three visits A > B, one each of two others: with two at least, these are “2 of 3” and lose no visit."""
    ways = {"ann": "AB", "ben": "AB", "cai": "AB", "dan": "AC", "eve": "C"}
    events = log(*((who, f"10:0{n}", name) for who, names in ways.items() for n, name in enumerate(names)))
    assert read(paths(events, least=2), "sequence", "session_count", "customer_count", "path_total") == [
        ("A > B", 3, 3, 3),
        ("(other: 2 of 3)", 2, 2, 3),
    ]


# --- step by step --------------------------------------------------------------------------------


def test_every_step_holds_every_visit():
    """P1: both visits begin at home; at step 3 one sees a product and one has ended."""
    rows = read(step_matrix(P1, steps=3), "step_no", "event_name", "session_count", "session_share")
    assert rows == [
        (1, "home", 2, 1),
        (2, "cart", 1, 0.5),
        (2, "catalog", 1, 0.5),
        (3, "(visit ends)", 1, 0.5),
        (3, "product", 1, 0.5),
    ]
    anchored = step_matrix(P1, steps=2, from_=WantedEvents("product"))
    assert read(anchored, "step_no", "event_name", "session_count") == [(1, "product", 1), (2, "cart", 1)]


# --- intervals -----------------------------------------------------------------------------------

I1 = [("A", 0), ("A", 5), ("B", 8), ("B", 12), ("A", 20), ("B", 21)]
A, B = WantedEvents("A"), WantedEvents("B")


def seconds(pair, rows=I1, **options):
    """The number of pairs, their mean and the median, in seconds."""
    events = log(*(("ann", f"10:00:{second:02d}", name) for name, second in rows))
    found = event_intervals(events, from_=A, to=B, pair=pair, **options)
    return read(found, "pair_count", "mean_seconds", "median_seconds", "longer_count")[0]


@pytest.mark.parametrize(
    ("pair", "expected"), [("nearest", (2, 2, 2, 0)), ("first_of_run", (2, 4.5, 4.5, 0)), ("every", (3, 4, 3, 0))]
)
def test_pairing_decides_the_interval(pair, expected):
    """A0 A5 B8 B12 A20 B21: nearest 3 and 1; first of its run 8 and 1; every A to the next B 8, 3 and 1."""
    assert seconds(pair) == expected


def test_longer_pairs_are_left_out_and_counted():
    """Of 8, 3 and 1 seconds, two are within 3 seconds."""
    assert seconds("every", within="3s") == (2, 2, 2, 1)


def test_events_of_one_instant_are_a_pair_in_any_order():
    """B and A at once: 0 seconds, whichever the file has first."""
    assert seconds("nearest", [("B", 0), ("A", 0)]) == seconds("nearest", [("A", 0), ("B", 0)]) == (1, 0, 0, 0)


def test_an_event_that_is_both_ends_is_paired_with_the_next():
    """From each A to the next A: 5 and 15 seconds."""
    events = log(*(("ann", f"10:00:{second:02d}", name) for name, second in I1))
    found = event_intervals(events, from_=A, to=A)
    assert read(found, "pair_count", "mean_seconds") == [(2, 10)]


def test_intervals_belong_to_a_person():
    """Ann's A is no start of Ben's B; a start that nothing follows is no pair."""
    events = log(("ann", "10:00", "A"), ("ben", "10:01", "B"))
    assert read(event_intervals(events, from_=A, to=B), "pair_count", "median_seconds") == [(0, None)]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (lambda: transitions(P1, collapse="yes"), "on"),
        (lambda: transitions(P1, of="page"), "pages"),
        (lambda: transitions(P1, most=0), "most"),
        (lambda: paths(P1, steps=1), "steps"),
        (lambda: paths(P1, steps=99), "20"),
        (lambda: paths(P1, least=0), "least"),
        (lambda: event_intervals(P1, from_=A, to=WantedEvents()), "--to"),
        (lambda: event_intervals(P1, from_=A, to=B, pair="near"), "nearest"),
        (lambda: event_intervals(P1, from_=A, to=B, within="0s"), "within"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked, words):
    """In one sentence that names what can."""
    with pytest.raises((Refused, UnknownName), match=words):
        asked()


def test_intervals_of_a_real_log(onlineshop):
    """catalog → cart: 2,841 pairs; 21.6 s from the last catalog before the cart, 55.7 s from the first of its run."""
    ends = {"from": "event=catalog", "to": "event=cart"}
    rows = [told(onlineshop, "event_intervals", pair=pair, **ends)[0] for pair in ("nearest", "first_of_run")]
    assert [row["pair_count"] for row in rows] == [2841, 2841]
    assert [round(row["median_seconds"], 1) for row in rows] == [21.6, 55.7]


def test_steps_of_a_real_log(onlineshop):
    """35,381 events in 6,454 visits: 28,927 follow another one; collapsed, those of one kind in a row are one."""
    raw = told(onlineshop, "transitions", collapse="off", gap="30m")
    assert sum(row["transition_count"] for row in raw) == 35381 - 6454
    steps = told(onlineshop, "step_matrix", steps=3)
    assert {row["step_no"] for row in steps} == {1, 2, 3}
    assert all(sum(r["session_count"] for r in steps if r["step_no"] == n) == 6454 for n in (1, 2, 3))
    assert sum(row["session_count"] for row in told(onlineshop, "paths", least=100)) == 6454
