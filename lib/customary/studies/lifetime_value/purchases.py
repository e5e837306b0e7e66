"""The fits of a shop's purchase histories: models of buying and leaving, of spending, and the mean of all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from customary.dates import Window
from customary.declare import fit
from customary.studies.lifetime_value.candidates import PurchaseModels
from customary.studies.lifetime_value.gaps import GapLogs
from customary.studies.lifetime_value.outlook import days_in
from customary.studies.shared.histories import distinct_histories, histories, purchases_of, spends

if TYPE_CHECKING:  # SciPy comes when something is fitted, not when customary is imported
    from customary.models.fit import Fit

Columns = Mapping[str, NDArray[np.float64]]


def purchase_groups(
    named_orders: ir.Table, whole_customers: ir.Table, last_day: int, *, during: Window | None = None
) -> ir.Table:
    """The distinct purchase histories as they were known at the end of a day, with their numbers of customers."""
    return distinct_histories(histories(purchases_of(named_orders, whole_customers, during), last_day))


@fit(table=purchase_groups)
def purchase_models(columns: Columns, *, unit: str = "week") -> PurchaseModels:
    """The models of buying and leaving, each fitted when it is first asked for."""
    return PurchaseModels(columns, days_in(unit))


@fit()
def bgnbd(purchase_models: PurchaseModels) -> "Fit":
    """BG/NBD (Fader, Hardie and Lee 2005) by maximum likelihood; alpha is in units of time."""
    return purchase_models.fit("bgnbd")


@fit()
def mbgnbd(purchase_models: PurchaseModels) -> "Fit":
    """MBG/NBD (Batislam, Denizel and Filiztekin 2007) by maximum likelihood; alpha is in units of time."""
    return purchase_models.fit("mbgnbd")


@fit()
def paretonbd(purchase_models: PurchaseModels) -> "Fit":
    """Pareto/NBD (Schmittlein, Morrison and Colombo 1987) by maximum likelihood; alpha and beta in units of time."""
    return purchase_models.fit("paretonbd")


@fit()
def mbgcnbd(purchase_models: PurchaseModels, gap_logs: GapLogs) -> "Fit":
    """MBG/CNBD-k (Platzer and Reutterer 2016) by maximum likelihood; alpha is in units of time."""
    return purchase_models.fit_regular(gap_logs.now)


def purchase_spends(
    named_orders: ir.Table, whole_customers: ir.Table, last_day: int, *, during: Window | None = None
) -> ir.Table:
    """What repeat purchase days brought on average, in narrow bins."""
    return spends(histories(purchases_of(named_orders, whole_customers, during), last_day))


@fit(table=purchase_spends)
def gammagamma(columns: Columns) -> "Fit":
    """Gamma-Gamma (Fader and Hardie 2013) by maximum likelihood; gamma is in money."""
    from customary.models.gammagamma import GAMMAGAMMA
    from customary.models.histories import Spends

    names = ("repeats", "mean_log", "variance_log", "customer_count")
    return GAMMAGAMMA.fit(Spends(*(columns[name] for name in names)))


def net_spend_of(purchases: ir.Table, returns: ir.Table, last_day: int) -> ir.Table:
    """Per buyer up to a day: net amount of the orders, what came back (NULL for nothing), and purchase days."""
    t = purchases.filter(purchases.day <= last_day)
    t = t.group_by(buyer_id="customer_id").agg(amount=t.net_amount.sum(), day_count=t.day.nunique())
    back = returns.filter(returns.day <= last_day)
    back = back.group_by(returner_id="customer_id").agg(refunds=back.refund_amount.sum())
    return t.left_join(back, t.buyer_id == back.returner_id).drop("returner_id")


def spent_by_all(
    named_orders: ir.Table,
    whole_customers: ir.Table,
    returns: ir.Table,
    last_day: int,
    *,
    during: Window | None = None,
) -> ir.Table:
    """One row: what all buyers paid and took back, and their purchase days."""
    t = net_spend_of(purchases_of(named_orders, whole_customers, during), returns, last_day)
    return t.agg(
        amount=t.amount.sum().cast("float64").fill_null(0.0),
        refunds=t.refunds.sum().cast("float64").fill_null(0.0),
        day_count=t.day_count.sum().fill_null(0),
    )


@dataclass(frozen=True)
class SpendLevel:
    """What a purchase day of anybody brings, and the share of it that does not come back."""

    per_day: float
    kept_share: float


@fit(table=spent_by_all)
def spend_level(columns: Columns) -> SpendLevel:
    """What purchase days have brought on average, and which share of that stayed."""
    amount, refunds, days = (float(columns[name][0]) for name in ("amount", "refunds", "day_count"))
    return SpendLevel(amount / (days or 1), max(0.0, 1 - refunds / amount) if amount > 0 else 1.0)
