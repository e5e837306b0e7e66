"""Studies that need a model: each asks the engine for a few sufficient numbers, fits, and scores in the engine."""

__all__: list[str] = []
