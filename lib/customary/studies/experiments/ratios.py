"""Outcomes of an experiment that are told per something else than a customer: net revenue per order."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.models.experiments import RatioArm
from customary.stats.intervals import share
from customary.studies.shared.arms import cap_outcomes, moment

# Ratio → what is counted, and what it is told per.
RATIOS = {"average_order_value": ("net_revenue", "order_count")}
PARTS = ("outcome", "per", "before", "before_per")


def _units(upper: ir.Table, lower: ir.Table, cap: float) -> ir.Table:
    """One row per customer with both parts of the ratio, `outcome` and `per`, and the same of before."""
    upper = upper.mutate(is_counted=upper.is_mature & upper.outcome.notnull())
    # The quantile is one of those who count, and whoever does not is told of all the same.
    upper = cap_outcomes(upper.filter(upper.is_counted), cap).union(upper.filter(~upper.is_counted))
    lower = lower.select("experiment", "customer_id", per="outcome", before_per="before")
    t = upper.left_join(lower, ["experiment", "customer_id"]).drop("experiment_right", "customer_id_right")
    # Of an amount before that nobody knows, its orders are not told of either.
    return t.mutate(before_per=ibis.cases((t.before.notnull(), t.before_per)))


def ratio_moments(upper: ir.Table, lower: ir.Table, cap: float = 1.0) -> ir.Table:
    """Each arm's customers who were watched to the end, and means, variances and covariances of the ratio's parts.

    `upper` and `lower` are the units of what is counted and of what it is told per, by `units_of`. `average` is the
    ratio of the means, `did_count` are those who have anything to be told per: they ordered.
    """
    t = _units(upper, lower, cap)
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
        average=share(t.outcome.sum(where=counts), t.per.sum(where=counts)),
        **means,
        **variances,
        **both,
    )
    return t.order_by("experiment", "arm")


def ratio_arm_of(row: Mapping[str, Any]) -> RatioArm:
    """An arm by a row of `ratio_moments`."""
    return RatioArm(
        int(row["customer_count"]),
        {name: moment(row[name]) for name in PARTS},
        {name: moment(row[f"{name}_variance"]) for name in PARTS},
        {(one, other): moment(row[f"{one}_with_{other}"]) for one, other in combinations(PARTS, 2)},
    )
