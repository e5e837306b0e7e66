"""How likely an arm is better than its control, and what choosing it would cost if it is not."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from customary.declare import fit, study
from customary.errors import Refused
from customary.models.posterior import Belief, believe
from customary.studies.experiments.effects import experiment_moments
from customary.studies.experiments.ratios import RATIOS
from customary.studies.shared.arms import arm_of, with_control
from customary.studies.shared.outcomes import OF_ORDERS, by_experiment, control_of

type Beliefs = Mapping[tuple[str, str], tuple[str, Belief | None]]
_VALUES = {
    "better_rate": "better",
    "expected_loss": "loss",
    "difference": "difference",
    "low_difference": "low",
    "high_difference": "high",
}


def chance_moments(
    assignments: ir.Table,
    whole_orders: ir.Table,
    as_of: date,
    time_zone: str,
    present_frames: frozenset[str],
    *,
    outcome: str = "bought",
    within: str = "30d",
    cap: float = 1.0,
) -> ir.Table:
    """Each arm's moments of an outcome per customer; a ratio of two is refused."""
    if outcome in RATIOS:
        template = "{outcome} is told per order, of which no posterior is known here: ask for {known}"
        raise Refused(template, outcome=outcome, known=", ".join(OF_ORDERS))
    frames = (assignments, whole_orders, as_of, time_zone, present_frames)
    return experiment_moments(*frames, outcome=outcome, within=within, cap=cap)


@fit(table=chance_moments)
def arm_chances(columns: Mapping[str, Any], *, experiment: str = "", control: str = "") -> Beliefs:
    """Experiment and arm → its control, and what is to be believed of it; None where too few were watched."""
    found: dict[tuple[str, str], tuple[str, Belief | None]] = {}
    for name, rows in by_experiment(columns, experiment).items():
        arms = {str(row["arm"]): arm_of(row) for row in rows}
        base = control_of(name, list(arms), control)
        found |= {(name, arm): (base, believe(arms[base], told)) for arm, told in arms.items() if arm != base}
    return found


def _rows(beliefs: Beliefs) -> ir.Table:
    kinds = {name: "string" for name in ("experiment", "arm", "control_arm")} | {name: "float64" for name in _VALUES}
    rows = [
        {"experiment": experiment, "arm": arm, "control_arm": base}
        | {name: getattr(belief, key) if belief else None for name, key in _VALUES.items()}
        for (experiment, arm), (base, belief) in beliefs.items()
    ]
    return ibis.memtable(rows, schema=kinds)


@study(zh="实验胜率", source="M34, C-089", rests_on="dates")
def experiment_chances(
    assignments: ir.Table,
    whole_orders: ir.Table,
    as_of: date,
    time_zone: str,
    present_frames: frozenset[str],
    arm_chances: Beliefs,
    *,
    experiment: str = "",
    outcome: str = "bought",
    within: str = "30d",
    control: str = "",
    cap: float = 1.0,
) -> ir.Table:
    """How likely each arm is truly better than its control, and what choosing it would cost per customer if it is not.

    `outcome`, `within`, `control` and `cap` are those of `experiment_effect`; a ratio of two outcomes is not told this
    way. `better_rate` is the chance, given who did what and nothing else known, that the arm's true average is higher;
    `expected_loss` is the average shortfall of giving the arm to everybody, over all that may be true: small where the
    arm is hardly ever worse, or never by much. `difference` lies between its ends with a chance of 95 %. Shares begin
    from a uniform distribution (beta-binomial), other outcomes from no knowledge at all (normal-gamma). Looking each
    day and stopping at a chance of 95 % is wrong far more often than in one of twenty: `experiment_looks` is for that.
    """
    frames = (assignments, whole_orders, as_of, time_zone, present_frames)
    t = chance_moments(*frames, outcome=outcome, within=within, cap=cap)
    t = t.filter(t.experiment == experiment) if experiment else t
    t = t.select("experiment", "arm", "customer_count", "did_count", "average")
    found = _rows(arm_chances)
    t = t.left_join(found, ["experiment", "arm"]).drop("experiment_right", "arm_right")
    t = with_control(t.mutate(control_arm=t.control_arm.max().over(group_by=t.experiment)))
    return t.order_by("experiment", t.arm != t.control_arm, "arm")
