"""What is asked of every frame alike – split, period, window, selection – and the rows that answer it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir

from customary import portraits as _frames  # noqa: F401  (fills the list of frames)
from customary import segments as _segments  # noqa: F401  (fills the list of segments)
from customary.declare import SEGMENTS
from customary.errors import Refused, nearest
from customary.frames import FRAMES, PERIODS
from customary.shop import Shop

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


def _told(shop: Shop) -> ir.Table | None:
    """The stored portraits; a snapshot of before there were any has none."""
    return shop.frame("portraits") if "portraits" in shop.snapshot.rows else None


def column(shop: Shop, table: ir.Table, name: str, frame: str) -> ir.Table:
    """`table` with a column `name`: its own, else the customer's, else a segment's label, else the portrait's."""
    if name in table.columns:
        return table
    customers, portraits = shop.frame("customers"), _told(shop)
    told = [] if portraits is None else [known for known in portraits.columns if known not in customers.columns]
    if "customer_id" not in table.columns or name not in [*customers.columns, *SEGMENTS, *told]:
        known = [*table.columns, *customers.columns, *SEGMENTS, *told]
        raise nearest(name, known if "customer_id" in table.columns else table.columns, f"column of {frame}")
    if frame == "customers" and name in SEGMENTS:
        return table.mutate(**{name: SEGMENTS[name].rule(table)})
    where = portraits if portraits is not None and name not in (*customers.columns, *SEGMENTS) else customers
    value = SEGMENTS[name].rule(customers) if name in SEGMENTS else where[name]
    labels = where.select(labelled_id="customer_id", **{name: value})
    return table.left_join(labels, table.customer_id == labels.labelled_id).drop("labelled_id")


def _literal(value: ir.Value, wanted: Any) -> ir.Value:
    """What is wanted of a column, in the column's type; text that is no such value is refused."""
    kind = value.type()
    if isinstance(wanted, str) and kind.is_numeric() and not wanted.lstrip("-").replace(".", "", 1).isdecimal():
        raise Refused(f"{value.get_name()} is a number, not “{wanted}”")
    if isinstance(wanted, str) and kind.is_boolean() and wanted.lower() not in ("true", "false"):
        raise Refused(f"{value.get_name()} is true or false, not “{wanted}”")
    if isinstance(wanted, str) and kind.is_date():
        wanted = _day(wanted)
    return ibis.literal(wanted).cast(kind)


def _among(value: ir.Value, wanted: Sequence[Any]) -> ir.BooleanValue:
    plain = [w for w in wanted if w is not None]
    tests = [value.isnull()] if len(plain) < len(wanted) else []
    if plain:
        tests.append(value.isin([_literal(value, w) for w in plain]))
    return reduce(lambda a, b: a | b, tests) if tests else ibis.literal(False)


@dataclass(frozen=True)
class Asked:
    """A stored frame, all its rows, with the columns asked for and what a row must meet to be in the answer."""

    table: ir.Table
    window: ir.BooleanValue | None
    selection: ir.BooleanValue | None

    def everything(self) -> ir.Table:
        """The rows inside the window and the selection, those left out as well."""
        tests = [test for test in (self.window, self.selection) if test is not None]
        return self.table.filter(tests) if tests else self.table

    def rows(self) -> ir.Table:
        """The rows that count: not left out, inside the window and the selection."""
        found = self.everything()
        return found.filter(found.left_out_because.isnull())


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
