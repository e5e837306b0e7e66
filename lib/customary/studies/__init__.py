"""Analyses that are more than a metric: functions of frames that return an Ibis table, a folder per subject."""

from customary.studies import (
    attributes,
    books,
    care,
    churn,
    customers,
    goals,
    lifecycle,
    lifetime_value,
    orders,
    paths,
    products,
    returns,
    seasons,
    tiers,
    visits,
    voice,
)

__all__ = [
    "attributes",
    "books",
    "care",
    "churn",
    "customers",
    "goals",
    "lifecycle",
    "lifetime_value",
    "orders",
    "paths",
    "products",
    "returns",
    "seasons",
    "tiers",
    "visits",
    "voice",
]
