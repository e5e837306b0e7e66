"""Change over time: lines, areas. Dates come as the first day of each period."""

from __future__ import annotations

from collections.abc import Collection

import altair as alt
import pandas as pd

from customary.charts import columns, notes, numbers, theme
from customary.charts.recall import draw_once
from customary.units import COUNT, RATE, Unit
from customary.wording import say

LINE = "line"  # the inner name of a single, unsplit series
_LETTER, _LABEL_MOST = 7, 16
_ROW = 15  # pixels a direct label needs


@draw_once
@columns.default_units("value")
def line_over_time(
    frame: pd.DataFrame,
    time: str,
    value: str,
    *,
    split: str | None = None,
    unit: Unit = COUNT,
    currency: str = "",
    n: str | None = None,
    compare: str | None = None,
    low: str | None = None,
    high: str | None = None,
    target: float | None = None,
    target_label: str = "goal",
    order: list[str] | None = None,
    highlight: Collection[str] = (),
    zero: bool = True,
    domain: tuple[float, float] | None = None,
    height: int = theme.HEIGHT,
) -> alt.LayerChart:
    """Lines over time, named at their right end; at most six (`split`), the caller says what "Other" is.

    `compare`: a column with the compared period's value, dashed; `low` and `high`: columns of an interval,
    a band; `target`: a thin dashed line with its label; `highlight`: the lines that the title speaks of, the others are
    grey; `domain`: the least and greatest value drawn. Periods not is_complete are dotted and lighter.
    """
    rows = _rows(frame, time, value, split, n, compare, low, high)
    names = columns.in_order(rows["split"], order)
    if len(names) > theme.MOST_SERIES:
        raise ValueError(f"{len(names)} lines; at most {theme.MOST_SERIES}, the rest as one “Other”")
    rhythm = numbers.step_of(rows["time"])
    rows["when"] = [numbers.date_text(moment, rhythm) for moment in rows["time"]]
    rows["exact"] = [numbers.exact(v, unit, currency) for v in rows["value"]]
    extent = domain or _extent(rows, target, zero)
    base = _base(rows, names, rhythm, unit, currency, extent, highlight)
    placed = notes.placed_notes(frame, rows["time"], _room(rows, names, unit, currency))
    layers = [*notes.bands(placed, rows["time"]), *notes.marks(placed, alt.X("at:T", title=None))]
    layers += [_band(base, rows)] if low and high else []
    layers += [_dashes(base, rows)] if compare else []
    layers += [*_strokes(base, rows), *_target(rows, target, target_label, unit, currency)]
    layers.append(_points(base, rows, split, value, n, unit, currency, compare))
    layers += [_ends(base, rows, names, extent, height, unit, currency)] if len(rows) else []
    return notes.with_words(theme.layer(*layers, height=height), placed)


def _rows(
    frame: pd.DataFrame,
    time: str,
    value: str,
    split: str | None,
    n: str | None,
    compare: str | None,
    low: str | None,
    high: str | None,
) -> pd.DataFrame:
    rows = columns.select(frame, time=time, value=value, split=split, n=n, compare=compare, low=low, high=high)
    rows["whole"] = columns.is_whole(frame).to_numpy()
    rows = columns.numeric(columns.as_dates(rows), "value", "n", "compare", "low", "high")
    rows = columns.as_text(rows, "split") if split else rows.assign(split=LINE)
    # Months that few people stand behind are merged for viewers into a row without a month: it has no place on a line.
    return rows.dropna(subset="time").sort_values("time", kind="stable")


def _extent(rows: pd.DataFrame, target: float | None, zero: bool) -> tuple[float, float]:
    """The least and greatest value drawn, with a little air above."""
    drawn = [rows[name] for name in ("value", "compare", "low", "high") if name in rows]
    every = pd.concat([*drawn, pd.Series([target] if target is not None else [], dtype=float)]).dropna()
    low, high = (float(every.min()), float(every.max())) if len(every) else (0.0, 1.0)
    low = min(low, 0.0) if zero else low - 0.08 * (high - low)
    return low, high + 0.06 * ((high - low) or 1.0)


def _base(
    rows: pd.DataFrame,
    names: list[str],
    rhythm: str,
    unit: Unit,
    currency: str,
    extent: tuple[float, float],
    highlight: Collection[str],
) -> alt.Chart:
    # Dates travel as plain ISO days and are drawn in UTC: a viewer west of London sees the same day.
    room = _room(rows, names, unit, currency)
    return alt.Chart(_travelling(rows)).encode(
        x=alt.X(
            "time:T",
            scale=alt.Scale(type="utc", range=[0, alt.ExprRef(f"width - {room}")]),
            axis=numbers.time_axis(rows["time"], rhythm),
        ),
        y=alt.Y("value:Q", scale=alt.Scale(domain=extent, nice=False), axis=numbers.axis(unit, currency)),
        color=alt.Color("split:N", scale=theme.colour_scale(names, theme.highlights(names, highlight)), legend=None),
    )


def _room(rows: pd.DataFrame, names: list[str], unit: Unit, currency: str) -> int:
    """The pixels that the labels at the right ends of the lines need."""
    texts = _end_texts(rows, names, unit, currency)["text"]
    return 14 + _LETTER * columns.letters(texts)


def _travelling(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(time=columns.iso_days(rows["time"]))


def _strokes(base: alt.Chart, rows: pd.DataFrame) -> list[alt.Chart]:
    """Whole periods as a line; dotted the way into a running last period and out of a first one that is not whole."""
    whole = rows[rows["whole"]]
    lines = [base.mark_line().properties(data=_travelling(whole))]
    for edge in (_edge(rows, whole, last=False), _edge(rows, whole, last=True)):
        if len(edge) > edge["split"].nunique():
            lines.append(base.mark_line(strokeDash=[2, 4], opacity=0.7).properties(data=_travelling(edge)))
    return lines


def _edge(rows: pd.DataFrame, whole: pd.DataFrame, *, last: bool) -> pd.DataFrame:
    """Each line's whole point at one end, and the points beyond it that are not whole."""
    times = columns.iso_days(rows["time"])
    ends = whole.assign(end=columns.iso_days(whole["time"])).groupby("split", sort=False)["end"]
    bound = rows["split"].map(ends.max() if last else ends.min()).astype(times.dtype)  # no whole point: no number
    beyond = (times >= bound) if last else (times <= bound)
    alone = bound.isna() & last  # a line without a single whole point is dotted throughout
    return rows[beyond | alone]


def _dashes(base: alt.Chart, rows: pd.DataFrame) -> alt.Chart:
    return base.mark_line(strokeDash=[6, 4], strokeWidth=1.5, opacity=0.55).encode(y=alt.Y("compare:Q"))


def _band(base: alt.Chart, rows: pd.DataFrame) -> alt.Chart:
    return base.mark_area(opacity=0.16, line=False).encode(y=alt.Y("low:Q"), y2=alt.Y2("high"))


def _points(
    base: alt.Chart,
    rows: pd.DataFrame,
    split: str | None,
    value: str,
    n: str | None,
    unit: Unit,
    currency: str,
    compare: str | None,
) -> alt.Chart:
    """Points to hold the tooltips: seen while they are few, else only felt."""
    said = rows.assign(
        state=[say("complete") if done else say("not whole") for done in rows["whole"]],
        against=[numbers.exact(v, unit, currency) for v in rows["compare"]] if compare else "",
    )
    tooltip = [columns.tooltip("when:N", say("period")), columns.tooltip("exact:N", value)]
    tooltip += [columns.tooltip("split:N", split)] if split else []
    tooltip += [columns.tooltip("against:N", say("compared period"))] if compare else []
    tooltip += [columns.tooltip("n:Q", "n", ",")] if n else []
    tooltip += [] if rows["whole"].all() else [columns.tooltip("state:N", say("state"))]
    few = len(rows) <= 40
    points = base.mark_point(size=28 if few else 60, opacity=1 if few else 0)
    return points.encode(tooltip=tooltip).properties(data=_travelling(said))


def _end_texts(rows: pd.DataFrame, names: list[str], unit: Unit, currency: str) -> pd.DataFrame:
    """The last point of each series with its label: its name, or the value where there is one series."""
    last = rows.dropna(subset=["value"]).groupby("split", sort=False).tail(1)
    single = names == [LINE]
    texts = [
        numbers.short(v, unit, currency) if single else s if len(s) <= _LABEL_MOST else s[: _LABEL_MOST - 1] + "…"
        for s, v in zip(last["split"], last["value"], strict=True)
    ]
    return last.assign(text=texts)


def _ends(
    base: alt.Chart,
    rows: pd.DataFrame,
    names: list[str],
    extent: tuple[float, float],
    height: int,
    unit: Unit,
    currency: str,
) -> alt.Chart:
    last = _end_texts(rows, names, unit, currency).sort_values("value", kind="stable")
    last["at"] = _apart(list(last["value"]), _ROW * (extent[1] - extent[0]) / height, extent[1])
    text = base.mark_text(align="left", dx=8, fontWeight=600, clip=False)
    return text.encode(y=alt.Y("at:Q"), text=alt.Text("text:N")).properties(data=_travelling(last))


def _apart(values: list[float], gap: float, top: float) -> list[float]:
    """Ascending places near `values`, at least `gap` apart, pushed back down where they pass `top`."""
    places: list[float] = []
    for value in values:
        places.append(max(value, places[-1] + gap) if places else value)
    ceiling = top
    for index in range(len(places) - 1, -1, -1):
        places[index] = min(places[index], ceiling)
        ceiling = places[index] - gap
    return places


def _target(rows: pd.DataFrame, target: float | None, label: str, unit: Unit, currency: str) -> list[alt.Chart]:
    if target is None or rows.empty:
        return []
    line = pd.DataFrame(
        {"at": [target], "text": [f"{columns.title_text(label)} {numbers.short(target, unit, currency)}"]}
    )
    rule = alt.Chart(line).mark_rule(strokeDash=[4, 4], strokeWidth=1, color=theme.QUIET).encode(y=alt.Y("at:Q"))
    words = alt.Chart(line).mark_text(align="left", baseline="bottom", dx=4, dy=-3, opacity=0.75)
    return [rule, words.encode(x=alt.value(0), y=alt.Y("at:Q"), text=alt.Text("text:N"))]


@draw_once
@columns.default_units("value")
def stacked_area_over_time(
    frame: pd.DataFrame,
    time: str,
    value: str,
    split: str,
    *,
    unit: Unit = COUNT,
    currency: str = "",
    order: list[str] | None = None,
    share: bool = False,
    height: int = theme.HEIGHT,
) -> notes.AnyChart:
    """What a total is made of, over time; `order` is bottom first, `share` fills to 100 %.

    Running periods are left out of an area (a falling edge would lie); say so beneath.
    """
    rows = columns.select(frame, time=time, value=value, split=split)[columns.is_whole(frame).to_numpy()]
    rows = columns.as_text(columns.numeric(columns.as_dates(rows), "value"), "split").sort_values("time")
    names = columns.in_order(rows["split"], order)
    rhythm = numbers.step_of(rows["time"])
    rows["rank"] = rows["split"].map(names.index)
    rows["when"] = [numbers.date_text(moment, rhythm) for moment in rows["time"]]
    rows["exact"] = [numbers.exact(v, unit, currency) for v in rows["value"]]
    across = numbers.time_axis(rows["time"], rhythm)
    up = numbers.axis(RATE) if share else numbers.axis(unit, currency)
    placed = notes.placed_notes(frame, rows["time"])
    areas = (
        alt.Chart(_travelling(rows))
        .mark_area(opacity=0.85)
        .encode(
            x=alt.X("time:T", scale=alt.Scale(type="utc"), axis=across),
            y=alt.Y("value:Q", stack="normalize" if share else "zero", axis=up),
            color=alt.Color("split:N", scale=theme.colour_scale(names), sort=names, legend=notes.legend(placed)),
            order=alt.Order("rank:Q"),
            tooltip=columns.tooltips(("when:N", say("period")), ("split:N", split), ("exact:N", value)),
        )
    )
    marks = [*notes.bands(placed, rows["time"]), *notes.marks(placed, alt.X("at:T", title=None))]
    return notes.lay_over(areas, marks, placed, height)
