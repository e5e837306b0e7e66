"""Visits and retention as other tools count them, with causes that add up to the gap, computed in the head."""

from datetime import date

import pytest
from given import told
from in_memory import read
from logs import log
from test_sessions import S1
from test_visitor_retention import A_TO_B, U1, U2

from customary.errors import Refused, UnknownName
from customary.studies.shared.wanted import WantedEvents
from customary.studies.visits import sessions, visitor_retention
from customary.studies.visits.vendors import RETENTION_VENDORS, VISIT_VENDORS

NOW = date(2025, 4, 1)


@pytest.mark.parametrize(
    ("tool", "visits"), [("ga4", 2), ("posthog", 2), ("amplitude", 2), ("sensors", 2), ("mixpanel", 3)]
)
def test_one_evening_as_others_cut_it(tool, visits):
    """Only Mixpanel cuts at midnight; a new campaign cuts for none of them, even where it does for us."""
    assert read(sessions(S1, as_=tool), "reading", "session_count")[-1] == (tool, visits)
    changes = read(sessions(S1, split="campaign", as_=tool), "reading", "session_count", "count_change")
    assert changes[0] == ("ours", 3, None) and sum(row[2] or 0 for row in changes) == visits - 3


def test_a_visit_of_more_than_a_day_is_cut_by_some():
    """An event every 20 minutes for 25 hours is one visit, and two where a visit lasts 24 hours at most."""
    times = (divmod(20 * n, 1440) for n in range(76))
    events = log(*(("ann", f"2025-03-0{3 + day} {m // 60:02d}:{m % 60:02d}", "A") for day, m in times))
    assert read(sessions(events), "session_count") == [(1,)]
    assert read(sessions(events, as_="posthog"), "session_count", "count_change")[2] == (2, 1)
    assert read(sessions(events, split="24h"), "session_count") == [(2,)]


def test_the_bounce_is_another_one():
    """Ann saw one page for 20 seconds, Ben one for 5: two bounces of ours, one of GA4, none of one event."""
    page = {"page": "/"}
    events = log(
        *(("ann", f"10:00:{second:02d}", name, page) for second, name in ((0, "page_view"), (20, "scroll"))),
        *(("ben", f"10:00:{second:02d}", name, page) for second, name in ((0, "page_view"), (5, "scroll"))),
    )
    for tool, rate in (("ga4", 0.5), ("sensors", 0), ("mixpanel", 1)):
        rows = read(sessions(events, as_=tool), "reading", "bounce_rate", "rate_change")
        assert (rows[0][1], rows[-1][1]) == (1, rate) and sum(row[2] or 0 for row in rows) == rate - 1
        assert {row[0]: row[2] for row in rows}["bounce rule"] == rate - 1


def test_twenty_three_hours_are_a_day_from_the_full_hour():
    """20:50 to 20:10 of the next day: day 1 of the calendar, day 0 of one's own clock, day 1 from the full hour."""
    events = log(("ann", "2025-03-03 20:50", "A"), ("ann", "2025-03-04 20:10", "B"))
    ends = {"start": WantedEvents("A"), "return_": WantedEvents("B")}
    t = visitor_retention(events, NOW, 0, every="day", max_age=1, as_="amplitude", **ends)
    kept = {row[:2]: row[2] for row in read(t, "age", "reading", "kept_count")}
    readings = ("ours", "week start", "clock", "full hours", "mode", "cohorts", "maturity", "amplitude")
    assert [kept[0, name] for name in readings] == [0, 0, 1, 0, 0, 0, 0, 0]
    assert [kept[1, name] for name in readings] == [1, 1, 0, 1, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("tool", "first", "second"),
    [("posthog", [1, 2, 7], [8]), ("sensors", [1, 2, 7], [8]), ("ga4", [1, 2, 7], [8]), ("amplitude", [0, 2, 6], [7])],
)
def test_a_return_is_of_another_day_for_some(tool, first, second):
    """After ten hours, two days and six and a half; after almost eight days: by the calendar or by one's own clock."""
    for rows, days in ((U1, first), (U2, second)):
        t = visitor_retention(log(*rows), NOW, 0, every="day", max_age=9, as_=tool, **A_TO_B)
        assert (
            sorted(age for age, name, kept in read(t, "age", "reading", "kept_count") if name == tool and kept) == days
        )


@pytest.mark.parametrize(("rows", "last"), [(U1, 6), (U2, 7)])
def test_whoever_came_later_is_kept_until_then_for_mixpanel(rows, last):
    """On or after, by one's own clock: kept on day 1 for a return after 49 hours, and not beyond the last return."""
    t = visitor_retention(log(*rows), NOW, 0, every="day", max_age=9, as_="mixpanel", **A_TO_B)
    kept = {age: count for age, name, count in read(t, "age", "reading", "kept_count") if name == "mixpanel"}
    assert [age for age, count in kept.items() if count] == list(range(last + 1))


def test_weeks_begin_on_sunday_for_some():
    """Saturday and Sunday are one week of ours and two of GA4."""
    events = log(("ann", "2025-03-08 10:00", "A"), ("ann", "2025-03-09 10:00", "B"))
    t = visitor_retention(events, NOW, 0, every="week", max_age=1, as_="ga4")
    rows = {row[:2]: row[2:] for row in read(t, "age", "reading", "kept_count", "rate_change")}
    assert rows[1, "ours"] == (0, None) and rows[1, "week start"] == (1, 1) and rows[1, "ga4"] == (1, None)


@pytest.mark.parametrize("tool", VISIT_VENDORS)
def test_the_causes_add_up_to_the_gap_of_visits(onlineshop, tool):
    """From ours to the tool's, visit by visit, nothing is left over."""
    rows = told(onlineshop, "sessions", **{"as": tool})
    assert sum(row["count_change"] or 0 for row in rows) == rows[-1]["session_count"] - rows[0]["session_count"]
    assert rows[0]["session_count"] == told(onlineshop, "sessions")[0]["session_count"]


@pytest.mark.parametrize("tool", RETENTION_VENDORS)
def test_the_causes_add_up_to_the_gap_of_retention(onlineshop, tool):
    """At every age from our rate to the tool's."""
    rows = told(onlineshop, "visitor_retention", every="week", max_age=3, **{"as": tool})
    for age in range(4):
        here = [row for row in rows if row["age"] == age]
        gap = here[-1]["retention_rate"] - here[0]["retention_rate"]
        assert sum(row["rate_change"] or 0 for row in here) == pytest.approx(gap, abs=1e-12)
    assert (rows[8]["kept_count"], rows[8]["customer_count"]) == (452, 2963)


def test_what_cannot_be_set_beside_is_refused():
    """An unknown tool, or a split."""
    with pytest.raises(UnknownName, match="mixpanel"):
        sessions(S1, as_="mixpanell")
    with pytest.raises(UnknownName, match="posthog"):
        visitor_retention(S1, NOW, 0, as_="postdog")
    with pytest.raises(Refused, match="--by"):
        sessions(S1, as_="ga4", by="device")
    with pytest.raises(Refused, match="--by"):
        visitor_retention(S1, NOW, 0, as_="ga4", by="device")
