"""Which questions are answered from what the build has counted already; the answer is the same, and nobody is told."""

from collections.abc import Callable, Mapping
from typing import Any

import ibis.expr.types as ir

from customary.query.selection import Scope, is_among
from customary.shop import Shop, cube_of
from customary.studies.visits.from_cubes import interactions_from, page_flow_from, pages_from

# Study → the cube that a selection cuts, those beside it, and what answers from them.
ANSWERS: Mapping[str, tuple[str, tuple[str, ...], Callable[..., ir.Table]]] = {
    "pages": ("page_days", (), pages_from),
    "page_flow": ("flow_days", (), page_flow_from),
    "interactions": ("doing_days", ("event_names",), interactions_from),
}


def answer_from_cubes(shop: Shop, name: str, scope: Scope, options: Mapping[str, Any]) -> ir.Table | None:
    """The rows of a study from its cubes; none where it has none, or one that does not know what is asked for."""
    if name not in ANSWERS:
        return None
    first, others, answer = ANSWERS[name]
    cubes = [cube_of(shop, each) for each in (first, *others)]
    if any(cube is None for cube in cubes):
        return None
    selected = _selected_rows(cubes[0], scope)
    return None if selected is None else answer(selected, *cubes[1:], **options)


def _selected_rows(cube: ir.Table, scope: Scope) -> ir.Table | None:
    """The rows of a cube in a selection; none where its rows do not know a column that is asked for."""
    if not {name for name, _wanted in scope.where} <= set(cube.columns):
        return None
    for name, wanted in scope.where:
        cube = cube.filter(is_among(cube[name], wanted).fill_null(False))
    return cube
