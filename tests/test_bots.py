"""Machines among the visitors: by what they say and by what they do; marked, counted, left out only where it is said.

Judges frames/bots, studies/site/bots and publish/bots.
"""

import ibis
import pytest
from given import told
from in_memory import read
from logs import log
from typed import say

from customary import measure
from customary.frames.bots import with_bot_sign
from customary.places import DATA
from customary.rules.book import RuleBook

RULES = RuleBook.from_files(DATA)
PAGES = {"page": "/"}


def signs(*rows, rules=RULES):
    """Visitor → its sign, for a log of one day unless a time says otherwise."""
    events = log(*rows).mutate(is_bot=ibis.literal(None, "boolean"))
    return dict(
        read(with_bot_sign(events, rules).select("visitor_id", "bot_sign").distinct(), "visitor_id", "bot_sign")
    )


def views(who, seconds, start=0):
    """Page views of a visitor, so many seconds after ten o'clock."""
    times = ((start + second, second) for second in seconds)
    return [(who, f"10:{at // 60:02d}:{at % 60:02d}", "page_view", PAGES) for at, _second in times]


def test_forty_events_in_a_minute_are_too_fast():
    """Forty within 10:00 are a machine's; 39 are not, nor are forty over two minutes of the clock."""
    rows = [("ann", f"10:00:{n:02d}", "scroll") for n in range(40)]
    rows += [("ben", f"10:00:{n:02d}", "scroll") for n in range(39)]
    rows += [("cy", f"10:{30 + n // 20}:{n:02d}", "scroll") for n in range(40)]
    assert signs(*rows) == {"ann": "too fast", "ben": "none", "cy": "none"}


def test_twenty_pages_three_seconds_each_are_not_read():
    """Twenty views three seconds apart; a view fewer, or four seconds apart, is a hurried person."""
    rows = views("ann", range(0, 60, 3)) + views("ben", range(0, 57, 3)) + views("cy", range(0, 80, 4))
    assert signs(*rows) == {"ann": "no dwell", "ben": "none", "cy": "none"}


def test_nobody_is_awake_for_twenty_hours():
    """An event in each of twenty hours of one day; nineteen, or twenty over two days, are no sign."""
    rows = [("ann", f"{hour:02d}:00:05", "scroll") for hour in range(20)]
    rows += [("ben", f"{hour:02d}:00", "scroll") for hour in range(19)]
    rows += [("cy", f"2025-03-0{1 + hour // 10} {hour:02d}:00", "scroll") for hour in range(4, 24)]
    assert signs(*rows) == {"ann": "night and day", "ben": "none", "cy": "none"}


def test_a_form_is_not_filled_in_within_two_seconds():
    """Cart, checkout and purchase within two seconds; three are a saved card, and a purchase alone says nothing."""
    bought = ("add_to_cart", "begin_checkout", "purchase")
    rows = [("ann", f"10:00:0{n}", name) for n, name in enumerate(bought)]
    rows += [("ben", f"10:00:{n:02d}", name) for n, name in zip((0, 1, 3), bought, strict=True)]
    rows += [("cy", "10:00:00", "purchase"), ("dee", "10:00:00", "add_to_cart"), ("dee", "10:00:00", "purchase")]
    assert signs(*rows) == {"ann": "impossible sequence", "ben": "none", "cy": "none", "dee": "none"}


def test_a_log_of_whole_minutes_says_nothing_of_seconds():
    """Twenty views and a purchase of one minute may have taken all of it: only the pace of forty is judged."""
    minute = [("ann", "10:00", name) for name in ("add_to_cart", "begin_checkout", "purchase")]
    assert signs(*minute, *[("ben", "10:00", "page_view", PAGES)] * 20) == {"ann": "none", "ben": "none"}
    assert signs(*[("cy", "10:00", "page_view", PAGES)] * 40) == {"cy": "too fast"}


def test_the_first_sign_is_named_and_bounds_are_the_shops():
    """Whoever is too fast has no dwell either; a shop that allows a hundred events a minute sees the second sign."""
    rows = views("ann", range(50))
    patient = RuleBook(RULES.defaults, {"bots": "[too_fast]\nevents = 100\n"})
    assert (signs(*rows), signs(*rows, rules=patient)) == ({"ann": "too fast"}, {"ann": "no dwell"})


# --- in a shop ---------------------------------------------------------------------------------------


def event(n, who, at, name="page_view", **more):
    """A row of the table of events."""
    return {"event_id": f"{who}{n}", "visitor_id": who, "occurred_at": at, "event_name": name, "page": "/", **more}


CRAWLED = [event(n, "fast", f"2025-03-09 10:00:{n:02d}") for n in range(40)]
SAID = [event(n, "spider", f"2025-03-09 11:00:{n:02d}", is_bot=True) for n in range(2)]
PEOPLE = [event(n, "ann", f"2025-03-09 12:{n:02d}:07") for n in range(3)]


@pytest.fixture(scope="module")
def crawled(tiny_shop):
    """Ann's three views, forty of a machine in disguise, two of one that says so."""
    return tiny_shop(name="crawled", events=[*CRAWLED, *SAID, *PEOPLE], as_of="2025-03-11")


def test_suspects_are_marked_and_counted(crawled):
    """The 40 views of the suspect count, the two of the known bot do not; both are told with what is left out."""
    names = ("label", "visitor_count", "session_count", "event_count", "left_out_count")
    found = [tuple(row[name] for name in names) for row in told(crawled, "bots")]
    assert found == [("says so", 1, 1, 2, 2), ("too fast", 1, 1, 40, 0), ("none", 1, 1, 3, 0)]
    assert measure(crawled, "page_view_count").first["page_view_count"] == 43


def test_a_question_may_leave_suspects_out(crawled):
    """`bot_sign=none` is a selection like any other: it stands in the question, and Ann's three views are left."""
    asked = measure(crawled, "page_view_count", where={"bot_sign": "none"})
    assert asked.first["page_view_count"] == 3 and "bot_sign" in str(asked.question.where)
    assert "bot_sign = none" in say("measure", crawled.name, "page_view_count", "--where", "bot_sign=none").output


def test_the_shop_may_leave_them_out_of_everything(tiny_shop, crawled):
    """`left_out = true` in bots.toml: that visit has a reason, the accounts name it, and the build says so."""
    (line,) = [line for line in crawled.snapshot.facts["report"] if line.startswith("machines")]
    assert "1 say so, with 2 events" in line
    assert "1 behave like one, with 40 events, 88.9% of all – they count" in line
    (crawled.snapshot.folder / "bots.toml").write_text("[suspects]\nleft_out = true\n", "utf-8")
    strict = tiny_shop(name="crawled", events=[*CRAWLED, *SAID, *PEOPLE], as_of="2025-03-11")
    asked = measure(strict, "page_view_count")
    assert asked.first["page_view_count"] == 3
    assert dict(asked.accounts[0].left_out) == {"known bot": 1, "suspected bot": 1}
    assert told(strict, "bots")[1]["left_out_count"] == 40
    (line,) = [line for line in strict.snapshot.facts["report"] if line.startswith("machines")]
    assert line.endswith("bots.toml leaves them out of every figure")


def test_the_demos_machine_in_disguise_is_found_and_nobody_else(demo_shop):
    """Of its crawlers one says so and one pretends to be a person, a page a second; no other visitor bears a sign."""
    found = {row["label"]: row["visitor_count"] for row in told(demo_shop, "bots")}
    assert {label: found.get(label) for label in ("says so", "too fast")} == {"says so": 1, "too fast": 1}
    assert set(found) == {"says so", "too fast", "none"}
