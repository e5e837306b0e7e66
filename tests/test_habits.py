"""How many people are active, how often, and how they come and go, computed in the head.

Judges studies/visits/habits, studies/shared/conditions, studies/shared/splits, studies/shared/windows and
studies/shared/wanted.
"""

from datetime import date, timedelta

import pytest
from given import told
from in_memory import read
from logs import log

from customary.errors import UnknownName
from customary.studies.shared.wanted import WantedEvents
from customary.studies.visits import active_people, flows, stickiness

MONDAY = date(2025, 3, 3)


def active(who, *days):
    """Events of a person at noon, so many days after Monday, 3 March."""
    return [(who, f"{MONDAY + timedelta(days=day)} 12:00", "A") for day in days]


# --- stickiness ----------------------------------------------------------------------------------

K1 = [*active("a", 0), *active("b", 3), *active("c", 0, 1), *active("d", 0, 1, 2), *active("e", 0, 1, 2, 3, 4)]


def test_people_by_active_days():
    """One, one, two, three and five days: exactly 2, 1, 1 and 1 people; at least 5, 3, 2 and 1."""
    columns = ("active_days", "customer_count", "customer_share", "at_least_count", "at_least_share")
    assert read(stickiness(log(*K1)), *columns) == [
        (1, 2, 0.4, 5, 1),
        (2, 1, 0.2, 3, 0.6),
        (3, 1, 0.2, 2, 0.4),
        (5, 1, 0.2, 1, 0.2),
    ]


def test_a_day_is_one_however_much_is_done():
    """Three events of a day are one active day; only what is asked for makes one."""
    events = log(*active("a", 0, 0, 0), ("a", "2025-03-04 12:00", "B"))
    assert read(stickiness(events), "active_days") == [(2,)]
    assert read(stickiness(events, event=WantedEvents("B")), "active_days") == [(1,)]
    assert read(stickiness(events, during=("2025-03-03", "2025-03-04")), "active_days") == [(1,)]
    assert read(stickiness(events, event=WantedEvents("C"))) == []


def test_the_shops_clock_makes_the_day():
    """15:30 and 16:10 UTC are 23:30 and 00:10 in China."""
    rows = (("a", "2025-03-03 15:30", "A"), ("a", "2025-03-03 16:10", "A"))
    assert read(stickiness(log(*rows)), "active_days") == [(1,)]
    assert read(stickiness(log(*rows, hours=8)), "active_days") == [(2,)]


def test_people_are_split_by_their_first_event():
    """Ann begins on the phone; her day on the desk is hers all the same."""
    events = log(("a", "10:00", "A", {"device": "phone"}), ("a", "2025-03-02 10:00", "A", {"device": "desk"}))
    assert read(stickiness(events, by="device"), "device", "active_days") == [("phone", 2)]


def test_active_days_of_a_real_log(onlineshop):
    """2,473 people came on one day, 733 on two, 259 on three, 111 on four, 175 on more."""
    rows = {row["active_days"]: row for row in told(onlineshop, "stickiness")}
    assert [rows[n]["customer_count"] for n in (1, 2, 3, 4)] == [2473, 733, 259, 111]
    assert rows[5]["at_least_count"] == 175


# --- day, week, month ----------------------------------------------------------------------------


def test_windows_trail_the_day():
    """Ann on days 0 and 6, Ben on day 1: the seven days up to day 7 hold Ann and Ben, up to day 8 only Ann."""
    t = active_people(log(*active("ann", 0, 6), *active("ben", 1)), MONDAY + timedelta(days=38))
    rows = read(t, "daily_count", "weekly_count", "monthly_count")
    assert rows[:2] == [(1, 1, 1), (1, 2, 2)]
    assert [row[1] for row in rows[6:14]] == [2, 2, 1, 1, 1, 1, 1, 0]
    assert [row[2] for row in rows[29:38]] == [2, 2, 1, 1, 1, 1, 1, 0, 0]
    assert read(t, "is_complete")[28:30] == [(False,), (True,)] and len(rows) == 38


def test_trailing_windows_are_what_counting_gives():
    """Each day's three figures against the sets of people themselves."""
    days = {"a": (0, 1, 2, 9, 39), "b": (5, 12, 19), "c": (0, 7, 14, 44), "d": (30,)}
    events = log(*(row for who, on in days.items() for row in active(who, *on)))
    rows = read(active_people(events, MONDAY + timedelta(days=50)), "daily_count", "weekly_count", "monthly_count")
    for today, row in enumerate(rows):
        expected = [sum(any(today - n < d <= today for d in on) for on in days.values()) for n in (1, 7, 30)]
        assert list(row) == expected, today


def test_days_may_be_chosen_and_still_look_back():
    """The window shows one day; the days before it are in its week."""
    events, day = log(*active("ann", 0), *active("ben", 1)), MONDAY + timedelta(days=1)
    t = active_people(events, MONDAY + timedelta(days=9), during=(day, day + timedelta(days=1)))
    assert read(t, "day_on", "daily_count", "weekly_count", "daily_share") == [(day, 1, 2, 0.5)]


# --- flows ---------------------------------------------------------------------------------------

KINDS = ("active_count", "new_count", "returning_count", "resurrecting_count", "dormant_count")


def test_one_person_comes_and_goes():
    """Weeks 1, 2 and 5: new, returning, stays away once, nothing, back after a pause."""
    t = flows(log(*active("ann", 0, 7, 28)), date(2025, 4, 7), MONDAY, 0, every="week")
    assert read(t, *KINDS) == [
        (1, 1, 0, 0, 0),
        (1, 0, 1, 0, 0),
        (0, 0, 0, 0, 1),
        (0, 0, 0, 0, 0),
        (1, 0, 0, 1, 0),
    ]
    assert read(t, "period_on", "is_complete")[-1] == (date(2025, 3, 31), True)


def test_periods_may_be_chosen_and_still_look_back():
    """The window shows the second week alone: Ann returns, she is not new, and nobody of the week before stays away."""
    during = (date(2025, 3, 10), date(2025, 3, 17))
    t = flows(log(*active("ann", 0, 7, 28)), date(2025, 4, 7), MONDAY, 0, every="week", during=during)
    assert read(t, "period_on", *KINDS) == [(date(2025, 3, 10), 1, 0, 1, 0, 0)]


@pytest.mark.parametrize(
    ("as_of", "first_on"), [(date(2025, 3, 16), MONDAY), (date(2025, 3, 17), MONDAY + timedelta(1))]
)
def test_a_part_of_a_period_is_marked(as_of, first_on):
    """The second week is not over on its Sunday; the first is not whole where the log begins on a Tuesday."""
    t = flows(log(*active("ann", 0, 7)), as_of, first_on, 0, every="week")
    over = read(t, "is_complete")
    assert over == ([(True,), (False,)] if first_on == MONDAY else [(False,), (True,)])


@pytest.mark.parametrize("every", ["day", "week", "month"])
def test_flows_close(onlineshop, every):
    """Active = new + returning + resurrecting; who was active before returns or stays away; each is new once."""
    rows = told(onlineshop, "flows", every=every)
    before = 0
    for row in rows:
        assert row["active_count"] == row["new_count"] + row["returning_count"] + row["resurrecting_count"]
        assert before == row["returning_count"] + row["dormant_count"] and row["dormant_count"] >= 0
        before = row["active_count"]
    assert sum(row["new_count"] for row in rows) == 3751


def test_unknown_periods_are_refused():
    """With those that there are."""
    with pytest.raises(UnknownName, match="month"):
        flows(log(*K1), date(2025, 4, 7), MONDAY, 0, every="quarter")
