"""Paths: what follows what, the ways that visits take, carts that were left, and the channels behind orders."""

from customary.studies.paths.attribution import attribution, channel_removals
from customary.studies.paths.carts import abandonment
from customary.studies.paths.doings import behaviour_groups, distribution
from customary.studies.paths.intervals import event_intervals
from customary.studies.paths.open_carts import open_carts
from customary.studies.paths.sequences import paths, step_matrix
from customary.studies.paths.transitions import transition_contrast, transitions

__all__ = [
    "abandonment",
    "attribution",
    "behaviour_groups",
    "channel_removals",
    "distribution",
    "event_intervals",
    "open_carts",
    "paths",
    "step_matrix",
    "transition_contrast",
    "transitions",
]
