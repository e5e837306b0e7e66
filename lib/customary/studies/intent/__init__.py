"""What goes with buying and what stands in its way: drivers, barriers, and how much somebody means to buy."""

from customary.studies.intent.barriers import purchase_barriers
from customary.studies.intent.drivers import conversion_drivers
from customary.studies.intent.grades import intent_bands, intent_deciles
from customary.studies.intent.score import intent_score

__all__ = ["conversion_drivers", "intent_bands", "intent_deciles", "intent_score", "purchase_barriers"]
