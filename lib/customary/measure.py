"""The verb: metrics of a shop, each aggregated at its own grain, aligned without joins."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir

from customary import metrics as _metrics  # noqa: F401  (fills the list of metrics)
from customary import segments as _segments  # noqa: F401  (fills the list of segments)
from customary.frames import FRAMES, PERIODS
from customary.shop import Shop
from customary.words import METRICS, SEGMENTS, Frame, Metric, Refused, nearest

Window = tuple[date | str, date | str]
Where = Mapping[str, Any]


@dataclass(frozen=True)
class Question:
    """What is asked of every frame alike: split, period, window and selection, all checked."""

    by: tuple[str, ...]
    every: str | None
    during: tuple[date, date] | None
    where: tuple[tuple[str, tuple[Any, ...]], ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that name a group: the split, then the period."""
        return (*self.by, self.every) if self.every else self.by


def _day(value: date | str) -> date:
    try:
        return value if isinstance(value, date) else date.fromisoformat(value)
    except ValueError as error:
        raise Refused(f"“{value}” is not a day: write it as 2025-01-31") from error


def _window(during: Window | None) -> tuple[date, date] | None:
    if during is None:
        return None
    if isinstance(during, str) or len(during) != 2:
        raise Refused(
            "a window is two days, the first inside and the second just outside: ('2025-01-01', '2025-04-01')"
        )
    start, end = _day(during[0]), _day(during[1])
    if end < start:
        raise Refused(f"the window ends ({end}) before it begins ({start})")
    return start, end


def _values(wanted: Any) -> tuple[Any, ...]:
    return tuple(wanted) if isinstance(wanted, list | tuple | set | frozenset) else (wanted,)


def question(
    by: str | Iterable[str] = (),
    every: str | None = None,
    during: Window | None = None,
    where: Where | None = None,
) -> Question:
    """The checked form of `measure`'s arguments; raises `Refused` or `UnknownName` with what to write instead."""
    if every is not None and every not in PERIODS:
        raise nearest(every, PERIODS, "period")
    splits = (by,) if isinstance(by, str) else tuple(by)
    if len(set(splits)) < len(splits):
        raise Refused(f"the split names a column twice: {', '.join(splits)}")
    return Question(splits, every, _window(during), tuple((k, _values(v)) for k, v in (where or {}).items()))


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


def column(shop: Shop, table: ir.Table, name: str, frame: str) -> ir.Table:
    """`table` with a column `name`: its own, else the customer's, else the label of a segment."""
    if name in table.columns:
        return table
    customers = shop.frame("customers")
    if "customer_id" not in table.columns or (name not in customers.columns and name not in SEGMENTS):
        known = [*table.columns, *customers.columns, *SEGMENTS] if "customer_id" in table.columns else table.columns
        raise nearest(name, known, f"column of {frame}")
    value = SEGMENTS[name].rule(customers) if name in SEGMENTS else customers[name]
    if frame == "customers":
        return table.mutate(**{name: SEGMENTS[name].rule(table)})
    labels = customers.select(labelled_id="customer_id", **{name: value})
    return table.left_join(labels, table.customer_id == labels.labelled_id).drop("labelled_id")


def _among(value: ir.Value, wanted: Sequence[Any]) -> ir.BooleanValue:
    plain = [w for w in wanted if w is not None]
    tests = [value.isnull()] if len(plain) < len(wanted) else []
    if plain:
        typed = [ibis.literal(w).cast(value.type()) for w in plain]
        tests.append(value.isin(typed))
    return reduce(lambda a, b: a | b, tests) if tests else ibis.literal(False)


@dataclass(frozen=True)
class Asked:
    """A stored frame, all its rows, with the columns asked for and what a row must meet to be in the answer."""

    table: ir.Table
    window: ir.BooleanValue | None
    selection: ir.BooleanValue | None

    def rows(self) -> ir.Table:
        """The rows that count: not left out, inside the window and the selection."""
        tests = [self.table.left_out_because.isnull(), self.window, self.selection]
        return self.table.filter([test for test in tests if test is not None])


def asked_of(shop: Shop, frame: str, asked: Question) -> Asked:
    """The stored `frame` with the columns of split and selection; profiles that stand as of a day have no window."""
    table = shop.frame(frame)
    for name in (*asked.by, *(name for name, _wanted in asked.where)):
        table = column(shop, table, name, frame)
    window = None
    if asked.during and FRAMES[frame].time:
        window = (table.day_on >= asked.during[0]) & (table.day_on < asked.during[1])
    chosen = [_among(table[name], wanted).fill_null(False) for name, wanted in asked.where]
    return Asked(table, window, reduce(lambda a, b: a & b, chosen) if chosen else None)


def _counted(shop: Shop, frame: Frame, asked: Question) -> ir.Table:
    """The rows that count, with the period as a column named after it; a derived frame is made from them."""
    base = base_of(frame)
    if asked.every:
        if not FRAMES[base].time:
            raise Refused(f"{base} stand as of {shop.as_of} and have no {asked.every}: ask without `every`")
        if PERIODS[asked.every] not in shop.frame(base).columns:
            raise Refused(f"{base} cannot be split by {asked.every}: they are known by month, quarter and year")
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
    offset = (
        day.day_of_week.index()
        - (["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]).index(shop.week_start)
        + 7
    ) % 7
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


def _computed(t: ir.Table, needed: Iterable[Metric]) -> ir.Table:
    """Fill the sums of empty groups with 0, then compute metrics of metrics from them."""
    for metric in needed:
        if frame_of(metric) is None:
            t = t.mutate(**{metric.name: metric(*(t[name] for name in metric.needs))})
        elif metric.additive or metric.unit.name == "count":
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
    parts = [_aggregated(shop, frame, wanted, asked) for frame, wanted in _by_frame(needed.values())]
    if asked.every and not asked.by:
        parts.append(_blank_periods(shop, asked))
    base = [name for name, metric in needed.items() if frame_of(metric)]
    t = _computed(_stacked(parts, asked.keys, base), needed.values())
    return _finished(shop, t, tuple(dict.fromkeys(metrics)), asked)
