"""What rules may look at: the columns of a customer, and scores that are worked out from them."""

from collections.abc import Callable, Iterable, Mapping

import ibis
import ibis.expr.types as ir

from customary.errors import nearest
from customary.stats.quantiles import bounds, score, score_within

BINS = 5
_SCORED: dict[str, Callable[[ir.Table], ir.Value]] = {
    "r_score": lambda t: -t.days_since_last_order,
    "f_score": lambda t: t.order_count,
    "m_score": lambda t: t.ordered_spend,
}


def _ranked(name: str) -> Callable[[ir.Table], ir.Value]:
    """1 to 5 among the buyers, 0 for who never bought."""
    return lambda t: ibis.cases((t.is_buyer, score(_SCORED[name](t), t.is_buyer, BINS)), else_=0)


DERIVED: dict[str, Callable[[ir.Table], ir.Value]] = {name: _ranked(name) for name in _SCORED}


def score_bounds(customers: ir.Table) -> ir.Table:
    """One row: where the scores of all buyers begin."""
    buyers = customers.filter(customers.is_buyer)
    return bounds(buyers, BINS, **{name: value(buyers) for name, value in _SCORED.items()})


def scored(customers: ir.Table, bounds: ir.Table) -> ir.Table:
    """Customers, be it only some, with the scores that they have among all: `bounds` are those of everybody."""
    t = customers.cross_join(bounds)
    found = {
        name: ibis.cases((t.is_buyer, score_within(value(t), [t[f"{name}_{k}"] for k in range(2, BINS + 1)])), else_=0)
        for name, value in _SCORED.items()
    }
    return t.mutate(**found).drop(*bounds.columns)


def known(customers: ir.Table, names: Iterable[str]) -> Mapping[str, ir.Value]:
    """The facts called `names`, each a column of `customers` or worked out from them."""
    found = {}
    for name in names:
        if name not in customers.columns and name not in DERIVED:
            raise nearest(name, [*customers.columns, *DERIVED], "column of customers")
        found[name] = customers[name] if name in customers.columns else DERIVED[name](customers)
    return found
