"""Who buys again: a standardised logistic regression, its probabilities calibrated on a later window."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

# scikit-learn takes a second to import: only where something is learned.
Array = NDArray[np.float64]

FOLDS = 5
_FLAT = 1e-9  # a column that varies less than this, in its own units, separates nobody


def odds(chance: Any) -> Array:
    """Log-odds of a probability, kept finite."""
    p = np.clip(np.asarray(chance, float), 1e-6, 1 - 1e-6)
    return np.log(p / (1 - p))


def probability(log_odds: Any) -> Array:
    """The probability of log-odds."""
    return 1 / (1 + np.exp(-np.clip(np.asarray(log_odds, float), -40, 40)))


@dataclass(frozen=True)
class Calibration:
    """From log-odds as learned in one window to probabilities as they came in a later one."""

    method: str
    at: Array
    is_: Array

    def __call__(self, raw: Array) -> Array:
        if self.method == "Platt":
            return probability(self.at[0] * raw + self.is_[0])
        return np.interp(raw, self.at, self.is_)

    @property
    def rises(self) -> bool:
        """Whether a higher score means a higher probability; not so for a falling line or steps of one height."""
        return bool(self.at[0] > 0 if self.method == "Platt" else self.is_[-1] > self.is_[0])


def _platt(raw: Array, y: Array) -> Calibration:
    """Slope and intercept on the log-odds (Platt 1999)."""
    from sklearn.linear_model import LogisticRegression

    found = LogisticRegression(C=1e4, tol=1e-10, max_iter=1000).fit(raw[:, None], y)
    return Calibration("Platt", found.coef_[0], found.intercept_)


def _isotonic(raw: Array, y: Array) -> Calibration:
    """The rising steps nearest to what came (Zadrozny and Elkan 2002), never quite 0 or 1."""
    from sklearn.isotonic import IsotonicRegression

    edge = 0.5 / len(y)
    found = IsotonicRegression(y_min=edge, y_max=1 - edge, out_of_bounds="clip").fit(raw, y)
    return Calibration("isotonic", found.X_thresholds_, found.y_thresholds_)


def _losses(y: Array, p: Array) -> Array:
    """Each customer's log loss: minus the log of the probability given to the outcome."""
    p = np.clip(p, 1e-9, 1 - 1e-9)
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


def calibrate(raw: Array, y: Array) -> Calibration:
    """Platt's line, or isotonic steps where their cross-validated log loss is lower by more than a standard error.

    Few rows favour the line (Breiman and others 1984, the one-standard-error rule).
    """
    rank = np.argsort(np.argsort(raw, kind="stable"), kind="stable")
    line, steps = np.empty(len(y)), np.empty(len(y))
    for fold in range(FOLDS):
        holdout = rank % FOLDS == fold
        x, outcome = raw[~holdout], y[~holdout]
        if len(np.unique(outcome)) < 2:
            return _platt(raw, y)
        line[holdout] = _platt(x, outcome)(raw[holdout])
        steps[holdout] = _isotonic(x, outcome)(raw[holdout])
    better = _losses(y, line) - _losses(y, steps)
    return (_isotonic if better.mean() > better.std() / len(y) ** 0.5 else _platt)(raw, y)


@dataclass(frozen=True)
class RepurchaseModel:
    """A fitted score: `weights` per standard deviation of the columns `names`, and its calibration."""

    names: tuple[str, ...]
    centre: Array
    scale: Array
    weights: Array
    intercept: float
    calibration: Calibration | None = None

    def contributions(self, x: Array) -> Array:
        """What each column adds to a customer's log-odds, against the average customer it was learned from."""
        return self.weights * (x - self.centre) / self.scale

    def with_calibration(self, calibration: Calibration) -> "RepurchaseModel":
        """The same model with its probabilities calibrated."""
        return replace(self, calibration=calibration)

    def raw(self, x: Array) -> Array:
        """Log-odds as they were learned, before calibration."""
        found: Array = self.contributions(x).sum(axis=1) + self.intercept
        return found

    def chance(self, x: Array) -> Array:
        """The calibrated probability of buying again; without a calibration the learned one."""
        raw = self.raw(x)
        return self.calibration(raw) if self.calibration else probability(raw)


def learn(x: Array, y: Array, names: Sequence[str]) -> RepurchaseModel:
    """Learn from one window: `x` a row per customer, `y` 1 where they bought; columns that do not vary weigh 0."""
    from sklearn.linear_model import LogisticRegression

    centre, spread = x.mean(axis=0), x.std(axis=0)
    varies = spread > _FLAT
    scale = np.where(varies, spread, 1.0)
    found = LogisticRegression(C=1.0, tol=1e-8, max_iter=5000).fit((x - centre) / scale, y)
    return RepurchaseModel(tuple(names), centre, scale, found.coef_[0] * varies, float(found.intercept_[0]))


def shift(chance: Array, y: Array) -> tuple[float, float]:
    """How far all log-odds must move for the probabilities to add up to the outcomes, and its standard error."""
    at, step = 0.0, 1.0
    start = odds(chance)
    for _ in range(100):
        p = probability(start + at)
        step = float((y.sum() - p.sum()) / (p * (1 - p)).sum())
        at += float(np.clip(step, -1, 1))
        if abs(step) < 1e-10:
            break
    return at, float((p * (1 - p)).sum() ** -0.5)
