"""Forecasts held against what came: made at a day in the past, of customers known by then, without a look ahead."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

from customary.declare import study
from customary.shop import Shop
from customary.stats.intervals import Z
from customary.studies.lifetime_value.past import MODELS, Past, model_named, on, past, seen
from customary.studies.shared.histories import GROUP, day_number

Days = tuple[date | str, date | str]
ERRORS = ("expected_total", "actual_total", "error_rate", "tracked_error_rate", "mae", "rmse", "correlation", "auc")


def table(rows: Iterable[Mapping[str, Any]], **types: pa.DataType) -> ir.Table:
    """Rows worked out in memory as a table in their order; what is no number becomes NULL."""
    told = [{n: None if row[n] != row[n] else row[n] for n in types} | {"place": i} for i, row in enumerate(rows)]
    schema = pa.schema([*types.items(), ("place", pa.int64())])
    return ibis.memtable(pa.Table.from_pylist(told, schema=schema)).order_by("place").drop("place")


def held_out(whole: Past, until: str, holdout: int = 0) -> Past:
    """The past at which a back-test cuts: its horizon is what it holds out.

    An `until` in the past is the cut, and what came after it is held out. Otherwise the last `holdout` units are, by
    default the horizon, or half of the log where that is shorter.
    """
    last = day_number(whole.shop.as_of) - 1
    if until and whole.until_day < last:
        return whole.at(whole.until_day, min(whole.horizon_days, last - whole.until_day) / whole.length)
    span = whole.until_day - day_number(whole.shop.snapshot.first_on) + 1
    days = min(round(holdout * whole.length) or whole.horizon_days, span // 2)
    return whole.at(whole.until_day - days, days / whole.length)


def _outcomes(cut: Past) -> pa.Table:
    """The distinct histories at the cut by what came: how many customers bought on how many days after it."""

    def ask() -> pa.Table:
        end = cut.until_day + cut.horizon_days
        after = cut.orders.filter(cut.orders.day > cut.until_day, cut.orders.day <= end)
        came = after.group_by(came_id="customer_id").agg(bought=_.day.nunique())
        t = cut.histories.left_join(came, cut.histories.customer_id == came.came_id)
        t = t.mutate(bought=t.bought.fill_null(0)).group_by(*GROUP, "bought").agg(n=_.count())
        return cut.shop.fetch(t.order_by(*GROUP, "bought").select(*GROUP, "n", "bought"))

    found: pa.Table = cut.once("outcomes", ask)
    return found


def expectations(cut: Past, model: str) -> tuple[Any, Any, Any, Any]:
    """Of each group of customers: their repeats, how many, what was expected of one, what came to one."""
    found = _outcomes(cut)
    histories = seen(found, cut.length)
    expected = model_named(model).expected(cut.fit(model), histories, cut.horizon)
    return histories.repeats, histories.count, expected, found["bought"].to_numpy()


def judged(cut: Past) -> list[dict[str, Any]]:
    """Each model and alternative with its errors after the cut; the recommended one has the least error per customer.

    That is the root of the mean squared error of expected purchases, which no forecast of a mean can cheat.
    """
    rows: list[dict[str, Any]] = cut.once("judged", lambda: _judged(cut))
    return rows


def _judged(cut: Past) -> list[dict[str, Any]]:
    rows = [{"model": name, **_errors(cut, name)} for name in MODELS]
    best = min((row for row in rows if row["rmse"] == row["rmse"]), key=lambda row: row["rmse"], default=None)
    return [row | {"is_recommended": row is best} for row in rows]


def _errors(cut: Past, name: str) -> dict[str, Any]:
    """How far off a model was; one that the data do not identify makes no forecast, so it has no errors."""
    from customary.models.accuracy import accuracy

    found, (new, again, _first), fit, model = _outcomes(cut), _daily(cut), cut.fit(name), model_named(name)
    histories, bought = seen(found, cut.length), found["bought"].to_numpy()
    told = {"is_identified": fit.identified, "why": fit.why or None}
    if not fit.identified:
        came = float(histories.count @ bought)
        return {**dict.fromkeys(ERRORS, float("nan")), "actual_total": came, **told}
    expected = model.expected(fit, histories, cut.horizon)
    errors = asdict(accuracy(expected, bought, histories.count, model.some(fit, histories, cut.horizon)))
    course = _expected_course(cut, name, new, again)
    errors["tracked_error_rate"] = float(course[-1] / again.sum() - 1) if again.any() else float("nan")
    return {**errors, **told}


def best(whole: Past) -> str:
    """The model that a back-test inside the past recommends, of those that the whole past identifies; else naive.

    What came after that past plays no part in it.
    """
    rows = [row for row in judged(held_out(whole, "")) if row["rmse"] == row["rmse"]]
    names = [row["model"] for row in sorted(rows, key=lambda row: row["rmse"])]
    return next((name for name in names if whole.fit(name).identified), "naive")


def chosen(whole: Past, model: str) -> str:
    """The model asked for if the data identify it; otherwise the best there is."""
    if model != "best" and model_named(model) and whole.fit(model).identified:
        return model
    return best(whole)


def _shown(cut: Past, model: str) -> str:
    """The model whose back-test is drawn: the one asked for if it is sound, else the recommended one."""
    if model != "best" and model_named(model) and cut.fit(model).identified:
        return model
    return next((row["model"] for row in judged(cut) if row["is_recommended"]), "naive")


@study(zh="预测回测", source="M19")
def lifetime_value_backtest(
    shop: Shop,
    orders: ir.Table,
    *,
    until: str = "",
    unit: str = "week",
    horizon: int = 52,
    holdout: int = 0,
    during: Days | None = None,
) -> ir.Table:
    """Purchases that each model expected of known customers in a time held out, against those that came.

    With `until` in the past it is what came after that day; otherwise the last part of the log is held out (`holdout`
    units; by default the horizon, or half of the log). `error_rate` is expected over actual less 1 in that time,
    `tracked_error_rate` of all repeat purchases up to its end; `mae` and `rmse` are purchase days per customer, `auc`
    tells buyers from the others. Recommended is the least rmse of those that the data identify.
    """
    cut = held_out(past(shop, orders, until=until, unit=unit, horizon=horizon, during=during), until, holdout)
    customers = round(cut.seen.customers)
    extra = {"customer_count": customers, "calibrated_until": on(cut.until_day), "holdout_days": cut.horizon_days}
    return table(
        (row | extra for row in judged(cut)),
        model=pa.string(),
        is_recommended=pa.bool_(),
        is_identified=pa.bool_(),
        why=pa.string(),
        customer_count=pa.int64(),
        calibrated_until=pa.date32(),
        holdout_days=pa.int64(),
        **dict.fromkeys(ERRORS, pa.float64()),
    )


@study(zh="回测:条件期望", source="M19")
def lifetime_value_conditional(
    shop: Shop,
    orders: ir.Table,
    *,
    until: str = "",
    unit: str = "week",
    horizon: int = 52,
    holdout: int = 0,
    model: str = "best",
    most: int = 7,
    during: Days | None = None,
) -> ir.Table:
    """Purchases expected and made in the time held out, per customer, by how often they had bought again before.

    `lower` and `upper` hold the mean that came with 95 % confidence, `is_inside` says whether what was expected lies
    between them; the last row holds `most` repeats and more.
    """
    import numpy as np

    cut = held_out(past(shop, orders, until=until, unit=unit, horizon=horizon, during=during), until, holdout)
    name = _shown(cut, model)
    repeats, count, expected, came = expectations(cut, name)
    rows = []
    for k in range(most + 1):
        among = repeats == k if k < most else repeats >= k
        n = count[among].sum()
        if n:
            mean, expects = (np.average(column[among], weights=count[among]) for column in (came, expected))
            spread = np.average((came[among] - mean) ** 2, weights=count[among]) * n / max(n - 1, 1)
            half = Z * np.sqrt(spread / n) if n > 1 else float("nan")
            inside = bool(abs(expects - mean) <= half) if n > 1 else None
            said = {"repeats": k, "repeats_before": f"{k}+" if k == most else str(k), "is_inside": inside}
            told = {"actual_purchases": mean, "lower": max(mean - half, 0.0), "upper": mean + half}
            rows.append({**said, **told, "customer_count": int(n), "expected_purchases": expects, "model": name})
    return table(
        rows,
        model=pa.string(),
        repeats=pa.int64(),
        repeats_before=pa.string(),
        is_inside=pa.bool_(),
        customer_count=pa.int64(),
        **dict.fromkeys(("expected_purchases", "actual_purchases", "lower", "upper"), pa.float64()),
    )


def _daily(cut: Past) -> tuple[Any, Any, int]:
    """Per day of the log: new customers, and repeat purchases of the customers known at the cut; and the first day."""
    import numpy as np

    first, end = day_number(cut.shop.snapshot.first_on), cut.until_day + cut.horizon_days

    def ask() -> pa.Table:
        days = cut.orders.filter(cut.orders.day <= end).select("customer_id", "day").distinct()
        t = days.inner_join(cut.histories.select("customer_id", "first_day"), "customer_id")
        t = t.group_by("day").agg(new=(t.day == t.first_day).sum(), again=(t.day > t.first_day).sum())
        return cut.shop.fetch(t.order_by("day"))

    found = cut.once("daily", ask)
    new, again = np.zeros(end - first + 1), np.zeros(end - first + 1)
    at = found["day"].to_numpy() - first
    new[at], again[at] = found["new"].to_numpy(), found["again"].to_numpy()
    return new, again, first


def _expected_course(cut: Past, name: str, new: Any, again: Any) -> Any:
    """Repeat purchases expected in all by each day: of every customer from the first purchase on.

    An alternative knows only what is ahead: from the cut on it adds its total evenly.
    """
    import numpy as np

    model, fit = model_named(name), cut.fit(name)
    ages = np.arange(len(new)) / cut.length
    if name in ("naive", "seasonal"):
        elapsed = ages - (len(new) - 1) / cut.length + cut.horizon
        rate = float(cut.seen.count @ model.expected(fit, cut.seen, cut.horizon)) / (cut.horizon or 1)
        return np.where(elapsed >= 0, again[: len(new) - cut.horizon_days].sum() + rate * elapsed, np.nan)
    return np.convolve(new, model.cumulative(fit, ages))[: len(new)]


@study(zh="回测:累计跟踪", source="M19")
def lifetime_value_tracking(
    shop: Shop,
    orders: ir.Table,
    *,
    until: str = "",
    unit: str = "week",
    horizon: int = 52,
    holdout: int = 0,
    model: str = "best",
    during: Days | None = None,
) -> ir.Table:
    """Repeat purchases so far, expected and made, at the end of each week, of the customers known at the cut.

    Up to the cut the model has seen what came (`is_holdout` false), beyond it has not. `error_rate` is expected over
    actual less 1.
    """
    cut = held_out(past(shop, orders, until=until, unit=unit, horizon=horizon, during=during), until, holdout)
    name = _shown(cut, model)
    new, again, first = _daily(cut)
    expected, actual = _expected_course(cut, name, new, again), again.cumsum()
    last = len(new) - 1
    weeks = [*range(6, last, 7), last] if new.any() else []
    rows = [
        {
            "model": name,
            "week": number,
            "ends_on": on(first + day),
            "is_holdout": first + day > cut.until_day,
            "expected_purchases": float(expected[day]),
            "actual_purchases": float(actual[day]),
            "error_rate": float(expected[day] / actual[day] - 1) if actual[day] else float("nan"),
        }
        for number, day in enumerate(weeks, 1)
    ]
    return table(
        rows,
        model=pa.string(),
        week=pa.int64(),
        ends_on=pa.date32(),
        is_holdout=pa.bool_(),
        **dict.fromkeys(("expected_purchases", "actual_purchases", "error_rate"), pa.float64()),
    )
