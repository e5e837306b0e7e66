"""One number against another: what was said against what came, and what a choice brings as it grows."""

from __future__ import annotations

import altair as alt
import pandas as pd

from customary.charts import columns, numbers, theme
from customary.charts.recall import draw_once
from customary.units import MONEY, RATE, Unit
from customary.wording import say


@draw_once
def reliability(
    frame: pd.DataFrame,
    said: str,
    came: str,
    low: str,
    high: str,
    *,
    n: str | None = None,
    said_title: str = "share predicted",
    came_title: str = "share that came",
    height: int = 340,
) -> alt.LayerChart:
    """Bins of a forecast: the share predicted across, the share that came with its interval upwards; shares 0–1.

    On the dashed diagonal what came is what was said. Both axes reach as far as the data, alike.
    """
    rows = columns.select(frame, said=said, came=came, low=low, high=high, n=n)
    rows = columns.numeric(rows, "said", "came", "low", "high", "n").dropna(subset=["said", "came"])
    for role in ("said", "came", "low", "high"):
        rows[f"exact_{role}"] = [numbers.exact(v, RATE) for v in rows[role]]
    most = min(1.0, max([0.1, *rows["said"], *rows["high"]]) * 1.05)
    ends = alt.Scale(domain=[0, most], nice=False)
    across, up = numbers.axis(RATE, title=said_title), numbers.axis(RATE, title=came_title)
    lines = (
        ("exact_said:N", said_title),
        ("exact_came:N", came_title),
        ("exact_low:N", say("from")),
        ("exact_high:N", say("to")),
    )
    base = alt.Chart(rows).encode(x=alt.X("said:Q", scale=ends, axis=across), tooltip=columns.tooltips(*lines, n=n))
    equal = alt.Chart(pd.DataFrame({"said": [0.0, most], "came": [0.0, most]}))
    diagonal = equal.mark_line(strokeDash=[4, 4], strokeWidth=1, color=theme.QUIET)
    height_of = alt.Y("came:Q", scale=ends, axis=up)
    return theme.layer(
        diagonal.encode(x=alt.X("said:Q"), y=alt.Y("came:Q")),
        base.mark_rule(strokeWidth=5, opacity=0.3, color=theme.INDIGO).encode(
            y=alt.Y("low:Q", scale=ends, axis=up), y2=alt.Y2("high")
        ),
        base.mark_line(strokeWidth=1).encode(y=height_of),
        base.mark_point(size=60, opacity=1).encode(y=height_of),
        height=height,
    )


@draw_once
def curve(
    frame: pd.DataFrame,
    x: str,
    y: str,
    *,
    x_unit: Unit = RATE,
    y_unit: Unit = MONEY,
    currency: str = "",
    x_title: str | None = None,
    y_title: str | None = None,
    mark: str | None = None,
    n: str | None = None,
    height: int = theme.HEIGHT,
) -> alt.LayerChart:
    """A line over a number that is no time; rows where column `mark` is true carry a point and their value.

    The line of nothing gained is drawn, so that a loss is seen as one.
    """
    rows = columns.numeric(columns.select(frame, x=x, y=y, mark=mark, n=n), "x", "y", "n").dropna(subset=["x", "y"])
    rows["exact_x"] = [numbers.exact(v, x_unit, currency) for v in rows["x"]]
    rows["exact_y"] = [numbers.exact(v, y_unit, currency) for v in rows["y"]]
    lines = (("exact_x:N", x_title or x), ("exact_y:N", y_title or y))
    base = alt.Chart(rows).encode(
        x=alt.X("x:Q", scale=alt.Scale(nice=False), axis=numbers.axis(x_unit, currency, x_title)),
        y=alt.Y("y:Q", scale=alt.Scale(zero=True), axis=numbers.axis(y_unit, currency, y_title)),
        tooltip=columns.tooltips(*lines, n=n),
    )
    nought = alt.Chart(pd.DataFrame({"y": [0.0]})).mark_rule(color=theme.QUIET).encode(y=alt.Y("y:Q"))
    layers = [nought, base.mark_line()]
    if mark is not None:
        best = rows[rows["mark"].astype(bool)]
        best = best.assign(text=[numbers.short(v, y_unit, currency) for v in best["y"]])
        layers.append(base.mark_point(size=70, opacity=1).properties(data=best))
        words = base.mark_text(dy=-12, fontWeight=600).encode(text=alt.Text("text:N"))
        layers.append(words.properties(data=best))
    return theme.layer(*layers, height=height)


@draw_once
def gain_curve(
    frame: pd.DataFrame,
    x: str,
    y: str,
    low: str,
    high: str,
    base: str,
    *,
    unit: Unit = RATE,
    currency: str = "",
    x_title: str | None = None,
    n: str | None = None,
    height: int = theme.HEIGHT,
) -> alt.LayerChart:
    """What a list brings as it grows, with its interval as a band; dashed: the same in a random order.

    `x` is the share of all who are on the list. Both lines end in one point: of everybody no order can be right.
    """
    rows = columns.select(frame, x=x, y=y, low=low, high=high, base=base, n=n)
    rows = columns.numeric(rows, "x", "y", "low", "high", "base", "n").dropna(subset=["x", "y"])
    for role, of in (("x", RATE), *((name, unit) for name in ("y", "low", "high", "base"))):
        rows[f"exact_{role}"] = [numbers.exact(v, of, currency) for v in rows[role]]
    lines = (("exact_x:N", x_title or x), ("exact_y:N", y), ("exact_low:N", say("from")), ("exact_high:N", say("to")))
    up = alt.Scale(zero=True)
    chart = alt.Chart(rows).encode(
        x=alt.X("x:Q", scale=alt.Scale(nice=False), axis=numbers.axis(RATE, title=x_title)),
        tooltip=columns.tooltips(*lines, ("exact_base:N", base), n=n),
    )
    axis = numbers.axis(unit, currency)
    return theme.layer(
        chart.mark_area(opacity=0.16, line=False).encode(y=alt.Y("low:Q", scale=up, axis=axis), y2=alt.Y2("high")),
        chart.mark_line(strokeDash=[4, 4], strokeWidth=1, color=theme.QUIET).encode(y=alt.Y("base:Q", scale=up)),
        chart.mark_line().encode(y=alt.Y("y:Q", scale=up, axis=axis)),
        chart.mark_point(size=40, opacity=1).encode(y=alt.Y("y:Q", scale=up)),
        height=height,
    )
