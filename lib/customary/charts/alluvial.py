"""Flows between two moments: every group as a bar on both sides, and bands between them as wide as what moved."""

from __future__ import annotations

from typing import Literal, NamedTuple

import altair as alt
import pandas as pd

from customary.charts import columns, numbers, theme
from customary.charts.recall import draw_once
from customary.units import COUNT, Unit
from customary.wording import wording


class _Node(NamedTuple):
    """Where the words of a side stand."""

    align: Literal["left", "right"]
    dx: int


_PLACES = {"before": _Node("right", -6), "after": _Node("left", 6)}
_ROOM = "(width < 340 ? 84 : 112)"  # pixels for the names at either side
_STEPS = 24
_GAP = 0.03  # of the height, between two groups of a side
_BAR = 0.02


@draw_once
@columns.default_units("value")
def alluvial(
    frame: pd.DataFrame,
    before: str,
    after: str,
    value: str,
    *,
    order: list[str] | None = None,
    unit: Unit = COUNT,
    currency: str = "",
    before_title: str = "before",
    after_title: str = "after",
    height: int = 340,
) -> alt.LayerChart:
    """Bands from the groups at left (`before`) to those at right (`after`), as wide as `value`, coloured by where from.

    `order` is that of the groups, from the top. A side's bars are its sums; what is nothing has no band.
    """
    rows = columns.select(frame, before=before, after=after, value=value)
    rows = columns.as_text(columns.numeric(rows, "value"), "before", "after")
    before_title, after_title = wording(before_title), wording(after_title)
    rows = rows[rows["value"] > 0].reset_index(drop=True)
    names = columns.in_order(pd.concat([rows["before"], rows["after"]]), order)
    sides = {side: _stack(rows, side, names) for side in ("before", "after")}
    bands = _bands(rows, sides, names)
    bands["exact"] = [numbers.exact(v, unit, currency) for v in bands["value"]]
    bars = pd.concat([_bars(sides[side], side, unit, currency) for side in sides], ignore_index=True)
    across = alt.Scale(domain=[0, 1], nice=False, range=[alt.ExprRef(_ROOM), alt.ExprRef(f"width - {_ROOM}")])
    base = alt.Chart(bands).encode(
        x=alt.X("x:Q", axis=None, scale=across),
        color=alt.Color("before:N", scale=theme.colour_scale(names), legend=None),
        tooltip=columns.tooltips(("before:N", before_title), ("after:N", after_title), ("exact:N", value)),
    )
    flow = base.mark_area(opacity=0.45, line=False).encode(
        y=alt.Y("low:Q", axis=None, scale=alt.Scale(domain=[-0.02, 1.08], nice=False)),
        y2=alt.Y2("high"),
        detail=["band:N"],
    )
    return theme.layer(flow, *_sides(bars, names, across, (before_title, after_title)), height=height)


def _stack(rows: pd.DataFrame, side: str, names: list[str]) -> pd.DataFrame:
    """The groups of a side from the top down: where each begins and ends, as shares of the height."""
    sums = rows.groupby(side)["value"].sum().reindex([name for name in names if name in set(rows[side])])
    room = 1 - _GAP * max(len(names) - 1, 0)
    tall = room * sums / max(float(sums.sum()), 1e-12)
    high = 1 - tall.cumsum().shift(fill_value=0.0) - _GAP * pd.Series(range(len(sums)), index=sums.index, dtype=float)
    return pd.DataFrame({"value": sums, "high": high, "low": high - tall})


def _bands(rows: pd.DataFrame, sides: dict[str, pd.DataFrame], names: list[str]) -> pd.DataFrame:
    """Each flow as points from left to right, its edges easing from one side's place to the other's."""
    place = {name: number for number, name in enumerate(names)}
    rows = rows.assign(of=rows["before"].map(place), to=rows["after"].map(place))
    edges: dict[int, dict[str, float]] = {number: {} for number in rows.index}
    for side, first, second in (("before", "of", "to"), ("after", "to", "of")):
        begun: dict[str, float] = {}
        whole = max(float(rows["value"].sum()), 1e-12)
        room = 1 - _GAP * max(len(names) - 1, 0)
        for number, row in rows.sort_values([first, second]).iterrows():
            group = row[side]
            top = begun.get(group, float(sides[side].loc[group, "high"]) if len(sides[side]) else 1.0)
            begun[group] = top - room * row["value"] / whole
            edges[number] |= {f"{side}_high": top, f"{side}_low": begun[group]}
    eased = [(step / _STEPS, (step / _STEPS) ** 2 * (3 - 2 * step / _STEPS)) for step in range(_STEPS + 1)]
    points = [
        {
            "band": f"{row['before']} → {row['after']}",
            "before": row["before"],
            "after": row["after"],
            "value": row["value"],
            "x": x,
            **{
                edge: edges[number][f"before_{edge}"] * (1 - ease) + edges[number][f"after_{edge}"] * ease
                for edge in ("low", "high")
            },
        }
        for number, row in rows.iterrows()
        for x, ease in eased
    ]
    drawn = pd.DataFrame(points, columns=["band", "before", "after", "value", "x", "low", "high"])
    return drawn.astype({"value": float, "x": float, "low": float, "high": float})


def _bars(side: pd.DataFrame, which: str, unit: Unit, currency: str) -> pd.DataFrame:
    """A side's bars with their names and sums."""
    left = which == "before"
    return pd.DataFrame(
        {
            "side": which,
            "name": side.index,
            "text": [f"{name} · {numbers.short(v, unit, currency)}" for name, v in side["value"].items()],
            "low": side["low"].to_numpy(),
            "high": side["high"].to_numpy(),
            "middle": ((side["low"] + side["high"]) / 2).to_numpy(),
            "x": -_BAR if left else 1.0,
            "x2": 0.0 if left else 1 + _BAR,
        }
    )


def _sides(bars: pd.DataFrame, names: list[str], across: alt.Scale, titles: tuple[str, str]) -> list[alt.Chart]:
    """The bars, their names outside of them, and the two moments above."""
    place = {"x": alt.X("x:Q", axis=None, scale=across), "y": alt.Y("low:Q", axis=None)}
    colour = alt.Color("name:N", scale=theme.colour_scale(names), legend=None)
    layers = [alt.Chart(bars).mark_rect().encode(**place, y2=alt.Y2("high"), x2=alt.X2("x2"), color=colour)]
    for (which, at), title in zip(_PLACES.items(), titles, strict=True):
        outer = "x" if which == "before" else "x2"
        words = bars.loc[bars["side"] == which, [outer, "middle", "text"]].rename(columns={outer: "x"})
        head = pd.DataFrame({"x": [float(which == "after")], "middle": [1.05], "text": [title]})
        for rows, is_head in ((words, False), (head, True)):
            said = alt.Chart(rows).mark_text(
                align=at.align,
                dx=at.dx,
                fontWeight="bold" if is_head else "normal",
                fontSize=alt.ExprRef("width < 340 ? 8.5 : 11"),
            )
            layers.append(said.encode(x=place["x"], y=alt.Y("middle:Q", axis=None), text=alt.Text("text:N")))
    return layers
