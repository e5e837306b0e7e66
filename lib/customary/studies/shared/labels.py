"""The group a customer is shown in – a column, a segment, a cohort, or all – and the names and order of labels."""

from collections.abc import Iterable

import ibis
import ibis.expr.types as ir

from customary.declare import SEGMENTS, Segment
from customary.errors import unknown_name
from customary.rules.book import RuleBook

ALL = "all"


def segment_named(name: str) -> Segment:
    """The segment called `name`; otherwise an error with the nearest names."""
    if name not in SEGMENTS:
        raise unknown_name(name, SEGMENTS, "segment")
    return SEGMENTS[name]


def label_named(name: str, segment: Segment, shop_rules: RuleBook, default: int) -> str:
    """A label of a segment, by default the one at that place; an unknown one is an error with the nearest."""
    labels = segment.labels(shop_rules)
    if name and name not in labels:
        raise unknown_name(name, labels, "label of {segment}", segment=segment.name)
    return name or labels[default]


def rank_of(value: ir.Value, names: Iterable[str]) -> ir.IntegerValue:
    """The place of a label among `names`, from 0; NULL for any other."""
    return ibis.cases(*((value == name, n) for n, name in enumerate(names)))


def label_of(customers: ir.Table, by: str, shop_rules: RuleBook) -> ir.StringValue:
    """The label of each customer by a column or segment, by "cohort" (month of the first order), or "all" for ""."""
    if not by:
        return ibis.literal(ALL)
    if by == "cohort":
        first = customers.first_order_on
        return ibis.date(first.year(), first.month(), 1).cast("string")
    if by in SEGMENTS:
        return SEGMENTS[by].label(customers, shop_rules)
    if by not in customers.columns:
        raise unknown_name(by, [*customers.columns, *SEGMENTS, "cohort"], "column of customers")
    return customers[by].cast("string")
