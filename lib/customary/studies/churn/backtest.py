"""The churn score where the outcome is known: made one horizon earlier, and compared with what came since."""

from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from customary.dates import Window, day_of_number
from customary.declare import study
from customary.errors import Refused
from customary.models import grading
from customary.rules.book import RuleBook
from customary.stats.arrays import table_of
from customary.stats.intervals import wilson
from customary.studies.churn.reasons import THEMES
from customary.studies.churn.repurchase import PURCHASE_PROBABILITY, Forecast

Array = NDArray[np.float64]
BUYING = {"bgnbd": "BG/NBD", "mbgnbd": "MBG/NBD"}
LISTS = ("most likely lost", "most likely to buy")
BACKTEST = {
    "scored_on": "date",
    "until_on": "date",
    "horizon": "int64",
    "buyer_count": "int64",
    "known_buyer_count": "int64",
    "bought_count": "int64",
    "bought_rate": "float64",
    "predicted_rate": "float64",
    "area_under_curve": "float64",
    "area_low": "float64",
    "area_high": "float64",
    "naive_area_under_curve": "float64",
    "average_precision": "float64",
    "lost_average_precision": "float64",
    "brier": "float64",
    "naive_brier": "float64",
    "base_rate_brier": "float64",
    "calibration_error": "float64",
    "naive_calibration_error": "float64",
    "calibration": "string",
    "season_shift": "float64",
    "season_seen": "string",
    "features": "string",
    "not_graded": "string",
    "buying_model": "string",
    "why": "string",
}
RELIABILITY = {
    "bin": "int64",
    "buyer_count": "int64",
    "bought_count": "int64",
    "predicted_rate": "float64",
    "bought_rate": "float64",
}
LIFT = {
    "list": "string",
    "list_share": "float64",
    "buyer_count": "int64",
    "hit_count": "float64",
    "hit_rate": "float64",
    "base_rate": "float64",
    "lift": "float64",
}


def _with_interval(t: ir.Table, hits: str) -> ir.Table:
    """The share's interval beside it, of the buyers of its row."""
    low, high = wilson(t[hits], t.buyer_count)
    return t.mutate(low_rate=low, high_rate=high)


def _figures(y: Array, p: Array, naive: Array, bins: int) -> dict[str, Any]:
    """Outcomes against the predicted probabilities, and against the naive rule."""
    low, high = grading.area_interval(y, p)
    return {
        "bought_rate": y.mean(),
        "predicted_rate": p.mean(),
        "area_under_curve": grading.area_under_curve(y, p),
        "area_low": low,
        "area_high": high,
        "naive_area_under_curve": grading.area_under_curve(y, naive),
        "average_precision": grading.average_precision(y, p),
        "lost_average_precision": grading.average_precision(1 - y, -p),  # its rank counts alone
        "brier": grading.brier(y, p),
        "naive_brier": grading.brier(y, naive),
        "base_rate_brier": grading.brier(y, np.full(len(y), y.mean())),
        "calibration_error": grading.calibration_error(y, p, bins),
        "naive_calibration_error": grading.calibration_error(y, naive, bins),
    }


def _ingredients(found: Forecast, today: Forecast) -> dict[str, Any]:
    """What the graded score is made of, and what today's has besides, which could not be graded."""
    assert found.model is not None and found.model.calibration is not None
    names = found.model.names
    missing = [name for name in today.model.names if name not in names] if today.model else []
    btyd = found.btyd
    return {
        "calibration": found.model.calibration.method,
        "season_shift": found.season.move.by,
        "season_seen": found.season.seen,
        "features": ", ".join(names),
        "not_graded": ", ".join(dict.fromkeys(THEMES[name] for name in missing)),
        "buying_model": BUYING[btyd.model]
        if btyd and PURCHASE_PROBABILITY in names
        else f"none: {btyd.why}"
        if btyd
        else None,
    }


def _window(found: Forecast, today: Forecast, rules: Mapping[str, Any]) -> dict[str, Any]:
    """One row of the back-test: a score whose outcome is known."""
    cut = found.cut
    row = dict.fromkeys(BACKTEST) | {
        "scored_on": day_of_number(cut.day),
        "until_on": day_of_number(cut.day + found.horizon),
        "horizon": found.horizon,
        "buyer_count": len(cut.customers),
        "known_buyer_count": cut.known_count,
        "bought_count": int(cut.bought.sum()),
        "why": found.why,
    }
    if found.chance is None or not len(found.chance):
        return row
    bought_lately = (cut.facts["days_since_last_order"] <= rules["inactive_days"]).astype(float)
    figures = _figures(cut.bought, found.chance, bought_lately, rules["reliability_bins"])
    return row | figures | _ingredients(found, today)


@study(zh="流失预测回测", source="B-097, M33", rests_on="dates")
def churn_backtest(
    graded_forecast: Forecast,
    earlier_forecasts: tuple[Forecast, ...],
    todays_forecast: Forecast,
    shop_rules: RuleBook,
    *,
    horizon: int = 0,
    windows: int = 0,
    during: Window | None = None,
) -> ir.Table:
    """How well the churn score predicted one horizon ago and before: ranking, calibration, the naive rule beside it.

    Every figure is out of time; a selection should be of what stays, such as a region: who is in a tier today was
    chosen by what came. Area under the curve: how often somebody who came back stood above somebody who did not, with
    its interval. Average precision of both lists, Brier score, expected calibration error over the bins of
    data/churn.toml. The naive rule calls lost who was silent for longer than a fixed number of days. `not_graded` are
    the themes that today's score looks at and that were not there long enough to be graded. `buyer_count` are the
    buyers graded: of more than 100,000 known then (`known_buyer_count`) a sample. 0 windows are as many as
    data/churn.toml says; those too early for a score are not in it.
    """
    rules = shop_rules["churn"]["score"]
    earlier = [found for found in earlier_forecasts if found.why is None]
    rows = [_window(found, todays_forecast, rules) for found in (graded_forecast, *earlier)]
    columns = {name: [row[name] for row in rows] for name in BACKTEST}
    return table_of(columns, BACKTEST).order_by(ibis.desc("scored_on"))


@study(zh="校准曲线", source="M33", rests_on="dates")
def churn_reliability(
    graded_forecast: Forecast,
    shop_rules: RuleBook,
    *,
    horizon: int = 0,
    bins: int = 0,
    during: Window | None = None,
) -> ir.Table:
    """Predicted and observed repurchase rates one horizon ago, by bins of about equally many buyers.

    0 bins are as many as data/churn.toml says; buyers of the same probability share a bin.
    """
    count = bins or shop_rules["churn"]["score"]["reliability_bins"]
    if not 2 <= count <= 100:
        raise Refused("a reliability curve has 2 to 100 bins")
    found = graded_forecast
    groups = [] if found.chance is None else grading.reliability(found.cut.bought, found.chance, count)
    columns = {
        "bin": range(1, len(groups) + 1),
        "buyer_count": [group.people for group in groups],
        "bought_count": [group.hits for group in groups],
        "predicted_rate": [group.mean_chance for group in groups],
        "bought_rate": [group.hit_rate for group in groups],
    }
    return _with_interval(table_of(columns, RELIABILITY), "bought_count").order_by("bin")


@study(zh="提升度", source="M33", rests_on="dates")
def churn_lift(
    graded_forecast: Forecast,
    shop_rules: RuleBook,
    *,
    horizon: int = 0,
    list_share: float = 0.0,
    during: Window | None = None,
) -> ir.Table:
    """Hit rate of the first buyers of the churn list one horizon ago, against a random list.

    Two lists: those most likely lost, of whom a hit did not buy, and those most likely to buy. `list_share` adds a
    size of your own to those of data/churn.toml.
    """
    if not 0 <= list_share <= 1:
        raise Refused("a list is a share of the buyers, 0 to 1")
    found, shares = graded_forecast, {*shop_rules["churn"]["score"]["list_shares"], list_share} - {0}
    rows = []
    if found.chance is not None:
        y, p = found.cut.bought, found.chance
        for name, hit, chance in ((LISTS[0], 1 - y, 1 - p), (LISTS[1], y, p)):
            rows += [(name, hit.mean(), one) for one in grading.lift(hit, chance, sorted(shares))]
    columns: dict[str, Any] = {
        "list": [name for name, _base, _one in rows],
        "list_share": [one.share for _name, _base, one in rows],
        "buyer_count": [one.people for _name, _base, one in rows],
        "hit_count": [one.hits for _name, _base, one in rows],
        "hit_rate": [one.hit_rate for _name, _base, one in rows],
        "base_rate": [base for _name, base, _one in rows],
        "lift": [one.lift for _name, _base, one in rows],
    }
    return _with_interval(table_of(columns, LIFT), "hit_count").order_by("list", "list_share")
