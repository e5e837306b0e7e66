"""Who stands behind a cell of the retention table: the customers who bought again at that age, or did not."""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike
from customary.declare import study
from customary.errors import Refused, unknown_name
from customary.rules.book import RuleBook
from customary.studies.lifecycle.retention import CLOCKS, KINDS, acts_of, starts_of

KEPT, NOT_KEPT = "kept", "not kept"
COHORT_MONTH = 7  # letters of 2025-03, as a cohort is typed


@study(zh="留存单元格人员名单", source="A-088, C-012", shown=100, is_list=True, rests_on="dates")
def retention_people(
    customers: ir.Table,
    named_orders: ir.Table,
    as_of: date,
    shop_rules: RuleBook,
    *,
    by: str = "",
    label: str = "",
    age: int = 1,
    state: str = NOT_KEPT,
    kind: str = "exact",
    clock: str = "calendar",
    during: WindowLike | None = None,
) -> ir.Table:
    """Customers who bought again k months after their first order, or did not, the biggest spenders first.

    Asked like `retention`: the people of one cell, `label` of the group `by` (everybody without one; a cohort may be
    typed as 2025-03) at `age`. `state` is “kept” or “not kept”; whose month of that age is not over is in neither.
    """
    if kind not in KINDS or clock not in CLOCKS:
        raise Refused("kind is one of {kinds}, clock is one of {clocks}", kinds=KINDS, clocks=CLOCKS)
    if state not in (KEPT, NOT_KEPT):
        raise unknown_name(state, (KEPT, NOT_KEPT), "state")
    if age < 0:
        raise Refused("age is a number of months, not {age}", age=age)
    who = starts_of(customers, as_of, shop_rules, by, clock, during).filter(_.watched > age)
    if label:
        who = who.filter(who.label == (f"{label}-01" if by == "cohort" and len(label) == COHORT_MONTH else label))
    acts = acts_of(named_orders, who, clock)
    came = acts.filter(acts.age == age if kind == "exact" else acts.age >= age)
    is_kept = who.customer_id.isin(came.customer_id)
    t = who.filter(is_kept if state == KEPT else ~is_kept).select("customer_id", "label")
    facts = ("first_order_on", "order_count", "net_spend", "days_since_last_order")
    t = t.inner_join(customers.select("customer_id", *facts), "customer_id")
    t = t.mutate(net_spend=t.net_spend.cast("float64"), age_months=ibis.literal(age, "int64"))
    t = t.mutate(customer_total=t.count().over(ibis.window()))
    columns = ("customer_id", "label", "age_months", *facts, "customer_total")
    return t.order_by(ibis.desc("net_spend"), "customer_id").select(*columns)
