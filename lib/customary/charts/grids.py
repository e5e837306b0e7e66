"""Heatmaps: one indigo, thin to full, with the number in the cell while there is room."""

from __future__ import annotations

import altair as alt
import pandas as pd

from customary.charts import columns, numbers, theme
from customary.charts.recall import draw_once
from customary.language import format_percent
from customary.units import COUNT, RATE, Unit
from customary.wording import say

ROOM = 14  # so many columns still carry their numbers
_CELL = 26
_BESIDE = 860  # pixels for the names of all columns beside each other


@draw_once
@columns.default_units("value")
def heatmap(
    frame: pd.DataFrame,
    x: str,
    y: str,
    value: str,
    *,
    unit: Unit = COUNT,
    currency: str = "",
    n: str | None = None,
    x_order: list[str] | None = None,
    y_order: list[str] | None = None,
    most: float | None = None,
    marked: str | None = None,
    x_title: str | None = None,
    height: int | None = None,
) -> alt.LayerChart:
    """A grid of values: opacity from nothing to the greatest (or `most`), numbers in the cells if they fit.

    Empty cells stay empty: no value is not zero. `x_order` and `y_order` are the orders of the labels; `marked`
    is a column of booleans whose cells are amber with a dashed edge instead of indigo. `x_title` says what stands
    across, by default the column's name.
    """
    rows = columns.select(frame, x=x, y=y, value=value, n=n, marked=marked)
    rows = columns.as_text(columns.numeric(rows, "value", "n"), "x", "y").dropna(subset=["value"])
    across, down = columns.in_order(rows["x"], x_order), columns.in_order(rows["y"], y_order)
    return _grid(rows, across, down, unit, currency, (x_title or x, y, value, n), most, height)


def _grid(
    rows: pd.DataFrame,
    across: list[str],
    down: list[str],
    unit: Unit,
    currency: str,
    names: tuple[str, str, str, str | None],
    most: float | None,
    height: int | None,
) -> alt.LayerChart:
    top = most or (float(rows["value"].max()) if len(rows) else 1.0) or 1.0
    rows = rows.assign(
        text=[_cell_text(v, unit, currency) for v in rows["value"]],
        exact=[numbers.exact(v, unit, currency) for v in rows["value"]],
        ink=[theme.PALE_INK if v > 0.8 * top else theme.INK for v in rows["value"]],
    )
    tooltip = columns.tooltips(("y:N", names[1]), ("x:N", names[0]), ("exact:N", names[2]), n=names[3])
    base = alt.Chart(rows).encode(
        x=alt.X(
            "x:N",
            sort=across,
            title=columns.title_text(names[0]).replace("_", " "),
            axis=_heads(across),
        ),
        y=alt.Y("y:N", sort=down, title=None, axis=theme.names_axis()),
        tooltip=tooltip,
    )
    scale = alt.Scale(domain=[0, top], range=list(theme.OPACITY), clamp=True)
    opacity = alt.Opacity("value:Q", scale=scale, legend=None)
    layers = [base.mark_rect(color=theme.INDIGO, cornerRadius=2, stroke=None).encode(opacity=opacity)]
    if "marked" in rows and rows["marked"].any():
        edge = base.mark_rect(fillOpacity=0, stroke=theme.AMBER, strokeWidth=2, strokeDash=[4, 3], cornerRadius=2)
        fill = base.mark_rect(color=theme.AMBER, cornerRadius=2, stroke=None).encode(opacity=opacity)
        layers = [layers[0].transform_filter("!datum.marked")]
        layers += [layer.transform_filter("datum.marked") for layer in (fill, edge)]
    if len(across) <= ROOM:
        text = base.mark_text(fontSize=_fitting(len(across), rows["text"]))
        layers.append(text.encode(text=alt.Text("text:N"), color=alt.Color("ink:N", scale=None, legend=None)))
    return theme.layer(*layers, height=height or max(200, _CELL * len(down)))


# The last name ends over the middle of its column: centred, it would end beyond a narrow chart.
_INWARD = {"condition": {"test": "datum.index === 1", "value": "right"}, "value": "center"}


def _heads(names: list[str]) -> alt.Axis:
    """The axis above the columns; names that would not stand beside each other come down from the left."""
    if 7 * columns.letters(pd.Series(names)) * len(names) < _BESIDE:
        return alt.Axis(labelAngle=0, orient="top", labelSeparation=4, labelAlign=_INWARD)
    return alt.Axis(labelAngle=40, labelAlign="right", orient="top", labelOverlap=False)


def _fitting(cells: int, texts: pd.Series) -> alt.ExprRef:
    """Numbers shrink with their cells, and go where they would run into each other."""
    cell, longest = f"width / {max(cells, 1)}", columns.letters(texts) or 1
    return alt.ExprRef(f"{cell} >= {max(22, 6.4 * longest)} ? 11 : {cell} >= {max(16.5, 5.4 * longest)} ? 9 : 0")


def _cell_text(value: float, unit: Unit, currency: str) -> str:
    """In a cell, the axis says the unit: 34, not 34.1%."""
    if unit.name == "rate":
        return format_percent(value, most=0).removesuffix("%")
    return numbers.short(value, unit, currency)


@draw_once
@columns.default_units("value")
def cohort_heatmap(
    frame: pd.DataFrame,
    cohort: str,
    age: str,
    value: str,
    size: str,
    *,
    unit: Unit = RATE,
    currency: str = "",
    age_title: str = "months since first order",
    height: int | None = None,
) -> alt.LayerChart:
    """Cohorts down, age across, each cohort's size beside its name; is_complete False leaves a cell out.

    `cohort` holds dates (the cohort's first day), `age` whole numbers, `size` the people in the cohort.
    The colour ends at the greatest value past age 0, or age 0's 100 % would drain the rest.
    """
    rows = columns.select(frame, cohort=cohort, x=age, value=value, size=size)[columns.is_whole(frame).to_numpy()]
    rows = columns.numeric(columns.as_dates(rows, "cohort"), "value", "size").dropna(subset=["value"])
    rows = rows.sort_values(["cohort", "x"])
    step = numbers.step_of(rows["cohort"])
    rows["y"] = [f"{numbers.date_text(c, step)} · {s:,.0f}" for c, s in zip(rows["cohort"], rows["size"], strict=True)]
    later = rows.loc[rows["x"] > 0, "value"]
    most = float(later.max()) if len(later) and later.max() > 0 else None
    across = [str(number) for number in sorted(set(rows["x"].astype(int)))]
    rows["x"] = rows["x"].astype(int).astype(str)
    down = list(dict.fromkeys(rows["y"]))
    return _grid(rows, across, down, unit, currency, (age_title, say("cohort · people"), value, None), most, height)
