"""What became of each customer of an experiment: an outcome of the shop's, or a column that came with the arms."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import ibis
import ibis.expr.types as ir

from customary.declare import METRICS
from customary.errors import Refused, unknown_name
from customary.studies.shared.spans import MICRO, midnight_us, span_seconds

# What orders tell of a customer within the window; a customer without any has 0.
OF_ORDERS = ("bought", "order_count", "net_revenue")
CONTROLS = (
    *("control", "control group", "none", "no e-mail", "no email", "holdout", "hold-out", "placebo", "baseline"),
    *("untreated", "对照", "对照组", "空白组"),
)
# What a list says that was delivered: no outcome of anybody's.
MESSAGES = ("message_delivered", "message_opened", "message_clicked")
OF_LISTS = (
    *("play", "list_offer", "sent_by", "contact_amount", "data_until"),
    *(f"{name}_at" for name in MESSAGES),
)
# Columns of the frame that say who, when and which; whatever else an assignment has may be its outcome.
_OURS = (
    *("experiment", "customer_id", "arm", "assigned_at", "assigned_local", "left_out_because", "ts_s", "day"),
    *("month_idx", "hour", "weekday", "day_on", "week_on", "month_on", "quarter_on", "year_on"),
)


@dataclass(frozen=True)
class Asked:
    """What is asked of experiments: the outcome, and the seconds that each customer is watched."""

    outcome: str
    seconds: int
    end_s: int  # the end of what the shop knows


def own_columns(names: Iterable[str]) -> list[str]:
    """The columns of assignments that came with the arms and may be an outcome."""
    return [name for name in names if name not in (*_OURS, *OF_LISTS) and not name.startswith("_")]


def of_experiments(assignments: ir.Table) -> ir.Table:
    """The assignments of experiments: delivered lists, which served a play, have a study of their own."""
    return assignments.filter(assignments.play.isnull())


def question_of(
    assignments: ir.Table,
    present_frames: frozenset[str],
    as_of: date,
    time_zone: str,
    outcome: str,
    within: str,
    others: Iterable[str] = (),
) -> Asked:
    """The question, checked: an outcome that the shop can tell, a span that has a length.

    `others` are outcomes that whoever asks knows besides, for whoever mistypes one.
    """
    own = own_columns(assignments.columns)
    if outcome not in (*OF_ORDERS, *own):
        raise unknown_name(outcome, [*OF_ORDERS, *others, *own], "outcome")
    if outcome in OF_ORDERS and "orders" not in present_frames:
        if not own:
            raise Refused("this shop has no orders, so nobody is known to have bought")
        raise Refused(
            "this shop has no orders, so nobody is known to have bought: name a column of the arms as the outcome: "
            "{columns}",
            columns=", ".join(own),
        )
    return Asked(outcome, span_seconds(within, "within"), midnight_us(as_of, time_zone) // MICRO)


def units_of(assignments: ir.Table, whole_orders: ir.Table, asked: Asked) -> ir.Table:
    """One row per customer of an experiment: arm, day, `outcome`, and `before`, the same of as long before.

    A window asked for is one of assignments: the orders are all of the shop's that count. `is_mature` says whether the
    customer could be watched to the end; of a column of the arms' own that is not asked.
    """
    t = assignments
    if asked.outcome not in OF_ORDERS:
        value = t[asked.outcome].try_cast("float64")
        nothing = ibis.literal(None, type="float64")
        return t.select("experiment", "arm", "customer_id", "day_on", outcome=value, before=nothing, is_mature=True)
    t = t.select("experiment", "arm", "customer_id", "day_on", "ts_s")
    t = t.mutate(is_mature=(t.ts_s + asked.seconds <= asked.end_s).fill_null(False))
    orders = whole_orders.filter(whole_orders.left_out_because.isnull())
    found = _sums(t, orders, asked, (0, asked.seconds), "outcome")
    earlier = _sums(t, orders, asked, (-asked.seconds, 0), "before")
    keys = ["experiment", "customer_id"]
    t = t.left_join(found, keys).drop("experiment_right", "customer_id_right")
    t = t.left_join(earlier, keys).drop("experiment_right", "customer_id_right")
    # Who bought nothing has 0; who bought at a price that nobody knows has an outcome that nobody knows.
    zero = {name: ibis.cases((t[f"{name}_orders"].isnull(), 0.0), else_=t[name]) for name in ("outcome", "before")}
    return t.mutate(**zero).drop("outcome_orders", "before_orders", "ts_s")


def _sums(units: ir.Table, orders: ir.Table, asked: Asked, ends: tuple[int, int], name: str) -> ir.Table:
    """Per customer what the orders tell that were placed between these seconds after the assignment."""
    o = orders.select("customer_id", "net_amount", "refund_amount", placed_s="ts_s")
    t = units.inner_join(o, "customer_id")
    t = t.filter((t.placed_s >= t.ts_s + ends[0]) & (t.placed_s < t.ts_s + ends[1]))
    n = METRICS["order_count"](t)
    # One price that is not known leaves the whole sum unknown; a shop that tells of no refund has had none.
    priced = METRICS["priced_order_count"](t) == n
    kept = (t.net_amount - t.refund_amount.fill_null(0)).sum().cast("float64")
    values = {
        "bought": ibis.literal(1.0),
        "order_count": n.cast("float64"),
        "net_revenue": ibis.cases((priced, kept)),
    }
    return t.group_by("experiment", "customer_id").agg(**{name: values[asked.outcome], f"{name}_orders": n})


def by_experiment(columns: Mapping[str, Any], experiment: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of a table by experiment, of the one that is named or of all; a name that none has is refused."""
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    found = {str(name): list(told) for name, told in groupby(rows, key=lambda row: row["experiment"])}
    if experiment and found and experiment not in found:
        raise unknown_name(experiment, found, "experiment")
    return {name: told for name, told in found.items() if experiment in ("", name)}


def control_of(experiment: str, arms: list[str], control: str) -> str:
    """The arm that others are held against: the one named, or the one whose name says so."""
    if control:
        if control not in arms:
            raise unknown_name(control, arms, "arm")
        return control
    found = [arm for arm in arms if arm.strip().lower() in CONTROLS]
    if len(found) == 1 or len(arms) == 1:  # a single arm is held against nothing
        return (found or arms)[0]
    template = "which arm of “{experiment}” is the control is not told by its name: say it by control; arms: {arms}"
    raise Refused(template, experiment=experiment, arms=", ".join(sorted(arms)))
