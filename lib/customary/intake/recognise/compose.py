"""The SELECTs of a recognised file: one for each canonical table that it brings, every decision in its header."""

from collections.abc import Callable, Mapping

from customary.errors import Refused
from customary.intake.readers import quote
from customary.intake.recognise import feeds, orders, others, prices, refunds
from customary.intake.recognise.clocks import moments
from customary.intake.recognise.composition import Composition
from customary.intake.recognise.day_parts import join_parts
from customary.intake.recognise.kinds import PEOPLE, PRODUCTS, TITLES, WHEN, Recognition
from customary.intake.recognise.others import event_name
from customary.intake.recognise.own_columns import own_columns
from customary.intake.recognise.receipts import with_numbers
from customary.intake.recognise.systems import System, selects_of, systems
from customary.intake.recognise.zones import with_row_zones
from customary.wording import any_of, word

_COMPOSERS: Mapping[str, Callable[[Recognition, Composition], None]] = {
    "orders": orders.orders,
    "purchases": orders.purchases,
    "lines": orders.lines,
    "mixed": orders.orders_with_lines,
    "returns": refunds.returns,
    "customers": others.customers,
    "products": others.products,
    "events": others.events,
    "responses": others.responses,
    "spend": others.spend,
    "tickets": others.tickets,
    "assignments": others.assignments,
    "steps": others.steps,
    "payments": feeds.payments,
    "shipments": feeds.shipments,
}
_PRICE = ("unit_price", "line_amount", "total")
# The meanings without which a file cannot become its table: one of each line.
_NEEDS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "orders": (("order_id",),),
    "purchases": (WHEN,),
    "lines": (("order_id",), _PRICE),
    "mixed": (("order_id",),),
    "returns": ((*WHEN, "refund_time", "order_id"), ("refund", "total", "line_amount")),
    "customers": (PEOPLE,),
    "products": (PRODUCTS,),
    "events": (("event_name",), ("visitor_id", *PEOPLE)),
    "responses": (("score",),),
    "spend": (("cost",),),
    "tickets": (("ticket_id",),),
    "assignments": (("arm",),),
    "payments": (("order_id",), ("payment_amount", "total")),
    "shipments": (("order_id",), ("shipped_time", "delivered_time", "promised_day")),
}


def check_needs(found: Recognition) -> None:
    """Refuse a file that the shop calls a table and that lacks what the table needs, with the flag that says it."""
    if found.select:
        return
    for names in _NEEDS.get(found.kind, ()):
        if found.column(*names) is None:
            flags = any_of(f"--columns {found.kind}:{name}=…" for name in names[:2])
            raise Refused(
                "{file} cannot be {kind} without {meaning}: say which column it is with {flags}; it has {names}",
                file=found.look.path.name,
                kind=word(TITLES[found.kind]),
                meaning=word(names[0].replace("_", " "), column="meaning"),
                flags=flags,
                names=found.look.columns[:12],
            )


def compose(
    found: Recognition,
    raw: str,
    statuses: Mapping[str, str],
    raws: Mapping[str, tuple[str, Recognition]] | None = None,
    currency: str = "",
) -> Composition:
    """The SELECTs of a recognised file from the raw table called `raw`.

    `statuses` are the shop's own words, `raws` the files beside it by name, each with its raw table. `currency` is
    what all of its amounts are in where it has no column for it and other files are in another.
    """
    if found.select:
        return _by_system(found, found.select, raw, raws or {})
    whole, by_parts = join_parts(quote(raw), found.day_parts)
    together, decision = moments(found.look, found.meanings, whole or quote(raw))
    in_zones, by_zone = with_row_zones(found, together or whole or quote(raw))
    told = with_numbers(in_zones or together or whole or quote(raw), str(found.column("order_id")), found.numbered_by)
    made = Composition(told, statuses=statuses, own=own_columns(found), filled=prices.fill_down(found, told))
    made.file, made.currency = quote(raw), currency
    made.raws = {name: own for name, (own, _) in (raws or {}).items()}
    _COMPOSERS[found.kind](found, made)
    numbers = f"numbers begin anew: a sale is named by {' and '.join((*found.numbered_by, 'its number'))}"
    said = [*filter(None, (by_parts, decision, by_zone)), *([numbers] if found.numbered_by else [])]
    for lines in made.decided.values():
        lines += [f"decided: {one}" for one in said]
    return made


def unused_columns(found: Recognition) -> list[str]:
    """The recognised columns of a file that none of its SELECTs reads: names of people, a discount taken off before."""
    if found.select or found.kind not in _COMPOSERS or found.kind == "steps":
        return []
    texts = " ".join(compose(found, "raw", {}).selects.values())
    return [one.column for one in found.meanings.values() if quote(one.column) not in texts]


def _export(found: Recognition, system: System, raw: str) -> str:
    """SQL for a system's file with its columns under the names that the SELECTs use, events by the vocabulary."""
    columns = {name: system.sql(name, found.look.columns) for name in system.means}
    event = system.column("event", found.look.columns)
    if event:
        columns |= {"event_own": columns["event"], "event": event_name(found, event)}
    named = ",\n        ".join(["_record", "_file", *(f"{sql} as {quote(name)}" for name, sql in columns.items())])
    return f"    select\n        {named}\n    from {quote(raw)}"


def _beside(system: System, raws: Mapping[str, tuple[str, Recognition]]) -> str:
    """SQL for the file of another system that the SELECTs look into; without one a table without rows."""
    for raw, one in raws.values():
        if one.system and one.system.name == system.beside and one.select:
            return _export(one, one.system, raw)
    other = next(one for one in systems() if one.name == system.beside)
    return "    select " + ", ".join(f"null::varchar as {quote(name)}" for name in other.means) + " where false"


def _by_system(
    found: Recognition, system: System, raw: str, raws: Mapping[str, tuple[str, Recognition]]
) -> Composition:
    """The system's own SELECTs, from a table `export`."""
    made = Composition(quote(raw), kind=found.kind)
    before = f"with export as (\n{_export(found, system, raw)}\n)"
    before += f",\nbeside as (\n{_beside(system, raws)}\n)" if system.beside else ""
    texts = selects_of(system)
    for table in system.tables(found.look.columns):
        lines = texts[table].strip().splitlines()
        body = "\n".join(line for line in lines if not line.startswith("--"))
        (made.becomes if table in system.becomes else made.feeds).append(table)
        made.selects[table] = f"{before}\nselect * from (\n{body}\n)"
        made.decided[table] = [line.removeprefix("-- ") for line in lines if line.startswith("-- ")]
    return made
