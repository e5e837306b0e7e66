"""Questions of another shape: functions of frames that return an Ibis table."""

from customary.studies.attributes import attribute_gaps, attribute_groups, completeness, last_purchases
from customary.studies.books import accounts, repeated_lines, revenue_bridge
from customary.studies.drivers import driver_tree
from customary.studies.experience import satisfaction_drivers
from customary.studies.gaps import purchase_curve, purchase_gaps
from customary.studies.goods import order_status, price_bands, product_returns, return_delays
from customary.studies.market import category_growth, category_months, new_product_trial, product_launches
from customary.studies.next_tier import next_tier
from customary.studies.orders import concentration, hours, order_values, products, purchase_intervals
from customary.studies.people import cohorts, rfm, rfm_grid, tier_rule, tiers
from customary.studies.referrals import referrals
from customary.studies.reviews import problem_products, review_products
from customary.studies.sources import (
    interactions,
    search_terms,
    visit_frequency,
    visit_gaps,
    visit_hours,
    visit_mix,
    visit_span,
)
from customary.studies.texts import topic_months, voice_topics
from customary.studies.value import lorenz, rfm_segments, rfm_ties, tier_categories, tier_readings
from customary.studies.visits import page_flow, pages, visit_funnel
from customary.studies.votes import nps, response_rates, satisfaction, vote_loyalty

__all__ = [
    "accounts",
    "attribute_gaps",
    "attribute_groups",
    "category_growth",
    "category_months",
    "cohorts",
    "completeness",
    "concentration",
    "driver_tree",
    "hours",
    "interactions",
    "last_purchases",
    "lorenz",
    "new_product_trial",
    "next_tier",
    "nps",
    "order_status",
    "order_values",
    "page_flow",
    "pages",
    "price_bands",
    "problem_products",
    "product_launches",
    "product_returns",
    "products",
    "purchase_curve",
    "purchase_gaps",
    "purchase_intervals",
    "referrals",
    "repeated_lines",
    "response_rates",
    "return_delays",
    "revenue_bridge",
    "review_products",
    "rfm",
    "rfm_grid",
    "rfm_segments",
    "rfm_ties",
    "satisfaction",
    "satisfaction_drivers",
    "search_terms",
    "tier_categories",
    "tier_readings",
    "tier_rule",
    "tiers",
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
