"""Studies that need a model: each asks the engine for a few sufficient numbers, fits, and scores in the engine."""

from customary.forecasts.product_returns import product_returns
from customary.forecasts.satisfaction import satisfaction_effects

__all__ = [
    "product_returns",
    "satisfaction_effects",
]
