"""Questions of another shape: functions of frames that return an Ibis table."""

from customary.studies.attributes import attribute_gaps, attribute_groups, completeness, last_purchases
from customary.studies.books import accounts, repeated_lines, revenue_bridge
from customary.studies.drivers import driver_tree
from customary.studies.gaps import purchase_curve, purchase_gaps
from customary.studies.goods import order_status, price_bands, product_returns, return_delays
from customary.studies.next_tier import next_tier
from customary.studies.orders import concentration, hours, order_values, products, purchase_intervals
from customary.studies.people import cohorts, rfm, rfm_grid, tier_rule, tiers
from customary.studies.portraits import alike, portrait, timeline
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
from customary.studies.value import lorenz, rfm_segments, rfm_ties, tier_categories, tier_readings
from customary.studies.visits import page_flow, pages, visit_funnel

__all__ = [
    "accounts",
    "action_list",
    "alike",
    "attribute_gaps",
    "attribute_groups",
    "cohorts",
    "completeness",
    "concentration",
    "driver_tree",
    "hours",
    "interactions",
    "last_purchases",
    "lorenz",
    "next_actions",
    "next_tier",
    "order_status",
    "order_values",
    "page_flow",
    "pages",
    "portrait",
    "portrait_cells",
    "price_bands",
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
    "search_terms",
    "tag_mix",
    "tag_quality",
    "tier_categories",
    "tier_readings",
    "tier_rule",
    "tiers",
    "timeline",
    "visit_frequency",
    "visit_funnel",
    "visit_gaps",
    "visit_hours",
    "visit_mix",
    "visit_span",
]
