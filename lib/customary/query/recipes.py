"""How a question's rows are put together from its values, and the rows themselves: compiled once per shape.

Windows and the values of a selection are bound when the query is executed, so that a question whose shape is known is
neither composed nor compiled again. That holds only where it is proved: the question is composed with places for its
values, of which Python learns nothing, and is, with the values in them, node by node the question itself. Where the
values decide how it is put together – a fit learns from the window – it is compiled with them.
"""

import sys
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.metadata import version
from itertools import count
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa

from customary import source
from customary.cache import as_key, shared
from customary.dates import Window
from customary.declare import FITS, FRAMES, METRICS, SEGMENTS, STUDIES, generation
from customary.query.selection import Scope
from customary.shapes import store
from customary.shapes.places import (
    becomes,
    brings_rows,
    is_place,
    names_of_places,
    place_for,
    sql_with_places,
    sql_with_values,
)
from customary.shapes.store import Shape
from customary.shop import Shop, fetch_sql, sql_of
from customary.sight import viewer_key

BOUND = (str, bool, int, float, date)  # what may be bound; anything else is part of the shape
VERSIONS = (duckdb.__version__, ibis.__version__, version("sqlglot"))
MOST_VALUES = 64  # a question with more is a list of somebody's own, which is hardly asked again with others
STEERED = Shape()  # its values decide how the question is put together


@dataclass(frozen=True)
class Recipe:
    """What `compose` makes of a scope and windows; `about` is all else that the rows depend on, None if nobody knows.

    `table` gives the rows for the values themselves.
    """

    about: Hashable
    compose: Callable[..., ir.Table]
    scope: Scope
    windows: tuple[Window | None, ...]
    table: Callable[[], ir.Table]

    def then(self, about: Hashable, derive: Callable[[ir.Table], ir.Table]) -> "Recipe":
        """What `derive`, called `about`, makes of the rows."""
        return Recipe(
            self.about and (self.about, about),
            lambda *given: derive(self.compose(*given)),
            self.scope,
            self.windows,
            cache(lambda: derive(self.table())),
        )


def recipe_of(
    about: Hashable, compose: Callable[..., ir.Table], scope: Scope | None = None, *windows: Window | None
) -> Recipe:
    """The recipe that hands scope and windows to `compose`, whose values are bound as far as that is right."""
    given = scope or Scope()
    return Recipe(about, compose, given, windows, cache(lambda: compose(given, *windows)))


def has_places(scope: Scope, options: Mapping[str, Any]) -> bool:
    """Whether a scope or options have places in them, so that nothing can be learned from the rows yet."""
    wanted = (value for _name, values in scope.where for value in values)
    days = (day for value in options.values() if isinstance(value, tuple) for day in value)
    return any(map(is_place, (*(scope.during or ()), *wanted, *days)))


def fetch_rows(shop: Shop, recipe: Recipe, most: int = 0) -> pa.Table:
    """The rows of a recipe as Arrow, the first `most` of them; 0 is all. It is one shape however many are wanted."""
    shape = shape_of(shop, recipe)
    if not shape.sql:
        return shop.fetch(recipe.table().limit(most) if most else recipe.table())
    values = _values(recipe)
    sql = f"{shape.sql}\nLIMIT {most}" if most else shape.sql
    return fetch_sql(shop, sql, {name: values[name] for name in shape.places}, shape.schema)


def sql_of_rows(shop: Shop, recipe: Recipe) -> str:
    """The query that gives a recipe's rows, for somebody to read; that of a known shape is not compiled again."""
    shape = shape_of(shop, recipe)
    return sql_with_values(shape.sql, _values(recipe)) if shape.sql else sql_of(shop, recipe.table())


def column_names_of(shop: Shop, recipe: Recipe) -> tuple[str, ...]:
    """The columns of a recipe's rows; a known shape is not composed to hear them."""
    shape = shape_of(shop, recipe)
    return tuple(name for name, _kind in shape.columns) if shape.sql else tuple(recipe.table().columns)


def shape_of(shop: Shop, recipe: Recipe) -> Shape:
    """The shape of a recipe: known to this process, kept beside the snapshot, or compiled now."""
    values = len(_values(recipe))
    if not shop._keeps_shapes or recipe.about is None or values > MOST_VALUES or (values and not _can_bind()):
        return STEERED
    key = (str(shop.snapshot.path), viewer_key(shop), generation(), shop.rules.hash, shop.snapshot.own.version)
    shape: Shape = shared.answer(
        ("shape", *key, as_key(recipe.about), _form(recipe)), lambda: _recalled_or_compiled(shop, recipe)
    )
    return shape


def _can_bind() -> bool:
    """Whether values can be bound for nothing: DuckDB imports pandas with the first one.

    A command that does without pandas has its answer sooner if its only question is compiled with the values.
    """
    return "pandas" in sys.modules


def _recalled_or_compiled(shop: Shop, recipe: Recipe) -> Shape:
    key = _key_on_disk(shop, recipe)
    kept = store.recall(shop.snapshot.path, key) if key else None
    if kept is not None:
        return kept
    shape = _compile(recipe)
    if key:
        store.keep(shop.snapshot.path, key, shape)
    return shape


def _compile(recipe: Recipe) -> Shape:
    """The shape of a recipe, proved with its values."""
    table, values = recipe.table(), _values(recipe)
    if brings_rows(table):
        return STEERED
    try:
        bound = recipe.compose(*_with_places(recipe, values)) if values else table
    except Exception:  # whatever cannot be done with a place, is done with the value
        return STEERED
    if not becomes(bound, values, table):
        return STEERED
    columns = tuple((name, str(kind)) for name, kind in bound.schema().items())
    return Shape(sql_with_places(bound), names_of_places(bound), columns)


def _is_bound(value: Any) -> bool:
    return type(value) in BOUND


def _values(recipe: Recipe) -> dict[str, Any]:
    """The values of a recipe by the names of their places."""
    windows = [("during", recipe.scope.during), *((f"window{n}", each) for n, each in enumerate(recipe.windows))]
    found = {f"{name}_{end}": day for name, window in windows if window for end, day in zip("ab", window, strict=True)}
    wanted = [value for _name, values in recipe.scope.where for value in values]
    return found | {f"where{n}": value for n, value in enumerate(wanted) if _is_bound(value)}


def _with_places(recipe: Recipe, values: dict[str, Any]) -> Iterator[Any]:
    """Scope and windows of a recipe with places for the values."""

    def to_place(name: str, value: Any) -> Any:
        return place_for(name, values[name]) if name in values else value

    def place_window(name: str, window: Window | None) -> Any:
        return window and (to_place(f"{name}_a", None), to_place(f"{name}_b", None))

    numbers = count()
    where = tuple(
        (name, tuple(to_place(f"where{next(numbers)}", value) for value in wanted))
        for name, wanted in recipe.scope.where
    )
    yield replace(recipe.scope, during=place_window("during", recipe.scope.during), where=where)
    for n, window in enumerate(recipe.windows):
        yield place_window(f"window{n}", window)


def _form(recipe: Recipe) -> Hashable:
    """A recipe's scope and windows without the values that may be bound: how many there are, and of which types."""
    scope = recipe.scope
    where = tuple(
        (name, tuple(str(ibis.literal(value).type()) if _is_bound(value) else as_key(value) for value in wanted))
        for name, wanted in scope.where
    )
    return scope.by, scope.every, scope.during is None, where, tuple(window is None for window in recipe.windows)


def _key_on_disk(shop: Shop, recipe: Recipe) -> str:
    """All that a shape depends on, for a process of another day; "" where that cannot be told."""
    code = source.fingerprint()
    is_plain = all(_is_bound(value) or value is None for _name, values in recipe.scope.where for value in values)
    if not code or generation() or not is_plain or shop.snapshot.own.metrics or not _is_all_ours():
        return ""
    snapshot, rules = shop.snapshot, shop.rules.hash
    about = as_key(recipe.about), _form(recipe)
    key = repr((VERSIONS, code, snapshot.sha256, snapshot.own.version, viewer_key(shop), rules, about))
    return "" if " at 0x" in key else key  # what says no more of itself than where it lies


def _is_all_ours() -> bool:
    """Whether all definitions made so far are the house's: the source of others is not looked at."""
    lists = (METRICS.so_far, SEGMENTS.so_far, STUDIES.so_far, FITS.so_far, FRAMES)
    functions = (part for found in lists for each in found.values() for part in vars(each).values() if callable(part))
    return all(str(function.__module__).startswith("customary.") for function in functions)
