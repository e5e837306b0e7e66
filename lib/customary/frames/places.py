"""Who stands behind an event, and where it has its place: worked out once per build, so that no question sorts again.

A question that needs them computes them where they are not stored; both give the same (`tests/test_places.py`).
"""

from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

MICRO = 1_000_000  # microseconds of a second
OWN_NAME = "source_event_name"  # where a log keeps what the source itself calls an event
AUTOMATIC = ("session_start", "first_visit", "user_engagement")  # GA4's tag sends these by itself; nobody did them
FOLLOWED = ("next_event", "opens_page", "page_seconds")
STORED = ("at_us", "person_id", "person_no", "visit_key", "event_no", "step_no", *FOLLOWED)


def instant_us(at: ir.TimestampValue) -> ir.IntegerValue:
    """Microseconds since 1970 of an instant: whole numbers, so that no engine rounds a difference."""
    second = at.truncate("s")  # not every engine can take the microseconds out of an instant
    return second.epoch_seconds().cast("int64") * MICRO + at.delta(second, unit="microsecond").cast("int64")


def name_of(events: ir.Table) -> ir.StringValue:
    """What an event is called: by the source itself where the log keeps that, else in the vocabulary."""
    if OWN_NAME in events.columns:
        return ibis.coalesce(events[OWN_NAME], events.event_name)
    return events.event_name


def identify(events: ir.Table) -> ir.Table:
    """Events with `person_id`, who did it, and `at_us`, its microseconds since 1970.

    The person is the event's customer; where it names none, the one customer that its visitor is known to be; else the
    visitor. A visitor who was several customers stays a visitor while nobody is logged in.
    """
    named = events.filter(events.customer_id.notnull())
    names = named.group_by("visitor_id").agg(least=_.customer_id.min(), most=_.customer_id.max())
    known = names.filter(names.least == names.most).select(known_visitor="visitor_id", only_customer="least")
    t = events.left_join(known, events.visitor_id == known.known_visitor)
    customer = ibis.coalesce(t.customer_id, t.only_customer)
    # A visitor's number may equal a customer's: they are two people.
    person = ibis.cases((customer.notnull(), "customer " + customer), else_="visitor " + t.visitor_id)
    return t.mutate(person_id=person, at_us=instant_us(t.occurred_at)).drop("known_visitor", "only_customer")


def places_of(events: ir.Table) -> ir.Table:
    """Events by their `name`, with their person and their place among all events.

    `at_us` is the instant, `person_id` who did it and `person_no` a number that is as good; both are empty for events
    that are left out, which identify nobody. `visit_key` numbers visits, `event_no` all events by time and number,
    `step_no` those of a visit by time, name and number.
    """
    persons = _persons(events)
    t = follow(_with_visit_key(events.mutate(at_us=instant_us(events.occurred_at))))
    t = t.left_join(persons, t.event_id == persons.known_event).drop("known_event")
    by_name = ibis.window(group_by=t.visit_key, order_by=[t.at_us, t.name, t.event_id])
    return t.mutate(
        event_no=ibis.row_number().over(order_by=[t.at_us, t.event_id]), step_no=ibis.row_number().over(by_name)
    )


def _persons(events: ir.Table) -> ir.Table:
    """Event that counts → its person, with a number."""
    counted = events.filter(events.left_out_because.isnull())
    who = identify(counted.select("event_id", "visitor_id", "customer_id", "occurred_at"))
    persons = who.select(named_person="person_id").distinct()
    persons = persons.mutate(person_no=ibis.row_number().over(order_by=persons.named_person))
    t = who.inner_join(persons, who.person_id == persons.named_person)
    return t.select("person_id", "person_no", known_event="event_id")


def _with_visit_key(t: ir.Table) -> ir.Table:
    visits = t.filter(t.visit_no.notnull()).select(of_visitor="visitor_id", of_no="visit_no").distinct()
    visits = visits.mutate(visit_key=ibis.row_number().over(order_by=[visits.of_visitor, visits.of_no]))
    t = t.left_join(visits, [t.visitor_id == visits.of_visitor, t.visit_no == visits.of_no])
    return t.drop("of_visitor", "of_no")


def follow(events: ir.Table) -> ir.Table:
    """Events with what follows in their visit, by time and number.

    `next_event` is what was done next, empty at the end and for what a tag sends by itself; `opens_page` says that a
    page is seen that the event before did not have, `page_seconds` how long until the next such, empty for the last.
    Events that are left out, or say no time, follow nothing, and nothing follows them.
    """
    t = events if "at_us" in events.columns else events.mutate(at_us=instant_us(events.occurred_at))
    t = t.mutate(
        counts=t.at_us.notnull() & (t.left_out_because.isnull() if "left_out_because" in t.columns else True),
        is_done=t.event_name.notin(AUTOMATIC),
        has_page=t.page.notnull(),
    )
    before = t.page.lag().over(_line(t, "has_page"))
    t = t.mutate(
        next_event=ibis.cases((t.counts & t.is_done, t.event_name.lead().over(_line(t, "is_done")))),
        opens_page=t.counts & t.has_page & (t.page != before).fill_null(True),
    )
    until = (t.at_us.lead().over(_line(t, "opens_page")) - t.at_us).cast("float64") / MICRO
    return t.mutate(page_seconds=ibis.cases((t.opens_page, until))).drop("counts", "is_done", "has_page")


def _line(t: ir.Table, kind: str) -> Any:
    """The events of a visit that count, and are of the kind, in their order."""
    visit = ("visit_key",) if "visit_key" in t.columns else ("visitor_id", "visit_no")
    return ibis.window(group_by=[t[name] for name in (*visit, "counts", kind)], order_by=[t.at_us, t.event_id])
