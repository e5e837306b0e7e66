"""A marketing budget by tier: an explicit rule whose every assumption stands in budget.toml."""

from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import day_number
from customary.declare import study
from customary.errors import Refused
from customary.rules.book import RuleBook
from customary.stats.intervals import Z, share
from customary.studies.shared.labels import rank_of, segment_named
from customary.wording import all_of

OTHER = "any other"
RATES = ("response_rate", "low", "high")
COSTS = ("contact_cost", "offer_cost")
TEXTS = ("offer", "zh")


def _check_assumption(told: dict[str, Any], file: str) -> dict[str, Any]:
    """One tier's assumptions; a rate outside 0 to 1, a negative cost or a range turned round is refused."""
    where = f"{file}tier “{told.get('tier', '?')}”"
    absent = [name for name in (*RATES, *COSTS) if not isinstance(told.get(name), int | float)]
    if absent:
        raise Refused("{where}: {names} must be numbers", where=where, names=all_of(absent))
    if not 0 <= told["low"] <= told["response_rate"] <= told["high"] <= 1:
        raise Refused("{where}: 0 ≤ low ≤ response_rate ≤ high ≤ 1 does not hold", where=where)
    if min(told[name] for name in COSTS) < 0:
        raise Refused("{where}: a cost is below nothing", where=where)
    return told


def _assumptions(names: tuple[str, ...], shop_rules: RuleBook) -> dict[str, dict[str, Any]]:
    """Tier → its line of budget.toml, or that of any other."""
    file = shop_rules.place("budget", "budget")
    lines = {line["tier"]: _check_assumption(line, file) for line in shop_rules["budget"]["budget"]["tiers"]}
    if OTHER not in lines:
        raise Refused("{place}there is no line for the tier “{other}”", place=file, other=OTHER)
    return {name: lines.get(name, lines[OTHER]) for name in names}


def _rule(t: ir.Table, assumed: dict[str, dict[str, Any]]) -> dict[str, ir.Value]:
    """The assumptions as columns of a table with a tier."""
    columns = {"offer": "offer", "zh": "zh", "response_rate": "response_rate", "low_rate": "low", "high_rate": "high"}
    columns |= {name: name for name in COSTS}
    return {
        column: ibis.cases(
            *(
                (t.value_tier == name, line[key] if column in TEXTS else float(line[key]))
                for name, line in assumed.items()
            )
        )
        for column, key in columns.items()
    }


def _order_values(orders: ir.Table, labels: ir.Table, since: int) -> ir.Table:
    """Tier → value of an order since a day, with its standard error (ratio of sums, clustered by customer)."""
    t = orders.filter(orders.day >= since)
    t = t.inner_join(labels, t.customer_id == labels.labelled_id)
    t = t.group_by("tier", "labelled_id").agg(n=_.count().cast("float64"), amount=_.net_amount.sum().cast("float64"))
    mean = t.amount.sum().over(group_by=t.tier) / t.n.sum().over(group_by=t.tier)
    t = t.mutate(rest=(t.amount - mean * t.n) * (t.amount - mean * t.n))
    t = t.group_by(value_tier=t.tier).agg(
        order_count=_.n.sum().cast("int64"), order_value=_.amount.sum() / _.n.sum(), rest=_.rest.sum(), k=_.count()
    )
    k = t.k.cast("float64")
    error = (share(k, k - 1) * t.rest).sqrt() / t.order_count.cast("float64")
    return t.mutate(order_value_error=error.fill_null(0.0)).drop("rest", "k")


def _expectation(t: ir.Table, gross_margin: float, response: float) -> ir.Table:
    """What one contact brings after all costs: expected, and at the low and high ends of rate and order value."""

    def profit(rate: ir.Value, value: ir.Value) -> ir.FloatingValue:
        return ibis.least(rate * response, 1.0) * (value * gross_margin - t.offer_cost) - t.contact_cost

    return t.mutate(
        profit_per_contact=profit(t.response_rate, t.order_value),
        worst=profit(t.low_rate, t.order_value - Z * t.order_value_error),
        best=profit(t.high_rate, t.order_value + Z * t.order_value_error),
        expected_cost=t.contact_cost + ibis.least(t.response_rate * response, 1.0) * t.offer_cost,
    )


def _spend_budget(t: ir.Table, total: float) -> ir.Table:
    """The budget given to the tiers by profit per unit of cost, best first, to whole tiers until it is used up."""
    gain = share(t.profit_per_contact, t.expected_cost)
    wanted = ibis.cases((t.profit_per_contact > 0, t.customer_count * t.expected_cost), else_=0.0)
    t = t.mutate(gain=gain, wanted=wanted)
    order = [ibis.desc(t.gain), t.position]
    before = t.wanted.sum().over(ibis.cumulative_window(order_by=order)) - t.wanted
    given = ibis.greatest(ibis.least(t.wanted, total - before), 0.0)
    people = (share(given, t.expected_cost) + 1e-9).floor().cast("int64")
    # Contacts that cost nothing need no budget.
    people = ibis.cases(((t.expected_cost == 0) & (t.profit_per_contact > 0), t.customer_count), else_=people)
    return t.mutate(contacted_count=people.fill_null(0))


@study(zh="分层营销预算", source="C-044", rests_on=("amounts", "dates"))
def tier_budget(
    customers: ir.Table,
    named_orders: ir.Table,
    as_of: date,
    shop_rules: RuleBook,
    *,
    budget: float = -1.0,
    margin: float = 0.0,
    response: float = 1.0,
) -> ir.Table:
    """Whom to contact for a budget, tier by tier, and what that is expected to bring.

    Profit of a contact = response rate × (value of an order × gross margin − cost of the offer) − cost of the contact.
    The budget goes to the tier with the most profit per unit of cost, then to the next; a tier that is expected to
    lose money gets none. Rates and costs are the assumptions of budget.toml, `response` multiplies all rates;
    only the value of an order is measured. `low` to `high` is the profit if rate and order value are both at the bad
    or both at the good end of their range.
    """
    plan = shop_rules["budget"]["budget"]
    total, gross_margin = (budget if budget >= 0 else plan["total"]), margin or plan["gross_margin"]
    if not 0 < gross_margin <= 1 or response < 0:
        raise Refused(
            "a margin is a share above 0, and no response is below 0: not {gross_margin:g} and {response:g}",
            gross_margin=gross_margin,
            response=response,
        )
    found = segment_named("value_tier")
    tier, names = found.label(customers, shop_rules), found.labels(shop_rules)
    labels = customers.select(labelled_id="customer_id", tier=tier)
    values = _order_values(named_orders, labels, day_number(as_of) - plan["order_days"])
    t = customers.mutate(value_tier=tier).group_by("value_tier").agg(customer_count=_.count())
    t = t.left_join(values, "value_tier").drop("value_tier_right")
    t = t.mutate(**_rule(t, _assumptions(names, shop_rules)), position=rank_of(t.value_tier, names))
    t = _spend_budget(_expectation(t, gross_margin, response), total)
    n = t.contacted_count
    t = t.mutate(
        expected_spend=n * t.expected_cost,
        expected_profit=(n * t.profit_per_contact).fill_null(0.0),
        low=(n * t.worst).fill_null(0.0),
        high=(n * t.best).fill_null(0.0),
        return_on_cost=t.gain,
    )
    facts = ("value_tier", "offer", "zh", "customer_count", "order_count", "order_value", "order_value_error")
    rule = ("response_rate", "low_rate", "high_rate", *COSTS, "profit_per_contact", "return_on_cost")
    answer = ("contacted_count", "expected_spend", "expected_profit", "low", "high")
    return t.order_by("position").select(*facts, *rule, *answer)
