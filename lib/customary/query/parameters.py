"""What the parameter of a study or a fit means: a frame, a book, a fact of the shop, or a fitted model."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial
from typing import Any, get_origin

import ibis.expr.types as ir

from customary.cache import cached_per_snapshot
from customary.declare import FITS, FRAMES, FitDefinition
from customary.errors import Refused, unknown_name
from customary.query.known import has_days
from customary.query.recipes import Recipe, fetch_rows, has_places, recipe_of
from customary.query.selection import (
    Scope,
    column_names,
    frame_rows,
    rows_of_customers,
    where_known,
    with_column,
)
from customary.shop import BOOKS, WEEKDAYS, Shop

WHOLE = "whole_"  # begins a parameter that is a frame whatever window and selection
NAMED = "named_"  # begins a parameter that is what customers did: rows that are nobody's in particular are not in it
GROUPED = "grouped_customers"
ASKED = "asked_events"  # events with the columns that the options of a study name
MOST_ROWS = 2_000_000  # rows that may travel from the engine into memory for one fit
FACTS: Mapping[str, Callable[[Shop], Any]] = {
    "as_of": lambda shop: shop.as_of,
    "first_on": lambda shop: shop.snapshot.first_on,
    "present_frames": lambda shop: frozenset(name for name in shop.snapshot.rows if _is_present(shop, name)),
    "currency": lambda shop: shop.currency,
    "week_start": lambda shop: WEEKDAYS.index(shop.week_start),
    "time_zone": lambda shop: shop.time_zone,
    "shop_rules": lambda shop: shop.rules,
}


def _is_present(shop: Shop, frame: str) -> bool:
    """Whether a frame has rows to learn from; of events that say no time nobody knows what came before what."""
    return bool(shop.snapshot.rows[frame]) and (frame not in ("events", "sessions") or has_days(shop, frame))


class LateFit(Mapping[str, Any]):
    """A fit that gives a mapping, learned when something is looked up in it: not every question needs it."""

    def __init__(self, learn: Callable[[], Mapping[str, Any]]) -> None:
        self._learn = learn

    @cached_property
    def _found(self) -> Mapping[str, Any]:
        return self._learn()

    def __getitem__(self, name: str) -> Any:
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def _gives_mapping(fit: FitDefinition) -> bool:
    return get_origin(fit.model.__annotations__.get("return")) in (dict, Mapping)


def value_of(shop: Shop, name: str, scope: Scope, options: Mapping[str, Any]) -> Any:
    """What a parameter called `name` is given: the fit, book, frame or fact of that name.

    Frames hold the rows that count inside the window and the selection of `scope` as far as it applies to them; `all_…`
    is a frame with the rows left out as well; `whole_…` is a frame with all its rows whatever the scope, for looking
    things up, `named_…` is a frame without the rows that count though they name no customer, `grouped_customers` is
    `whole_customers` with the column that the option `by` names, and `asked_events` are events with the columns that
    conditions and splits name. Fits are given those of the `options` that they know.
    Raises `UnknownName` for anything else.
    """
    if name in FITS:
        learn = partial(fetch_fit, shop, name, scope, options)
        return LateFit(learn) if _gives_mapping(FITS[name]) else learn()
    if name in FACTS:
        return FACTS[name](shop)
    if name in BOOKS:
        return shop.frame(name)
    if name == GROUPED:
        return _grouped_customers(shop, str(options.get("by", "")))
    if name == ASKED:
        from customary.query.conditions import asked_events  # with it come all studies, which a figure does not need

        return asked_events(shop, scope, options)
    if name.startswith(WHOLE):
        return shop.frame(name.removeprefix(WHOLE))
    frame = name.removeprefix("all_").removeprefix(NAMED)
    if frame not in FRAMES:
        raise unknown_name(name, [*FRAMES, *FITS, *FACTS, *BOOKS], "frame, fit or fact")
    rows = frame_rows(shop, frame, where_known(shop, frame, scope))
    if name.startswith(NAMED):
        return rows_of_customers(frame, rows.counting_rows())
    return rows.counting_rows() if frame == name else rows.in_scope()


def _grouped_customers(shop: Shop, by: str) -> ir.Table:
    """All customers, with the column `by` where they have one: their own, a segment's label, or the portrait's.

    What is no such column is left to the study, which may know groups of its own.
    """
    customers = shop.frame("customers")
    is_known = by in column_names(shop, "customers")
    return with_column(shop, customers, by, "customers") if is_known else customers


def options_of(fit: FitDefinition) -> dict[str, Any]:
    """The options of a fit and of all fits it needs, with their defaults."""
    inner = [options_of(FITS[name]) for name in (*fit.table_needs, *fit.model_needs) if name in FITS]
    return {name: value for found in (*inner, fit.options) for name, value in found.items()}


def frames_of(name: str) -> tuple[str, ...]:
    """The names of the frames and books behind a parameter; those of a fit are all that its tables are made of."""
    return tuple(dict.fromkeys(part.removeprefix(NAMED) for part in tables_of(name)))


def tables_of(name: str) -> tuple[str, ...]:
    """The same as they are named: `named_orders` where rows that name no customer are not in them."""
    if name in FITS:
        fit = FITS[name]
        parts = [tables_of(part) for part in (*fit.table_needs, *fit.model_needs)]
        return tuple(dict.fromkeys(frame for part in parts for frame in part))
    if name == GROUPED:
        return (f"{WHOLE}customers",)
    if name == ASKED:
        return ("events",)
    is_frame = name.removeprefix(NAMED) in FRAMES or name.startswith(("all_", WHOLE))
    return (name,) if is_frame or name in BOOKS else ()


def fetch_fit(shop: Shop, name: str, scope: Scope, options: Mapping[str, Any]) -> Any:
    """What a fit learned from the shop: its table is fetched and its model called once per question and process.

    Of the `options` it is given those that it knows, by default its own; the same question asked with and without a
    default is one.
    """
    chosen = {key: options.get(key, default) for key, default in options_of(FITS[name]).items()}
    cut = scope if any(not part.startswith(WHOLE) and part not in BOOKS for part in tables_of(name)) else Scope()
    if has_places(cut, chosen):
        raise TypeError("a fit learns from values, not from places for them")
    return _make_fit(shop, name, cut, chosen)


@cached_per_snapshot
def _make_fit(shop: Shop, name: str, scope: Scope, options: Mapping[str, Any]) -> Any:
    fit = FITS[name]

    def apply(function: Callable[..., Any], needs: tuple[str, ...], scope: Scope, *first: Any) -> Any:
        own = {key: value for key, value in options.items() if key in _keywords(function)}
        return function(*first, *(value_of(shop, need, scope, options) for need in needs), **own)

    if fit.table is None:
        return apply(fit.model, fit.model_needs, scope)
    table, needs = fit.table, fit.table_needs
    columns = _columns(shop, name, recipe_of(("fit", name, options), lambda scope: apply(table, needs, scope), scope))
    return apply(fit.model, fit.model_needs, scope, columns)


def _keywords(function: Callable[..., Any]) -> frozenset[str]:
    return frozenset(function.__kwdefaults__ or ())


def _columns(shop: Shop, name: str, table: Recipe) -> dict[str, Any]:
    """The table's columns as arrays by name; a table too big to fit in memory is refused, never cut in silence."""
    found = fetch_rows(shop, table, MOST_ROWS + 1)
    if found.num_rows > MOST_ROWS:
        raise Refused(
            "{name} would need more than {most:,} rows in memory: narrow the window or the selection",
            name=name,
            most=MOST_ROWS,
        )
    return {column: found[column].to_numpy() for column in found.column_names}
