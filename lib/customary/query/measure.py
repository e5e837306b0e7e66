"""The verb: metrics of a shop, each aggregated at its own grain, aligned without joins."""

from collections.abc import Iterable, Iterator, Sequence

import ibis
import ibis.expr.types as ir

from customary import metrics as _metrics  # noqa: F401  (fills the list of metrics)
from customary.declare import METRICS, Frame, Metric
from customary.errors import Refused, nearest
from customary.frames import FRAMES, PERIODS
from customary.query.selection import Question, Where, Window, asked_of, question
from customary.shop import WEEKDAYS, Shop


def closed(metrics: Iterable[Metric]) -> dict[str, Metric]:
    """The metrics and all they are computed from, each after what it needs."""
    found: dict[str, Metric] = {}

    def visit(metric: Metric) -> None:
        for name in metric.needs:
            if name in METRICS:
                visit(METRICS[name])
            elif name not in FRAMES:
                raise nearest(name, [*METRICS, *FRAMES], f"frame or metric that {metric.name} needs")
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


def known_periods(shop: Shop, base: str) -> list[str]:
    """The periods a frame can be split by: those it has, and none finer than the one its key is made of."""
    finest = next((n for n, start in enumerate(PERIODS.values()) if start in FRAMES[base].key), 0)
    columns = shop.frame(base).columns
    return [every for every, start in list(PERIODS.items())[finest:] if start in columns]


def _counted(shop: Shop, frame: Frame, asked: Question) -> ir.Table:
    """The rows that count, with the period as a column named after it; a derived frame is made from them."""
    base = base_of(frame)
    if asked.every:
        if not FRAMES[base].time:
            raise Refused(f"{base} stand as of {shop.as_of} and have no {asked.every}: ask without `every`")
        if asked.every not in (known := known_periods(shop, base)):
            raise Refused(f"{base} cannot be split by {asked.every}: they are known by {' and '.join(known)}")
    t = asked_of(shop, base, asked).rows()
    if asked.every:
        t = t.mutate(**{asked.every: t[PERIODS[asked.every]]})
    return frame.build(t, asked.keys) if frame.derived else t


def _aggregated(shop: Shop, frame: Frame, wanted: Sequence[Metric], asked: Question) -> ir.Table:
    t = _counted(shop, frame, asked)
    values = {metric.name: metric(t) for metric in wanted}
    return t.group_by(*asked.keys).agg(**values) if asked.keys else t.agg(**values)


def _blank_periods(shop: Shop, asked: Question) -> ir.Table:
    """Every period of the window, so that one without a single row is shown as 0 and not skipped."""
    start, end = asked.during or (shop.snapshot.first_on, shop.as_of)
    start, end = max(start, shop.snapshot.first_on), min(end, shop.as_of)
    days = ibis.range(
        ibis.timestamp(start.isoformat()), ibis.timestamp(end.isoformat()), ibis.interval(days=1)
    ).unnest()
    t = days.name("_day").as_table()
    day = t._day.cast("date")
    offset = (day.day_of_week.index() - WEEKDAYS.index(shop.week_start) + 7) % 7
    first = {
        "day": day,
        "week": (day - offset.as_interval("D")).cast("timestamp").cast("date"),
        "month": ibis.date(day.year(), day.month(), 1),
        "quarter": ibis.date(day.year(), (day.quarter() - 1) * 3 + 1, 1),
        "year": ibis.date(day.year(), 1, 1),
    }
    return t.select(**{str(asked.every): first[str(asked.every)]}).distinct()


def _stacked(parts: Sequence[ir.Table], keys: Sequence[str], names: Sequence[str]) -> ir.Table:
    """One row per group from tables that each know some of the columns: stacked and regrouped.

    A join would lose the NULL group or double it.
    """
    types = {name: part[name].type() for part in reversed(parts) for name in part.columns}
    whole = [
        part.select(**{n: part[n] if n in part.columns else ibis.null(types[n]) for n in (*keys, *names)})
        for part in parts
    ]
    t = ibis.union(*whole) if len(whole) > 1 else whole[0]
    if len(whole) == 1:
        return t
    values = {name: t[name].max() for name in names}
    return t.group_by(*keys).agg(**values) if keys else t.agg(**values)


def _computed(shop: Shop, t: ir.Table, needed: Iterable[Metric]) -> ir.Table:
    """Fill the sums of empty groups with 0, then compute metrics of metrics from them.

    Where the shop has no such table at all nothing was observed, which is not the same as 0.
    """
    for metric in needed:
        frame = frame_of(metric)
        if frame is None:
            t = t.mutate(**{metric.name: metric(*(t[name] for name in metric.needs))})
        elif shop.snapshot.rows[base_of(frame)] and (metric.additive or metric.unit.name == "count"):
            t = t.mutate(**{metric.name: t[metric.name].fill_null(0)})
    return t


def _is_complete(shop: Shop, asked: Question, start: ir.DateValue) -> ir.BooleanValue:
    """Whether a period lies wholly within the data and the window."""
    first, last = shop.snapshot.first_on, shop.as_of
    if asked.during:
        first, last = max(first, asked.during[0]), min(last, asked.during[1])
    span = {
        "day": {"days": 1},
        "week": {"days": 7},
        "month": {"months": 1},
        "quarter": {"months": 3},
        "year": {"years": 1},
    }
    end = (start + ibis.interval(**span[str(asked.every)])).cast("timestamp").cast("date")
    return (start >= first) & (end <= last)


def _plain(value: ir.Value) -> ir.Value:
    """Sums are exact in the engine; the answer is a float or an integer that every reader understands."""
    if value.type().is_decimal():
        return value.cast("float64")
    return value.cast("int64") if value.type().is_integer() else value


def _finished(shop: Shop, t: ir.Table, wanted: Sequence[Metric], asked: Question) -> ir.Table:
    columns: dict[str, ir.Value] = {name: t[name] for name in asked.keys}
    if asked.every:
        columns["is_complete"] = _is_complete(shop, asked, t[asked.every])
    columns |= {metric.name: _plain(t[metric.name]) for metric in wanted}
    order = [ibis.asc(t[name], nulls_first=False) for name in (*(asked.keys[-1:] if asked.every else ()), *asked.by)]
    return t.order_by(order).select(**columns) if order else t.select(**columns)


def _by_frame(needed: Iterable[Metric]) -> Iterator[tuple[Frame, list[Metric]]]:
    groups: dict[str, list[Metric]] = {}
    for metric in needed:
        if frame := frame_of(metric):
            groups.setdefault(frame.name, []).append(metric)
    return ((FRAMES[name], wanted) for name, wanted in groups.items())


def measure(
    shop: Shop,
    *metrics: Metric,
    by: str | Iterable[str] = (),
    every: str | None = None,
    during: Window | None = None,
    where: Where | None = None,
) -> ir.Table:
    """Metrics of a shop as an Ibis table: one row per group, the split first, then the period, then the metrics.

    `by` names columns of the frames, of the customers or segments; `every` is day, week, month, quarter or year
    (periods without a row are shown when nothing splits them, `is_complete` marks the whole ones); `during` is a
    half-open window of shop-local days; `where` maps columns to a value, a list of values or None.
    Ratios are recomputed from sums at the grain asked for. Raises `UnknownName` or `Refused` in one sentence.
    """
    if not metrics:
        raise Refused("name at least one metric: `customary metrics` lists them")
    asked = question(by, every, during, where)
    needed = closed(metrics)
    if both := set(asked.keys) & set(needed):
        raise Refused(f"{', '.join(sorted(both))} is asked for as a metric here and cannot be the split as well")
    parts = [_aggregated(shop, frame, wanted, asked) for frame, wanted in _by_frame(needed.values())]
    if asked.every and not asked.by:
        parts.append(_blank_periods(shop, asked))
    base = [name for name, metric in needed.items() if frame_of(metric)]
    t = _computed(shop, _stacked(parts, asked.keys, base), needed.values())
    return _finished(shop, t, tuple(dict.fromkeys(metrics)), asked)
