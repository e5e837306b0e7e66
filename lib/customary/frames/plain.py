"""Facts that need little more than a calendar: tickets, responses, spend, assignments, products."""

import ibis
import ibis.expr.types as ir

from customary.frames.calendar import with_calendar
from customary.frames.orders import people
from customary.words import frame


def _counted(table: ir.Table, customers: ir.Table, consents: ir.Table) -> ir.Table:
    who = people(customers, consents)
    t = table.left_join(who, table.customer_id == who.person_id)
    why = ibis.cases(
        (t.excluded_because.notnull(), t.excluded_because),
        (t.is_test_account.fill_null(False), "test account"),
        (t.refuses.fill_null(False), "no consent to analysis"),
    )
    return t.mutate(left_out_because=why).drop("person_id", "is_test_account", "refuses", "excluded_because")


@frame("one row per service case", key="ticket_id")
def tickets(tickets: ir.Table, customers: ir.Table, consents: ir.Table, week_start: int) -> ir.Table:
    """Questions and complaints, dated by their opening."""
    return with_calendar(_counted(tickets, customers, consents).drop("message"), "opened_at", week_start)


@frame("one row per answer", key="response_id")
def responses(responses: ir.Table, customers: ir.Table, consents: ir.Table, week_start: int) -> ir.Table:
    """Answers to surveys and review requests, dated by the answer; comments stay with the raw files."""
    return with_calendar(_counted(responses, customers, consents).drop("comment"), "answered_at", week_start)


@frame("one row per day, channel and campaign", key=("spent_at", "channel", "campaign"))
def spend(spend: ir.Table, week_start: int) -> ir.Table:
    """Marketing cost by day, channel and campaign."""
    return with_calendar(spend.rename(left_out_because="excluded_because"), "spent_at", week_start)


@frame("one row per customer and experiment", key=("experiment", "customer_id"))
def assignments(assignments: ir.Table, customers: ir.Table, consents: ir.Table, week_start: int) -> ir.Table:
    """Who was put into which arm, and when."""
    return with_calendar(_counted(assignments, customers, consents), "assigned_at", week_start)
