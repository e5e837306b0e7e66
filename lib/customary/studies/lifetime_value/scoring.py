"""Scores of customers: worked out once per distinct history in memory, joined to the customers in the engine."""

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from numpy.typing import ArrayLike

from customary.cache import once
from customary.query.selection import Where
from customary.shop import Shop
from customary.studies.lifetime_value.fitting import columns_of, days_in, fit, histories_of
from customary.studies.shared.histories import GROUP, grouped

UNIT = "week"


@once
def scores(
    shop: Shop, model: str, *, horizon_days: int = 365, until: date | str | None = None, where: Where | None = None
) -> ir.Table:
    """One row per customer: the purchase history and what the fitted model makes of it.

    `alive_rate` P(still a customer), `buys_again_rate` P(at least one purchase day within the horizon after `until`)
    and `expected_purchases` in it. All are NULL where the fit found no parameters; whether these are sound,
    `fit(…).identified` says.
    """
    from customary.models.btyd import MODELS
    from customary.models.histories import Histories

    found, asked = fit(shop, model, until=until, unit=UNIT, where=where), histories_of(shop, until=until, where=where)
    groups = shop.fetch(grouped(asked))
    seen = Histories(*columns_of(groups), unit=days_in(UNIT))
    horizon, by_name = horizon_days / days_in(UNIT), MODELS[model]
    return joined(
        asked,
        groups,
        {
            "alive_rate": by_name.alive(found, seen),
            "buys_again_rate": by_name.some(found, seen, horizon),
            "expected_purchases": by_name.expected(found, seen, horizon),
        },
    )


def joined(histories: ir.Table, groups: pa.Table, scored: Mapping[str, ArrayLike]) -> ir.Table:
    """The customers' histories with the scores of their group; what is no number becomes NULL."""
    columns = {name: groups[name] for name in GROUP}
    columns |= {name: pa.array(values, pa.float64(), from_pandas=True) for name, values in scored.items()}
    table = ibis.memtable(pa.table(columns))
    return histories.left_join(table, GROUP).select(*histories.columns, *(table[name] for name in scored))
