"""The churn score in sums: what it says of all buyers together, for readers who see no single customer."""

from typing import Any

import ibis.expr.types as ir
import numpy as np

from customary.dates import Window
from customary.declare import study
from customary.rules.book import RuleBook
from customary.stats.arrays import table_of
from customary.studies.churn.contacts import sum_known, year_spend
from customary.studies.churn.features import YEAR
from customary.studies.churn.repurchase import Forecast

ROW = {
    "customer_total": "int64",
    "p_repurchase": "float64",
    "churn_risk_count": "int64",
    "value_at_stake": "float64",
    "value_total": "float64",
    "why": "string",
}


def _sums(found: Forecast, high_risk: float) -> dict[str, Any]:
    """How likely a buyer comes back on average, how many are churn-risk customers, and what those spent."""
    if found.chance is None or not len(found.chance):
        return {}
    is_risk = (1 - found.chance >= high_risk) & (found.cut.facts["days_since_last_order"] <= YEAR)
    return {
        "p_repurchase": found.chance.mean(),
        "churn_risk_count": is_risk.sum(),
        "value_at_stake": sum_known(year_spend(found.cut)[is_risk]),
    }


@study(zh="流失风险汇总", source="B-097, A-085")
def churn_totals(
    todays_forecast: Forecast, shop_rules: RuleBook, *, horizon: int = 0, during: Window | None = None
) -> ir.Table:
    """What the churn score says of all buyers together: how many are churn-risk customers, and what they spent.

    `p_repurchase` is the mean over the buyers; terms and thresholds are those of churn_score.
    """
    rules = shop_rules["churn"]["score"]
    row = {
        **dict.fromkeys(ROW),
        **_sums(todays_forecast, rules["high_risk"]),
        "customer_total": len(todays_forecast.cut.customers),
        "value_total": sum_known(year_spend(todays_forecast.cut)),
        "why": todays_forecast.why,
    }
    return table_of({name: np.array([value]) for name, value in row.items()}, ROW)
