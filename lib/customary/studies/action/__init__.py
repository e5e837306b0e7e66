"""Action: the lists that went out, and what they changed against those who were held out."""

from customary.studies.action.goals import goal_actions
from customary.studies.action.results import list_effects, list_results

__all__ = ["goal_actions", "list_effects", "list_results"]
