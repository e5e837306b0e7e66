"""Small groups, for whoever is no analyst: merged into “other” until no subtraction reveals what a few people did."""

from collections.abc import Mapping, Sequence
from functools import reduce
from itertools import combinations

import ibis
import ibis.expr.types as ir
from ibis import _

OTHER = "other"
SIZE = "customer_count"


def person_of(t: ir.Table) -> ir.StringValue | None:
    """Who stands behind each row: the customer, else the visitor; None for a frame that knows neither."""
    names = [name for name in ("customer_id", "visitor_id") if name in t.columns]
    # A visitor's number may equal a customer's: they are different people until the visitor is known.
    known = [t[name].cast("string") if name == "customer_id" else "visitor " + t[name].cast("string") for name in names]
    return ibis.coalesce(*known) if known else None


def sizes_of(frames: Mapping[str, ir.Table], keys: Sequence[str]) -> ir.Table | None:
    """Groups of `keys` → how many different people stand behind them in all the frames together."""
    known = ((t, person_of(t)) for t in frames.values())
    people = [t.select(*keys, who=who).filter(_.who.notnull()) for t, who in known if who is not None]
    if not people:
        return None
    everybody = ibis.union(*people, distinct=True) if len(people) > 1 else people[0].distinct()
    return everybody.group_by(*keys).agg(customer_count=_.count()) if keys else everybody.agg(customer_count=_.count())


def mark_small_groups(t: ir.Table, size: str, keys: Sequence[str], fewest: int, mark: str) -> ir.Table:
    """The groups, in a column `mark` those that may not stand alone.

    They are those of fewer than `fewest` people, and the next smallest until these are as many: in all, and for several
    `keys` beside every total over one of them, or what is missing from that total would be the small group.
    """
    t = t.mutate(**{mark: (t[size] > 0) & (t[size] < fewest)})
    for total in combinations(keys, max(len(keys) - 1, 0)):
        order = [ibis.desc(t[mark]), t[size], *(ibis.asc(t[key], nulls_first=False) for key in keys)]
        before = ibis.window(group_by=list(total), order_by=order, preceding=(None, 1))
        t = t.mutate(so_far=t[size].sum().over(before).fill_null(0))
        t = t.mutate(**{mark: t[mark] | ((t.so_far > 0) & (t.so_far < fewest) & (t[size] > 0))}).drop("so_far")
    return t


def with_mark(t: ir.Table, groups: ir.Table, keys: Sequence[str], mark: str) -> ir.Table:
    """The rows of `t` with the mark of their group; false for a group that is not among them."""
    if not keys:
        return t.cross_join(groups.select(mark))
    found = groups.select(**{f"marked_{key}": groups[key] for key in keys}, **{mark: groups[mark]})
    match = reduce(lambda a, b: a & b, (t[key].identical_to(found[f"marked_{key}"]) for key in keys))
    joined = t.left_join(found, match).drop(*(f"marked_{key}" for key in keys))
    return joined.mutate(**{mark: joined[mark].fill_null(False)})


def _relabel(t: ir.Table, groups: ir.Table, keys: Sequence[str], by: Sequence[str]) -> ir.Table:
    """The rows of a frame with “other” in place of the labels of merged groups; unknown where a label is no text."""
    joined = with_mark(t, groups, keys, "is_merged")
    labels = {}
    for name in by:
        other = ibis.literal(OTHER) if joined[name].type().is_string() else ibis.null(joined[name].type())
        labels[name] = ibis.cases((joined.is_merged, other), else_=joined[name])
    return joined.mutate(**labels).drop("is_merged")


def merge_small_groups(
    frames: Mapping[str, ir.Table], by: Sequence[str], every: str | None, fewest: int
) -> dict[str, ir.Table]:
    """The frames with labels of groups of fewer than `fewest` people merged, alike in all of them.

    A group is a combination of `by`, within each period of `every`. Groups behind which nobody stands are kept.
    """
    keys = [*by, *([every] if every else [])]
    sizes = sizes_of(frames, keys)
    if sizes is None:
        return dict(frames)
    groups = mark_small_groups(sizes, SIZE, keys, fewest, "is_merged")
    return {name: _relabel(t, groups, keys, by) for name, t in frames.items()}
