"""Seasons: busy days, holidays and their buyers."""

from customary.studies.seasons.days import season_buyers, season_grid, seasons

__all__ = ["season_buyers", "season_grid", "seasons"]
