"""Who is still there k months after the first order, by the calendar or by the customer's own clock."""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike, day_number, month_number
from customary.declare import study
from customary.errors import Refused
from customary.rules.book import RuleBook
from customary.stats.intervals import Z, share, wilson
from customary.studies.shared.labels import label_of
from customary.studies.shared.windows import within

KINDS = ("exact", "on_or_after")
CLOCKS = ("calendar", "rolling")
MONTH = 30  # days of a rolling month


def starts_of(
    customers: ir.Table, as_of: date, shop_rules: RuleBook, by: str, clock: str, during: WindowLike | None
) -> ir.Table:
    """Buyers with their label, where their clock starts and how many whole months of it were `watched`."""
    t = customers.filter(customers.is_buyer)
    t = t.filter(within(t.first_order_on, during)) if during else t
    month = t.first_order_on.year() * 12 + t.first_order_on.month() - 1
    start = month if clock == "calendar" else t.first_day
    watched = month_number(as_of) - month if clock == "calendar" else (day_number(as_of) - t.first_day) // MONTH
    return t.select(
        "customer_id", label=label_of(t, by, shop_rules), start=start.cast("int32"), watched=watched.cast("int32")
    )


def acts_of(named_orders: ir.Table, starts: ir.Table, clock: str) -> ir.Table:
    """The orders of these people with how many months after their first one each was, by their clock."""
    t = named_orders.inner_join(starts, "customer_id")
    age = (t.month_idx if clock == "calendar" else t.day) - t.start
    return t.mutate(age=(age if clock == "calendar" else age // MONTH).cast("int32")).filter(_.age >= 0)


def _count_retained(acts: ir.Table, ages: ir.Table, kind: str) -> ir.Table:
    """Label and age → customers who bought in that month of theirs, or in it or any later one."""
    if kind == "exact":
        t = acts.filter(acts.age < acts.watched).select("label", "customer_id", "age").distinct()
        return t.group_by("label", "age").agg(kept_count=_.count())
    t = acts.group_by("label", "watched", "customer_id").agg(furthest=_.age.max())
    t = t.group_by("label", "watched", "furthest").agg(n=_.count()).cross_join(ages)
    t = t.filter((t.age < t.watched) & (t.age <= t.furthest))
    return t.group_by("label", "age").agg(kept_count=_.n.sum())


@study(zh="留存率", source="A-088", rests_on="dates")
def retention(
    customers: ir.Table,
    named_orders: ir.Table,
    as_of: date,
    shop_rules: RuleBook,
    *,
    by: str = "",
    kind: str = "exact",
    clock: str = "calendar",
    max_age: int = 12,
    z: float = Z,
    during: WindowLike | None = None,
) -> ir.Table:
    """Share of customers who bought again k months after their first order, of those whose k-th month is over.

    `kind` "exact" asks for a purchase in that very month, "on_or_after" for one in it or later (which still rises as
    the log goes on); `clock` counts calendar months, or "rolling" ones of 30 days from the first order. `by` is
    "cohort", a column of customers or a segment; `during` cuts by the day of the first order. `label_size` is the
    group's greatest denominator, the same in all its rows.
    """
    if kind not in KINDS or clock not in CLOCKS:
        raise Refused("kind is one of {kinds}, clock is one of {clocks}", kinds=KINDS, clocks=CLOCKS)
    who = starts_of(customers, as_of, shop_rules, by, clock, during)
    acts = acts_of(named_orders, who, clock)
    ages = ibis.range(0, max_age + 1).unnest().cast("int32").name("age").as_table()
    sizes = who.group_by("label", "watched").agg(n=_.count()).cross_join(ages)
    base = sizes.filter(sizes.age < sizes.watched).group_by("label", "age").agg(customer_count=_.n.sum())
    kept = _count_retained(acts, ages, kind).filter(_.age <= max_age)
    t = base.left_join(kept, [base.label.identical_to(kept.label), base.age == kept.age])
    t = t.select("label", "age", "customer_count", kept_count=t.kept_count.fill_null(0).cast("int64"))
    t = t.mutate(label_size=t.customer_count.max().over(group_by=t.label))
    low, high = wilson(t.kept_count, t.customer_count, z)
    t = t.mutate(retention_rate=share(t.kept_count, t.customer_count), low_rate=low, high_rate=high)
    return t.rename(age_months="age").order_by(ibis.asc("label", nulls_first=False), "age_months")
