"""The orders that a change touches and those it leaves alone, with what became of each within the same days."""

from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.rules.changes import Change

KEYS = {"product": "product_id", "category": "category"}
FIGURES = ("returns", "complaints", "next orders")
FIGURES_OF = {"product": FIGURES, "category": FIGURES, "topic": ("complaints",)}
RULE_OF = {"returns": "follow_days", "complaints": "follow_days", "next orders": "repeat_days"}
FACTS = ("order_id", "customer_id", "day")


def sides_of(
    change: Change,
    all_changes: Sequence[Change],
    items: ir.Table,
    orders: ir.Table,
    tickets: ir.Table,
    rule: Mapping[str, Any],
) -> ir.Table:
    """One row per order and side: `is_subject` for the goods or the topic of the change, false for those left alone.

    A column per figure says whether it happened to the order in the days of the rule: something came back, somebody
    complained, the customer ordered again. Of a product the others are those of its category; what another change is
    about is on no side.
    """
    changed = [each.of for each in all_changes if each.about == change.about and each.name != change.name]
    if change.about == "topic":
        return _of_topics(change, changed, orders, tickets, rule)
    t = _of_goods(change, [key for key in changed if key != change.of], items, rule)
    about_goods = _complaints_of(orders, tickets, rule, {"complaints": ibis.literal(True)})
    facts = orders.select(*FACTS, **{"next orders": (orders.days_to_next <= rule["repeat_days"]).fill_null(False)})
    facts = facts.inner_join(about_goods, "order_id")
    return t.inner_join(facts, "order_id")


def is_seen(change: Change, items: ir.Table, tickets: ir.Table) -> ir.Table:
    """One row: whether any order line, or any case, names what a change is about; what none names is mistyped."""
    column = tickets.topic if change.about == "topic" else items[KEYS[change.about]]
    return (column == change.of).any().fill_null(False).name("is_seen").as_table()


def _of_goods(change: Change, changed: Sequence[str], items: ir.Table, rule: Mapping[str, Any]) -> ir.Table:
    """One row per order and side, and whether any of its goods on that side came back in time."""
    t = items.mutate(key=items[KEYS[change.about]]).filter(_.key.notnull())
    t = t.filter(t.key.notin(changed)) if changed else t
    if change.about == "product":
        t = t.filter(t.category.isin(t.filter(t.key == change.of).category))
    back = (t.return_delay_days <= rule["follow_days"]).fill_null(False)
    t = t.mutate(is_subject=t.key == change.of, is_back=back)
    return t.group_by("order_id", "is_subject").agg(returns=_.is_back.any())


def _complaints_of(
    orders: ir.Table, tickets: ir.Table, rule: Mapping[str, Any], kinds: Mapping[str, ir.BooleanValue]
) -> ir.Table:
    """Order → for each kind whether there was a complaint of it in time; `kinds` are conditions on tickets."""
    cases = tickets.filter((tickets.kind == "complaint") & tickets.order_id.notnull())
    cases = cases.select(of_order="order_id", opened="day", **kinds)
    t = orders.select("order_id", "day").left_join(cases, orders.order_id == cases.of_order)
    in_time = ((t.opened >= t.day) & (t.opened <= t.day + rule["follow_days"])).fill_null(False)
    return t.group_by("order_id").agg(**{kind: (in_time & t[kind].fill_null(False)).any() for kind in kinds})


def _of_topics(
    change: Change, changed: Sequence[str], orders: ir.Table, tickets: ir.Table, rule: Mapping[str, Any]
) -> ir.Table:
    """Every order on both sides: complaints of the topic on one, of topics that nobody changed on the other."""
    own, others = tickets.topic == change.of, tickets.topic.notin([change.of, *changed])
    t = _complaints_of(orders, tickets, rule, {"own": own, "others": others}).inner_join(
        orders.select(*FACTS), "order_id"
    )
    sides = [t.select(*FACTS, is_subject=ibis.literal(side == "own"), complaints=t[side]) for side in ("own", "others")]
    return ibis.union(*sides)
