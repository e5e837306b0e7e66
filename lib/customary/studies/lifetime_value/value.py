"""What customers will bring: who is still one, how often each will buy, what that is worth today."""

from datetime import date
from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

from customary.declare import study
from customary.shop import Shop
from customary.stats.intervals import Z
from customary.studies.lifetime_value import closed
from customary.studies.lifetime_value.backtests import chosen, table
from customary.studies.lifetime_value.grouping import labelled
from customary.studies.lifetime_value.past import BTYD, Past, model_named, past
from customary.studies.lifetime_value.scoring import joined

if TYPE_CHECKING:
    from customary.models.fit import Fit

Days = tuple[date | str, date | str]
BESIDE = {
    "backtest": "lifetime_value_backtest",
    "fits": "lifetime_value_fits",
    "spend_independence": "spend_independence",
}
MONTH = 365.25 / 12  # days: what lies ahead is discounted in steps of about a month


def _per_group(seen: Past, model: str, margin: float, discount: float) -> dict[str, Any]:
    """Of each distinct history the purchases expected, the same discounted to today, and what has no closed form."""
    from customary.models.clv import discounted, per_period

    fit, by_name, histories = seen.fit(model), model_named(model), seen.seen
    periods = max(1, round(seen.horizon_days / MONTH))
    length = seen.horizon / periods
    rate = per_period(discount, 365.25 / (length * seen.length))
    asked: dict[str, Any] = {"periods": periods, "length": length, "margin": margin, "discount": rate}
    scored = {
        "expected_purchases": by_name.expected(fit, histories, seen.horizon),
        "discounted_purchases": discounted(by_name, fit, histories, 1.0, **asked),
    }
    if model not in closed.SPARED:
        scored["p_alive"] = by_name.alive(fit, histories)
        scored["p_purchase"] = by_name.some(fit, histories, seen.horizon)
    return scored


def scored(seen: Past, model: str, margin: float = 1.0, discount: float = 0.0) -> ir.Table:
    """The customers' histories with P(alive), P(a purchase within the horizon) and expected purchases.

    `discounted_purchases` are those times the margin, each worth less the later it comes.
    """
    groups = seen.once(("scores", model, margin, discount), lambda: _per_group(seen, model, margin, discount))
    t = joined(seen.histories, seen.groups, groups)
    if model in closed.SPARED:
        parameters = seen.fit(model).parameters
        t = t.mutate(p_alive=closed.alive(t, model, parameters, seen.length))
        t = t.mutate(p_purchase=closed.buys(t, t.p_alive, parameters, seen.length, seen.horizon * seen.length))
    return t


def _money(seen: Past) -> tuple[ir.Table, dict[str, float]]:
    """Customer → net spend so far; and of all customers what a purchase day brings and which share of it stays."""
    orders = seen.orders.filter(seen.orders.day <= seen.until_day)
    back = seen.shop.frame("returns")
    back = back.filter(back.left_out_because.isnull(), back.day <= seen.until_day)
    back = back.group_by(returner_id="customer_id").agg(refunds=_.refund_amount.sum())
    paid = orders.group_by(buyer_id="customer_id").agg(amount=_.net_amount.sum(), days=_.day.nunique())
    t = paid.left_join(back, paid.buyer_id == back.returner_id)
    net = (t.amount - t.refunds.fill_null(0)).cast("float64")
    sums = t.agg(amount=t.amount.sum().cast("float64"), refunds=t.refunds.sum().cast("float64"), days=t["days"].sum())
    (row,) = seen.once("money", lambda: seen.shop.fetch(sums).to_pylist())
    amount = row["amount"] or 0.0
    kept = max(0.0, 1 - (row["refunds"] or 0.0) / amount) if amount > 0 else 1.0
    return t.select("buyer_id", net_spend=net), {"day": amount / (row["days"] or 1), "kept": kept}


def _spend(t: ir.Table, gamma: "Fit", everybody: float) -> ir.FloatingValue:
    """What a purchase day of each will bring; one mean for all where the data do not identify more."""
    if gamma.identified and gamma.parameters["q"] > 1:
        return closed.spend(t, gamma.parameters)
    return ibis.literal(everybody)


def valued(seen: Past, model: str, margin: float, discount: float) -> ir.Table:
    """One row per customer: history, what the model expects, what it is worth."""
    t, (spent, means) = scored(seen, model, margin, discount), _money(seen)
    t = t.left_join(spent, t.customer_id == spent.buyer_id)
    each = _spend(t, seen.spending(), means["day"]) * means["kept"]
    return t.mutate(model=ibis.literal(model), expected_order_value=each, lifetime_value=t.discounted_purchases * each)


@study(zh="客户终身价值", source="A-079", beside=BESIDE)
def lifetime_value(
    shop: Shop,
    orders: ir.Table,
    *,
    until: str = "",
    unit: str = "week",
    horizon: int = 52,
    model: str = "best",
    margin: float = 1.0,
    discount: float = 0.10,
    by: str = "",
    n: int = 0,
    during: Days | None = None,
) -> ir.Table:
    """What each customer is expected to bring in the time ahead, in today's money, the most valuable first.

    Expected purchase days within `horizon` units, times what one brings net of returns, times `margin` (1 = revenue),
    discounted by `discount` a year in steps of about a month. `model` is bgnbd, mbgnbd, paretonbd, naive, seasonal or
    best, the one that the back-test inside the data recommends; a model that the data do not identify gives way to it,
    and the column `model` tells which one spoke. `until` is the last day known; `n` cuts the list. With `by` (a column
    of customers, a segment, cohort_month, cohort_quarter, first_category, first_product, everybody) one row per group
    with the mean per customer, its 95 % interval over customers, and the sum. `during` takes customers whose first
    order fell into it.
    """
    seen = past(shop, orders, until=until, unit=unit, horizon=horizon, during=during)
    t = valued(seen, chosen(seen, model), margin, discount)
    if by:
        return _by(labelled(shop, t, by), by)
    facts = ("repeats", "last_age_days", "age_days", "is_left_truncated", "p_alive", "p_purchase")
    worth = ("expected_purchases", "expected_order_value", "lifetime_value", "net_spend")
    t = t.select("customer_id", "model", *facts, *worth, customer_total=t.count().over(ibis.window()))
    t = t.order_by(ibis.desc("lifetime_value"), "customer_id")
    return t.limit(n) if n else t


def _by(t: ir.Table, by: str) -> ir.Table:
    means = ("p_alive", "p_purchase", "expected_purchases", "expected_order_value", "net_spend", "lifetime_value")
    count, spread = t.count(), t.lifetime_value.std(how="sample")
    t = t.group_by(by, "model").agg(
        customer_count=count,
        **{name: t[name].mean() for name in means},
        half=Z * spread / count.cast("float64").sqrt(),
        lifetime_value_total=t.lifetime_value.sum(),
        left_truncated_count=t.is_left_truncated.sum(),
    )
    t = t.mutate(low=ibis.greatest(t.lifetime_value - t.half, 0.0), high=t.lifetime_value + t.half)
    t = t.mutate(low=ibis.cases((t.half.notnull(), t.low)))
    columns = (by, "model", "customer_count", *means, "low", "high", "lifetime_value_total", "left_truncated_count")
    return t.order_by(ibis.desc("lifetime_value"), ibis.asc(by, nulls_first=False)).select(*columns)


@study(zh="终身价值分布", source="A-079")
def lifetime_value_spread(
    shop: Shop,
    orders: ir.Table,
    *,
    until: str = "",
    unit: str = "week",
    horizon: int = 52,
    model: str = "best",
    margin: float = 1.0,
    discount: float = 0.10,
    bins: int = 30,
    during: Days | None = None,
) -> ir.Table:
    """How many customers fall into each band of lifetime value; the last band holds all above the 98th percentile.

    `mean_value` and `median_value` are those of all customers; options as in lifetime_value.
    """
    seen = past(shop, orders, until=until, unit=unit, horizon=horizon, during=during)
    t = valued(seen, chosen(seen, model), margin, discount)
    whole, value = ibis.window(), t.lifetime_value
    t = t.select(
        value=value,
        top=value.quantile(0.98).over(whole),
        mean_value=value.mean().over(whole),
        median_value=value.quantile(0.5).over(whole),
    )
    width = t.top / bins
    place = (t.value / width.nullif(0)).floor().fill_null(0.0)
    t = t.mutate(band=ibis.cases((t.value >= t.top, bins), else_=ibis.least(place, bins - 1).cast("int32")))
    t = t.mutate(low=t.band * width, high=ibis.cases((t.band < bins, (t.band + 1) * width)))
    keys = ("band", "low", "high", "mean_value", "median_value")
    return t.group_by(*keys).agg(customer_count=_.count()).order_by("band")


@study(zh="模型参数", source="M19")
def lifetime_value_fits(
    shop: Shop,
    orders: ir.Table,
    *,
    until: str = "",
    unit: str = "week",
    horizon: int = 52,
    during: Days | None = None,
) -> ir.Table:
    """The parameters of each model with standard errors and 95 % intervals, and whether the data identify them.

    `why` says what keeps a model from being sound; alpha and beta are in `unit`s, gamma in money.
    """
    seen = past(shop, orders, until=until, unit=unit, horizon=horizon, during=during)
    fits = {name: seen.fit(name) for name in BTYD} | {"gammagamma": seen.spending()}
    rows = [row for fit in fits.values() for row in _letters(fit)]
    return table(
        rows,
        model=pa.string(),
        letter=pa.string(),
        **dict.fromkeys(("estimate", "standard_error", "lower", "upper"), pa.float64()),
        is_identified=pa.bool_(),
        why=pa.string(),
        log_likelihood=pa.float64(),
        customer_count=pa.int64(),
    )


def _letters(fit: "Fit") -> list[dict[str, Any]]:
    nothing = (float("nan"), float("nan"))
    told: dict[str, Any] = {"model": fit.model, "is_identified": fit.identified, "why": fit.why or None}
    told |= {"log_likelihood": fit.log_likelihood, "customer_count": fit.customers}
    found = []
    for letter, estimate in fit.parameters.items():
        low, high = fit.interval(letter) if fit.identified else nothing
        error = fit.standard_errors[letter]
        found.append(
            {**told, "letter": letter, "estimate": estimate, "standard_error": error, "lower": low, "upper": high}
        )
    return found


@study(zh="消费额与频次独立性", source="M19")
def spend_independence(
    shop: Shop,
    orders: ir.Table,
    *,
    until: str = "",
    during: Days | None = None,
) -> ir.Table:
    """Whether those who buy more often spend more or less each time, which Gamma-Gamma takes not to be so.

    The correlation of repeat purchases with the mean spend on them, its 95 % interval (Fisher 1921), and the share of
    the differences in spend that it explains. Independence holds where the interval includes 0.
    """
    seen = past(shop, orders, until=until, during=during)
    t = seen.histories.filter(_.repeats > 0, _.mean_spend > 0)
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
