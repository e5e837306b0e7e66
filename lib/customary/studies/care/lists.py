"""Who needs attention now: first-time buyers, and good customers with a sign of trouble."""

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import day_number
from customary.declare import study
from customary.rules.book import RuleBook
from customary.stats.intervals import share
from customary.studies.shared.labels import label_named, segment_named

KNOWN_TOO = ("favourite_category", "acquisition_channel", "country", "region")


def _latest_trouble(orders: ir.Table) -> ir.Table:
    """Customer → the last day of an order that came late, and of one that was brought back."""
    late = (orders.delivered_local.date() > orders.promised_on).fill_null(False)
    return orders.group_by(troubled_id=orders.customer_id).agg(
        late_day=orders.day.max(where=late), returned_order_day=orders.day.max(where=orders.is_returned)
    )


@study(zh="首次购买者关怀", source="C-052", shown=100, is_list=True)
def first_time_buyers(customers: ir.Table, named_orders: ir.Table, shop_rules: RuleBook, *, days: int = 0) -> ir.Table:
    """Customers whose only purchase is recent: those whose order came late or was brought back first, then the newest.

    Recent is up to `days` ago, by default what care.toml says; `customer_total` says of how many the list is cut.
    """
    most = days or shop_rules["care"]["first_time"]["days"]
    t = customers.filter((customers.purchase_day_count == 1) & (customers.days_since_last_order <= most))
    trouble = _latest_trouble(named_orders)
    t = t.left_join(trouble, t.customer_id == trouble.troubled_id)
    t = t.mutate(
        sign=ibis.cases(
            (t.late_day.notnull(), "delivered late"), (t.returned_order_day.notnull(), "brought back"), else_="none"
        ),
        spend=t.ordered_spend.cast("float64"),
        is_calm=t.late_day.isnull() & t.returned_order_day.isnull(),
        customer_total=t.count().over(ibis.window()),
        trouble_total=(t.late_day.notnull() | t.returned_order_day.notnull()).sum().over(ibis.window()),
    )
    order = ["is_calm", "days_since_last_order", ibis.desc("spend"), "customer_id"]
    facts = ("customer_id", "sign", "days_since_last_order", "spend", *KNOWN_TOO, "customer_total", "trouble_total")
    return t.order_by(order).select(*facts)


def _signs(t: ir.Table, today: int, bound: Mapping[str, float]) -> dict[str, ir.BooleanValue]:
    """What makes a good customer a worry, each yes or no; `bound` are those of care.toml."""
    overdue = (t.days_since_last_order > bound["late_by"] * t.usual_gap_days) & (
        t.purchase_day_count > bound["fewest_gaps"]
    )
    signs = {
        "is_overdue": overdue,
        "has_complained": t.complaint_day >= today - bound["complaint_days"],
        "has_returned": t.return_day >= today - bound["return_days"],
        "was_delivered_late": t.late_day >= today - bound["late_delivery_days"],
    }
    return {name: sign.fill_null(False) for name, sign in signs.items()}


@study(zh="高价值客户关怀", source="C-053", shown=100, is_list=True, rests_on="amounts")
def high_value_care(
    customers: ir.Table,
    named_orders: ir.Table,
    returns: ir.Table,
    tickets: ir.Table,
    as_of: date,
    shop_rules: RuleBook,
    *,
    tier: str = "",
) -> ir.Table:
    """Best customers with a sign of trouble: overdue by their own rhythm, or a recent complaint, return or late parcel.

    The more signs and the more spend, the further up. Bounds stand in care.toml; `tier` names another tier.
    `customer_total` says of how many the list is cut, `tier_total` how many the tier has.
    """
    today = day_number(as_of)
    found = segment_named("value_tier")
    t = customers.mutate(value_tier=found.label(customers, shop_rules))
    t = t.filter(t.value_tier == label_named(tier, found, shop_rules, 0))
    complaints = tickets.filter(tickets.kind == "complaint")
    complained = complaints.group_by(complainer_id=complaints.customer_id).agg(complaint_day=complaints.day.max())
    back = returns.group_by(returner_id=returns.customer_id).agg(return_day=returns.day.max())
    for other in (_latest_trouble(named_orders), complained, back):
        key = other.columns[0]
        t = t.left_join(other, t.customer_id == other[key]).drop(key)
    span = (today - t.days_since_last_order - t.first_day).cast("float64")
    t = t.mutate(usual_gap_days=share(span, t.purchase_day_count - 1), tier_total=t.count().over(ibis.window()))
    t = t.mutate(**_signs(t, today, shop_rules["care"]["high_value"]))
    signs = ("is_overdue", "has_complained", "has_returned", "was_delivered_late")
    t = t.mutate(sign_count=sum((t[sign].cast("int32") for sign in signs[1:]), start=t[signs[0]].cast("int32")))
    t = t.filter(_.sign_count > 0)
    t = t.mutate(customer_total=t.count().over(ibis.window()), year_net_spend=t.year_net_spend.cast("float64"))
    facts = ("customer_id", "value_tier", "sign_count", *signs, "days_since_last_order", "usual_gap_days")
    t = t.select(*facts, "year_net_spend", *KNOWN_TOO, "customer_total", "tier_total")
    return t.order_by(ibis.desc("sign_count"), ibis.desc("year_net_spend"), "customer_id")
