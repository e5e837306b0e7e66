"""An experiment day by day: what could have been said at each look without being fooled by looking often."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
from ibis import _
from numpy.typing import NDArray

from customary.declare import fit, study
from customary.errors import Refused
from customary.models.looks import always_valid, bounds
from customary.studies.shared.outcomes import by_experiment, control_of, of_experiments, question_of, units_of

SPREAD = 0.1  # of the outcome's own standard deviation: effects thought likely before the start
Z = 1.96
type Rows = list[dict[str, Any]]
_KINDS = {
    **{"experiment": "string", "arm": "string", "control_arm": "string", "day_on": "date"},
    **{"customer_count": "int64", "control_count": "int64", "did_count": "int64", "control_did_count": "int64"},
    "difference": "float64",
    **{"low_difference": "float64", "high_difference": "float64", "z_score": "float64", "bound": "float64"},
    **{"is_past_bound": "boolean", "always_valid_p_value": "float64"},
}


def daily_sums(
    assignments: ir.Table,
    whole_orders: ir.Table,
    as_of: date,
    time_zone: str,
    present_frames: frozenset[str],
    *,
    outcome: str = "bought",
    within: str = "30d",
) -> ir.Table:
    """By day of assignment: each arm's customers watched to the end, the sum of their outcomes and of the squares."""
    asked = question_of(assignments, present_frames, as_of, time_zone, outcome, within)
    t = units_of(of_experiments(assignments), whole_orders, asked)
    t = t.filter(t.is_mature & t.outcome.notnull())
    t = t.group_by("experiment", "arm", "day_on").agg(
        n=_.count(),
        did=(_.outcome != 0).cast("int64").sum(),
        total=_.outcome.sum(),
        squares=(_.outcome * _.outcome).sum(),
    )
    return t.order_by("experiment", "arm", "day_on")


def _running(rows: list[Mapping[str, Any]], days: list[Any]) -> dict[str, NDArray[np.float64]]:
    """Count, mean and variance of the mean of all customers up to each day."""
    by_day = {row["day_on"]: row for row in rows}
    sums = [[by_day[day][name] if day in by_day else 0.0 for day in days] for name in ("n", "did", "total", "squares")]
    n, did, total, squares = np.cumsum(np.asarray(sums, dtype=np.float64), axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / n
        variance = np.maximum(squares - n * mean * mean, 0.0) / (n - 1) / n
    return {"n": n, "did": did, "mean": mean, "variance": variance}


def _looks(control: dict[str, NDArray[np.float64]], arm: dict[str, NDArray[np.float64]], planned: int) -> Rows:
    """One row per day from the first on which both arms vary; earlier ones allow no test."""
    difference, variance = arm["mean"] - control["mean"], arm["variance"] + control["variance"]
    n = arm["n"] + control["n"]
    able = np.flatnonzero(variance > 0)  # of fewer than two customers there is none
    if not able.size:
        return []
    times = n[able] / max(planned, n[-1])
    z, limits = difference[able] / np.sqrt(variance[able]), bounds(times)
    spread = SPREAD * float(np.sqrt(variance[-1] / (1 / arm["n"][-1] + 1 / control["n"][-1])))
    valid = always_valid(difference[able], variance[able], spread)
    half = Z * np.sqrt(variance[able])
    return [
        {
            "look": int(at),
            "customer_count": int(arm["n"][at]),
            "control_count": int(control["n"][at]),
            "did_count": int(arm["did"][at]),
            "control_did_count": int(control["did"][at]),
            "difference": float(difference[at]),
            "low_difference": float(difference[at] - half[k]),
            "high_difference": float(difference[at] + half[k]),
            "z_score": float(z[k]),
            "bound": float(limits[k]),
            "is_past_bound": bool(abs(z[k]) >= limits[k]),
            "always_valid_p_value": float(valid[k]),
        }
        for k, at in enumerate(able)
    ]


def _of_experiment(name: str, rows: list[dict[str, Any]], control: str, planned: int) -> Iterator[dict[str, Any]]:
    rows = [row for row in rows if row["day_on"] == row["day_on"]]  # no day is equal to nothing, not even to itself
    if not rows:
        raise Refused("nobody knows when customers were put into the arms of “{experiment}”", experiment=name)
    days = sorted({row["day_on"] for row in rows})
    arms = {str(arm): _running(list(told), days) for arm, told in groupby(rows, key=lambda row: str(row["arm"]))}
    base = control_of(name, list(arms), control)
    for arm in arms.keys() - {base}:
        for look in _looks(arms[base], arms[arm], planned):
            day = np.datetime64(days[look.pop("look")], "D").astype(object)
            yield {"experiment": name, "arm": arm, "control_arm": base, "day_on": day, **look}


@fit(table=daily_sums)
def look_verdicts(columns: Mapping[str, Any], *, experiment: str = "", control: str = "", planned: int = 0) -> Rows:
    """Each day of each experiment: the difference so far, the bound to pass, the p-value that always holds."""
    told = by_experiment(columns, experiment).items()
    return [found for name, rows in told for found in _of_experiment(name, rows, control, planned)]


@study(zh="实验逐日观察", source="M34", rests_on="dates")
def experiment_looks(
    assignments: ir.Table,
    look_verdicts: Rows,
    *,
    experiment: str = "",
    outcome: str = "bought",
    within: str = "30d",
    control: str = "",
    planned: int = 0,
) -> ir.Table:
    """What each day of an experiment said, for whoever looks before its end: customers by the day of their assignment.

    `difference` is that of all customers up to the day, its interval the one that holds for a single look. Who looks
    each day and stops at the first alarm is wrong far more often than in 5 % of experiments without effect:
    `is_past_bound` holds for all looks together, by O'Brien and Fleming's bounds over `planned` customers in both arms
    (0: as many as there are); `always_valid_p_value` holds however often one looks, and finds true effects more rarely.
    """
    if planned < 0:
        raise Refused("planned is the number of customers in both arms, or 0 for those who are there")
    t = ibis.memtable(look_verdicts, schema=_KINDS)
    return t.order_by("experiment", "arm", "day_on")
