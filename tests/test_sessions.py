"""Visits by the rule that is asked for: the source's own, cut by silence, at midnight or at a new campaign."""

import pytest
from given import told
from in_memory import read
from logs import log

from customary.errors import Refused, UnknownName
from customary.studies.paths.lines import LineRule, lines_of
from customary.studies.shared.cuts import cut_visits
from customary.studies.visits import sessions

# One visitor around midnight; the fifth event brings a campaign; the sixth comes after exactly 30 minutes.
S1 = log(
    ("ann", "2025-03-01 23:30", "a"),
    ("ann", "2025-03-01 23:50", "a"),
    ("ann", "2025-03-02 00:05", "a"),
    ("ann", "2025-03-02 00:10", "a"),
    ("ann", "2025-03-02 00:25", "a", {"campaign": "spring"}),
    ("ann", "2025-03-02 00:55", "a", {"campaign": "spring"}),
    ("ann", "2025-03-02 01:26", "a", {"campaign": "spring"}),
)


@pytest.mark.parametrize(
    ("split", "visits", "begun"),
    [("", 2, 0), ("midnight", 3, 1), ("campaign", 3, 1), ("campaign, midnight", 4, 2)],
)
def test_one_evening_is_two_to_four_visits(split, visits, begun):
    """Only 01:26 comes after more than 30 minutes; midnight cuts before 00:05, the campaign before 00:25."""
    assert read(sessions(S1, gap="30m", split=split), "session_count", "split_visit_count") == [(visits, begun)]


def test_a_gap_of_exactly_its_length_cuts_nothing():
    """31 minutes keep even 01:26, 30 minutes cut there, 29 minutes cut before 00:55 as well."""
    counts = [read(sessions(S1, gap=gap), "session_count")[0][0] for gap in ("31m", "30m", "29m", "1860s")]
    assert counts == [1, 2, 3, 1]


@pytest.mark.parametrize(
    ("split", "parts"),
    [("", [0, 0, 0]), ("24h", [0, 0, 1]), ("midnight", [0, 1, 1]), ("midnight, 24h", [0, 1, 2])],
)
def test_a_visit_of_days_is_cut_after_each_24_hours(split, parts):
    """10:00, a minute less than a day later, and a whole day later: a gap of two days is never reached."""
    events = log(("ann", "2025-03-01 10:00", "a"), ("ann", "2025-03-02 09:59", "a"), ("ann", "2025-03-02 10:00", "a"))
    cut = cut_visits(events, "2d", split)
    assert read(cut.order_by("occurred_at"), "part") == [(part,) for part in parts]


def test_what_the_tag_sends_by_itself_is_no_step_and_an_event_without_a_page_none_of_pages():
    """The visit begins by itself; then Ann looks at a mug, twice, and pays on no page."""
    mug = {"page": "/mug"}
    events = log(
        ("ann", "10:00", "session_start", mug),
        ("ann", "10:01", "view", mug),
        ("ann", "10:02", "view", mug),
        ("ann", "10:03", "pay"),
    )
    for of, collapse, steps in (
        ("events", "off", ["view", "view", "pay"]),
        ("events", "on", ["view", "pay"]),
        ("pages", "off", ["/mug", "/mug", "/mug"]),
        ("pages", "on", ["/mug"]),
    ):
        found = lines_of(events, LineRule(of, collapse)).order_by("no")
        assert read(found, "no", "name") == list(enumerate(steps))


def test_a_split_by_campaigns_that_nobody_names_is_unknown():
    """No event names a campaign: that nothing was split is not known to be so."""
    events = log(("ann", "10:00", "a"), ("ann", "10:05", "b"))
    assert read(sessions(events, split="campaign"), "session_count", "split_visit_count") == [(1, None)]
    assert read(sessions(events), "split_visit_count") == [(0,)]


def test_without_pages_a_bounce_is_one_event():
    """Visits (A, B), (A), (A, C, A): one of three bounces; whether a visit was engaged is unknown."""
    events = log(
        *(("ann", at, name) for at, name in (("10:00", "A"), ("10:05", "B"))),
        ("ben", "11:00", "A"),
        *(("cai", at, name) for at, name in (("12:00", "A"), ("12:01", "C"), ("12:03", "A"))),
    )
    found = sessions(events, gap="30m")
    columns = ("session_count", "visitor_count", "bounce_rate", "unengaged_rate", "median_seconds", "bounce_rule")
    assert read(found, *columns) == [(3, 3, 0.3333, None, 180, "one event")]


def test_with_pages_both_bounces_are_known():
    """Ann saw one page for 9 seconds, Ben one page for 10: both bounce, only Ann was not engaged."""
    page = {"page": "/"}
    events = log(
        ("ann", "10:00:00", "page_view", page),
        ("ann", "10:00:09", "scroll", page),
        ("ben", "10:00:00", "page_view", page),
        ("ben", "10:00:10", "scroll", page),
    )
    columns = ("bounce_rate", "unengaged_rate", "events_per_visit", "bounce_rule")
    assert read(sessions(events), *columns) == [(1, 0.5, 2, "one page at most")]


@pytest.mark.parametrize(
    ("names", "seconds", "bounce", "unengaged"),
    [
        (("page_view", "scroll"), "09", 1, 1),
        (("page_view", "scroll"), "10", 1, 0),
        (("page_view", "page_view"), "09", 0, 0),
        (("page_view", "purchase"), "09", 1, 0),
        (("scroll", "scroll", "scroll"), "09", 1, 1),
    ],
)
def test_what_makes_a_visit_engaged(names, seconds, bounce, unengaged):
    """Ten seconds, a second view or a purchase; at most one view is a bounce all the same."""
    last = len(names) - 1
    events = log(*(("ann", f"10:00:{seconds if n == last else '00'}", name) for n, name in enumerate(names)), page="/")
    assert read(sessions(events), "bounce_rate", "unengaged_rate") == [(bounce, unengaged)]


def test_a_visitor_who_logs_in_is_one_person():
    """The cookie is Ann's: what it did before she logged in is hers, and so is her phone within the half hour."""
    events = log(
        ("cookie", "10:00", "a", {"customer_id": None}),
        ("cookie", "10:05", "b", {"customer_id": "ann"}),
        ("phone", "10:20", "c", {"customer_id": "ann"}),
    )
    assert read(sessions(events, gap="30m"), "session_count", "visitor_count") == [(1, 1)]
    assert read(sessions(events), "session_count", "visitor_count") == [(2, 1)]


def test_a_cookie_of_several_customers_is_nobody_in_particular():
    """Ann and Ben share a computer: what it did without a name is a third person's."""
    events = log(
        *(("shared", f"10:0{n}", "a", {"customer_id": who}) for n, who in enumerate(("ann", "ben", None))),
    )
    assert read(sessions(events, gap="30m"), "visitor_count") == [(3,)]


def test_visits_are_split_by_how_they_begin():
    """A visit that begins on the phone is of the phone, whatever follows; it counts on the day when it began."""
    events = log(
        ("ann", "23:50", "a", {"device": "phone"}),
        ("ann", "2025-03-02 00:10", "b", {"device": "desk"}),
        ("ben", "10:00", "a", {"device": "desk"}),
    )
    columns = ("device", "session_count", "events_per_visit")
    assert read(sessions(events, by="device"), *columns) == [("desk", 1, 1), ("phone", 1, 2)]
    assert read(sessions(events, during=("2025-03-02", "2025-03-03")), "session_count") == []


@pytest.mark.parametrize("gap", ["0m", "-5m", "30", "half an hour", "m"])
def test_a_gap_that_is_none_is_refused(gap):
    """A span has a number and a unit, and is longer than nothing."""
    with pytest.raises(Refused, match="gap"):
        sessions(S1, gap=gap)


def test_unknown_splits_offer_the_nearest():
    """A typo in a split or in a column, a column that is a key, a column named twice."""
    with pytest.raises(UnknownName, match="campaign"):
        sessions(S1, split="campain")
    with pytest.raises(UnknownName, match="device"):
        sessions(S1, by="devise")
    with pytest.raises(UnknownName):
        sessions(S1, by="visitor_id")
    with pytest.raises(Refused, match="twice"):
        sessions(S1, by="device, device")


# --- the source's own visits ---------------------------------------------------------------------


def _event(number, at, session, visitor="v"):
    facts = {"event_id": f"e{number}", "visitor_id": visitor, "occurred_at": f"2025-03-01 {at}"}
    return {**facts, "session_id": session, "event_name": "page_view", "page": "/"}


def test_the_source_says_what_a_visit_is(tiny_shop):
    """Visit s1 has a silence of two hours, s2 runs beside it; what has no number is cut by silence as ever."""
    events = [_event(1, "10:00", "s1"), _event(2, "10:10", "s2"), _event(3, "12:00", "s1"), _event(4, "12:05", "s2")]
    events += [
        _event(5, "15:00", None),
        _event(6, "15:31", None),
        _event(7, "16:00", None),
        _event(8, "9:00", "s1", "w"),
    ]
    shop = tiny_shop(events=events, as_of="2025-04-01")
    (own,) = told(shop, "sessions")
    assert (own["session_count"], own["numbered_count"], own["visitor_count"]) == (5, 3, 2)
    (cut,) = told(shop, "sessions", gap="30m")
    assert (cut["session_count"], cut["numbered_count"]) == (5, 0)
    assert told(shop, "sessions", gap="28m")[0]["session_count"] == 6
    rows = shop.fetch(shop.frame("events").order_by("event_id")).to_pylist()
    assert [row["visit_no"] for row in rows] == [1, 2, 1, 2, 3, 4, 4, 1]
    assert [row["dwell_seconds"] for row in rows] == [7200, 6900, None, None, None, 1740, None, None]
    assert shop.snapshot.rows["sessions"] == 5


def test_the_visits_of_a_real_log(onlineshop):
    """6,454 visits after half an hour of silence, one more at midnight; 704 of one event."""
    (row,) = told(onlineshop, "sessions", gap="30m")
    assert (row["session_count"], row["visitor_count"], row["unengaged_rate"]) == (6454, 3751, None)
    assert told(onlineshop, "sessions", gap="30m", split="midnight")[0]["session_count"] == 6455
