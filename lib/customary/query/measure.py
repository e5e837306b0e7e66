"""The verb `measure`: metrics of a shop, each aggregated at its own grain, aligned without joins."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import ibis
import ibis.expr.types as ir

from customary import dates, renamed
from customary import metrics as _metrics  # noqa: F401  (fills the list of metrics)
from customary.dates import WindowLike
from customary.declare import METRICS, SEGMENTS, Metric, Segment, metric_named
from customary.errors import Refused
from customary.frames import FRAMES, PERIODS
from customary.metrics.aggregate import aggregate, bases_of, stack, with_needs
from customary.query.accounts import Accounts, accounts_of
from customary.query.answer import Answer
from customary.query.beside import Beside, beside_sales, text_beside
from customary.query.groups import merge_small_groups
from customary.query.known import check_days
from customary.query.question import Definition, Question
from customary.query.recipes import recipe_of
from customary.query.selection import Scope, Where, check_columns, check_values, frame_rows, scope_of
from customary.query.undated import UndatedRefunds, refunds_in_metrics
from customary.query.withholding import (
    EMPTIED,
    empty_small_groups,
    fewest_people,
    heads_behind,
    is_too_small,
    shares_behind,
)
from customary.shop import WEEKDAYS, Shop
from customary.units import COUNT
from customary.wording import all_of

_WINDOW_OF = {"": "is_now", "_before": "is_before"}  # the end of a column's name → marks the groups of its window
_SPANS = {
    "day": {"days": 1},
    "week": {"days": 7},
    "month": {"months": 1},
    "quarter": {"months": 3},
    "year": {"years": 1},
}


def known_periods(shop: Shop, frame: str) -> list[str]:
    """The periods a frame can be split by: those it has, and none finer than the one its key is made of."""
    finest = next((n for n, start in enumerate(PERIODS.values()) if start in FRAMES[frame].key), 0)
    columns = shop.frame(frame).columns
    return [every for every, start in list(PERIODS.items())[finest:] if start in columns]


def _check_period(shop: Shop, frame: str, every: str) -> None:
    if not FRAMES[frame].time:
        raise Refused(
            "{frame} stand as of {as_of} and have no {every}: ask without `every`",
            frame=frame,
            as_of=shop.as_of,
            every=every,
        )
    if every not in (known := known_periods(shop, frame)):
        raise Refused(
            "{frame} cannot be split by {every}: they are known by {names}",
            frame=frame,
            every=every,
            names=all_of(known),
        )


def _check(shop: Shop, needed: Mapping[str, Metric], scope: Scope) -> None:
    """Refuse a question that some frame of it cannot answer."""
    if both := set(scope.keys) & set(needed):
        raise Refused("{names} is asked for as a metric here and cannot be the split as well", names=sorted(both))
    frames = bases_of(needed.values(), shop.snapshot.own.metrics)
    for asked in (name for name in ("during", "every") if getattr(scope, name)):
        check_days(shop, frames, asked)
    for frame in frames:
        if scope.every:
            _check_period(shop, frame, scope.every)
        check_columns(shop, frame, [*scope.by, *(name for name, _wanted in scope.where)])
    check_values(shop, frames, scope.where)


def _rows(shop: Shop, frame: str, scope: Scope) -> ir.Table:
    """The rows that count, with the period as a column named after it."""
    t = frame_rows(shop, frame, scope).counting_rows()
    return t.mutate(**{scope.every: t[PERIODS[scope.every]]}) if scope.every else t


def _blank_periods(shop: Shop, scope: Scope) -> ir.Table:
    """Every period of the window, so that one without a single row is shown as 0 and not skipped."""
    start, end = (day.cast("timestamp") for day in _days_watched(shop, scope))
    days = ibis.range(start, end, ibis.interval(days=1)).unnest()
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
    return t.select(**{str(scope.every): first[str(scope.every)]}).distinct()


def _days_watched(shop: Shop, scope: Scope) -> tuple[ir.DateValue, ir.DateValue]:
    """The first day of the window that the data know, and the one after the last."""
    first, last = ibis.literal(shop.snapshot.first_on), ibis.literal(shop.as_of)
    if not scope.during:
        return first, last
    return ibis.greatest(first, scope.during[0]), ibis.least(last, scope.during[1])


def _is_complete(shop: Shop, scope: Scope, start: ir.DateValue) -> ir.BooleanValue:
    """Whether a period lies wholly within the data and the window."""
    first, last = _days_watched(shop, scope)
    end = (start + ibis.interval(**_SPANS[str(scope.every)])).cast("timestamp").cast("date")
    return (start >= first) & (end <= last)


def _as_plain(value: ir.Value) -> ir.Value:
    """Sums are exact in the engine; the answer is a float or an integer that every reader understands."""
    if value.type().is_decimal():
        return value.cast("float64")
    return value.cast("int64") if value.type().is_integer() else value


def _plain(shop: Shop, wanted: Sequence[Metric], scope: Scope) -> ir.Table:
    """One row per group with the metrics in plain types, and whether its period is complete."""
    own, fewest = shop.snapshot.own.metrics, fewest_people(shop)
    known = {**own, **METRICS}
    frames = {name: _rows(shop, name, scope) for name in bases_of(wanted, own)}
    if scope.by and fewest:
        frames = merge_small_groups(frames, scope.by, scope.every, fewest)
    absent = [name for name in frames if not shop.snapshot.rows[name]]
    spine = _blank_periods(shop, scope) if scope.every and not scope.by else None
    heads = heads_behind(wanted, own) if fewest else {}
    behind = [known[name] for name in sorted({head for names in heads.values() for head in names})]
    t = aggregate(frames, [*wanted, *behind], scope.keys, spine=spine, absent=absent, own=own)
    if fewest:
        t = empty_small_groups(t, frames, scope.keys, heads, shares_behind(wanted, heads), fewest)
    columns: dict[str, ir.Value] = {name: t[name] for name in scope.keys}
    if scope.every:
        columns["is_complete"] = _is_complete(shop, scope, t[scope.every])
    marks = {EMPTIED: t[EMPTIED]} if fewest else {}
    return t.select(**columns, **{metric.name: _as_plain(t[metric.name]) for metric in wanted}, **marks)


def _with_comparison(shop: Shop, wanted: Sequence[Metric], scope: Scope, against: dates.Window) -> ir.Table:
    """The metrics beside those of another window: `<metric>_before`, group by group, period by period."""
    names = [metric.name for metric in wanted]
    before = _plain(shop, wanted, Scope(scope.by, scope.every, against, scope.where))
    now = _plain(shop, wanted, scope)
    by = list(scope.by)
    if scope.every:
        now, before = (_with_position(t, scope) for t in (now, before))
        by.append("period_position")
    marks = [mark for mark in (EMPTIED,) if mark in now.columns]
    before = before.select(*by, *marks, **{f"{name}_before": before[name] for name in names}, is_before=True)
    kept = [*([scope.every, "is_complete"] if scope.every else []), *marks, *names]
    kept += [*(f"{name}_before" for name in names), *_WINDOW_OF.values()]
    t = stack([now.mutate(is_now=True), before], by, kept)
    t = t.filter(t[str(scope.every)].notnull()).drop("period_position") if scope.every else t
    # Windows of unequal length have periods of different numbers: only a whole window without a row is surely 0.
    t = t if scope.every else _with_zeros(t, [metric for metric in wanted if metric.additive or metric.unit is COUNT])
    order = [name for name in (*scope.keys, "is_complete") if name in t.columns]
    return t.select(*order, *(column for name in names for column in (name, f"{name}_before")), *marks)


def _with_zeros(t: ir.Table, sums: Iterable[Metric]) -> ir.Table:
    """A group that has no row in one of the windows has sums of 0 there, where such a sum is known at all."""
    zeros = {}
    for name, window in ((f"{metric.name}{end}", mark) for metric in sums for end, mark in _WINDOW_OF.items()):
        is_known = t[name].count().over(ibis.window()) > 0
        zeros[name] = ibis.cases((t[window].isnull() & is_known, 0), else_=t[name])
    return t.mutate(**zeros)


def _with_position(t: ir.Table, scope: Scope) -> ir.Table:
    place = ibis.dense_rank().over(ibis.window(order_by=t[str(scope.every)]))
    return t.mutate(period_position=place)


def _order_rows(t: ir.Table, scope: Scope) -> ir.Table:
    keys = (*([scope.every] if scope.every else []), *scope.by)
    order = [ibis.asc(t[name], nulls_first=False) for name in keys]
    return t.order_by(order) if order else t


def current_metric(shop: Shop, metric: Metric | str) -> Metric:
    """The metric as it is defined now: by name, or the one that an edit has put in the place of an earlier one."""
    return (
        metric_named(metric, shop.snapshot.own.metrics) if isinstance(metric, str) else METRICS.get(metric.name, metric)
    )


def define(thing: Metric | Segment) -> Definition:
    """A metric or a segment in its own words."""
    kind, unit = ("metric", thing.unit.name) if isinstance(thing, Metric) else ("segment", "label")
    return Definition(thing.name, kind, thing.definition, thing.zh, thing.source, unit)


def _definitions(wanted: Iterable[Metric], scope: Scope) -> tuple[Definition, ...]:
    names = (*scope.by, *(name for name, _values in scope.where))
    segments: list[Metric | Segment] = [SEGMENTS[name] for name in names if name in SEGMENTS]
    return tuple(define(thing) for thing in [*wanted, *segments])


def measure(
    shop: Shop,
    *metrics: Metric | str,
    by: str | Iterable[str] = (),
    every: str | None = None,
    during: WindowLike | None = None,
    where: Where | None = None,
    compare: str | None = None,
) -> Answer:
    """Metrics of a shop: one row per group, the split first, then the period, then the metrics.

    Metrics are given themselves or by name. `by` names columns of the frames, of the customers or segments; `every` is
    day, week, month, quarter or year (periods without a row are shown when nothing splits them, `is_complete` marks the
    whole ones); `during` is a half-open window of shop-local days; `where` maps columns to a value, a list of values or
    None; `compare` sets each metric beside its value in the "previous" window or a "year" before, as `<metric>_before`.
    Ratios are recomputed from sums at the grain asked for. Raises `UnknownName` or `Refused` in one sentence.
    """
    wanted = _each_once(shop, metrics)
    scope = scope_of(by, every, during, where)
    _check(shop, with_needs(wanted, shop.snapshot.own.metrics), scope)
    against = _comparison_window(shop, scope, compare)
    frames = bases_of(wanted, shop.snapshot.own.metrics)
    question = Question.to(
        shop,
        tuple(metric.name for metric in wanted),
        by=scope.by,
        every=scope.every,
        during=scope.during,
        against=against,
        where=scope.where,
        frame=frames[0] if frames else "",
    )

    def compose(scope: Scope, against: dates.Window | None) -> ir.Table:
        found = _with_comparison(shop, wanted, scope, against) if against else _plain(shop, wanted, scope)
        return _order_rows(found, scope)

    return Answer(
        shop,
        question,
        recipe_of(("measure", question.names) if _are_listed(shop, wanted) else None, compose, scope, against),
        accounts=lambda: accounts_behind(shop, wanted, scope),
        definitions=_definitions(wanted, scope),
        earlier_names=renamed.among((by,) if isinstance(by, str) else by),
        is_withheld=lambda: is_too_small(shop, frames, Scope(during=scope.during, where=scope.where)),
        beside=lambda language: text_beside(_beside(shop, wanted, scope), shop.currency, language),
    )


def _beside(shop: Shop, wanted: Sequence[Metric], scope: Scope) -> tuple[Beside, UndatedRefunds]:
    return beside_sales(shop, wanted, scope), refunds_in_metrics(shop, wanted, scope)


def _are_listed(shop: Shop, wanted: Iterable[Metric]) -> bool:
    """Whether the names of the metrics say which they are."""
    listed = {**shop.snapshot.own.metrics, **METRICS.so_far}
    return all(listed.get(metric.name) is metric for metric in wanted)


def _each_once(shop: Shop, metrics: Sequence[Metric | str]) -> list[Metric]:
    """The metrics as they are defined now, in the order asked for; none at all are refused."""
    if not metrics:
        raise Refused("name at least one metric: `customary metrics` lists them")
    return list({metric.name: metric for metric in (current_metric(shop, metric) for metric in metrics)}.values())


def accounts_behind(shop: Shop, wanted: Iterable[Metric], scope: Scope) -> tuple[Accounts, ...]:
    """The accounts of every frame that the metrics count on."""
    rows_only = Scope(during=scope.during, where=scope.where)
    return tuple(accounts_of(shop, frame, rows_only) for frame in bases_of(wanted, shop.snapshot.own.metrics))


def _comparison_window(shop: Shop, scope: Scope, compare: str | None) -> tuple[date, date] | None:
    """The window to compare with; refused where nothing says which days are compared, or none were watched then."""
    if compare is None:
        return None
    window = dates.comparison_window(scope.during or (shop.snapshot.first_on, shop.as_of), compare)
    if window[0] < shop.snapshot.first_on:
        raise Refused(
            "the days {days} to compare with begin before the data do ({first_on}): give a later --during",
            days=dates.in_words(window),
            first_on=shop.snapshot.first_on,
        )
    return window
