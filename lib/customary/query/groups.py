"""Small groups, for whoever is no analyst: merged into “other” until no subtraction reveals what a few people did."""

from collections.abc import Mapping, Sequence
from functools import reduce

import ibis
import ibis.expr.types as ir
from ibis import _

OTHER = "other"
KEY = "customer_id"


def _sizes(frames: Mapping[str, ir.Table], keys: Sequence[str]) -> ir.Table | None:
    """Groups of `keys` → how many different customers stand behind them in all the frames together."""
    people = [t.filter(t[KEY].notnull()).select(*keys, KEY) for t in frames.values() if KEY in t.columns]
    if not people:
        return None
    everybody = ibis.union(*people, distinct=True) if len(people) > 1 else people[0].distinct()
    return everybody.group_by(*keys).agg(customer_count=_.count())


def _groups_to_merge(sizes: ir.Table, keys: Sequence[str], every: str | None, fewest: int) -> ir.Table:
    """The groups to merge: those of fewer than `fewest`, and the next smallest ones until these are as many."""
    order = [sizes.customer_count, *(ibis.asc(sizes[key], nulls_first=False) for key in keys)]
    before = ibis.window(group_by=sizes[every] if every else None, order_by=order, preceding=(None, 1))
    t = sizes.mutate(so_far=sizes.customer_count.sum().over(before).fill_null(0))
    is_small = t.customer_count < fewest
    return t.filter(is_small | ((t.so_far > 0) & (t.so_far < fewest))).select(*keys)


def _relabel(t: ir.Table, merged: ir.Table, keys: Sequence[str], by: Sequence[str]) -> ir.Table:
    """The rows of a frame with “other” in place of the labels of merged groups; unknown where a label is no text."""
    mark = merged.select(**{f"merged_{key}": merged[key] for key in keys}, is_merged=ibis.literal(True))
    match = reduce(lambda a, b: a & b, (t[key].identical_to(mark[f"merged_{key}"]) for key in keys))
    joined = t.left_join(mark, match).drop(*(f"merged_{key}" for key in keys))
    labels = {}
    for name in by:
        other = ibis.literal(OTHER) if joined[name].type().is_string() else ibis.null(joined[name].type())
        labels[name] = ibis.cases((joined.is_merged.fill_null(False), other), else_=joined[name])
    return joined.mutate(**labels).drop("is_merged")


def merge_small_groups(
    frames: Mapping[str, ir.Table], by: Sequence[str], every: str | None, fewest: int
) -> dict[str, ir.Table]:
    """The frames with labels of groups of fewer than `fewest` customers merged, alike in all of them.

    A group is a combination of `by`, within each period of `every`. Groups behind which no customer stands are kept.
    """
    keys = [*by, *([every] if every else [])]
    sizes = _sizes(frames, keys)
    if sizes is None:
        return dict(frames)
    merged = _groups_to_merge(sizes, keys, every, fewest)
    return {name: _relabel(t, merged, keys, by) for name, t in frames.items()}
