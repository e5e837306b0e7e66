"""From adopted files to a published snapshot."""

from customary.publish.snapshots import KEEP, Load, Progress, build, portray, publish

__all__ = ["KEEP", "Load", "Progress", "build", "portray", "publish"]
