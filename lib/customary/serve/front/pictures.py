"""Small drawings in SVG: the course of a figure, and an interval beside nothing or beside what was expected."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

WIDTH, HEIGHT, EDGE = 240, 56, 4


def course(values: Sequence[float | None]) -> Markup:
    """A line of the values with the area beneath and the last point marked; gaps stay gaps, "" without two values."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return Markup()
    low, span = min(known), (max(known) - min(known)) or 1.0
    across = (WIDTH - 2 * EDGE) / (len(values) - 1)
    height = HEIGHT - 2 * EDGE
    points = [
        None if value is None else (EDGE + n * across, EDGE + height * (1 - (value - low) / span))
        for n, value in enumerate(values)
    ]
    runs = _runs(points)
    lines = " ".join("M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in run) for run in runs)
    areas = " ".join(
        f"M{run[0][0]:.1f} {HEIGHT} L"
        + " L".join(f"{x:.1f} {y:.1f}" for x, y in run)
        + f" L{run[-1][0]:.1f} {HEIGHT} Z"
        for run in runs
        if len(run) > 1
    )
    x, y = runs[-1][-1]
    return Markup(
        '<svg class="course" viewBox="0 0 {w} {h}" aria-hidden="true" focusable="false">'
        '<path class="area" d="{areas}"/><path class="line" d="{lines}"/><circle cx="{x}" cy="{y}" r="3.5"/></svg>'
    ).format(w=WIDTH, h=HEIGHT, areas=areas, lines=lines, x=f"{x:.1f}", y=f"{y:.1f}")


def _runs(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """The points without gaps between them."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def interval(low: float, high: float, value: float, zero: float | None = 0.0) -> Markup:
    """An interval as a bar with the value as a dot; `zero`, where there is one, is a thin line to be compared with."""
    shown = [low, high, value, *([] if zero is None else [zero])]
    least, span = min(shown), (max(shown) - min(shown)) or 1.0
    place = {at: f"{6 + (WIDTH - 12) * (at - least) / span:.1f}" for at in shown}
    line = Markup() if zero is None else Markup('<path class="zero" d="M{x} 2 V22"/>').format(x=place[zero])
    return Markup(
        '<svg class="interval" viewBox="0 0 {w} 24" aria-hidden="true" focusable="false">{line}'
        '<path class="span" d="M{low} 12 H{high}"/><circle cx="{at}" cy="12" r="5"/></svg>'
    ).format(w=WIDTH, line=line, low=place[low], high=place[high], at=place[value])
