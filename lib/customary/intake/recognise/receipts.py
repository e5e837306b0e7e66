"""Receipts of tills: a ticket that was paid is a sale, and numbers that begin anew name one only with day and till."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from customary.intake.readers import quote
from customary.intake.recognise.look import Look
from customary.intake.recognise.meanings import Meaning, plain
from customary.standard import rules
from customary.wording import say

TICKETS = "tickets"
SALES = ("orders", "mixed", "lines", "purchases")
_PRICES = ("total", "goods", "unit_price", "line_amount")
_OF_DESK = ("subject", "closed_time", "score", "comment")
_DESK = re.compile(r"priority|agent|assignee|requester|solved|resolved|优先级|客服|处理人", re.IGNORECASE)
_TICKET = re.compile("ticket(?:id|no|number)?")
_DAYS = ("order_time", "time", "paid_time")
_NUMBER, _DAY = re.compile(r"\d{1,6}"), re.compile(r"\d[\d./-]{5,9}")
# Of the numbers that stand in several rows, the share with more than one day or till, from which on they begin anew.
ANEW, FEWEST = 0.5, 2


def as_receipts(look: Look, found: Mapping[str, Meaning], told: str) -> dict[str, Meaning]:
    """The meanings with a ticket that has a price, and nothing of a help desk, as the number of a sale."""
    ticket = found.get("ticket_id")
    if ticket is None or "order_id" in found or told == TICKETS:
        return dict(found)
    if not (told in SALES or (any(name in found for name in _PRICES) and not _is_of_desk(look, found))):
        return dict(found)
    because = say("you say so") if told else say("a ticket with a price is a receipt")
    sale = replace(ticket, name="order_id", because=because)
    return {**{name: one for name, one in found.items() if name != "ticket_id"}, "order_id": sale}


def _is_of_desk(look: Look, found: Mapping[str, Meaning]) -> bool:
    return any(name in found for name in _OF_DESK) or any(_DESK.search(column) for column in look.columns)


def may_be_receipts(look: Look, found: Mapping[str, Meaning]) -> bool:
    """Whether tickets without a price could as well be a till's as a help desk's."""
    ticket = found.get("ticket_id")
    is_named_so = ticket is not None and bool(_TICKET.fullmatch(plain(ticket.column)))
    return is_named_so and not _is_of_desk(look, found) and "status" not in found


def number_parts(look: Look, found: Mapping[str, Meaning]) -> tuple[str, ...]:
    """The columns of day and till that name a sale together with its number, where numbers begin anew; () elsewhere."""
    if "order_id" not in found:
        return ()
    number = found["order_id"].column
    if not all(map(_NUMBER.fullmatch, look.values(number))):
        return ()
    kept: list[str] = []
    for column in _apart(look, found):
        if _begins_anew(look, [number, *kept], column, found):
            kept.append(column)
    return tuple(kept)


def with_anew(found: Mapping[str, Meaning], beside: Sequence[str]) -> dict[str, Meaning]:
    """The meanings where that of the number says what it goes with."""
    if not beside:
        return dict(found)
    because = say("its numbers begin anew: they count together with {names}", names=say(", ").join(beside))
    return {**found, "order_id": replace(found["order_id"], because=because)}


def _apart(look: Look, found: Mapping[str, Meaning]) -> list[str]:
    """The columns that may tell sales of one number apart: of the till first, then of the day."""
    names = {plain(name) for name in rules("recognition")["tills"]["names"]}
    tills = [column for column in look.columns if plain(column) in names][:1]
    days = [found[name].column for name in _DAYS if name in found][:1]
    return [*tills, *(one for one in days if all(map(_DAY.fullmatch, map(bare_day, look.values(one)))))]


def bare_day(text: str) -> str:
    """The day of a moment as it is written."""
    return re.split("[T ]", text.strip(), maxsplit=1)[0]


def _begins_anew(look: Look, keys: Sequence[str], column: str, found: Mapping[str, Meaning]) -> bool:
    """Whether most of the keys that stand in several rows stand in several of these, and not for one person's."""
    places, place = [look.columns.index(key) for key in keys], look.columns.index(column)
    who = look.columns.index(found["customer_id"].column) if "customer_id" in found else None
    told: dict[tuple[str, ...], list[str]] = defaultdict(list)
    people: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for row in look.rows:
        if row[places[0]].strip():
            key = tuple(row[n] for n in places)
            told[key].append(bare_day(row[place]))
            people[key] |= {row[who]} if who is not None and row[who].strip() else set()
    several = {key: set(values) for key, values in told.items() if len(values) > 1}
    anew = [key for key, values in several.items() if len(values) > 1]
    strangers = [key for key in anew if len(people[key]) != 1]
    return len(anew) >= FEWEST and len(anew) >= ANEW * len(several) and len(strangers) * 2 > len(anew)


def with_numbers(raw: str, number: str, beside: Sequence[str]) -> str:
    """SQL for a raw table, given in SQL, whose numbers have day and till in them; the same where they need none."""
    if not beside:
        return raw
    parts = ", ".join(f"regexp_replace({quote(column)}::VARCHAR, '[T ].*$', '')" for column in beside)
    whole = f"case when {quote(number)} is not null then concat_ws(' ', {parts}, {quote(number)}) end"
    return f"(select * replace ({whole} as {quote(number)}) from {raw})"
