"""What studies of tiers share: the label of each customer, the order of labels, and the interval of a share."""

from collections.abc import Iterable

import ibis
import ibis.expr.types as ir

from customary.words import SEGMENTS, Segment, nearest

Z = 1.96


def segment_named(name: str) -> Segment:
    """The segment called `name`; otherwise an error with the nearest names."""
    if name not in SEGMENTS:
        raise nearest(name, SEGMENTS, "segment")
    return SEGMENTS[name]


def label_named(name: str, segment: Segment, default: int) -> str:
    """A label of a segment, by default the one at that place; an unknown one is an error with the nearest."""
    if name and name not in segment.labels:
        raise nearest(name, segment.labels, f"label of {segment.name}")
    return name or segment.labels[default]


def rank_of(value: ir.Value, names: Iterable[str]) -> ir.IntegerValue:
    """The place of a label among `names`, from 0; NULL for any other."""
    return ibis.cases(*((value == name, n) for n, name in enumerate(names)))


def share(part: ir.Value, whole: ir.Value) -> ir.FloatingValue:
    """A ratio that is NULL where there is nothing to share."""
    return part.cast("float64") / whole.cast("float64").nullif(0)


def wilson(hits: ir.Value, n: ir.Value, z: float = Z) -> tuple[ir.FloatingValue, ir.FloatingValue]:
    """The interval of a share of `n` (Wilson 1927): it never leaves [0, 1] and is honest for few people."""
    p, trials = share(hits, n), n.cast("float64").nullif(0)
    middle = (p + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * (p * (1 - p) / trials + z * z / (4 * trials * trials)).sqrt()
    return ibis.greatest(middle - half, 0.0), ibis.least(middle + half, 1.0)
