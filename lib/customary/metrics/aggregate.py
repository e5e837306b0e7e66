"""Metrics over frames: each frame at its own grain, aligned without joins, ratios recomputed from sums."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

from customary.declare import FRAMES, METRICS, Frame, Metric
from customary.errors import unknown_name

_BLANKS = "_blanks_of_"  # before a metric's name: in how many rows of a group something that it looks at is unknown


def with_needs(metrics: Iterable[Metric], own: Mapping[str, Metric] | None = None) -> dict[str, Metric]:
    """The metrics and all they are computed from, each after what it needs; `own` are metrics of one shop."""
    found: dict[str, Metric] = {}
    known = {**(own or {}), **METRICS}

    def visit(metric: Metric) -> None:
        for name in metric.needs:
            if name in known:
                visit(known[name])
            elif name not in FRAMES:
                raise unknown_name(name, [*known, *FRAMES], "frame or metric that {metric} needs", metric=metric.name)
        found.setdefault(metric.name, metric)

    for metric in metrics:
        visit(metric)
    return found


def frame_of(metric: Metric) -> Frame | None:
    """The frame a metric counts on; None for a metric of metrics."""
    return FRAMES.get(metric.needs[0]) if metric.needs else None


def base_of(frame: Frame) -> str:
    """The stored frame behind a frame: itself, or what a derived one is made from."""
    return frame.needs[0] if frame.derived else frame.name


def bases_of(metrics: Iterable[Metric], own: Mapping[str, Metric] | None = None) -> tuple[str, ...]:
    """The stored frames that metrics are counted on, each once."""
    frames = (frame_of(metric) for metric in with_needs(metrics, own).values())
    return tuple(dict.fromkeys(base_of(frame) for frame in frames if frame))


def _by_frame(metrics: Iterable[Metric]) -> dict[str, list[Metric]]:
    groups: dict[str, list[Metric]] = {}
    for metric in metrics:
        if frame := frame_of(metric):
            groups.setdefault(frame.name, []).append(metric)
    return groups


def _sums(frames: Mapping[str, ir.Table], name: str, wanted: Sequence[Metric], by: Sequence[str]) -> ir.Table:
    """The metrics of one frame per group; a derived frame is made from the rows at hand."""
    frame = FRAMES[name]
    rows = frames[base_of(frame)]
    rows = frame.build(rows, tuple(by)) if frame.derived else rows
    values = {metric.name: metric(rows) for metric in wanted}
    values |= dict(_blanks(rows, {metric.name: values[metric.name] for metric in wanted if _sums_up(metric)}))
    return rows.group_by(*by).agg(**values) if by else rows.agg(**values)


def _strangers(
    frames: Mapping[str, ir.Table], name: str, wanted: Sequence[Metric], by: Sequence[str]
) -> list[ir.Table]:
    """How many rows name nobody, for a frame of the people behind rows: where all do, nothing is known of people."""
    frame = FRAMES[name]
    if not frame.derived or frame.key != ("customer_id",):
        return []
    rows = frames[base_of(frame)]
    without = rows.customer_id.isnull().sum()
    counts = {_BLANKS + metric.name: without for metric in wanted if _sums_up(metric)}
    return [rows.group_by(*by).agg(**counts) if by else rows.agg(**counts)] if counts else []


def _sums_up(metric: Metric) -> bool:
    """Whether a metric of a frame is 0 where there is nothing to add up."""
    return frame_of(metric) is not None and (metric.additive or metric.unit.name == "count")


def _blanks(rows: ir.Table, sums: Mapping[str, ir.Value]) -> Iterator[tuple[str, ir.IntegerValue]]:
    """Of each sum that can be unknown, in how many rows something that it looks at is not known."""
    for name, value in sums.items():
        fields = {field.name for field in value.op().find(ops.Field) if field.rel == rows.op()}
        if fields and not isinstance(value.op(), ops.Count | ops.CountDistinct):
            yield _BLANKS + name, ibis.or_(*(rows[field].isnull() for field in sorted(fields))).sum()


def stack(parts: Sequence[ir.Table], by: Sequence[str], names: Sequence[str]) -> ir.Table:
    """One row per group from tables that each know some of the columns: stacked and regrouped.

    A join would lose the NULL group or double it.
    """
    if len(parts) == 1:
        return parts[0].select(*by, *names)
    types = {name: part[name].type() for part in reversed(parts) for name in part.columns}
    whole = [
        part.select(**{n: part[n] if n in part.columns else ibis.null(types[n]) for n in (*by, *names)})
        for part in parts
    ]
    t = ibis.union(*whole)
    values = {name: t[name].max() for name in names}
    return t.group_by(*by).agg(**values) if by else t.agg(**values)


def _with_zeros(t: ir.Table, metric: Metric, absent: Collection[str]) -> ir.Table:
    """A sum over nothing is 0, unless something is there of which the source does not say how much.

    Where the shop has no such table at all, nothing was observed, which is not 0 either: not even a count is.
    """
    frame, known = frame_of(metric), t[metric.name]
    if frame is not None and base_of(frame) in absent:
        return t.mutate(**{metric.name: ibis.null(known.type())})
    if frame is None or not _sums_up(metric):
        return t
    blanks = _BLANKS + metric.name
    value = known.fill_null(0)
    if blanks in t.columns:
        value = ibis.cases((t[blanks].fill_null(0) > 0, known), (_is_told(t, known, t[blanks]), value))
    return t.mutate(**{metric.name: value})


def _is_told(t: ir.Table, known: ir.Value, blanks: ir.IntegerValue) -> ir.BooleanValue:
    """Whether something is known in any of the groups: where nothing is, a group without a row has no 0 either."""
    everywhere = ibis.window()
    return (known.count().over(everywhere) > 0) | (blanks.fill_null(0).sum().over(everywhere) == 0)


def _with_ratios(t: ir.Table, metric: Metric) -> ir.Table:
    return t.mutate(**{metric.name: metric(*(t[name] for name in metric.needs))})


def aggregate(
    frames: Mapping[str, ir.Table],
    metrics: Iterable[Metric],
    by: Sequence[str] = (),
    *,
    spine: ir.Table | None = None,
    absent: Collection[str] = (),
    own: Mapping[str, Metric] | None = None,
) -> ir.Table:
    """One row per group with the metrics asked for and those they are computed from, as exact values.

    `frames` are the rows that count by name of their stored frame, each with the columns `by`; `spine` holds groups to
    show even without a row; `absent` names frames of which the shop has nothing, whose sums are then empty, not 0;
    `own` are metrics that one shop declared for itself.
    """
    needed = with_needs(metrics, own)
    parts = [_sums(frames, name, wanted, by) for name, wanted in _by_frame(needed.values()).items()]
    for name, wanted in _by_frame(needed.values()).items():
        parts += _strangers(frames, name, wanted, by)
    bases = [name for name, metric in needed.items() if frame_of(metric)]
    blanks = list(dict.fromkeys(name for part in parts for name in part.columns if name.startswith(_BLANKS)))
    t = stack([*parts, *([] if spine is None else [spine])], by, [*bases, *blanks])
    for metric in needed.values():
        t = _with_zeros(t, metric, absent) if frame_of(metric) else _with_ratios(t, metric)
    return t.drop(*blanks) if blanks else t
