"""How the days ahead differ from the last ones: what the log has seen of them, and what that does to every chance."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from customary.dates import YEAR
from customary.models.churn import learn, odds, probability, shift
from customary.models.season import NOTHING_KNOWN, Buyers, Move, Reading, move_to, move_unseen, move_within, read_season
from customary.studies.churn.cuts import Cut, Past
from customary.studies.churn.features import COLUMNS
from customary.studies.churn.reasons import columns

Array = NDArray[np.float64]
Rules = Mapping[str, Any]
SCORED, COUNTED, UNSEEN = "scored a year ago", "counted a year ago", "not seen"


@dataclass(frozen=True)
class SeasonAhead:
    """What is known of the days ahead: `seen` in words, the move of all log-odds, and why there is no percentage.

    `ratio` is that of last year's buyers in these days to the last ones', where it was read.
    """

    seen: str = UNSEEN
    move: Move = NOTHING_KNOWN
    why: str | None = None
    ratio: float | None = None

    @property
    def is_known(self) -> bool:
        """Whether the mean chance may be told as one number."""
        return self.seen != UNSEEN

    def chance(self, calibrated: Array) -> Array:
        """The chances of these days, from those of the last ones."""
        return probability(odds(calibrated) + self.move.by)


def _move_at(past: Past, day: int, cut: Cut) -> tuple[float, float]:
    """How far a plain score of purchases alone, learned two windows before `day`, is off at another cut, and its error.

    That is what the season of the other cut did, whoever its buyers were.
    """
    training, orders = past.cut(day - 2 * past.horizon), COLUMNS["orders"]
    plain = learn(columns(training.facts, orders), training.bought, orders)
    return shift(plain.chance(columns(cut.facts, orders)), cut.bought)


def _move_of_last_year(past: Past, day: int, errors: float) -> Move | None:
    """The move of the season as it was scored a year before; one within so many standard errors is none.

    None where the log does not reach back that far, or one of the two seasons had no outcome to tell.
    """
    h = past.horizon
    seasons = past.cut(day - YEAR), past.cut(day - YEAR - h)
    if past.began["orders"] > day - YEAR - 3 * h or not all(cut.rarer for cut in seasons):
        return None
    (now, now_error), (before, before_error) = (_move_at(past, day, cut) for cut in seasons)
    change, error = now - before, float(np.hypot(now_error, before_error))
    return move_within(change if abs(change) > errors * error else 0.0, error)


def _growth(cut: Cut, began: int, least_days: int) -> tuple[float, float] | None:
    """The logarithm of the buyers' growth in a year and its standard error, from the days that the log holds twice."""
    twice = cut.day - began - YEAR
    if twice < least_days:
        return None
    then = float((cut.facts["age_days"] > YEAR).sum())
    now = float((cut.facts["days_since_last_order"] <= twice).sum())
    if not then or not now:
        return None
    return float(np.log(now / then)), float((1 / now + 1 / then) ** 0.5)


def _new_buyers(cut: Cut, horizon: int) -> list[float]:
    """How many buyers were new in each window since the days a year ago that lie ahead again, the latest first."""
    age = cut.facts["age_days"]
    edges = range(0, max(YEAR - horizon, horizon) - horizon + 1, horizon)
    return [float(((age > edge) & (age <= edge + horizon)).sum()) for edge in edges]


def _count_of_last_year(cut: Cut, began: int, horizon: int, mean: float, rules: Rules) -> tuple[Reading | None, str]:
    """The season as last year's count of buyers tells it; or why that count tells something else."""
    facts = cut.facts
    again, late = facts["season_purchase_day_count"], facts["late_purchase_day_count"]
    ahead, last = (Buyers(float((days > 0).sum()), float(days.sum())) for days in (again, late))
    new = _new_buyers(cut, horizon)
    if not ahead.people or new[0] < rules["least_new"] * last.people:
        return None, "the log follows a group of buyers whom few new ones join, so its first days are no season"
    if min(new) > rules["most_new"] * ahead.people:
        return None, "most buyers of these days a year ago may have been new, as in a young shop"
    reading = read_season(ahead, last, _growth(cut, began, rules["twice_days"]))
    if reading.error > rules["most_error"]:
        return None, "last year’s buyers of these days and how often they bought tell different seasons"
    if mean * np.exp(reading.log_ratio) > rules["most_rate"]:
        return None, "so many bought in these days a year ago that they cannot be told from the shop’s growth"
    return reading, ""


def _any_season(past: Past, day: int, why: str) -> SeasonAhead:
    """A season of which only the others are known: how far each moved the score, the latest first."""
    backs, h = [], past.horizon
    for back in range(1, YEAR // h + 1):
        cut = past.cut(day - back * h)
        if past.began["orders"] > day - (back + 1) * h or not cut.rarer:
            break
        backs.append(_move_at(past, day, cut))
    moves, errors = [by for by, _error in backs] or [0.0], [error for _by, error in backs] or [0.0]
    return SeasonAhead(UNSEEN, move_unseen(moves, max(errors)), why)


NO_SEASON = SeasonAhead()  # of buyers without a score


def season_ahead(cut: Cut, past: Past, calibrated: Array, rules: Mapping[str, Rules]) -> SeasonAhead:
    """The season of the days that begin with a cut, for its buyers' calibrated chances; `rules` are data/churn.toml."""
    if scored := _move_of_last_year(past, cut.day, rules["score"]["season_errors"]):
        return SeasonAhead(SCORED, scored)
    began = past.began["orders"]
    if began > cut.day - YEAR:
        return _any_season(past, cut.day, "the log has not seen these days of the year")
    reading, why = _count_of_last_year(cut, began, past.horizon, float(calibrated.mean()), rules["season"])
    if reading is None:
        return _any_season(past, cut.day, why)
    ratio, mean = float(np.exp(reading.log_ratio)), float(calibrated.mean())
    # The share of the last window is known of so many buyers, and that of the days ahead will come of as many.
    counts = mean * len(calibrated) * np.array([1.0, ratio])
    error = float(np.sqrt(reading.error**2 + (1 / counts).sum()))
    return SeasonAhead(COUNTED, move_to(calibrated, ratio, error), ratio=ratio)
