"""Averages of groups with what chance may have done to them: a dot, its interval, and the average of all."""

from __future__ import annotations

from collections.abc import Collection

import altair as alt
import pandas as pd

from customary.charts import columns, numbers, theme
from customary.charts.recall import draw_once
from customary.units import MONEY, Unit
from customary.wording import say


@draw_once
@columns.default_units("value")
def ranked_intervals(
    frame: pd.DataFrame,
    label: str,
    value: str,
    low: str,
    high: str,
    *,
    unit: Unit = MONEY,
    currency: str = "",
    n: str | None = None,
    average: float | None = None,
    highlight: Collection[str] = (),
    as_given: bool = False,
    height: int | None = None,
) -> alt.LayerChart:
    """Groups from the greatest value down, or `as_given`: each a dot on its interval; the average is a dashed line.

    `low` and `high` may be empty (a group of one has no interval). Intervals do not begin at zero, so neither does
    the axis: a dot's place is read, not its length. `highlight` are the groups that the title speaks of: the others are
    grey. Without a `height` it follows the number of groups.
    """
    rows = columns.select(frame, label=label, value=value, low=low, high=high, n=n)
    rows = columns.as_text(columns.numeric(rows, "value", "low", "high", "n"), "label").dropna(subset=["value"])
    rows = rows if as_given else rows.sort_values("value", ascending=False, kind="stable")
    for role in ("value", "low", "high"):
        rows[f"exact_{role}"] = [numbers.exact(v, unit, currency) for v in rows[role]]
    rows["text"] = [numbers.short(v, unit, currency) for v in rows["value"]]
    lines = (("label:N", label), ("exact_value:N", value), ("exact_low:N", say("from")), ("exact_high:N", say("to")))
    scale = alt.Scale(zero=False, nice=True, range=[10, alt.ExprRef("width - 20")])
    across = numbers.axis(unit, currency)
    base = alt.Chart(rows).encode(
        y=alt.Y("label:N", sort=list(rows["label"]), title=None, axis=theme.names_axis()),
        tooltip=columns.tooltips(*lines, n=n),
        color=_colour(rows, highlight),
    )
    bands = base.mark_rule(strokeWidth=5, opacity=0.4)
    layers = [bands.encode(x=alt.X("low:Q", scale=scale, axis=across, title=None), x2=alt.X2("high"))]
    layers.append(base.mark_point(size=60, opacity=1).encode(x=alt.X("value:Q", scale=scale, axis=across)))
    text = base.mark_text(dy=-9, fontSize=11).encode(x=alt.X("value:Q"), text=alt.Text("text:N"))
    layers.append(text.encode(color=alt.value(theme.INK)))
    if average is not None:
        layers.insert(0, _average(average))
    return theme.layer(*layers, height=theme.fitting(len(rows), height))


def _colour(rows: pd.DataFrame, highlight: Collection[str]) -> alt.Color | alt.ColorValue:
    """One colour for all, or that of the groups that the title speaks of and grey for the rest."""
    if not highlight:
        return alt.ColorValue(theme.INDIGO)
    names = list(dict.fromkeys(rows["label"]))
    return alt.Color("label:N", scale=theme.colour_scale(names, theme.highlights(names, highlight)), legend=None)


def _average(value: float) -> alt.Chart:
    """The average of everybody as a thin dashed line; the caller's subtitle says what it is."""
    mark = pd.DataFrame({"at": [value]})
    return alt.Chart(mark).mark_rule(strokeDash=[4, 4], color=theme.QUIET).encode(x=alt.X("at:Q"))
