"""Paths: what follows what within a visit, the ways that visits take, and how long a step lasts."""

from customary.studies.paths.intervals import event_intervals
from customary.studies.paths.sequences import paths, step_matrix
from customary.studies.paths.transitions import transition_contrast, transitions

__all__ = ["event_intervals", "paths", "step_matrix", "transition_contrast", "transitions"]
