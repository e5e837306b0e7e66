"""Reports of payment providers and carriers: no orders, though their columns look like some.

A file becomes a feed only beside the orders that it speaks of, or where the shop says so: alone, the report of a
provider may be all that a shop has of its sales.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from customary.intake.readers import quote
from customary.intake.recognise.composition import Composition, select_text, sql_text
from customary.intake.recognise.kinds import Recognition
from customary.intake.recognise.look import Look
from customary.intake.recognise.meanings import Meaning, plain
from customary.standard import rules
from customary.wording import say

AGREE = 0.5  # the share of a feed's order numbers that orders beside it must have
# What a report has that orders have not: each group of columns, one of each, makes it a feed.
_MARKS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "payments": (("order_id",), ("payment_amount",), ("payment_id",), ("fee", "provider")),
    "shipments": (("order_id",), ("tracking",), ("shipped_time", "delivered_time", "promised_day")),
}
_OWNERS = ("orders", "mixed", "lines")


def feed_meanings(look: Look, kind: str) -> dict[str, Meaning]:
    """Meaning → the column of a report that has it, by its whole name; the earlier spelling holds."""
    columns = {plain(column): column for column in reversed(look.columns)}
    found = {}
    for meaning, names in rules("recognition")["feeds"][kind].items():
        called = next((columns[plain(name)] for name in names if plain(name) in columns), None)
        if called:
            found[meaning] = Meaning(called, meaning, say("“{column}” is called so", column=called), 0.95)
    return found


def as_feeds(found: Sequence[Recognition]) -> list[Recognition]:
    """Files that report of the orders in other files as feeds; whatever the shop said of a file stays.

    So does a shop system's own list of what was given back: it brings the returns, which figures rest on.
    """
    owners = [one for one in found if one.kind in _OWNERS]
    stay = [one.is_told or (one.kind == "returns" and one.select is not None) for one in found]
    others = [[other for other in owners if other is not one] for one in found]
    return [one if stays else _feed_of(one, rest) for one, stays, rest in zip(found, stay, others, strict=True)]


def _feed_of(one: Recognition, owners: Sequence[Recognition]) -> Recognition:
    for kind, marks in _MARKS.items():
        meanings = feed_meanings(one.look, kind)
        if not all(any(name in meanings for name in names) for names in marks):
            continue
        own = set(one.look.values(meanings["order_id"].column))
        if any(len(own & _numbers(other)) >= AGREE * len(own) for other in owners if own):
            return replace(one, kind=kind, meanings=meanings, system=None)
    return one


def _numbers(owner: Recognition) -> set[str]:
    """The order numbers in the first rows of a file of orders that is no report itself."""
    is_report = any(
        all(any(name in feed_meanings(owner.look, kind) for name in names) for names in marks)
        for kind, marks in _MARKS.items()
    )
    column = owner.column("order_id")
    return set(owner.look.values(column)) if column and not is_report else set()


def payments(found: Recognition, made: Composition) -> None:
    """What a provider says was paid and given back, one record each."""
    columns = {
        "_record": "_record",
        "payment_id": _column(found, "payment_id") or "cast(_record as varchar)",
        "order_id": _column(found, "order_id"),
        "paid_at": _column(found, "paid_time", "time"),
        "amount": _column(found, "payment_amount", "total"),
        "currency": _column(found, "currency"),
        "fee_amount": _column(found, "fee"),
        "provider": _column(found, "provider") or sql_text(found.look.path.name.split(".")[0]),
    }
    decided = ["payments are held against the orders; no figure rests on them"]
    made.add("payments", "one row per payment", select_text(columns, f"from {made.raw}"), decided, carries=True)


def shipments(found: Recognition, made: Composition) -> None:
    """What a carrier says it took and delivered, one record a parcel."""
    tracking, record = _column(found, "tracking"), "cast(_record as varchar)"
    columns = {
        "_record": "_record",
        "shipment_id": f"coalesce({tracking}, {record})" if tracking else record,
        "order_id": _column(found, "order_id"),
        "shipped_at": _column(found, "shipped_time", "time"),
        "promised_on": _column(found, "promised_day"),
        "delivered_at": _column(found, "delivered_time"),
        "carrier": _column(found, "carrier") or sql_text(found.look.path.name.split(".")[0]),
    }
    decided = ["parcels are held against the orders; no figure rests on them"]
    made.add("shipments", "one row per parcel", select_text(columns, f"from {made.raw}"), decided, carries=True)


def _column(found: Recognition, *names: str) -> str | None:
    column = found.column(*names)
    return quote(column) if column else None
