"""What an arm of an experiment changed, with the interval that chance leaves."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import fit, study
from customary.errors import Refused
from customary.models.experiments import Arm, Effect, compare, holm
from customary.studies.experiments.outcomes import by_experiment, control_of, question_of, units_of

type Effects = Mapping[tuple[str, str], tuple[str, Effect | None, float | None]]
_MOMENTS = ("average", "variance", "before_average", "before_variance", "covariance")
_VALUES = {
    "difference": "difference",
    "low_difference": "low",
    "high_difference": "high",
    "relative_difference": "relative",
    "low_relative": "low_relative",
    "high_relative": "high_relative",
    "statistic": "statistic",
    "p_value": "p_value",
}


def cap_outcomes(units: ir.Table, cap: float) -> ir.Table:
    """Outcomes above this quantile of all customers of the experiment count as the quantile itself."""
    if not 0 < cap <= 1:
        raise Refused("cap is a quantile above 0 and up to 1, such as 0.99; 1 leaves all outcomes as they are")
    if cap == 1:
        return units
    most = units.group_by("experiment").agg(most=_.outcome.quantile(cap), most_before=_.before.quantile(cap))
    t = units.left_join(most, "experiment").drop("experiment_right")
    return t.mutate(
        outcome=ibis.cases((t.outcome > t.most, t.most), else_=t.outcome),
        before=ibis.cases((t.before > t.most_before, t.most_before), else_=t.before),
    ).drop("most", "most_before")


def arm_moments(
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
    """Each arm's customers who were watched to the end: how many, mean and variance of the outcome and of before."""
    asked = question_of(assignments, present_frames, as_of, time_zone, outcome, within)
    t = units_of(assignments, whole_orders, asked)
    t = t.mutate(counts=t.is_mature & t.outcome.notnull())
    counted = cap_outcomes(t.filter(t.counts), cap)
    counted = counted.group_by("experiment", "arm").agg(
        customer_count=_.count(),
        average=_.outcome.mean(),
        variance=_.outcome.var(how="sample"),
        before_average=_.before.mean(),
        before_variance=_.before.var(how="sample"),
        covariance=_.outcome.cov(_.before, how="sample"),
        is_share=((_.outcome == 0) | (_.outcome == 1)).all(),
    )
    whole = t.group_by("experiment", "arm").agg(
        assigned_count=_.count(),
        immature_count=(~_.is_mature).cast("int64").sum(),
        unknown_count=(_.is_mature & _.outcome.isnull()).cast("int64").sum(),
    )
    t = whole.left_join(counted, ["experiment", "arm"]).drop("experiment_right", "arm_right")
    return t.mutate(customer_count=t.customer_count.fill_null(0)).order_by("experiment", "arm")


def _number(value: Any) -> float:
    """A moment; of nobody, or where there is no “before”, 0."""
    return 0.0 if value is None or value != value else float(value)


def _arm(row: Mapping[str, Any], adjust: bool) -> Arm:
    number = {name: _number(row[name]) for name in _MOMENTS}
    arm = Arm(int(row["customer_count"]), number["average"], number["variance"], is_share=bool(row["is_share"]))
    if not adjust:
        return arm
    before, variance, both = (number[name] for name in _MOMENTS[2:])
    return replace(arm, before_mean=before, before_variance=variance, covariance=both)


@fit(table=arm_moments)
def arm_effects(
    columns: Mapping[str, Any], *, experiment: str = "", control: str = "", adjust: bool = False
) -> Effects:
    """Experiment and arm → its control, its effect where there can be one, and the p-value adjusted for all arms."""
    found: dict[tuple[str, str], tuple[str, Effect | None, float | None]] = {}
    for name, rows in by_experiment(columns, experiment).items():
        arms = {str(row["arm"]): _arm(row, adjust) for row in rows}
        base = control_of(name, list(arms), control)
        effects = {arm: compare(arms[base], told) for arm, told in arms.items() if arm != base}
        adjusted = holm({arm: effect.p_value for arm, effect in effects.items() if effect})
        found[name, base] = (base, None, None)
        found |= {(name, arm): (base, effect, adjusted.get(arm)) for arm, effect in effects.items()}
    return found


def _verdict(effect: Effect | None) -> str:
    if effect is None or effect.is_rough:
        return "too few"
    return "above" if effect.low > 0 else "below" if effect.high < 0 else "not clear"


def _rows(effects: Effects) -> ir.Table:
    """The effects as a table, one row per arm that is not the control."""
    names = ("experiment", "arm", "control_arm", *_VALUES, "adjusted_p_value")
    kinds = {name: "string" for name in names[:3]} | {name: "float64" for name in names[3:]} | {"verdict": "string"}
    rows = []
    for (experiment, arm), (base, effect, adjusted) in effects.items():
        values = {name: getattr(effect, key) if effect else None for name, key in _VALUES.items()}
        said = None if arm == base else _verdict(effect)
        told = {"experiment": experiment, "arm": arm, "control_arm": base, "adjusted_p_value": adjusted}
        rows.append({**told, **values, "verdict": said})
    return ibis.memtable(rows, schema={name: kinds[name] for name in (*names, "verdict")})


@study(zh="实验效果", source="M34, C-089")
def experiment_effect(
    assignments: ir.Table,
    whole_orders: ir.Table,
    as_of: date,
    time_zone: str,
    present_frames: frozenset[str],
    arm_effects: Effects,
    *,
    experiment: str = "",
    outcome: str = "bought",
    within: str = "30d",
    control: str = "",
    cap: float = 1.0,
    adjust: bool = False,
) -> ir.Table:
    """What each arm of an experiment changed, per customer who was put into it, against the control.

    `outcome`: “bought”, “order_count” or “net_revenue” (after refunds known today) of the orders placed within `within`
    of the assignment, or a column that came with the arms. Everybody counts who was put into an arm, reached or not,
    and could be watched to the end; `immature_count` says who could not, `unknown_count` whose outcome nobody
    knows. `difference` is the arm's average less the control's with a 95 % interval: of shares by the pooled z test, of
    other outcomes by Welch's t test. `adjust` takes out what the same customers did as long before (CUPED). `cap` lets
    outcomes above a quantile count as the quantile. `adjusted_p_value` allows for all arms of the experiment (Holm).
    `verdict` is “above” or “below” only where the interval leaves out zero.
    """
    frames = (assignments, whole_orders, as_of, time_zone, present_frames)
    t = arm_moments(*frames, outcome=outcome, within=within, cap=cap)
    shown = ("assigned_count", "customer_count", "immature_count", "unknown_count", "average")
    t = t.select("experiment", "arm", *shown)
    t = t.inner_join(_rows(arm_effects), ["experiment", "arm"])
    return t.order_by("experiment", t.arm != t.control_arm, "arm")
