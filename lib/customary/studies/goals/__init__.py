"""What moved net revenue."""

from customary.studies.goals.drivers import driver_tree

__all__ = ["driver_tree"]
