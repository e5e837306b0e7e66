"""Recommendation and satisfaction: the score with its interval, who answers, and whether promoters buy again."""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike, day_number
from customary.declare import SEGMENTS, study
from customary.errors import Refused, unknown_name
from customary.frames import PERIODS
from customary.frames.calendar import epoch_day
from customary.frames.plain import votes
from customary.rules.book import RuleBook
from customary.stats.intervals import Z, clamp, share, wilson
from customary.studies.shared.windows import inside

SURVEYS = ("nps", "csat", "review")
SPANS: dict[str, dict[str, int]] = {
    "day": {"days": 1},
    "week": {"days": 7},
    "month": {"months": 1},
    "quarter": {"months": 3},
    "year": {"years": 1},
}
_ORDER = ("channel", "device", "payment_method", "delivery_method", "is_first_order", "is_returned")


def _split_answers(
    responses: ir.Table, orders: ir.Table, customers: ir.Table, shop_rules: RuleBook, by: str, every: str
) -> ir.Table:
    """The answers with `label` (their own column, that of their order, their customer's, or a segment) and `period`."""
    if every and every not in PERIODS:
        raise unknown_name(every, PERIODS, "period")
    t = responses.mutate(period=responses[PERIODS[every]]) if every else responses
    if not by:
        return t
    if by in t.columns:
        return t.mutate(label=t[by])
    if by in _ORDER:
        own = orders.select(its_id="order_id", label=orders[by].cast("string"))
        return t.left_join(own, t.order_id == own.its_id).drop("its_id")
    if by not in customers.columns and by not in SEGMENTS:
        raise unknown_name(by, [*responses.columns, *_ORDER, *customers.columns, *SEGMENTS], "column of answers")
    value = SEGMENTS[by].label(customers, shop_rules) if by in SEGMENTS else customers[by]
    who = customers.select(whose_id="customer_id", label=value)
    return t.left_join(who, t.customer_id == who.whose_id).drop("whose_id")


def _key_columns(by: str, every: str) -> tuple[str, ...]:
    return tuple(name for name, wanted in (("label", by), ("period", every)) if wanted)


def _name_groups(t: ir.Table, by: str, every: str, as_of: date) -> ir.Table:
    """The groups under the names they were asked by, in a stable order; a period that is not over is marked."""
    keys = {}
    if by:
        keys[by] = t.label
    if every:
        end = (t.period + ibis.interval(**SPANS[every])).cast("timestamp").cast("date")
        keys |= {every: t.period, "is_complete": end <= as_of}
    order = [ibis.asc(t[name], nulls_first=False) for name in reversed(_key_columns(by, every))]
    rest = [name for name in t.columns if name not in ("label", "period")]
    told = t.order_by(order) if order else t
    return told.select(**keys, **{name: told[name] for name in rest})


@study(zh="净推荐值（NPS）", source="A-090, M26", beside={"response_rates": "response_rates"})
def nps(
    responses: ir.Table,
    orders: ir.Table,
    whole_customers: ir.Table,
    as_of: date,
    shop_rules: RuleBook,
    *,
    answers: str = "last",
    by: str = "",
    every: str = "",
) -> ir.Table:
    """Promoters (9 and 10), passives and detractors (0 to 6) of 100 voters, and what chance may have done to it.

    Of each voter the last answer counts (`answers` last), or every answer (all). The interval is nps ± 1.96 standard
    errors with variance (p + d − (p − d)²) / n; a single answer has none. `by` is a column of the answer, of its
    order or customer, or a segment; `every` is a period.
    """
    if answers not in ("last", "all"):
        raise Refused("answers are counted “last” of each voter or “all”, not “{answers}”", answers=answers)
    keys = _key_columns(by, every)
    t = votes(_split_answers(responses, orders, whole_customers, shop_rules, by, every), keys)
    counts = t.is_last if answers == "last" else t.score.notnull()
    sums = {
        "answer_count": counts.sum(),
        "promoter_count": (counts & (t.score >= 9)).sum(),
        "passive_count": (counts & t.score.between(7, 8)).sum(),
        "detractor_count": (counts & (t.score <= 6)).sum(),
        "all_answer_count": counts.count(),
        "voter_count": t.is_last.sum(),
    }
    t = t.group_by(*keys).agg(**sums) if keys else t.agg(**{name: value.fill_null(0) for name, value in sums.items()})
    n = t.answer_count.cast("float64").nullif(0)
    up, down = t.promoter_count / n, t.detractor_count / n
    half = ibis.cases((n > 1, Z * clamp((up + down - (up - down) ** 2) / n, 0.0, 1.0).sqrt()))
    t = t.mutate(
        nps=100 * (up - down),
        low=clamp(100 * (up - down - half), -100.0, 100.0),
        high=clamp(100 * (up - down + half), -100.0, 100.0),
        answers_per_voter=share(t.all_answer_count, t.voter_count),
    )
    return _name_groups(t.drop("voter_count"), by, every, as_of)


@study(zh="客户满意度", source="A-019, M26")
def satisfaction(
    responses: ir.Table,
    orders: ir.Table,
    whole_customers: ir.Table,
    as_of: date,
    shop_rules: RuleBook,
    *,
    survey: str = "csat",
    by: str = "",
    every: str = "",
) -> ir.Table:
    """Share of satisfaction answers (or reviews) that give 4 or 5 of 5, with Wilson's interval, and the average.

    Every answer counts, since each speaks of another case. `by` and `every` split as they do for nps.
    """
    if survey not in SURVEYS[1:]:
        raise unknown_name(survey, SURVEYS[1:], "survey with a scale of 1 to 5")
    keys, t = _key_columns(by, every), _split_answers(responses, orders, whole_customers, shop_rules, by, every)
    t = t.filter((t.survey == survey) & t.score.notnull())
    sums = {"answer_count": t.score.count(), "satisfied_count": (t.score >= 4).sum(), "score": t.score.mean()}
    t = t.group_by(*keys).agg(**sums) if keys else t.agg(**sums)
    t = t.mutate(satisfied_count=t.satisfied_count.fill_null(0))
    low, high = wilson(t.satisfied_count, t.answer_count)
    rate = share(t.satisfied_count, t.answer_count)
    return _name_groups(t.mutate(satisfied_rate=rate, low_rate=low, high_rate=high), by, every, as_of)


def _arrivals(orders: ir.Table) -> ir.Table:
    """Orders that reached the customer, and when: on delivery, or at once in a channel that delivers none (a store)."""
    delivers = orders.delivered_at.notnull().any().over(group_by=orders.channel)
    t = orders.mutate(at_on=ibis.ifelse(delivers, orders.delivered_local.date(), orders.day_on))
    return t.select("order_id", "at_on").filter(_.at_on.notnull())


def _closures(tickets: ir.Table) -> ir.Table:
    t = tickets.filter(tickets.closed_at.notnull() & tickets.order_id.notnull())
    return t.select("order_id", at_on=t.closed_local.date())


def _response_row(responses: ir.Table, survey: str, asked: ir.Table, as_of: date, patience: int) -> ir.Table:
    """One row: the orders asked about, old enough for an answer, those with one, and answers that name an order."""
    ripe = asked.filter(epoch_day(asked.at_on) + patience <= day_number(as_of)).select("order_id").distinct()
    said = responses.filter((responses.survey == survey) & responses.score.notnull() & responses.order_id.notnull())
    said = said.select(said_id="order_id").distinct()
    t = ripe.left_join(said, ripe.order_id == said.said_id)
    t = t.agg(asked_count=_.count(), answered_count=_.said_id.notnull().sum().fill_null(0))
    return t.cross_join(said.agg(tied_count=_.count()))


@study(zh="问卷回收率", source="M26", rests_on="dates")
def response_rates(
    responses: ir.Table,
    orders: ir.Table,
    tickets: ir.Table,
    as_of: date,
    *,
    during: WindowLike | None = None,
    patience: int = 14,
) -> ir.Table:
    """Share of those who could be asked that answered: orders that arrived (nps, reviews), cases closed (csat).

    No file says who was invited, so everybody whose order arrived, or whose case was closed, at least `patience` days
    before the as-of date counts as asked; younger ones may still answer. Empty where a survey has no answer or none of
    its answers names an order.
    """
    asked = {"nps": ("orders that arrived", _arrivals(orders)), "csat": ("cases closed", _closures(tickets))}
    asked["review"] = asked["nps"]
    parts = [
        _response_row(responses, survey, inside(asked[survey][1], during, "at_on"), as_of, patience).mutate(
            position=ibis.literal(position, "int8"), survey=ibis.literal(survey), asked=ibis.literal(asked[survey][0])
        )
        for position, survey in enumerate(SURVEYS, 1)
    ]
    t = ibis.union(*parts)
    low, high = wilson(t.answered_count, t.asked_count)
    rate = share(t.answered_count, t.asked_count)
    rates = {"response_rate": rate, "low_rate": low, "high_rate": high}
    rates = {name: ibis.cases((t.tied_count > 0, value)) for name, value in rates.items()}
    front = ("position", "survey", "asked", "asked_count", "answered_count")
    return t.mutate(**rates).select(*front, *rates).order_by("position")


@study(zh="推荐意愿与再次购买", source="C-025")
def vote_loyalty(
    responses: ir.Table, named_orders: ir.Table, as_of: date, *, during: WindowLike | None = None, within: int = 90
) -> ir.Table:
    """Promoters, passives and detractors: the share of each that bought again within so many days of the answer.

    Of each voter the last answer in the window counts, if its `within` days are over at the as-of date. Purchases are
    counted from the day after the answer.
    """
    ripe = inside(responses, during).filter(_.day + within < day_number(as_of))
    t = votes(ripe.filter(ripe.customer_id.notnull()))
    t = t.filter(t.is_last).select("customer_id", "score", vote_day="day")
    bought = named_orders.select(buyer_id="customer_id", day="day").distinct()
    after = t.inner_join(bought, (t.customer_id == bought.buyer_id) & (bought.day > t.vote_day))
    after = after.filter(after.day <= after.vote_day + within).select(back_id="customer_id").distinct()
    t = t.left_join(after, t.customer_id == after.back_id)
    t = t.mutate(position=ibis.cases((t.score >= 9, 1), (t.score >= 7, 2), else_=3).cast("int8"))
    t = t.group_by("position").agg(voter_count=_.count(), buyer_count=_.back_id.notnull().sum())
    low, high = wilson(t.buyer_count, t.voter_count)
    name = ibis.cases((t.position == 1, "promoters"), (t.position == 2, "passives"), else_="detractors")
    rate = share(t.buyer_count, t.voter_count)
    return t.mutate(vote=name, bought_again_rate=rate, low_rate=low, high_rate=high).order_by("position")
