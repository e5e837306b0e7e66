"""The site itself: whether it records what it should, how one finds one's way in it, and how fast it is."""

from customary.studies.site.bots import bots, suspects
from customary.studies.site.instrumentation import instrumentation
from customary.studies.site.navigation import navigation, unseen_products
from customary.studies.site.speed import page_speed, speed_bands

__all__ = ["bots", "instrumentation", "navigation", "page_speed", "speed_bands", "suspects", "unseen_products"]
