"""Dots: several values of each name on one line, instead of twin charts of bars."""

from __future__ import annotations

import altair as alt
import pandas as pd

from customary.charts import columns, numbers, theme
from customary.charts.recall import draw_once
from customary.units import RATE, Unit


@draw_once
@columns.default_units("value")
def dot_plot(
    frame: pd.DataFrame,
    label: str,
    value: str,
    split: str,
    *,
    unit: Unit = RATE,
    currency: str = "",
    n: str | None = None,
    order: list[str] | None = None,
    height: int | None = None,
) -> alt.LayerChart:
    """For each `label` a dot per `split` (at most six) on a thin line from the least to the greatest of them.

    The two ends carry their values; a name without a value has no dot. The names stand as they come, `order` is the
    order of the legend. A dot's place is read, not its length: the axis need not begin at zero.
    """
    rows = columns.select(frame, label=label, value=value, split=split, n=n)
    rows = columns.as_text(columns.numeric(rows, "value", "n"), "label", "split").dropna(subset=["value"])
    names = columns.in_order(rows["split"], order)
    if len(names) > theme.MOST_SERIES:
        raise ValueError(f"{len(names)} dots a line; at most {theme.MOST_SERIES} can be told apart")
    rows["exact"] = [numbers.exact(v, unit, currency) for v in rows["value"]]
    rows["text"] = [numbers.short(v, unit, currency) for v in rows["value"]]
    room = 16 + 7 * (int(rows["text"].str.len().max()) if len(rows) else 0)
    scale = alt.Scale(zero=False, nice=True, range=[room, alt.ExprRef(f"width - {room}")])
    labels = list(dict.fromkeys(rows["label"]))
    base = alt.Chart(rows).encode(
        y=alt.Y("label:N", sort=labels, title=None, axis=theme.names_axis()),
        x=alt.X("value:Q", scale=scale, title=None, axis=numbers.axis(unit, currency)),
    )
    dots = base.mark_point(size=90, opacity=1).encode(
        color=alt.Color("split:N", scale=theme.colour_scale(names), sort=names),
        tooltip=columns.tooltips(("label:N", label), ("split:N", split), ("exact:N", value), n=n),
    )
    return theme.layer(_spans(rows, base), dots, *_ends(rows, base), height=theme.fitting(len(labels), height))


def _spans(rows: pd.DataFrame, base: alt.Chart) -> alt.Chart:
    """The line of each name, from its least value to its greatest."""
    ends = rows.groupby("label", sort=False)["value"].agg(["min", "max"]).reset_index()
    line = base.mark_rule(color=theme.QUIET, strokeWidth=2, opacity=0.5).properties(data=ends)
    return line.encode(x=alt.X("min:Q", title=None), x2=alt.X2("max"))


def _ends(rows: pd.DataFrame, base: alt.Chart) -> list[alt.Chart]:
    """The values of the least and the greatest dot of each name, outside of them; one dot has one value."""
    by_name = rows.groupby("label", sort=False)["value"]
    greatest = rows.loc[by_name.idxmax()]
    least = rows.loc[by_name.idxmin()].loc[lambda each: ~each.index.isin(greatest.index)]
    right = base.mark_text(align="left", dx=9).properties(data=greatest).encode(text=alt.Text("text:N"))
    left = base.mark_text(align="right", dx=-9).properties(data=least).encode(text=alt.Text("text:N"))
    return [right, left]
