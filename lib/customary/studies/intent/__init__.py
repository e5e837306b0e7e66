"""What goes with buying and what stands in its way: drivers, barriers, and how much somebody means to buy."""

from customary.studies.intent.barriers import purchase_barriers
from customary.studies.intent.drivers import conversion_drivers

__all__ = ["conversion_drivers", "purchase_barriers"]
