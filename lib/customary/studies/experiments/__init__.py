"""Experiments: whether arms were drawn as planned, what an arm changed, for whom, and when that could be said."""

from customary.studies.experiments.effects import arm_effects, experiment_effect
from customary.studies.experiments.looks import experiment_looks, look_verdicts
from customary.studies.experiments.plan import experiment_plan, plan_sizes
from customary.studies.experiments.posterior import arm_chances, experiment_chances
from customary.studies.experiments.register import arm_ratios, experiments
from customary.studies.experiments.segments import experiment_segments, segment_effects
from customary.studies.experiments.uplift import uplift, uplift_curve, uplift_fifths, uplift_grades

__all__ = [
    "arm_chances",
    "arm_effects",
    "arm_ratios",
    "experiment_chances",
    "experiment_effect",
    "experiment_looks",
    "experiment_plan",
    "experiment_segments",
    "experiments",
    "look_verdicts",
    "plan_sizes",
    "segment_effects",
    "uplift",
    "uplift_curve",
    "uplift_fifths",
    "uplift_grades",
]
