"""How charts look: one colour-neutral theme and the colours that mean the same thing on every page.

Colour-neutral, because Python cannot know whether the reader's page is light or dark: the background is
transparent, axes and legends take their ink from the page's own Vega theme, and text drawn inside a chart
is `currentColor`, the ink of the page around it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import cast

import altair as alt

from customary.wording import every_word

INDIGO, AMBER, STEEL = "#4a64aa", "#c4832d", "#6798a9"
ROSE, OLIVE, VIOLET = "#cb5167", "#776c0e", "#966de7"
CATEGORICAL = (INDIGO, AMBER, STEEL, ROSE, OLIVE, VIOLET)
QUIET = "#8a94a0"  # others, unknown, targets: readable on both pages, never a series of its own
INK = "currentColor"
PALE_INK = "#ffffff"  # on cells of full colour

# A diverging scale keeps its middle visible on both pages: rose – quiet – steel, around a stated zero.
DIVERGING = (ROSE, "#9aa3ad", STEEL)
OPACITY = (0.1, 1.0)  # the sequential scale: indigo, thin to full

VALUE_TIERS = {"high value": INDIGO, "high": INDIGO, "potential": AMBER, "basic": STEEL}
LIFECYCLE_STAGES = {"acquisition": STEEL, "growth": INDIGO, "maturity": OLIVE, "decline": AMBER, "lost": ROSE}
CHANNELS = {
    "search": INDIGO,
    "social": ROSE,
    "direct": STEEL,
    "email": AMBER,
    "affiliate": OLIVE,
    "display": VIOLET,
}
OTHERS = {"other": QUIET, "others": QUIET, "unknown": QUIET, "none": QUIET, "direct/unknown": QUIET}
FIXED: dict[str, str] = {**VALUE_TIERS, **LIFECYCLE_STAGES, **CHANNELS, **OTHERS}

# A name that runs from right to left keeps to itself: its digits and signs stand where its readers look for them.
_NAME = "(test(regexp('[\\u0590-\\u08ff]'), datum.label) ? '\\u2068' + datum.label + '\\u2069' : datum.label)"
# A name longer than a line is broken at the last space that leaves its first line whole, where its row is high enough.
_BROKEN = "split(replace(" + _NAME + r", regexp('^(.{10,24})\\s(.+)$'), '$1\n$2'), '\n')"
_IS_HIGH = "height / length(domain('y')) >= 28"
_TWO_LINES = f"length(datum.label) > 26 && {_IS_HIGH} ? {_BROKEN} : {_NAME}"

MOST_SERIES = 6
HEIGHT = 300
LOWEST, TALLEST = 160, 440  # of charts whose height follows the number of their rows
FONT = (
    '"Inter Variable", "Noto Sans SC Variable", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", '
    "system-ui, sans-serif"
)

_AXIS = {
    "aria": False,  # what is heard of a chart is said by its marks: see heard
    "gridOpacity": 0.25,
    "domainOpacity": 0.5,
    "ticks": False,
    "labelPadding": 6,
    "labelFontSize": 12,
    "labelFontWeight": 400,
    "labelOpacity": 0.8,
    "labelOverlap": "greedy",
    "labelSeparation": 6,
    "titleFontSize": 12,
    "titleFontWeight": 400,
    "titleOpacity": 0.8,
    "titlePadding": 8,
}
_CONFIG = {
    "background": "transparent",
    "font": FONT,
    "view": {"stroke": None},
    "axis": _AXIS,
    "axisX": {"grid": False, "tickCount": 6},
    "axisY": {"domain": False, "tickCount": 5},
    # Whole names where the figure is wide; on a phone they would leave the bars no room.
    "axisBand": {"domain": False, "labelLimit": {"expr": "width > 420 ? 300 : 150"}},
    "legend": {
        "aria": False,
        "orient": "top",
        "title": None,
        "labelFontSize": 12,
        # Two names beside each other, with their squares, are no wider than a phone's figure.
        "labelLimit": {"expr": "min(160, ((containerSize()[0] || 400) - 64) / 2)"},
        "symbolType": "square",
        "symbolSize": 90,
        "padding": 0,
        "offset": 8,
        "columnPadding": 12,
        # As many names beside each other as fit: on a phone a single row would be cut off. Of the container's width,
        # which stands from the beginning: by the plot's, which shrinks for its axis, a second row would be cut off.
        "columns": {"expr": "max(2, floor(((containerSize()[0] || 400) - 90) / 85))"},
    },
    "range": {"category": list(CATEGORICAL), "diverging": list(DIVERGING)},
    "bar": {"color": INDIGO},
    "line": {"color": INDIGO, "strokeWidth": 2, "strokeCap": "round", "strokeJoin": "round"},
    "area": {"color": INDIGO},
    "point": {"color": INDIGO, "filled": True, "size": 50},
    "rect": {"color": INDIGO},
    "rule": {"color": QUIET},
    "text": {"color": INK, "fontSize": 12},
}

# SVG, because `currentColor` is always black on a canvas; and text in it can be selected and read aloud.
_EMBED = {"embedOptions": {"renderer": "svg", "actions": False}}


@alt.theme.register("customary", enable=False)
def _theme() -> alt.theme.ThemeConfig:
    return alt.theme.ThemeConfig({"config": _CONFIG, "usermeta": _EMBED})  # type: ignore[typeddict-item]


def install() -> None:
    """Make ours the theme of this process, once at start: Altair's themes are global, so never per viewer."""
    alt.theme.enable("customary")


def colours(names: Iterable[str], fixed: Mapping[str, str] | None = None) -> list[str]:
    """One colour per name in order: the fixed one of a tier, stage or channel, else the next one free.

    `fixed` may add or replace colours. Past six free series the quiet grey repeats: say "Other" instead.
    """
    known = {text: colour for name, colour in {**FIXED, **(fixed or {})}.items() for text in every_word(name)}
    wanted = [known.get(name) or known.get(name.casefold()) for name in names]
    free = iter([colour for colour in CATEGORICAL if colour not in wanted])
    return [colour or next(free, QUIET) for colour in wanted]


def colour_scale(names: Iterable[str], fixed: Mapping[str, str] | None = None) -> alt.Scale:
    """The scale that gives each of `names` its colour (see `colours`)."""
    ordered = list(names)
    return alt.Scale(domain=ordered, range=colours(ordered, fixed))


def highlights(names: Iterable[str], spoken_of: Collection[str]) -> dict[str, str]:
    """Indigo for the names that a title speaks of, the quiet grey for the rest; nothing where it speaks of none."""
    return {name: INDIGO if name in spoken_of else QUIET for name in names} if spoken_of else {}


def names_axis() -> alt.Axis:
    """The axis beside rows of names: every name, and a long one whole on two lines."""
    return alt.Axis(labelOverlap=False, labelExpr=_TWO_LINES)


def fitting(rows: int, height: int | None = None) -> int:
    """The height of a chart with a line of its own for every row, in pixels; `height` if the page asks for one."""
    return height or min(TALLEST, max(LOWEST, 60 + 30 * rows))


def layer(*layers: alt.Chart | alt.LayerChart, height: int = HEIGHT) -> alt.LayerChart:
    """The layers as one chart, as wide as its place on the page."""
    return cast(alt.LayerChart, alt.layer(*layers, width="container", height=height))
