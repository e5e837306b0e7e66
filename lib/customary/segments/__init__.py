"""One label per customer: total, exclusive, and at once a split of every metric."""

from customary.segments.rfm import rfm_segment
from customary.segments.tiers import value_tier

__all__ = ["rfm_segment", "value_tier"]
