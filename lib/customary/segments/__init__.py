"""One label per customer: total, exclusive, and at once a split of every metric."""

from customary.segments.rfm import rfm_segment, rfm_tier
from customary.segments.tiers import value_tier

__all__ = ["rfm_segment", "rfm_tier", "value_tier"]
