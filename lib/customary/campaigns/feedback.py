"""What came back of lists that went out: who got the message, opened it, clicked, or wants no more of them.

A file is a CSV in UTF-8 with the columns list_id, event and occurred_at, and customer_id or email. An event is
delivered, opened, clicked or unsubscribed; a time without a zone is the shop's. Rows that are there already change
nothing.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from customary.campaigns.drawing import HELD_OUT
from customary.campaigns.ledger import Feedback, Ledger
from customary.errors import Refused
from customary.publish.contacts import contacts
from customary.shop import Shop

DELIVERED, OPENED, CLICKED, UNSUBSCRIBED = EVENTS = ("delivered", "opened", "clicked", "unsubscribed")
NEEDED, PEOPLE = ("list_id", "event", "occurred_at"), ("customer_id", "email")
NO_EVENT, NO_TIME, TOO_EARLY = "of another event", "without a time that can be read", "before the list was delivered"
NO_LIST, NOBODY, KEPT_OUT = "of a list that was not delivered", "of somebody who was not on it", "of somebody held out"
AGAIN = "there already"
type Row = Mapping[str, str]


@dataclass(frozen=True)
class _Sent:
    """A delivered list: since when, and who is on it in which arm."""

    at: datetime
    arms: Mapping[str, str]


def read_feedback(shop: Shop, ledger: Ledger, paths: Iterable[Path]) -> tuple[int, dict[str, int]]:
    """Take feedback into the ledger; gives how many rows are new, and how many were set aside by reason.

    Whoever unsubscribed is on no list from then on. What says that somebody held out was reached is set aside and
    counted: the comparison of that list is not clean. Raises `Refused` for a file that is laid out otherwise.
    """
    reached = contacts(shop.snapshot.folder).to_pylist()
    by_address = {str(row["email"]).casefold(): row["customer_id"] for row in reached if row["email"]}
    found, aside = [], Counter[str]()
    sent = dict(_arms_by_list(ledger))
    for row in (row for path in paths for row in _rows(path)):
        one = _event(row, by_address, ZoneInfo(shop.time_zone))
        why = one if isinstance(one, str) else _why_not(one, sent)
        if why:
            aside[why] += 1
        elif isinstance(one, Feedback):
            found.append(one)
    new = ledger.add_feedback(found)
    for one in found:
        if one.event == UNSUBSCRIBED:
            ledger.suppress([one.customer_id], UNSUBSCRIBED, datetime.fromisoformat(one.at))
    return new, dict(aside + Counter({AGAIN: len(found) - new}))


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        table = csv.DictReader(lines)
        names = table.fieldnames or ()
        if not {*NEEDED} <= {*names} or not {*PEOPLE} & {*names}:
            raise Refused(
                "{file} is no feedback: it has the columns list_id, event, occurred_at, and customer_id or email",
                file=path.name,
            )
        yield from table


def _arms_by_list(ledger: Ledger) -> Iterator[tuple[str, _Sent]]:
    for each in ledger.lists():
        if each.delivered_at:
            arms = {member.customer_id: member.arm for member in ledger.find(each.list_id).members}
            yield each.list_id, _Sent(datetime.fromisoformat(each.delivered_at), arms)


def _event(row: Row, by_address: Mapping[str, str], zone: ZoneInfo) -> Feedback | str:
    """A row as an event of a customer, or why it is none."""
    event = (row["event"] or "").strip().lower()
    if event not in EVENTS:
        return NO_EVENT
    try:
        at = datetime.fromisoformat((row["occurred_at"] or "").strip())
    except ValueError:
        return NO_TIME
    at = at if at.tzinfo else at.replace(tzinfo=zone)
    address = (row.get("email") or "").strip().casefold()
    customer = (row.get("customer_id") or "").strip() or by_address.get(address, "")
    return Feedback((row["list_id"] or "").strip(), customer, event, at.astimezone(UTC).isoformat())


def _why_not(one: Feedback, sent: Mapping[str, _Sent]) -> str:
    """Why an event is no feedback of a list, or nothing."""
    if one.list_id not in sent:
        return NO_LIST
    arm = sent[one.list_id].arms.get(one.customer_id)
    if arm is None:
        return NOBODY
    if arm == HELD_OUT:
        return KEPT_OUT
    return TOO_EARLY if datetime.fromisoformat(one.at) < sent[one.list_id].at else ""


def feedback_files(folder: Path, named: str) -> list[Path]:
    """The files of the folder that a shop names for its feedback, by name; a relative one lies in the shop's."""
    place = folder / Path(named)
    if not place.is_dir():
        raise Refused("{path} is no folder", path=str(place))
    return sorted(place.glob("*.csv"))
