"""Forecasts against what came: the course of a total over time, and means group by group."""

from __future__ import annotations

import altair as alt
import pandas as pd

from customary.charts import columns, notes, numbers, theme
from customary.charts.recall import draw_once
from customary.units import COUNT, Unit
from customary.wording import say, wording

CAME, EXPECTED = "came", "expected"
_ROOM = 78  # pixels right of the lines for their names


@draw_once
@columns.default_units("expected")
def tracking_lines(
    frame: pd.DataFrame,
    time: str,
    expected: str,
    actual: str,
    is_later: str,
    *,
    unit: Unit = COUNT,
    currency: str = "",
    cut_label: str = "held out",
    height: int = theme.HEIGHT,
) -> alt.LayerChart:
    """What came as a line and what was expected as a dashed one; `is_later` marks the rows after the cut, shaded."""
    rows = columns.select(frame, time=time, expected=expected, came=actual, later=is_later)
    rows = _in_words(columns.numeric(columns.as_dates(rows), "expected", "came"), unit, currency, EXPECTED, CAME)
    step = numbers.step_of(rows["time"])
    rows["when"] = [numbers.date_text(moment, step) for moment in rows["time"]]
    axis, domain = numbers.time_axis(rows["time"], step), _from_zero(rows, EXPECTED, CAME)
    rows = rows.assign(time=columns.iso_days(rows["time"]))
    ends: list[float | alt.ExprRef] = [0, alt.ExprRef(f"width - {_ROOM}")]
    base = alt.Chart(rows).encode(x=alt.X("time:T", scale=alt.Scale(type="utc", range=ends), axis=axis))
    up = alt.Scale(domain=domain, nice=False)
    lines = [
        base.mark_line(strokeDash=[] if role == CAME else [6, 4]).encode(
            y=alt.Y(f"{role}:Q", scale=up, axis=numbers.axis(unit, currency)),
            color=alt.Color(f"series_{role}:N", scale=_colours(), legend=None),
        )
        for role in (CAME, EXPECTED)
    ]
    tips = columns.tooltips(("when:N", say("period")), ("exact_expected:N", EXPECTED), ("exact_came:N", CAME))
    felt = base.mark_point(size=60, opacity=0).encode(y=alt.Y("came:Q", scale=up), tooltip=tips)
    placed = notes.placed_notes(frame, pd.to_datetime(rows["time"]), _ROOM)
    drawn = notes.marks(placed, alt.X("at:T", title=None))
    layers = [*drawn, *_shade(rows, cut_label), *lines, felt, *_names(rows, up, domain, height)]
    return notes.with_words(theme.layer(*layers, height=height), placed)


def _in_words(rows: pd.DataFrame, unit: Unit, currency: str, *roles: str) -> pd.DataFrame:
    """The rows with each of these values in words and under the name of its series."""
    exact = {f"exact_{role}": [numbers.exact(v, unit, currency) for v in rows[role]] for role in roles}
    return rows.assign(**exact, series_came=wording(CAME), series_expected=wording(EXPECTED))


def _colours() -> alt.Scale:
    """The colours of what came and what was expected, under their names in the reader's language."""
    return alt.Scale(domain=[wording(CAME), wording(EXPECTED)], range=[theme.INDIGO, theme.AMBER])


def _from_zero(rows: pd.DataFrame, *roles: str) -> tuple[float, float]:
    top = pd.concat([rows[role] for role in roles]).max()
    return 0.0, float(1.08 * top) if top > 0 else 1.0


def _shade(rows: pd.DataFrame, label: str) -> list[alt.Chart]:
    """The time held out as a light field with its name."""
    later = rows[rows["later"].astype(bool)]
    if later.empty:
        return []
    field = pd.DataFrame({"start": [later["time"].iloc[0]], "end": [rows["time"].iloc[-1]], "text": [wording(label)]})
    base = alt.Chart(field).encode(x=alt.X("start:T"))
    words = base.mark_text(align="left", baseline="bottom", dx=6, dy=-6, fontStyle="italic", opacity=0.75)
    return [
        base.mark_rect(color=theme.QUIET, opacity=0.12).encode(x2=alt.X2("end")),
        base.mark_rule(strokeDash=[4, 4], color=theme.QUIET),
        words.encode(y=alt.value("height"), text=alt.Text("text:N")),
    ]


def _names(rows: pd.DataFrame, up: alt.Scale, domain: tuple[float, float], height: int) -> list[alt.Chart]:
    """Each line's name at its end, pushed apart where they would meet."""
    known = rows.dropna(subset=[CAME, EXPECTED])
    if known.empty:
        return []
    last, least = known.iloc[-1], 16 * domain[1] / height
    at = {CAME: float(last[CAME]), EXPECTED: float(last[EXPECTED])}
    lower, upper = sorted(at, key=lambda name: at[name])
    at[upper] = max(at[upper], at[lower] + least)
    ends = pd.DataFrame({"time": last["time"], "at": at.values(), "text": [wording(name) for name in at]})
    text = alt.Chart(ends).mark_text(align="left", dx=8, fontWeight=600)
    colour = alt.Color("text:N", scale=_colours(), legend=None)
    return [text.encode(x=alt.X("time:T"), y=alt.Y("at:Q", scale=up), text=alt.Text("text:N"), color=colour)]


@draw_once
@columns.default_units("expected")
def expected_and_actual(
    frame: pd.DataFrame,
    label: str,
    expected: str,
    actual: str,
    low: str,
    high: str,
    *,
    unit: Unit = COUNT,
    currency: str = "",
    n: str | None = None,
    x_title: str | None = None,
    height: int = theme.HEIGHT,
) -> alt.LayerChart:
    """Groups side by side, as given: what came as a dot on its interval, what was expected as an open diamond."""
    rows = columns.select(frame, label=label, expected=expected, came=actual, low=low, high=high, n=n)
    rows = columns.as_text(columns.numeric(rows, "expected", "came", "low", "high", "n"), "label")
    rows = _in_words(rows, unit, currency, EXPECTED, CAME, "low", "high")
    lines = [("label:N", x_title or label), ("exact_expected:N", EXPECTED), ("exact_came:N", CAME)]
    lines += [("exact_low:N", say("from")), ("exact_high:N", say("to"))]
    words = x_title and columns.title_text(x_title)
    base = alt.Chart(rows).encode(
        x=alt.X("label:N", sort=list(rows["label"]), title=words, axis=alt.Axis(labelAngle=0)),
        tooltip=columns.tooltips(*lines, n=n),
    )
    up = alt.Scale(domain=_from_zero(rows, "expected", "came", "high"), nice=False)
    axis = numbers.axis(unit, currency)
    bands = base.mark_rule(strokeWidth=5, opacity=0.3, color=theme.INDIGO)
    layers = [bands.encode(y=alt.Y("low:Q", scale=up, axis=axis), y2=alt.Y2("high"))]
    for role, shape, filled in ((CAME, "circle", True), (EXPECTED, "diamond", False)):
        mark = base.mark_point(size=70 if filled else 110, filled=filled, opacity=1, strokeWidth=2)
        layers.append(
            mark.encode(
                y=alt.Y(f"{role}:Q", scale=up, axis=axis),
                color=alt.Color(f"series_{role}:N", scale=_colours(), sort=[wording(CAME), wording(EXPECTED)]),
                shape=alt.ShapeValue(shape),
            )
        )
    return theme.layer(*layers, height=height)
