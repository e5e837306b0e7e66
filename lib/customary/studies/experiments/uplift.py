"""Whom an offer moves: customers ranked by what was known of them before, and what both arms did along that ranking."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import ibis.expr.types as ir
import numpy as np

from customary.declare import fit, study
from customary.stats.arrays import table_of
from customary.studies.experiments.before import NUMBERS, OWN, with_what_was_before
from customary.studies.experiments.segments import BEFORE, may_be_outcome
from customary.studies.shared.outcomes import control_of, of_experiments, question_of, units_of

if TYPE_CHECKING:  # fits are imported when something is fitted
    from customary.models.qini import GainCurve, Trial
    from customary.models.uplift import Grade

KEYS = {"experiment": "string", "arm": "string", "control_arm": "string", "uplift_method": "string"}
_COUNTS = {"customer_count": "int64", "did_count": "int64", "control_count": "int64", "control_did_count": "int64"}
_OF_METHOD = {
    **KEYS,
    **_COUNTS,
    **dict.fromkeys(("difference", "uplift_area", "qini", "low_qini", "high_qini"), "float64"),
    "verdict": "string",
}
_OF_CURVE = {
    **KEYS,
    **dict.fromkeys(("customer_share", "gain", "low_gain", "high_gain", "random_gain"), "float64"),
    **_COUNTS,
}
_OF_FIFTHS = {
    **KEYS,
    "fifth": "int64",
    **_COUNTS,
    **dict.fromkeys(("average", "control_average", "difference", "low_difference", "high_difference"), "float64"),
    **dict.fromkeys(NUMBERS, "float64"),
}


@dataclass(frozen=True)
class Moved:
    """One arm against its control by one method: the grade, none where too few took part, and the rows it is of."""

    experiment: str
    arm: str
    control_arm: str
    uplift_method: str
    trial: "Trial"
    grade: "Grade | None"
    rows: Mapping[str, Any]


type Uplifts = Mapping[tuple[str, str, str], Moved]


def uplift_units(
    assignments: ir.Table,
    whole_orders: ir.Table,
    whole_customers: ir.Table,
    as_of: date,
    time_zone: str,
    present_frames: frozenset[str],
    *,
    outcome: str = "bought",
    within: str = "30d",
    known: str = "",
) -> ir.Table:
    """One row per customer of an experiment who was watched to the end: arm, outcome, and what was known before."""
    t, names = of_experiments(assignments), [name.strip() for name in known.split(",") if name.strip()]
    units = units_of(t, whole_orders, question_of(assignments, present_frames, as_of, time_zone, outcome, within))
    units = units.filter(units.is_mature & units.outcome.notnull())
    units = units.select("experiment", "customer_id", "arm", "outcome")
    found = with_what_was_before(units, t, whole_orders, whole_customers, names)
    own = f"{OWN}{outcome}"  # what is to be told is not what it is told by
    found = found.drop(own) if own in found.columns else found
    return found.order_by("experiment", "arm", "customer_id")


@fit(table=uplift_units)
def uplift_grades(columns: Mapping[str, Any], *, experiment: str = "", control: str = "", known: str = "") -> Uplifts:
    """Experiment, arm and method → how well who is moved can be told, by customers that nothing was learned from."""
    from customary.models.uplift import METHODS, grade

    found = {}
    for name, base, arm, rows in _pairs(columns, experiment, control):
        trial = _trial(rows, known, arm)
        for method in METHODS:
            told = grade(trial, method) if trial.is_enough else None
            found[name, arm, method] = Moved(name, arm, base, method, trial, told, rows)
    return found


def _pairs(columns: Mapping[str, Any], experiment: str, control: str) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Each arm with its control: the rows of both."""
    from customary.errors import unknown_name

    names, arms = np.asarray(columns["experiment"], str), np.asarray(columns["arm"], str)
    every = list(dict.fromkeys(names))
    if experiment and every and experiment not in every:
        raise unknown_name(experiment, every, "experiment")
    for name in every if not experiment else [each for each in every if each == experiment]:
        here = names == name
        base = control_of(str(name), [str(arm) for arm in dict.fromkeys(arms[here])], control)
        for arm in dict.fromkeys(arms[here & (arms != base)]):
            both = here & ((arms == arm) | (arms == base))
            yield str(name), base, str(arm), {key: np.asarray(values)[both] for key, values in columns.items()}


def _before(rows: Mapping[str, Any], known: str) -> dict[str, Any]:
    """What may be learned from: numbers of orders, columns of customers, the arms' own words, and what is named."""
    named = {f"{OWN}{name.strip()}" for name in known.split(",")}
    own = [name for name in rows if name.startswith(OWN) and (name in named or not may_be_outcome(rows[name]))]
    return {name: rows[name] for name in (*NUMBERS, *(name for name in BEFORE if name in rows), *own)}


def _trial(rows: Mapping[str, Any], known: str, arm: str) -> "Trial":
    from customary.models.qini import Trial
    from customary.models.uplift import indicators

    outcome = np.asarray(rows["outcome"], float)
    return Trial(indicators(_before(rows, known)), np.asarray(rows["arm"], str) == arm, outcome)


def verdict_of_ranking(curve: "GainCurve | None") -> str:
    """What may be said of a ranking: that it knows something only where its interval leaves out zero."""
    if curve is None:
        return "too few"
    return "above" if curve.low_qini > 0 else "below" if curve.high_qini < 0 else "not clear"


def _with_grade(uplift_grades: Uplifts) -> Iterator[tuple[Moved, "Grade"]]:
    """Those of whom enough took part, with their grade."""
    for one in uplift_grades.values():
        if one.grade:
            yield one, one.grade


def _keys(one: Moved) -> dict[str, str]:
    return {name: getattr(one, name) for name in KEYS}


def _counts(one: Moved, chosen: Any = None) -> dict[str, int]:
    """Customers of the arm and of its control, and those of them whose outcome is not 0."""
    is_in = np.ones(len(one.trial.outcome), bool) if chosen is None else chosen
    arm, did = one.trial.is_treated, one.trial.outcome != 0
    found = [int((is_in & side & what).sum()) for side in (arm, ~arm) for what in (is_in, did)]
    return dict(zip(_COUNTS, found, strict=True))


def _table(rows: Sequence[Mapping[str, Any]], kinds: Mapping[str, str]) -> ir.Table:
    return table_of({name: [row[name] for row in rows] for name in kinds}, kinds)


@study(zh="优惠带动谁", source="M34, C-089", rests_on="dates")
def uplift(
    assignments: ir.Table,
    uplift_grades: Uplifts,
    *,
    experiment: str = "",
    outcome: str = "bought",
    within: str = "30d",
    control: str = "",
    known: str = "",
) -> ir.Table:
    """How well it can be told beforehand whom an arm of an experiment moves, who would not have done it otherwise.

    Customers are ranked by what was known before lots decided: their orders, who they are, and columns that came with
    the arms: words, and numbers only where `known` names them (numbers may be outcomes). `two models` learns each arm
    and takes the difference; `transformed outcome` learns the effect itself. Half of the customers is learned from,
    the other half graded, eleven times by lot; medians are told. `qini` is the area between the curve of gains and
    that of a random order, per customer, in the outcome's own unit (Radcliffe 2007); `verdict` is “above” only where
    its interval leaves out zero: else nobody can be said to be moved more than others, however large the effect is.
    """
    rows = []
    for one in uplift_grades.values():
        curve, arm = one.grade.gain if one.grade else None, one.trial.is_treated
        values = {name: getattr(curve, name) if curve else None for name in ("qini", "low_qini", "high_qini")}
        shift = float(one.trial.outcome[arm].mean() - one.trial.outcome[~arm].mean()) if arm.any() else None
        told = {"difference": shift, "uplift_area": curve.area if curve else None, **values}
        rows.append({**_keys(one), **_counts(one), **told, "verdict": verdict_of_ranking(curve)})
    return _table(rows, _OF_METHOD).order_by("experiment", "arm", "uplift_method")


@study(zh="增益曲线", source="M34, C-089", rests_on="dates")
def uplift_curve(
    assignments: ir.Table,
    uplift_grades: Uplifts,
    *,
    experiment: str = "",
    outcome: str = "bought",
    within: str = "30d",
    control: str = "",
    known: str = "",
) -> ir.Table:
    """What the first so many customers of a ranking would bring per customer of all, had only they the offer.

    The Qini curve of `uplift`, by the share of customers who are offered it, the one who is said to be moved most
    first; `random_gain` is that of a random order. Options are those of `uplift`.
    """
    rows = []
    for one, grade in _with_grade(uplift_grades):
        curve = grade.gain
        for place, part in enumerate(curve.shares):
            ends = {name: getattr(curve, name)[place] for name in ("gain", "low_gain", "high_gain")}
            told = {"customer_share": part, "random_gain": part * curve.gain[-1]}
            rows.append({**_keys(one), **told, **ends, **_counts(one)})
    return _table(rows, _OF_CURVE).order_by("experiment", "arm", "uplift_method", "customer_share")


@study(zh="增益五分组", source="M34, C-089", rests_on="dates")
def uplift_fifths(
    assignments: ir.Table,
    uplift_grades: Uplifts,
    *,
    experiment: str = "",
    outcome: str = "bought",
    within: str = "30d",
    control: str = "",
    known: str = "",
) -> ir.Table:
    """Fifths of customers by how much they are said to be moved: what the arm changed in each, and who they are.

    The first fifth is said to be moved most, by models that did not see them. Options are those of `uplift`; where its
    verdict is not “above”, fifths differ by chance. Who they are is told by what they had ordered before.
    """
    rows = []
    for one, grade in _with_grade(uplift_grades):
        fifths = grade.fifths
        number = np.argsort(np.argsort(grade.place, kind="stable")) * len(fifths.low) // len(grade.place)
        for place in range(len(fifths.low)):
            here = number == place
            told = {"fifth": place + 1, "average": fifths.treated[place], "control_average": fifths.control[place]}
            ends = {"low_difference": fifths.low[place], "high_difference": fifths.high[place]}
            known_of = {name: _mean(one.rows[name], here) for name in NUMBERS}
            told |= {"difference": fifths.difference[place], **ends, **known_of}
            rows.append({**_keys(one), **_counts(one, here), **told})
    return _table(rows, _OF_FIFTHS).order_by("experiment", "arm", "uplift_method", "fifth")


def _mean(values: Any, chosen: Any) -> float | None:
    """The average of those of whom it is known."""
    found = np.asarray(values, float)[chosen]
    found = found[~np.isnan(found)]
    return float(found.mean()) if len(found) else None
