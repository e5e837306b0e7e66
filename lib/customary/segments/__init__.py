"""One label per customer: total, exclusive, and at once a split of every metric."""

from customary.segments.rfm import rfm_segment
from customary.segments.tiers import repurchase_level, spend_level, value_tier

__all__ = ["repurchase_level", "rfm_segment", "spend_level", "value_tier"]
