"""Tiles: a row of headline numbers, each with its change, its goal and its recent course."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import marimo as mo

from customary.charts.sparks import sparkline
from customary.page.markup import Markup, element, joined, shown

Direction = Literal["good", "bad", "flat"]
_WORDS = {"good": "better", "bad": "worse", "flat": "about the same"}


@dataclass(frozen=True)
class Tile:
    """One number of a headline, every text finished: "£1.2M", "+4.1 %", "on the previous period", "n 1,204"."""

    name: str
    zh: str
    text: str
    change_text: str = ""
    direction: Direction = "flat"
    against_text: str = ""
    target_text: str = ""
    n_text: str = ""
    spark: Sequence[float | None] | None = None


def tile(
    metric: Any,
    value: float | None,
    before: float | None = None,
    *,
    currency: str = "",
    wanted: Literal["up", "down", ""] = "up",
    against: str = "on the previous period",
    target: float | None = None,
    n: int | None = None,
    spark: Sequence[float | None] | None = None,
    note: str = "",
) -> Tile:
    """The tile of a metric's value against its value `before`: a rate changes by points, the rest by per cent.

    `wanted` says which way is good ("" if neither); `target` is the goal in the metric's own unit; `note` stands in
    place of the comparison where there can be none ("as of 2024-05-18").
    """
    change, direction = _change(metric.unit.name, value, before, wanted)
    goal = "" if target is None else f"goal {metric.unit.text(target, currency)}"
    if target is not None and value is not None and wanted:
        reached = value >= target if wanted == "up" else value <= target
        goal += " – reached" if reached else " – not reached"
    return Tile(
        name=metric.name.replace("_", " ").capitalize(),
        zh=metric.zh,
        text=metric.unit.text(value, currency),
        change_text=change,
        direction=direction,
        against_text=note or against if change or note else "nothing to compare with" if before is None else against,
        target_text=goal,
        n_text="" if n is None else f"n {n:,}",
        spark=spark,
    )


def _change(unit: str, value: float | None, before: float | None, wanted: str) -> tuple[str, Direction]:
    """The signed change in words and whether it is good; less than half the last digit shown is flat."""
    if value is None or before is None or value != value or before != before or (unit != "rate" and before == 0):
        return "", "flat"
    moved = 100 * (value - before) if unit == "rate" else 100 * (value - before) / abs(before)
    after = " points" if unit == "rate" else " %"
    if abs(moved) < 0.05:
        return f"0.0{after}", "flat"
    text = f"{'+' if moved > 0 else '−'}{abs(moved):,.1f}{after}"
    if not wanted:
        return text, "flat"
    return text, "good" if (moved > 0) == (wanted == "up") else "bad"


def tiles(rows: Iterable[Tile]) -> mo.Html:
    """The tiles side by side at equal height; two beside each other on a phone."""
    return shown(element("div", joined(_tile(row) for row in rows), kind="cy-tiles"))


def _tile(row: Tile) -> Markup:
    name = element("div", row.name, " ", element("span", row.zh, kind="cy-zh", lang="zh"), kind="cy-tile-name")
    value = element("div", element("span", row.text, kind="cy-value"), _spark(row), kind="cy-tile-value")
    foot = [element("div", text, kind="cy-tile-note") for text in (row.target_text, row.n_text) if text]
    return element("section", name, value, _moved(row), joined(foot), kind="cy-tile")


def _moved(row: Tile) -> Markup:
    """Arrow, change and a word: colour never says it alone."""
    against = element("span", row.against_text, kind="cy-against")
    if not row.change_text:
        return element("div", against, kind="cy-tile-change")
    arrow = {"+": "▲", "−": "▼", "-": "▼"}.get(row.change_text[0], "•")
    word = f" {_WORDS[row.direction]}" if row.direction != "flat" or arrow == "•" else ""
    change = element("span", f"{arrow} {row.change_text}{word}", kind=f"cy-{row.direction}")
    return element("div", change, " ", against, kind="cy-tile-change")


def _spark(row: Tile) -> Markup:
    return Markup(sparkline(row.spark)) if row.spark else Markup()
