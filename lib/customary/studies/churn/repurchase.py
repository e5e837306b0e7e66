"""The repurchase score of a day: learned two horizons before it, calibrated one horizon before, applied on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from customary.dates import day_of_number
from customary.declare import fit
from customary.language import format_days
from customary.models.churn import RepurchaseModel, calibrate, learn
from customary.reasons import FEW_CALIBRATION, FEW_TRAINING, TOO_SHORT
from customary.rules.book import RuleBook
from customary.studies.churn import buying
from customary.studies.churn.cuts import Cut, Past, windows_of
from customary.studies.churn.reasons import columns
from customary.studies.churn.seasons import NO_SEASON, SeasonAhead, season_ahead

if TYPE_CHECKING:
    from customary.models.fit import Fit

Array = NDArray[np.float64]
PURCHASE_PROBABILITY = "purchase_probability"


@dataclass(frozen=True)
class Forecast:
    """What is predicted of the buyers of a cut; where no score can be learned, `model` is None and `why` says why."""

    cut: Cut
    horizon: int
    why: str | None = None
    model: RepurchaseModel | None = None
    btyd: "Fit | None" = None
    season: SeasonAhead = NO_SEASON
    raw: Array | None = None
    calibrated: Array | None = None  # the chances as they were in the last window
    chance: Array | None = None  # those of the days ahead, as far as their season is known

    @property
    def alive(self) -> Array | None:
        """P(alive) by the likelier of two models of buying and leaving, where one is identified."""
        return buying.alive(self.btyd, self.cut.facts) if self.btyd and self.btyd.identified else None

    @property
    def columns(self) -> Array:
        """The model's columns of the buyers."""
        return _columns(self.cut, self.model.names if self.model else (), self.btyd, self.horizon)


def _columns(cut: Cut, names: tuple[str, ...], btyd: "Fit | None", horizon: int) -> Array:
    own = (
        {PURCHASE_PROBABILITY: buying.purchase_log_odds(btyd, cut.facts, horizon)}
        if btyd and PURCHASE_PROBABILITY in names
        else {}
    )
    return columns({**cut.facts, **own}, names)


def _too_little(past: Past, day: int, least: int) -> str | None:
    """Why no score can be learned for this day, in a sentence."""
    windows = 3 * past.horizon
    if "orders" not in past.began or past.began["orders"] > day - windows:
        there, horizon = max(0, day - past.began.get("orders", day)), format_days(past.horizon, "en")
        return TOO_SHORT.format(days=format_days(there, "en"), on=day_of_number(day), horizon=horizon)
    for back, template in ((2, FEW_TRAINING), (1, FEW_CALIBRATION)):
        cut = past.cut(day - back * past.horizon)
        if cut.rarer < least:
            bought, buyers = f"{int(cut.bought.sum()):,}", f"{len(cut.customers):,}"
            return template.format(bought=bought, buyers=buyers, least=least)
    return None


def forecast(cut: Cut, past: Past, proved: tuple[str, ...], rules: Mapping[str, Any]) -> Forecast:
    """The score of a cut's buyers, from what was known before its day alone; `proved` features may be learned from.

    `rules` are those of data/churn.toml.
    """
    h = past.horizon
    if why := _too_little(past, cut.day, rules["score"]["least_each"]):
        return Forecast(cut, h, why)
    training, later = past.cut(cut.day - 2 * h), past.cut(cut.day - h)
    btyd = buying.fit_buying(training.facts)
    names = (*past.features(training.day, proved), *((PURCHASE_PROBABILITY,) if btyd.identified else ()))
    model = learn(_columns(training, names, btyd, h), training.bought, names)
    calibration = calibrate(model.raw(_columns(later, names, btyd, h)), later.bought)
    if not calibration.rises:
        why = "what separates buyers in the training window does not in the calibration window"
        return Forecast(cut, h, why, btyd=btyd)
    raw = model.raw(_columns(cut, names, btyd, h))
    calibrated = calibration(raw)
    season = season_ahead(cut, past, calibrated, rules)
    learned = model.with_calibration(calibration)
    return Forecast(cut, h, None, learned, btyd, season, raw, calibrated, season.chance(calibrated))


def _forecast_before(past: Past, back: int, proved: tuple[str, ...], shop_rules: RuleBook) -> Forecast:
    """The score as it would have been `back` horizons before the end."""
    return forecast(past.cut(past.end - back * past.horizon), past, proved, shop_rules["churn"])


@fit()
def todays_forecast(
    blind_features: tuple[str, ...], past_buyers: Past, todays_buyers: Cut, shop_rules: RuleBook
) -> Forecast:
    """The churn score of every buyer known at the end."""
    return forecast(todays_buyers, past_buyers, blind_features, shop_rules["churn"])


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
