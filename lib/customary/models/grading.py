"""How good a probability is: ranking, calibration, and what a list made with it is worth. Arrays in, numbers out.

Area, average precision and Brier score are scikit-learn's; it has no interval of an area, no bins of equally many
customers that keep equal probabilities together, no lift and no gains. It takes a second to import, so that only what
grades imports it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def _check(happened: Any, chance: Any) -> tuple[Array, Array]:
    y, p = np.asarray(happened, float), np.asarray(chance, float)
    if y.shape != p.shape or y.ndim != 1:
        raise ValueError(f"{y.shape} outcomes do not match {p.shape} probabilities: one of each per customer")
    if not np.isin(y, (0, 1)).all():
        raise ValueError("an outcome is 0 or 1")
    return y, p


def _descending(happened: Any, chance: Any) -> tuple[Array, Array]:
    """How many customers and hits there are down to each distinct probability, from the greatest down."""
    y, p = _check(happened, chance)
    values, place = np.unique(-p, return_inverse=True)
    people = np.bincount(place, minlength=len(values)).cumsum().astype(float)
    return people, np.bincount(place, weights=y, minlength=len(values)).cumsum()


def area_under_curve(happened: Any, chance: Any, weight: Any = None) -> float:
    """The probability that a hit stands above a miss, ties counting half; NaN unless there are both.

    `weight` says how many customers share an outcome and its chance, by default one each.
    """
    from sklearn.metrics import roc_auc_score

    y, p = _check(happened, chance)
    people = np.ones(len(y)) if weight is None else np.asarray(weight, float)
    has_both = people @ y > 0 and people @ (1 - y) > 0
    return float(roc_auc_score(y, p, sample_weight=people)) if has_both else float("nan")


def area_interval(happened: Any, chance: Any, z: float = 1.959963984540054) -> tuple[float, float]:
    """The interval of the area under the curve (Hanley and McNeil 1982, eq. 2); NaN where there is no area."""
    y, _p = _check(happened, chance)
    area, hits = area_under_curve(y, chance), float(y.sum())
    misses = len(y) - hits
    spread = (hits - 1) * (area / (2 - area) - area**2) + (misses - 1) * (2 * area**2 / (1 + area) - area**2)
    half = z * max((area * (1 - area) + spread) / max(hits * misses, 1.0), 0.0) ** 0.5
    return max(0.0, area - half), min(1.0, area + half)


def average_precision(happened: Any, chance: Any) -> float:
    """Precision averaged over the hits as the list grows: the area of the precision–recall steps; NaN without hits."""
    from sklearn.metrics import average_precision_score

    y, p = _check(happened, chance)
    return float(average_precision_score(y, p)) if y.any() else float("nan")


def brier(happened: Any, chance: Any) -> float:
    """Mean squared distance between probability and outcome (Brier 1950); 0 is perfect, NaN without customers."""
    from sklearn.metrics import brier_score_loss

    y, p = _check(happened, chance)
    return float(brier_score_loss(y, p, pos_label=1)) if len(y) else float("nan")


@dataclass(frozen=True)
class Bin:
    """Customers of about the same probability: how many, how many hits, their mean probability and their hit rate."""

    people: int
    hits: int
    mean_chance: float
    hit_rate: float


def _edges(people: Array, size: float) -> list[tuple[int, int]]:
    """Neighbouring groups gathered until they hold `size` people; a rest of less than half joins the last bin."""
    edges: list[tuple[int, int]] = []
    so_far, start, reached = people.cumsum(), 0, 0.0
    while start < len(people):
        end = min(int(np.searchsorted(so_far, reached + size)) + 1, len(people))
        inside = so_far[end - 1] - reached
        if edges and inside < size / 2:
            edges[-1] = (edges[-1][0], end)
        else:
            edges.append((start, end))
        start, reached = end, float(so_far[end - 1])
    return edges


def reliability(happened: Any, chance: Any, bins: int = 10) -> list[Bin]:
    """At most `bins` bins of about equally many customers, the least probability first; equal ones share a bin."""
    y, p = _check(happened, chance)
    values, place = np.unique(p, return_inverse=True)
    people = np.bincount(place, minlength=len(values)).astype(float)
    hits = np.bincount(place, weights=y, minlength=len(values))
    found = []
    for start, end in _edges(people, len(y) / bins):
        inside = slice(start, end)
        count, hit = int(people[inside].sum()), int(hits[inside].sum())
        predicted = float((values[inside] * people[inside]).sum() / count)
        found.append(Bin(count, hit, predicted, hit / count))
    return found


def calibration_error(happened: Any, chance: Any, bins: int = 10) -> float:
    """Expected calibration error: mean distance of predicted from observed rates, weighted by the bins' customers."""
    found = reliability(happened, chance, bins)
    people = sum(b.people for b in found)
    return sum(b.people * abs(b.hit_rate - b.mean_chance) for b in found) / people if people else float("nan")


@dataclass(frozen=True)
class TopShare:
    """The first of the list: how many, how many hits among them, their share, and its lift over a random list."""

    share: float
    people: int
    hits: float
    hit_rate: float
    lift: float


def lift(happened: Any, chance: Any, shares: Sequence[float]) -> list[TopShare]:
    """What lists of these shares of the customers hit; equal probabilities at the edge share their hits evenly."""
    people, hits = _descending(happened, chance)
    if not len(people):
        return []
    found, everybody, rate = [], people[-1], hits[-1] / people[-1]
    for share in shares:
        size = max(1, round(share * everybody))
        hit = float(np.interp(size, np.append(0.0, people), np.append(0.0, hits)))
        times = float(hit / size / rate) if rate else float("nan")
        found.append(TopShare(float(share), size, hit, hit / size, times))
    return found


@dataclass(frozen=True)
class Gain:
    """What a list of this share of the customers costs and brings."""

    share: float
    people: int
    lost: int
    cost: float
    saved: float

    @property
    def net(self) -> float:
        """What is saved, less what the contacts cost."""
        return self.saved - self.cost


def gains(lost: Any, value: Any, first: Any, shares: Sequence[float], *, cost: float, saved_rate: float) -> list[Gain]:
    """Contact the customers with the greatest `first`: each costs `cost`, and `saved_rate` of the lost stay.

    `lost` is 1 for who did not come back, `value` what each is worth; who is not lost brings nothing for the contact.
    Whoever is equal at the edge of a list shares what they lose and bring evenly.
    """
    y, f = _check(lost, first)
    _firsts, place, count = np.unique(-f, return_inverse=True, return_counts=True)
    so_far = [np.repeat(np.bincount(place, each) / count, count).cumsum() for each in (y, y * np.asarray(value, float))]
    lost_so_far, worth = so_far
    found = []
    for share in shares:
        size = round(share * len(y))
        reached, kept = (round(lost_so_far[size - 1]), float(worth[size - 1])) if size else (0, 0.0)
        found.append(Gain(float(share), size, reached, size * cost, kept * saved_rate))
    return found
