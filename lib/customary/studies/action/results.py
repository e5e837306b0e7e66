"""What a delivered list changed: orders and revenue beyond those of the customers who were held out by lot."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import fit, study
from customary.frames.calendar import epoch_day
from customary.models.experiments import Effect, compare
from customary.stats.intervals import share
from customary.studies.shared.arms import arm_moments, arm_of
from customary.studies.shared.outcomes import by_experiment, question_of, units_of
from customary.studies.shared.spans import MICRO, instant_us

CONTACTED, HELD_OUT = "contacted", "hold-out"
OUTCOMES = {"bought": "buyers", "order_count": "orders", "net_revenue": "revenue"}
SHOWN = (
    *("experiment", "play", "list_offer", "sent_by", "sent_on", "hours_after_data"),
    *("contacted_count", "held_count", "immature_count"),
    *("delivered_count", "opened_count", "opened_rate", "clicked_count", "clicked_rate"),
    *("contacted_watched_count", "contacted_buyer_count", "contacted_rate"),
    *("held_watched_count", "held_buyer_count", "held_rate", "verdict", "contact_amount"),
    *("incremental_orders", "low_incremental_orders", "high_incremental_orders"),
    *("incremental_revenue", "low_incremental_revenue", "high_incremental_revenue"),
    *("cost_per_order", "low_cost_per_order", "high_cost_per_order"),
)
type Found = Mapping[tuple[str, str], Effect | None]


def _of_lists(assignments: ir.Table) -> ir.Table:
    """The assignments that a delivered list made: each says which play it served."""
    return assignments.filter(assignments.play.notnull())


def list_moments(
    assignments: ir.Table,
    whole_orders: ir.Table,
    as_of: date,
    time_zone: str,
    present_frames: frozenset[str],
    *,
    within: str = "30d",
) -> ir.Table:
    """Of each list and outcome the moments of who was contacted and of who was held out, watched to the end."""
    lists, found = _of_lists(assignments), []
    for name in OUTCOMES:
        asked = question_of(assignments, present_frames, as_of, time_zone, name, within)
        found.append(arm_moments(units_of(lists, whole_orders, asked)).mutate(outcome=ibis.literal(name)))
    return ibis.union(*found).order_by("outcome", "experiment", "arm")


@fit(table=list_moments)
def list_effects(columns: Mapping[str, Any]) -> Found:
    """List and outcome → what the contact changed per customer; None where nobody was held out or too few watched."""
    found: dict[tuple[str, str], Effect | None] = {}
    for outcome in OUTCOMES:
        chosen = [place for place, name in enumerate(columns["outcome"]) if name == outcome]
        rows = {name: [values[place] for place in chosen] for name, values in columns.items()}
        for name, told in by_experiment(rows, "").items():
            arms = {str(row["arm"]): arm_of(row) for row in told}
            both = CONTACTED in arms and HELD_OUT in arms
            found[name, outcome] = compare(arms[HELD_OUT], arms[CONTACTED]) if both else None
    return found


def _facts(assignments: ir.Table) -> ir.Table:
    """One row per list: what it offered, by which way, since when, to how many and for how much."""
    is_contacted = assignments.arm == CONTACTED
    return assignments.group_by("experiment").agg(
        play=_.play.min(),
        list_offer=_.list_offer.min(),
        sent_by=_.sent_by.min(),
        sent_on=_.day_on.min(),
        contacted_count=is_contacted.cast("int64").sum(),
        held_count=(assignments.arm == HELD_OUT).cast("int64").sum(),
        contact_amount=assignments.contact_amount.sum(where=is_contacted).cast("float64"),
        hours_after_data=_hours(assignments).min(),
    )


def _messages(assignments: ir.Table) -> ir.Table:
    """One row per list: to how many contacted its message is known to have come, how many opened it and clicked.

    A list of which nothing came back has no counts: not known is not none. Rates are shares of whom it came to.
    """
    columns = {"delivered": "message_delivered_at", "opened": "message_opened_at", "clicked": "message_clicked_at"}
    if not set(columns.values()) <= set(assignments.columns):
        assignments = assignments.mutate(**{name: ibis.null("timestamp") for name in columns.values()})
    contacted = assignments.filter(assignments.arm == CONTACTED)
    known = {name: contacted[column].count() for name, column in columns.items()}
    came = ibis.or_(*(contacted[column].notnull() for column in columns.values())).cast("int64").sum()
    t = contacted.group_by("experiment").agg(came=came, **known)
    counts = {f"{name}_count": ibis.cases((t[name] > 0, t[name])) for name in ("opened", "clicked")}
    t = t.mutate(delivered_count=ibis.cases((t.delivered > 0, t.came)), **counts)
    rates = {f"{name}_rate": share(t[f"{name}_count"], t.delivered_count) for name in ("opened", "clicked")}
    names = ("experiment", "delivered_count", "opened_count", "clicked_count")
    return t.mutate(**rates).select(*names, *rates)


def _hours(assignments: ir.Table) -> ir.FloatingValue:
    """Hours by the shop's clock from the end of the data that a list was drawn from until it arrived (M37)."""
    arrived = instant_us(assignments.assigned_local).cast("float64") / MICRO
    return (arrived - epoch_day(assignments.data_until) * 86_400) / 3600


def _rates(moments: ir.Table) -> ir.Table:
    """One row per list: who was watched to the end in either arm, and the share of them who bought."""
    t = moments.filter(moments.outcome == "bought")
    columns: dict[str, ir.Value] = {"immature_count": t.immature_count.sum()}
    for name, arm in (("contacted", CONTACTED), ("held", HELD_OUT)):
        columns |= {
            f"{name}_watched_count": t.customer_count.sum(where=t.arm == arm).fill_null(0),
            f"{name}_buyer_count": t.did_count.sum(where=t.arm == arm).fill_null(0),
            f"{name}_rate": t.average.max(where=t.arm == arm),
        }
    return t.group_by("experiment").agg(**columns)


def _verdict(bought: Effect | None, orders: Effect | None) -> str:
    """What can be said of the orders, where enough customers of either arm bought, and did not."""
    if bought is None or bought.is_rough or orders is None:
        return "too few"
    return "more" if orders.low > 0 else "fewer" if orders.high < 0 else "not clear"


def _extras(effects: Found) -> ir.Table:
    """Per list what the contact changed per customer, for each outcome, as a table."""
    kinds = {"experiment": "string", "verdict": "string"}
    kinds |= {f"{end}{name}": "float64" for name in OUTCOMES.values() for end in ("per_", "low_per_", "high_per_")}
    rows = []
    for experiment in dict.fromkeys(name for name, _outcome in effects):
        verdict = _verdict(effects[experiment, "bought"], effects[experiment, "order_count"])
        row: dict[str, Any] = {"experiment": experiment, "verdict": verdict}
        for outcome, name in OUTCOMES.items():
            effect = effects[experiment, outcome]
            ends = (effect.difference, effect.low, effect.high) if effect else (None, None, None)
            row |= dict(zip((f"per_{name}", f"low_per_{name}", f"high_per_{name}"), ends, strict=True))
        rows.append(row)
    return ibis.memtable(rows, schema=kinds)


def _sums(t: ir.Table) -> dict[str, ir.Value]:
    """The difference per customer times the customers who were contacted and watched to the end."""
    return {
        f"{end}incremental_{name}": t[f"{end}per_{name}"] * t.contacted_watched_count
        for name in ("orders", "revenue")
        for end in ("", "low_", "high_")
    }


def _costs(t: ir.Table) -> dict[str, ir.Value]:
    """What an incremental order cost in contacts, where more orders came than without."""
    each = share(t.contact_amount, t.contacted_count)
    ends = {"cost_per_order": "per_orders", "low_cost_per_order": "high_per_orders"}
    ends |= {"high_cost_per_order": "low_per_orders"}
    return {name: ibis.cases((t.verdict == "more", each / t[end])) for name, end in ends.items()}


def _in_words(t: ir.Table) -> ir.StringValue:
    return ibis.cases(
        (t.held_count == 0, "not attributable"),
        ((t.contacted_watched_count == 0) & (t.immature_count > 0), "too young"),
        else_=t.verdict.fill_null("too few"),
    )


@study(zh="名单成效", source="B-104, C-087, C-090", rests_on="dates")
def list_results(
    assignments: ir.Table,
    whole_orders: ir.Table,
    as_of: date,
    time_zone: str,
    present_frames: frozenset[str],
    list_effects: Found,
    *,
    within: str = "30d",
) -> ir.Table:
    """Every delivered list with what it brought: orders and revenue beyond those of customers held out by lot.

    Orders count that were placed `within` 30 days of the delivery, after refunds known today; customers whose days are
    not over yet are `immature_count` and in no figure. `incremental_orders` and `incremental_revenue` are the
    difference per customer between both arms times the customers contacted and watched to the end, with a 95 %
    interval. `verdict` is “more” or “fewer” where the interval of incremental orders leaves out zero, and “too few”
    where fewer than five customers of an arm bought, or fewer than five did not; only where it is “more” an incremental
    order has a cost. Where nobody was held out nothing can be attributed to the list. What came back of its messages is
    counted where any of it came back; mail programs that protect privacy open messages that nobody reads.
    """
    lists = _of_lists(assignments)
    moments = list_moments(assignments, whole_orders, as_of, time_zone, present_frames, within=within)
    t = _facts(lists).left_join(_rates(moments), "experiment").drop("experiment_right")
    t = t.left_join(_extras(list_effects), "experiment").drop("experiment_right")
    t = t.left_join(_messages(lists), "experiment").drop("experiment_right")
    t = t.mutate(**_sums(t), **_costs(t), verdict=_in_words(t))
    return t.select(*SHOWN).order_by(ibis.desc("sent_on"), "experiment")
