"""Experiments: whether arms were drawn as planned, what an arm changed, and when that could be said."""

from customary.studies.experiments.effects import arm_effects, experiment_effect
from customary.studies.experiments.looks import experiment_looks, look_verdicts
from customary.studies.experiments.plan import experiment_plan, plan_sizes
from customary.studies.experiments.register import arm_ratios, experiments

__all__ = [
    "arm_effects",
    "arm_ratios",
    "experiment_effect",
    "experiment_looks",
    "experiment_plan",
    "experiments",
    "look_verdicts",
    "plan_sizes",
]
