"""The forecast in use: which model speaks, and what it expects of each distinct purchase history."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from customary.dates import Window
from customary.declare import fit
from customary.studies.lifetime_value import closed
from customary.studies.lifetime_value.candidates import (
    ALTERNATIVES,
    BEST,
    BTYD,
    Candidates,
    PurchaseModels,
    candidate_named,
    histories_in,
)
from customary.studies.lifetime_value.gaps import GapLogs
from customary.studies.lifetime_value.holdout import Backtest
from customary.studies.lifetime_value.outlook import Outlook, Outlooks, days_in
from customary.studies.lifetime_value.purchases import SpendLevel
from customary.studies.lifetime_value.season import Seasons
from customary.studies.shared.histories import GROUP, distinct_histories, histories, purchases_of

if TYPE_CHECKING:  # SciPy comes when something is forecast, not when customary is imported
    from customary.models.fit import Fit

Array = NDArray[np.float64]
MONTH = 365.25 / 12  # days: what lies ahead is discounted in steps of about a month


@dataclass(frozen=True)
class LifetimeForecast:
    """The candidate that speaks, with what it expects of each distinct history, and what a purchase day brings.

    `scores` hold the histories in whole days and, per history, expected_purchases and discounted_purchases; p_alive and
    p_purchase as well unless the engine works them out in closed form.
    """

    name: str
    fit: "Fit"
    outlook: Outlook
    scores: Mapping[str, Array]
    spend: "Fit"
    spend_level: SpendLevel

    @property
    def knows_who_left(self) -> bool:
        """Whether it says how likely somebody is still a customer; the alternatives do not."""
        return self.name in BTYD


def _choose(candidates: Candidates, backtest: Backtest, name: str) -> str:
    """The candidate asked for if the data identify it; otherwise the best in the back-test that they identify."""
    if name != BEST and candidates.is_sound(name):
        return name
    return next((other for other in backtest.ranking if candidates.is_sound(other)), ALTERNATIVES[0])


def _discount(candidates: Candidates, name: str, margin: float, discount: float) -> Array:
    """The purchases expected, times the margin, each worth less the later it comes."""
    from customary.models.clv import discounted_value, per_period

    outlook = candidates.outlook
    periods = max(1, round(outlook.horizon_days / MONTH))
    length = outlook.horizon / periods
    return discounted_value(
        candidate_named(name),
        candidates.fit(name),
        candidates.purchases.histories,
        1.0,
        periods=periods,
        length=length,
        margin=margin,
        discount=per_period(discount, 365.25 / (length * outlook.length)),
    )


def _scores(candidates: Candidates, name: str, margin: float, discount: float) -> dict[str, Array]:
    """What is expected of each distinct history, and what of it has no closed form."""
    groups, seen = candidates.purchases.groups, candidates.purchases.histories
    scores = {column: groups[column] for column in GROUP}
    scores["expected_purchases"] = candidates.expected_purchases(name)
    scores["discounted_purchases"] = _discount(candidates, name, margin, discount)
    if name not in closed.SPARED:
        candidate, found = candidate_named(name), candidates.fit(name)
        scores["p_alive"] = candidate.alive(found, seen)
        scores["p_purchase"] = candidate.purchase_probability(found, seen, candidates.outlook.horizon)
    return scores


@fit()
def lifetime_forecast(
    purchase_models: PurchaseModels,
    backtest_within: Backtest,
    outlooks: Outlooks,
    seasons: Seasons,
    gap_logs: GapLogs,
    gammagamma: "Fit",
    spend_level: SpendLevel,
    *,
    model: str = BEST,
    margin: float = 1.0,
    discount: float = 0.10,
) -> LifetimeForecast:
    """What the model asked for expects of each distinct history, or the best one where the data do not identify it."""
    candidates = Candidates(purchase_models, outlooks.now, seasons.now, gap_logs.now)
    name = _choose(candidates, backtest_within, model)
    scores = _scores(candidates, name, margin, discount)
    return LifetimeForecast(name, candidates.fit(name), outlooks.now, scores, gammagamma, spend_level)


def earlier_groups(
    named_orders: ir.Table,
    whole_customers: ir.Table,
    last_day: int,
    *,
    lookback: int = 90,
    during: Window | None = None,
) -> ir.Table:
    """The distinct histories as they were known so many days earlier."""
    return distinct_histories(histories(purchases_of(named_orders, whole_customers, during), last_day - lookback))


@fit(table=earlier_groups)
def alive_before(
    columns: Mapping[str, Array], lifetime_forecast: LifetimeForecast, *, unit: str = "week"
) -> Mapping[str, Array]:
    """P(alive) of each distinct history `lookback` days earlier, by the parameters of today.

    Nothing where the model in use has a closed form, or knows nothing of leaving.
    """
    name = lifetime_forecast.name
    if name in closed.SPARED or not lifetime_forecast.knows_who_left:
        return {}
    earlier = histories_in(columns, days_in(unit))
    scores = {column: columns[column] for column in GROUP}
    return {**scores, "p_alive_before": candidate_named(name).alive(lifetime_forecast.fit, earlier)}
