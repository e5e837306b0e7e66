"""How the crowd of buyers renews itself: new, returning, resurrecting and dormant, period by period."""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike, month_number
from customary.declare import study
from customary.errors import unknown_name
from customary.frames.calendar import day_of
from customary.rules.book import RuleBook
from customary.stats.intervals import share
from customary.studies.shared.windows import date_value, day_count, days_of

SPANS = {"month": 1, "quarter": 3, "year": 12}
KINDS = ("new", "returning", "resurrecting")


def _kinds(orders: ir.Table, months: int) -> ir.Table:
    """Period → active customers by what they are there: new, returning from the period before, or from longer ago."""
    born = (orders.cohort_on.year() * 12 + orders.cohort_on.month() - 1) // months
    t = orders.mutate(period=(orders.month_idx // months).cast("int32"), born=born.cast("int32"))
    t = t.group_by("customer_id", "period").agg(born=_.born.min())
    before = t.period.lag().over(group_by=t.customer_id, order_by=t.period)
    kind = ibis.cases(
        (t.period == t.born, "new"), ((before == t.period - 1).fill_null(False), "returning"), else_="resurrecting"
    )
    t = t.mutate(kind=kind)
    counts = {f"{name}_count": (t.kind == name).sum() for name in KINDS}
    return t.group_by("period").agg(active_count=t.count(), **counts)


def _overlaps(on: ir.DateValue, months: int, during: WindowLike) -> ir.BooleanValue:
    """Whether a period has a day in common with the window."""
    start, end = days_of(during)
    first, last = date_value(start), day_of(day_count(end) - 1)
    first_period, period, last_period = ((day.year() * 12 + day.month() - 1) // months for day in (first, on, last))
    return (period >= first_period) & (period <= last_period)


@study(zh="客户流转", source="B-073…B-077", rests_on="dates")
def lifecycle_flow(
    named_orders: ir.Table,
    as_of: date,
    first_on: date,
    shop_rules: RuleBook,
    *,
    every: str = "month",
    during: WindowLike | None = None,
) -> ir.Table:
    """Buyers of each period: new, returning from the one before, or back after a pause; and who stayed away.

    Active = new + returning + resurrecting; dormant = active of the period before − returning. `is_complete` is false
    while a period is not over; `is_burn_in` marks the log's first months, when old customers look new.
    """
    if every not in SPANS:
        raise unknown_name(every, SPANS, "period")
    months = SPANS[every]
    flows = _kinds(named_orders, months)
    last = (month_number(as_of) - (as_of.day == 1)) // months
    first_flow = flows.agg(first=flows.period.min())
    spine = first_flow.select(period=ibis.range(first_flow.first, last + 1, 1).unnest().cast("int32"))
    t = spine.left_join(flows, "period").drop("period_right")
    t = t.mutate(**{name: t[name].fill_null(0) for name in t.columns if name.endswith("_count")})
    before = t.active_count.lag().over(order_by=t.period)
    start = (t.period * months).cast("int32")
    opened = month_number(first_on)
    t = t.select(
        "active_count",
        *(f"{name}_count" for name in KINDS),
        period_on=ibis.date(start // 12, start % 12 + 1, 1),
        is_complete=(start + months <= month_number(as_of)) & (start >= opened + (first_on.day > 1)),
        is_burn_in=start < opened + shop_rules["stages"]["flow"]["burn_in_months"],
        previous_active_count=before,
        dormant_count=before.fill_null(0) - t.returning_count,
        returning_rate=share(t.returning_count, before),
    ).relocate("period_on", "is_complete", "is_burn_in")
    return (t.filter(_overlaps(t.period_on, months, during)) if during else t).order_by("period_on")
