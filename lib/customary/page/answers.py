"""Answers as a page needs them: a small frame with its passport, a headline, a course beside the compared one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import ibis
import marimo as mo
import pandas as pd
from ibis import _

from customary.cache import once
from customary.declare import METRICS, Metric
from customary.errors import Refused
from customary.frames import FRAMES
from customary.page.figures import figure
from customary.page.filters import Choice
from customary.page.headline import Tile, tile, tiles
from customary.page.questions import answered, rows, values
from customary.page.sheets import MOST_ROWS, Sheet, sheet
from customary.query.goals import goal_of
from customary.query.measure import base_of, closed, frame_of
from customary.query.passport import passport
from customary.shop import Shop
from customary.units import DAYS, MONEY, RATE, Unit

_UNITS = {
    "_rate": RATE,
    "_share": RATE,
    "days": DAYS,
    "spend": MONEY,
    "revenue": MONEY,
    "amount": MONEY,
    "value": MONEY,
}
_MONEY = (
    *("low", "high", "spend_per_buyer", "spend_per_year_buyer"),
    *("value_per_customer", "value_at_risk", "lifetime_value_total"),
)


def _unit(column: str) -> Unit | None:
    """The unit a study's column says by its name; counts need none."""
    if column in _MONEY:
        return MONEY
    return next((unit for end, unit in _UNITS.items() if column.endswith(end)), None)


@dataclass(frozen=True)
class Answer:
    """A fetched `frame`, the `passport` that tells what it is made of, and what it is: a metric or a study."""

    frame: pd.DataFrame
    passport: Mapping[str, Any]
    name: str
    currency: str
    unit: Unit | None = None
    serves: str = ""  # the goal of the shop that a metric serves

    @property
    def row(self) -> Any:
        """The first row, for studies that answer with one."""
        return self.frame.iloc[0]

    def most(self, label: str) -> str:
        """The value of column `label` where the metric is greatest; no value is "unknown"."""
        best = self.frame.loc[self.frame[self.name].idxmax(), label]
        return "unknown" if pd.isna(best) else str(best)

    def told(
        self,
        frame: pd.DataFrame | None = None,
        *,
        of: int | None = None,
        most: int = MOST_ROWS,
        names: Mapping[str, str] | None = None,
    ) -> Sheet:
        """The answer, or another cut of it, as a table whose columns know their units; `most` rows of N are shown.

        `names` are headings for columns whose names do not say enough.
        """
        shown = self.frame if frame is None else frame
        units = {name: unit for name in shown.columns if (unit := _unit(str(name)))}
        if self.unit and "compared" in shown.columns:
            units["compared"] = self.unit
        return sheet(shown, units=units, names=names, currency=self.currency, of=of, most=most)

    def figure(
        self,
        title: str,
        chart: Any,
        subtitle: str,
        *,
        frame: pd.DataFrame | None = None,
        of: int | None = None,
        goal: str = "",
    ) -> mo.Html:
        """A figure of this answer with its passport, its table (`frame` where it was cut) and the goal it serves."""
        serves = goal or self.serves
        content = self.told(frame, of=of)
        return figure(title, chart, subtitle, passport=self.passport, table=content, goal=serves, file_name=self.name)


def measured(
    shop: Shop, choice: Choice, *metrics: Metric, by: str | Iterable[str] = (), every: str | None = None
) -> Answer:
    """`measure` over the chosen window and selection, with the passport of the first metric."""
    asked: dict[str, Any] = {"during": choice.during, "where": choice.where}
    frame = values(shop, *metrics, by=by, every=every, **asked)
    told = passport(shop, metrics[0], **asked).told()
    aim = goal_of(metrics[0], shop.rules)
    serves = f"{aim.goal} – {aim.metric.name.replace('_', ' ')}" if aim else ""
    return Answer(frame, told, metrics[0].name, shop.currency, metrics[0].unit, serves)


def studied(shop: Shop, which: str, **options: Any) -> Answer:
    """A study's answer, with its definition, source and query as passport."""
    found, told = answered(shop, which, **options)
    return Answer(found.to_pandas(), told, which, shop.currency)


@once
def varied(shop: Shop, *names: str, frame: str = "orders") -> dict[str, tuple[str, ...]]:
    """Those columns of a frame that hold at least two values among the rows that count, the commonest first."""
    counted = shop.frame(frame)
    counted = counted.filter(counted.left_out_because.isnull())
    found = {}
    for name in names:
        counts = counted.filter(counted[name].notnull()).group_by(name).agg(n=_.count())
        known = shop.fetch(counts.order_by(ibis.desc("n"), name))[name].to_pylist()
        if len(known) > 1:
            found[name] = tuple(known)
    return found


def _values(shop: Shop, metrics: Iterable[Metric], during: tuple[date, date] | None, choice: Choice) -> dict[str, Any]:
    """Metric name → value over a window; nothing where there is no window."""
    if during is None:
        return {}
    per = [METRICS[m.per] for m in metrics if m.per]
    wanted = {m.name: m for m in [*metrics, *per]}.values()
    return rows(shop, *wanted, during=during, where=choice.where)[0]


def _has_time(metric: Metric) -> bool:
    """Whether a window changes it; profiles stand as of a day."""
    return all(FRAMES[base_of(frame)].time for m in closed([metric]).values() if (frame := frame_of(m)))


def _courses(shop: Shop, metrics: Iterable[Metric], choice: Choice) -> dict[str, list[float | None]]:
    """Metric name → its values in the whole periods of the window, for those that can be split by that period."""
    moving = [metric for metric in metrics if _has_time(metric)]
    if not moving:
        return {}
    asked: dict[str, Any] = {"every": choice.every, "during": choice.during, "where": choice.where}
    try:
        found = [row for row in rows(shop, *moving, **asked) if row["is_complete"]]
    except Refused:  # one of them has no such period: the others are asked without it
        return _courses(shop, moving[:-1], choice) | (_courses(shop, moving[-1:], choice) if len(moving) > 1 else {})
    return {metric.name: [row[metric.name] for row in found] for metric in moving}


def _tile(
    shop: Shop,
    metric: Metric,
    choice: Choice,
    now: Mapping[str, Any],
    before: Mapping[str, Any],
    spark: list[float | None] | None,
) -> Tile:
    aim, moves = goal_of(metric, shop.rules), _has_time(metric)
    earlier = before.get(metric.name) if moves else None
    n = now.get(metric.per) if metric.per else None
    return tile(
        metric,
        now[metric.name],
        earlier,
        currency=shop.currency,
        wanted=aim.direction if aim else "",  # type: ignore[arg-type]  # goals.py lets nothing else through
        against=choice.against_text if moves else f"as of {shop.as_of}",
        target=aim.target_from(earlier) if aim else None,
        n=None if n is None else int(n),
        spark=spark,
    )


def headline(shop: Shop, choice: Choice, *metrics: Metric) -> mo.Html:
    """The tiles of a page: each metric against the compared window and its goal, with its course."""
    now, before = (_values(shop, metrics, during, choice) for during in (choice.during, choice.against))
    courses = _courses(shop, metrics, choice)
    return tiles(_tile(shop, metric, choice, now, before, courses.get(metric.name)) for metric in metrics)


def over_time(shop: Shop, choice: Choice, metric: Metric) -> Answer:
    """A metric in each period of the chosen window; `compared` has the other window's, first beside first."""
    n = [METRICS[metric.per]] if metric.per else []
    found = measured(shop, choice, metric, *n, every=choice.every)
    earlier: list[Any] = []
    if choice.against:
        asked = {"during": choice.against, "where": choice.where}
        earlier = [row[metric.name] for row in rows(shop, metric, every=choice.every, **asked)]
    padded = [*earlier, *[None] * len(found.frame)][: len(found.frame)]
    return replace(found, frame=found.frame.assign(compared=pd.Series(padded, dtype=float)))


def moved(metric: Metric, value: float | None, before: float | None) -> str:
    """A change in words: "up 4.1 %", "down 1.2 points", "unchanged", or that there is nothing to compare with."""
    change = tile(metric, value, before).change_text
    if not change:
        return "with nothing to compare with"
    return "unchanged" if change[0] not in "+−" else f"{'up' if change[0] == '+' else 'down'} {change[1:]}"
