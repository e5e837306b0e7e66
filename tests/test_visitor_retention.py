"""Who comes again after a first visit: by the calendar or one's own clock, on, after or within ages, mature or not.

Judges studies/visits/retention_rule and studies/visits/retention.
"""

from datetime import date

import pytest
from given import told
from in_memory import read
from logs import log

from customary.errors import Refused, UnknownName
from customary.studies.shared.wanted import WantedEvents
from customary.studies.visits import visitor_retention

NOW = date(2025, 3, 16)  # a Sunday, its first instant; 2025-03-03 is a Monday
# u1 starts on Monday at 20:00 and is back after 10 hours, 49 hours and 6 days 14 hours; u2 on Friday noon, back after
# 7 days 23 hours.
U1 = [("u1", "2025-03-03 20:00", "A"), ("u1", "2025-03-04 06:00", "B"), ("u1", "2025-03-05 21:00", "B")]
U1 += [("u1", "2025-03-10 10:00", "B")]
U2 = [("u2", "2025-03-07 12:00", "A"), ("u2", "2025-03-15 11:00", "B")]
A_TO_B = {"start": WantedEvents("event=A"), "return_": WantedEvents("B")}


def ages(events, as_of=NOW, week_start=0, **options):
    """The ages at which anybody came back."""
    t = visitor_retention(events, as_of, week_start, **{**A_TO_B, **options})
    return sorted({age for age, kept in read(t, "age", "kept_count") if kept})


@pytest.mark.parametrize(
    ("rows", "every", "clock", "expected"),
    [
        (U1, "day", "calendar", [1, 2, 7]),
        (U1, "day", "rolling", [0, 2, 6]),
        (U2, "day", "calendar", [8]),
        (U2, "day", "rolling", [7]),
        (U1, "week", "calendar", [0, 1]),
        (U1, "week", "rolling", [0]),
        (U2, "week", "calendar", [1]),
        (U2, "week", "rolling", [1]),
    ],
)
def test_the_clock_decides_the_age(rows, every, clock, expected):
    """10 hours later is another day of the calendar, and the same one by one's own clock."""
    assert ages(log(*rows), every=every, clock=clock) == expected


def test_the_first_day_of_the_week_decides_the_week():
    """From Saturday to Sunday is a new week where weeks begin on Sunday."""
    events = log(("ann", "2025-03-08 10:00", "A"), ("ann", "2025-03-09 10:00", "B"))
    assert ages(events, every="week") == [0] and ages(events, every="week", week_start=6) == [1]


def test_the_shops_own_clock_decides_the_day():
    """15:30 and 16:10 UTC are one day in London; in China, 23:30 and 00:10 are two."""
    rows = (("ann", "2025-03-03 15:30", "A"), ("ann", "2025-03-03 16:10", "B"))
    assert ages(log(*rows), every="day") == [0] and ages(log(*rows, hours=8), every="day") == [1]
    assert ages(log(*rows, hours=8), every="day", clock="rolling") == [0]


def cells(events, age, as_of, **options):
    """The rows of an age: people, came back, rate, mature."""
    t = visitor_retention(events, as_of, 0, **{**A_TO_B, **options})
    columns = ("customer_count", "kept_count", "retention_rate", "is_mature")
    return read(t.filter(t.age == age), *columns)


def test_a_week_of_the_calendar_is_mature_when_it_is_over():
    """The week after that of 3 March ends on 17 March, at its first instant."""
    events = log(*U1, *U2)
    assert cells(events, 1, date(2025, 3, 17), every="week") == [(2, 2, 1, True)]
    assert cells(events, 1, NOW, every="week") == [(2, 2, None, False)]


def test_by_ones_own_clock_each_is_mature_alone():
    """u1's second week ends on 17 March at 20:00, u2's on 21 March at noon: on the 18th only u1 counts, not back."""
    events = log(*U1, *U2)
    rolling = {"every": "week", "clock": "rolling"}
    assert cells(events, 1, date(2025, 3, 17), **rolling) == [(2, 1, None, False)]
    assert cells(events, 1, date(2025, 3, 18), **rolling) == [(1, 0, 0, True), (1, 1, None, False)]
    assert cells(events, 1, date(2025, 3, 22), **rolling) == [(2, 1, 0.5, True)]
    t = visitor_retention(events, date(2025, 3, 18), 0, **rolling, **A_TO_B)
    assert read(t.filter(t.age == 1), "naive_rate", "cohort_size") == [(0.5, 2)] * 2


def test_start_plus_its_spans_may_end_at_the_as_of_instant():
    """Midnight of 3 March plus two days is midnight of 5 March: day 1 is over then, and not a day earlier."""
    events = log(("ann", "2025-03-03 00:00", "A"), ("ann", "2025-03-04 23:59:59", "B"))
    rolling = {"every": "day", "clock": "rolling"}
    assert cells(events, 1, date(2025, 3, 5), **rolling) == [(1, 1, 1, True)]
    late = log(("ann", "2025-03-03 00:00:01", "A"), ("ann", "2025-03-04 23:59:59", "B"))
    assert cells(late, 1, date(2025, 3, 5), **rolling) == [(1, 1, None, False)]


def test_on_or_after_and_brackets():
    """u1 is back on days 1, 2 and 7: at 3 or later yes, on day 3 no; within 3 to 7 yes, within 3 to 6 no."""
    events = log(*U1)
    whole = {"every": "day", "as_of": date(2025, 4, 1)}
    assert ages(events, **whole, mode="on_or_after", max_age=9) == [0, 1, 2, 3, 4, 5, 6, 7]
    assert ages(events, **whole, mode="bracket", bracket="0,1-2,3-6,7") == [1, 7]
    assert ages(events, **whole, mode="bracket", bracket="3-7") == [3]
    # The bracket 1-3 is over with its last day: 4 days after 3 March.
    bracket = {"every": "day", "mode": "bracket", "bracket": "1-3"}
    assert cells(events, 1, date(2025, 3, 6), **bracket) == [(1, 1, None, False)]
    assert cells(events, 1, date(2025, 3, 7), **bracket) == [(1, 1, 1, True)]


def test_who_starts_in_every_period_is_in_several_cohorts():
    """A in two weeks: two cohorts of one person, of which the first came back in its second week."""
    events = log(("ann", "2025-03-03 10:00", "A"), ("ann", "2025-03-10 10:00", "A"), ("ann", "2025-03-11 10:00", "B"))
    options = {"every": "week", "as_of": date(2025, 3, 24)}
    t = visitor_retention(events, week_start=0, cohort="recurring", **options, **A_TO_B)
    assert read(t, "cohort", "age", "customer_count", "kept_count") == [
        (date(2025, 3, 3), 0, 1, 0),
        (date(2025, 3, 3), 1, 1, 1),
        (date(2025, 3, 3), 2, 1, 0),
        (date(2025, 3, 10), 0, 1, 1),
        (date(2025, 3, 10), 1, 1, 0),
    ]
    once = visitor_retention(events, week_start=0, **options, **A_TO_B)
    assert read(once, "cohort", "age", "kept_count") == [(date(2025, 3, 3), n, int(n == 1)) for n in range(3)]


def test_an_event_is_not_its_own_return():
    """One event alone keeps nobody; another of the same instant does, in whatever order the file has them."""
    alone, any_event = log(("ann", "2025-03-03 10:00", "A")), {"start": WantedEvents(), "return_": WantedEvents()}
    assert ages(alone, every="day", **any_event) == []
    rows = [("ann", "2025-03-03 10:00", "A"), ("ann", "2025-03-03 10:00", "B")]
    assert ages(log(*rows), every="day") == ages(log(*rows[::-1]), every="day") == [0]
    # What came before the start is no return, on the same day neither.
    assert ages(log(("ann", "2025-03-03 09:00", "B"), ("ann", "2025-03-03 10:00", "A")), every="day") == []


def test_a_split_is_by_what_the_start_was():
    """Ann starts on the phone and comes back on the desk: the phone kept her."""
    phone, desk = {"device": "phone"}, {"device": "desk"}
    events = log(("ann", "2025-03-03 10:00", "A", phone), ("ann", "2025-03-04 10:00", "B", desk))
    t = visitor_retention(events, NOW, 0, every="day", by="device", max_age=1, **A_TO_B)
    assert read(t, "device", "age", "kept_count") == [("phone", 0, 0), ("phone", 1, 1)]


def test_a_window_is_of_the_start():
    """Who began before it is no newcomer in it; who began in it may come back later."""
    events = log(*U1, *U2)
    t = visitor_retention(events, NOW, 0, every="week", during=("2025-03-07", "2025-03-08"), **A_TO_B)
    assert read(t, "age", "customer_count", "kept_count") == [(0, 1, 0), (1, 1, 1)]
    nobody = visitor_retention(events, NOW, 0, start=WantedEvents("event=C"))
    assert read(nobody) == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mode": "bracket"}, "--bracket"),
        ({"bracket": "1-3"}, "--bracket"),
        ({"mode": "bracket", "bracket": "3-1"}, "3-1"),
        ({"mode": "bracket", "bracket": "x"}, "1-3"),
        ({"max_age": -1}, "max_age"),
        ({"start": WantedEvents("evnt=A")}, "event"),
        ({"clock": "roling"}, "rolling"),
        ({"every": "year"}, "month"),
        ({"cohort": "all"}, "first"),
        ({"mode": "after"}, "on_or_after"),
    ],
)
def test_what_cannot_be_asked_is_refused(options, words):
    """In one sentence that names what can."""
    with pytest.raises((Refused, UnknownName), match=words):
        visitor_retention(log(*U1), NOW, 0, **options)


def test_cohorts_that_are_over_are_pooled_by_their_people():
    """5 of 10 and 4 of 5 came back a day later, and of 7 whose day is not over one has: 9 of 15, not 10 of 22."""
    days = {"2025-03-01": (10, 5), "2025-03-02": (5, 4), "2025-03-03": (7, 1)}
    rows = [(f"{day}{n}", f"{day} 10:00", "A") for day, (people, _kept) in days.items() for n in range(people)]
    after = {"2025-03-01": "2025-03-02", "2025-03-02": "2025-03-03", "2025-03-03": "2025-03-04"}
    rows += [(f"{day}{n}", f"{after[day]} 11:00", "B") for day, (_people, kept) in days.items() for n in range(kept)]
    t = visitor_retention(log(*rows), date(2025, 3, 4), 0, every="day", **A_TO_B)
    whole, over = pooled([dict(zip(POOLED, row, strict=True)) for row in read(t, *POOLED)], 1)
    assert over == (9, 15) and whole[1] >= over[1]


POOLED = ("age", "customer_count", "kept_count", "is_mature")


def pooled(rows, age):
    """People who came back and who started: of all rows of an age, and of the mature ones."""
    here = [row for row in rows if row["age"] == age]
    parts = (here, [row for row in here if row["is_mature"]])
    return [(sum(r["kept_count"] for r in part), sum(r["customer_count"] for r in part)) for part in parts]


@pytest.mark.parametrize(
    ("options", "age", "everybody", "mature"),
    [
        ({"every": "week"}, 1, 487, (452, 2963)),
        ({"every": "week", "clock": "rolling"}, 1, 403, None),
        ({}, 1, 411, None),
        ({"clock": "rolling"}, 1, 280, (280, 1011)),
        ({"every": "week", "cohort": "recurring"}, 1, None, (807, 4622)),
        ({"every": "day"}, 1, 99, None),
        ({"every": "day", "clock": "rolling", "mode": "on_or_after"}, 7, 924, None),
    ],
)
def test_a_real_log_as_it_was_computed_elsewhere(onlineshop, options, age, everybody, mature):
    """Weeks from Monday, 3,751 people; 1,011 of them were observed for 60 days by 30 April, 280 came in days 30–59."""
    whole, over = pooled(told(onlineshop, "visitor_retention", **options), age)
    assert everybody in (None, whole[0]) and mature in (None, over)
