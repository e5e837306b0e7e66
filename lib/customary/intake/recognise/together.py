"""What the files of a folder or database are beside each other: orders, their lines, what only looks like them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from customary.intake.readers import quote
from customary.intake.recognise.feeds import as_feeds
from customary.intake.recognise.kinds import TITLES, WHEN, Recognition
from customary.intake.recognise.meanings import values_of
from customary.intake.recognise.receipts import TICKETS, may_be_receipts
from customary.intake.recognise.systems import NONE
from customary.wording import all_of, say, word

ORDERS = ("orders", "mixed")
AGREE = 0.8  # the share of a file's orders that another file must have, for its rows to be their lines
ALIKE = 0.6  # the share of their columns that exports of one make have in common, though one came to have more
# Files called so hold what nobody bought yet, or what was put away.
_NO_SALE = re.compile(r"abandon|draft|\bcarts?\b|basket|quote|wish.?list|archiv|saved|estimate|未付款|购物车|草稿|收藏")
# Tables that are one of their kind in a shop: two of another make would count things twice, or are two things.
_ONE_OF_A_KIND = (("orders", "mixed", "purchases"), ("lines",), ("returns",), ("events",))
Left = tuple[str, str]


def settle(found: Sequence[Recognition]) -> tuple[list[Recognition], list[Left], list[str]]:
    """The files that are taken in, those that are left with the reason, and what the shop is asked."""
    kept = [_date_steps(one, found) for one in as_feeds(_as_orders(_as_lines(found)))]
    left: list[Left] = []
    for judge in (_why_left, _only_like_orders):
        reasons = [judge(one, kept) for one in kept]
        left += [(one.look.path.name, why) for one, why in zip(kept, reasons, strict=True) if why]
        kept = [one for one, why in zip(kept, reasons, strict=True) if not why]
    return kept, left, [*_not_bought(kept), *_receipts(kept), *_two_of_a_kind(kept), *_without_days(kept)]


def _orders_of(one: Recognition) -> set[str]:
    """The order numbers in the first rows of a file."""
    column = one.column("order_id")
    return set(one.look.values(column)) if column else set()


def _as_lines(found: Sequence[Recognition]) -> list[Recognition]:
    """Files with lines and dates as lines alone where another file has their orders."""
    owners = [one for one in found if one.kind == "orders"]
    return [_lines_of(one, owners) if one.kind == "mixed" and not one.is_told else one for one in found]


def _lines_of(one: Recognition, owners: Sequence[Recognition]) -> Recognition:
    own = _orders_of(one)
    is_theirs = any(len(own & _orders_of(other)) >= AGREE * len(own) for other in owners if own)
    return replace(one, kind="lines") if is_theirs else one


def _as_orders(found: Sequence[Recognition]) -> list[Recognition]:
    """Lines of which no file has the orders as orders with their lines; orders without dates only beside no others."""
    is_dated = any(one.kind in (*ORDERS, "purchases") and one.column(*WHEN) for one in found)
    has_orders = any(one.kind in (*ORDERS, "purchases") or one.select for one in found)
    told = []
    for one in found:
        is_open = not (one.is_told or one.select)
        if one.kind == "lines" and is_open and not has_orders:
            one = replace(one, kind="mixed")
        elif one.kind == "orders" and is_open and is_dated and not one.column(*WHEN):
            one = replace(one, kind="")
        told.append(one)
    return told


def _why_left(one: Recognition, found: Sequence[Recognition]) -> str:
    if one.kind == NONE and one.is_told:
        return say("you say so")
    if one.kind == NONE and one.system:
        return say("{why}; --table '{file}=KIND' takes it in", why=word(one.system.because), file=one.look.path.name)
    return "" if one.kind else nothing(one)


def _only_like_orders(one: Recognition, found: Sequence[Recognition]) -> str:
    """Why a file of purchases without numbers is left: another file has the orders."""
    owner = next((other for other in found if other.kind in ORDERS), None)
    if one.kind != "purchases" or one.is_told or owner is None:
        return ""
    name = one.look.path.name
    return say(
        "it looks like purchases without order numbers, and {other} has the orders; "
        "--table '{file}=purchases' takes it in",
        other=owner.look.path.name,
        file=name,
    )


def nothing(found: Recognition) -> str:
    """Why a file is nothing of a shop, and how to say what it is."""
    seen = [
        say("{column} ({meaning})", column=one.column, meaning=word(one.name.replace("_", " "), column="meaning"))
        for one in found.meanings.values()
    ]
    return say(
        "is no table of a shop that is known here: recognised {columns}. Say what its columns are with "
        "--columns order_id=…,customer_id=…,time=…,total=…; it has {names}",
        columns=say(", ").join(seen) or say("no column"),
        names=say(", ").join(found.look.columns[:12]),
    )


def _not_bought(kept: Sequence[Recognition]) -> Iterator[str]:
    """A question for each file whose name says that nobody bought what is in it."""
    for one in kept:
        stem = re.sub(r"[_.-]+", " ", one.look.path.name.lower())
        if one.kind in (*ORDERS, "purchases", "lines") and not one.is_told and _NO_SALE.search(stem):
            name = one.look.path.name
            template = "is {file} of sales, as its name says not? --table '{file}={kind}' or '{file}={none}'"
            yield say(template, file=name, kind=one.kind, none=NONE)


def _receipts(kept: Sequence[Recognition]) -> Iterator[str]:
    """A question for each file of tickets that may be a till's as well as a help desk's."""
    for one in kept:
        if one.kind == TICKETS and not one.is_told and not one.system and may_be_receipts(one.look, one.meanings):
            template = (
                "is a “{column}” in {file} a receipt of a till or a request for help? "
                "--table '{file}=orders' or '{file}=tickets'"
            )
            yield say(template, column=one.column("ticket_id"), file=one.look.path.name)


def _makes(kept: Sequence[Recognition], kinds: Sequence[str]) -> list[Recognition]:
    """One file of each make: other columns and no common system."""
    found: list[Recognition] = []
    for one in kept:
        if one.kind in kinds and not one.is_told and not any(_is_alike(one, other) for other in found):
            found.append(one)
    return found


def _is_alike(one: Recognition, other: Recognition) -> bool:
    """Whether two files are exports of one make: of one system, or most of their columns are the same."""
    if one.system or other.system:
        return bool(one.system and other.system and one.system.name == other.system.name)
    own, theirs = set(one.look.columns), set(other.look.columns)
    return len(own & theirs) >= ALIKE * len(own | theirs)


def _two_of_a_kind(kept: Sequence[Recognition]) -> Iterator[str]:
    """A question where two files of other makes would both be the shop's orders, lines, refunds or events."""
    for kinds in _ONE_OF_A_KIND:
        made = _makes(kept, kinds)
        told = [one for one in kept if one.kind in kinds and one.is_told]
        if len(made) + len(told) > 1 and made:
            names = all_of(one.look.path.name for one in (*told, *made))
            flags = [
                say("--table '{file}={kind}' or '={none}'", file=one.look.path.name, kind=one.kind, none=NONE)
                for one in made
            ]
            template = "{names} are both {kind} of different makes; which count? {flags}"
            yield say(template, names=names, kind=word(TITLES[kinds[0]]), flags=say(", ").join(flags))


def _without_days(kept: Sequence[Recognition]) -> Iterator[str]:
    """A question for people who reached a page nobody knows when."""
    for one in kept:
        if one.kind == "steps" and not one.dated_by[0]:
            yield say(
                "{file} says who reached “{page}” and not when: name the file that has each person's day beside it, "
                "or leave it with --table '{file}={none}'",
                file=one.look.path.name,
                page=one.look.columns[-1],
                none=NONE,
            )


def _date_steps(one: Recognition, found: Sequence[Recognition]) -> Recognition:
    """A file of people who reached a page, dated by the one other file that gives each person a day."""
    if one.kind != "steps":
        return one
    who = str(one.column("customer_id", "visitor_id"))
    dated = [other for other in found if other.kind == "customers" and other.column(*WHEN) and _knows(other, who)]
    if len(dated) != 1:
        return one
    select = f"select {quote(who)} as _who, {quote(str(dated[0].column(*WHEN)))} as _day from {{raw}}"
    return replace(one, dated_by=(dated[0].look.path.name, select))


def _knows(other: Recognition, who: str) -> bool:
    """Whether a file has persons under the same name, each once in its first rows."""
    values = values_of(other.look, who) if other.column("customer_id", "visitor_id") == who else None
    return values is not None and values.distinct == len(values.given)
