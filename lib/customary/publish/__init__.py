"""From adopted files to a published snapshot."""

from customary.publish.portraits import portray
from customary.publish.progress import Progress
from customary.publish.removal import Part, holdings, prune, remove
from customary.publish.snapshots import Load, build, publish
from customary.publish.sweep import KEEP

__all__ = ["KEEP", "Load", "Part", "Progress", "build", "holdings", "portray", "prune", "publish", "remove"]
