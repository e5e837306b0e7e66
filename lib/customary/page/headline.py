"""Tiles: a row of headline numbers, each with its change, its goal, its recent course and what it rests on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import marimo as mo

from customary.charts.sparks import sparkline
from customary.columns import Column
from customary.declare import FRAMES, Metric
from customary.errors import Refused
from customary.language import format_percent, format_points, is_nothing, reader_language
from customary.metrics.aggregate import bases_of
from customary.page.choice import Choice
from customary.page.markup import Markup, element, join, show
from customary.page.passports import fold
from customary.query.answer import Answer
from customary.query.goals import Aim, goal_of, mature_on
from customary.query.measure import current_metric, measure
from customary.shop import Shop
from customary.wording import say

Direction = Literal["good", "bad", "flat"]
_CHANGES = {"good": "{change} better", "bad": "{change} worse", "flat": "{change} about the same"}


@dataclass(frozen=True)
class Tile:
    """One number of a headline, every text finished: "£1.2M", "+4.1%", "on the previous period", "n 1,204"."""

    name: str
    zh: str
    text: str
    change_text: str = ""
    direction: Direction = "flat"
    against_text: str = ""
    target_text: str = ""
    n_text: str = ""
    spark: Sequence[float | None] | None = None
    answers: tuple[Answer, ...] = field(default=(), repr=False)


def headline(shop: Shop, choice: Choice, *metrics: Metric | str, facts: Iterable[tuple[Answer, str]] = ()) -> mo.Html:
    """The tiles of a page: each metric against the compared window and its goal, with its course and its passport.

    `facts` are columns of the first row of other answers, which have no comparison.
    """
    rows = [_metric_tile(shop, current_metric(shop, metric), choice) for metric in metrics]
    tiles = element("div", join(_tile(row) for row in [*rows, *map(_fact_tile, facts)]), kind="cy-tiles")
    return show(join([tiles, _beside(rows)]))


def _beside(rows: Sequence[Tile]) -> Markup:
    """What stands beside the sales among the tiles, said once for all of them."""
    said = next((text for row in rows for answer in row.answers if (text := answer.beside_text())), "")
    return element("p", say("Sales: {beside}.", beside=said), kind="cy-subtitle") if said else Markup()


def _has_time(shop: Shop, metric: Metric) -> bool:
    """Whether a window changes it; profiles stand as of a day."""
    return all(FRAMES[name].time for name in bases_of([metric], shop.snapshot.own.metrics))


def _with_n(metric: Metric) -> list[Metric | str]:
    return [metric, metric.per] if metric.per else [metric]


def _metric_tile(shop: Shop, metric: Metric, choice: Choice) -> Tile:
    """A metric over the chosen window, beside the compared one, with its goal."""
    answer = measure(shop, *_with_n(metric), during=choice.window, where=choice.where)
    (row,), aim, moves = answer.to_pylist(), goal_of(metric, shop.rules), _has_time(shop, metric)
    before = _before(shop, metric, choice) if moves else None
    judged_on = mature_on(metric.name, choice.during, shop.rules)
    wanted = aim.direction if aim and judged_on <= shop.as_of else ""
    change, direction = change_of(metric.unit.name, row[metric.name], before, wanted)
    n = row.get(metric.per) if metric.per else None
    return Tile(
        name=answer.column(metric.name).label(),
        zh=_beside_name(metric.zh),
        text=metric.unit.text(row[metric.name], shop.currency),
        change_text=change,
        direction=direction,
        against_text=(choice.against_text if change else "") if moves else say("as of {day}", day=shop.as_of),
        target_text=_target(aim, row[metric.name], before, shop, judged_on) if aim else "",
        n_text="" if n is None else f"n {int(n):,}",
        spark=_course(shop, metric, choice) if moves else None,
        answers=(answer,),
    )


def _before(shop: Shop, metric: Metric, choice: Choice) -> float | None:
    if choice.against is None:
        return None
    (row,) = measure(shop, metric, during=choice.against, where=choice.where).to_pylist()
    value: float | None = row[metric.name]
    return value


def _course(shop: Shop, metric: Metric, choice: Choice) -> list[float | None] | None:
    """Its values in the whole periods of the window; nothing where it cannot be split by that period."""
    try:
        answer = measure(shop, metric, every=choice.every, during=choice.window, where=choice.where)
    except Refused:
        return None
    return [row[metric.name] for row in answer.to_pylist() if row["is_complete"]]


def _target(aim: Aim, value: float | None, before: float | None, shop: Shop, judged_on: dt.date) -> str:
    """The goal and whether it is reached; while the value still moves, when it can be judged."""
    target = aim.target_from(before)
    if target is None:
        return ""
    wanted = aim.metric.unit.text(target, shop.currency)
    if value is None:
        return say("goal {target}", target=wanted)
    if judged_on > shop.as_of:
        return say("goal {target} – open until {day}, returns still come in", target=wanted, day=judged_on)
    is_reached = value >= target if aim.direction == "up" else value <= target
    return (
        say("goal {target} – reached", target=wanted)
        if is_reached
        else say("goal {target} – not reached", target=wanted)
    )


def _beside_name(chinese: str) -> str:
    """The 中文 term beside the name of a tile, for whoever reads English."""
    return "" if reader_language() == "zh" else chinese


def _fact_tile(fact: tuple[Answer, str]) -> Tile:
    """A column of the first row of an answer."""
    answer, name = fact
    column: Column = answer.column(name)
    row: dict[str, Any] = next(iter(answer.head(1).to_pylist()), {})
    n = row.get(column.n)
    return Tile(
        name=column.label(),
        zh=_beside_name(column.zh),
        text=column.unit.text(row.get(name), answer.shop.currency),
        n_text="" if n is None else f"n {int(n):,}",
        answers=(answer,),
    )


def change_of(unit: str, value: float | None, before: float | None, wanted: str) -> tuple[str, Direction]:
    """The signed change in words and whether it is good; less than half the last digit shown is flat.

    A rate changes by points, the rest by per cent; `wanted` says which way is good: "up", "down" or "" for neither.
    """
    if value is None or before is None or is_nothing(value) or is_nothing(before) or (unit != "rate" and before == 0):
        return "", "flat"
    moved = value - before if unit == "rate" else (value - before) / abs(before)
    text = format_points(moved, least=1) if unit == "rate" else format_percent(moved, least=1)
    if abs(moved) < 0.0005:
        return text, "flat"
    text = f"+{text}" if moved > 0 else text
    if not wanted:
        return text, "flat"
    return text, "good" if (moved > 0) == (wanted == "up") else "bad"


def _tile(row: Tile) -> Markup:
    chinese = [" ", element("span", row.zh, kind="cy-zh", lang="zh")] if row.zh else []
    name = element("div", row.name, *chinese, kind="cy-tile-name")
    value = element("div", element("span", row.text, kind="cy-value"), _spark(row), kind="cy-tile-value")
    foot = [element("div", text, kind="cy-tile-note") for text in (row.target_text, row.n_text) if text]
    return element("section", name, value, _change(row), join(foot), fold(row.answers), kind="cy-tile")


def _change(row: Tile) -> Markup:
    """Arrow, change and a word: colour never says it alone."""
    against = element("span", row.against_text, kind="cy-against")
    if not row.change_text:
        return element("div", against, kind="cy-tile-change") if row.against_text else Markup()
    arrow = {"+": "▲", "−": "▼", "-": "▼"}.get(row.change_text[0], "•")
    said = row.change_text
    if row.direction != "flat" or arrow == "•":
        said = say(_CHANGES[row.direction], change=said)
    change = element("span", f"{arrow} {said}", kind=f"cy-{row.direction}")
    return element("div", change, " ", against, kind="cy-tile-change")


def _spark(row: Tile) -> Markup:
    return Markup(sparkline(row.spark)) if row.spark else Markup()
