"""What customers say: votes, reviews, topics."""

from customary.studies.voice.effects import satisfaction_effects
from customary.studies.voice.experience import satisfaction_drivers
from customary.studies.voice.referrals import referrals
from customary.studies.voice.topics import topic_months, voice_topics
from customary.studies.voice.votes import nps, response_rates, satisfaction, vote_loyalty

__all__ = [
    "nps",
    "referrals",
    "response_rates",
    "satisfaction",
    "satisfaction_drivers",
    "satisfaction_effects",
    "topic_months",
    "voice_topics",
    "vote_loyalty",
]
