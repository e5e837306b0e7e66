"""Intervals, survival, quantiles and shrinkage as Ibis expressions."""
