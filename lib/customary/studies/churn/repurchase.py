"""The repurchase score of a day: learned two horizons before it, calibrated one horizon before, applied on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from customary.dates import day_of_number
from customary.declare import fit
from customary.models.churn import RepurchaseModel, calibrate, learn, odds, probability, shift
from customary.rules.book import RuleBook
from customary.studies.churn import buying
from customary.studies.churn.cuts import Cut, Past, windows_of
from customary.studies.churn.features import COLUMNS, YEAR
from customary.studies.churn.reasons import columns

if TYPE_CHECKING:
    from customary.models.fit import Fit

Array = NDArray[np.float64]
ODDS = "buying_odds"


@dataclass(frozen=True)
class Forecast:
    """What is predicted of the buyers of a cut; where no score can be learned, `model` is None and `why` says why."""

    cut: Cut
    horizon: int
    why: str | None = None
    model: RepurchaseModel | None = None
    btyd: "Fit | None" = None
    season: float = 0.0  # log-odds by which last year's season differed, where that is significant, else 0
    raw: Array | None = None
    chance: Array | None = None

    @property
    def alive(self) -> Array | None:
        """P(alive) by BG/NBD, where it is identified."""
        return buying.alive(self.btyd, self.cut.facts) if self.btyd and self.btyd.identified else None

    @property
    def columns(self) -> Array:
        """The model's columns of the buyers."""
        return _columns(self.cut, self.model.names if self.model else (), self.btyd, self.horizon)


def _columns(cut: Cut, names: tuple[str, ...], btyd: "Fit | None", horizon: int) -> Array:
    own = {ODDS: buying.buying_odds(btyd, cut.facts, horizon)} if btyd and ODDS in names else {}
    return columns({**cut.facts, **own}, names)


def _too_little(past: Past, day: int, least: int) -> str | None:
    """Why no score can be learned for this day, in a sentence."""
    windows = 3 * past.horizon
    if "orders" not in past.began or past.began["orders"] > day - windows:
        there = max(0, day - past.began.get("orders", day))
        on = day_of_number(day)
        return f"the orders go back {there:,} days before {on}; a score needs three windows of {past.horizon} days"
    for back, window in ((2, "training"), (1, "calibration")):
        cut = past.cut(day - back * past.horizon)
        if cut.rarer < least:
            return (
                f"in the {window} window {int(cut.bought.sum()):,} of {len(cut.customers):,} buyers bought again; "
                f"fewer than {least} who did, or who did not, are too few to learn from"
            )
    return None


def _season(past: Past, day: int, errors: float) -> float:
    """How the season that begins differs from the one that ends, as it did a year before; 0 unless significant.

    A plain score of purchases alone, learned in the same window, is compared with both seasons of last year; the
    difference counts when it is more than so many standard errors.
    """
    h, orders = past.horizon, COLUMNS["orders"]
    if past.began["orders"] > day - YEAR - 3 * h:
        return 0.0
    training = past.cut(day - 2 * h)
    plain = learn(columns(training.facts, orders), training.bought, orders)
    moved = []
    for cut in (past.cut(day - YEAR), past.cut(day - YEAR - h)):
        if not cut.rarer:
            return 0.0
        moved.append(shift(plain.chance(columns(cut.facts, orders)), cut.bought))
    change, error = moved[0][0] - moved[1][0], np.hypot(moved[0][1], moved[1][1])
    return float(change) if abs(change) > errors * error else 0.0


def forecast(cut: Cut, past: Past, proved: tuple[str, ...], rules: Mapping[str, Any]) -> Forecast:
    """The score of a cut's buyers, from what was known before its day alone; `proved` features may be learned from.

    `rules` are those of data/churn.toml, `[score]`.
    """
    h = past.horizon
    if why := _too_little(past, cut.day, rules["least_each"]):
        return Forecast(cut, h, why)
    training, later = past.cut(cut.day - 2 * h), past.cut(cut.day - h)
    btyd = buying.fit_buying(training.facts)
    names = (*past.features(training.day, proved), *((ODDS,) if btyd.identified else ()))
    model = learn(_columns(training, names, btyd, h), training.bought, names)
    calibration = calibrate(model.raw(_columns(later, names, btyd, h)), later.bought)
    if not calibration.rises:
        why = "what separates buyers in the training window does not in the calibration window"
        return Forecast(cut, h, why, btyd=btyd)
    season, raw = _season(past, cut.day, rules["season_errors"]), model.raw(_columns(cut, names, btyd, h))
    chance = probability(odds(calibration(raw)) + season)
    return Forecast(cut, h, None, model.with_calibration(calibration), btyd, season, raw, chance)


def _forecast_before(past: Past, back: int, proved: tuple[str, ...], shop_rules: RuleBook) -> Forecast:
    """The score as it would have been `back` horizons before the end."""
    return forecast(past.cut(past.end - back * past.horizon), past, proved, shop_rules["churn"]["score"])


@fit()
def todays_forecast(
    blind_features: tuple[str, ...], past_buyers: Past, todays_buyers: Cut, shop_rules: RuleBook
) -> Forecast:
    """The churn score of every buyer known at the end."""
    return forecast(todays_buyers, past_buyers, blind_features, shop_rules["churn"]["score"])


@fit()
def graded_forecast(blind_features: tuple[str, ...], past_buyers: Past, shop_rules: RuleBook) -> Forecast:
    """The churn score as it would have been one horizon before the end, where the outcome is known."""
    return _forecast_before(past_buyers, 1, blind_features, shop_rules)


@fit()
def earlier_forecasts(
    blind_features: tuple[str, ...], past_buyers: Past, shop_rules: RuleBook, *, windows: int = 0
) -> tuple[Forecast, ...]:
    """The churn score as it would have been two horizons before the end, three, and so on, the latest first."""
    backs = range(2, windows_of(shop_rules, windows) + 1)
    return tuple(_forecast_before(past_buyers, back, blind_features, shop_rules) for back in backs)
