"""What a build tells of its steps."""

from collections.abc import Callable

Progress = Callable[[str, float], None]  # the step in words, and how much of it is done
