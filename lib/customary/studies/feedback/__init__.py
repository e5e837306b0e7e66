"""What customers' complaints, returns and answers led to, and whether it helped."""

from customary.studies.feedback.changes import change_effects
from customary.studies.feedback.to_change import what_to_change

__all__ = ["change_effects", "what_to_change"]
