"""Visits: where they come from, what is looked at, and how far they get."""

from customary.studies.visits.habits import active_people, flows, stickiness
from customary.studies.visits.pages import page_flow, pages, product_views, visit_funnel
from customary.studies.visits.retention import visitor_retention
from customary.studies.visits.sessions import sessions
from customary.studies.visits.sources import (
    interactions,
    search_terms,
    visit_frequency,
    visit_gaps,
    visit_hours,
    visit_mix,
    visit_span,
)

__all__ = [
    "active_people",
    "flows",
    "interactions",
    "page_flow",
    "pages",
    "product_views",
    "search_terms",
    "sessions",
    "stickiness",
    "visit_frequency",
    "visit_funnel",
    "visit_gaps",
    "visit_hours",
    "visit_mix",
    "visit_span",
    "visitor_retention",
]
