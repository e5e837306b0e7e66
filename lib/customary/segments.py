"""One label per customer, by rules that are handed in: everybody gets one, and each is at once a split of every metric.

What rules may look at are the columns of a customer, and scores that are worked out from them.
"""

from collections.abc import Callable, Iterable, Mapping

import ibis
import ibis.expr.types as ir

from customary.declare import segment
from customary.errors import Refused, unknown_name
from customary.rules.ranges import Rules, check_kinds
from customary.stats.quantiles import bounds, score, score_within

BINS = 5
_WORKED_OUT = {"year_spend_ratio": "year_net_spend"}  # what is known only where an amount is
# What is known of a buyer only where orders say when they were.
TIMED = (
    *("days_since_last_order", "first_order_on", "last_order_on", "first_day", "r_score", "late_ratio", "lost_ratio"),
    *("purchase_day_count", "repurchase_count", "gap_count", "usual_gap_days", "late_after_days", "lost_after_days"),
    *("year_net_spend", "year_order_count", "year_purchase_day_count", "year_repurchase_count", "year_spend_ratio"),
    "days_since_last_seen",
)
_SCORED: dict[str, Callable[[ir.Table], ir.Value]] = {
    "r_score": lambda t: -t.days_since_last_order,
    "f_score": lambda t: t.order_count,
    "m_score": lambda t: t.ordered_spend,
}


def _rank(name: str) -> Callable[[ir.Table], ir.Value]:
    """1 to 5 among the buyers, 0 for who never bought."""
    return lambda t: ibis.cases((t.is_buyer, score(_SCORED[name](t), t.is_buyer, BINS)), else_=0)


DERIVED: dict[str, Callable[[ir.Table], ir.Value]] = {name: _rank(name) for name in _SCORED}


def score_bounds(customers: ir.Table) -> ir.Table:
    """One row: where the scores of all buyers begin."""
    buyers = customers.filter(customers.is_buyer)
    return bounds(buyers, BINS, **{name: value(buyers) for name, value in _SCORED.items()})


def add_scores(customers: ir.Table, bounds: ir.Table) -> ir.Table:
    """Customers, be it only some, with the scores that they have among all: `bounds` are those of everybody."""
    t = customers.cross_join(bounds)
    found = {
        name: ibis.cases((t.is_buyer, score_within(value(t), [t[f"{name}_{k}"] for k in range(2, BINS + 1)])), else_=0)
        for name, value in _SCORED.items()
    }
    return t.mutate(**found).drop(*bounds.columns)


def resolve_facts(customers: ir.Table, names: Iterable[str]) -> Mapping[str, ir.Value]:
    """The facts called `names`, each a column of `customers` or worked out from them."""
    found = {}
    for name in names:
        if name not in customers.columns and name not in DERIVED:
            raise unknown_name(name, [*customers.columns, *DERIVED], "column of customers")
        found[name] = customers[name] if name in customers.columns else DERIVED[name](customers)
    return found


def _has_unknown_amount(customers: ir.Table, rules: Rules, facts: Mapping[str, ir.Value]) -> ir.BooleanValue:
    """Whether an amount that the rules bound is not known of a customer; a range `or_unknown` asks for none."""
    bounded = {n for one in rules.labels for case in one.cases for n, r in case.items() if not r.or_unknown}
    amounts = {_WORKED_OUT.get(name, name) for name in bounded}
    known = {name: facts[name] if name in facts else customers[name] for name in sorted(amounts)}
    return ibis.or_(*(value.isnull() for name, value in known.items() if name == "m_score" or _is_amount(value)))


def is_undated_buyer(customers: ir.Table) -> ir.BooleanValue:
    """Whether somebody bought of whose orders none says when; of profiles made of purchase days nobody did."""
    if "last_order_on" not in customers.columns:
        return ibis.literal(False)
    return (customers.is_buyer & customers.last_order_on.isnull()).fill_null(False)


def _has_unknown_time(customers: ir.Table, rules: Rules) -> ir.BooleanValue:
    """Whether the rules ask when or on how many days somebody bought whose orders do not say it."""
    asks = any(name in TIMED for one in rules.labels for case in one.cases for name in case)
    return is_undated_buyer(customers) if asks else ibis.literal(False)


def _is_amount(value: ir.Value) -> bool:
    """Whether a fact is a sum of money: frames hold money, and nothing else, as decimals."""
    return value.type().is_decimal()


def label(customers: ir.Table, rules: Rules) -> ir.StringValue:
    """The label that the rules give each customer; NULL, for unknown, where they bound an amount or time nobody knows.

    Refused where they name what is no column, or bound a text.
    """
    try:
        facts = resolve_facts(customers, rules.columns)
        check_kinds(rules, {name: value.type() for name, value in facts.items()})
    except (Refused, LookupError) as error:
        raise Refused("{place}[{rules}]: {error}", place=rules.place, rules=rules.name, error=error) from error
    unknown = _has_unknown_amount(customers, rules, facts) | _has_unknown_time(customers, rules)
    return ibis.cases((unknown, ibis.null("string")), else_=rules.label(facts))


@segment(zh="参与度分层", source="C-066…C-073")
def engagement_group(customers: ir.Table, rules: Rules) -> ir.StringValue:
    """How close customers are to the shop: by visits, purchase days and spend, and by whether they still come."""
    return label(customers, rules)


@segment(zh="RFM分群", source="A-080")
def rfm_segment(customers: ir.Table, rules: Rules) -> ir.StringValue:
    """Buyers by how lately and how often they bought, against the other buyers; who never bought is apart."""
    return label(customers, rules)


@segment(zh="RFM客户层级", source="A-082…A-085")
def rfm_tier(customers: ir.Table, rules: Rules) -> ir.StringValue:
    """Loyal, promising, general or at risk of churn, by scores of recency, frequency and spend among the buyers."""
    return label(customers, rules)


@segment(zh="生命周期阶段", source="B-073…B-077")
def lifecycle_stage(customers: ir.Table, rules: Rules) -> ir.StringValue:
    """Where customers stand by their own rhythm: not bought yet, growing, mature, late or visiting less, or lost."""
    return label(customers, rules)


@segment(zh="生命周期阶段（固定天数）", source="B-073…B-077")
def lifecycle_stage_by_days(customers: ir.Table, rules: Rules) -> ir.StringValue:
    """The same five stages by a fixed number of days since the last order, alike for everybody."""
    return label(customers, rules)


@segment(zh="价值层级", source="B-056…B-058")
def value_tier(customers: ir.Table, rules: Rules) -> ir.StringValue:
    """The lower of two levels: net spend of the trailing 365 days, and repurchases in them."""
    return label(customers, rules)
