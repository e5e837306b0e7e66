"""Fit a model to a shop: grouped in the engine, so that only distinct histories travel, and fitted in memory."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import ibis.expr.types as ir
import pyarrow as pa

from customary.cache import once
from customary.errors import Refused, nearest
from customary.query.selection import Where, frame_rows, scope_of
from customary.shop import Shop
from customary.studies.shared.histories import day_number, grouped, histories, spends

if TYPE_CHECKING:  # SciPy comes when something is fitted, not when customary is imported
    from customary.models.fit import Fit

UNITS: Mapping[str, float] = {"day": 1.0, "week": 7.0, "month": 365.25 / 12}  # in days
MODELS = ("bgnbd", "mbgnbd", "paretonbd", "gammagamma")


def last_day(shop: Shop, until: date | str | None = None) -> date:
    """The last day that a fit observes: `until`, by default the last day before the shop's as-of date."""
    if until is None:
        return shop.as_of - timedelta(days=1)
    try:
        on = until if isinstance(until, date) else date.fromisoformat(until)
    except ValueError as error:
        raise Refused(f"“{until}” is not a day: write it as 2025-01-31") from error
    if on >= shop.as_of:
        raise Refused(f"{on} was not observed: the data of {shop.name} end before {shop.as_of}")
    if on < shop.snapshot.first_on:
        raise Refused(f"nothing was sold by {on}: the data of {shop.name} begin on {shop.snapshot.first_on}")
    return on


def histories_of(shop: Shop, *, until: date | str | None = None, where: Where | None = None) -> ir.Table:
    """The purchase histories of a shop's customers, over the orders that count and meet `where`."""
    orders = frame_rows(shop, "orders", scope_of(where=where)).counted()
    began_on, customers = shop.snapshot.first_on, shop.frame("customers")
    return histories(orders, day_number(last_day(shop, until)), customers=customers, log_began_on=began_on)


def days_in(unit: str) -> float:
    """The days of a unit of time; a month is a twelfth of a year."""
    if unit not in UNITS:
        raise nearest(unit, UNITS, "unit of time")
    return UNITS[unit]


@once
def fit(
    shop: Shop, model: str, *, until: date | str | None = None, unit: str = "week", where: Where | None = None
) -> "Fit":
    """A model's parameters for a shop by maximum likelihood, with standard errors and whether they are identified.

    `model` is bgnbd, mbgnbd, paretonbd or gammagamma; `until` is the last day observed; `unit` (day, week or month)
    is what alpha and beta are told in.
    """
    from customary.models import btyd, gammagamma
    from customary.models.histories import Histories, Spends

    if model not in MODELS:
        raise nearest(model, MODELS, "model")
    length, asked = days_in(unit), histories_of(shop, until=until, where=where)
    if model == gammagamma.GAMMAGAMMA.name:
        return gammagamma.GAMMAGAMMA.fit(Spends(*columns_of(shop.fetch(spends(asked)))))
    return btyd.MODELS[model].fit(Histories(*columns_of(shop.fetch(grouped(asked))), unit=length))


def left_truncated(shop: Shop, *, until: date | str | None = None, where: Where | None = None) -> int:
    """How many customers registered before the log began, so that their first purchases may not be in it."""
    asked = histories_of(shop, until=until, where=where)
    found = shop.fetch(asked.agg(n=asked.is_left_truncated.sum().fill_null(0)))
    return int(found["n"][0].as_py())


def columns_of(found: pa.Table) -> list[Any]:
    """An answer's columns as arrays, in their order."""
    return [found[name].to_numpy() for name in found.column_names]
