"""Who the customers are: their attributes, and how completely they are known."""

from customary.studies.attributes.profiles import attribute_gaps, attribute_groups, completeness, last_purchases

__all__ = ["attribute_gaps", "attribute_groups", "completeness", "last_purchases"]
