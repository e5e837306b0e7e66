"""Whether a forecast can be trusted: the parameters of its models, and what the model of spending takes to be so."""

from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.types as ir

from customary.dates import Window
from customary.declare import study
from customary.stats.arrays import table_of
from customary.stats.intervals import Z
from customary.studies.shared.histories import histories, purchases_of

if TYPE_CHECKING:
    from customary.models.fit import Fit

COLUMNS = {
    "place": "int64",
    "model": "string",
    "letter": "string",
    **dict.fromkeys(("estimate", "standard_error", "lower", "upper"), "float64"),
    "is_identified": "boolean",
    "why": "string",
    "log_likelihood": "float64",
    "customer_count": "int64",
}


@study(zh="模型参数", source="M19", rests_on="dates")
def lifetime_value_fits(
    bgnbd: "Fit",
    mbgnbd: "Fit",
    paretonbd: "Fit",
    mbgcnbd: "Fit",
    gammagamma: "Fit",
    *,
    until: str = "",
    unit: str = "week",
    horizon: int = 52,
    during: Window | None = None,
) -> ir.Table:
    """The parameters of each model with standard errors and 95 % intervals, and whether the data identify them.

    `why` says what keeps a model from being sound; alpha and beta are in `unit`s, gamma in money. k of
    MBG/CNBD-k is a whole number that was found by comparing likelihoods, so it has no interval. `horizon` is that of
    the forecast which they stand beside: it changes no parameter.
    """
    letters = [(fit, letter) for fit in (bgnbd, mbgnbd, paretonbd, mbgcnbd, gammagamma) for letter in fit.parameters]
    nothing = (float("nan"), float("nan"))
    bounds = [fit.interval(letter) if fit.identified else nothing for fit, letter in letters]
    columns: dict[str, Any] = {
        "place": list(range(len(letters))),
        "model": [fit.model for fit, _letter in letters],
        "letter": [letter for _fit, letter in letters],
        "estimate": [fit.parameters[letter] for fit, letter in letters],
        "standard_error": [fit.standard_errors[letter] for fit, letter in letters],
        "lower": [low for low, _high in bounds],
        "upper": [high for _low, high in bounds],
        "is_identified": [fit.identified for fit, _letter in letters],
        "why": [fit.why or None for fit, _letter in letters],
        "log_likelihood": [fit.log_likelihood for fit, _letter in letters],
        "customer_count": [fit.customers for fit, _letter in letters],
    }
    return table_of(columns, COLUMNS).order_by("place").drop("place")


@study(zh="消费额与频次独立性检验", source="M19", rests_on=("amounts", "dates"))
def spend_independence(
    named_orders: ir.Table,
    whole_customers: ir.Table,
    last_day: int,
    *,
    until: str = "",
    during: Window | None = None,
) -> ir.Table:
    """Whether those who buy more often spend more or less each time, which Gamma-Gamma takes not to be so.

    The correlation of repeat purchases with the mean spend on them, its 95 % interval (Fisher 1921), and the share of
    the differences in spend that it explains. Independence holds where the interval includes 0.
    """
    t = histories(purchases_of(named_orders, whole_customers, during), last_day)
    t = t.filter(t.mean_spend > 0)  # unknown for those who never came back
    t = t.agg(
        customer_count=t.count(), varies=(t.repeats.nunique() > 1) & (t.mean_spend.nunique() > 1), r=_correlation(t)
    )
    enough = (t.customer_count > 3) & t.varies.fill_null(False)
    r = ibis.cases((enough, ibis.greatest(ibis.least(t.r, 1 - 1e-12), -1 + 1e-12)))
    z, half = ((1 + r) / (1 - r)).ln() / 2, Z / ibis.cases((enough, (t.customer_count - 3).cast("float64"))).sqrt()
    lower, upper = (1 - 2 / ((2 * edge).exp() + 1) for edge in (z - half, z + half))
    holds = (lower <= 0) & (upper >= 0)
    return t.select(
        "customer_count", correlation=r, lower=lower, upper=upper, explained_share=r * r, is_independent=holds
    )


def _correlation(t: ir.Table) -> ir.FloatingScalar:
    """Pearson's, over who bought again."""
    return t.repeats.cast("float64").corr(t.mean_spend, how="pop")
