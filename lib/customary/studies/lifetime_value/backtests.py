"""Back-tests of lifetime value: the errors of each model, by repeats so far, and week by week."""

from dataclasses import asdict
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
from ibis import _
from numpy.typing import NDArray

from customary.dates import Window, day_number, day_of_number
from customary.declare import study
from customary.stats.arrays import table_of
from customary.stats.intervals import Z, share
from customary.studies.lifetime_value.holdout import Backtest
from customary.studies.shared.histories import histories, purchases_of

Array = NDArray[np.float64]
ERRORS = ("expected_total", "actual_total", "error_rate", "tracked_error_rate", "mae", "rmse", "correlation", "auc")
BACKTEST = {
    "place": "int64",
    "model": "string",
    "is_recommended": "boolean",
    "is_identified": "boolean",
    "why": "string",
    **dict.fromkeys(ERRORS, "float64"),
}
CONDITIONAL = {
    "repeats": "int64",
    "repeats_before": "string",
    "is_inside": "boolean",
    "customer_count": "int64",
    **dict.fromkeys(("expected_purchases", "actual_purchases", "lower", "upper"), "float64"),
}
TRACKING = {"week_no": "int64", "ends_on": "date", "is_holdout": "boolean", "expected_purchases": "float64"}
WEEK = 7


@study(zh="终身价值回测", source="M19", rests_on="dates")
def lifetime_value_backtest(
    lifetime_backtest: Backtest,
    *,
    until: str = "",
    unit: str = "week",
    horizon: int = 52,
    holdout: int = 0,
    during: Window | None = None,
) -> ir.Table:
    """Purchases that each model expected of known customers in a time held out, against those that came.

    With `until` in the past it is what came after that day; otherwise the last part of the log is held out (`holdout`
    units; by default the horizon, or half of the log). `error_rate` is expected over actual less 1 in that time,
    `tracked_error_rate` of all repeat purchases up to its end; `mae` and `rmse` are purchase days per customer, `auc`
    tells buyers from the others. Recommended is the least rmse of those that the data identify.
    """
    judgements, best = lifetime_backtest.judgements, lifetime_backtest.ranking[:1]
    errors = [asdict(one.errors) | {"tracked_error_rate": one.tracked_error_rate} for one in judgements]
    columns: dict[str, Any] = {
        "place": list(range(len(judgements))),
        "model": [one.name for one in judgements],
        "is_recommended": [one.name in best for one in judgements],
        "is_identified": [one.fit.identified for one in judgements],
        "why": [one.fit.why or None for one in judgements],
        **{name: [row[name] for row in errors] for name in ERRORS},
    }
    t, cut = table_of(columns, BACKTEST), lifetime_backtest.cut
    t = t.mutate(
        customer_count=ibis.literal(round(lifetime_backtest.histories.customers), "int64"),
        calibrated_until=ibis.literal(day_of_number(cut.until_day)),
        holdout_days=ibis.literal(cut.horizon_days, "int64"),
    )
    names = ("model", "is_recommended", "is_identified", "why", "customer_count", "calibrated_until", "holdout_days")
    return t.order_by("place").select(*names, *ERRORS)


@study(zh="回测：按历史复购次数", source="M19", rests_on="dates")
def lifetime_value_conditional(
    lifetime_backtest: Backtest,
    *,
    until: str = "",
    unit: str = "week",
    horizon: int = 52,
    holdout: int = 0,
    model: str = "best",
    most: int = 7,
    during: Window | None = None,
) -> ir.Table:
    """Purchases expected and made in the time held out, per customer, by how often they had bought again before.

    `lower` and `upper` hold the mean that came with 95 % confidence, `is_inside` says whether what was expected lies
    between them; the last row holds `most` repeats and more.
    """
    name = lifetime_backtest.model_to_draw(model)
    seen, expected = lifetime_backtest.histories, lifetime_backtest.expected_purchases(name)
    rows: list[dict[str, Any]] = []
    for k in range(most + 1):
        among = seen.repeats == k if k < most else seen.repeats >= k
        if among.any():
            means = _means(seen.count[among], expected[among], lifetime_backtest.purchases_after[among])
            rows.append({"repeats": k, "repeats_before": f"{k}+" if k == most else str(k), **means})
    t = table_of({column: [row[column] for row in rows] for column in CONDITIONAL}, CONDITIONAL)
    t = t.mutate(model=ibis.literal(name))
    return t.order_by("repeats").select("model", *CONDITIONAL)


def _means(count: Array, expected: Array, came: Array) -> dict[str, Any]:
    """Per customer what was expected and what came, with its interval; a single customer has none."""
    n = count.sum()
    actual, expects = np.average(came, weights=count), np.average(expected, weights=count)
    variance = np.average((came - actual) ** 2, weights=count) * n / max(n - 1, 1)
    half = Z * np.sqrt(variance / n) if n > 1 else float("nan")
    return {
        "is_inside": bool(abs(expects - actual) <= half) if n > 1 else None,
        "customer_count": int(n),
        "expected_purchases": expects,
        "actual_purchases": actual,
        "lower": max(actual - half, 0.0),
        "upper": actual + half,
    }


@study(zh="回测：累计复购跟踪", source="M19", rests_on="dates")
def lifetime_value_tracking(
    named_orders: ir.Table,
    whole_customers: ir.Table,
    lifetime_backtest: Backtest,
    first_on: date,
    *,
    until: str = "",
    unit: str = "week",
    horizon: int = 52,
    holdout: int = 0,
    model: str = "best",
    during: Window | None = None,
) -> ir.Table:
    """Repeat purchases so far, expected and made, at the end of each week, of the customers known at the cut.

    Up to the cut the model has seen what came (`is_holdout` false), beyond it has not. `error_rate` is expected over
    actual less 1.
    """
    name = lifetime_backtest.model_to_draw(model)
    weeks = _expected_by_week(lifetime_backtest, name)
    made = _made_by_week(purchases_of(named_orders, whole_customers, during), lifetime_backtest, day_number(first_on))
    t = weeks.left_join(made, "week_no").select(*weeks.columns, "purchase_count")
    so_far = t.purchase_count.fill_null(0).sum().over(ibis.cumulative_window(order_by="week_no")).cast("float64")
    t = t.mutate(model=ibis.literal(name), actual_purchases=so_far)
    t = t.mutate(error_rate=share(t.expected_purchases, t.actual_purchases) - 1)
    names = ("expected_purchases", "actual_purchases", "error_rate")
    return t.order_by("week_no").select("model", "week_no", "ends_on", "is_holdout", *names)


def _expected_by_week(backtest: Backtest, name: str) -> ir.Table:
    """The weeks of the log, the last of which may be short, with what was expected by their ends; none of nobody."""
    course = backtest.course(name)
    ends = np.minimum(np.arange(WEEK - 1, len(course) + WEEK - 1, WEEK), len(course) - 1)
    ends = ends if len(backtest.histories) else ends[:0]
    days = backtest.first_day + ends
    columns = {
        "week_no": np.arange(1, len(ends) + 1),
        "ends_on": days.astype("datetime64[D]"),
        "is_holdout": days > backtest.cut.until_day,
        "expected_purchases": course[ends],
    }
    return table_of(columns, TRACKING)


def _made_by_week(purchases: ir.Table, backtest: Backtest, first_day: int) -> ir.Table:
    """Per week of the log the purchase days, after the first one, of the customers known at the cut."""
    known = histories(purchases, backtest.cut.until_day).select("customer_id", "first_day")
    days = purchases.filter(purchases.day <= backtest.cut.end_day).select("customer_id", "day").distinct()
    t = days.inner_join(known, "customer_id")
    t = t.filter(t.day > t.first_day).mutate(week_no=((_.day - first_day) // WEEK + 1).cast("int64"))
    return t.group_by("week_no").agg(purchase_count=_.count())
