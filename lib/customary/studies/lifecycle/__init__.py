"""The lifecycle: stages, intervals, repeat purchases, retention."""

from customary.studies.lifecycle.conversion import channel_costs, first_purchase_conversion
from customary.studies.lifecycle.flows import lifecycle_flow
from customary.studies.lifecycle.gaps import customer_intervals, intervals, purchase_curve
from customary.studies.lifecycle.repeats import repeat_within, second_purchase
from customary.studies.lifecycle.retained import retention_people
from customary.studies.lifecycle.retention import retention
from customary.studies.lifecycle.stages import engagement_groups, stage_variants, stages
from customary.studies.lifecycle.warnings import early_warning

__all__ = [
    "channel_costs",
    "customer_intervals",
    "early_warning",
    "engagement_groups",
    "first_purchase_conversion",
    "intervals",
    "lifecycle_flow",
    "purchase_curve",
    "repeat_within",
    "retention",
    "retention_people",
    "second_purchase",
    "stage_variants",
    "stages",
]
