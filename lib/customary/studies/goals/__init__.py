"""What moved net revenue, and how surely."""

from customary.studies.goals.certainty import driver_certainty
from customary.studies.goals.drivers import driver_tree

__all__ = ["driver_certainty", "driver_tree"]
