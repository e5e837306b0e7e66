"""What rules may look at: the columns of a customer, and scores that are worked out from them."""

from collections.abc import Callable, Iterable, Mapping

import ibis
import ibis.expr.types as ir

from customary.frames.quantiles import score
from customary.words import nearest


def _scored(value: ir.Value, customers: ir.Table) -> ir.IntegerValue:
    """1 to 5 among the buyers, 0 for who never bought."""
    return ibis.cases((customers.is_buyer, score(value, customers.is_buyer)), else_=0)


DERIVED: dict[str, Callable[[ir.Table], ir.Value]] = {
    "r_score": lambda t: _scored(-t.days_since_last_order, t),
    "f_score": lambda t: _scored(t.order_count, t),
    "m_score": lambda t: _scored(t.ordered_spend, t),
}


def known(customers: ir.Table, names: Iterable[str]) -> Mapping[str, ir.Value]:
    """The facts called `names`, each a column of `customers` or worked out from them."""
    found = {}
    for name in names:
        if name not in customers.columns and name not in DERIVED:
            raise nearest(name, [*customers.columns, *DERIVED], "column of customers")
        found[name] = customers[name] if name in customers.columns else DERIVED[name](customers)
    return found
