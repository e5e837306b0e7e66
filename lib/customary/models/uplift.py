"""Who is moved by an offer: scores of what it changes for each customer, and whether their order is more than chance.

A model of who buys is no model of whom an offer moves: many who buy would have bought anyway. Two baselines are here,
each learned from what was known before lots decided: a model per arm, of which the score is the difference, and one of
the transformed outcome (Athey and Imbens 2015), whose average is the effect. What grades them never taught them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from customary.models.qini import MIX, PARTS, Fifths, Floats, GainCurve, Trial, fifths_of, first_to_last, gain_of

Scorer = Callable[[Floats], Floats]
TURNS = 11  # splits of which the middle one is told
RIDGE = 10.0  # pull of each weight toward nought, as so many customers would hold against it
FEWEST_ALIKE = 30  # customers of a label, below which it is told as “other”


@dataclass(frozen=True)
class Grade:
    """What a method's rankings did for customers that it did not learn from; `place` is each one's usual place, 0–1."""

    gain: GainCurve
    fifths: Fifths
    place: Floats


def indicators(columns: Mapping[str, Any]) -> Floats:
    """What is known of customers as columns of 0 and 1: numbers by their fifth, words by label; the unknown is its own.

    A column that tells nobody from anybody has none.
    """
    found = [part for values in columns.values() for part in _indicators(np.asarray(values))]
    size = len(np.asarray(next(iter(columns.values())))) if columns else 0
    return np.column_stack(found).astype(float) if found else np.zeros((size, 0))


def _indicators(values: NDArray[Any]) -> list[NDArray[np.bool_]]:
    if values.dtype.kind in "fiub":
        return _fifths(values.astype(float))
    text = np.array(["" if value is None or value != value else str(value) for value in values])
    labels, counts = np.unique(text, return_counts=True)
    kept = [label for label, count in zip(labels, counts, strict=True) if FEWEST_ALIKE <= count < len(text)]
    return [text == label for label in kept]


def _fifths(values: Floats) -> list[NDArray[np.bool_]]:
    unknown = np.isnan(values)
    if unknown.all():
        return []
    ends = np.unique(np.quantile(values[~unknown], np.arange(1, PARTS) / PARTS))
    steps = [(values > end) & ~unknown for end in ends]
    return [step for step in (*steps, unknown) if 0 < step.sum() < len(values)]


def _with_one(known: Floats) -> Floats:
    return np.column_stack([np.ones(len(known)), known])


def _pull(width: int) -> Floats:
    """The penalty: none on the intercept."""
    return RIDGE * np.diag(np.r_[0.0, np.ones(width - 1)])


def fit_linear(known: Floats, outcome: Floats) -> Scorer:
    """Ridge regression (Hoerl and Kennard 1970): known → the average outcome."""
    x = _with_one(known)
    weights = np.linalg.solve(x.T @ x + _pull(x.shape[1]), x.T @ outcome)
    return lambda others: np.asarray(_with_one(others) @ weights)


def fit_logistic(known: Floats, outcome: Floats) -> Scorer:
    """Logistic regression with a ridge, by Newton's steps: known → the chance of 1."""
    x = _with_one(known)
    pull, weights = _pull(x.shape[1]), np.zeros(x.shape[1])
    for _step in range(50):
        chance = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (outcome - chance) - pull @ weights
        curve = x.T @ (x * (chance * (1 - chance))[:, None]) + pull + 1e-9 * np.eye(len(weights))
        step = np.linalg.solve(curve, slope)
        weights = weights + step / max(1.0, float(np.abs(step).max()) / 2)
        if np.abs(step).max() < 1e-8:
            break
    return lambda others: np.asarray(1 / (1 + np.exp(-_with_one(others) @ weights)))


def two_models(trial: Trial) -> Scorer:
    """A model per arm; the score is what the treated one says less what the control's says."""
    fit = fit_logistic if trial.is_share else fit_linear
    treated, control = (
        fit(trial.known[chosen], trial.outcome[chosen]) for chosen in (trial.is_treated, ~trial.is_treated)
    )
    return lambda others: treated(others) - control(others)


def transformed_outcome(trial: Trial) -> Scorer:
    """One model of y · (w − e) / (e (1 − e)), w being the arm, e the share of the treated: its average is the effect.

    The outcome is taken from its mean first, which changes no effect and calms the variance.
    """
    e = trial.is_treated.mean()
    centred = trial.outcome - trial.outcome.mean()
    return fit_linear(trial.known, centred * (trial.is_treated - e) / (e * (1 - e)))


METHODS: Mapping[str, Callable[[Trial], Scorer]] = {
    "two models": two_models,
    "transformed outcome": transformed_outcome,
}


def split(trial: Trial, turn: int) -> NDArray[np.bool_]:
    """Who is learned from, half of each arm by lot; the others are graded."""
    learns = np.zeros(len(trial.outcome), bool)
    for arm in (trial.is_treated, ~trial.is_treated):
        learns[arm] = np.random.default_rng(MIX + turn).permutation(int(arm.sum())) % 2 == 0
    return learns


def grade(trial: Trial, method: str, turns: int = TURNS) -> Grade:
    """A method graded by customers that it did not learn from: medians over so many splits by lot.

    Within a split the interval is one of customers never seen. Medians of estimates and of ends hold zero at least as
    often, where there is nothing to find, and no lucky split decides (Chernozhukov, Demirer, Duflo and Fernández-Val
    2018, section 4). Scores that several models gave to parts of the same customers would be graded too well.
    """
    gains, fifths = [], []
    total, times = np.zeros(len(trial.outcome)), np.zeros(len(trial.outcome))
    for turn in range(turns):
        learns = split(trial, turn)
        rest = trial.part(~learns)
        scores = METHODS[method](trial.part(learns))(rest.known)
        gains.append(gain_of(scores, rest))
        fifths.append(fifths_of(scores, rest))
        order = first_to_last(scores)
        total[np.flatnonzero(~learns)[order]] += (np.arange(len(order)) + 0.5) / len(order)
        times[~learns] += 1
    return Grade(_middle_gain(gains), _middle_fifths(fifths), total / np.maximum(times, 1))


def _middle_gain(found: list[GainCurve]) -> GainCurve:
    def curve(name: str) -> Floats:
        return np.asarray(np.median([getattr(one, name) for one in found], axis=0))

    return GainCurve(
        shares=found[0].shares,
        gain=curve("gain"),
        low_gain=curve("low_gain"),
        high_gain=curve("high_gain"),
        area=float(np.median([one.area for one in found])),
        qini=float(np.median([one.qini for one in found])),
        low_qini=float(np.median([one.low_qini for one in found])),
        high_qini=float(np.median([one.high_qini for one in found])),
    )


def _middle_fifths(found: list[Fifths]) -> Fifths:
    names = ("control", "treated", "difference", "low", "high")
    return Fifths(*(np.median([getattr(one, name) for one in found], axis=0) for name in names))
