"""A list is drawn: whom a play addresses today, who is left off and why, and who is held out by lot."""

import hashlib
import hmac
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import floor
from typing import Any

from customary.campaigns.ledger import DrawnList, Ledger, Member
from customary.campaigns.stock import check_stock
from customary.errors import Refused
from customary.publish import pseudonyms
from customary.query.audiences import People, candidates
from customary.query.playbook import Play
from customary.shop import Shop
from customary.wording import say

CONTACTED, HELD_OUT = "contacted", "hold-out"
STRATA = 4  # parts of a list, from its top to its end, in each of which the same share is held out
SUPPRESSED, BUSY, BEYOND = "suppressed", "on another list lately", "beyond the most of the play"


class NobodyLeft(Refused):
    """A list that would hold nobody: no fault of a play that waits for its day."""


def draw(shop: Shop, play: Play, ledger: Ledger, now: datetime) -> DrawnList:
    """Draw a play's list from the current snapshot and write it into the ledger.

    Customers stand in the order of the play's study, consent applied; suppressed customers, those on a list not
    delivered yet or delivered within the play's days of rest, and those beyond its `most` are left off and counted.
    Raises `NobodyLeft`, or `Refused` where its goods are out of stock; what stock is unknown stands in its question.
    """
    found = candidates(shop, play)
    asked = ListQuestion(found.answer.definition, found.answer.question.text, shop.as_of.isoformat())
    return draw_from(shop, play, found.people, asked, ledger, now)


@dataclass(frozen=True)
class ListQuestion:
    """What made the people of a list: its definition, the question in words, and the day that its data end with.

    `as_of` is "" for people of a micro-batch, whose data have no such day.
    """

    definition: str
    question: str
    as_of: str = ""


def draw_from(shop: Shop, play: Play, people: People, asked: ListQuestion, ledger: Ledger, now: datetime) -> DrawnList:
    """Draw a list of people who were found already, as `draw` does."""
    known = [each.list_id for each in ledger.lists()]
    people, notes = check_stock(shop, play, people)
    folder = shop.snapshot.folder
    rows = list(_with_keys(people.rows, pseudonyms.keys(folder)))
    left_off, total = people.left_off.copy(), len(rows) + people.left_off.total()
    kept = _keep(rows, {SUPPRESSED: ledger.suppressions(), BUSY: ledger.busy(now, play.rest_days)}, left_off)
    if kept[play.most :]:
        left_off[BEYOND] = len(kept) - play.most
    kept = kept[: play.most]
    if not kept:
        raise NobodyLeft(
            "nobody is left on this list: {reasons}", reasons=_in_words(left_off) or say("it holds nobody")
        )
    name = _name(play.name, shop, known)
    members = hold_out(kept, play, f"{pseudonyms.secret_of(folder).hex()} {name}".encode())
    asked = replace(asked, question=say("; ").join([asked.question, *notes]))
    drawn = _entry(shop, play, asked, name, now, total, dict(left_off), members)
    ledger.add(drawn, len(known))
    return drawn


def _with_keys(rows: Sequence[Mapping[str, Any]], keys: Mapping[str, str]) -> Iterable[dict[str, Any]]:
    """The rows under the shop's own keys, where a snapshot knows customers by a pseudonym."""
    for row in rows:
        yield {**row, "customer_id": keys.get(row["customer_id"], row["customer_id"])}


def _keep(rows: Sequence[dict[str, Any]], away: Mapping[str, set[str]], left_off: Counter[str]) -> list[dict[str, Any]]:
    """The rows of customers whom no reason keeps away; for the others the first reason is counted."""
    kept = []
    for row in rows:
        why = next((reason for reason, keys in away.items() if row["customer_id"] in keys), None)
        if why:
            left_off[why] += 1
        else:
            kept.append(row)
    return kept


def hold_out(rows: Sequence[Mapping[str, Any]], play: Play, secret: bytes) -> list[Member]:
    """The members of a list, a share of them held out by lot in each of its parts from top to end.

    Within a part the lot is a keyed print of the customer; along the parts every n-th is held out, from a start
    drawn by lot (systematic sampling, Madow 1949): everybody is as likely to be held out, and each part has its share
    to the nearest customer. Drawn again it is the same, and nobody without the secret can tell it.
    """
    size = len(rows)
    strata = [place * STRATA // size for place in range(size)]
    by_lot = sorted(range(size), key=lambda place: (strata[place], _lot(secret, rows[place]["customer_id"])))
    start = int.from_bytes(_lot(secret, "")[:8]) / 2**64
    steps = [floor(number * play.hold_out + start) for number in range(size + 1)]
    held = {place for number, place in enumerate(by_lot) if steps[number + 1] > steps[number]}
    return [_member(rows[place], play, place, strata[place], place in held) for place in range(size)]


def _member(row: Mapping[str, Any], play: Play, place: int, stratum: int, is_held: bool) -> Member:
    score = row.get(play.score)
    number = None if score is None else float(score)
    return Member(row["customer_id"], place + 1, number, stratum + 1, HELD_OUT if is_held else CONTACTED)


def _lot(secret: bytes, key: str) -> bytes:
    return hmac.digest(secret, key.encode(), "sha256")


def _name(play: str, shop: Shop, known: Sequence[str]) -> str:
    """A name that no list of the shop has: the play's, the as-of date, and a number where there are more."""
    base = f"{re.sub(r'\W+', '-', play.lower()).strip('-')}-{shop.as_of.isoformat()}"
    return next(name for n in range(1, len(known) + 2) if (name := base if n == 1 else f"{base}-{n}") not in known)


def _in_words(left_off: Mapping[str, int]) -> str:
    return say(", ").join(say("{n:,} {reason}", n=n, reason=say(reason)) for reason, n in left_off.items())


def _entry(
    shop: Shop,
    play: Play,
    asked: ListQuestion,
    name: str,
    now: datetime,
    candidates: int,
    left_off: dict[str, int],
    members: Sequence[Member],
) -> DrawnList:
    """What the ledger keeps of a list: the play as it was, the question and what defines it, and the snapshot."""
    print_of_it = hashlib.sha256(repr((play, asked.definition, shop.rules.hash)).encode()).hexdigest()[:12]
    return DrawnList(
        list_id=name,
        play=play.name,
        offer=play.offer,
        sent_by=play.sent_by,
        contact_cost=play.contact_cost,
        hold_out=play.hold_out,
        drawn_at=now.isoformat(),
        as_of=asked.as_of,
        snapshot=shop.snapshot.version,
        definition=print_of_it,
        question=asked.question,
        candidates=candidates,
        left_off=left_off,
        members=members,
    )
