"""The bridge of a change: where it began, what raised it, what lowered it, where it ended."""

from __future__ import annotations

import altair as alt
import pandas as pd

from customary.charts import columns, numbers, theme
from customary.charts.recall import draw_once
from customary.units import MONEY, Unit
from customary.wording import wording

_KINDS = {"start and end": theme.INDIGO, "raised": theme.STEEL, "lowered": theme.ROSE}

_BY_WORD = "split(datum.label, ' ')"


@draw_once
@columns.default_units("value")
def waterfall(
    frame: pd.DataFrame,
    label: str,
    value: str,
    *,
    start: float,
    start_label: str = "before",
    end_label: str = "after",
    unit: Unit = MONEY,
    currency: str = "",
    height: int = theme.HEIGHT,
) -> alt.LayerChart:
    """Bars from `start` over each signed contribution (`value`) to the end they add up to, left to right."""
    parts = columns.as_text(columns.numeric(columns.select(frame, label=label, value=value), "value"), "label")
    rows = _steps(parts, start, wording(start_label), wording(end_label))
    gained = (rows["kind"] != "start and end") & (rows["value"] > 0)
    rows["text"] = [
        ("+" if plus else "") + numbers.short(v, unit, currency) for plus, v in zip(gained, rows["value"], strict=True)
    ]
    rows["exact"] = [numbers.exact(v, unit, currency) for v in rows["value"]]
    rows["kind"] = [wording(kind) for kind in rows["kind"]]
    small = alt.ExprRef("width < 320 ? 8 : 12")
    words = alt.Axis(labelAngle=0, labelOverlap=False, labelLimit=90, labelFontSize=small, labelExpr=_BY_WORD)
    base = alt.Chart(rows).encode(
        x=alt.X("label:N", sort=list(rows["label"]), title=None, axis=words),
        tooltip=[columns.tooltip("label:N", label), columns.tooltip("exact:N", value)],
    )
    scale = alt.Scale(domain=[wording(kind) for kind in _KINDS], range=list(_KINDS.values()))
    bars = base.mark_bar(width=alt.RelativeBandSize(0.6)).encode(
        y=alt.Y("low:Q", axis=numbers.axis(unit, currency), scale=alt.Scale(zero=True)),
        y2=alt.Y2("high"),
        color=alt.Color("kind:N", scale=scale),
    )
    text = base.mark_text(baseline="bottom", dy=-5, fontWeight=600, fontSize=small).encode(
        y=alt.Y("high:Q"), text=alt.Text("text:N")
    )
    return theme.layer(bars, text, height=height)


def _steps(parts: pd.DataFrame, start: float, start_label: str, end_label: str) -> pd.DataFrame:
    """Each bar's lower and upper edge: contributions float where the ones before them have come to."""
    reached = start + parts["value"].cumsum()
    begun = reached - parts["value"]
    middle = parts.assign(
        low=reached.where(reached < begun, begun),
        high=reached.where(reached > begun, begun),
        kind=["raised" if v >= 0 else "lowered" for v in parts["value"]],
    )
    end = float(reached.iloc[-1]) if len(parts) else start
    return pd.concat([_end(start_label, start), middle, _end(end_label, end)], ignore_index=True)


def _end(label: str, value: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "label": [label],
            "value": [value],
            "low": [min(value, 0.0)],
            "high": [max(value, 0.0)],
            "kind": ["start and end"],
        }
    )
