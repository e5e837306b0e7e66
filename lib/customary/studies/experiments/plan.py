"""Before an experiment: how many customers it takes to see an effect, and whether the shop has them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import fit, study
from customary.errors import Refused, unknown_name
from customary.models.design import Baseline, customers_needed, power_of
from customary.studies.shared.outcomes import OF_ORDERS, question_of, units_of

LIFTS = (0.02, 0.05, 0.1, 0.2, 0.5)
YEAR_S = 365 * 86_400
_KINDS = {
    **{"relative_lift": "float64", "expected_average": "float64", "needed_count": "int64"},
    **{"available_count": "int64", "did_count": "int64", "power_rate": "float64"},
    **{"is_reachable": "boolean", "average": "float64"},
}
type Plan = list[dict[str, Any]]


def _eligible(customers: ir.Table, whole_orders: ir.Table, start_s: int) -> ir.Table:
    """Which of the customers had bought in the year before the window began, as if put into arms at its beginning."""
    t = whole_orders.filter(whole_orders.left_out_because.isnull()).semi_join(customers, "customer_id")
    t = t.filter((t.ts_s >= start_s - YEAR_S) & (t.ts_s < start_s)).select("customer_id").distinct()
    start = ibis.literal(start_s, "int64")
    return t.mutate(experiment=ibis.literal(""), arm=ibis.literal(""), ts_s=start, day_on=ibis.null("date"))


def plan_baseline(
    assignments: ir.Table,
    customers: ir.Table,
    whole_orders: ir.Table,
    as_of: date,
    time_zone: str,
    present_frames: frozenset[str],
    *,
    outcome: str = "bought",
    within: str = "30d",
) -> ir.Table:
    """What the buyers of a year did in the last days: customers, mean and variance of the outcome."""
    if outcome not in OF_ORDERS:
        raise unknown_name(outcome, OF_ORDERS, "outcome")
    asked = question_of(assignments, present_frames, as_of, time_zone, outcome, within)
    units = units_of(_eligible(customers, whole_orders, asked.end_s - asked.seconds), whole_orders, asked)
    t = units.filter(units.outcome.notnull())
    did = (t.outcome != 0).cast("int64").sum().coalesce(0)
    return t.agg(n=_.count(), did=did, mean=_.outcome.mean(), variance=_.outcome.var(how="sample"))


def _check(control_share: float, power: float) -> None:
    if not 0 < control_share < 1:
        raise Refused("control_share is a share between 0 and 1, not {share}", share=control_share)
    if not 0.5 <= power < 1:
        raise Refused("power is a chance from 0.5 to below 1, not {power}", power=power)


@fit(table=plan_baseline)
def plan_sizes(
    columns: Mapping[str, Any], *, outcome: str = "bought", control_share: float = 0.5, power: float = 0.8
) -> Plan:
    """For each relative effect the customers needed to find it, and the chance to find it with all there are."""
    _check(control_share, power)
    n, did = int(columns["n"][0]), int(columns["did"][0])
    if not n:
        return []
    mean, variance = (float(columns[name][0]) for name in ("mean", "variance"))
    base, found = Baseline(mean, variance, is_share=outcome == "bought"), []
    for lift in LIFTS:
        needed = customers_needed(base, lift, control_share, power)
        facts = {"relative_lift": lift, "expected_average": mean * (1 + lift), "needed_count": needed, "average": mean}
        is_enough = None if needed is None else needed <= n
        chance = None if needed is None else power_of(base, lift, control_share, n)
        found.append({**facts, "available_count": n, "did_count": did, "power_rate": chance, "is_reachable": is_enough})
    return found


@study(zh="实验设计", source="C-089", rests_on="dates")
def experiment_plan(
    assignments: ir.Table,
    customers: ir.Table,
    whole_orders: ir.Table,
    as_of: date,
    time_zone: str,
    present_frames: frozenset[str],
    plan_sizes: Plan,
    *,
    outcome: str = "bought",
    within: str = "30d",
    control_share: float = 0.5,
    power: float = 0.8,
) -> ir.Table:
    """How many customers an experiment needs to see an effect of 2 to 50 %, and whether the shop has them today.

    The baseline is what buyers of a year did in the last `within` 30 days without an experiment: the share who
    bought, orders or net revenue per customer (`outcome`). `needed_count` are both arms together, `control_share` of
    them in the control, for a two-sided test at 5 % that finds the effect with the chance `power`; `available_count`
    are the buyers of a year among those asked for, `power_rate` the chance to find it with all of them. All are put
    into arms on one day, so the experiment lasts as long as each is watched; whoever looks earlier needs the bounds
    of `experiment_looks`.
    """
    rows = [{name: row[name] for name in _KINDS} for row in plan_sizes]
    return ibis.memtable(rows, schema=_KINDS).order_by("relative_lift")
