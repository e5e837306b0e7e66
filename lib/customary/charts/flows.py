"""Flows of people: who came above the line, who went below it, period by period."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

from customary.charts import columns, numbers, theme
from customary.charts.bars import RUNNING, _band_axis, _label_axis
from customary.charts.recall import draw_once
from customary.units import COUNT, Unit
from customary.wording import say, word

FLOWS = {"new": theme.INDIGO, "returning": theme.OLIVE, "resurrecting": theme.AMBER, "dormant": theme.ROSE}


@draw_once
def flow_bars(
    frame: pd.DataFrame,
    time: str,
    up: Mapping[str, str],
    down: Mapping[str, str],
    *,
    unit: Unit = COUNT,
    height: int = theme.HEIGHT,
) -> alt.LayerChart:
    """Bars stacked above and below a common zero over time: `up` and `down` map columns to the names of the parts.

    The first of `up` stands on the line. Periods with is_complete False, or is_burn_in True, are lighter.
    """
    parts = []
    for sign, side in ((1.0, up), (-1.0, down)):
        for column, name in side.items():
            part = columns.select(frame, label=time, value=column).assign(split=word(name), sign=sign)
            parts.append(part.assign(whole=_opacity(frame)))
    rows = columns.numeric(pd.concat(parts, ignore_index=True), "value")
    rows["exact"] = [numbers.exact(v, unit, "") for v in rows["value"]]
    names = [word(name) for name in (*up.values(), *down.values())]
    rows["rank"] = rows["split"].map(names.index)
    rows["value"] *= rows["sign"]
    rows, bands, ticks = _label_axis(rows, True)
    axis = alt.Axis(labelExpr=numbers.axis_text(COUNT).replace("(datum.value < 0 ? '−' : '')", "''"), title=None)
    bars = (
        alt.Chart(rows)
        .mark_bar()
        .encode(
            x=alt.X("label:N", sort=bands, title=None, axis=_band_axis(ticks)),
            y=alt.Y("value:Q", stack="zero", axis=axis),
            color=alt.Color("split:N", scale=theme.colour_scale(names, FLOWS), sort=names),
            order=alt.Order("rank:Q"),
            opacity=alt.Opacity("whole:Q", scale=None, legend=None),
            tooltip=columns.tooltips(("label:N", say("period")), ("split:N", say("part")), ("exact:N", say("people"))),
        )
    )
    zero = alt.Chart(pd.DataFrame({"at": [0]})).mark_rule(color=theme.QUIET).encode(y=alt.Y("at:Q"))
    return theme.layer(bars, zero, height=height)


def _opacity(frame: pd.DataFrame) -> list[float]:
    burnt = columns.is_whole(frame, "is_burn_in") if "is_burn_in" in frame.columns else pd.Series([False] * len(frame))
    return [1.0 if done and not early else RUNNING for done, early in zip(columns.is_whole(frame), burnt, strict=True)]
