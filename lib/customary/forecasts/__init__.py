"""Studies that need a model: each asks the engine for a few sufficient numbers, fits, and scores in the engine."""

from customary.forecasts.satisfaction import satisfaction_effects

__all__ = ["satisfaction_effects"]
