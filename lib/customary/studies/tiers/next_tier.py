"""The way up: what customers lack for the next value tier, whatever the rules bound."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import study
from customary.errors import Refused, unknown_name
from customary.rules.book import RuleBook
from customary.rules.ranges import Case
from customary.segments import label, resolve_facts


def _lacking(case: Case, column: str, value: ir.Value) -> ir.FloatingValue:
    """How much of a column is missing for a case; NULL where more of it would not help."""
    wanted = case.get(column)
    if wanted is None:
        return ibis.literal(0.0)
    inside, low = wanted.holds(value), wanted.low
    amount = value.cast("float64").fill_null(0.0)
    short = None if low is None else (amount < low, low - amount)
    return ibis.cases((inside, 0.0), *([short] if short else []), else_=ibis.null("float64"))


def _distance(case: Case, lacking: dict[str, ir.FloatingValue]) -> ir.FloatingValue:
    """The greatest missing share among the columns of a case; NULL where the case is out of reach."""
    shares = [lacking[name] / max(abs(r.low or 0.0), 1.0) for name, r in case.items()]
    out = ibis.or_(*(one.isnull() for one in shares))
    return ibis.cases((out, ibis.null("float64")), else_=ibis.greatest(*shares, 0.0))


@study(zh="升级还差多少", source="A-083", shown=100, is_list=True, rests_on="amounts")
def next_tier(customers: ir.Table, shop_rules: RuleBook, *, tier: str = "") -> ir.Table:
    """Customers of a tier who bought in the trailing year, nearest to the next tier first, and what they lack for it.

    `tier` is by default the one below the best. `distance` is the greatest of the missing shares in the case that is
    nearest; `customer_total` says of how many they are the nearest. Shop numbers only: no name, mail or phone is in a
    snapshot.
    """
    rules = shop_rules.set("value_tier")
    if tier and tier not in rules.names[1:]:
        raise unknown_name(tier, rules.names[1:], "tier with one above it")
    if len(rules.labels) < 2:
        raise Refused("the rules name one tier only: there is no next one")
    place = rules.names.index(tier) if tier else 1
    t = customers.filter((label(customers, rules) == rules.names[place]) & (customers.year_order_count > 0))
    facts = resolve_facts(t, rules.columns)
    cases = rules.in_order[place - 1].cases
    lacks = [{name: _lacking(case, name, facts[name]) for name in rules.columns} for case in cases]
    distances = [_distance(case, lacking) for case, lacking in zip(cases, lacks, strict=True)]
    best = ibis.least(*distances) if len(distances) > 1 else distances[0]
    chosen = {}
    for name in rules.columns:
        missing = ibis.cases(*((d == best, each[name]) for d, each in zip(distances, lacks, strict=True)))
        chosen[f"missing_{name}"] = missing.ceil().cast("int64") if facts[name].type().is_integer() else missing
    t = t.mutate(distance=best, spend=t.year_net_spend.cast("float64"), **chosen).filter(_.distance.notnull())
    t = t.mutate(customer_total=t.count().over(ibis.window()))
    known_too = ("days_since_last_order", "favourite_category", "country", "region", "customer_total")
    return t.select("customer_id", "spend", "year_repurchase_count", *chosen, "distance", *known_too).order_by(
        "distance", ibis.desc("spend"), "customer_id"
    )
