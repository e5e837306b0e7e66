"""The repurchase score of a day: learned two windows before it, calibrated one window before, applied on it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from customary import standard
from customary.models.churn import Score, calibrated, fit, odds, probability, shift
from customary.studies.churn import buying
from customary.studies.churn.cuts import Cut, History
from customary.studies.churn.features import COLUMNS, YEAR
from customary.studies.churn.reasons import columns

if TYPE_CHECKING:
    from customary.models.fit import Fit

Array = NDArray[np.float64]
ODDS = "buying_odds"


@dataclass(frozen=True)
class Forecast:
    """What was said of the buyers of a cut; where nothing honest could be said, `score` is None and `why` says it."""

    cut: Cut
    why: str | None = None
    score: Score | None = None
    btyd: "Fit | None" = None
    season: float = 0.0  # log-odds by which last year's season moved, believed or 0
    raw: Array | None = None
    chance: Array | None = None

    @property
    def alive(self) -> Array | None:
        """P(alive) by BG/NBD, where it is identified."""
        return buying.alive(self.btyd, self.cut.facts) if self.btyd and self.btyd.identified else None

    def columns(self, horizon: int) -> Array:
        """The score's columns of the buyers."""
        return _columns(self.cut, self.score.names if self.score else (), self.btyd, horizon)


def _columns(cut: Cut, names: tuple[str, ...], btyd: "Fit | None", horizon: int) -> Array:
    own = {ODDS: buying.buying_odds(btyd, cut.facts, horizon)} if btyd and ODDS in names else {}
    return columns({**cut.facts, **own}, names)


def _too_little(history: History, day: int) -> str | None:
    """Why no score can be learned for this day, in a sentence."""
    rules, windows = standard.rules("churn")["score"], 3 * history.horizon
    if "orders" not in history.begins or history.begins["orders"] > day - windows:
        there = max(0, day - history.begins.get("orders", day))
        return f"the log is {there:,} days long; a score needs three windows of {history.horizon} days before it"
    for back, doing in ((2, "learn"), (1, "calibrate")):
        cut = history.cut(day - back * history.horizon)
        if cut.rarer < rules["least_each"]:
            bought = int(cut.bought.sum())
            return (
                f"in the window to {doing} from, {bought:,} of {len(cut.customers):,} buyers bought again; "
                f"fewer than {rules['least_each']} of one kind teach nothing"
            )
    return None


def _season(history: History, day: int) -> float:
    """How the season that begins differs from the one that ends, as it did a year before; 0 where chance explains it.

    A plain score of purchases alone, learned in the same window, is held against both seasons of last year.
    """
    h, orders = history.horizon, COLUMNS["orders"]
    if history.begins["orders"] > day - YEAR - 3 * h:
        return 0.0
    learning = history.cut(day - 2 * h)
    plain = fit(columns(learning.facts, orders), learning.bought, orders)
    moved = []
    for cut in (history.cut(day - YEAR), history.cut(day - YEAR - h)):
        if not cut.rarer:
            return 0.0
        moved.append(shift(plain.chance(columns(cut.facts, orders)), cut.bought))
    change, error = moved[0][0] - moved[1][0], np.hypot(moved[0][1], moved[1][1])
    return float(change) if abs(change) > standard.rules("churn")["score"]["season_errors"] * error else 0.0


def _made(history: History, day: int) -> Forecast:
    cut, h = history.cut(day), history.horizon
    if why := _too_little(history, day):
        return Forecast(cut, why)
    learning, later = history.cut(day - 2 * h), history.cut(day - h)
    history.prove_blind(learning.day)
    btyd = buying.learned(learning.facts)
    names = (*history.columns(learning.day), *((ODDS,) if btyd.identified else ()))
    score = fit(_columns(learning, names, btyd, h), learning.bought, names)
    raw = score.raw(_columns(later, names, btyd, h))
    calibration = calibrated(raw, later.bought)
    if not calibration.rises:
        return Forecast(cut, "what tells buyers apart in one window does not in the next", btyd=btyd)
    season, now = _season(history, day), score.raw(_columns(cut, names, btyd, h))
    chance = probability(odds(calibration(now)) + season)
    return Forecast(cut, None, score.with_(calibration), btyd, season, now, chance)


def forecast(history: History, day: int) -> Forecast:
    """The score of `day`, from nothing but what was known when it began; worked out once per process."""
    found: Forecast = history.remembered("forecast", day, lambda: _made(history, day))
    return found
