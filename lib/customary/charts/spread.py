"""How values lie: a histogram whose bins come finished, a Lorenz curve, two measures against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from customary.charts import columns, numbers, theme
from customary.charts.recall import draw_once
from customary.units import COUNT, MONEY, RATE, Unit
from customary.wording import say, wording

_LINE = 16  # pixels that a mark's name needs
_MEAN, _MEDIAN = "mean {value}", "median {value}"


@draw_once
@columns.default_units("low")
def histogram(
    frame: pd.DataFrame,
    low: str,
    high: str,
    count: str,
    *,
    unit: Unit = MONEY,
    currency: str = "",
    median: float | None = None,
    mean: float | None = None,
    x_title: str | None = None,
    height: int = theme.HEIGHT,
) -> alt.LayerChart:
    """Bars from each bin's `low` to its `high`, as tall as its `count`; median and mean as labelled dashed lines."""
    rows = columns.numeric(columns.select(frame, low=low, high=high, count=count), "low", "high", "count")
    marks = [mark for mark in ((_MEAN, mean), (_MEDIAN, median)) if mark[1] is not None and mark[1] == mark[1]]
    rows["span"] = [
        say("{low} to below {high}", low=numbers.short(a, unit, currency), high=numbers.short(b, unit, currency))
        for a, b in zip(rows["low"], rows["high"], strict=True)
    ]
    bars = (
        alt.Chart(rows)
        .mark_bar(binSpacing=1)
        .encode(
            x=alt.X("low:Q", bin="binned", axis=numbers.axis(unit, currency, x_title, grid=False)),
            x2=alt.X2("high"),
            y=alt.Y("count:Q", axis=numbers.axis(COUNT), scale=alt.Scale(zero=True, range=_below_names(len(marks)))),
            tooltip=[columns.tooltip("span:N", x_title or say("from – to")), columns.tooltip("count:Q", count, ",")],
        )
    )
    texts = [(at, say(template, value=numbers.short(at, unit, currency))) for template, at in marks if at is not None]
    return theme.layer(bars, *_marks(texts), height=height)


def _below_names(count: int) -> list[float | alt.ExprRef]:
    """Where bars stand: on the ground, and no higher than beneath the names of `count` marks."""
    return [alt.ExprRef("height"), _LINE * count]


def _marks(texts: Sequence[tuple[float, str]]) -> list[alt.Chart]:
    """Dashed lines with their names above them: the lesser one's stands lower, so that no line crosses a name."""
    layers = []
    for row, (at, text) in enumerate(sorted(texts, reverse=True)):
        line = alt.Chart(pd.DataFrame({"at": [at], "text": [text]})).encode(x=alt.X("at:Q"))
        rule = line.mark_rule(strokeDash=[4, 4], color=theme.INK)
        layers.append(rule.encode(y=alt.value(_LINE * len(texts)), y2=alt.value("height")))
        words = line.mark_text(align="left", dx=-4, fontWeight=600)
        layers.append(words.encode(y=alt.value(4 + _LINE * row), text=alt.Text("text:N")))
    return layers


@draw_once
def lorenz(
    frame: pd.DataFrame,
    people: str,
    value: str,
    *,
    mark_at: float | None = None,
    people_title: str = "share of customers, least to most valuable",
    value_title: str = "share of revenue",
    height: int = 340,
) -> alt.LayerChart:
    """The Lorenz curve: `people` and `value` are finished cumulative shares (0–1), the diagonal is equality.

    `mark_at` marks the curve's point nearest to that share of people with its value in words.
    """
    rows = columns.numeric(columns.select(frame, people=people, value=value), "people", "value")
    rows["said"] = [
        say("{people} hold {value}", people=RATE.text(p), value=RATE.text(v))
        for p, v in zip(rows["people"], rows["value"], strict=True)
    ]
    ends = alt.Scale(domain=[0, 1], nice=False)
    base = alt.Chart(rows).encode(
        x=alt.X("people:Q", scale=ends, axis=numbers.axis(RATE, title=people_title)),
        y=alt.Y("value:Q", scale=ends, axis=numbers.axis(RATE, title=value_title)),
        tooltip=[columns.tooltip("said:N", say("share"))],
    )
    equal = pd.DataFrame({"people": [0.0, 1.0], "value": [0.0, 1.0]})
    diagonal = alt.Chart(equal).mark_line(strokeDash=[4, 4], strokeWidth=1, color=theme.QUIET)
    layers = [
        diagonal.encode(x=alt.X("people:Q"), y=alt.Y("value:Q")),
        base.mark_area(opacity=0.12),
        base.mark_line(),
    ]
    if mark_at is not None and len(rows):
        near = rows.iloc[[int((rows["people"] - mark_at).abs().to_numpy().argmin())]]
        layers.append(base.mark_point(size=70).properties(data=near))
        layers.append(
            base.mark_text(align="right", dx=-10, dy=-8, fontWeight=600)
            .encode(text=alt.Text("said:N"))
            .properties(data=near)
        )
    return theme.layer(*layers, height=height)


@draw_once
def scatter_quadrants(
    frame: pd.DataFrame,
    x: str,
    y: str,
    label: str,
    *,
    x_at: float,
    y_at: float,
    names: Mapping[str, str],
    x_unit: Unit = COUNT,
    y_unit: Unit = RATE,
    currency: str = "",
    x_title: str | None = None,
    y_title: str | None = None,
    n: str | None = None,
    height: int = 340,
) -> alt.LayerChart:
    """Two measures of each thing, cut into four named fields at `x_at` and `y_at`.

    `names` has "top left", "top right", "bottom left", "bottom right"; up to 12 points carry their label.
    """
    rows = columns.select(frame, x=x, y=y, label=label, n=n)
    rows = columns.as_text(columns.numeric(rows, "x", "y", "n"), "label").dropna(subset=["x", "y"])
    rows["exact_x"] = [numbers.exact(v, x_unit, currency) for v in rows["x"]]
    rows["exact_y"] = [numbers.exact(v, y_unit, currency) for v in rows["y"]]
    tooltip = columns.tooltips(("label:N", label), ("exact_x:N", x_title or x), ("exact_y:N", y_title or y), n=n)
    base = alt.Chart(rows).encode(
        x=alt.X("x:Q", scale=_around(rows["x"], x_at), axis=numbers.axis(x_unit, currency, x_title or x)),
        y=alt.Y("y:Q", scale=_around(rows["y"], y_at), axis=numbers.axis(y_unit, currency, y_title or y)),
        tooltip=tooltip,
    )
    cut = pd.DataFrame({"x": [x_at], "y": [y_at]})
    rule = alt.Chart(cut).mark_rule(strokeDash=[4, 4], color=theme.QUIET)
    layers = [rule.encode(x=alt.X("x:Q")), rule.encode(y=alt.Y("y:Q")), *_corners(names), base.mark_point(opacity=0.8)]
    if len(rows) <= 12:
        layers.append(base.mark_text(align="left", dx=8, fontSize=11).encode(text=alt.Text("label:N")))
    return theme.layer(*layers, height=height)


def _around(values: pd.Series, at: float) -> alt.Scale:
    low, high = min([at, *values]), max([at, *values])
    air = 0.12 * ((high - low) or abs(at) or 1.0)
    return alt.Scale(domain=[low - air if low < 0 else max(0.0, low - air), high + air], nice=False, zero=False)


def _corners(names: Mapping[str, str]) -> list[alt.Chart]:
    """The four names, each in the outer corner of its field."""
    marks = []
    for place, text in names.items():
        upper, side = place.split()
        chart = alt.Chart(pd.DataFrame({"text": [wording(text)]})).mark_text(
            align="left" if side == "left" else "right",
            baseline="top" if upper == "top" else "bottom",
            opacity=0.6,
            fontSize=12,
            fontStyle="italic",
            dx=6 if side == "left" else -6,
            dy=-4 if upper == "bottom" else 0,
        )
        x = alt.value(0) if side == "left" else alt.value("width")
        marks.append(
            chart.encode(x=x, y=alt.value(4) if upper == "top" else alt.value("height"), text=alt.Text("text:N"))
        )
    return marks
