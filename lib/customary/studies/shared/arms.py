"""What each arm of an experiment tells of an outcome: customers, mean and variance, and the same of before."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.errors import Refused
from customary.models.experiments import Arm

_MOMENTS = ("average", "variance", "before_average", "before_variance", "covariance")


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


def arm_moments(units: ir.Table, cap: float = 1.0, by: tuple[str, ...] = ()) -> ir.Table:
    """Each arm's customers who were watched to the end: how many, mean and variance of the outcome and of before.

    `units` are those of `units_of`; `did_count` are the customers whose outcome is not 0. `by` splits the arms by more
    columns, of which nothing is unknown.
    """
    keys = ["experiment", *by, "arm"]
    counts = units.is_mature & units.outcome.notnull()
    # Who does not count has no outcome from here on, so that one pass over the customers tells everything.
    known = {name: ibis.cases((counts, units[name])) for name in ("outcome", "before")}
    t = cap_outcomes(units.mutate(is_unknown=units.is_mature & units.outcome.isnull(), **known), cap)
    t = t.group_by(keys).agg(
        assigned_count=_.count(),
        immature_count=(~_.is_mature).cast("int64").sum(),
        unknown_count=_.is_unknown.cast("int64").sum(),
        customer_count=_.outcome.count(),
        did_count=(_.outcome != 0).cast("int64").sum().fill_null(0),
        average=_.outcome.mean(),
        variance=_.outcome.var(how="sample"),
        before_average=_.before.mean(),
        before_variance=_.before.var(how="sample"),
        covariance=_.outcome.cov(_.before, how="sample"),
        is_share=((_.outcome == 0) | (_.outcome == 1)).all(),
    )
    return t.order_by(keys)


def with_control(t: ir.Table, *by: str) -> ir.Table:
    """The arms with `control_did_count`: how many customers of the experiment's control did it, of the same `by`."""
    of_control = t.did_count.max(where=t.arm == t.control_arm)  # the control is one row
    return t.mutate(control_did_count=of_control.over(group_by=["experiment", *by]))


def moment(value: Any) -> float:
    """A moment; of nobody, or where there is no “before”, 0."""
    return 0.0 if value is None or value != value else float(value)


def arm_of(row: Mapping[str, Any], adjust: bool = False) -> Arm:
    """An arm by a row of `arm_moments`; to `adjust` takes along what was before."""
    number = {name: moment(row[name]) for name in _MOMENTS}
    arm = Arm(int(row["customer_count"]), number["average"], number["variance"], is_share=bool(row["is_share"]))
    if not adjust:
        return arm
    before, variance, both = (number[name] for name in _MOMENTS[2:])
    return replace(arm, before_mean=before, before_variance=variance, covariance=both)
