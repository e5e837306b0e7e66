"""Funnels: who gets from step to step, by a rule that is stated, and who does not."""

from customary.studies.funnel.behind import funnel_drop_offs, funnel_people
from customary.studies.funnel.funnel import funnel

__all__ = ["funnel", "funnel_drop_offs", "funnel_people"]
