"""What customers have been worth so far, by how long they have been customers."""

from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import Window, day_number
from customary.declare import SEGMENTS, study
from customary.errors import Refused, unknown_name
from customary.rules.book import RuleBook
from customary.stats.intervals import share
from customary.studies.lifetime_value.grouping import COHORTS, cohort_of

MONTH = (487, 16)  # a month is 487 / 16 = 30.4375 days, a twelfth of a year, in whole numbers


def _buyers_by_group(customers: ir.Table, by: str, as_of_day: int, shop_rules: RuleBook) -> ir.Table:
    """Buyers with their group, their first day and how many whole months they have been watched."""
    t = customers.filter(customers.is_buyer)
    if by in COHORTS:
        group = cohort_of(t, by)
    elif by in SEGMENTS:
        group = SEGMENTS[by].label(t, shop_rules)
    elif by in t.columns:
        group = t[by]
    else:
        raise unknown_name(by, [*COHORTS, *SEGMENTS, *t.columns], "column of customers")
    days, parts = MONTH
    watched = ((as_of_day - t.first_day) * parts // days).cast("int32")
    return t.select("customer_id", "first_day", group=group, watched=watched)


def _moves(orders: ir.Table, returns: ir.Table, people: ir.Table) -> ir.Table:
    """Money in and money back by group, months watched, and month of the customer's age (0 = the first day)."""
    paid = orders.select("customer_id", "day", amount=orders.net_amount.cast("decimal(38, 4)"))
    back = returns.select("customer_id", "day", amount=(-returns.refund_amount).cast("decimal(38, 4)"))
    t = ibis.union(paid, back).inner_join(people, "customer_id")
    days, parts = MONTH
    since = ibis.greatest(t.day - t.first_day, 0)
    age = ibis.cases((since == 0, 0), else_=(since * parts // days).cast("int32") + 1)
    return t.mutate(age=age).group_by("group", "watched", "age").agg(amount=_.amount.sum())


def _by_age(grid: ir.Table, parts: ir.Table) -> Any:
    """Each group and age with its parts up to that age, of those who were watched so long; to be summed."""
    same = grid.whole_group.identical_to(parts.group)
    t = grid.inner_join(parts, [same, parts.watched >= grid.age_months, parts.age <= grid.age_months])
    return t.group_by("whole_group", "group_size", "age_months")


@study(zh="历史客户价值", source="A-017", rests_on=("amounts", "dates"))
def historic_value(
    named_orders: ir.Table,
    returns: ir.Table,
    customers: ir.Table,
    as_of: date,
    shop_rules: RuleBook,
    *,
    by: str = "cohort_quarter",
    margin: float = 1.0,
    max_age: int = 36,
    during: Window | None = None,
) -> ir.Table:
    """What buyers have brought in their first k months, net of returns on the day they came back, per buyer.

    `by` is cohort_month or cohort_quarter (of the first order), a column of customers or a segment; `margin` is the
    share of net revenue that is left (1 = revenue); `during` takes the buyers whose first order fell into it. Age 0 is
    the first day. Only customers watched for k whole months count at age k (`customer_count` of `group_size`);
    `is_complete` says whether that is the whole group.
    """
    if not 0 < margin <= 1:
        raise Refused("a margin of {margin:g} is none: a share of net revenue above 0 and up to 1", margin=margin)
    if during:
        first = customers.first_order_on
        customers = customers.filter(first >= during[0], first < during[1])
    people = _buyers_by_group(customers, by, day_number(as_of), shop_rules)
    sizes = people.group_by("group", "watched").agg(n=_.count())
    whole = people.group_by(whole_group="group").agg(group_size=_.count(), longest=_.watched.max())
    ages = ibis.range(0, max_age + 1).unnest().name("age_months").as_table()
    grid = whole.cross_join(ages).filter(_.age_months <= _.longest)
    counted = _by_age(grid, sizes.mutate(age=ibis.literal(0, "int32"))).agg(customer_count=_.n.sum())
    spent = _by_age(grid, _moves(named_orders, returns, people)).agg(amount=_.amount.sum())
    t = counted.left_join(
        spent, [counted.whole_group.identical_to(spent.whole_group), counted.age_months == spent.age_months]
    ).select("whole_group", "group_size", "age_months", "customer_count", "amount")
    value = t.amount.fill_null(0).cast("float64") * margin
    t = t.select(
        **{by: t.whole_group},
        group_size=t.group_size,
        age_months=t.age_months.cast("int32"),
        customer_count=t.customer_count,
        value_so_far=value,
        value_per_customer=share(value, t.customer_count),
        is_complete=t.customer_count == t.group_size,
    )
    return t.order_by(ibis.asc(by, nulls_first=False), "age_months")
