"""What the build stores of each event – its person, its visit, its place – changes no answer, only what it costs.

Judges frames/places.
"""

import random
from datetime import date

import ibis
import pytest
from given import told
from in_memory import read, table
from logs import log

from customary.declare import STUDIES
from customary.frames.places import STORED, follow, identify, name_of, places_of

PLACE = ("event_id", "person_id", "person_no", "visit_key", "event_no", "step_no")
# Ben reads, logs in and reads again; a second device is used by him and Ann, and once by nobody known.
FEW = log(
    ("phone", "10:00", "home", {"customer_id": None}),
    ("phone", "10:01", "cart", {"customer_id": "ben"}),
    ("shared", "10:02", "home", {"customer_id": "ann"}),
    ("shared", "10:02", "cart", {"customer_id": "ben"}),
    ("shared", "11:00", "about", {"customer_id": None}),
    ("phone", "10:00", "about", {"customer_id": None}),
)
GIVEN = {
    "as_of": date(2025, 4, 1),
    "first_on": date(2025, 3, 1),
    "time_zone": "UTC",
    "week_start": 0,
    "whole_orders": table(
        "order_id string, customer_id string, ordered_at timestamp, net_amount decimal(12,2), left_out_because string",
        ("o1", "c1", "2025-03-04 12:00", 10, None),
        ("o2", "c2", "2025-03-20 09:00", 20, "test order"),
    ),
    "whole_products": table("product_id string, list_price decimal(12,2)", ("mug", 10), ("pin", None)),
}
MARCH = (date(2025, 3, 2), date(2025, 3, 20))
STEPS = ["event=view_item", "event=add_to_cart", "event=purchase"]
# Study → questions that take each of its ways.
ASKED = {
    "funnel": (
        {"step": STEPS},
        {"step": STEPS, "by": "device", "touch": "last", "entry": "best", "during": MARCH},
        {"step": STEPS, "unit": "sessions", "every": "month", "within": "1h"},
        {"step": STEPS, "unit": "entries", "exclude": ["event=home"], "every": "day"},
        {"step": STEPS, "order": "any", "by": "channel", "touch": "any"},
        {"step": STEPS, "order": "strict"},
        {"step": STEPS[:2], "hold": "product_id", "grace": 60},
        {"step": STEPS, "as": "posthog"},
    ),
    "funnel_drop_offs": ({"step": STEPS}, {"step": STEPS, "unit": "sessions"}),
    "funnel_people": ({"step": STEPS}, {"step": STEPS, "unit": "sessions", "at": 1}),
    "abandonment": ({}, {"unit": "people", "by": "device"}, {"gap": "1h", "split": "midnight", "during": MARCH}),
    "distribution": ({"cuts": "1,2,4"}, {"every": "week", "by": "device", "during": MARCH}, {"measure": "hours"}),
    "behaviour_groups": ({"did_not": "purchase"}, {"during": MARCH, "least": 2}),
    "event_intervals": ({}, {"pair": "every", "by": "device"}, {"pair": "first_of_run", "within": "1d"}),
    "transitions": ({}, {"collapse": "off", "split": "midnight", "during": MARCH}, {"gap": "10m"}, {"of": "pages"}),
    "transition_contrast": ({"least": 1}, {"least": 1, "during": MARCH, "split": "campaign"}),
    "paths": ({}, {"from": "view_item", "to": "purchase", "during": MARCH}, {"of": "pages", "gap": "2h"}),
    "step_matrix": ({}, {"from": "add_to_cart", "most": 3}),
    "stickiness": ({}, {"by": "device", "during": MARCH}),
    "active_people": ({}, {"event": "purchase"}),
    "flows": ({}, {"every": "day"}),
    "visitor_retention": (
        {"every": "week"},
        {"every": "day", "clock": "rolling", "cohort": "recurring", "by": "device"},
    ),
    "sessions": ({}, {"by": "device,channel", "split": "campaign,midnight,24h"}, {"gap": "5m"}, {"as": "ga4"}),
    "pages": ({}, {"during": MARCH}),
    "page_flow": ({}, {"during": MARCH}),
    "interactions": ({}, {"during": MARCH}),
}
FOLLOWING = {"pages", "page_flow", "interactions"}  # these read events without the columns that options name
CASES = [(name, options) for name, asked in ASKED.items() for options in asked]


def with_stored(events):
    """A log as the build stores it."""
    places = places_of(events.mutate(name=name_of(events))).select(*STORED, placed="event_id")
    t = events.inner_join(places, events.event_id == places.placed).drop("placed")
    return ibis.memtable(t.to_pyarrow())


def random_log(seed):
    """A few weeks of visitors who log in and out, on devices of two people, with ties and visits across midnight."""
    draw = random.Random(seed)
    names = ("home", "view_item", "view_item", "add_to_cart", "begin_checkout", "purchase", "session_start")
    rows = []
    for _visit in range(60):
        who, day, minute = draw.choice("abcdefgh"), draw.randint(1, 30), draw.choice((600, 610, 1425, 1435))
        customer = draw.choice((None, None, f"c{'abcdefgh'.index(who) // 2}", "c1"))
        for _event in range(draw.randint(1, 6)):
            minute += draw.choice((0, 0, 1, 7))
            at = f"2025-03-{day + minute // 1440:02d} {minute % 1440 // 60:02d}:{minute % 60:02d}"
            more = {
                "customer_id": customer,
                "device": draw.choice(("pc", "phone")),
                "page": draw.choice((None, "/", "/a")),
            }
            more |= {"channel": draw.choice((None, "ad")), "campaign": draw.choice((None, None, "x", "y"))}
            rows.append((who, at, draw.choice(names), {**more, "product_id": draw.choice((None, "mug", "pin"))}))
    return log(*rows)


@pytest.fixture(scope="module", params=(1, pytest.param(2, marks=pytest.mark.slow)))
def logs(request):
    """A log, and the same as the build stores it."""
    plain = ibis.memtable(random_log(request.param).to_pyarrow())
    return plain, with_stored(plain)


def rows_of(name, events, options):
    """The rows of a study over events, by its options as they are typed."""
    study = STUDIES[name]
    kinds = {key: type(default) for key, default in study.options.items() if default is not None}
    given = {key: kinds[key](value) if key in kinds else value for key, value in options.items()}
    known = {**GIVEN, **dict.fromkeys(("asked_events", "events", "whole_events"), events)}
    return read(study(*(known[need] for need in study.needs), **given))


def test_who_and_where_an_event_is():
    """Ben's phone is his before he logs in; a device of two people is a visitor's; of one instant names decide."""
    rows = read(with_stored(FEW).order_by("event_id"), *PLACE)
    assert rows == [
        ("e000000", "customer ben", 1, 0, 0, 1),
        ("e000001", "customer ben", 1, 0, 2, 2),
        ("e000002", "customer ann", 0, 1, 3, 1),
        ("e000003", "customer ben", 1, 1, 4, 0),
        ("e000004", "visitor shared", 2, 2, 5, 0),
        ("e000005", "customer ben", 1, 0, 1, 0),
    ]


def test_who_is_left_out_identifies_nobody():
    """Ben refuses: his own event has no person, and the phone stays a visitor's."""
    refused = log(
        ("phone", "10:00", "home", {"customer_id": None}),
        ("phone", "10:01", "cart", {"customer_id": "ben", "left_out_because": "no consent to analysis"}),
    )
    rows = read(with_stored(refused).order_by("event_id"), "person_id", "person_no", "event_no")
    assert rows == [("visitor phone", 0, 0), (None, None, 1)]


def test_what_follows_an_event():
    """Ben's home is followed by the cart, a page he stays on for a minute; what a tag sends, and who refuses, is none.

    The refused visit in between shows nothing of itself to the one before.
    """
    rows = log(
        ("ben", "10:00", "home", {"page": "/"}),
        ("ben", "10:00", "scroll", {"page": "/"}),
        ("ben", "10:00", "session_start"),
        ("ben", "10:01", "lamp", {"page": "/lamp", "left_out_because": "known bot"}),
        ("ben", "10:01", "cart", {"page": "/cart"}),
        ("ann", "10:00", "home", {"page": "/"}),
    )
    found = read(follow(rows).order_by("event_id"), "next_event", "opens_page", "page_seconds")
    assert found == [
        ("scroll", True, 60),
        ("cart", False, None),
        (None, False, None),
        (None, False, None),
        (None, True, None),
        (None, True, None),
    ]


def test_every_study_of_events_is_asked():
    """A study that reads events is among those whose answers are held against each other."""
    assert set(ASKED) == FOLLOWING | {name for name, study in STUDIES.items() if "asked_events" in study.needs}


@pytest.mark.parametrize(("name", "options"), CASES)
def test_what_is_stored_changes_no_answer(logs, name, options):
    """Asked of a log and of the same log with persons and places stored, a study gives the same rows."""
    plain, stored = logs
    found = rows_of(name, plain, options)
    assert found and found == rows_of(name, stored, options)


def test_a_build_stores_what_the_expression_says(worked_shop):
    """In a snapshot each event that counts has the person and the instant that a question would work out."""
    events = worked_shop.frame("events")
    counted = events.filter(events.left_out_because.isnull()).drop(*STORED)
    wanted = worked_shop.fetch(identify(counted).select("event_id", "person_id", "at_us").order_by("event_id"))
    stored = events.filter(events.left_out_because.isnull()).select("event_id", "person_id", "at_us")
    assert wanted.num_rows and wanted.equals(worked_shop.fetch(stored.order_by("event_id")))
    assert told(worked_shop, "sessions")
