"""One person, one portrait: the labels, tags and next best action of every customer, stored beside the frames."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import ibis.expr.types as ir

from customary import segments as _segments  # noqa: F401  (fills the list of segments)
from customary import standard
from customary.frames.quantiles import score
from customary.frames.tags import tags
from customary.segments.rules import Rules, read
from customary.words import SEGMENTS, frame

ACTION = "next_best_action"


def actions(columns: Any = None) -> Rules:
    """The rules of data/actions.toml, first match first; a mistake is an error that says where it stands."""
    path = standard.rules_path("actions")
    return read(standard.rules("actions"), ACTION, columns, path.read_text("utf-8"))


def default_action() -> Mapping[str, str]:
    """What is done for a customer whom no rule names."""
    told: Mapping[str, str] = standard.rules("actions")[ACTION]["otherwise"]
    return told


def _scores(customers: ir.Table) -> dict[str, ir.Value]:
    """Recency, frequency and monetary scores among the buyers; none for who never bought."""
    t = customers
    of = {"r": -t.days_since_last_order, "f": t.order_count, "m": t.ordered_spend}
    return {f"{name}_score": t.is_buyer.ifelse(score(value, t.is_buyer), None) for name, value in of.items()}


@frame("one row per customer, as of the as-of date", key="customer_id", time=False)
def portraits(customers: ir.Table, orders: ir.Table, items: ir.Table, sessions: ir.Table, as_of: date) -> ir.Table:
    """A customer in labels: RFM scores, every segment, preference tags with their evidence, and what to do next.

    Attributes and behaviour stay in the customers frame, under the same `customer_id`.
    """
    bought, lines, visits = (table.filter(table.left_out_because.isnull()) for table in (orders, items, sessions))
    as_of_day = (as_of - date(1970, 1, 1)).days
    labels = {name: segment.rule(customers) for name, segment in SEGMENTS.items()}
    t = customers.mutate(**_scores(customers), **labels)
    own = tags(customers, bought, lines, visits, as_of_day).rename(tagged_id="customer_id")
    t = t.left_join(own, t.customer_id == own.tagged_id).drop("tagged_id")
    rules = actions(t.columns)
    t = t.mutate(**{ACTION: rules.label(t).fill_null(default_action()["name"])})
    scores = ("r_score", "f_score", "m_score")
    kept = [name for name in own.columns if name != "tagged_id"]
    return t.select("customer_id", *scores, *labels, *kept, ACTION, "left_out_because")
