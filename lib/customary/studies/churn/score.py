"""Who buys again and who is being lost: a score for every buyer, with its reasons."""

from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from customary.dates import YEAR, Window
from customary.declare import study
from customary.rules.book import RuleBook
from customary.stats.arrays import table_of
from customary.studies.churn.contacts import contact, worth_keeping, year_spend
from customary.studies.churn.reasons import THEMES, reasons
from customary.studies.churn.repurchase import Forecast

Array = NDArray[np.float64]
REASONS = ("reason_1", "reason_2", "reason_3")
ROW = {
    "customer_id": "string",
    "churn_risk": "float64",
    "p_repurchase": "float64",
    "p_alive": "float64",
    "risk_rank": "int64",
    "risk_decile": "int64",
    "is_churn_risk": "boolean",
    "value_at_stake": "float64",
    "revenue_at_risk": "float64",
    "expected_gain": "float64",
    "days_since_last_order": "int64",
    "reason_1": "string",
    "reason_2": "string",
    "reason_3": "string",
    "why": "string",
    "customer_total": "int64",
}
BESIDE = {
    "backtest": "churn_backtest",
    "reliability": "churn_reliability",
    "lift": "churn_lift",
    "cost": "churn_cost",
    "weights": "churn_weights",
}


def _ranks(risk: Array, raw: Array) -> Array:
    """1 for the greatest risk; buyers whom a step of the calibration made equal stay in the order of the model.

    Whom the model sees alike share the best of their places, so that no decile parts them by their number.
    """
    _values, place, count = np.unique(np.column_stack([-risk, raw]), axis=0, return_inverse=True, return_counts=True)
    ranks: Array = (np.append(0, count.cumsum()[:-1]) + 1.0)[place.ravel()]
    return ranks


def _risks(found: Forecast, gained: Array, cost: float, high_risk: float) -> dict[str, Any]:
    """What the score says of every buyer: nothing where there is none; keeping one brings `gained`.

    Where the days ahead are a season that was not seen, there are ranks and no probability, nor anything made of one.
    """
    if found.chance is None or found.raw is None:
        return {}
    risk, ranks = 1 - found.chance, _ranks(1 - found.chance, found.raw)
    order = {"risk_rank": ranks, "risk_decile": (ranks - 1) * 10 // len(risk) + 1}
    alive = {} if found.alive is None else {"p_alive": found.alive}
    if not found.season.is_known:
        return {**order, **alive}
    return {
        **order,
        **alive,
        "churn_risk": risk,
        "p_repurchase": found.chance,
        "is_churn_risk": (risk >= high_risk) & (found.cut.facts["days_since_last_order"] <= YEAR),
        "revenue_at_risk": risk * np.maximum(year_spend(found.cut), 0.0),
        "expected_gain": _expected_gain(found, gained, cost),
    }


def _expected_gain(found: Forecast, gained: Array, cost: float) -> Array:
    """What a contact brings less its cost, by the chances of the last window where those ahead are not known.

    Only who still lives and would not buy within the horizon can be kept: P(alive) less P(buys again).
    """
    if found.chance is None:
        return np.full(len(gained), np.nan)
    kept = 1 - found.chance if found.alive is None else np.maximum(found.alive - found.chance, 0.0)
    return np.asarray(kept * gained - cost)


def _reasons(found: Forecast, currency: str, least: float) -> dict[str, Any]:
    """The three strongest reasons of every buyer, a column for each place."""
    if found.model is None:
        return {}
    added = found.model.contributions(found.columns)
    texts = reasons(found.cut.facts, added, found.model.names, currency, most=len(REASONS), least=least)
    return dict(zip(REASONS, zip(*texts, strict=True), strict=True)) if texts else {}


@study(zh="流失预测", source="B-097, B-099, A-085", beside=BESIDE, is_list=True, rests_on="dates")
def churn_score(
    todays_forecast: Forecast,
    currency: str,
    shop_rules: RuleBook,
    *,
    horizon: int = 0,
    cost: float | None = None,
    value: float = 0.0,
    saved_rate: float | None = None,
    during: Window | None = None,
) -> ir.Table:
    """How likely each buyer buys again within the horizon, and how likely not; the greatest expected gain first.

    A logistic regression learned in the training window, two horizons ago, and calibrated in the calibration window,
    one horizon ago: no row of the predicted window is used, which is proved on the shop's own tables before any score.
    `value_at_stake` is the net spend of the last 365 days, `revenue_at_risk` that times the risk, a churn-risk customer
    one above the threshold of data/churn.toml who bought within a year. A reason with “+” raises the risk, one with “−”
    lowers it. `p_alive` is the probability that a buyer has not left for good, by the likelier of BG/NBD and MBG/NBD,
    empty where neither is identified. `expected_gain` is what a contact brings less its cost: it keeps `saved_rate` of
    those who still live and would not buy, so that the gone do not lead the list; without P(alive), of all who would
    not. The chances are those of the season ahead as last year had it; where the log has not seen it, there are ranks
    and no probability (the list stands as the last window's chances would order it). Where no score can be learned, or
    no probability told, `why` says so. A horizon of 0 days, and a cost or saved_rate that is not given, are those of
    data/churn.toml. Of more than 100,000 buyers a sample is learned from; every buyer is scored.
    """
    found, rules = todays_forecast, shop_rules["churn"]["score"]
    one = contact(shop_rules, cost, value, saved_rate)
    gained = worth_keeping(found.cut, found.horizon, one.value) * one.saved_rate
    buyers = len(found.cut.customers)
    columns = {
        **dict.fromkeys(ROW, np.full(buyers, None)),
        **_risks(found, gained, one.cost, rules["high_risk"]),
        **_reasons(found, currency, rules["least_reason"]),
        "customer_id": found.cut.customers,
        "value_at_stake": year_spend(found.cut),
        "days_since_last_order": found.cut.facts["days_since_last_order"],
        "why": np.full(buyers, found.why or found.season.why),
        "customer_total": np.full(buyers, buyers),
        "gain": _expected_gain(found, gained, one.cost),
    }
    t = table_of(columns, {**ROW, "gain": "float64"})
    return t.order_by(ibis.desc("gain"), ibis.desc("value_at_stake"), "risk_rank", "customer_id").drop("gain")


@study(zh="预测因素权重", source="B-097")
def churn_weights(todays_forecast: Forecast, *, horizon: int = 0, during: Window | None = None) -> ir.Table:
    """Features of the churn score: what one standard deviation more of each adds to the log-odds of buying again."""
    model = todays_forecast.model
    names, weights = (model.names, model.weights) if model else ((), ())
    columns = {"feature": names, "theme": [THEMES[name] for name in names], "weight": weights}
    t = table_of(columns, {"feature": "string", "theme": "string", "weight": "float64"})
    return t.order_by(ibis.desc(t.weight.abs()), "feature")
