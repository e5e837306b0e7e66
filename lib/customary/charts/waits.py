"""Curves of waiting: the share that has come back by each day, with what chance may have done to it."""

from __future__ import annotations

import altair as alt
import pandas as pd

from customary.charts import columns, numbers, theme
from customary.charts.recall import draw_once
from customary.units import RATE
from customary.wording import say


@draw_once
def waiting_curve(
    frame: pd.DataFrame,
    days: str,
    rate: str,
    *,
    split: str | None = None,
    low: str | None = None,
    high: str | None = None,
    at_risk: str | None = None,
    marks: tuple[int, ...] = (),
    days_title: str = "days",
    order: list[str] | None = None,
    height: int = theme.HEIGHT,
) -> alt.LayerChart:
    """Steps that only rise, one per `split` (at most six), each named at its end, in bands of `low` to `high`.

    A step holds until the next day of the table. `at_risk` is how many are still watched, for the tooltip; `marks` are
    days with a thin dashed line.
    """
    rows = columns.select(frame, days=days, rate=rate, split=split, low=low, high=high, n=at_risk)
    rows = columns.numeric(rows, "days", "rate", "low", "high", "n")
    rows = columns.as_text(rows, "split") if split else rows.assign(split="all")
    names = columns.in_order(rows["split"], order)
    if len(names) > theme.MOST_SERIES:
        raise ValueError(f"{len(names)} curves; at most six can be told apart")
    rows = rows.sort_values(["split", "days"], kind="stable")
    rows["exact"] = [numbers.exact(v, RATE, "") for v in rows["rate"]]
    room = 16 + 7 * columns.letters(_ends(rows)["text"])
    across = alt.Scale(nice=False, range=[0, alt.ExprRef(f"width - {room}")])
    base = alt.Chart(rows).encode(
        x=alt.X("days:Q", title=columns.title_text(days_title), scale=across),
        color=alt.Color("split:N", scale=theme.colour_scale(names), legend=None),
    )
    layers = _marks(marks) if len(rows) else []
    if low and high:
        layers.append(_band(base, rows))
    up = alt.Y("rate:Q", axis=numbers.axis(RATE), scale=alt.Scale(zero=True))
    layers.append(base.mark_line(interpolate="step-after").encode(y=up))
    lines = [("days:Q", days_title), ("exact:N", rate), *([("split:N", split)] if split else [])]
    layers.append(base.mark_point(size=60, opacity=0).encode(y=up, tooltip=columns.tooltips(*lines, n=at_risk)))
    text = alt.Chart(_ends(rows)).mark_text(align="left", dx=6, fontWeight=600)
    layers.append(text.encode(x="days:Q", y=up, text="text:N", color=base.encoding.color))
    return theme.layer(*layers, height=height)


def _band(base: alt.Chart, rows: pd.DataFrame) -> alt.Chart:
    """From low to high, where both are known."""
    band = base.mark_area(opacity=0.16, interpolate="step-after", line=False)
    return band.properties(data=rows.dropna(subset=["low", "high"])).encode(y=alt.Y("low:Q"), y2=alt.Y2("high"))


def _ends(rows: pd.DataFrame) -> pd.DataFrame:
    """The last point of each curve with its label: the name, or the value of a single curve."""
    last = rows.dropna(subset=["rate"]).groupby("split", sort=False).tail(1)
    single = last["split"].nunique() == 1
    return last.assign(text=[numbers.short(v, RATE) for v in last["rate"]] if single else last["split"])


def _marks(days: tuple[int, ...]) -> list[alt.Chart]:
    at = pd.DataFrame({"at": list(days), "text": [say("{days} d", days=day) for day in days]})
    rule = alt.Chart(at).mark_rule(strokeDash=[4, 4], color=theme.QUIET).encode(x=alt.X("at:Q"))
    words = alt.Chart(at).mark_text(align="left", baseline="top", dx=4, opacity=0.75)
    return [rule, words.encode(x=alt.X("at:Q"), y=alt.value(0), text=alt.Text("text:N"))]
