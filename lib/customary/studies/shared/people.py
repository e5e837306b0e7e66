"""Who stands behind an event: the customer where one is known, otherwise the visitor."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.studies.shared.spans import instant_us


def with_person(events: ir.Table) -> ir.Table:
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
