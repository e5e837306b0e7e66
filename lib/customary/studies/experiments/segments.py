"""For whom an arm changed something: its effect by what was known of customers, allowing for every group looked at."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Any

import ibis
import ibis.expr.types as ir

from customary.declare import fit, study
from customary.errors import Refused, unknown_name
from customary.models.experiments import Effect, benjamini_hochberg, compare
from customary.studies.experiments.effects import verdict_of
from customary.studies.shared.arms import arm_moments, arm_of, with_control
from customary.studies.shared.outcomes import (
    by_experiment,
    control_of,
    of_experiments,
    own_columns,
    question_of,
    units_of,
)

# What does not change with an offer. Stages and tiers do: who moved because of the arm would be compared with who did
# not, and the groups of both arms would no longer be alike.
BEFORE = (
    *("gender", "age_band", "country", "region", "city", "acquisition_channel", "occupation", "education"),
    "referred_by",
)
_VALUES = ("difference", "low", "high", "relative", "low_relative", "high_relative", "p_value")
_KINDS = {
    **{name: "string" for name in ("experiment", "label", "arm", "control_arm")},
    **{"difference": "float64", "low_difference": "float64", "high_difference": "float64"},
    **{"relative_difference": "float64", "low_relative": "float64", "high_relative": "float64"},
    **{"p_value": "float64", "adjusted_p_value": "float64", "verdict": "string"},
}
_NUMBER = re.compile(r"[-+]?[0-9]+(?:[.,][0-9]+)?|true|false", re.IGNORECASE)
UNKNOWN = ""  # stands for the NULL group in keys of Python
type Place = tuple[str, str, str]
type Segments = Mapping[Place, tuple[str, Effect | None, float | None]]


def may_be_outcome(labels: Iterable[Any]) -> bool:
    """Whether all values of a column are numbers: an arm may have brought them about as well as found them."""
    known = {str(label) for label in labels if label not in (None, UNKNOWN)}
    return bool(known) and all(_NUMBER.fullmatch(label.strip()) for label in known)


def _with_label(assignments: ir.Table, customers: ir.Table, by: str) -> ir.Table:
    """Customer and experiment → the group that a column names, of those that came with the arms or of customers."""
    own = own_columns(assignments.columns)
    known = [name for name in BEFORE if name in customers.columns]
    if by in own:
        return assignments.select("experiment", "customer_id", label=assignments[by].cast("string"))
    if by not in known:
        raise unknown_name(by, [*known, *own], "column known before an experiment")
    t = assignments.select("experiment", "customer_id")
    return t.left_join(customers, "customer_id").select("experiment", "customer_id", label=customers[by].cast("string"))


def segment_moments(
    assignments: ir.Table,
    whole_orders: ir.Table,
    whole_customers: ir.Table,
    as_of: date,
    time_zone: str,
    present_frames: frozenset[str],
    *,
    by: str = "country",
    outcome: str = "bought",
    within: str = "30d",
    cap: float = 1.0,
) -> ir.Table:
    """Each arm's moments of the outcome in each group; of whom the group is not known it is ""."""
    asked = question_of(assignments, present_frames, as_of, time_zone, outcome, within)
    t = of_experiments(assignments)
    labels = _with_label(t, whole_customers, by)
    keys = ["experiment", "customer_id"]
    t = units_of(t, whole_orders, asked).left_join(labels, keys).drop(*(f"{key}_right" for key in keys))
    return arm_moments(t.mutate(label=t.label.fill_null(UNKNOWN)), cap, by=("label",))


def _effects_by_arm(rows: list[dict[str, Any]], base: str, adjust: bool) -> Iterator[tuple[Place, Effect | None]]:
    """The effects of one experiment, group by group, against the control of the same group."""
    for label, told in groupby(rows, key=lambda row: row["label"]):
        arms = {str(row["arm"]): arm_of(row, adjust) for row in told}
        for arm in arms:
            if arm != base:
                effect = compare(arms[base], arms[arm]) if base in arms else None
                yield (str(rows[0]["experiment"]), str(label), arm), effect


@fit(table=segment_moments)
def segment_effects(
    columns: Mapping[str, Any],
    *,
    by: str = "country",
    experiment: str = "",
    control: str = "",
    adjust: bool = False,
) -> Segments:
    """Experiment, group and arm → its control, its effect, and the p-value adjusted for all groups and arms."""
    if by not in BEFORE and may_be_outcome(columns["label"]):
        template = "the values of {column} are numbers, which an arm may have brought about: split by a column of words"
        raise Refused(template, column=by)
    found: dict[Place, tuple[str, Effect | None, float | None]] = {}
    for name, rows in by_experiment(columns, experiment).items():
        base = control_of(name, sorted({str(row["arm"]) for row in rows}), control)
        effects = dict(_effects_by_arm(rows, base, adjust))
        adjusted = benjamini_hochberg({place: one.p_value for place, one in effects.items() if one})
        found |= {place: (base, one, adjusted.get(place)) for place, one in effects.items()}
    return found


def _rows(found: Segments, false_rate: float) -> ir.Table:
    rows = []
    for (experiment, label, arm), (base, effect, adjusted) in found.items():
        values = [getattr(effect, name) if effect else None for name in _VALUES]
        is_clear = adjusted is not None and adjusted <= false_rate
        said = verdict_of(effect)
        said = "not clear" if said in ("above", "below") and not is_clear else said
        rows.append((experiment, label, arm, base, *values, adjusted, said))
    return ibis.memtable([dict(zip(_KINDS, row, strict=True)) for row in rows], schema=_KINDS)


@study(zh="实验分人群效果", source="M34, C-089", rests_on="dates")
def experiment_segments(
    assignments: ir.Table,
    whole_orders: ir.Table,
    whole_customers: ir.Table,
    as_of: date,
    time_zone: str,
    present_frames: frozenset[str],
    segment_effects: Segments,
    *,
    by: str = "country",
    experiment: str = "",
    outcome: str = "bought",
    within: str = "30d",
    control: str = "",
    cap: float = 1.0,
    adjust: bool = False,
    false_rate: float = 0.05,
) -> ir.Table:
    """What each arm of an experiment changed in each group of customers, against the control of the same group.

    `by` is a column that no arm can change: gender, age, country, region, where the customer came from, or one of words
    that came with the arms (numbers there may be outcomes, and are refused). `outcome`, `within`, `control`, `cap` and
    `adjust` are those of `experiment_effect`. Whoever looks at many groups finds some by chance: `adjusted_p_value`
    allows for all groups and arms of an experiment (Benjamini and Hochberg), and `verdict` is “above” or “below” only
    where it is at most `false_rate` and the interval leaves out zero. That one group is clear and another is not does
    not say that the two differ.
    """
    frames = (assignments, whole_orders, whole_customers, as_of, time_zone, present_frames)
    t = segment_moments(*frames, by=by, outcome=outcome, within=within, cap=cap)
    t = t.filter(t.experiment == experiment) if experiment else t
    shown = ("assigned_count", "customer_count", "immature_count", "unknown_count", "did_count", "average")
    t = t.select("experiment", "label", "arm", *shown)
    keys = ["experiment", "label", "arm"]
    effects = _rows(segment_effects, false_rate)
    t = t.left_join(effects, keys).drop(*(f"{key}_right" for key in keys))
    t = with_control(t.mutate(control_arm=t.control_arm.max().over(group_by=t.experiment)), "label")
    t = t.mutate(label=t.label.nullif(UNKNOWN))
    t = t.mutate(size=t.assigned_count.sum().over(group_by=[t.experiment, t.label]))
    return t.order_by("experiment", t.label.isnull(), t.size.desc(), "label", t.arm != t.control_arm, "arm").drop(
        "size"
    )
