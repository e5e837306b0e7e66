"""What would be lost without a channel: removal effects of an absorbing Markov chain (Anderl et al. 2016)."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

START, GOAL, NOTHING = "(start)", "(conversion)", "(nothing)"


def removal_shares(steps: Sequence[tuple[str, str, int]]) -> dict[str, float]:
    """Channel → its share of all removal effects; they add up to 1, and none without a conversion.

    `steps` are the counts of steps from START or a channel to a channel, GOAL or NOTHING. The removal effect of a
    channel is the part of the chance to convert that is lost when every step to it leads to nothing. It assumes that
    the next step depends on the present channel only.
    """
    channels = sorted({before for before, _after, _n in steps} - {START})
    chance = _chance_to_convert(steps, channels)
    if not chance:
        return {}
    lost = {name: 1 - _chance_to_convert(steps, channels, without=name) / chance for name in channels}
    total = sum(lost.values())
    return {name: value / total for name, value in lost.items()} if total else {}


def _chance_to_convert(steps: Sequence[tuple[str, str, int]], channels: Sequence[str], without: str = "") -> float:
    """The chance of a journey from START to end in GOAL."""
    place = {name: n for n, name in enumerate((START, *channels))}
    size = len(place)
    counts: NDArray[np.float64] = np.zeros((size, size + 1))
    out: NDArray[np.float64] = np.zeros(size)
    for before, after, n in steps:
        out[place[before]] += n
        if after == GOAL:
            counts[place[before], size] += n
        elif after in place and after != without:
            counts[place[before], place[after]] += n
    rates = np.divide(counts, out[:, None], out=np.zeros_like(counts), where=out[:, None] > 0)
    return float(np.linalg.solve(np.eye(size) - rates[:, :size], rates[:, size])[0])


def steps_of(columns: Mapping[str, NDArray[np.generic]]) -> list[tuple[str, str, int]]:
    """Columns `step_from`, `step_to` and `step_count` as steps."""
    names = ("step_from", "step_to", "step_count")
    return [(str(a), str(b), int(n)) for a, b, n in zip(*(columns[name] for name in names), strict=True)]
