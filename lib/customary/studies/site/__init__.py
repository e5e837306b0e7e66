"""The site itself: whether it records what it should, how one finds one's way in it, and how fast it is."""

from customary.studies.site.instrumentation import instrumentation

__all__ = ["instrumentation"]
