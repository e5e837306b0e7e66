"""How long customers wait from one purchase day to the next: what a model of regular buyers learns k from."""

from collections.abc import Mapping
from dataclasses import dataclass

import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from customary.dates import Window
from customary.declare import fit
from customary.studies.lifetime_value.outlook import Outlooks
from customary.studies.shared.histories import purchases_of


@dataclass(frozen=True)
class GapLogs:
    """Σ log of the days from one purchase day to the next, of everybody, as known at the start of each outlook."""

    now: float
    within: float
    tested: float


def gap_sums(
    named_orders: ir.Table, whole_customers: ir.Table, outlooks: Outlooks, *, during: Window | None = None
) -> ir.Table:
    """One row: Σ log of the days from one purchase day to the next of everybody, up to the outlooks' days."""
    days = purchases_of(named_orders, whole_customers, during).select("customer_id", "day").distinct()
    before = days.day.lag().over(group_by=days.customer_id, order_by=days.day)
    # Exact decimals: a sum of floating numbers depends on the order of its rows.
    t = days.mutate(log_gap=(days.day - before).cast("float64").ln().cast("decimal(30, 12)"))
    known = {"now": outlooks.now, "within": outlooks.within, "tested": outlooks.tested}
    sums = {name: t.log_gap.sum(where=t.day <= outlook.until_day) for name, outlook in known.items()}
    return t.agg(**{name: total.cast("float64").fill_null(0.0) for name, total in sums.items()})


@fit(table=gap_sums)
def gap_logs(columns: Mapping[str, NDArray[np.float64]]) -> GapLogs:
    """The sums of the logarithms of everybody's gaps, in days."""
    return GapLogs(**{name: float(columns[name][0]) for name in ("now", "within", "tested")})
