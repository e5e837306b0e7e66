"""The funnel's rules: worked examples of a few events, each with another answer under another rule.

Judges studies/funnel/chains, studies/funnel/outcomes, studies/funnel/instants, studies/funnel/any_order,
studies/funnel/vendors, studies/shared/people and studies/shared/splits.
"""

from datetime import date
from types import SimpleNamespace

import pytest
from in_memory import read, table
from logs import log

from customary.errors import Refused, UnknownName
from customary.studies.funnel import funnel, funnel_drop_offs, funnel_people
from customary.studies.funnel.counts import _waits
from customary.studies.shared.conditions import Condition, Conditions

AS_OF = date(2025, 4, 1)
HOUR = {"within": "1h"}


def steps(*rows, step, as_of=AS_OF, time_zone="UTC", **options):
    """The funnel of a log; `step` are names of events with blanks between, or whole conditions in a list."""
    given = [f"event={name}" for name in step.split()] if isinstance(step, str) else step
    if "exclude" in options:
        options["exclude"] = conditions([options["exclude"]])
    return funnel(log(*rows), as_of, time_zone, step=conditions(given), **options)


def conditions(texts):
    """Conditions as a shop's question has them, `event` looked for where it stands."""
    return Conditions(Condition(text).with_names_in("event_name") for text in texts)


def counts(*rows, step, **options):
    """How many got to each step."""
    return [found[0] for found in read(steps(*rows, step=step, **options), "customer_count")]


def one(text, who="ann"):
    """Events of one person: `one("00:00 A, 00:30 B")`."""
    return [(who, *part.split()) for part in text.split(", ")]


# --- the worked examples that tools are told apart by ---------------------------------------------

E1 = one("00:00 A, 00:30 A, 00:45 B, 01:15 C")
E3 = one("00:00 A, 00:50 A, 01:10 B")
E5 = one("00:00 A, 00:01 B, 00:02 D, 00:03 C, 00:04 D, 00:05 E")
E8B = one("00:00 A, 00:10 X, 00:20 A, 00:30 B")
E9 = [
    ("ann", "00:00", "browse", {"page": "shirt"}),
    ("ann", "00:01", "browse", {"page": "jeans"}),
    ("ann", "00:02", "cart"),
    ("ann", "00:03", "browse", {"page": "shoes"}),
]


@pytest.mark.parametrize(("entry", "expected"), [("first", [1, 1, 0]), ("best", [1, 1, 1])])
def test_the_first_entry_or_the_best(entry, expected):
    """C comes 75 minutes after the first A and 45 after the second: within the hour of the latter only."""
    assert counts(*E1, step="A B C", entry=entry, **HOUR) == expected


@pytest.mark.parametrize(("order", "expected"), [("sequential", [1, 1]), ("strict", [1, 0]), ("any", [1, 1])])
def test_something_else_lies_between(order, expected):
    """A, X, B: in order, but not one straight after the other."""
    assert counts(*one("00:00 A, 00:10 X, 00:20 B"), step="A B", order=order, **HOUR) == expected


@pytest.mark.parametrize(("entry", "expected"), [("first", [1, 0]), ("best", [1, 1])])
def test_an_entry_that_is_too_early(entry, expected):
    """B comes 70 minutes after the first A and 20 after the second."""
    assert counts(*E3, step="A B", entry=entry, **HOUR) == expected


@pytest.mark.parametrize(("grace", "expected"), [(0, [1, 0]), (1, [1, 1]), (2, [1, 1])])
def test_grace_forgives_an_event_that_came_a_second_early(grace, expected):
    """B one second before A follows it only within a second's grace."""
    assert counts(*one("00:00:00 B, 00:00:01 A"), step="A B", grace=grace) == expected


def test_the_order_of_a_file_never_decides():
    """A and B of one instant: B counts as after A, whichever stands first in the file, and never before it."""
    for rows in (one("00:00 B, 00:00 A"), one("00:00 A, 00:00 B")):
        assert counts(*rows, step="A B") == [1, 1]
        assert counts(*rows, step="A B", order="strict") == [1, 1]


@pytest.mark.parametrize(("order", "expected"), [("sequential", [1] * 5), ("strict", [1, 1, 0, 0, 0])])
def test_a_detour_is_no_end(order, expected):
    """A B D C D E: the first D came too early, the second in time; strictly it ends at B."""
    assert counts(*E5, step="A B C D E", order=order, **HOUR) == expected


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ("00:00 X, 00:00 A, 00:01 B", [1, 1, 0]),  # X came before A
        ("00:00 A, 00:01 X, 00:01 B", [1, 1, 0]),  # X came after B
        ("00:00 A, 00:01 X, 00:01 B, 00:02 C", [1, 1, 0]),  # X lies between A and B or between B and C
        ("00:00 X, 00:00 A, 00:01 B, 00:02 X, 00:02 C", [1, 1, 1]),
        ("00:00 X, 00:00 A, 00:00 B, 00:02 C", [1, 1, 1]),
    ],
)
def test_strictly_what_shares_an_instant_stands_outside(events, expected):
    """Of events of one instant nobody knows the order: what is no step may have come before the first or after all."""
    assert counts(*one(events), step="A B C", order="strict") == expected


@pytest.mark.parametrize(("at", "expected"), [("01:00", [1, 1]), ("01:00:00.000001", [1, 0])])
def test_the_window_ends_with_its_last_instant(at, expected):
    """Sixty minutes are within the hour, a microsecond more is not."""
    assert counts(*one(f"00:00 A, {at} B"), step="A B", **HOUR) == expected


@pytest.mark.parametrize("order", ["sequential", "strict", "any"])
def test_two_steps_of_one_event_need_two_events(order):
    """One A is one step of A > A, two are both, also where they bear one time; A > B > A needs a second A."""
    assert counts(*one("00:00 A"), step="A A", order=order) == [1, 0]
    assert counts(*one("00:00 A, 00:05 A"), step="A A", order=order) == [1, 1]
    assert counts(*one("00:00 A, 00:00 A"), step="A A", order=order) == [1, 1]
    assert counts(*one("00:00 A, 00:00 B"), step="A B A", order=order) == [1, 1, 0]
    assert counts(*one("00:00 A, 00:00 B, 00:00 A"), step="A B A", order=order) == [1, 1, 1]


def test_an_event_that_meets_two_conditions_is_one_event():
    """A luxury cart is a cart as well, yet no second one; with a plain cart beside it there are two."""
    step = ["event=cart", "event=cart,page=luxury"]
    luxury = ("ann", "00:00", "cart", {"page": "luxury"})
    assert counts(luxury, step=step) == [1, 0]
    assert counts(luxury, ("ann", "00:00", "cart"), step=step) == [1, 1]
    assert counts(("ann", "00:00", "cart"), ("ann", "00:01", "cart"), step=step) == [1, 0]


def test_an_exclusion_that_is_a_step_ends_the_earlier_chain():
    """A A A B without an A in between: from the third A it holds, from the first it does not."""
    rows = one("00:00 A, 00:01 A, 00:02 A, 00:03 B")
    assert counts(*rows, step="A B", exclude="event=A", entry="best") == [1, 1]
    assert counts(*rows, step="A B", exclude="event=A", entry="first") == [1, 0]
    assert counts(*rows, step="A B", exclude="event=A", unit="entries") == [2, 1]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"entry": "first"}, [1, 0]),
        ({"entry": "best"}, [1, 1]),
        ({"entry": "first", "exclude_mode": "person"}, [0, 0]),
        ({"entry": "best", "exclude_mode": "person"}, [1, 1]),
        ({"unit": "entries"}, [2, 1]),
    ],
)
def test_an_exclusion_ends_a_chain_at_the_step_before(options, expected):
    """A X A B: X lies between the first A and B, not between the second and B."""
    assert counts(*E8B, step="A B", exclude="event=X", **options) == expected


def test_an_exclusion_counts_strictly_between():
    """X of the same instant as a step lies before or after it; after the last step it lies nowhere."""
    for rows in ("00:00 A, 00:00 X, 00:10 B", "00:00 A, 00:10 X, 00:10 B", "00:00 A, 00:10 B, 00:20 X"):
        assert counts(*one(rows), step="A B", exclude="event=X") == [1, 1]
    assert counts(*one("00:00 A, 00:10 X"), step="A B", exclude="event=X", exclude_mode="person") == [1, 0]
    for between in ("00:00:00.000001", "00:09:59.999999"):
        assert counts(*one(f"00:00 A, {between} X, 00:10 B"), step="A B", exclude="event=X") == [1, 0]


def test_a_value_at_the_first_step_or_the_last():
    """Entries by page: shirt bought, shoes did not; the jeans were no entry, since the first was still open."""
    found = read(steps(*E9, step="browse cart", unit="entries", by="page"), "page", "step", "customer_count")
    assert found == [("shirt", 1, 1), ("shirt", 2, 1), ("shoes", 1, 1), ("shoes", 2, 0)]
    rows = [("ann", "00:00", "A", {"device": "phone"}), ("ann", "00:10", "B", {"device": "desk"})]
    for touch, expected in (
        ("first", [("phone", 1), ("phone", 1)]),
        ("last", [("desk", 1), ("desk", 1)]),
        ("any", [("desk", 1), ("desk", 1), ("phone", 1), ("phone", 1)]),
    ):
        assert read(steps(*rows, step="A B", by="device", touch=touch), "device", "customer_count") == expected


# --- windows, entries and maturity ----------------------------------------------------------------


def test_entries_whose_window_is_not_over_are_left_out_and_counted():
    """At the end of 1 April a week is over for an entry of the 25th 00:00, and not for one a second later."""
    rows = [("ann", "2025-03-25 00:00", "A"), ("ben", "2025-03-25 00:00:01", "A"), ("ben", "2025-03-26 00:00", "B")]
    found = read(steps(*rows, step="A B"), "customer_count", "immature_count", "conversion_rate")
    assert found == [(1, 1, 1.0), (0, None, 0.0)]
    assert counts(*rows, step="A B", time_zone="Asia/Shanghai") == [0, 0]


def test_with_best_an_immature_step_is_no_entry():
    """Ann's A of the 1st is mature and bought nothing in its week, whatever came after her A of the 31st."""
    rows = [("ann", "2025-03-01 00:00", "A"), ("ann", "2025-03-31 00:00", "A"), ("ann", "2025-03-31 01:00", "B")]
    found = read(steps(*rows, step="A B", entry="best"), "customer_count", "immature_count")
    assert found == [(1, 0), (0, None)]


def test_the_clock_starts_at_the_first_step_or_at_the_one_before():
    """50 and 50 minutes: each within the hour, together not."""
    rows = one("00:00 A, 00:50 B, 01:40 C")
    assert counts(*rows, step="A B C", **HOUR) == [1, 1, 0]
    assert counts(*rows, step="A B C", clock="prior", **HOUR) == [1, 1, 1]
    assert counts(*rows, step="A B C", clock="prior", order="strict", **HOUR) == [1, 1, 1]


def test_a_later_step_never_implies_an_earlier_one():
    """B and C without A are nothing; A and C without B are one step."""
    assert counts(*one("00:00 B, 00:10 C"), *one("00:00 A, 00:10 C", who="ben"), step="A B C") == [1, 0, 0]


def test_any_order_counts_how_many_steps_were_done():
    """C, A: two of three within the hour of the first; B came later."""
    rows = one("00:00 C, 00:10 A, 01:05 B")
    assert counts(*rows, step="A B C", order="any", **HOUR) == [1, 1, 0]
    assert counts(*rows, step="A B C", order="any", within="2h") == [1, 1, 1]
    assert counts(*one("00:00 C, 02:00 A, 02:10 B"), step="A B C", order="any", entry="best", **HOUR) == [1, 1, 0]


def test_steps_in_any_order_with_one_value_count_a_person_once():
    """Ann carted p1 before she saw p2 and carted it: two steps with p2, one with p1, and she is one person."""
    rows = [("ann", "00:00", "B", {"product_id": "p1"}), ("ann", "00:10", "A", {"product_id": "p2"})]
    rows += [("ann", "00:20", "B", {"product_id": "p2"})]
    assert counts(*rows, step="A B", order="any", entry="best", hold="product_id") == [1, 1]
    assert counts(*rows[:2], step="A B", order="any", entry="best", hold="product_id") == [1, 0]


def test_a_value_is_held_constant():
    """p1 was viewed and carted by nobody: p2 was carted. What is empty equals nothing, not even empty."""

    def did(at, name, product):
        return "ann", at, name, {"product_id": product}

    other = [did("00:00", "A", "p1"), did("00:10", "B", "p2")]
    assert counts(*other, step="A B", hold="product_id") == [1, 0]
    assert counts(*other, did("00:20", "A", "p2"), did("00:30", "B", "p2"), step="A B", hold="product_id") == [1, 0]
    best = counts(*other, did("00:05", "A", "p2"), step="A B", hold="product_id", entry="best")
    assert best == [1, 1]
    assert counts(did("00:00", "A", None), did("00:10", "B", None), step="A B", hold="product_id") == [1, 0]


@pytest.mark.parametrize(("at", "expected"), [("00:05", [1, 0, 0]), ("00:10", [1, 1, 1]), ("00:15", [1, 1, 0])])
def test_an_exclusion_cuts_between_two_steps_whatever_value_it_has(at, expected):
    """p1 came to A, B and C at 0, 10 and 20 minutes; X happened with p2: strictly between two steps, or at one."""
    rows = [
        ("ann", when, name, {"product_id": "p1"}) for when, name in zip(("00:00", "00:10", "00:20"), "ABC", strict=True)
    ]
    rows.append(("ann", at, "X", {"product_id": "p2"}))
    assert counts(*rows, step="A B C", hold="product_id", exclude="event=X") == expected


def test_visits_and_entries_are_counted_as_such():
    """Ann in two visits: one of A and B, one of A alone; her second A enters only after the first converted."""
    rows = one("00:00 A, 00:10 B, 05:00 A")
    assert counts(*rows, step="A B") == [1, 1]
    assert counts(*rows, step="A B", unit="sessions") == [2, 1]
    found = read(steps(*rows, step="A B", unit="entries"), "customer_count", "person_count")
    assert found == [(2, 1), (1, 1)]
    assert read(steps(*rows, step="A B", unit="sessions"), "customer_count", "person_count") == [(2, 1), (1, 1)]
    assert counts(*one("00:00 A, 00:30 A, 01:30 A"), step="A B", unit="entries", **HOUR) == [2, 0]


def test_everybodys_entries_are_followed_by_themselves():
    """Ann enters three times and converts each time; of ben's As three are one entry that converts, two one more."""
    rows = one("00:00 A, 00:10 B, 00:20 A, 00:30 B, 00:40 A, 00:50 B")
    rows += one("00:00 A, 00:01 A, 00:02 A, 00:03 B, 00:10 A, 00:20 A", who="ben")
    assert counts(*rows, step="A B", unit="entries", **HOUR) == [5, 4]


def test_a_window_cuts_entries_and_not_what_follows():
    """Entered on the 10th, bought on the 12th: asked for entries of the 10th, it counts."""
    rows = [("ann", "2025-03-10 10:00", "A"), ("ann", "2025-03-12 10:00", "B"), ("ben", "2025-03-11 10:00", "A")]
    assert counts(*rows, step="A B", during=(date(2025, 3, 10), date(2025, 3, 11))) == [1, 1]


def test_entries_by_month():
    """February's entry bought in March: it is February's."""
    rows = [("ann", "2025-02-27 10:00", "A"), ("ann", "2025-03-01 10:00", "B"), ("ben", "2025-03-11 10:00", "A")]
    found = read(steps(*rows, step="A B", every="month"), "month", "step", "customer_count")
    assert [(month.month, step, count) for month, step, count in found] == [(2, 1, 1), (2, 2, 1), (3, 1, 1), (3, 2, 0)]


def test_the_time_it_takes():
    """60, 120 and never: converters' median is 90 s; of all three the second had converted after 120 s."""
    rows = [*one("00:00 A, 00:01 B"), *one("00:00 A, 00:02 B", who="ben"), ("cay", "00:00", "A")]
    found = read(steps(*rows, step="A B"), "median_seconds", "median_seconds_km")
    assert found == [(0, 0), (90, 120)]
    rows += [("dan", "00:00", "A"), ("eve", "00:00", "A")]
    assert read(steps(*rows, step="A B"), "median_seconds_km")[1] == (None,)  # two of five: half never do


def test_the_best_chain_is_timed_from_its_own_entry():
    """C at 75: from the second A, 45 minutes earlier."""
    assert read(steps(*E1, step="A B C", entry="best", **HOUR), "median_seconds") == [(0,), (900,), (2700,)]


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"step": "A"}, "2 to 20 steps"),
        ({"within": "0d"}, "no length"),
        ({"within": "soon"}, "30m, 24h, 7d"),
        ({"grace": -1}, "from 0"),
        ({"order": "strict", "grace": 1}, "no meaning in strict order"),
        ({"order": "any", "exclude": "event=X"}, "no meaning in any order"),
        ({"unit": "entries", "hold": "page"}, "without"),
        ({"step": "A B A", "grace": 2}, "--grace 0"),
        ({"step": ["A", "B"]}, "event=purchase"),
    ],
)
def test_what_has_no_meaning_is_refused(options, said):
    """In a sentence that says what to write instead."""
    with pytest.raises(Refused, match=said):
        counts(*one("00:00 A"), **{"step": "A B", **options})


@pytest.mark.parametrize("options", [{"order": "strickt"}, {"by": "devise"}, {"every": "week"}, {"hold": "pages"}])
def test_an_unknown_name_is_refused_with_the_nearest(options):
    """Of rules, columns and periods."""
    with pytest.raises(UnknownName):
        counts(*one("00:00 A"), step="A B", **options)


def test_nobody_there_is_zero_and_no_rate():
    """A step that nobody did: counts of 0, and a rate of nothing is none."""
    found = read(steps(*one("00:00 X"), step="A B"), "customer_count", "conversion_rate", "median_seconds_km")
    assert found == [(0, None, None), (0, None, None)]


@pytest.mark.parametrize("unit", ["people", "sessions", "entries"])
def test_of_nobody_nobody_is_too_young(unit):
    """A log in which nobody does the first step: no unit, no person, nobody whose window is open still."""
    found = steps(*one("00:00 X"), step="A B", unit=unit)
    columns = ("customer_count", "person_count", "immature_count", "median_seconds")
    assert read(found, *columns) == [(0, 0, 0, None), (0, 0, None, None)]


# --- what stands behind the numbers, and other tools ----------------------------------------------


def asked(found, *rows, step, **options):
    """The answer of another study of the funnel."""
    given = conditions(f"event={name}" for name in step.split())
    return found(log(*rows), AS_OF, "UTC", step=given, **options)


def test_what_people_did_instead():
    """Of four who stopped at A two did X, one came back to A, one did nothing more within the hour."""
    rows = [
        *one("00:00 A, 00:10 X, 00:20 A"),
        *one("00:00 A, 00:10 X", who="ben"),
        *one("00:00 A, 00:05 A, 00:10 X", who="cay"),
        *one("00:00 A, 01:10 B", who="dan"),
        *one("00:00 A, 00:10 B", who="eve"),
    ]
    found = read(asked(funnel_drop_offs, *rows, step="A B", **HOUR), "step", "following", "customer_count", "share")
    assert found == [(1, "X", 2, 0.5), (1, "(nothing more)", 1, 0.25), (1, "A", 1, 0.25)]


def test_what_tags_send_by_themselves_is_nothing_that_anybody_did_instead():
    """After A ann's tag began a visit before she did X; of ben there is nothing but the tag's."""
    rows = [*one("00:00 A, 00:10 session_start, 00:20 X"), *one("00:00 A, 00:10 user_engagement", who="ben")]
    found = read(asked(funnel_drop_offs, *rows, step="A B", **HOUR), "following", "customer_count")
    assert found == [("(nothing more)", 1), ("X", 1)]


def test_who_stopped_and_who_got_there():
    """Ann bought, Ben stopped at A, Cay never entered."""
    rows = [*one("00:00 A, 00:10 B"), *one("00:00 A", who="ben"), *one("00:00 B", who="cay")]
    assert read(asked(funnel_people, *rows, step="A B", at=1), "customer_id", "step") == [("ben", 1)]
    everybody = asked(funnel_people, *rows, step="A B", at=1, state="reached")
    assert read(everybody, "customer_id", "label") == [("ann", "B"), ("ben", "A")]
    with pytest.raises(Refused, match="2 steps"):
        asked(funnel_people, *rows, step="A B", at=3)


def test_whoever_is_not_known_stands_as_a_visitor():
    """A visitor who logs in later is the customer from the start; one who never does is a visitor."""
    rows = [("v1", "00:00", "A", {"customer_id": None}), ("v1", "00:10", "B", {"customer_id": "ann"})]
    rows += [("v2", "00:00", "A", {"customer_id": None})]
    found = read(asked(funnel_people, *rows, step="A B"), "customer_id", "visitor_id", "step")
    assert found == [("ann", None, 2), (None, "v2", 1)]


@pytest.mark.parametrize(
    ("rows", "tool", "expected"),
    [
        (E1, "posthog", [1, 1, 1]),
        (E1, "mixpanel", [1, 1, 0]),
        (one("00:00:00 B, 00:00:01 A, 00:00:02 C"), "mixpanel", [1, 1, 1]),
        (one("00:00:00 B, 00:00:01 A, 00:00:02 C"), "amplitude", [1, 1, 1]),
        (one("00:00:00 B, 00:00:02 A, 00:00:03 C"), "amplitude", [1, 0, 0]),
        (one("00:00:00 B, 00:00:02 A, 00:00:03 C"), "mixpanel", [1, 1, 1]),
        (one("00:00:00 B, 00:00:03 A, 00:00:04 C"), "mixpanel", [1, 0, 0]),
        (one("00:00:00 B, 00:00:01 A, 00:00:02 C"), "posthog", [1, 0, 0]),
        (one("00:00 A, 00:50 B, 01:40 C"), "ga4", [1, 1, 1]),
        (one("00:00 A, 00:50 B, 01:40 C"), "sensors", [1, 1, 0]),
    ],
)
def test_other_tools_count_by_their_own_rules(rows, tool, expected):
    """What their documents say of these examples, within the hour that is asked; the causes add up to the gap."""
    found = read(steps(*rows, step="A B C", as_=tool, **HOUR), "step", "reading", "customer_count", "count_change")
    for step, theirs in enumerate(expected, 1):
        rows_of_step = [row for row in found if row[0] == step]
        assert rows_of_step[0][1] == "ours" and rows_of_step[-1][1:3] == (tool, theirs)
        changes = [change for _step, _reading, _count, change in rows_of_step[1:-1]]
        assert sum(changes) == theirs - rows_of_step[0][2]


def test_maturity_is_a_cause_of_its_own():
    """Ben entered a day before the data end: other tools count him as lost, here he is not in the rate yet."""
    rows = [("ann", "2025-03-01 00:00", "A"), ("ben", "2025-03-31 00:00", "A")]
    found = read(steps(*rows, step="A B", as_="mixpanel"), "reading", "customer_count", "count_change")[:8]
    assert found[0] == ("ours", 1, None) and found[1] == ("maturity", 2, 1) and found[-1] == ("mixpanel", 2, None)


def test_a_tool_has_its_own_window_where_none_is_asked():
    """B after ten days: within PostHog's fourteen, not within the seven that are usual here."""
    rows = [("ann", "2025-03-01 00:00", "A"), ("ann", "2025-03-11 00:00", "B")]
    theirs = [read(steps(*rows, step="A B", as_="posthog", **asked), "customer_count")[-1] for asked in ({}, HOUR)]
    assert theirs == [(1,), (0,)]


@pytest.mark.parametrize(("tool", "days"), [("posthog", 14), ("mixpanel", 7), ("sensors", 30)])
def test_a_tool_waits_for_as_many_days_as_it_says(tool, days):
    """B a minute before so many days are over is in time, a minute after them it is not."""
    for hour, expected in ((f"2025-03-{days:02d} 23:59", 1), (f"2025-03-{days + 1:02d} 00:01", 0)):
        rows = [("ann", "2025-03-01 00:00", "A"), ("ann", hour, "B")]
        assert read(steps(*rows, step="A B", as_=tool), "customer_count")[-1] == (expected,)


def test_the_range_cuts_all_steps_of_some_tools():
    """Entered on the last day of the window, bought on the day after: PostHog does not see it."""
    rows = [("ann", "2025-03-10 10:00", "A"), ("ann", "2025-03-11 10:00", "B")]
    window = (date(2025, 3, 1), date(2025, 3, 11))
    found = read(steps(*rows, step="A B", as_="posthog", during=window), "step", "reading", "count_change")
    assert (2, "date range", -1) in found


def test_what_a_tool_refuses_is_refused():
    """An exclusion that is a step, in PostHog; a name that is no tool."""
    with pytest.raises(Refused, match="PostHog refuses"):
        steps(*one("00:00 A"), step="A B", as_="posthog", exclude="event=A")
    with pytest.raises(UnknownName, match="posthog"):
        steps(*one("00:00 A"), step="A B", as_="posthok")
    with pytest.raises(Refused, match="--by"):
        steps(*one("00:00 A"), step="A B", as_="posthog", by="device")


def test_a_wait_is_watched_from_the_step_before_or_from_the_entry():
    """A window of 100, entered at 1,000; the third step is waited for. Who stands at the first is watched for 100.

    Who came to the second after 30 is watched for 100 more where the clock begins anew at each step, else for 100 in
    all. Who came to the third waited 80.
    """
    columns = "depth int32, entry_us int64, at_2 int64, at_3 int64"
    t = table(columns, (1, 1000, None, None), (2, 1000, 1030, None), (3, 1000, 1030, 1080))
    for clock, spans in (("prior", [100, 130, 80]), ("first", [100, 100, 80])):
        rules = SimpleNamespace(window_us=100, clock=clock, count=3, by=(), every="")
        found = read(_waits(t, rules, 3), "step", "span", "is_open")
        assert found == [(3, spans[0], True), (3, spans[1], True), (3, spans[2], False)]


def test_nobody_beside_another_tool_is_nobody():
    """A log in which nobody does the first step: 0 at each step by every reading, and no change."""
    found = steps(*one("00:00 X"), step="A B", as_="mixpanel")
    rows = read(found, "customer_count", "count_change", "entry_count", "immature_count")
    assert {row[0] for row in rows} == {0} and {row[1] for row in rows} == {0, None}
    assert {row[2] for row in rows} == {0} and {row[3] for row in rows} == {0, None}


def test_who_is_not_ripe_stands_at_the_first_step_alone():
    """Ann's hour is over, Ben's is not: one of them is left out, as the first row says and no other."""
    found = steps(*one("00:00 A"), ("ben", "23:30", "A"), step="A B", as_of=date(2025, 3, 2), **HOUR)
    assert read(found, "customer_count", "immature_count") == [(1, 1), (0, None)]
