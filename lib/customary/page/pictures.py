"""Buttons that hand out a figure's chart as a picture, which says inside of itself which figure it is."""

from __future__ import annotations

from typing import Any

import altair as alt
import marimo as mo

from customary.page.markup import Markup, element, join
from customary.wording import say

KINDS = ("SVG", "PNG")


def picture_markup(chart: Any) -> Markup:
    """A button per kind of picture, where there is a chart; the browser makes it of the chart that it shows.

    In marimo's editor there is none: our script, which makes the picture, is part of the published pages alone.
    """
    charts = chart if isinstance(chart, tuple) else (chart,)
    is_drawn = bool(charts) and all(isinstance(one, alt.Chart | alt.LayerChart) for one in charts)
    if not is_drawn or mo.app_meta().mode == "edit":
        return Markup()
    return join(_button(kind) for kind in KINDS)


def _button(kind: str) -> Markup:
    title = say("This chart as a picture; dropped on a page, it opens as this figure again")
    return element("button", kind, kind="cy-take", type="button", title=title, data_take=kind.lower())
