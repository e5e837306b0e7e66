"""Who buys again and who is being lost: a score for every buyer, with its reasons."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from customary import standard
from customary.declare import study
from customary.errors import Refused
from customary.shop import Shop
from customary.studies.churn.cuts import Array, Days, history
from customary.studies.churn.features import YEAR
from customary.studies.churn.reasons import THEMES, reasons
from customary.studies.churn.repurchase import Forecast, forecast

RULES = standard.rules("churn")["score"]
REASONS = 3

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
    **{f"reason_{n + 1}": "string" for n in range(REASONS)},
    "why": "string",
    "customer_total": "int64",
}


def at_stake(found: Forecast) -> Array:
    """What each buyer spent in the 365 days before the cut, less what was refunded in them."""
    facts = found.cut.facts
    worth: Array = facts["year_spend"] - facts.get("year_refund", 0.0)
    return worth


def table(rows: Sequence[Mapping[str, object]], schema: Mapping[str, str]) -> ir.Table:
    """Rows that were worked out here, as a table of the engine."""
    return ibis.memtable(list(rows), schema=ibis.schema(dict(schema)))


def worth_saving(found: Forecast, horizon: int, value: float) -> Array:
    """What keeping each buyer brings within a horizon: `value`, or where it is 0 what they spent in as many days."""
    own: Array = np.maximum(at_stake(found), 0.0) * horizon / YEAR
    return np.full(len(own), value) if value else own


def check_costs(cost: float, value: float, saved_rate: float) -> None:
    """Refuse costs that are none."""
    if cost < 0 or value < 0 or not 0 <= saved_rate <= 1:
        raise Refused("cost and value are 0 or more, saved_rate is a share from 0 to 1")


def _ranks(risk: Array, raw: Array) -> Array:
    """1 for the greatest risk; what steps of the calibration made equal stays in the learned order."""
    order = np.lexsort((np.arange(len(risk)), raw, -risk))
    ranks = np.empty(len(risk))
    ranks[order] = np.arange(1, len(risk) + 1)
    return ranks


def _risks(found: Forecast, value: Array) -> dict[str, Array]:
    """What the score says of every buyer; no column where nothing honest could be said."""
    if found.chance is None or found.raw is None:
        return {}
    risk, since = 1 - found.chance, found.cut.facts["days_since_last_order"]
    ranks, alive = _ranks(risk, found.raw), found.alive
    return {
        "churn_risk": risk,
        "p_repurchase": found.chance,
        **({} if alive is None else {"p_alive": alive}),
        "risk_rank": ranks,
        "risk_decile": (ranks - 1) * 10 // max(len(risk), 1) + 1,
        "is_churn_risk": (risk >= RULES["high_risk"]) & (since <= YEAR),
        "revenue_at_risk": risk * np.maximum(value, 0.0),
    }


def _reasons(found: Forecast, kept: NDArray[np.intp], horizon: int, currency: str) -> dict[str, list[str | None]]:
    """The reasons of the buyers kept, a column for each place."""
    if found.score is None:
        return {}
    facts = {name: column[kept] for name, column in found.cut.facts.items()}
    added = found.score.contributions(found.columns(horizon)[kept])
    names, least = found.score.names, RULES["least_reason"]
    told = reasons(facts, added, names, currency, most=REASONS, least=least)
    return {f"reason_{k + 1}": [row[k] for row in told] for k in range(REASONS)}


def _scored(found: Forecast, horizon: int, currency: str, n: int, gained: Array, cost: float) -> pa.Table:
    """The first `n` buyers, or all where it is 0, with what is said of them; a lost one called brings `gained`."""
    cut, value = found.cut, at_stake(found)
    risks = _risks(found, value)
    if risks:
        risks["expected_gain"] = risks["churn_risk"] * gained - cost
    kept = np.lexsort((-value, -risks.get("revenue_at_risk", value)))[: n or None]  # ids stand in order already
    told: dict[str, Any] = {name: column[kept] for name, column in risks.items()}
    told |= _reasons(found, kept, horizon, currency) | {
        "customer_id": [cut.customers[place] for place in kept],
        "value_at_stake": value[kept],
        "days_since_last_order": cut.facts["days_since_last_order"][kept],
        "why": [found.why] * len(kept),
        "customer_total": [len(cut.customers)] * len(kept),
    }
    schema = ibis.schema(ROW).to_pyarrow()
    return pa.table([_typed(told.get(field.name), field.type, len(kept)) for field in schema], schema=schema)


def _typed(column: Any, kind: pa.DataType, rows: int) -> pa.Array:
    return pa.nulls(rows, kind) if column is None else pa.array(column).cast(kind)


BESIDE = {
    "backtest": "churn_backtest",
    "reliability": "churn_reliability",
    "lift": "churn_lift",
    "cost": "churn_cost",
    "weights": "churn_weights",
}


@study(zh="流失预测", source="B-097, B-099, A-085", beside=BESIDE)
def churn_score(
    shop: Shop,
    orders: ir.Table,
    returns: ir.Table,
    sessions: ir.Table,
    tickets: ir.Table,
    as_of: date,
    *,
    horizon: int = RULES["horizon"],
    n: int = 0,
    cost: float = RULES["cost"],
    value: float = 0.0,
    saved_rate: float = RULES["saved_rate"],
    during: Days | None = None,
) -> ir.Table:
    """How likely each buyer buys again within the horizon, and how likely not; the most revenue at risk first.

    Learned from what was known two horizons ago, calibrated on what came one horizon ago: nothing of what is foretold
    was seen. `value_at_stake` is the net spend of the last 365 days, `revenue_at_risk` that times the risk, a
    churn-risk customer one above the threshold of data/churn.toml who bought within a year. A reason with “+” raises
    the risk, one with “−” lowers it. `expected_gain` is what a contact brings less its cost, as in churn_cost.
    `p_alive` is BG/NBD's chance that a buyer has not left for good, empty where that model is not identified. Where
    nothing honest can be said, `why` says so. `n` 0 tells all.
    """
    check_costs(cost, value, saved_rate)
    past = history(shop, (orders, returns, sessions, tickets), as_of, during, horizon)
    found = forecast(past, past.end)
    gained = worth_saving(found, horizon, value) * saved_rate
    t = ibis.memtable(_scored(found, horizon, shop.currency, n, gained, cost))
    return t.order_by(ibis.desc("revenue_at_risk"), ibis.desc("value_at_stake"), "customer_id")


@study(zh="预测权重", source="B-097")
def churn_weights(
    shop: Shop,
    orders: ir.Table,
    returns: ir.Table,
    sessions: ir.Table,
    tickets: ir.Table,
    as_of: date,
    *,
    horizon: int = RULES["horizon"],
    during: Days | None = None,
) -> ir.Table:
    """What the churn score looks at: what one standard deviation more of it adds to the log-odds of buying again."""
    past = history(shop, (orders, returns, sessions, tickets), as_of, during, horizon)
    score = forecast(past, past.end).score
    names, weights = (score.names, score.weights) if score else ((), ())
    rows = [{"feature": f, "theme": THEMES[f], "weight": float(w)} for f, w in zip(names, weights, strict=True)]
    t = table(rows, {"feature": "string", "theme": "string", "weight": "float64"})
    return t.order_by(ibis.desc(t.weight.abs()), "feature")
