"""A list is delivered once by each way: to those who may still be addressed, with how they are reached."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from customary.campaigns.drawing import CONTACTED, SUPPRESSED
from customary.campaigns.formats import NO_CONTACT, Form, reachable, rows
from customary.campaigns.ledger import DrawnList, Ledger, Member
from customary.campaigns.targets import Target
from customary.errors import Refused
from customary.publish import pseudonyms
from customary.publish.contacts import contacts
from customary.query.lists import labels_to_list
from customary.shop import Shop

WITHDRAWN = "not to be addressed any more"  # refused since, or not among those who may be by the newest snapshot


def deliver(
    shop: Shop, ledger: Ledger, drawn: DrawnList, form: Form, target: Target, where: str, now: datetime
) -> tuple[int, dict[str, int]]:
    """Deliver a drawn list; gives how many were sent, and how many were not by reason.

    Consent is asked again of the current snapshot, and whoever was suppressed since is left off. The ledger notes that
    the delivery begins before anything leaves, and that it arrived once it has: a delivery that was cut off is taken up
    under the same key, one that arrived is not repeated. A list on which the lot held out everybody is done at once and
    nothing is sent: they are compared with all the same. Raises `Refused` where there is nobody to send to, where it
    arrived already, or where it did not arrive.
    """
    if now < (end := end_of_data(shop, drawn)):
        told = f"{end.astimezone(ZoneInfo(shop.time_zone)):%Y-%m-%d}"
        raise Refused("{name} was drawn from data until {day}: it reached nobody before", name=drawn.list_id, day=told)
    done = ledger.delivery(drawn.list_id, where)
    if done and done["ended_at"]:
        raise Refused("{name} went to {where} already: nobody is contacted twice", name=drawn.list_id, where=where)
    if not drawn.of_arm(CONTACTED):
        return _note_nobody(ledger, drawn, where, now)
    reached = {row["customer_id"]: row for row in contacts(shop.snapshot.folder).to_pylist()}
    members, left_off = _who_may_be_addressed(shop, ledger, drawn)
    to_send = reachable(form, members, reached)
    if len(to_send) < len(members):
        left_off[NO_CONTACT[form.needs]] = len(members) - len(to_send)
    if not to_send:
        raise Refused("nobody on {name} can be reached this way", name=drawn.list_id)
    content = form.kind.write(rows(form, drawn, to_send, reached))
    ledger.begin(drawn.list_id, where, now)
    target.send(drawn.list_id, content, len(to_send), form.kind)
    ledger.finish(drawn.list_id, where, len(to_send), dict(left_off), now)
    return len(to_send), dict(left_off)


def _note_nobody(ledger: Ledger, drawn: DrawnList, where: str, now: datetime) -> tuple[int, dict[str, int]]:
    """Note that a list is done of which nobody is to be contacted."""
    ledger.begin(drawn.list_id, where, now)
    ledger.finish(drawn.list_id, where, 0, {}, now)
    return 0, {}


def end_of_data(shop: Shop, drawn: DrawnList) -> datetime:
    """The first instant that the data of a list do not know any more, by the shop's clock.

    Of people of a micro-batch, whose data have no day, that is when they were drawn.
    """
    if not drawn.as_of:
        return datetime.fromisoformat(drawn.drawn_at)
    return datetime.combine(datetime.fromisoformat(drawn.as_of), time(), ZoneInfo(shop.time_zone))


def _who_may_be_addressed(shop: Shop, ledger: Ledger, drawn: DrawnList) -> tuple[list[Member], Counter[str]]:
    """The members to contact who did not refuse since the list was drawn, and why the others are left off."""
    allowed, suppressed = consenting(shop), ledger.suppressions()
    left_off: Counter[str] = Counter()
    kept = []
    for member in drawn.of_arm(CONTACTED):
        why = SUPPRESSED if member.customer_id in suppressed else None
        if member.customer_id not in allowed:
            why = WITHDRAWN
        if why:
            left_off[why] += 1
        else:
            kept.append(member)
    return kept, left_off


def consenting(shop: Shop) -> set[str]:
    """Customers, under the shop's own keys, whom a list may address by the current snapshot."""
    customers, keys = shop.frame("customers"), pseudonyms.keys(shop.snapshot.folder)
    t = customers.filter(customers.marketing_consent.isin(labels_to_list(shop)) & customers.left_out_because.isnull())
    found: Sequence[Mapping[str, Any]] = shop.fetch(t.select("customer_id")).to_pylist()
    return {keys.get(row["customer_id"], row["customer_id"]) for row in found}
