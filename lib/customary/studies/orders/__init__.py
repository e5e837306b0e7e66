"""Orders: their books, values, ways of payment and delivery."""

from customary.studies.orders.books import accounts, charges, repeated_lines, revenue_bridge
from customary.studies.orders.values import hours, order_values, products, purchase_intervals
from customary.studies.orders.ways import deliveries, order_status, order_value_intervals

__all__ = [
    "accounts",
    "charges",
    "deliveries",
    "hours",
    "order_status",
    "order_value_intervals",
    "order_values",
    "products",
    "purchase_intervals",
    "repeated_lines",
    "revenue_bridge",
]
