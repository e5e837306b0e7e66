"""Sparklines: a tiny SVG, drawn here because a Vega view for twelve numbers would cost a second."""

from __future__ import annotations

import math
from collections.abc import Sequence


def sparkline(values: Sequence[float | None], *, width: int = 96, height: int = 24) -> str:
    """SVG of the values as a line with its last point marked, in the ink around it; gaps stay gaps.

    Without two finite values there is nothing to draw and the answer is "".
    """
    numbers = [None if v is None or not math.isfinite(v) else float(v) for v in values]
    known = [number for number in numbers if number is not None]
    if len(known) < 2:
        return ""
    low, span = min(known), (max(known) - min(known)) or 1.0
    across = (width - 6) / (len(numbers) - 1)
    points = [
        None if number is None else (3 + index * across, height - 3 - (height - 6) * (number - low) / span)
        for index, number in enumerate(numbers)
    ]
    x, y = next(point for point in reversed(points) if point is not None)
    return (
        f'<svg class="cy-spark" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'aria-hidden="true" focusable="false"><path d="{_path(points)}" fill="none" stroke="currentColor" '
        f'stroke-width="1.5" stroke-linejoin="round" stroke-linecap="round"></path>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="currentColor"></circle></svg>'
    )


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    """Move after a gap, draw otherwise."""
    pieces, pen_down = [], False
    for point in points:
        if point is not None:
            pieces.append(f"{'L' if pen_down else 'M'}{point[0]:.1f} {point[1]:.1f}")
        pen_down = point is not None
    return "".join(pieces)
