"""What goes with satisfaction when everything else is held equal: one linear model of all that happened."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir
import numpy as np
from ibis import _

from customary.declare import fit, study
from customary.models.linear import LinearFit, fit_grouped
from customary.stats.arrays import table_of
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
Levels = Mapping[str, list[tuple[str, int]]]


@dataclass(frozen=True)
class SatisfactionModel:
    """The linear model of a survey's score: per factor its levels with their answers, the reference level first.

    The coefficients of `fit` are the intercept, then each factor's levels after its first, in this order.
    """

    levels: Levels
    fit: LinearFit


def _levels(columns: Mapping[str, Any], fewest: int) -> Levels:
    """Factor → its levels with their answers, the commonest first, which is the reference.

    A factor with fewer than two levels of at least `fewest` answers is left out.
    """
    found = {}
    for factor in IN_MODEL:
        sizes: dict[str, int] = {}
        for level, n in zip(columns[factor].tolist(), columns["n"].tolist(), strict=True):
            sizes[level] = sizes.get(level, 0) + n
        ranked = sorted(sizes.items(), key=lambda pair: (pair[0] == UNKNOWN, -pair[1], pair[0]))
        if len([level for level, n in ranked if level != UNKNOWN and n >= fewest]) > 1:
            found[factor] = ranked
    return found


def experience_groups(
    responses: ir.Table, orders: ir.Table, items: ir.Table, tickets: ir.Table, *, survey: str = "nps"
) -> ir.Table:
    """Each combination of levels that was answered for: answers `n`, sum of their scores, and of their squares."""
    groups = experiences(responses, orders, items, tickets, survey).group_by(*IN_MODEL)
    sums = groups.agg(n=_.count(), total=_.score.sum(), squares=(_.score * _.score).sum())
    return sums.order_by(*IN_MODEL)


@fit(table=experience_groups)
def satisfaction_model(columns: Mapping[str, Any], *, fewest: int = 20) -> SatisfactionModel:
    """Linear model of a survey's score on what happened to the order, with standard errors for unequal variances."""
    levels = _levels(columns, fewest)
    design = [np.ones(len(columns["n"]))]
    for factor, ranked in levels.items():
        design += [(columns[factor] == level).astype(float) for level, _n in ranked[1:]]
    n, total, squares = (columns[name].astype(float) for name in ("n", "total", "squares"))
    return SatisfactionModel(levels, fit_grouped(np.column_stack(design), n, total, squares))


def _rows(model: SatisfactionModel, fewest: int) -> Iterator[dict[str, Any]]:
    """One row per level compared with its factor's reference, without rare, unknown and inseparable ones."""
    found, place = model.fit, 0
    for factor, ranked in model.levels.items():
        for level, n in ranked[1:]:
            place += 1
            effect, error = float(found.coefficients[place]), float(found.standard_errors[place])
            if level == UNKNOWN or n < fewest or not np.isfinite(effect):
                continue
            yield {
                "factor": factor,
                "level": level,
                "against": ranked[0][0],
                "answer_count": n,
                "effect": effect,
                "least_effect": effect - Z * error,
                "most_effect": effect + Z * error,
                "model_answer_count": found.observations,
                "explained_rate": found.r_squared,
            }


@study(zh="满意度联合影响", source="C-029")
def satisfaction_effects(satisfaction_model: SatisfactionModel, *, survey: str = "nps", fewest: int = 20) -> ir.Table:
    """How far the score moves with each thing that happened to the order while all the others are held equal.

    A linear model of the score on delivery, returns, complaint, discount, first order, channel and category; `effect`
    is in points of the survey's scale against the commonest level, `explained_rate` the share of the variance that the
    whole model explains. Levels with fewer than `fewest` answers are not shown. An association: nothing was assigned
    by chance.
    """
    rows = list(_rows(satisfaction_model, fewest))
    columns = {name: [row[name] for row in rows] for name in ROWS}
    return table_of(columns, ROWS).order_by("effect", "factor", "level")
