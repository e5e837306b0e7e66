"""Outcomes of an experiment that are told per something else than a customer: net revenue per order."""

from collections.abc import Mapping
from datetime import date
from itertools import combinations
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.models.experiments import RatioArm
from customary.studies.shared.arms import cap_outcomes
from customary.studies.shared.outcomes import of_experiments, question_of, units_of

# Ratio → what is counted, and what it is told per.
RATIOS = {"average_order_value": ("net_revenue", "order_count")}
PARTS = ("outcome", "per", "before", "before_per")


def _units(
    assignments: ir.Table,
    whole_orders: ir.Table,
    as_of: date,
    time_zone: str,
    present_frames: frozenset[str],
    outcome: str,
    within: str,
    cap: float,
) -> ir.Table:
    """One row per customer with both parts of the ratio, `outcome` and `per`, and the same of before."""
    upper, lower = (
        units_of(
            of_experiments(assignments),
            whole_orders,
            question_of(assignments, present_frames, as_of, time_zone, part, within),
        )
        for part in RATIOS[outcome]
    )
    upper = upper.mutate(is_counted=upper.is_mature & upper.outcome.notnull())
    # The quantile is one of those who count, and whoever does not is told of all the same.
    upper = cap_outcomes(upper.filter(upper.is_counted), cap).union(upper.filter(~upper.is_counted))
    lower = lower.select("experiment", "customer_id", per="outcome", before_per="before")
    t = upper.left_join(lower, ["experiment", "customer_id"]).drop("experiment_right", "customer_id_right")
    # Of an amount before that nobody knows, its orders are not told of either.
    return t.mutate(before_per=ibis.cases((t.before.notnull(), t.before_per)))


def ratio_moments(
    assignments: ir.Table,
    whole_orders: ir.Table,
    as_of: date,
    time_zone: str,
    present_frames: frozenset[str],
    outcome: str,
    within: str,
    cap: float = 1.0,
) -> ir.Table:
    """Each arm's customers who were watched to the end, and means, variances and covariances of the ratio's parts.

    `average` is the ratio of the means, `did_count` are those who have anything to be told per: they ordered.
    """
    t = _units(assignments, whole_orders, as_of, time_zone, present_frames, outcome, within, cap)
    counts, pairs = t.is_counted, list(combinations(PARTS, 2))
    means = {name: t[name].mean(where=counts) for name in PARTS}
    variances = {f"{name}_variance": t[name].var(how="sample", where=counts) for name in PARTS}
    both = {f"{one}_with_{other}": t[one].cov(t[other], how="sample", where=counts) for one, other in pairs}
    t = t.group_by("experiment", "arm").agg(
        assigned_count=_.count(),
        customer_count=counts.sum(),
        did_count=(counts & (t.per > 0)).sum(),
        immature_count=(~t.is_mature).sum(),
        unknown_count=(t.is_mature & t.outcome.isnull()).sum(),
        average=t.outcome.sum(where=counts) / t.per.sum(where=counts).nullif(0),
        **means,
        **variances,
        **both,
    )
    return t.order_by("experiment", "arm")


def _number(value: Any) -> float:
    """A moment; of nobody 0."""
    return 0.0 if value is None or value != value else float(value)


def ratio_arm_of(row: Mapping[str, Any]) -> RatioArm:
    """An arm by a row of `ratio_moments`."""
    return RatioArm(
        int(row["customer_count"]),
        {name: _number(row[name]) for name in PARTS},
        {name: _number(row[f"{name}_variance"]) for name in PARTS},
        {(one, other): _number(row[f"{one}_with_{other}"]) for one, other in combinations(PARTS, 2)},
    )
