"""What a forecast knows: the purchases of some customers up to a day, and the models fitted to them, each once."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from customary.cache import Cache
from customary.errors import Refused, nearest
from customary.shop import Shop, sql_of
from customary.studies.lifetime_value.fitting import columns_of, days_in, last_day
from customary.studies.shared.histories import day_number, grouped, histories, spends

if TYPE_CHECKING:  # SciPy comes when something is forecast, not when customary is imported
    from customary.models.fit import Fit
    from customary.models.histories import Histories

BTYD, ALTERNATIVES = ("bgnbd", "mbgnbd", "paretonbd"), ("naive", "seasonal")
MODELS = (*BTYD, *ALTERNATIVES)
YEAR = 364  # days: whole weeks, so that the same weekdays are compared

_answers = Cache()


def model_named(name: str) -> Any:
    """The model or the alternative called `name`."""
    from customary.models.alternatives import ALTERNATIVES as rates
    from customary.models.btyd import MODELS as btyd

    if name not in MODELS:
        raise nearest(name, (*MODELS, "best"), "model")
    return rates[name] if name in rates else btyd[name]


@dataclass(frozen=True, eq=False)
class Past:
    """The counted orders of a shop, or of some customers of it, as they were known at the end of `until_day`.

    `horizon` is what lies ahead, and like all ages in units of `unit` (day, week or month).
    """

    shop: Shop
    orders: ir.Table
    until_day: int
    unit: str
    horizon: float

    @property
    def length(self) -> float:
        """The days of a unit."""
        return days_in(self.unit)

    @property
    def horizon_days(self) -> int:
        """What lies ahead, in whole days."""
        return round(self.horizon * self.length)

    @cached_property
    def key(self) -> tuple[Hashable, ...]:
        """What tells it from every other past."""
        shop = self.shop
        return str(shop.snapshot.path), sql_of(shop, self.orders), self.until_day, self.unit, self.horizon

    def once(self, what: Hashable, ask: Callable[[], Any]) -> Any:
        """The answer to `ask`, worked out once per past and process; it must not be changed."""
        return _answers.answer((*self.key, what), ask)

    def at(self, day: int, horizon: float | None = None) -> "Past":
        """The same customers as they were known at the end of another day."""
        return Past(self.shop, self.orders, day, self.unit, self.horizon if horizon is None else horizon)

    @cached_property
    def histories(self) -> ir.Table:
        """One row per customer: x, t_x and T in days, and what a repeat purchase day brought."""
        began_on, customers = self.shop.snapshot.first_on, self.shop.frame("customers")
        return histories(self.orders, self.until_day, customers=customers, log_began_on=began_on)

    @cached_property
    def groups(self) -> pa.Table:
        """The distinct histories with the number of their customers."""
        found: pa.Table = self.once("groups", lambda: self.shop.fetch(grouped(self.histories)))
        return found

    @property
    def seen(self) -> "Histories":
        """The distinct histories as the models read them."""
        return seen(self.groups, self.length)

    def fit(self, model: str) -> "Fit":
        """The fit of a model, or the settings of an alternative."""
        found: Fit = self.once(("fit", model), lambda: self._fitted(model))
        return found

    def _fitted(self, model: str) -> "Fit":
        fitted = model_named(model)
        if model in BTYD:
            return fitted.fit(self.seen)
        if model == "naive":
            return fitted.known(self.seen.customers, self.horizon)
        season, why = self._season()
        return fitted.known(self.seen.customers, self.horizon, season, why)

    def spending(self) -> "Fit":
        """The fit of Gamma-Gamma to what a repeat purchase day brings."""
        from customary.models.gammagamma import GAMMAGAMMA
        from customary.models.histories import Spends

        def ask() -> Any:
            return GAMMAGAMMA.fit(Spends(*columns_of(self.shop.fetch(spends(self.histories)))))

        found: Fit = self.once("spending", ask)
        return found

    def _season(self) -> tuple[float, str]:
        """How much busier than the whole year before was what a year ago lay ahead; and why that is unknown."""
        if self.until_day - YEAR < day_number(self.shop.snapshot.first_on) - 1:
            return 1.0, "the log holds no whole year before the forecast, so no season can be seen"
        days = self.orders.filter(self.orders.day > self.until_day - YEAR, self.orders.day <= self.until_day)
        days = days.select("customer_id", "day").distinct()
        ahead = min(self.horizon_days, YEAR)
        (row,) = self.shop.fetch(
            days.agg(year=days.count(), then=(days.day <= self.until_day - YEAR + ahead).sum().fill_null(0))
        ).to_pylist()
        if not row["year"] or not ahead:
            return 1.0, "nobody bought in the year before the forecast"
        return (row["then"] / ahead) / (row["year"] / YEAR), ""


def seen(groups: pa.Table, length: float) -> "Histories":
    """Grouped histories, the first four columns of a table, as the models read them."""
    from customary.models.histories import Histories

    return Histories(*columns_of(groups)[:4], unit=length)


def past(
    shop: Shop,
    orders: ir.Table,
    *,
    until: str = "",
    unit: str = "week",
    horizon: float = 52,
    during: tuple[date | str, date | str] | None = None,
) -> Past:
    """The past that a study's options ask for; `during` takes the customers whose first order ever fell into it."""
    if not horizon >= 1:
        raise Refused(f"a horizon of {horizon:g} {unit}s is none: look at least one {unit} ahead")
    if during:
        people = shop.frame("customers")
        since, before = (ibis.date(str(day)) for day in during)
        new = people.filter(people.first_order_on >= since, people.first_order_on < before)
        orders = orders.semi_join(new, "customer_id")
    return Past(shop, orders, day_number(last_day(shop, until or None)), unit, horizon)


def on(day: int) -> date:
    """The date of a day number."""
    return date(1970, 1, 1) + timedelta(days=day)
