"""Conditions on events as a question gives them: checked against the shop, and the events with the columns they ask."""

from collections.abc import Iterable, Mapping
from typing import Any

import ibis.expr.types as ir

from customary.cache import cached_per_snapshot
from customary.errors import Refused, unknown_name
from customary.query.selection import Scope, check_values, column_names, frame_rows, values_of, with_column
from customary.shop import Shop
from customary.studies.shared.conditions import EVENT, NAMES, Condition, Conditions, meets, values_asked

SPLITS = ("by", "hold")  # options that name columns of events
FRAME = "events"


def check_conditions(shop: Shop, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options, in their conditions each event's name looked for where it stands: in the vocabulary, or the source.

    Raises `UnknownName` with the nearest for a column that events do not have and for a value that stands in no event.
    """
    found = dict(options)
    for name, value in options.items():
        if isinstance(value, Conditions):
            _check(shop, value)
            found[name] = Conditions(_find_name(shop, condition) for condition in value)
    held = _names_in(options.get("hold"))
    _check_is_known(shop, held)
    if held and found.get("step"):
        _check_is_said(shop, found["step"], tuple(held))
    return found


def _names_in(option: Any) -> list[str]:
    """The columns that an option names with commas between."""
    return [name.strip() for name in str(option or "").split(",") if name.strip()]


def _check_is_known(shop: Shop, names: Iterable[str]) -> None:
    """Refuse to hold a value that no event has: nobody could get on, which would read like a fact."""
    for name in names:
        if name in column_names(shop, FRAME) and values_of(shop, name, FRAME) == (None,):
            raise Refused("no event of this shop says its {name}: it cannot be held", name=name)


@cached_per_snapshot
def _check_is_said(shop: Shop, steps: Conditions, held: tuple[str, ...]) -> None:
    """Refuse to hold a value that a step's events never have: nobody could get there, which would read like a fact."""
    t = asked_events(shop, Scope(), {"step": steps, "hold": ",".join(held)})
    pairs = [(step, name) for step in steps for name in held if name in t.columns]
    found = {f"has_{n}": (meets(t, step) & t[name].notnull()).any() for n, (step, name) in enumerate(pairs)}
    (row,) = shop.fetch(t.agg(**found)).to_pylist() if found else ({},)
    for n, (step, name) in enumerate(pairs):
        if not row[f"has_{n}"]:
            raise Refused(
                "no event of the step “{step}” says its {name}: it cannot be held", step=step.label, name=name
            )


def _check(shop: Shop, conditions: Conditions) -> None:
    known = _columns(shop)
    for name in conditions.columns:
        if name not in known:
            raise unknown_name(name, [EVENT, *known], "column of events")
    for name, values in values_asked(conditions).items():
        if name == EVENT:
            _check_names(shop, values)
        elif name in column_names(shop, FRAME):
            check_values(shop, [FRAME], [(name, values)])
        else:
            check_values(shop, ["products"], [(name, values)])


def _columns(shop: Shop) -> tuple[str, ...]:
    """What can be asked of an event: its own columns, its visit's, its customer's, and its product's."""
    products = shop.frame("products").columns if "product_id" in shop.frame(FRAME).columns else ()
    return tuple(dict.fromkeys((*column_names(shop, FRAME), *products)))


def _names(shop: Shop) -> dict[str, frozenset[str]]:
    """Column of an event's name → the names that stand in it."""
    return {name: frozenset(filter(None, values_of(shop, name, FRAME) or ())) for name in NAMES}


def _check_names(shop: Shop, wanted: Iterable[str]) -> None:
    known = frozenset().union(*_names(shop).values())
    for name in wanted:
        if known and name not in known:
            raise unknown_name(name, known, "event")


def _find_name(shop: Shop, condition: Condition) -> Condition:
    """The condition with `event` as the one column in which all the names that it asks stand, if there is one."""
    asked = dict(condition.parts).get(EVENT, ())
    fitting = [column for column, names in _names(shop).items() if asked and names.issuperset(asked)]
    return condition.with_names_in(fitting[0]) if fitting else condition


def asked_events(shop: Shop, scope: Scope, options: Mapping[str, Any]) -> ir.Table:
    """The events that count, in scope, with every column that the conditions, `by` and `hold` among the options name.

    A column of the product is looked up by the event's `product_id`. What nobody knows is left to the study to refuse.
    """
    t = frame_rows(shop, FRAME, scope).counting_rows()
    for name in _columns_asked(options):
        if name in t.columns:
            continue
        if name in column_names(shop, FRAME):
            t = with_column(shop, t, name, FRAME)
        elif name in _columns(shop):
            products = shop.frame("products").select(asked_product="product_id", **{name: name})
            t = t.left_join(products, t.product_id == products.asked_product).drop("asked_product")
    return t


def _columns_asked(options: Mapping[str, Any]) -> tuple[str, ...]:
    conditions = [value for value in options.values() if isinstance(value, Conditions)]
    found = [name for each in conditions for name in each.columns]
    for option in SPLITS:
        found += _names_in(options.get(option))
    return tuple(dict.fromkeys(found))
