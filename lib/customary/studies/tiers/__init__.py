"""Value tiers and RFM: sizes, rules, migration."""

from customary.studies.tiers.migration import migration, tier_outcomes
from customary.studies.tiers.next_tier import next_tier
from customary.studies.tiers.rfm import composite_bands, composite_score, rfm, rfm_grid, rfm_segments, rfm_ties
from customary.studies.tiers.rules import rule_effect, rule_moves, tier_rule
from customary.studies.tiers.sizes import tier_categories, tier_readings, tiers

__all__ = [
    "composite_bands",
    "composite_score",
    "migration",
    "next_tier",
    "rfm",
    "rfm_grid",
    "rfm_segments",
    "rfm_ties",
    "rule_effect",
    "rule_moves",
    "tier_categories",
    "tier_outcomes",
    "tier_readings",
    "tier_rule",
    "tiers",
]
