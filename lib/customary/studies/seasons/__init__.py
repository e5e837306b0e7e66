"""Seasons: busy days, holidays and their buyers, and what no season explains."""

from customary.studies.seasons.days import season_buyers, season_grid, seasons
from customary.studies.seasons.greetings import holiday_greetings
from customary.studies.seasons.surprises import surprises

__all__ = ["holiday_greetings", "season_buyers", "season_grid", "seasons", "surprises"]
