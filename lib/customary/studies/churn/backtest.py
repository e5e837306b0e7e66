"""The churn score where the end is known: made one horizon earlier, and held against what came since."""

from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np

from customary.declare import study
from customary.errors import Refused
from customary.models import grading as scores
from customary.shop import Shop
from customary.stats.intervals import wilson
from customary.studies.churn.cuts import EPOCH, Array, Days, History, history
from customary.studies.churn.reasons import THEMES
from customary.studies.churn.repurchase import ODDS, Forecast, forecast
from customary.studies.churn.score import RULES, check_costs, table, worth_saving

LISTS = ("most likely lost", "most likely to buy")
STEPS = 20
BACKTEST = {
    **dict.fromkeys(("scored_on", "until_on"), "date"),
    "horizon": "int64",
    **dict.fromkeys(("buyer_count", "bought_count"), "int64"),
    **dict.fromkeys(("bought_rate", "predicted_rate"), "float64"),
    **dict.fromkeys(("area_under_curve", "area_low", "area_high", "naive_area_under_curve"), "float64"),
    **dict.fromkeys(("average_precision", "lost_average_precision"), "float64"),
    **dict.fromkeys(("brier", "naive_brier", "base_rate_brier"), "float64"),
    **dict.fromkeys(("calibration_error", "naive_calibration_error"), "float64"),
    "calibration": "string",
    "season_shift": "float64",
    "features": "string",
    "not_graded": "string",
    "buying_model": "string",
    "why": "string",
}
RELIABILITY = {
    "bin": "int64",
    "buyer_count": "int64",
    "bought_count": "int64",
    **dict.fromkeys(("predicted_rate", "bought_rate"), "float64"),
}
LIFT = {
    "list": "string",
    "list_share": "float64",
    "buyer_count": "int64",
    "hit_count": "float64",
    **dict.fromkeys(("hit_rate", "base_rate", "lift"), "float64"),
}
COST = {
    "list_share": "float64",
    **dict.fromkeys(("contact_count", "lost_count"), "int64"),
    **dict.fromkeys(("contact_cost", "saved_revenue", "net_gain"), "float64"),
    "is_best": "boolean",
}


def graded(past: History, back: int = 1) -> Forecast:
    """The score as it would have been told one horizon, or `back` horizons, before the end."""
    return forecast(past, past.end - back * past.horizon)


def _with_interval(t: ir.Table, hits: str) -> ir.Table:
    """The share's interval beside it, of the buyers of its row."""
    low, high = wilson(t[hits], t.buyer_count)
    return t.mutate(low_rate=low, high_rate=high)


def silent(found: Forecast) -> Array:
    """The naive rule: silent for longer than so many days is lost, everybody else comes back."""
    late: Array = (found.cut.facts["days_since_last_order"] <= RULES["inactive_days"]).astype(float)
    return late


def _figures(y: Array, p: Array, naive: Array) -> dict[str, Any]:
    """Outcomes against what was said of them, and against the naive rule."""
    bins = RULES["reliability_bins"]
    low, high = scores.area_interval(y, p)
    return {
        "bought_rate": y.mean(),
        "predicted_rate": p.mean(),
        "area_under_curve": scores.area_under_curve(y, p),
        "area_low": low,
        "area_high": high,
        "naive_area_under_curve": scores.area_under_curve(y, naive),
        "average_precision": scores.average_precision(y, p),
        "lost_average_precision": scores.average_precision(1 - y, 1 - p),
        "brier": scores.brier(y, p),
        "naive_brier": scores.brier(y, naive),
        "base_rate_brier": scores.brier(y, np.full(len(y), y.mean())),
        "calibration_error": scores.calibration_error(y, p, bins),
        "naive_calibration_error": scores.calibration_error(y, naive, bins),
    }


def _made_of(past: History, found: Forecast) -> dict[str, Any]:
    """What the graded score looked at, and what today's looks at that was not there to be graded."""
    assert found.score is not None and found.score.calibration is not None
    today = forecast(past, past.end).score
    missing = [name for name in today.names if name not in found.score.names] if today else []
    themes = dict.fromkeys(THEMES[name] for name in missing)
    btyd = found.btyd
    return {
        "calibration": found.score.calibration.method,
        "season_shift": found.season,
        "features": ", ".join(found.score.names),
        "not_graded": ", ".join(themes),
        "buying_model": "BG/NBD" if ODDS in found.score.names else f"none: {btyd.why}" if btyd else None,
    }


def _window(past: History, back: int) -> dict[str, Any]:
    """One row of the back-test: the score told `back` horizons ago."""
    found = graded(past, back)
    on = EPOCH + timedelta(days=found.cut.day)
    row = dict.fromkeys(BACKTEST) | {
        "scored_on": on,
        "until_on": on + timedelta(days=past.horizon),
        "horizon": past.horizon,
        "buyer_count": len(found.cut.customers),
        "bought_count": int(found.cut.bought.sum()),
        "why": found.why,
    }
    if found.chance is None or not len(found.chance):
        return row
    return row | _figures(found.cut.bought, found.chance, silent(found)) | _made_of(past, found)


@study(zh="流失预测回测", source="B-097, M33")
def churn_backtest(
    shop: Shop,
    orders: ir.Table,
    returns: ir.Table,
    sessions: ir.Table,
    tickets: ir.Table,
    as_of: date,
    *,
    horizon: int = RULES["horizon"],
    windows: int = RULES["backtest_windows"],
    during: Days | None = None,
) -> ir.Table:
    """How well the churn score did one horizon ago and before: its order, its chances, the naive rule beside it.

    Every figure is out of time; a selection should be of what stays, such as a region: who is in a tier today was
    chosen by what came. Area under the curve: how often somebody who came back stood above somebody who did not, with
    its interval. Average precision of both lists, Brier score, expected calibration error over the bins of
    data/churn.toml. The naive rule calls lost who was silent for longer than a fixed number of days. `not_graded` are
    the themes that today's score looks at and that were not there long enough to be graded.
    """
    if not 1 <= windows <= 12:
        raise Refused("a back-test looks at 1 to 12 windows")
    past = history(shop, (orders, returns, sessions, tickets), as_of, during, horizon)
    rows = [_window(past, back) for back in range(1, windows + 1)]
    told = rows[:1] + [row for row in rows[1:] if row["why"] is None]
    return table(told, BACKTEST).order_by(ibis.desc("scored_on"))


@study(zh="可靠性曲线", source="M33")
def churn_reliability(
    shop: Shop,
    orders: ir.Table,
    returns: ir.Table,
    sessions: ir.Table,
    tickets: ir.Table,
    as_of: date,
    *,
    horizon: int = RULES["horizon"],
    bins: int = RULES["reliability_bins"],
    during: Days | None = None,
) -> ir.Table:
    """Of buyers to whom the score gave about the same chance one horizon ago: how many did buy again."""
    if not 2 <= bins <= 100:
        raise Refused("a reliability curve has 2 to 100 bins")
    found = graded(history(shop, (orders, returns, sessions, tickets), as_of, during, horizon))
    told = scores.reliability(found.cut.bought, found.chance, bins) if found.chance is not None else []
    rows = [
        {
            "bin": n,
            "buyer_count": b.people,
            "bought_count": b.hits,
            "predicted_rate": b.mean_chance,
            "bought_rate": b.hit_rate,
        }
        for n, b in enumerate(told, 1)
    ]
    return _with_interval(table(rows, RELIABILITY), "bought_count").order_by("bin")


@study(zh="提升度", source="M33")
def churn_lift(
    shop: Shop,
    orders: ir.Table,
    returns: ir.Table,
    sessions: ir.Table,
    tickets: ir.Table,
    as_of: date,
    *,
    horizon: int = RULES["horizon"],
    list_share: float = 0.0,
    during: Days | None = None,
) -> ir.Table:
    """What the first of the list would have hit one horizon ago, against a list drawn by lot.

    Two lists: those most likely lost, of whom a hit did not buy, and those most likely to buy. `list_share` adds a
    size of your own to those of data/churn.toml.
    """
    if not 0 <= list_share <= 1:
        raise Refused("a list is a share of the buyers, 0 to 1")
    found = graded(history(shop, (orders, returns, sessions, tickets), as_of, during, horizon))
    sizes = sorted({*RULES["list_shares"], *((list_share,) if list_share else ())})
    if found.chance is None:
        return _with_interval(table([], LIFT), "hit_count")
    sides = ((1 - found.cut.bought, 1 - found.chance), (found.cut.bought, found.chance))
    rows = [
        {
            "list": name,
            "list_share": one.share,
            "buyer_count": one.people,
            "hit_count": one.hits,
            "hit_rate": one.hit_rate,
            "base_rate": y.mean(),
            "lift": one.lift,
        }
        for name, (y, chance) in zip(LISTS, sides, strict=True)
        for one in scores.lift(y, chance, sizes)
    ]
    return _with_interval(table(rows, LIFT), "hit_count").order_by("list", "list_share")


@study(zh="成本曲线", source="M33")
def churn_cost(
    shop: Shop,
    orders: ir.Table,
    returns: ir.Table,
    sessions: ir.Table,
    tickets: ir.Table,
    as_of: date,
    *,
    horizon: int = RULES["horizon"],
    cost: float = RULES["cost"],
    value: float = 0.0,
    saved_rate: float = RULES["saved_rate"],
    during: Days | None = None,
) -> ir.Table:
    """What contacting the buyers with the most revenue at risk would have cost and brought, by the length of the list.

    `cost` is one contact, `saved_rate` the share of the lost whom it wins back – an assumption until an experiment
    tells – and `value` what one of them is worth; 0 takes what each one spent in the year before,
    net, in as many days as the horizon has.
    """
    check_costs(cost, value, saved_rate)
    found = graded(history(shop, (orders, returns, sessions, tickets), as_of, during, horizon))
    if found.chance is None:
        return table([], COST)
    worth = worth_saving(found, horizon, value)
    shares = [step / STEPS for step in range(STEPS + 1)]
    lost, first = 1 - found.cut.bought, (1 - found.chance) * worth
    told = scores.gains(lost, worth, first, shares, cost=cost, saved_rate=saved_rate)
    best = max(told, key=lambda gain: gain.net)
    rows = [
        {
            "list_share": gain.share,
            "contact_count": gain.people,
            "lost_count": gain.lost,
            "contact_cost": gain.cost,
            "saved_revenue": gain.saved,
            "net_gain": gain.net,
            "is_best": gain is best,
        }
        for gain in told
    ]
    return table(rows, COST).order_by("list_share")
