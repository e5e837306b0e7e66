"""Models: arrays in, a frozen fit out. They know neither Ibis nor engines."""

__all__: list[str] = []
