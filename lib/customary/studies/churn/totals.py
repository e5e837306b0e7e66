"""The churn score in sums: what it says of all buyers together, for readers who see no single customer."""

from typing import Any

import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from customary.dates import YEAR, Window
from customary.declare import study
from customary.models.churn import odds, probability
from customary.models.grading import calibration_error
from customary.rules.book import RuleBook
from customary.stats.arrays import table_of
from customary.studies.churn.contacts import sum_known, year_spend
from customary.studies.churn.repurchase import Forecast

MEAN_ERROR = 0.797885  # of a standard error: √(2/π), how far off a normal estimate is on average
WIDTH = 2 * 1.959964  # of a 95 % interval, in standard errors
ROW = {
    "customer_total": "int64",
    "p_repurchase": "float64",
    "low_p_repurchase": "float64",
    "high_p_repurchase": "float64",
    "expected_error": "float64",
    "season_seen": "string",
    "churn_risk_count": "int64",
    "low_churn_risk_count": "int64",
    "high_churn_risk_count": "int64",
    "value_at_stake": "float64",
    "value_total": "float64",
    "why": "string",
}


def _at_risk(found: Forecast, by: float, high_risk: float) -> NDArray[np.bool_]:
    """Who is a churn-risk customer once all log-odds have moved by so much."""
    assert found.calibrated is not None
    risk = 1 - probability(odds(found.calibrated) + by)
    return np.asarray((risk >= high_risk) & (found.cut.facts["days_since_last_order"] <= YEAR))


def _range(found: Forecast, graded: Forecast) -> dict[str, Any]:
    """Between what the mean chance lies, and how far off it is expected to be: by its season and as it was graded."""
    assert found.calibrated is not None
    low, high = found.season.move.ends(found.calibrated)
    was_off = 0.0
    if graded.chance is not None and len(graded.chance):
        was_off = calibration_error(graded.cut.bought, graded.chance)
    return {
        "low_p_repurchase": low,
        "high_p_repurchase": high,
        "expected_error": float(np.hypot(was_off, MEAN_ERROR * (high - low) / WIDTH)),
        "season_seen": found.season.seen,
    }


def _sums(found: Forecast, high_risk: float) -> dict[str, Any]:
    """How likely a buyer comes back on average, how many are churn-risk customers, and what those spent.

    Nothing of it where the season ahead has not been seen: a number of people at risk would be the last season's.
    """
    if not found.season.is_known or found.chance is None:
        return {}
    move = found.season.move
    is_risk = _at_risk(found, move.by, high_risk)
    return {
        "p_repurchase": found.chance.mean(),
        "churn_risk_count": is_risk.sum(),
        "low_churn_risk_count": _at_risk(found, move.high, high_risk).sum(),
        "high_churn_risk_count": _at_risk(found, move.low, high_risk).sum(),
        "value_at_stake": sum_known(year_spend(found.cut)[is_risk]),
    }


@study(zh="流失风险汇总", source="B-097, A-085", rests_on="dates")
def churn_totals(
    todays_forecast: Forecast,
    graded_forecast: Forecast,
    shop_rules: RuleBook,
    *,
    horizon: int = 0,
    during: Window | None = None,
) -> ir.Table:
    """What the churn score says of all buyers together: how many come back, how many are churn-risk customers.

    `p_repurchase` is the mean over the buyers, with the interval that the season ahead leaves to it, and
    `churn_risk_count` the buyers at risk, with their number at both ends of it; terms and thresholds are those of
    churn_score. Where the log has not seen the season ahead there is a range alone, in which one more season lies in 95
    of 100 cases if it differs from the others as they did from each other. `expected_error` is by how much the mean is
    expected to be off: by its season, and as the score was off one horizon ago.
    """
    found, rules = todays_forecast, shop_rules["churn"]["score"]
    has_score = found.calibrated is not None and len(found.calibrated)
    row = {
        **dict.fromkeys(ROW),
        **(_range(found, graded_forecast) if has_score else {}),
        **(_sums(found, rules["high_risk"]) if has_score else {}),
        "customer_total": len(found.cut.customers),
        "value_total": sum_known(year_spend(found.cut)),
        "why": found.why or found.season.why,
    }
    return table_of({name: np.array([value]) for name, value in row.items()}, ROW)
