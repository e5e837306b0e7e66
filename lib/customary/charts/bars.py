"""Bars: what is more (ranked), what it is made of (stacked), how far people come (funnel)."""

from __future__ import annotations

from collections.abc import Collection

import altair as alt
import pandas as pd

from customary.charts import columns, notes, numbers, theme
from customary.charts.recall import draw_once
from customary.language import reader_language
from customary.units import COUNT, RATE, Unit
from customary.wording import say

THICK = 26  # a bar's greatest thickness; two bars are not two slabs
RUNNING = 0.45  # the opacity of a period that is not over


def _thickness(rows: int, height: int = theme.HEIGHT) -> float:
    return min(THICK, 0.7 * height / max(rows, 1))


def _lengths(rows: pd.DataFrame) -> alt.X:
    """Lengths from zero, with room for the longest text right of positive bars and left of negative ones."""
    room = 14 + 7 * columns.letters(rows["text"]) if len(rows) else 14
    left = room if (rows["value"] < 0).any() else 0
    ends: list[float | alt.ExprRef] = [left, alt.ExprRef(f"width - {room}")]
    return alt.X("value:Q", axis=None, scale=alt.Scale(zero=True, nice=False, range=ends))


@draw_once
@columns.default_units("value")
def ranked_bars(
    frame: pd.DataFrame,
    label: str,
    value: str,
    *,
    unit: Unit = COUNT,
    currency: str = "",
    n: str | None = None,
    colour: str | None = None,
    highlight: Collection[str] = (),
    as_given: bool = False,
    height: int | None = None,
) -> alt.LayerChart:
    """Horizontal bars, greatest first (or `as_given`), each with its value written beside it.

    `label` and `value` are columns; `n` a column of counts for the tooltip. Every bar has one colour unless
    `colour` names a column of labels with fixed colours (tiers, stages, channels); `highlight` are the labels that the
    title speaks of: the others are grey. Without a `height` it follows the number of bars.
    """
    rows = columns.select(frame, label=label, value=value, n=n, colour=colour)
    rows = columns.as_text(columns.numeric(rows, "value", "n"), "label", "colour")
    rows = rows if as_given else rows.sort_values("value", ascending=False, kind="stable")
    height = theme.fitting(len(rows), height)
    rows["text"] = [numbers.short(v, unit, currency) for v in rows["value"]]
    rows["exact"] = [numbers.exact(v, unit, currency) for v in rows["value"]]
    base = alt.Chart(rows).encode(
        y=alt.Y("label:N", sort=list(rows["label"]), title=None, axis=theme.names_axis()),
        x=_lengths(rows),
        tooltip=columns.tooltips(("label:N", label), ("exact:N", value), n=n),
    )
    bars = base.mark_bar(size=_thickness(len(rows), height))
    if colour is not None or highlight:
        field = "label" if colour is None else "colour"
        names = columns.in_order(rows[field], None)
        scale = theme.colour_scale(names, theme.highlights(names, highlight))
        bars = bars.encode(color=alt.Color(f"{field}:N", scale=scale, legend=None))
    text = base.mark_text(
        align=alt.ExprRef("datum.value < 0 ? 'right' : 'left'"),
        dx=alt.ExprRef("datum.value < 0 ? -6 : 6"),
    ).encode(text=alt.Text("text:N"))
    return theme.layer(bars, text, height=height)


@draw_once
@columns.default_units("value")
def stacked_bars(
    frame: pd.DataFrame,
    label: str,
    value: str,
    split: str,
    *,
    unit: Unit = COUNT,
    currency: str = "",
    n: str | None = None,
    order: list[str] | None = None,
    share: bool = False,
    height: int = theme.HEIGHT,
) -> notes.AnyChart:
    """What each bar is made of: upright over dates, lying for names; `share` fills every bar to 100 %.

    `order` is the order of the parts, first at the baseline. Periods with is_complete False are lighter.
    """
    upright = pd.api.types.is_datetime64_any_dtype(frame[label]) or _holds_dates(frame[label])
    rows = _parts(frame, columns.select(frame, label=label, value=value, split=split, n=n), unit, currency)
    names = columns.in_order(rows["split"], order)
    rows["rank"] = rows["split"].map(names.index)
    moments = columns.as_dates(rows, "label")["label"] if upright else pd.Series(dtype="datetime64[ns]")
    rows, bands, ticks = _label_axis(rows, upright)
    along = alt.X if upright else alt.Y
    across = alt.Y if upright else alt.X
    axis = numbers.axis(RATE if share else unit, "" if share else currency)
    bars = alt.Chart(rows).mark_bar(size=alt.Undefined if upright else _thickness(len(bands), height))
    placed = notes.placed_notes(frame, moments, by_period=True)
    # The bands are said where there are notes: Vega would put those of two layers in an order of its own.
    scale = alt.Scale(domain=bands) if placed else alt.Undefined
    bars = bars.encode(
        along("label:N", sort=bands, scale=scale, title=None, axis=_band_axis(ticks)),
        across("value:Q", stack="normalize" if share else "zero", axis=axis),
        color=alt.Color("split:N", scale=theme.colour_scale(names), sort=names, legend=notes.legend(placed)),
        order=alt.Order("rank:Q"),
        opacity=alt.Opacity("whole:Q", scale=None, legend=None),
        tooltip=columns.tooltips(("label:N", label), ("split:N", split), ("exact:N", value), n=n),
    )
    x = alt.X("at:N", sort=bands, scale=scale, title=None, axis=_band_axis(ticks))
    rules = notes.marks(placed, x, lambda one: numbers.date_text(one.moment, numbers.step_of(moments)))
    return notes.lay_over(bars, rules, placed, height)


def _parts(frame: pd.DataFrame, rows: pd.DataFrame, unit: Unit, currency: str) -> pd.DataFrame:
    """The parts of the bars with their values in words, and how strong each is drawn."""
    rows["whole"] = [1.0 if done else RUNNING for done in columns.is_whole(frame)]
    rows = columns.as_text(columns.numeric(rows, "value", "n"), "split")
    return rows.assign(exact=[numbers.exact(v, unit, currency) for v in rows["value"]])


def _holds_dates(values: pd.Series) -> bool:
    return pd.api.types.infer_dtype(values, skipna=True) in ("date", "datetime", "datetime64")


def _label_axis(rows: pd.DataFrame, upright: bool) -> tuple[pd.DataFrame, list[str], list[str]]:
    """The rows with labels as text, the labels in order (dates by time), and which dates the axis names."""
    if not upright:
        rows = columns.as_text(rows, "label")
        return rows, list(dict.fromkeys(rows["label"])), []
    rows = columns.as_dates(rows, "label").sort_values("label", kind="stable")
    step = numbers.step_of(rows["label"])
    ticks = [numbers.date_text(moment, step) for moment in numbers.ticks(rows["label"], step)]
    rows["label"] = [numbers.date_text(moment, step) for moment in rows["label"]]
    return rows, list(dict.fromkeys(rows["label"])), ticks


def _band_axis(ticks: list[str]) -> alt.Axis:
    """Every name, or the dates of `ticks`: "Jan 2023" where a year begins, "Apr" between."""
    if not ticks:
        return theme.names_axis()
    if reader_language() == "zh":
        after = "substring(datum.label, indexof(datum.label, '年') + 1)"
        is_month = "indexof(datum.label, '月') > 0 && indexof(datum.label, '日') < 0"
        text = f"{is_month} && datum.index > 0 && {after} != '1月' ? {after} : datum.label"
        return alt.Axis(labelAngle=0, labelOverlap="greedy", labelPadding=10, labelExpr=text, values=ticks)
    words = "split(datum.label, ' ')"
    month = f"length({words}) == 2 && substring(datum.label, 0, 1) != 'Q'"
    short = f"substring({words}[0], 0, 3)"
    year = f"datum.index > 0 && {short} != 'Jan' ? '' : ' ' + {words}[1]"
    text = f"{month} ? {short} + ({year}) : datum.label"
    return alt.Axis(labelAngle=0, labelOverlap="greedy", labelPadding=10, labelExpr=text, values=ticks)


@draw_once
def funnel_bars(
    frame: pd.DataFrame,
    step: str,
    count: str,
    overall: str,
    from_previous: str,
    *,
    height: int = theme.HEIGHT,
) -> alt.LayerChart:
    """A funnel: one bar a step, with both rates – of everyone who began, and of the step before.

    `overall` and `from_previous` are columns of rates, finished (0–1; the first step's may be empty).
    """
    rows = columns.select(frame, step=step, count=count, overall=overall, before=from_previous)
    rows = columns.as_text(columns.numeric(rows, "count", "overall", "before"), "step")
    rows["text"] = [
        f"{c:,.0f}"
        if first
        else say(
            "{n:,.0f} · {overall} of all · {before} of the step before", n=c, overall=RATE.text(o), before=RATE.text(b)
        )
        for first, c, o, b in zip(rows.index == 0, rows["count"], rows["overall"], rows["before"], strict=True)
    ]
    rows["most"] = float(rows["count"].max()) if len(rows) else 0.0
    base = alt.Chart(rows).encode(
        y=alt.Y("step:N", sort=list(rows["step"]), title=None, axis=theme.names_axis()),
        tooltip=[
            columns.tooltip("step:N", step),
            columns.tooltip("count:Q", count, ","),
            columns.tooltip("overall:Q", say("of all"), ".1%"),
            columns.tooltip("before:Q", say("of the step before"), ".1%"),
        ],
    )
    size = min(20.0, 0.4 * height / max(len(rows), 1))
    ghost = base.mark_bar(size=size, opacity=0.14).encode(x=alt.X("most:Q", axis=None, scale=_from_zero()))
    bars = base.mark_bar(size=size).encode(x=alt.X("count:Q"))
    # Under the bar and from its left end: both rates fit there on a phone as well.
    small = alt.ExprRef("width < 320 ? 9 : 12")
    text = base.mark_text(align="left", baseline="top", dy=size / 2 + 3, fontSize=small)
    text = text.encode(x=alt.datum(0), text=alt.Text("text:N"))
    return theme.layer(ghost, bars, text, height=height)


def _from_zero() -> alt.Scale:
    return alt.Scale(zero=True, nice=False)
