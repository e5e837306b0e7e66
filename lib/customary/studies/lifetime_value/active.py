"""Who is still a customer: the share by each model, the models held against who bought again, and their range."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis.expr.types as ir
import numpy as np
from ibis import _
from numpy.typing import NDArray

from customary.dates import Window
from customary.declare import fit, study
from customary.stats.arrays import table_of
from customary.stats.intervals import Z
from customary.studies.lifetime_value.candidates import BTYD, REGULAR, PurchaseModels, candidate_named
from customary.studies.lifetime_value.gaps import GapLogs
from customary.studies.lifetime_value.holdout import Backtest

if TYPE_CHECKING:  # SciPy comes when something is fitted, not when customary is imported
    from customary.models.fit import Fit
    from customary.models.histories import Histories

Array = NDArray[np.float64]
SPARES_THE_FIRST = "bgnbd"  # takes everybody who bought once for a customer, whatever the data say
SHARES = {
    "model": "string",
    "is_recommended": "boolean",
    "is_identified": "boolean",
    "why": "string",
    "customer_count": "int64",
    "repeater_count": "int64",
    "alive_share": "float64",
    "low_alive_share": "float64",
    "high_alive_share": "float64",
    "repeater_alive_share": "float64",
    "log_likelihood": "float64",
    "expected_bought_rate": "float64",
    "bought_rate": "float64",
    "tested_count": "int64",
}


@dataclass(frozen=True)
class LeavingModel:
    """A model with what it says of the customers of today, and what it had expected of those known at the cut.

    `alive` is P(alive) per distinct history, `expected_rate` the share that was to buy in the time held out.
    """

    name: str
    fit: "Fit"
    alive: Array
    expected_rate: float

    @property
    def score(self) -> float:
        """Log-likelihood less the number of parameters (Akaike 1974), by which models of the same data are compared."""
        return self.fit.log_likelihood - len(self.fit.parameters)


@dataclass(frozen=True)
class LeavingModels:
    """All models of leaving on the same histories; `bought_rate` of the `tested` customers bought in the hold-out."""

    models: tuple[LeavingModel, ...]
    histories: "Histories"
    bought_rate: float
    tested: float

    @property
    def countable(self) -> list[LeavingModel]:
        """The identified models that tell of one-time buyers what the data say, not what they were built to say."""
        return [one for one in self.models if one.fit.identified and one.name != SPARES_THE_FIRST]

    @property
    def best(self) -> str | None:
        """The most likely of those that had expected about as many to buy again as the closest of them."""
        found = [one for one in self.countable if one.expected_rate == one.expected_rate]
        if not found:
            return max(self.countable, key=lambda one: one.score).name if self.countable else None
        rate = self.bought_rate
        close = min(abs(one.expected_rate - rate) for one in found) + Z * (rate * (1 - rate) / self.tested) ** 0.5
        return max((one for one in found if abs(one.expected_rate - rate) <= close), key=lambda one: one.score).name

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the greatest share among the models; BG/NBD's counts where it is the most likely of all."""
        top = max((one.score for one in self.countable), default=float("-inf"))
        spared = [one for one in self.models if one.name == SPARES_THE_FIRST and one.fit.identified and one.score > top]
        shares = [self.share(one) for one in (*self.countable, *spared)]
        return (min(shares), max(shares)) if shares else (float("nan"), float("nan"))

    def share(self, one: LeavingModel, among: Array | None = None) -> float:
        """The share of the customers, or of some of them, who are still customers by a model."""
        weight = self.histories.count if among is None else self.histories.count * among
        return float(weight @ one.alive / weight.sum()) if one.fit.identified and weight.sum() else float("nan")


@fit()
def leaving_models(purchase_models: PurchaseModels, backtest_within: Backtest, gap_logs: GapLogs) -> LeavingModels:
    """Each model of leaving on the histories of today, and held against the last part of what is known."""
    seen, past, then = purchase_models.histories, backtest_within.histories, backtest_within.candidates
    size, horizon = past.customers, backtest_within.cut.horizon
    found = []
    for name in BTYD:
        model = candidate_named(name)
        now = purchase_models.fit_regular(gap_logs.now) if name == REGULAR else purchase_models.fit(name)
        alive = model.alive(now, seen) if now.identified else np.full(len(seen), np.nan)
        rate = float("nan")
        if then.is_sound(name) and size and horizon:
            rate = float(past.count @ model.purchase_probability(then.fit(name), past, horizon) / size)
        found.append(LeavingModel(name, now, alive, rate))
    bought = float(past.count @ (backtest_within.purchases_after > 0) / size) if size else float("nan")
    return LeavingModels(tuple(found), seen, bought, size)


@study(zh="仍为客户的占比", source="M10, A-079", rests_on="dates")
def alive_share(
    leaving_models: LeavingModels,
    *,
    until: str = "",
    unit: str = "week",
    horizon: int = 52,
    during: Window | None = None,
) -> ir.Table:
    """How many customers are still customers by each model of leaving, the recommended one first, and their range.

    BG/NBD takes every one-time buyer for a customer, so it speaks of repeat buyers alone (`repeater_alive_share`), and
    is never recommended; where it is the most likely of all, its share of everybody is an end of the range.
    MBG/CNBD-k (Platzer and Reutterer) allows for regular buyers. Recommended is the most likely (Akaike 1974) of the
    models that had expected about as many known customers to buy in the time held out (`expected_bought_rate`) as did
    (`bought_rate`). `low_alive_share` and `high_alive_share` are the least and the greatest share that an identified
    model tells: nobody sees anybody leave, so models differ where data do not decide.
    """
    found = leaving_models
    low, high = found.ends
    again = (found.histories.repeats > 0).astype(float)
    rows = sorted(found.models, key=lambda one: (one.name != found.best, not one.fit.identified, -one.score))
    columns: dict[str, Any] = {
        "place": list(range(len(rows))),
        "model": [one.name for one in rows],
        "is_recommended": [one.name == found.best for one in rows],
        "is_identified": [one.fit.identified for one in rows],
        "why": [one.fit.why or None for one in rows],
        "customer_count": [round(found.histories.customers)] * len(rows),
        "repeater_count": [round(float(found.histories.count @ again))] * len(rows),
        "alive_share": [found.share(one) if one in found.countable else float("nan") for one in rows],
        "low_alive_share": [low] * len(rows),
        "high_alive_share": [high] * len(rows),
        "repeater_alive_share": [found.share(one, again) for one in rows],
        "log_likelihood": [one.fit.log_likelihood for one in rows],
        "expected_bought_rate": [one.expected_rate for one in rows],
        "bought_rate": [found.bought_rate] * len(rows),
        "tested_count": [round(found.tested)] * len(rows),
    }
    return table_of(columns, {"place": "int64", **SHARES}).order_by(_.place).drop("place")
