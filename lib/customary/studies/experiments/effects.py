"""What an arm of an experiment changed, with the interval that chance leaves."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

import ibis
import ibis.expr.types as ir

from customary.declare import fit, study
from customary.models.experiments import Effect, compare, compare_ratios, holm
from customary.studies.experiments.ratios import RATIOS, ratio_arm_of, ratio_moments
from customary.studies.shared.arms import arm_moments, arm_of, with_control
from customary.studies.shared.outcomes import by_experiment, control_of, of_experiments, question_of, units_of

type Effects = Mapping[tuple[str, str], tuple[str, Effect | None, float | None]]
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


def experiment_moments(
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
    """Each arm's moments of the outcome, of the shop's experiments; of a ratio those of both its parts."""
    t, frames = of_experiments(assignments), (assignments, present_frames, as_of, time_zone)
    if outcome in RATIOS:
        upper, lower = (units_of(t, whole_orders, question_of(*frames, part, within)) for part in RATIOS[outcome])
        return ratio_moments(upper, lower, cap)
    asked = question_of(*frames, outcome, within, RATIOS)
    return arm_moments(units_of(t, whole_orders, asked), cap)


@fit(table=experiment_moments)
def arm_effects(
    columns: Mapping[str, Any], *, experiment: str = "", control: str = "", adjust: bool = False
) -> Effects:
    """Experiment and arm → its control, its effect where there can be one, and the p-value adjusted for all arms."""
    found: dict[tuple[str, str], tuple[str, Effect | None, float | None]] = {}
    hold = partial(_hold_ratios if "per" in columns else _hold_outcomes, adjust=adjust)
    for name, rows in by_experiment(columns, experiment).items():
        arms = {str(row["arm"]): row for row in rows}
        base = control_of(name, list(arms), control)
        effects = {arm: hold(arms[base], told) for arm, told in arms.items() if arm != base}
        adjusted = holm({arm: effect.p_value for arm, effect in effects.items() if effect})
        found[name, base] = (base, None, None)
        found |= {(name, arm): (base, effect, adjusted.get(arm)) for arm, effect in effects.items()}
    return found


def _hold_outcomes(control: Mapping[str, Any], treated: Mapping[str, Any], adjust: bool) -> Effect | None:
    return compare(arm_of(control, adjust), arm_of(treated, adjust))


def _hold_ratios(control: Mapping[str, Any], treated: Mapping[str, Any], adjust: bool) -> Effect | None:
    return compare_ratios(ratio_arm_of(control), ratio_arm_of(treated), adjust)


def verdict_of(effect: Effect | None) -> str:
    """What may be said of an effect: a direction only where its interval leaves out zero."""
    if effect is None or effect.is_rough:
        return "too few"
    return "above" if effect.low > 0 else "below" if effect.high < 0 else "not clear"


def _rows(effects: Effects) -> ir.Table:
    """The effects as a table, one row per arm that is not the control."""
    texts, numbers = ("experiment", "arm", "control_arm"), (*_VALUES, "adjusted_p_value")
    kinds = dict.fromkeys(texts, "string") | dict.fromkeys(numbers, "float64") | {"verdict": "string"}
    rows = []
    for (experiment, arm), (base, effect, adjusted) in effects.items():
        values = {name: getattr(effect, key) if effect else None for name, key in _VALUES.items()}
        said = None if arm == base else verdict_of(effect)
        told = {"experiment": experiment, "arm": arm, "control_arm": base, "adjusted_p_value": adjusted}
        rows.append({**told, **values, "verdict": said})
    return ibis.memtable(rows, schema=kinds)


@study(zh="实验效果", source="M34, C-089", rests_on="dates")
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
    of the assignment, “average_order_value” (net revenue per order of those who placed any, by the delta method), or a
    column that came with the arms. Everybody counts who was put into an arm, reached or not,
    and could be watched to the end; `immature_count` says who could not, `unknown_count` whose outcome nobody
    knows. `difference` is the arm's average less the control's with a 95 % interval: of shares by the pooled z test, of
    other outcomes by Welch's t test. `adjust` takes out what the same customers did as long before (CUPED). `cap` lets
    outcomes above a quantile count as the quantile. What an arm tells per order may differ because other orders were
    placed: look at the orders, too. `adjusted_p_value` allows for all arms of the experiment (Holm).
    `verdict` is “above” or “below” only where the interval leaves out zero.
    """
    frames = (assignments, whole_orders, as_of, time_zone, present_frames)
    t = experiment_moments(*frames, outcome=outcome, within=within, cap=cap)
    shown = ("assigned_count", "customer_count", "immature_count", "unknown_count", "did_count", "average")
    t = t.select("experiment", "arm", *shown)
    t = t.inner_join(_rows(arm_effects), ["experiment", "arm"])
    t = with_control(t)
    return t.order_by("experiment", t.arm != t.control_arm, "arm")
