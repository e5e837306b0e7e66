"""Forecasts held against what came: made at a day in the past, of customers known by then, without a look ahead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import ibis.expr.types as ir
import numpy as np
from ibis import _
from numpy.typing import NDArray

from customary.dates import Window, day_number
from customary.declare import fit
from customary.studies.lifetime_value.candidates import (
    ALTERNATIVES,
    BEST,
    CANDIDATES,
    Candidates,
    PurchaseModels,
    candidate_named,
    histories_in,
)
from customary.studies.lifetime_value.gaps import GapLogs
from customary.studies.lifetime_value.outlook import Outlook, Outlooks
from customary.studies.lifetime_value.season import Season, Seasons
from customary.studies.shared.histories import GROUP, histories, purchases_of

if TYPE_CHECKING:  # SciPy comes when something is forecast, not when customary is imported
    from customary.models.accuracy import Accuracy
    from customary.models.fit import Fit
    from customary.models.histories import Histories

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Judgement:
    """A candidate held against what came; one that the data do not identify makes no forecast, so it has no errors.

    `tracked_error_rate` is expected over actual less 1 of all repeat purchases up to the end of the time held out.
    """

    name: str
    fit: "Fit"
    errors: "Accuracy"
    tracked_error_rate: float


@dataclass(frozen=True)
class Backtest:
    """The candidates at a cut in the past, and what came after it.

    `outcomes` are the distinct histories at the cut by `bought`, on how many days these customers bought after it, each
    with its number of customers; `first_day` is the first of the log.
    """

    candidates: Candidates
    outcomes: Mapping[str, Array]
    first_day: int

    @property
    def cut(self) -> Outlook:
        """The outlook from the cut on what was held out."""
        return self.candidates.outlook

    @property
    def purchases_after(self) -> Array:
        """On how many days the customers of each row bought after the cut."""
        return self.outcomes["bought"]

    @cached_property
    def histories(self) -> "Histories":
        """The histories at the cut, row by row."""
        return histories_in(self.outcomes, self.cut.length)

    @cached_property
    def judgements(self) -> tuple[Judgement, ...]:
        """Each candidate with its errors after the cut."""
        return tuple(self._judge(name) for name in CANDIDATES)

    @property
    def ranking(self) -> list[str]:
        """The candidates from the best to the worst, by the root of the mean squared error of expected purchases.

        No forecast of a mean can cheat that. Who made no forecast is not among them.
        """
        found = [one for one in self.judgements if one.errors.rmse == one.errors.rmse]
        return [one.name for one in sorted(found, key=lambda one: one.errors.rmse)]

    def model_to_draw(self, name: str) -> str:
        """The candidate asked for if it is sound at the cut; otherwise the best, and the own rate where none is."""
        if name != BEST and self.candidates.is_sound(name):
            return name
        return next(iter(self.ranking), ALTERNATIVES[0])

    def expected_purchases(self, name: str) -> Array:
        """The purchases that a candidate expected of each row."""
        return self.candidates.expected_purchases(name, self.histories)

    def _judge(self, name: str) -> Judgement:
        from customary.models.accuracy import Accuracy, accuracy

        found, candidate, count = self.candidates.fit(name), candidate_named(name), self.histories.count
        if not found.identified:
            return Judgement(name, found, Accuracy(actual_total=float(count @ self.purchases_after)), float("nan"))
        order = candidate.purchase_probability(found, self.histories, self.cut.horizon)
        errors = accuracy(self.expected_purchases(name), self.purchases_after, count, order)
        again = float(count @ (self.histories.repeats + self.purchases_after))
        off = float(self.course(name)[-1] / again - 1) if again else float("nan")
        return Judgement(name, found, errors, off)

    def course(self, name: str) -> Array:
        """Repeat purchases expected in all by the end of each day of the log, of every customer from the first on.

        An alternative knows only what is ahead: from the cut on it adds its total evenly, and is NaN before.
        """
        ages = np.arange(self.cut.end_day - self.first_day + 1) / self.cut.length
        if not len(ages):  # nothing was seen before the day of the data
            return ages
        if name in ALTERNATIVES:
            return self._even_course(name, ages)
        cumulative = candidate_named(name).cumulative(self.candidates.fit(name), ages)
        return np.convolve(self._new_customers(len(ages)), cumulative)[: len(ages)]

    def _even_course(self, name: str, ages: Array) -> Array:
        known = self.candidates.purchases.histories
        elapsed = ages - ages[-1] + self.cut.horizon
        rate = float(known.count @ self.candidates.expected_purchases(name)) / (self.cut.horizon or 1)
        before = float(known.count @ known.repeats)
        return np.where(elapsed >= 0, before + rate * elapsed, np.nan)

    def _new_customers(self, days: int) -> Array:
        """How many customers bought for the first time on each day of the log, up to the cut."""
        since = self.cut.until_day - self.first_day - self.outcomes["age_days"]
        return np.bincount(since.astype(np.intp), self.histories.count, days)


def outcomes_after(purchases: ir.Table, cut: Outlook) -> ir.Table:
    """The distinct histories at the cut by what came: how many customers bought on how many days after it."""
    t = histories(purchases, cut.until_day)
    after = purchases.filter(purchases.day > cut.until_day, purchases.day <= cut.end_day)
    came = after.group_by(came_id="customer_id").agg(bought=_.day.nunique())
    t = t.left_join(came, t.customer_id == came.came_id)
    t = t.mutate(bought=t.bought.fill_null(0)).group_by(*GROUP, "bought").agg(customer_count=_.count())
    return t.order_by(*GROUP, "bought")


def _distinct(outcomes: Mapping[str, Array]) -> dict[str, Array]:
    """The histories of outcomes, each once with all its customers; equal ones follow each other."""
    rows = np.column_stack([outcomes[name] for name in GROUP])
    is_new = np.ones(len(rows), dtype=bool)
    is_new[1:] = (rows[1:] != rows[:-1]).any(axis=1)
    begins = np.flatnonzero(is_new)
    count = np.add.reduceat(outcomes["customer_count"], begins) if len(begins) else outcomes["customer_count"]
    return {**{name: outcomes[name][begins] for name in GROUP}, "customer_count": count}


def _backtest(outcomes: Mapping[str, Array], cut: Outlook, season: Season, first_on: date, log_gaps: float) -> Backtest:
    models = PurchaseModels(_distinct(outcomes), cut.length)
    return Backtest(Candidates(models, cut, season, log_gaps), outcomes, day_number(first_on))


def outcomes_within(
    named_orders: ir.Table, whole_customers: ir.Table, outlooks: Outlooks, *, during: Window | None = None
) -> ir.Table:
    """What came in the last part of what the forecast knows."""
    return outcomes_after(purchases_of(named_orders, whole_customers, during), outlooks.within)


@fit(table=outcomes_within)
def backtest_within(
    columns: Mapping[str, Array], outlooks: Outlooks, seasons: Seasons, gap_logs: GapLogs, first_on: date
) -> Backtest:
    """The candidates held against the last part of what the forecast knows; what came later plays no part in it."""
    return _backtest(columns, outlooks.within, seasons.within, first_on, gap_logs.within)


def outcomes_tested(
    named_orders: ir.Table, whole_customers: ir.Table, outlooks: Outlooks, *, during: Window | None = None
) -> ir.Table:
    """What came in the time that the back-test asked for holds out."""
    return outcomes_after(purchases_of(named_orders, whole_customers, during), outlooks.tested)


@fit(table=outcomes_tested)
def lifetime_backtest(
    columns: Mapping[str, Array],
    backtest_within: Backtest,
    outlooks: Outlooks,
    seasons: Seasons,
    gap_logs: GapLogs,
    first_on: date,
) -> Backtest:
    """The candidates held against the time that the back-test asked for holds out."""
    if outlooks.tested == outlooks.within:
        return backtest_within  # the same cut, so nothing is fitted twice
    return _backtest(columns, outlooks.tested, seasons.tested, first_on, gap_logs.tested)
