"""Studies that need a model: each asks the engine for a few sufficient numbers, fits, and scores in the engine."""

from customary.forecasts.backtests import lifetime_value_backtest, lifetime_value_conditional, lifetime_value_tracking
from customary.forecasts.churn import churn_score, churn_weights
from customary.forecasts.churn_backtest import churn_backtest, churn_cost, churn_lift, churn_reliability
from customary.forecasts.lifetime_value import (
    lifetime_value,
    lifetime_value_fits,
    lifetime_value_spread,
    spend_independence,
)
from customary.forecasts.product_returns import product_returns
from customary.forecasts.satisfaction import satisfaction_effects
from customary.forecasts.value_at_risk import value_at_risk

__all__ = [
    "churn_backtest",
    "churn_cost",
    "churn_lift",
    "churn_reliability",
    "churn_score",
    "churn_weights",
    "lifetime_value",
    "lifetime_value_backtest",
    "lifetime_value_conditional",
    "lifetime_value_fits",
    "lifetime_value_spread",
    "lifetime_value_tracking",
    "product_returns",
    "satisfaction_effects",
    "spend_independence",
    "value_at_risk",
]
