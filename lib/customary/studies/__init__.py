"""Questions of another shape: functions of frames that return an Ibis table."""

from customary.studies.attributes import attribute_gaps, attribute_groups, completeness, last_purchases
from customary.studies.books import accounts, repeated_lines, revenue_bridge
from customary.studies.budget import tier_budget
from customary.studies.care import first_time_buyers, high_value_care
from customary.studies.concentration import abc, concentration, lorenz
from customary.studies.contrast import contrast
from customary.studies.drivers import driver_tree
from customary.studies.gaps import purchase_curve, purchase_gaps
from customary.studies.goods import order_status, price_bands, product_returns, return_delays
from customary.studies.migration import migration, tier_outcomes
from customary.studies.next_tier import next_tier
from customary.studies.orders import hours, order_values, products, purchase_intervals
from customary.studies.pairs import product_pairs
from customary.studies.people import cohorts
from customary.studies.scores import composite_bands, composite_score, rfm, rfm_grid, rfm_segments, rfm_ties
from customary.studies.services import service_list, services
from customary.studies.sources import (
    interactions,
    search_terms,
    visit_frequency,
    visit_gaps,
    visit_hours,
    visit_mix,
    visit_span,
)
from customary.studies.tier_rules import rule_effect, rule_moves, tier_rule
from customary.studies.tiers import tier_categories, tier_readings, tiers
from customary.studies.visits import page_flow, pages, visit_funnel

__all__ = [
    "abc",
    "accounts",
    "attribute_gaps",
    "attribute_groups",
    "cohorts",
    "completeness",
    "composite_bands",
    "composite_score",
    "concentration",
    "contrast",
    "driver_tree",
    "first_time_buyers",
    "high_value_care",
    "hours",
    "interactions",
    "last_purchases",
    "lorenz",
    "migration",
    "next_tier",
    "order_status",
    "order_values",
    "page_flow",
    "pages",
    "price_bands",
    "product_pairs",
    "product_returns",
    "products",
    "purchase_curve",
    "purchase_gaps",
    "purchase_intervals",
    "repeated_lines",
    "return_delays",
    "revenue_bridge",
    "rfm",
    "rfm_grid",
    "rfm_segments",
    "rfm_ties",
    "rule_effect",
    "rule_moves",
    "search_terms",
    "service_list",
    "services",
    "tier_budget",
    "tier_categories",
    "tier_outcomes",
    "tier_readings",
    "tier_rule",
    "tiers",
    "visit_frequency",
    "visit_funnel",
    "visit_gaps",
    "visit_hours",
    "visit_mix",
    "visit_span",
]
