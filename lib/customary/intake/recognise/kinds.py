"""Which table of a shop a file is, by the meanings of its columns and by how its keys repeat."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from customary.intake.recognise.look import Look
from customary.intake.recognise.meanings import Meaning, by_values, meanings, values_of
from customary.standard import rules

PEOPLE = ("customer_id", "email", "phone")
PRODUCTS = ("product_id", "product_name")
WHEN = ("order_time", "paid_time", "time", "event_time")
TRAITS = ("gender", "birth_day", "registered_time", "city")
LINES = ("quantity", "unit_price", "line_amount", "line_id", "line_number")
TITLES = {
    "orders": "orders",
    "lines": "order lines",
    "mixed": "orders with their lines",
    "purchases": "purchases without order numbers",
    "returns": "refunds",
    "customers": "customers",
    "products": "products",
    "events": "events",
    "responses": "answers of a survey",
    "spend": "advertising spend",
    "tickets": "tickets",
}


@dataclass(frozen=True)
class Recognition:
    """A file, which table it is, and what its columns mean; `kind` is "" where nothing fits."""

    look: Look
    kind: str
    meanings: Mapping[str, Meaning]

    def column(self, *names: str) -> str | None:
        """The column that has the first of these meanings that any has."""
        return next((self.meanings[name].column for name in names if name in self.meanings), None)

    @property
    def spare_columns(self) -> list[str]:
        """The columns that mean nothing here."""
        taken = {one.column for one in self.meanings.values()}
        return [column for column in self.look.columns if column not in taken]


def _has(found: Mapping[str, Meaning], *names: str) -> bool:
    return any(name in found for name in names)


def _repeats(look: Look, found: Mapping[str, Meaning], name: str) -> bool:
    """Whether a key stands in several rows."""
    values = values_of(look, found[name].column)
    return values.distinct < len(values.given)


def _is_survey(look: Look, found: Mapping[str, Meaning]) -> bool:
    if "score" not in found or not _has(found, *WHEN):
        return False
    numbers = [float(v) for v in look.values(found["score"].column) if v.replace(".", "").isdigit()]
    return bool(numbers) and max(numbers) <= 10


def _is_events(look: Look, found: Mapping[str, Meaning]) -> bool:
    return _has(found, "event_name") and _has(found, *WHEN) and _has(found, "visitor_id", *PEOPLE)


def _is_lines(look: Look, found: Mapping[str, Meaning]) -> bool:
    if "order_id" not in found or not (_has(found, *LINES) and _has(found, *PRODUCTS)):
        return False
    return not _has(found, *WHEN)


def _is_mixed(look: Look, found: Mapping[str, Meaning]) -> bool:
    if "order_id" not in found or not _has(found, *WHEN):
        return False
    return _has(found, *PRODUCTS) and (_has(found, *LINES) or _repeats(look, found, "order_id"))


def _is_returns(look: Look, found: Mapping[str, Meaning]) -> bool:
    """A table of refunds has numbers or dates of refunds; a column of refunds beside an order's total is none."""
    if not _has(found, *WHEN, "refund_time"):
        return False
    return _has(found, "refund_id", "refund_time") or (_has(found, "refund") and not _has(found, "total", "goods"))


def _is_orders(look: Look, found: Mapping[str, Meaning]) -> bool:
    return "order_id" in found and _has(found, *WHEN)


def _is_purchases(look: Look, found: Mapping[str, Meaning]) -> bool:
    if not _has(found, *PEOPLE) or not _has(found, *WHEN) or "order_id" in found:
        return False
    return _has(found, "total", "goods", "quantity") or not _has(found, *TRAITS)


def _is_spend(look: Look, found: Mapping[str, Meaning]) -> bool:
    return "cost" in found and _has(found, *WHEN) and not _has(found, "order_id", *PEOPLE)


def _is_tickets(look: Look, found: Mapping[str, Meaning]) -> bool:
    return "ticket_id" in found and _has(found, *WHEN)


def _is_customers(look: Look, found: Mapping[str, Meaning]) -> bool:
    key = next((name for name in PEOPLE if name in found), None)
    return key is not None and not _has(found, "order_id", "event_name") and not _repeats(look, found, key)


def _is_products(look: Look, found: Mapping[str, Meaning]) -> bool:
    key = next((name for name in PRODUCTS if name in found), None)
    return key is not None and not _has(found, "order_id", "quantity", *WHEN) and not _repeats(look, found, key)


_KINDS: Mapping[str, Callable[[Look, Mapping[str, Meaning]], bool]] = {
    "tickets": _is_tickets,
    "events": _is_events,
    "responses": _is_survey,
    "spend": _is_spend,
    "returns": _is_returns,
    "lines": _is_lines,
    "mixed": _is_mixed,
    "orders": _is_orders,
    "purchases": _is_purchases,
    "customers": _is_customers,
    "products": _is_products,
}


def _with_question(look: Look, found: dict[str, Meaning]) -> dict[str, Meaning]:
    """With the question of a survey whose answers from 0 to 10 are a recommendation."""
    pieces = rules("recognition")["questions"]["nps"]
    for column in look.columns:
        values = look.values(column)
        asks = any(piece in column.lower() for piece in pieces)
        if asks and values and all(value.isdigit() and int(value) <= 10 for value in values):
            return {**found, "score": Meaning(column, "score", "asks for a recommendation, 0 to 10", 0.9)}
    return found


def recognise(look: Look, given: Mapping[str, str] | None = None) -> Recognition:
    """What a file is; `given` (meaning → column) comes from the shop and is not doubted."""
    found = meanings(look)
    told = {name: Meaning(column, name, "you say so", 1.0) for name, column in (given or {}).items()}
    found = {name: one for name, one in found.items() if one.column not in {m.column for m in told.values()}} | told
    found = _with_question(look, {**found, **by_values(look, found)})
    kind = next((name for name, fits in _KINDS.items() if fits(look, found)), "")
    return Recognition(look, kind, found)
