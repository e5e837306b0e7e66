"""Questions of another shape: functions of frames that return an Ibis table."""

from customary.studies.attributes import attribute_gaps, attribute_groups, completeness, last_purchases
from customary.studies.books import accounts, repeated_lines, revenue_bridge
from customary.studies.budget import tier_budget
from customary.studies.care import first_time_buyers, high_value_care
from customary.studies.complaints import complaints, resolution_times
from customary.studies.concentration import abc, concentration, lorenz
from customary.studies.contrast import contrast
from customary.studies.conversion import first_purchase_conversion
from customary.studies.drivers import driver_tree
from customary.studies.experience import satisfaction_drivers
from customary.studies.flows import lifecycle_flow
from customary.studies.gaps import customer_intervals, intervals, purchase_curve
from customary.studies.historic_value import historic_value
from customary.studies.lifecycle import engagement_groups, stage_variants, stages
from customary.studies.market import category_growth, category_months, new_product_trial, product_launches
from customary.studies.migration import migration, tier_outcomes
from customary.studies.next_tier import next_tier
from customary.studies.orders import hours, order_values, products, purchase_intervals
from customary.studies.pairs import product_pairs
from customary.studies.people import cohorts
from customary.studies.portraits import alike, portrait, timeline
from customary.studies.prices import discount_bands, discount_weeks, price_bands
from customary.studies.referrals import referrals
from customary.studies.refunds import odd_refunds, refund_views
from customary.studies.repeats import repeat_within, second_purchase
from customary.studies.retention import retention
from customary.studies.returns import return_curve, return_delays, return_rates, return_reasons, returns
from customary.studies.reviews import problem_products, review_products
from customary.studies.scores import composite_bands, composite_score, rfm, rfm_grid, rfm_segments, rfm_ties
from customary.studies.seasons import season_buyers, season_grid, seasons
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
from customary.studies.tags import action_list, next_actions, portrait_cells, tag_mix, tag_quality
from customary.studies.texts import topic_months, voice_topics
from customary.studies.tier_rules import rule_effect, rule_moves, tier_rule
from customary.studies.tiers import tier_categories, tier_readings, tiers
from customary.studies.visits import page_flow, pages, visit_funnel
from customary.studies.votes import nps, response_rates, satisfaction, vote_loyalty
from customary.studies.warnings import early_warning
from customary.studies.ways import deliveries, order_status, order_value_intervals

__all__ = [
    "abc",
    "accounts",
    "action_list",
    "alike",
    "attribute_gaps",
    "attribute_groups",
    "category_growth",
    "category_months",
    "cohorts",
    "complaints",
    "completeness",
    "composite_bands",
    "composite_score",
    "concentration",
    "contrast",
    "customer_intervals",
    "deliveries",
    "discount_bands",
    "discount_weeks",
    "driver_tree",
    "early_warning",
    "engagement_groups",
    "first_purchase_conversion",
    "first_time_buyers",
    "high_value_care",
    "historic_value",
    "hours",
    "interactions",
    "intervals",
    "last_purchases",
    "lifecycle_flow",
    "lorenz",
    "migration",
    "new_product_trial",
    "next_actions",
    "next_tier",
    "nps",
    "odd_refunds",
    "order_status",
    "order_value_intervals",
    "order_values",
    "page_flow",
    "pages",
    "portrait",
    "portrait_cells",
    "price_bands",
    "problem_products",
    "product_launches",
    "product_pairs",
    "products",
    "purchase_curve",
    "purchase_intervals",
    "referrals",
    "refund_views",
    "repeat_within",
    "repeated_lines",
    "resolution_times",
    "response_rates",
    "retention",
    "return_curve",
    "return_delays",
    "return_rates",
    "return_reasons",
    "returns",
    "revenue_bridge",
    "review_products",
    "rfm",
    "rfm_grid",
    "rfm_segments",
    "rfm_ties",
    "rule_effect",
    "rule_moves",
    "satisfaction",
    "satisfaction_drivers",
    "search_terms",
    "season_buyers",
    "season_grid",
    "seasons",
    "second_purchase",
    "service_list",
    "services",
    "stage_variants",
    "stages",
    "tag_mix",
    "tag_quality",
    "tier_budget",
    "tier_categories",
    "tier_outcomes",
    "tier_readings",
    "tier_rule",
    "tiers",
    "timeline",
    "topic_months",
    "visit_frequency",
    "visit_funnel",
    "visit_gaps",
    "visit_hours",
    "visit_mix",
    "visit_span",
    "voice_topics",
    "vote_loyalty",
]
