"""Questions of another shape: functions of frames that return an Ibis table."""

from customary.studies.books import accounts, repeated_lines, revenue_bridge
from customary.studies.drivers import driver_tree
from customary.studies.orders import concentration, hours, order_values, products, purchase_intervals
from customary.studies.people import cohorts, rfm, rfm_grid, tier_rule, tiers
from customary.studies.visits import page_flow, pages, visit_funnel

__all__ = [
    "accounts",
    "cohorts",
    "concentration",
    "driver_tree",
    "hours",
    "order_values",
    "page_flow",
    "pages",
    "products",
    "purchase_intervals",
    "repeated_lines",
    "revenue_bridge",
    "rfm",
    "rfm_grid",
    "tier_rule",
    "tiers",
    "visit_funnel",
]
