"""What is asked of every frame alike – split, period, window, selection – and the rows that answer it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis.expr.datatypes import DataType

from customary import portraits as _frames  # noqa: F401  (fills the list of frames)
from customary import renamed
from customary import segments as _segments  # noqa: F401  (fills the list of segments)
from customary.cache import cached_per_snapshot
from customary.cell_texts import named_value
from customary.columns import fallback, find
from customary.dates import Window, WindowLike, as_day, as_window
from customary.declare import SEGMENTS
from customary.errors import Refused, unknown_name
from customary.frames import FRAMES, PERIODS
from customary.language import known_language
from customary.shop import Shop
from customary.wording import any_of, say, word

Where = Mapping[str, Any]
OWNERS = {"orders": ("order_id",), "sessions": ("visitor_id", "visit_no")}  # what rows belong to, by its key
MOST_VALUES = 10_000  # different values of a column among which a near miss is looked for


def where_in_words(where: Iterable[tuple[str, tuple[Any, ...]]], language: str = "") -> str:
    """A checked selection in words: "country = France or unknown; channel = app"; "" for none."""
    return say("; ", language).join(
        say(
            "{name} = {values}",
            language,
            name=_name(name, language),
            values=any_of(texts_of(name, values, language), language),
        )
        for name, values in where
    )


def _name(name: str, language: str) -> str:
    """A column as a selection names it: as it is typed in English, by its label in another language."""
    found = find(name) if known_language(language) != "en" else None
    return found.label(language) if found else name


def texts_of(name: str, values: Iterable[Any], language: str = "") -> list[str]:
    """The values of a column as a reader knows them; none is "unknown"."""
    column = find(name) or fallback(name, is_number=False)
    return [
        word("unknown", language) if value is None else str(named_value(column, value, language)) for value in values
    ]


@dataclass(frozen=True)
class Scope:
    """What is asked of every frame alike: split, period, window and selection, all checked."""

    by: tuple[str, ...] = ()
    every: str | None = None
    during: Window | None = None
    where: tuple[tuple[str, tuple[Any, ...]], ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that name a group: the split, then the period."""
        return (*self.by, self.every) if self.every else self.by

    @property
    def where_text(self) -> str:
        """The selection as it is typed, whoever reads: "country = France or unknown; channel = app"; "" for none."""
        return where_in_words(self.where, "en")


def _as_values(wanted: Any) -> tuple[Any, ...]:
    return tuple(wanted) if isinstance(wanted, list | tuple | set | frozenset) else (wanted,)


def scope_of(
    by: str | Iterable[str] = (),
    every: str | None = None,
    during: WindowLike | None = None,
    where: Where | None = None,
) -> Scope:
    """The checked form of `measure`'s arguments; raises `Refused` or `UnknownName` with what to write instead."""
    if every is not None and every not in PERIODS:
        raise unknown_name(every, PERIODS, "period")
    splits = tuple(map(renamed.column, (by,) if isinstance(by, str) else by))
    if len(set(splits)) < len(splits):
        raise Refused("the split names a column twice: {names}", names=splits)
    window = None if during is None else as_window(during)
    return Scope(
        splits,
        every,
        window,
        tuple((renamed.column(name), _as_values(values)) for name, values in (where or {}).items()),
    )


def portraits_of(shop: Shop) -> ir.Table | None:
    """The stored portraits; a snapshot of before there were any has none."""
    return shop.frame("portraits") if "portraits" in shop.snapshot.rows else None


def owner_of(shop: Shop, frame: str) -> str:
    """The frame that rows of a frame belong to one by one: an item's order, an event's visit; "" for none."""
    own = shop.frame(frame).columns
    found = (name for name in OWNERS if name != frame and name in shop.snapshot.rows and set(OWNERS[name]) <= set(own))
    return next(found, "")


def column_names(shop: Shop, frame: str) -> tuple[str, ...]:
    """The columns that rows of a frame can be split and selected by.

    Its own, those of the order or visit it belongs to, the customer's, segments, portraits.
    """
    own, owner = shop.frame(frame).columns, owner_of(shop, frame)
    above = shop.frame(owner).columns if owner else ()
    if "customer_id" not in own:
        return tuple(dict.fromkeys((*own, *above)))
    portraits = portraits_of(shop)
    more = () if portraits is None else portraits.columns
    return tuple(dict.fromkeys((*own, *above, *shop.frame("customers").columns, *SEGMENTS, *more)))


def where_known(shop: Shop, frame: str, scope: Scope) -> Scope:
    """The scope as it applies to a frame: a profile stands whatever its orders were, so it is not cut by their columns.

    Frames with a time keep every condition; those that they do not know are refused, not passed over.
    """
    if FRAMES[frame].time:
        return scope
    known = column_names(shop, frame)
    return replace(scope, where=tuple((name, wanted) for name, wanted in scope.where if name in known))


def frame_with(shop: Shop, name: str) -> str:
    """The first frame that has a column itself, else the first that knows it through its customers."""
    known = [frame for frame in FRAMES if frame in shop.snapshot.rows]
    for frame in known:
        if name in shop.frame(frame).columns:
            return frame
    for frame in known:
        if name in column_names(shop, frame):
            return frame
    everything = {column for frame in known for column in column_names(shop, frame)}
    raise unknown_name(name, everything, "column")


def check_columns(shop: Shop, frame: str, names: Iterable[str]) -> None:
    """Refuse a column that rows of the frame cannot be split or selected by, with the nearest that can."""
    known = column_names(shop, frame)
    for name in names:
        if name not in known:
            raise unknown_name(name, known, "column of {frame}", frame=frame)


def _with_column_of(table: ir.Table, owner: ir.Table, keys: Sequence[str], name: str) -> ir.Table:
    """`table` with a column of the row of `owner` that has the same keys; unknown where there is none."""
    found = owner.select(**{f"owner_{key}": owner[key] for key in keys}, **{name: owner[name]})
    joined = table.left_join(found, [table[key] == found[f"owner_{key}"] for key in keys])
    return joined.drop(*(f"owner_{key}" for key in keys))


def with_column(shop: Shop, table: ir.Table, name: str, frame: str) -> ir.Table:
    """`table` with a column `name`: its own, else of its order or visit, the customer, a segment, the portrait."""
    if name in table.columns:
        return table
    check_columns(shop, frame, [name])
    owner = owner_of(shop, frame)
    if owner and name in shop.frame(owner).columns:
        return _with_column_of(table, shop.frame(owner), OWNERS[owner], name)
    customers = shop.frame("customers")
    if frame == "customers" and name in SEGMENTS:
        return table.mutate(**{name: SEGMENTS[name].label(table, shop.rules)})
    source, value = customers, None
    if name in SEGMENTS:
        value = SEGMENTS[name].label(customers, shop.rules)
    elif name not in customers.columns:
        source = shop.frame("portraits")
    labels = source.select(labelled_id="customer_id", **{name: source[name] if value is None else value})
    return table.left_join(labels, table.customer_id == labels.labelled_id).drop("labelled_id")


@cached_per_snapshot
def values_of(shop: Shop, name: str, frame: str) -> tuple[Any, ...] | None:
    """The values of a column among all rows of a frame, the commonest first; None if there are too many."""
    rows = with_column(shop, shop.frame(frame), name, frame)
    counts = rows.group_by(name).agg(row_count=rows.count())
    counts = counts.order_by(ibis.desc("row_count"), ibis.asc(name, nulls_first=False)).limit(MOST_VALUES + 1)
    found = shop.fetch(counts)[name].to_pylist()
    return None if len(found) > MOST_VALUES else tuple(found)


def _known_values(shop: Shop, frames: Iterable[str], name: str) -> tuple[str, ...] | None:
    """The texts that a column holds in any of the frames; None where they cannot be listed."""
    if name in SEGMENTS:
        return SEGMENTS[name].labels(shop.rules)
    found: dict[str, None] = {}
    for frame in frames:
        if not with_column(shop, shop.frame(frame), name, frame)[name].type().is_string():
            return None
        values = values_of(shop, name, frame)
        if values is None:
            return None
        found |= dict.fromkeys(value for value in values if value is not None)
    return tuple(found)


def _others_with(shop: Shop, name: str, frames: Iterable[str]) -> list[str]:
    """The other frames that have a column of that name themselves."""
    others = [other for other in FRAMES if other in shop.snapshot.rows and other not in frames]
    return [other for other in others if name in shop.frame(other).columns]


def check_values(shop: Shop, frames: Iterable[str], where: Iterable[tuple[str, Sequence[Any]]]) -> None:
    """Refuse a text that stands nowhere in the shop's column of that name, with the nearest that do.

    One that stands in other frames only is a fair question: no ticket came from that country.
    """
    asked = [(name, [text for text in wanted if isinstance(text, str)]) for name, wanted in where]
    behind = list(frames)
    for name, texts in asked:
        known = _known_values(shop, behind, name) if texts else None
        if known is None or not set(texts) - set(known):
            continue
        everywhere = _known_values(shop, [*behind, *_others_with(shop, name, behind)], name)
        for text in texts:
            if everywhere is not None and text not in everywhere:
                kind = "label of {name}" if name in SEGMENTS else "value of {name}"
                raise unknown_name(text, everywhere, kind, name=name)


def _as_place(wanted: ir.Value, kind: DataType) -> ir.Value:
    """A place for what is wanted, in the column's type; whether a text is a number or a day is only seen by itself."""
    if wanted.type().is_string() and not kind.is_string():
        raise TypeError("a text for a column that holds no text has to be read before it is compared")
    return wanted.cast(kind)


def _as_literal(value: ir.Value, wanted: Any) -> ir.Value:
    """What is wanted of a column, in the column's type; text that is no such value is refused."""
    kind = value.type()
    if isinstance(wanted, ir.Value):
        return _as_place(wanted, kind)
    if isinstance(wanted, str) and kind.is_numeric() and not wanted.lstrip("-").replace(".", "", 1).isdecimal():
        raise Refused("{column} is a number, not “{wanted}”", column=value.get_name(), wanted=wanted)
    if isinstance(wanted, str) and kind.is_boolean() and wanted.lower() not in ("true", "false"):
        raise Refused("{column} is true or false, not “{wanted}”", column=value.get_name(), wanted=wanted)
    if isinstance(wanted, str) and kind.is_date():
        wanted = as_day(wanted)
    return ibis.literal(wanted).cast(kind)


def is_among(value: ir.Value, wanted: Sequence[Any]) -> ir.BooleanValue:
    """Whether a value is one of those wanted, None among them being unknown."""
    plain = [w for w in wanted if w is not None]
    tests = [value.isnull()] if len(plain) < len(wanted) else []
    tests += [value.isin([_as_literal(value, w) for w in plain])] if plain else []
    return reduce(lambda a, b: a | b, tests) if tests else ibis.literal(False)


@dataclass(frozen=True)
class FrameRows:
    """A stored frame, all its rows, with the columns asked for and what a row must meet to be in the answer."""

    table: ir.Table
    window: ir.BooleanValue | None = field(default=None)
    selection: ir.BooleanValue | None = field(default=None)

    def in_scope(self) -> ir.Table:
        """The rows inside the window and the selection, those left out as well."""
        tests = [test for test in (self.window, self.selection) if test is not None]
        return self.table.filter(tests) if tests else self.table

    def counting_rows(self) -> ir.Table:
        """The rows that count: not left out, inside the window and the selection."""
        rows = self.in_scope()
        return rows.filter(rows.left_out_because.isnull())


def frame_rows(shop: Shop, frame: str, scope: Scope) -> FrameRows:
    """The stored `frame` with the columns of split and selection; profiles that stand as of a day have no window."""
    table = shop.frame(frame)
    for name in (*scope.by, *(name for name, _wanted in scope.where)):
        table = with_column(shop, table, name, frame)
    window = None
    if scope.during and FRAMES[frame].time:
        window = (table.day_on >= scope.during[0]) & (table.day_on < scope.during[1])
    tests = [is_among(table[name], wanted).fill_null(False) for name, wanted in scope.where]
    return FrameRows(table, window, reduce(lambda a, b: a & b, tests) if tests else None)


def rows_of_customers(frame: str, rows: ir.Table) -> ir.Table:
    """The rows of a frame that are some customer's: of returns also those that name no order that would be nobody's."""
    is_named = rows.customer_id.notnull()
    return rows.filter(is_named | rows.order_id.isnull() if frame == "returns" else is_named)
