"""Facts that need little more than a calendar: tickets, responses, spend, assignments, products."""

import ibis
import ibis.expr.types as ir

from customary.declare import frame
from customary.frames.calendar import with_calendar
from customary.frames.consents import people
from customary.rules.book import RuleBook


def _with_exclusions(table: ir.Table, customers: ir.Table, consents: ir.Table) -> ir.Table:
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
    return with_calendar(_with_exclusions(tickets, customers, consents).drop("message"), "opened_at", week_start)


@frame("one row per answer", key="response_id")
def responses(responses: ir.Table, customers: ir.Table, consents: ir.Table, week_start: int) -> ir.Table:
    """Answers to surveys and review requests, dated by the answer; comments stay with the raw files."""
    t = _with_exclusions(responses, customers, consents).drop("comment")
    # Recommendation is asked on 0 to 10, satisfaction and reviews on 1 to 5; anything else is no answer to them.
    lowest, highest = ibis.cases((t.survey == "nps", 0), else_=1), ibis.cases((t.survey == "nps", 10), else_=5)
    outside = (t.score < lowest) | (t.score > highest)
    why = ibis.coalesce(t.left_out_because, ibis.cases((outside, "score outside its scale")))
    return with_calendar(t.mutate(left_out_because=why), "answered_at", week_start)


def votes(responses: ir.Table, keys: tuple[str, ...] = ()) -> ir.Table:
    """The answers to “would you recommend us?”, with `is_last`: whether the voter answered no later within `keys`.

    Nobody knows whether two answers without a customer are one voter's: each of them is a voter.
    """
    t = responses.filter((responses.survey == "nps") & responses.score.notnull())
    t = t.mutate(voter_id=ibis.coalesce(t.customer_id, ibis.literal("answer ") + t.response_id))
    later = ibis.window(
        group_by=[t[name] for name in dict.fromkeys(("voter_id", *keys))],
        order_by=[ibis.desc(t.ts_s), ibis.desc(t.response_id)],
    )
    return t.mutate(is_last=ibis.row_number().over(later) == 0)


@frame("one row per person who voted in the window", key="voter_id", derived=True)
def voters(responses: ir.Table, keys: tuple[str, ...]) -> ir.Table:
    """The people behind the recommendation answers of a window, each with the last score given there."""
    t = votes(responses, keys)
    return t.filter(t.is_last)


@frame("one row per day, channel and campaign", key=("spent_at", "channel", "campaign"))
def spend(spend: ir.Table, week_start: int, shop_rules: RuleBook) -> ir.Table:
    """Marketing cost by day, channel and campaign, and the acquisition channel it paid for, as channels.toml says."""
    brought = [(spend.channel == paid, channel) for paid, channel in shop_rules["channels"]["acquisition"].items()]
    channel = ibis.cases(*brought, else_=spend.channel) if brought else spend.channel
    t = spend.rename(left_out_because="excluded_because").mutate(acquisition_channel=channel)
    return with_calendar(t, "spent_at", week_start)


@frame("one row per customer and experiment", key=("experiment", "customer_id"))
def assignments(assignments: ir.Table, customers: ir.Table, consents: ir.Table, week_start: int) -> ir.Table:
    """Who was put into which arm, and when; of a list's messages when they came, were opened and clicked."""
    t = _with_exclusions(assignments, customers, consents)
    shown_twice = [name for name in t.columns if name.startswith("message_") and name.endswith("_local")]
    return with_calendar(t.drop(*shown_twice), "assigned_at", week_start)
