"""Questions of another shape: functions of frames that return an Ibis table."""

from customary.studies.attributes import attribute_gaps, attribute_groups, completeness, last_purchases
from customary.studies.books import accounts, repeated_lines, revenue_bridge
from customary.studies.complaints import complaints, resolution_times
from customary.studies.drivers import driver_tree
from customary.studies.gaps import purchase_curve, purchase_gaps
from customary.studies.next_tier import next_tier
from customary.studies.orders import concentration, hours, order_values, products, purchase_intervals
from customary.studies.people import cohorts, rfm, rfm_grid, tier_rule, tiers
from customary.studies.prices import discount_bands, discount_weeks, price_bands
from customary.studies.refunds import odd_refunds, refund_views
from customary.studies.returns import return_curve, return_delays, return_rates, return_reasons, returns
from customary.studies.seasons import season_buyers, season_grid, seasons
from customary.studies.sources import (
    interactions,
    search_terms,
    visit_frequency,
    visit_gaps,
    visit_hours,
    visit_mix,
    visit_span,
)
from customary.studies.value import lorenz, rfm_segments, rfm_ties, tier_categories, tier_readings
from customary.studies.visits import page_flow, pages, visit_funnel
from customary.studies.ways import deliveries, order_status, order_value_intervals

__all__ = [
    "accounts",
    "attribute_gaps",
    "attribute_groups",
    "cohorts",
    "complaints",
    "completeness",
    "concentration",
    "deliveries",
    "discount_bands",
    "discount_weeks",
    "driver_tree",
    "hours",
    "interactions",
    "last_purchases",
    "lorenz",
    "next_tier",
    "odd_refunds",
    "order_status",
    "order_value_intervals",
    "order_values",
    "page_flow",
    "pages",
    "price_bands",
    "products",
    "purchase_curve",
    "purchase_gaps",
    "purchase_intervals",
    "refund_views",
    "repeated_lines",
    "resolution_times",
    "return_curve",
    "return_delays",
    "return_rates",
    "return_reasons",
    "returns",
    "revenue_bridge",
    "rfm",
    "rfm_grid",
    "rfm_segments",
    "rfm_ties",
    "search_terms",
    "season_buyers",
    "season_grid",
    "seasons",
    "tier_categories",
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
