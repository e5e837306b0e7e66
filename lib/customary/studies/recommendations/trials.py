"""Trials on the past: the last orders of customers are kept back, and what would have been recommended is held to them.

The last order of a customer is the test, the one before it the validation: whatever is chosen is chosen there.
"""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
from ibis import _

VALIDATION, TEST = "validation", "test"
TRIALS = {VALIDATION: 2, TEST: 1}  # how many of a customer's last orders a trial knows nothing of
FEWEST_ORDERS = 3  # one to learn from, one to validate, one to test


@dataclass(frozen=True)
class Kept:
    """What a trial keeps back and what it knows: `answers`, `purchases`, `views`, each with its `trial`."""

    answers: ir.Table
    purchases: ir.Table
    views: ir.Table


def keep_back(purchases: ir.Table, views: ir.Table, most: int, trials: tuple[str, ...] = tuple(TRIALS)) -> Kept:
    """Purchases and views before the order that is kept back, for the `most` tried customers who bought last.

    Of customers who are not tried all is known in each trial, also what they did later: it is nobody's answer. Views
    count from before the day of the order that is kept back, for the visit that led to it would give it away.
    """
    orders = _numbered_orders(purchases, most)
    marks = orders.filter(_.is_tried).select(
        of_order="order_id", of_customer="customer_id", from_end="from_end", order_day="day"
    )
    kept = [_keep_back_of(purchases, views, marks, trial) for trial in trials]
    parts = zip(*kept, strict=True)
    # A view is a table of its own: what is learned from it can be joined to it.
    return Kept(*(ibis.union(*tables) if len(tables) > 1 else tables[0].view() for tables in parts))


def _keep_back_of(
    purchases: ir.Table, views: ir.Table, marks: ir.Table, trial: str
) -> tuple[ir.Table, ir.Table, ir.Table]:
    """Answers, known purchases and known views of one trial."""
    name, back = ibis.literal(trial), TRIALS[trial]
    hidden = marks.filter(marks.from_end <= back)
    known = purchases.anti_join(hidden, purchases.order_id == hidden.of_order).mutate(trial=name)
    asked = marks.filter(marks.from_end == back)
    seen = views.left_join(asked, views.customer_id == asked.of_customer)
    seen = seen.filter(seen.order_day.isnull() | (seen.day < seen.order_day)).select(*views.columns, trial=name)
    answers = purchases.inner_join(asked, purchases.order_id == asked.of_order)
    return answers.select("customer_id", "product_id", trial=name), known, seen


def _numbered_orders(purchases: ir.Table, most: int) -> ir.Table:
    """Orders with products, the customer's last is 1 `from_end`; tried are customers with three orders or more."""
    t = purchases.select("customer_id", "order_id", "day", "ts_s").distinct()
    own = [ibis.desc("ts_s"), ibis.desc("order_id")]
    t = t.mutate(
        from_end=ibis.row_number().over(group_by=t.customer_id, order_by=own) + 1,
        order_count=t.count().over(group_by=t.customer_id),
    )
    last = t.filter((t.from_end == 1) & (t.order_count >= FEWEST_ORDERS))
    place = ibis.row_number().over(order_by=[ibis.desc(last.ts_s), last.customer_id])
    last = last.select(tried_id="customer_id", place=place).filter(_.place < most)
    t = t.left_join(last, t.customer_id == last.tried_id)
    return t.mutate(is_tried=t.tried_id.notnull()).drop("tried_id", "place")
