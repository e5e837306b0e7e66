"""The verb `fit`: a model of buying and leaving, or of spending, fitted to a shop."""

from datetime import date
from typing import TYPE_CHECKING

import ibis.expr.types as ir

from customary import studies as _studies  # noqa: F401  (fills the list of fits)
from customary.cache import cached_per_snapshot
from customary.errors import unknown_name
from customary.query.parameters import fetch_fit
from customary.query.selection import Scope, Where, check_columns, check_values, frame_rows, scope_of
from customary.shop import Shop
from customary.studies.lifetime_value.outlook import days_in
from customary.studies.shared.histories import histories

if TYPE_CHECKING:  # SciPy comes when something is fitted, not when customary is imported
    from customary.models.fit import Fit

MODELS = ("bgnbd", "mbgnbd", "paretonbd", "gammagamma")
Day = date | str | None


def _text(until: Day) -> str:
    return "" if until is None else str(until)


def last_day(shop: Shop, until: Day = None) -> int:
    """The last day that a fit observes, as a number: `until`, by default the last one before the as-of date."""
    found: int = fetch_fit(shop, "last_day", Scope(), {"until": _text(until)})
    return found


def fit(shop: Shop, model: str, *, until: Day = None, unit: str = "week", where: Where | None = None) -> "Fit":
    """A model's parameters for a shop by maximum likelihood, with standard errors and whether they are identified.

    `model` is bgnbd, mbgnbd, paretonbd or gammagamma; `until` is the last day observed; `unit` (day, week or month)
    is what alpha and beta are in; `where` selects orders. Raises `UnknownName` for another model, unit, column or
    value, `Refused` for a day that was not observed.
    """
    if model not in MODELS:
        raise unknown_name(model, MODELS, "model")
    days_in(unit)
    scope = scope_of(where=where)
    check_columns(shop, "orders", [name for name, _wanted in scope.where])
    check_values(shop, ["orders"], scope.where)
    found: Fit = fetch_fit(shop, model, scope, {"until": _text(until), "unit": unit})
    return found


def histories_of(shop: Shop, *, until: Day = None, where: Where | None = None) -> ir.Table:
    """The purchase histories of a shop's customers, over the orders that count and meet `where`."""
    orders = frame_rows(shop, "orders", scope_of(where=where)).counting_rows()
    return histories(
        orders, last_day(shop, until), customers=shop.frame("customers"), log_began_on=shop.snapshot.first_on
    )


@cached_per_snapshot
def count_left_truncated(shop: Shop, *, until: Day = None, where: Where | None = None) -> int:
    """How many customers registered before the log began, so that their first purchases may not be in it."""
    asked = histories_of(shop, until=until, where=where)
    found = shop.fetch(asked.agg(customer_count=asked.is_left_truncated.sum().fill_null(0)))
    return int(found["customer_count"][0].as_py())
