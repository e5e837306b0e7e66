"""One customer: portrait, tags, next action."""

from customary.studies.customers.portraits import alike, portrait, timeline
from customary.studies.customers.tags import action_list, next_actions, portrait_cells, tag_mix, tag_quality

__all__ = ["action_list", "alike", "next_actions", "portrait", "portrait_cells", "tag_mix", "tag_quality", "timeline"]
