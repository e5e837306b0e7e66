"""The goals an analysis serves: what is measured, how it stands against target and the window before (A-003…A-024)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from customary import standard
from customary.cache import once
from customary.declare import METRICS, Metric, metric_named
from customary.errors import Refused, nearest
from customary.query.measure import measure
from customary.shop import Shop

MONTHS = {"month": 1, "quarter": 3, "year": 12}
Days = tuple[date, date]


@dataclass(frozen=True)
class Aim:
    """One metric of a goal: its window, the better direction, and a target value or a change asked for."""

    goal: str
    goal_zh: str
    metric: Metric
    window: str
    direction: str
    target: float | None
    change: float | None

    def target_from(self, before: float | None) -> float | None:
        """The value to reach: the fixed one, or so much more than `before`."""
        if self.target is not None:
            return self.target
        return None if before is None or self.change is None else before * (1 + self.change)


@dataclass(frozen=True)
class Score:
    """An aim as it stands: value, the window before, the target, the distance to it, and the n behind a rate."""

    aim: Aim
    during: Days
    value: float | None
    before: float | None
    target: float | None
    n: int | None

    @property
    def is_met(self) -> bool | None:
        """Whether the target is reached; None when there is no value or no target."""
        if self.value is None or self.target is None:
            return None
        return self.value >= self.target if self.aim.direction == "up" else self.value <= self.target

    @property
    def distance(self) -> float | None:
        """How far beyond the target, as a share of it; negative while it is missed, whichever way is better."""
        if self.value is None or not self.target:
            return None
        gap = (self.value - self.target) / abs(self.target)
        return gap if self.aim.direction == "up" else -gap

    def told(self) -> dict[str, object]:
        """The score as plain values: numbers unrounded, days as dates."""
        names = {"goal": self.aim.goal, "metric": self.aim.metric.name, "start": self.during[0], "end": self.during[1]}
        facts = {"value": self.value, "before": self.before, "target": self.target, "is_met": self.is_met, "n": self.n}
        return {**names, **facts}

    @property
    def change(self) -> float | None:
        """Relative change against the window before; None without one."""
        if self.value is None or not self.before:
            return None
        return (self.value - self.before) / abs(self.before)


def _aim(goal: dict[str, object], told: dict[str, object]) -> Aim:
    if told["direction"] not in ("up", "down"):
        raise nearest(str(told["direction"]), ("up", "down"), "direction in goals.toml")
    if told["window"] not in MONTHS:
        raise nearest(str(told["window"]), MONTHS, "window in goals.toml")
    if ("target" in told) == ("change" in told):
        raise Refused(f"goals.toml: {told['metric']} needs either a target or a change, not both and not neither")
    wanted = {name: float(str(told[name])) if name in told else None for name in ("target", "change")}
    metric = metric_named(str(told["metric"]))
    return Aim(str(goal["en"]), str(goal["zh"]), metric, str(told["window"]), str(told["direction"]), **wanted)


def aims() -> Iterator[Aim]:
    """All aims of data/goals.toml, goal by goal; a typo there is an error with the nearest name."""
    for goal in standard.rules("goals")["goal"]:
        yield from (_aim(goal, told) for told in goal["aims"])


def goal_of(metric: Metric) -> Aim | None:
    """The aim a metric serves, if one names it."""
    return next((aim for aim in aims() if aim.metric is metric), None)


def _months_before(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def last_window(as_of: date, window: str) -> Days:
    """The last whole month, quarter or year before the as-of date."""
    size = MONTHS[window]
    index = (as_of.year * 12 + as_of.month - 1) // size * size
    end = date(index // 12, index % 12 + 1, 1)
    return _months_before(end, size), end


def window_before(during: Days) -> Days:
    """The window just before: whole months for whole months, else the same number of days."""
    start, end = during
    if start.day == 1 and end.day == 1:
        months = (end.year - start.year) * 12 + end.month - start.month
        return _months_before(start, months), start
    return start - (end - start), start


def _measured(shop: Shop, metrics: list[Metric], during: Days) -> dict[str, float | None]:
    """Metric name → value over the window; nothing at all before the shop's first day, not zero."""
    if during[0] < shop.snapshot.first_on - timedelta(days=shop.snapshot.first_on.day - 1):
        return {}
    per = [METRICS[metric.per] for metric in metrics if metric.per]
    answer: dict[str, float | None] = shop.fetch(measure(shop, *metrics, *per, during=during)).to_pylist()[0]
    return answer


@once
def scorecard(shop: Shop, during: Days | None = None, against: Days | None = None) -> tuple[Score, ...]:
    """Every aim against its target and the window before; with `during` all aims look at that window instead."""
    found = list(aims())
    scores = []
    for window in dict.fromkeys(aim.window for aim in found):
        here = [aim for aim in found if aim.window == window]
        days = during or last_window(shop.as_of, window)
        metrics = [aim.metric for aim in here]
        now, before = _measured(shop, metrics, days), _measured(shop, metrics, against or window_before(days))
        for aim in here:
            name, value = aim.metric.name, before.get(aim.metric.name)
            n = now.get(aim.metric.per) if aim.metric.per else None
            scores.append(Score(aim, days, now.get(name), value, aim.target_from(value), None if n is None else int(n)))
    order = [aim.metric.name for aim in found]
    return tuple(sorted(scores, key=lambda score: order.index(score.aim.metric.name)))


def board(scores: Sequence[Score], currency: str) -> pd.DataFrame:
    """The scorecard as a table: one row per aim, numbers written out, `distance` to its target for a chart."""
    words = {True: "▲ reached", False: "▼ missed", None: "– no data"}
    return pd.DataFrame(
        {
            "goal": score.aim.goal,
            "metric": score.aim.metric.name.replace("_", " "),
            "zh": score.aim.metric.zh,
            "value": score.aim.metric.unit.text(score.value, currency),
            "before": score.aim.metric.unit.text(score.before, currency),
            "target": score.aim.metric.unit.text(score.target, currency),
            "better": score.aim.direction,
            "verdict": words[score.is_met],
            "distance": score.distance,
            "n": "–" if score.n is None else f"{score.n:,}",
        }
        for score in scores
    )
