"""Studies that need a model: each asks the engine for a few sufficient numbers, fits, and scores in the engine."""

from customary.forecasts.backtest import churn_backtest, churn_cost, churn_lift, churn_reliability
from customary.forecasts.churn import churn_score, churn_weights
from customary.forecasts.product_returns import product_returns
from customary.forecasts.satisfaction import satisfaction_effects

__all__ = [
    "churn_backtest",
    "churn_cost",
    "churn_lift",
    "churn_reliability",
    "churn_score",
    "churn_weights",
    "product_returns",
    "satisfaction_effects",
]
