"""What customers' complaints, returns and answers led to, and whether it helped."""

from customary.studies.feedback.changes import change_effects

__all__ = ["change_effects"]
