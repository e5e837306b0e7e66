"""Who buys again and who is being lost: a score for every buyer, with its reasons."""

from collections.abc import Mapping, Sequence
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np

from customary import standard
from customary.forecasts.features import YEAR
from customary.forecasts.reasons import THEMES, reasons
from customary.forecasts.repurchase import Forecast, forecast
from customary.forecasts.windows import Array, Days, history
from customary.shop import Shop
from customary.words import study

RULES = standard.rules("churn")["score"]
REASONS = 3
ALL = 1_000_000_000  # `n` of 0: nobody is left out

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


def _ranks(risk: Array, raw: Array) -> Array:
    """1 for the greatest risk; what steps of the calibration made equal stays in the learned order."""
    order = np.lexsort((np.arange(len(risk)), raw, -risk))
    ranks = np.empty(len(risk))
    ranks[order] = np.arange(1, len(risk) + 1)
    return ranks


def _scored(found: Forecast, horizon: int, currency: str) -> list[dict[str, object]]:
    cut, value = found.cut, at_stake(found)
    since, people = cut.facts["days_since_last_order"], len(cut.customers)
    known = [
        {"customer_id": who, "value_at_stake": value[n], "days_since_last_order": int(since[n]), "why": found.why}
        for n, who in enumerate(cut.customers)
    ]
    if found.score is None or found.chance is None or found.raw is None or not people:
        return [dict.fromkeys(ROW) | row | {"customer_total": people} for row in known]
    risk, ranks = 1 - found.chance, _ranks(1 - found.chance, found.raw)
    added = found.score.contributions(found.columns(cut, horizon))
    told = reasons(cut.facts, added, found.score.names, currency, most=REASONS, least=RULES["least_reason"])
    alive = found.alive
    return [
        dict.fromkeys(ROW)
        | row
        | {
            "churn_risk": risk[n],
            "p_repurchase": found.chance[n],
            "p_alive": None if alive is None else alive[n],
            "risk_rank": int(ranks[n]),
            "risk_decile": int((ranks[n] - 1) * 10 // people) + 1,
            "is_churn_risk": bool(risk[n] >= RULES["high_risk"] and since[n] <= YEAR),
            "revenue_at_risk": risk[n] * max(value[n], 0.0),
            "customer_total": people,
            **{f"reason_{k + 1}": reason for k, reason in enumerate(told[n])},
        }
        for n, row in enumerate(known)
    ]


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
    during: Days | None = None,
) -> ir.Table:
    """How likely each buyer buys again within the horizon, and how likely not; the most revenue at risk first.

    Learned from what was known two horizons ago, calibrated on what came one horizon ago: nothing of what is foretold
    was seen. `value_at_stake` is the net spend of the last 365 days, `revenue_at_risk` that times the risk, a
    churn-risk customer one above the threshold of data/churn.toml who bought within a year. A reason with “+” raises
    the risk, one with “−” lowers it. `p_alive` is BG/NBD's chance that a buyer has not left for good, empty where that
    model is not identified. Where nothing honest can be said, `why` says so. `n` 0 tells all.
    """
    past = history(shop, (orders, returns, sessions, tickets), as_of, during, horizon)
    rows = _scored(forecast(past, past.end), horizon, shop.currency)
    t = table(rows, ROW)
    first = (ibis.desc(t.revenue_at_risk), ibis.desc(t.value_at_stake), t.customer_id)
    return t.order_by(*first).limit(n or ALL)


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
