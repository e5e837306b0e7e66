"""Who the customers are: what is known of them, and what the groups they fall into are worth."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary import standard
from customary.declare import SEGMENTS, study
from customary.errors import unknown_name
from customary.rules.book import RuleBook
from customary.stats.intervals import share, share_of_all
from customary.studies.shared.facts import ATTRIBUTES

# attribute, English, 中文, where it comes from
NAMES = tuple(name for name, _en, _zh, _from in ATTRIBUTES)
LAST = ((30, "up to 30 days ago"), (90, "31–90 days ago"), (180, "91–180 days ago"), (365, "181–365 days ago"))
FEWEST = 30  # buyers in a group below which its average says nothing


@study(zh="资料完整率", source="B-042")
def completeness(customers: ir.Table) -> ir.Table:
    """For each attribute: customers of whom it is known and unknown, its different values, and the 95 % standard.

    Devices are asked of customers who visited, payment and favourites of those who bought, the rest of everybody.
    """
    t = customers
    asked = {"visits": (t.visit_count > 0).sum(), "orders": t.is_buyer.sum()}
    counts = {f"asked_{name}": asked.get(source, t.count()) for name, _en, _zh, source in ATTRIBUTES}
    known = {f"known_{name}": t[name].count() for name in NAMES}
    facts = t.agg(**counts, **known, **{f"values_{name}": t[name].nunique() for name in NAMES})
    parts = [
        facts.select(
            position=ibis.literal(n, "int8"),
            attribute=ibis.literal(name),
            name=ibis.literal(en),
            zh=ibis.literal(zh),
            comes_from=ibis.literal(source),
            customer_count=facts[f"asked_{name}"].fill_null(0),
            known_count=facts[f"known_{name}"],
            value_count=facts[f"values_{name}"],
        )
        for n, (name, en, zh, source) in enumerate(ATTRIBUTES, 1)
    ]
    f = ibis.union(*parts)
    rate = share(f.known_count, f.customer_count)
    wanted = standard.tables()["customers"].completeness
    return f.mutate(known_rate=rate, unknown_rate=1 - rate, is_met=rate >= wanted).order_by("position")


def _people(customers: ir.Table, orders: ir.Table, returns: ir.Table) -> ir.Table:
    """Customer → what was bought and brought back in the window; nothing for those who did neither.

    Where no order of a customer has an amount, or none of anybody, what it came to is unknown.
    """
    tells = (orders.net_amount.count() > 0).as_scalar() | (orders.count() == 0).as_scalar()
    bought = orders.group_by(buyer_id=orders.customer_id).agg(ordered=_.net_amount.sum())
    back = returns.group_by(returner_id=returns.customer_id).agg(refunded=_.refund_amount.sum())
    t = customers.left_join(bought, customers.customer_id == bought.buyer_id)
    t = t.left_join(back, t.customer_id == back.returner_id)
    ordered = ibis.cases((t.buyer_id.notnull(), t.ordered), (tells, 0))
    return t.mutate(net=(ordered - t.refunded.fill_null(0)).cast("float64"), bought=t.buyer_id.notnull())


def _label_attribute(customers: ir.Table, name: str, shop_rules: RuleBook) -> ir.StringValue:
    if name in SEGMENTS:
        return SEGMENTS[name].label(customers, shop_rules)
    if name not in NAMES:
        raise unknown_name(name, [*NAMES, *SEGMENTS], "attribute of customers")
    return customers[name]


def _group_worth(people: ir.Table, keys: list[str], z: float) -> ir.Table:
    """The groups of `keys` with their customers, buyers, revenue, and the interval of revenue per buyer."""
    t = people.group_by(keys).agg(
        customer_count=_.count(),
        buyer_count=_.bought.sum(),
        net_revenue=_.net.sum(),
        spread=_.net.std(where=_.bought, how="sample"),
        youngest=_.age.min(),
    )
    n = t.buyer_count.cast("float64").nullif(0)
    per_buyer, half = t.net_revenue / n, z * t.spread / n.sqrt()
    among = [key for key in keys if key == "attribute"]
    whole = ibis.window(group_by=among)
    return t.mutate(
        customer_share=share_of_all(t.customer_count, *among),
        bought_rate=share(t.buyer_count, t.customer_count),
        revenue_share=share_of_all(t.net_revenue, *among),
        revenue_per_buyer=per_buyer,
        low=per_buyer - half,
        high=per_buyer + half,
        average=share(t.net_revenue.sum().over(whole), t.buyer_count.sum().over(whole)),
    ).drop("spread")


@study(zh="属性分群价值", source="A-035")
def attribute_groups(
    customers: ir.Table,
    named_orders: ir.Table,
    returns: ir.Table,
    shop_rules: RuleBook,
    *,
    by: str = "age_band",
    and_by: str = "",
    z: float = 1.96,
) -> ir.Table:
    """Customers by an attribute: how many, how many bought in the window, and net revenue per buyer with its interval.

    `and_by` splits the groups once more. Everybody is somewhere: an unknown attribute is the NULL group. The
    interval is the mean ± z standard errors; `average` is all groups' revenue per buyer, the same in every row.
    """
    second = _label_attribute(customers, and_by, shop_rules) if and_by else ibis.null("string")
    t = customers.mutate(label=_label_attribute(customers, by, shop_rules), and_label=second)
    t = _group_worth(_people(t, named_orders, returns), ["label", "and_label"], z)
    # Ages stand in their own order, everything else by head count.
    place = t.youngest.min() if by == "age_band" else -t.customer_count.sum()
    t = t.mutate(place=place.over(group_by=t.label))
    return t.order_by(t.label.isnull(), t.place, t.label, t.and_label).drop("place", "youngest")


@study(zh="属性价值差距", source="A-035")
def attribute_gaps(
    customers: ir.Table, named_orders: ir.Table, returns: ir.Table, *, z: float = 2.58, fewest: int = FEWEST
) -> ir.Table:
    """Groups of every attribute against the average buyer: above, below or not clear, and what closing a gap is worth.

    With dozens of groups some differ by chance: the interval is the wider one of 99 %. `potential` is the gap times
    the group's buyers; groups overlap, so potentials must not be added up. Groups of few buyers are not here; those
    below come first, the largest at the top.
    """
    people = _people(customers, named_orders, returns)
    attributes = ibis.array(list(NAMES)).unnest().name("attribute").as_table()
    t = people.cross_join(attributes)
    t = t.mutate(label=ibis.cases(*((t.attribute == name, t[name]) for name in NAMES)))
    t = _group_worth(t, ["attribute", "label"], z).drop("youngest")
    t = t.mutate(name=ibis.cases(*((t.attribute == name, en) for name, en, _zh, _source in ATTRIBUTES)))
    t = t.filter(_.label.notnull() & (_.buyer_count >= fewest) & (_.customer_share < 1))
    verdict = ibis.cases((t.high < t.average, "below"), (t.low > t.average, "above"), else_="not clear")
    t = t.mutate(verdict=verdict, gap=t.average - t.revenue_per_buyer)
    t = t.mutate(potential=t.gap * t.buyer_count)
    return t.order_by(ibis.desc(t.verdict == "below"), ibis.desc("customer_count"), "attribute", "label")


@study(zh="最近消费时间", source="B-060", rests_on="dates")
def last_purchases(customers: ir.Table) -> ir.Table:
    """Customers by how long ago they last bought, from lately to never, with what they have spent so far."""
    days, end = customers.days_since_last_order, len(LAST)
    place = ibis.cases(
        (~customers.is_buyer, end + 1), *((days <= most, n) for n, (most, _name) in enumerate(LAST)), else_=end
    )
    t = customers.mutate(position=place.cast("int8"))
    t = t.group_by("position").agg(customer_count=_.count(), net_spend=_.net_spend.sum().cast("float64"))
    names = [name for _most, name in LAST] + ["over a year ago", "never bought"]
    band = ibis.cases(*((t.position == n, name) for n, name in enumerate(names)))
    return t.mutate(label=band, customer_share=share_of_all(t.customer_count)).order_by("position")
