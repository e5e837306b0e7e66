"""What goes with buying and what stands in its way: drivers, barriers, and how much somebody means to buy."""

from customary.studies.intent.barriers import purchase_barriers
from customary.studies.intent.campaigns import campaign_participation
from customary.studies.intent.drivers import conversion_drivers
from customary.studies.intent.grades import intent_bands, intent_deciles
from customary.studies.intent.score import intent_score
from customary.studies.intent.searches import search_outcomes

__all__ = [
    "campaign_participation",
    "conversion_drivers",
    "intent_bands",
    "intent_deciles",
    "intent_score",
    "purchase_barriers",
    "search_outcomes",
]
