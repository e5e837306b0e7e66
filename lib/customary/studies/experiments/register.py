"""The experiments of a shop and whether their arms are as large as they were meant to be."""

from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import fit, study
from customary.errors import Refused, unknown_name
from customary.models.experiments import sample_ratio
from customary.stats.intervals import share_of_all
from customary.studies.shared.outcomes import by_experiment, of_experiments

ALARM = 0.001  # below it arms of this size are no accident: shared out wrongly, or lost on the way (Fabijan 2019)


def arm_counts(assignments: ir.Table) -> ir.Table:
    """How many customers each arm of each experiment has."""
    t = (
        of_experiments(assignments)
        .group_by("experiment", "arm")
        .agg(
            customer_count=_.count(),
            first_on=_.day_on.min(),
            last_on=_.day_on.max(),
            undated_count=_.day_on.isnull().sum(),
        )
    )
    return t.order_by("experiment", "arm")


def shares_of(text: str) -> dict[str, float]:
    """The parts that arms were meant to have, as typed: "treated=9,control=1"."""
    pairs = [part.rpartition("=") for part in text.split(",")] if text else []
    if not all(name.strip() and number.strip().replace(".", "", 1).isdigit() for name, _sign, number in pairs):
        raise Refused("shares are parts by arm, such as treated=9,control=1, not “{text}”", text=text)
    return {name.strip(): float(number) for name, _sign, number in pairs}


@fit(table=arm_counts)
def arm_ratios(
    columns: Mapping[str, Any], *, experiment: str = "", shares: str = ""
) -> dict[tuple[str, str], tuple[float, float | None]]:
    """Experiment and arm → the customers it was meant to have, and the p-value of arms as uneven as these."""
    meant = shares_of(shares)
    found: dict[tuple[str, str], tuple[float, float | None]] = {}
    for name, rows in by_experiment(columns, experiment).items():
        counts = {str(row["arm"]): int(row["customer_count"]) for row in rows}
        for unknown in set(counts) - set(meant) if meant else ():
            raise unknown_name(unknown, meant, "arm")
        parts = [meant.get(arm, 1.0) for arm in counts]
        p_value = sample_ratio(list(counts.values()), parts)
        total = sum(counts.values())
        expected = {arm: total * part / sum(parts) for arm, part in zip(counts, parts, strict=True)}
        found |= {(name, arm): (expected[arm], p_value) for arm in counts}
    return found


@study(zh="实验登记", source="M34, C-089")
def experiments(
    assignments: ir.Table,
    arm_ratios: Mapping[tuple[str, str], tuple[float, float | None]],
    *,
    experiment: str = "",
    shares: str = "",
) -> ir.Table:
    """Every experiment with its arms: how many customers each has, since when, and whether that was chance.

    Arms are meant to be alike unless `shares` says otherwise, such as “treated=9,control=1”. `ratio_p_value` is the
    chance of arms at least as uneven, had customers been drawn so (chi-square); `is_drawn_as_meant` is false below
    0.001: then something put customers into arms, or lost them, for a reason, and no effect of the experiment holds.
    """
    t = arm_counts(assignments)
    t = t.mutate(customer_share=share_of_all(t.customer_count, "experiment"))
    kinds = {"experiment": "string", "arm": "string", "expected_count": "float64", "ratio_p_value": "float64"}
    rows = [dict(zip(kinds, (*key, *told), strict=True)) for key, told in arm_ratios.items()]
    t = t.inner_join(ibis.memtable(rows, schema=kinds), ["experiment", "arm"])
    return t.mutate(is_drawn_as_meant=t.ratio_p_value >= ALARM).order_by("experiment", "arm")
