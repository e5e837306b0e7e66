"""The goals an analysis serves: what is measured, how it stands against target and the window before (A-003…A-024)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis

from customary.cache import cached_per_snapshot
from customary.dates import MONTHS, Window, last_whole, previous
from customary.declare import METRICS, Metric, metric_named
from customary.errors import Refused, unknown_name
from customary.language import reader_language
from customary.query.answer import Answer
from customary.query.measure import accounts_behind, define, measure
from customary.query.question import Definition, Question
from customary.query.recipes import recipe_of
from customary.query.selection import Scope
from customary.rules.book import RuleBook
from customary.shop import Shop
from customary.wording import say

_MEANING = "Every aim against its target and the window before."


@dataclass(frozen=True)
class Aim:
    """One metric of a goal: its window, the better direction, and a target value or a change asked for.

    `follow_days` after the window the metric still moves, so that no verdict is given before.
    """

    goal: str
    goal_zh: str
    metric: Metric
    window: str
    direction: str
    target: float | None
    change: float | None
    follow_days: int = 0

    def target_from(self, before: float | None) -> float | None:
        """The value to reach: the fixed one, or so much more than `before`."""
        if self.target is not None:
            return self.target
        return None if before is None or self.change is None else before * (1 + self.change)

    def text(self, currency: str) -> str:
        """The goal in words: "Raise the value of customers: repeat purchase rate 30 %"; "" without a number."""
        goal = self.goal_zh if reader_language() == "zh" else self.goal
        if self.target is not None:
            wanted = self.metric.unit.text(self.target, currency)
        elif self.change is not None:
            wanted = say("{change} on the period before", change=f"{self.change:+.0%}")
        else:
            return ""
        return say("{goal}: {metric} {wanted}", goal=goal, metric=define(self.metric).label(), wanted=wanted)


@dataclass(frozen=True)
class GoalScore:
    """An aim as it stands: value, the window before, the target, the distance to it, and the n behind a rate."""

    aim: Aim
    during: Window
    against: Window
    value: float | None
    before: float | None
    target: float | None
    n: int | None
    is_mature: bool = True

    @property
    def is_met(self) -> bool | None:
        """Whether the target is reached; None without a value or a target, and while the value still moves."""
        if self.value is None or self.target is None or not self.is_mature:
            return None
        return self.value >= self.target if self.aim.direction == "up" else self.value <= self.target

    @property
    def distance(self) -> float | None:
        """How far beyond the target, as a share of it; negative while it is missed, whichever way is better."""
        if self.value is None or not self.target:
            return None
        gap = (self.value - self.target) / abs(self.target)
        return gap if self.aim.direction == "up" else -gap

    def to_dict(self) -> dict[str, object]:
        """The score as plain values: numbers unrounded, days as dates."""
        return {
            "goal": self.aim.goal,
            "metric": self.aim.metric.name,
            "start": self.during[0],
            "end": self.during[1],
            "before_start": self.against[0],
            "before_end": self.against[1],
            "value": self.value,
            "before": self.before,
            "target": self.target,
            "better": self.aim.direction,
            "is_mature": self.is_mature,
            "is_met": self.is_met,
            "distance": self.distance,
            "n": self.n,
        }

    @property
    def change(self) -> float | None:
        """Relative change against the window before; None without one."""
        if self.value is None or not self.before:
            return None
        return (self.value - self.before) / abs(self.before)


def follow_days(name: str, shop_rules: RuleBook) -> int:
    """For how many days after a window a metric still moves, by goals.toml; 0 for all that are not named there."""
    return int(shop_rules["goals"]["follow_days"].get(name, 0))


def mature_on(name: str, during: Window, shop_rules: RuleBook) -> date:
    """The first as-of day on which a metric over a window may be judged."""
    return during[1] + timedelta(days=follow_days(name, shop_rules))


def _aim(goal: Mapping[str, Any], told: Mapping[str, Any], shop_rules: RuleBook) -> Aim:
    """One aim of a goal; a metric, a direction or a window that does not exist is refused with the nearest."""
    metric = metric_named(str(told["metric"]))
    if told["direction"] not in ("up", "down"):
        raise unknown_name(str(told["direction"]), ("up", "down"), "direction")
    if told["window"] not in MONTHS:
        raise unknown_name(str(told["window"]), MONTHS, "window")
    if ("target" in told) == ("change" in told):
        raise Refused("{metric} needs either a target or a change, not both and not neither", metric=told["metric"])
    wanted = {name: float(told[name]) if name in told else None for name in ("target", "change")}
    follow = follow_days(metric.name, shop_rules)
    place = str(goal["en"]), str(goal["zh"]), metric, str(told["window"]), str(told["direction"])
    return Aim(*place, wanted["target"], wanted["change"], follow)


def aims(shop_rules: RuleBook) -> Iterator[Aim]:
    """All aims of goals.toml, goal by goal; a mistake there is an error that names the file and the goal."""
    for goal in shop_rules["goals"]["goal"]:
        try:
            yield from [_aim(goal, told, shop_rules) for told in goal["aims"]]
        except (Refused, LookupError) as error:
            raise Refused(
                "{place}goal “{key}”: {error}", place=shop_rules.place("goals", "goal"), key=goal["key"], error=error
            ) from error


def goal_of(metric: Metric, shop_rules: RuleBook) -> Aim | None:
    """The aim a metric serves, if one names it."""
    return next((aim for aim in aims(shop_rules) if aim.metric is metric), None)


def _measure(shop: Shop, metrics: list[Metric], during: Window) -> dict[str, float | None]:
    """Metric name → value over the window; nothing at all before the shop's first day, not zero."""
    if during[0] < shop.snapshot.first_on.replace(day=1):
        return {}
    per = [METRICS[metric.per] for metric in metrics if metric.per]
    (row,) = measure(shop, *metrics, *per, during=during).to_pylist()
    return row


@cached_per_snapshot
def scorecard(shop: Shop, during: Window | None = None, against: Window | None = None) -> tuple[GoalScore, ...]:
    """Every aim against its target and the window before; with `during` all aims look at that window instead.

    Without one, each looks at the last whole window whose value moves no more.
    """
    found = list(aims(shop.rules))
    scores = []
    for window, follow in dict.fromkeys((aim.window, aim.follow_days) for aim in found):
        here = [aim for aim in found if (aim.window, aim.follow_days) == (window, follow)]
        days = during or last_whole(shop.as_of - timedelta(days=follow), window)
        is_mature = days[1] + timedelta(days=follow) <= shop.as_of
        earlier = against or previous(days)
        metrics = [aim.metric for aim in here]
        now, before = _measure(shop, metrics, days), _measure(shop, metrics, earlier)
        for aim in here:
            name, value = aim.metric.name, before.get(aim.metric.name)
            n = now.get(aim.metric.per) if aim.metric.per else None
            target, count = aim.target_from(value), None if n is None else int(n)
            scores.append(GoalScore(aim, days, earlier, now.get(name), value, target, count, is_mature))
    order = [aim.metric.name for aim in found]
    return tuple(sorted(scores, key=lambda score: order.index(score.aim.metric.name)))


SCHEMA = {
    **dict.fromkeys(("goal", "metric"), "string"),
    **dict.fromkeys(("start", "end", "before_start", "before_end"), "date"),
    **dict.fromkeys(("value", "before", "target"), "float64"),
    "better": "string",
    "is_mature": "boolean",
    "is_met": "boolean",
    "distance": "float64",
    "n": "int64",
}


def goals(shop: Shop, during: Window | None = None, against: Window | None = None) -> Answer:
    """The scorecard as an answer: one row per aim with both windows, its value, target, distance and n."""
    return _answer(shop, scorecard(shop, during, against), during, against)


def missed_goals(shop: Shop, during: Window | None = None, against: Window | None = None) -> Answer:
    """The aims short of their target, the furthest first, in the columns of `goals`."""
    missed = [score for score in scorecard(shop, during, against) if score.is_met is False]
    return _answer(shop, sorted(missed, key=lambda score: score.distance or 0.0), during, against, only="missed")


def _answer(
    shop: Shop, scores: Sequence[GoalScore], during: Window | None, against: Window | None, only: str = ""
) -> Answer:
    metrics = [score.aim.metric for score in scores]
    question = Question.to(
        shop,
        ("goals",),
        is_study=True,
        during=during,
        against=against,
        options={"only": only} if only else {},
    )
    return Answer(
        shop,
        question,
        recipe_of(None, lambda _: ibis.memtable([score.to_dict() for score in scores], schema=ibis.schema(SCHEMA))),
        accounts=lambda: accounts_behind(shop, metrics, Scope(during=during)),
        definitions=(Definition("goals", "study", _MEANING, "目标达成", "A-003…A-024"), *map(define, metrics)),
    )
