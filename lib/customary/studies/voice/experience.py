"""What goes with satisfaction: each answer beside what happened with its order."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import study
from customary.errors import unknown_name
from customary.frames.calendar import epoch_day
from customary.stats.intervals import Z, clamp, share

FACTORS = {
    "delivery": "delivered late or on time",
    "delivery_time": "days from order to delivery",
    "returns": "something of the order came back",
    "complaint": "a complaint about the order",
    "discount": "bought at a discount",
    "order": "first order or a later one",
    "channel": "where it was ordered",
    "category": "category with the most of the order's value",
}
SURVEYS = ("nps", "csat", "review")
UNKNOWN = "unknown"


def _biggest(items: ir.Table) -> ir.Table:
    """Order → the category that most of its value went to; equal value goes to the first name."""
    t = items.filter(items.category.notnull()).group_by("order_id", "category").agg(amount=_.net_amount.sum())
    first = ibis.row_number().over(group_by=t.order_id, order_by=[ibis.desc(t.amount), t.category])
    return t.mutate(place=first).filter(_.place == 0).select(of_order="order_id", category="category")


def _days(orders: ir.Table) -> ir.StringValue:
    days = epoch_day(orders.delivered_local.date()) - orders.day
    spans = ((days <= 2, "0–2 days"), (days <= 4, "3–4 days"), (days <= 7, "5–7 days"), (days > 7, "8+ days"))
    return ibis.cases(*spans)


def _order_factors(orders: ir.Table, items: ir.Table, tickets: ir.Table) -> ir.Table:
    """Order → the level of each factor; what is not known of it is said to be unknown."""
    biggest = _biggest(items)
    angry = tickets.filter((tickets.kind == "complaint") & tickets.order_id.notnull())
    angry = angry.select(angry_id="order_id").distinct()
    t = orders.left_join(biggest, orders.order_id == biggest.of_order).drop("of_order")
    t = t.left_join(angry, t.order_id == angry.angry_id)
    late = t.delivered_local.date() > t.promised_on
    levels = {
        "delivery": ibis.cases((late, "late"), (~late, "on time")),
        "delivery_time": _days(t),
        "returns": ibis.cases((t.is_returned, "returned"), (~t.is_returned, "kept")),
        "complaint": ibis.ifelse(t.angry_id.notnull(), "complained", "no complaint"),
        "discount": ibis.cases((t.discount_amount > 0, "discounted"), (t.discount_amount <= 0, "full price")),
        "order": ibis.cases((t.is_first_order, "first order"), (~t.is_first_order, "later order")),
        "channel": t.channel,
        "category": t.category,
    }
    return t.select(at_order="order_id", **{name: level.fill_null(UNKNOWN) for name, level in levels.items()})


def experiences(
    responses: ir.Table, orders: ir.Table, items: ir.Table, tickets: ir.Table, survey: str = "nps"
) -> ir.Table:
    """Answers to a survey that name a known order: `score` and the level of every factor of that order."""
    if survey not in SURVEYS:
        raise unknown_name(survey, SURVEYS, "survey")
    said = responses.filter((responses.survey == survey) & responses.score.notnull())
    t = said.select("response_id", "order_id", score=said.score.cast("float64"))
    happened = _order_factors(orders, items, tickets)
    return t.inner_join(happened, t.order_id == happened.at_order).select("response_id", "score", *FACTORS)


def _level(t: ir.Table, factor: str) -> ir.Table:
    """The levels of one factor against all other answers: difference of means with Welch's interval."""
    whole = ibis.window()
    g = t.group_by(level=t[factor]).agg(n=_.count(), total=_.score.sum(), squares=(_.score * _.score).sum())
    g = g.mutate(n=g.n.cast("float64"))
    g = g.mutate(**{f"other_{name}": g[name].sum().over(whole) - g[name] for name in ("n", "total", "squares")})
    mean, other = g.total / g.n, share(g.other_total, g.other_n)
    inner = share(g.squares - g.n * mean**2, g.n - 1) / g.n
    outer = share(share(g.other_squares - g.other_n * other**2, g.other_n - 1), g.other_n)
    half = Z * clamp(inner + outer, 0.0).sqrt()
    return g.select(
        factor=ibis.literal(factor),
        level=g.level,
        answer_count=g.n.cast("int64"),
        other_count=g.other_n.cast("int64"),
        mean_score=mean,
        other_score=other,
        difference=mean - other,
        least_difference=mean - other - half,
        most_difference=mean - other + half,
    )


@study(zh="满意度驱动因素", source="C-029", beside={"joint_effects": "satisfaction_effects"})
def satisfaction_drivers(
    responses: ir.Table, orders: ir.Table, items: ir.Table, tickets: ir.Table, *, survey: str = "nps", fewest: int = 20
) -> ir.Table:
    """Answers by what happened with their order: how far each group's average score is from that of all other answers.

    Delivery, returns, complaints, discount, first order, channel and category; the interval is Welch's at 95 %.
    Groups overlap between factors and nothing was assigned by chance: what goes together need not be the cause. Groups
    with fewer than `fewest` answers in them or beside them are not shown.
    """
    t = experiences(responses, orders, items, tickets, survey)
    t = ibis.union(*(_level(t, factor) for factor in FACTORS))
    t = t.filter(
        (t.answer_count >= fewest) & (t.other_count >= fewest) & (t.level != UNKNOWN) & t["difference"].notnull()
    )
    away = ibis.cases((t.least_difference > 0, "above"), (t.most_difference < 0, "below"), else_="not clear")
    # Two levels of one factor are mirror images: a page draws the rarer ones.
    most = t.answer_count == t.answer_count.max().over(group_by=t.factor)
    return t.mutate(verdict=away, is_commonest=most).order_by("difference", "factor", "level")
