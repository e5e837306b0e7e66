"""One label per customer: total, exclusive, and at once a split of every metric."""

from customary.segments.engagement import engagement_group
from customary.segments.rfm import rfm_segment, rfm_tier
from customary.segments.stages import lifecycle_stage, lifecycle_stage_by_days
from customary.segments.tiers import value_tier

__all__ = [
    "engagement_group",
    "lifecycle_stage",
    "lifecycle_stage_by_days",
    "rfm_segment",
    "rfm_tier",
    "value_tier",
]
