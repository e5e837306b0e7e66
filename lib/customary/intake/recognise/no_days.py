"""Tables that say no time at all are taken in all the same: orders, surveys, spend, events. When is unknown."""

from collections.abc import Mapping

from customary.intake.recognise.look import Look
from customary.intake.recognise.meanings import AGREE, SURE, TIMES, Meaning, values_of
from customary.standard import rules

UNDATED = (
    "orders",
    "mixed",
    "responses",
    "tickets",
    "assignments",
    "spend",
    "events",
)  # what is taken in without a day as well
_WHO = ("customer_id", "email", "phone")
_AMOUNTS = ("total", "goods", "unit_price", "line_amount", "cost")


def kind_without_days(look: Look, found: Mapping[str, Meaning]) -> str:
    """What a table without any time is, "" where nothing is sure.

    Where some column has days of which nobody said what they are, the table is not taken: they may be the orders'.
    """
    has_days = any(values_of(look, column).times >= AGREE for column in look.columns)
    if has_days or any(name in found for name in TIMES):
        return ""
    kinds = {"orders": _is_orders, "responses": _is_survey, "spend": _is_spend, "events": _is_events}
    return next((kind for kind, fits in kinds.items() if fits(look, found)), "")


def _is_orders(look: Look, found: Mapping[str, Meaning]) -> bool:
    """Orders: a number of its own in each row, and what it cost, or who bought and something more."""
    number = found.get("order_id")
    if number is None or number.confidence < SURE or not values_of(look, number.column).is_unique:
        return False
    has_amount = "total" in found or "goods" in found
    return has_amount or (any(name in found for name in _WHO) and len(look.columns) > 2)


def _is_events(look: Look, found: Mapping[str, Meaning]) -> bool:
    """What people did: who, and few names of events that come again and again; what each row sells is none."""
    event = found.get("event_name")
    if event is None or event.confidence < SURE or not any(name in found for name in ("visitor_id", *_WHO)):
        return False
    values = values_of(look, event.column)
    return values.distinct < len(values.given) and not ("order_id" in found and any(n in found for n in _AMOUNTS))


def _is_spend(look: Look, found: Mapping[str, Meaning]) -> bool:
    """What channels or campaigns cost: an amount called a cost, and nobody who bought anything."""
    cost = found.get("cost")
    if cost is None or cost.confidence < SURE:
        return False
    is_of_ads = any(name in found for name in ("channel", "campaign"))
    return is_of_ads and not any(name in found for name in (*_WHO, "order_id", "product_id", "product_name"))


def _is_survey(look: Look, found: Mapping[str, Meaning]) -> bool:
    """A question to customers with whole answers up to 10, and nothing that was sold beside it."""
    score = found.get("score")
    if score is None or any(name in found for name in ("order_id", "product_id", "product_name")):
        return False
    pieces = [piece for asked in rules("recognition")["questions"].values() for piece in asked]
    if not any(piece in score.column.lower() for piece in pieces):
        return False
    answers = [value for value in look.values(score.column) if value.isdigit()]
    return len(answers) >= AGREE * len(look.rows) and max(map(int, answers), default=11) <= 10
