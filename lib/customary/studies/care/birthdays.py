"""Whose birthday comes: a greeting is sent by month, as no date of birth is in a snapshot."""

from datetime import date

import ibis
import ibis.expr.types as ir

from customary.declare import study
from customary.errors import Refused


@study(zh="生日关怀名单", source="C-081, B-069", shown=100, is_list=True)
def birthdays(customers: ir.Table, as_of: date, *, month: int = 0) -> ir.Table:
    """Buyers whose birthday is in a month, the biggest spenders first.

    `month` is 1 to 12, without one the month after the as-of date's, so that there is time to prepare. The day itself
    is in no snapshot: it is joined when a list is delivered.
    """
    if not 0 <= month <= 12:
        raise Refused("month is 1 to 12, not {month}", month=month)
    wanted = month or as_of.month % 12 + 1
    t = customers.filter((customers.birth_month == wanted) & (customers.order_count > 0))
    t = t.mutate(net_spend=t.net_spend.cast("float64"), customer_total=t.count().over(ibis.window()))
    facts = ("customer_id", "birth_month", "net_spend", "order_count", "days_since_last_order")
    known_too = ("favourite_category", "country", "region", "customer_total")
    return t.select(*facts, *known_too).order_by(ibis.desc("net_spend"), "customer_id")
