"""Maps of tiles: one square for each region, about where it lies, as full of colour as its value is great."""

from __future__ import annotations

import altair as alt
import pandas as pd

from customary.charts import columns, numbers, theme
from customary.charts.bars import ranked_bars
from customary.charts.recall import draw_once
from customary.language import reader_language
from customary.regions import Place, maps
from customary.units import COUNT, Unit

_ROW = 46  # pixels
KNOWN = 0.5  # the share of a frame's places that a map must know to be drawn


@draw_once
@columns.default_units("value")
def region_map(
    frame: pd.DataFrame,
    place: str,
    value: str,
    *,
    unit: Unit = COUNT,
    currency: str = "",
    n: str | None = None,
) -> alt.LayerChart:
    """A tile for each region with its name and value; regions without a value are empty, not zero.

    `place` holds codes ("SP") or names in English or 中文 of the regions of one country. What the map does not know,
    such as "unknown", stands in a row of its own beneath. Where no map knows half of the places, there are bars.
    """
    rows = columns.select(frame, place=place, value=value, n=n)
    rows = columns.as_text(columns.numeric(rows, "value", "n"), "place")
    places = _map_of(set(rows["place"]))
    if not places:
        return ranked_bars(frame, place, value, unit=unit, currency=currency, n=n)
    rows = _on_map(rows, places)
    top = float(rows["value"].max()) if rows["value"].notna().any() else 1.0
    rows["exact"] = [numbers.exact(v, unit, currency) for v in rows["value"]]
    rows["text"] = ["" if v != v else numbers.short(v, unit, currency) for v in rows["value"]]
    rows["ink"] = [theme.PALE_INK if v > 0.8 * top else theme.INK for v in rows["value"]]
    across, down = (list(range(1, int(rows[name].max()) + 1)) for name in ("column", "row"))
    base = alt.Chart(rows).encode(
        x=alt.X("column:O", axis=None, scale=alt.Scale(domain=across, padding=0.04)),
        y=alt.Y("row:O", axis=None, scale=alt.Scale(domain=down, padding=0.04)),
        tooltip=columns.tooltips(("name:N", place), ("exact:N", value), n=n),
    )
    return theme.layer(*_layers(base, top, len(across)), height=min(theme.TALLEST, _ROW * len(down)))


def _layers(base: alt.Chart, top: float, across: int) -> list[alt.Chart]:
    """The outlines of all tiles, the colour of those with a value, and name and value in each."""
    outline = base.mark_rect(fillOpacity=0, stroke=theme.QUIET, strokeOpacity=0.5, cornerRadius=4)
    scale = alt.Scale(domain=[0, top], range=list(theme.OPACITY), clamp=True)
    whole = base.transform_filter("isValid(datum.value)")
    fill = whole.mark_rect(color=theme.INDIGO, cornerRadius=4)
    fill = fill.encode(opacity=alt.Opacity("value:Q", scale=scale, legend=None))
    ink = alt.Color("ink:N", scale=None, legend=None)
    fits = f"width / {across} > 6.4 * length(datum.name) + 8"
    name = base.mark_text(dy=-7, fontSize=11, text=alt.ExprRef(f"{fits} ? datum.name : datum.code"))
    number = whole.mark_text(dy=8, fontSize=alt.ExprRef(f"width / {across} > 48 ? 12 : 9"), fontWeight=600)
    return [outline, fill, name.encode(color=ink), number.encode(color=ink, text=alt.Text("text:N"))]


def _map_of(names: set[str]) -> tuple[Place, ...]:
    """The places of the map that knows most of the names; nothing where none knows enough of them."""
    shares = {name: sum(bool(set(each[:3]) & names) for each in places) for name, places in maps().items()}
    best = max(shares, key=lambda name: shares[name])
    return maps()[best] if names and shares[best] >= KNOWN * len(names) else ()


def _on_map(rows: pd.DataFrame, places: tuple[Place, ...]) -> pd.DataFrame:
    """Every place of the map with its row of the frame, and below it those that the map does not know."""
    spoken = 2 if reader_language() == "zh" else 1
    known = {alias: each for each in places for alias in each[:3]}
    lowest = max(each[3] for each in places) + 1
    strangers = [name for name in rows["place"] if name not in known]
    seats = {name: (name[:3], name, lowest, seat) for seat, name in enumerate(strangers, start=1)}
    seats |= {each[0]: (each[0], each[spoken], each[3], each[4]) for each in places}
    rows = rows.assign(key=[known[name][0] if name in known else name for name in rows["place"]])
    grid = pd.DataFrame.from_dict(seats, orient="index", columns=["code", "name", "row", "column"])
    return grid.rename_axis("key").reset_index().merge(rows, on="key", how="left")
