"""What goes with satisfaction when everything else is held equal: one linear model of all that happened."""

from collections.abc import Iterator

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from ibis import _

from customary.declare import study
from customary.models.linear import Fit, fit_grouped
from customary.shop import Shop
from customary.stats.intervals import Z
from customary.studies.voice.experience import FACTORS, UNKNOWN, experiences

# Days to delivery say almost the same as late or on time, so that only one of them can be in the model.
IN_MODEL = tuple(name for name in FACTORS if name != "delivery_time")
ROWS = {
    "factor": "string",
    "level": "string",
    "against": "string",
    "answer_count": "int64",
    "effect": "float64",
    "least_effect": "float64",
    "most_effect": "float64",
    "model_answer_count": "int64",
    "explained_rate": "float64",
}


def _levels(groups: pa.Table, fewest: int) -> dict[str, list[tuple[str, int]]]:
    """Factor → its levels with their answers, the commonest first: all are held against it. Rare ones share a name."""
    found = {}
    for factor in IN_MODEL:
        sizes: dict[str, int] = {}
        for level, n in zip(groups[factor].to_pylist(), groups["n"].to_pylist(), strict=True):
            sizes[level] = sizes.get(level, 0) + n
        ranked = sorted(sizes.items(), key=lambda pair: (pair[0] == UNKNOWN, -pair[1], pair[0]))
        if len([level for level, n in ranked if level != UNKNOWN and n >= fewest]) > 1:
            found[factor] = ranked
    return found


def _fitted(groups: pa.Table, levels: dict[str, list[tuple[str, int]]]) -> Fit:
    columns = [np.ones(groups.num_rows)]
    for factor, ranked in levels.items():
        own = np.array(groups[factor].to_pylist(), dtype=object)
        columns += [(own == level).astype(float) for level, _n in ranked[1:]]
    n, total, squares = (groups[name].to_numpy().astype(float) for name in ("n", "total", "squares"))
    return fit_grouped(np.column_stack(columns), n, total, squares)


def _rows(levels: dict[str, list[tuple[str, int]]], fit: Fit, fewest: int) -> Iterator[dict[str, object]]:
    place = 1
    for factor, ranked in levels.items():
        for level, n in ranked[1:]:
            effect, error = float(fit.coefficients[place]), float(fit.standard_errors[place])
            place += 1
            if level != UNKNOWN and n >= fewest and np.isfinite(effect):
                span = {"effect": effect, "least_effect": effect - Z * error, "most_effect": effect + Z * error}
                named = {"factor": factor, "level": level, "against": ranked[0][0], "answer_count": n}
                yield {**named, **span, "model_answer_count": fit.observations, "explained_rate": fit.r_squared}


@study(zh="满意度联合影响", source="C-029")
def satisfaction_effects(
    shop: Shop,
    responses: ir.Table,
    orders: ir.Table,
    items: ir.Table,
    tickets: ir.Table,
    *,
    survey: str = "nps",
    fewest: int = 20,
) -> ir.Table:
    """How far the score moves with each thing that happened to the order while all the others are held equal.

    A linear model of the score on delivery, returns, complaint, discount, first order, channel and category; `effect`
    is in points of the survey's scale against the commonest level, `explained_rate` the share of the variance that the
    whole model explains. An association: nothing was assigned by chance.
    """
    t = experiences(responses, orders, items, tickets, survey)
    groups = t.group_by(*IN_MODEL).agg(n=_.count(), total=_.score.sum(), squares=(_.score * _.score).sum())
    found = shop.fetch(groups.order_by(*IN_MODEL))
    levels = _levels(found, fewest)
    rows = list(_rows(levels, _fitted(found, levels), fewest)) if levels else []
    table = pa.Table.from_pylist(rows, schema=ibis.schema(ROWS).to_pyarrow())
    return ibis.memtable(table, schema=ROWS).order_by("effect", "factor", "level")
