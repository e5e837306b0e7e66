"""Studies that need a model: each asks the engine for a few sufficient numbers, fits, and scores in the engine."""

from customary.forecasts.backtests import (
    lifetime_value_backtest,
    lifetime_value_conditional,
    lifetime_value_tracking,
)
from customary.forecasts.lifetime_value import (
    lifetime_value,
    lifetime_value_fits,
    lifetime_value_spread,
    spend_independence,
)
from customary.forecasts.value_at_risk import value_at_risk

__all__ = [
    "lifetime_value",
    "lifetime_value_backtest",
    "lifetime_value_conditional",
    "lifetime_value_fits",
    "lifetime_value_spread",
    "lifetime_value_tracking",
    "spend_independence",
    "value_at_risk",
]
