"""Small multiples: one small picture for each name, all on one scale, where one picture would be a tangle of lines."""

from __future__ import annotations

import altair as alt
import pandas as pd

from customary.charts import columns
from customary.charts.lines import line_over_time
from customary.charts.recall import draw_once
from customary.charts.theme import INK
from customary.units import COUNT, Unit

MOST = 12  # pictures that still fit a screen
HEIGHT = 160


@draw_once
@columns.default_units("value")
def small_multiples(
    frame: pd.DataFrame,
    time: str,
    value: str,
    split: str,
    *,
    unit: Unit = COUNT,
    currency: str = "",
    n: str | None = None,
    order: list[str] | None = None,
    highlight: str = "",
) -> tuple[alt.LayerChart, ...]:
    """A line over time for each `split`, the name above it, all from zero to the same greatest value.

    `page.figure` lays them out side by side. More than twelve are a ValueError: say "Other" instead. `highlight` is the
    name that the title speaks of: the others are grey.
    """
    named = columns.as_text(frame, split)
    named.attrs = {}  # notes on the time line would fill so small a picture
    names = columns.in_order(named[split], order)
    if len(names) > MOST:
        raise ValueError(f"{len(names)} pictures; at most {MOST}, the rest as one “Other”")
    values = pd.to_numeric(named[value]).astype(float).dropna()
    low, high = (min(float(values.min()), 0.0), float(values.max())) if len(values) else (0.0, 1.0)
    domain = low, high + 0.1 * ((high - low) or 1.0)
    return tuple(
        line_over_time(
            named[named[split] == name],
            time,
            value,
            unit=unit,
            currency=currency,
            n=n,
            highlight=() if highlight in ("", name) else (highlight,),
            domain=domain,
            height=HEIGHT,
        ).properties(title=alt.TitleParams(name, anchor="start", fontSize=13, fontWeight=600, color=INK))
        for name in names
    )
