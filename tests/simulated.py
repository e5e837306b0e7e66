"""Customers who buy and leave as a model says: the truth that fits and scores are held against."""

from dataclasses import dataclass

import numpy as np

# Parameters per week, near those of the CDNOW sample.
TRUTH = {
    "bgnbd": (0.243, 4.414, 0.793, 2.426),
    "mbgnbd": (0.525, 6.183, 0.891, 1.614),
    "paretonbd": (0.553, 10.578, 0.606, 11.669),
}


@dataclass(frozen=True)
class Lives:
    """What was seen of each customer until `age`, and what was not: alive then, and purchases in the time after."""

    repeats: np.ndarray
    last_age: np.ndarray
    age: np.ndarray
    is_alive: np.ndarray
    later: np.ndarray


def simulated(model: str, age: np.ndarray, rng: np.random.Generator, after: float = 0.0, values=None) -> Lives:
    """Purchases drawn one after the other, in continuous time, with no formula of the model's likelihood."""
    r, alpha, third, fourth = values or TRUTH[model]
    n = len(age)
    rate, ends, leaves = rng.gamma(r, 1 / alpha, n), np.full(n, np.inf), np.zeros(n)
    if model == "paretonbd":
        ends = rng.exponential(1 / np.maximum(rng.gamma(third, 1 / fourth, n), 1e-300))
    else:
        leaves = rng.beta(third, fourth, n)
    repeats, last, later, clock = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    if model == "mbgnbd":
        ends[rng.random(n) < leaves] = 0.0
    going = np.arange(n)
    while len(going):
        clock[going] += rng.exponential(1 / np.maximum(rate[going], 1e-300))
        going = going[clock[going] < np.minimum(ends[going], age[going] + after)]
        seen = clock[going] < age[going]
        repeats[going] += seen
        later[going] += ~seen
        last[going] = np.where(seen, clock[going], last[going])
        left = rng.random(len(going)) < leaves[going]
        ends[going[left]] = clock[going[left]]
        going = going[~left]
    return Lives(repeats, last, age, ends > age, later)


def in_days(lives: Lives) -> dict[str, np.ndarray]:
    """Lives told in weeks as a shop's calendar has them: whole days, purchases never after the last one."""
    age = (lives.age * 7).astype(np.int32)
    last = np.where(lives.repeats > 0, np.clip(np.ceil(lives.last_age * 7), 1, age), 0)
    return {"repeats": lives.repeats.astype(np.int32), "last_age_days": last.astype(np.int32), "age_days": age}
