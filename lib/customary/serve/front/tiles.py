"""The state of the shop: a sentence, and one figure for each goal with its goal, its change and its course."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from math import sqrt

from markupsafe import Markup

from customary.dates import Window, months_later
from customary.declare import Metric
from customary.errors import Refused
from customary.language import format_date, format_percent, is_nothing, reader_language
from customary.metrics.aggregate import bases_of
from customary.page.headline import change_of
from customary.page.markup import element, escape, fill_template, join
from customary.page.passports import fold
from customary.query.answer import Answer
from customary.query.goals import GoalScore, scorecard
from customary.query.measure import measure
from customary.query.withholding import fewest_people
from customary.serve.front.periods import FrontPeriod, words_of
from customary.serve.front.pictures import course
from customary.shop import Shop
from customary.stats.intervals import Z
from customary.wording import say, word, wording

TABLE_OF = {"sessions": "events", "items": "order_items"}  # frame → the canonical table that it is made of
MONTHS_SHOWN = 13  # the last month and the same of a year before are both in the course
_WORDS = {"good": "better", "bad": "worse"}


def state(shop: Shop, period: FrontPeriod) -> Markup:
    """The sentence and the tiles of the last quarter."""
    scores = _one_for_each_goal(shop, scorecard(shop, period.during, period.against))
    tiles = [_tile(shop, score, period) for score in scores]
    return join([element("h2", lede(shop, period), kind="lede"), element("div", join(tiles), kind="tiles")])


def lede(shop: Shop, period: FrontPeriod) -> Markup:
    """What the quarter was, in one sentence, from the first of sales, orders, visits and customers that is known."""
    if not period.is_dated:
        return _lede_without_days(shop)
    when = words_of(period.during)
    for template, names in _LEDES:
        answer = _ask(shop, names, period.during)
        if answer and not any(is_nothing(answer.first[name]) for name in names) and answer.first[names[0]]:
            texts = {name: answer.text(name) for name in names}
            return join(
                [fill_template(wording(template), when=when, **texts), _comparison(shop, answer, names[0], period)]
            )
    if _is_of_few(shop, period):
        fewest = fewest_people(shop)
        return escape(
            say("Fewer than {fewest} customers stand behind {when}: no figures are shown.", fewest=fewest, when=when)
        )
    return escape(say("No sales, orders or visits are known of {when}.", when=when))


def _lede_without_days(shop: Shop) -> Markup:
    """What is known of a shop in which nothing has a day: its customers, if it lists any."""
    answer = _ask(shop, ("customer_count",), None)
    if answer is None or not answer.first["customer_count"]:
        return escape(say("Nothing is known of this shop yet."))
    known = answer.text("customer_count")
    return fill_template(
        wording("{customers} customers are known, and nothing yet of what they ordered, looked at or said."),
        customers=known,
    )


_LEDES = (
    (
        "{net_revenue} net revenue from {order_count} orders of {buyer_count} customers in {when}",
        ("net_revenue", "order_count", "buyer_count"),
    ),
    ("{net_revenue} net revenue from {order_count} orders in {when}", ("net_revenue", "order_count")),
    ("{order_count} orders of {buyer_count} customers in {when}", ("order_count", "buyer_count")),
    ("{order_count} orders in {when}", ("order_count",)),
    ("{session_count} visits of {visitor_count} visitors in {when}", ("session_count", "visitor_count")),
    ("{nps_answer_count} answers to the recommendation question in {when}", ("nps_answer_count",)),
)


def _comparison(shop: Shop, answer: Answer, name: str, period: FrontPeriod) -> Markup:
    """How much that is more or less than in the compared period, as the end of the sentence."""
    before = _ask(shop, (name,), period.against) if period.against else None
    if period.against is None or before is None or not before.first[name]:
        return escape(say("."))
    moved, earlier = answer.first[name] / before.first[name] - 1, words_of(period.against)
    if abs(moved) < 0.0005:
        return fill_template(wording(", as much as in {earlier}."), earlier=earlier)
    template = ", {change} more than in {earlier}." if moved > 0 else ", {change} less than in {earlier}."
    return fill_template(wording(template), change=format_percent(abs(moved)), earlier=earlier)


def _ask(shop: Shop, names: Sequence[str], during: Window | None) -> Answer | None:
    try:
        answer = measure(shop, *names, during=during)
        return None if answer.is_withheld else answer
    except Refused:
        return None


def _is_of_few(shop: Shop, period: FrontPeriod) -> bool:
    try:
        return measure(shop, "order_count", during=period.during).is_withheld
    except Refused:
        return False


def _one_for_each_goal(shop: Shop, scores: Sequence[GoalScore]) -> list[GoalScore]:
    """The first aim of each goal that has a value, else its first aim; goals that are known come first."""
    chosen: dict[str, GoalScore] = {}
    for score in scores:
        held = chosen.get(score.aim.goal)
        if held is None or (held.value is None and score.value is not None):
            chosen[score.aim.goal] = score
    return sorted(chosen.values(), key=lambda score: score.value is None)


def _tile(shop: Shop, score: GoalScore, period: FrontPeriod) -> Markup:
    metric = score.aim.metric
    goal = element("p", _goal_name(score), kind="goal")
    answer = _ask(shop, [metric.name, *([metric.per] if metric.per else [])], score.during)
    if score.value is None or answer is None:
        return _unknown_tile(shop, metric, goal, period)
    name = element("h3", answer.column(metric.name).label())
    value = element("p", element("span", answer.text(metric.name), kind="value"), _change(shop, score), kind="now")
    target = element("p", _target(shop, score), kind="note")
    n = element("p", say("n {n:,}", n=score.n), kind="note") if score.n is not None else ""
    return element("section", goal, name, value, _course(shop, metric), target, n, fold([answer]), kind="tile")


def _goal_name(score: GoalScore) -> str:
    return score.aim.goal_zh if reader_language() == "zh" else score.aim.goal


def _unknown_tile(shop: Shop, metric: Metric, goal: Markup, period: FrontPeriod) -> Markup:
    """A goal that nothing measures here: which table would, or that this period has nothing of it."""
    label = measure(shop, metric).column(metric.name).label()
    value = element("p", element("span", say("not known"), kind="value"), kind="now")
    why = element("p", _why_unknown(shop, metric, period), kind="note")
    return element("section", goal, element("h3", label), value, why, kind="tile unknown")


def _why_unknown(shop: Shop, metric: Metric, period: FrontPeriod) -> str:
    """The table that would tell it, or that too few people stand behind it, or that nothing of it happened."""
    needed = bases_of([metric], shop.snapshot.own.metrics)[:1]  # what stands after it refines the figure
    if needed and not shop.snapshot.rows.get(needed[0]):
        return say("Needs a table: {table}", table=word(TABLE_OF.get(needed[0], needed[0]).replace("_", " ")))
    if _is_of_few(shop, period):
        return say("Too few customers to show it")
    return say("Nothing of it is known in this period")


def _change(shop: Shop, score: GoalScore) -> Markup:
    """Arrow, change and a word: colour never says it alone; a value that still moves has no change yet."""
    metric = score.aim.metric
    text, direction = change_of(metric.unit.name, score.value, score.before, score.aim.direction)
    if not text or not score.is_mature:
        return Markup()
    is_sure, earlier = _is_beyond_chance(shop, score), words_of(score.against)
    direction = direction if is_sure else "flat"
    arrow = {"+": "▲", "−": "▼"}.get(text[0], "•")
    said = f"{arrow} {text}" + (f" {say(_WORDS[direction])}" if direction != "flat" else "")
    against = element(
        "span", say("on {earlier}" if is_sure else "on {earlier}, within chance", earlier=earlier), kind="against"
    )
    return join([element("span", said, kind=f"change {direction}"), " ", against])


def _is_beyond_chance(shop: Shop, score: GoalScore) -> bool:
    """Whether two rates differ by more than chance, 95 %; counts and sums are what they are."""
    metric = score.aim.metric
    if metric.unit.name != "rate" or not metric.per or score.value is None or score.before is None:
        return True
    earlier = _ask(shop, [metric.per], score.against)
    n = score.n, earlier.first[metric.per] if earlier else None
    if not n[0] or not n[1]:
        return False
    chance = score.value * (1 - score.value) / n[0] + score.before * (1 - score.before) / n[1]
    return bool(abs(score.value - score.before) > Z * sqrt(chance))


def _target(shop: Shop, score: GoalScore) -> str:
    """The goal and whether it is reached; while the value still moves, from when on that can be said."""
    if score.target is None or (score.aim.change is not None and not score.before):
        return say("No goal: nothing to compare with yet")
    goal = score.aim.metric.unit.text(score.target, shop.currency)
    if not score.is_mature:
        ready = score.during[1] + timedelta(days=score.aim.follow_days)
        return say("Goal {goal} – can be judged from {day} on", goal=goal, day=format_date(ready))
    return say("Goal {goal} – reached" if score.is_met else "Goal {goal} – not reached", goal=goal)


def _course(shop: Shop, metric: Metric) -> Markup:
    """Its last thirteen whole months as a line, and in words for who does not see it."""
    end = shop.as_of.replace(day=1)
    window = max(months_later(end, -MONTHS_SHOWN), shop.snapshot.first_on.replace(day=1)), end
    try:
        answer = measure(shop, metric, every="month", during=window)
        rows = [row for row in answer.to_pylist() if row["is_complete"]]
    except Refused:
        return Markup()
    values = [row[metric.name] for row in rows]
    drawn = course(values)
    if not drawn:
        return Markup()
    known = [row for row in rows if row[metric.name] is not None]
    first, last = (answer.text(metric.name, row[metric.name]) for row in (known[0], known[-1]))
    months = words_of((known[0]["month"], months_later(known[0]["month"], 1))), words_of((known[-1]["month"], end))
    said = say("From {first} in {start} to {last} in {end}", first=first, last=last, start=months[0], end=months[1])
    return element(
        "figure",
        drawn,
        element("figcaption", say("by month, {months}", months=len(values)), kind="hidden"),
        element("span", said, kind="hidden"),
    )
