"""The SELECTs of a recognised file: one for each canonical table that it brings, every decision in its header."""

from collections.abc import Callable, Mapping

from customary.intake.readers import quote
from customary.intake.recognise import orders, others
from customary.intake.recognise.composition import Composition
from customary.intake.recognise.kinds import Recognition
from customary.intake.recognise.own_columns import own_columns

_COMPOSERS: Mapping[str, Callable[[Recognition, Composition], None]] = {
    "orders": orders.orders,
    "purchases": orders.purchases,
    "lines": orders.lines,
    "mixed": orders.orders_with_lines,
    "returns": orders.returns,
    "customers": others.customers,
    "products": others.products,
    "events": others.events,
    "responses": others.responses,
    "spend": others.spend,
    "tickets": others.tickets,
}


def compose(found: Recognition, raw: str, statuses: Mapping[str, str]) -> Composition:
    """The SELECTs of a recognised file from the raw table called `raw`; `statuses` are the shop's own words."""
    made = Composition(quote(raw), statuses=statuses, own=own_columns(found))
    _COMPOSERS[found.kind](found, made)
    return made
