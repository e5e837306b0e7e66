"""Tiers at two dates: who moved, who stayed, and whether a tier still tells who will buy."""

from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import YEAR, as_day, day_number
from customary.declare import study
from customary.errors import Refused
from customary.rules.book import RuleBook
from customary.segments import DERIVED
from customary.stats.intervals import share, share_of_all, wilson
from customary.studies.shared.labels import rank_of, segment_named

NOT_YET = "not yet known"


def _orders_before(orders: ir.Table, cut: int) -> ir.Table:
    """Orders that were placed and paid before a day, by the shop's own clock."""
    ahead = orders.ordered_local.epoch_seconds().cast("int64") - orders.ts_s
    paid = (orders.paid_at.epoch_seconds().cast("int64") + ahead) // 86400
    return orders.filter((orders.day < cut) & (paid < cut))


def _spend_before(orders: ir.Table, cut: int) -> ir.Table:
    t = _orders_before(orders, cut)
    recent = t.day >= cut - YEAR
    return t.group_by(buyer_id=t.customer_id).agg(
        days_since_last_order=(cut - t.day.max()).cast("int32"),
        order_count=t.count(),
        purchase_day_count=t.day.nunique(),
        gross_spend=t.gross_amount.sum(),
        ordered_spend=t.net_amount.sum(),
        year_ordered_spend=t.net_amount.sum(where=recent),
        year_order_count=t.count(where=recent),
        year_purchase_day_count=t.day.nunique(where=recent),
    )


def _refunds_before(returns: ir.Table, cut: int) -> ir.Table:
    t = returns.filter(returns.day < cut)
    return t.group_by(returner_id=t.customer_id).agg(
        refunds=t.refund_amount.sum(), year_refunds=t.refund_amount.sum(where=t.day >= cut - YEAR)
    )


def _spends_then(t: ir.Table) -> dict[str, ir.Value]:
    """What had been spent by then: 0 without an order, unknown where no order of it has an amount."""
    orders = {"gross_spend": "order_count", "ordered_spend": "order_count", "year_ordered_spend": "year_order_count"}
    return {spend: ibis.cases((t[count] > 0, t[spend]), else_=0) for spend, count in orders.items()}


def standing_on(customers: ir.Table, orders: ir.Table, returns: ir.Table, on: date) -> ir.Table:
    """Customers as they stood on a day, worked out from what had happened before it; those known by then.

    Known is who had registered or bought. The columns are those of the customers frame that orders and returns tell.
    """
    cut = day_number(on)
    who = customers.select("customer_id", "registered_at", is_stranger=~customers.is_buyer)
    bought, back = _spend_before(orders, cut), _refunds_before(returns, cut)
    t = who.left_join(bought, who.customer_id == bought.buyer_id)
    t = t.left_join(back, t.customer_id == back.returner_id)
    # Who never bought and registered nobody knows when has been there all along.
    listed = (t.registered_at.date() < on).fill_null(t.is_stranger)
    t = t.filter(t.buyer_id.notnull() | listed)
    counts = {name: t[name].fill_null(0) for name in bought.columns if name.endswith("_count")}
    t = t.mutate(**counts, **_spends_then(t), is_buyer=t.buyer_id.notnull())
    return t.mutate(
        net_spend=t.ordered_spend - t.refunds.fill_null(0),
        year_net_spend=t.year_ordered_spend - t.year_refunds.fill_null(0),
        repurchase_count=ibis.greatest(t.purchase_day_count - 1, 0),
        year_repurchase_count=ibis.greatest(t.year_purchase_day_count - 1, 0),
    ).drop("buyer_id", "returner_id", "refunds", "year_refunds", "registered_at", "is_stranger")


def _labels(segment: str, at: ir.Table, shop_rules: RuleBook) -> ir.Table:
    """Customer → label at a date; refused where the segment's rules look at more than orders and returns."""
    found, known = segment_named(segment), {*at.columns, *DERIVED}
    unknown = [name for name in shop_rules.set(segment).columns if name not in known]
    if unknown:
        raise Refused(
            "{segment} looks at {names}, which orders and returns alone do not tell", segment=segment, names=unknown
        )
    return at.select("customer_id", label=found.label(at, shop_rules), year_net_spend=_.year_net_spend)


def _day(text: str, otherwise: date) -> date:
    return as_day(text) if text else otherwise


def _dates(as_of: date, at: str, days: int, during: Any) -> tuple[date, date]:
    """The two dates: those of the window asked for, else `at` (by default the as-of date) and `days` before it."""
    if during:
        before, after = (_day(str(day), as_of) for day in during)
    else:
        after = _day(at, as_of)
        before = after - timedelta(days=days)
    if before >= after:
        raise Refused("the first date ({before}) is not before the second ({after})", before=before, after=after)
    if after > as_of:
        raise Refused("{after} is after {as_of}, up to which the data go", after=after, as_of=as_of)
    return before, after


def _count_moves(then: ir.Table, now: ir.Table) -> ir.Table:
    """How many went from which label to which, and their year's net spend at both dates."""
    t = now.left_join(then, now.customer_id == then.customer_id, rname="{name}_then")
    label_then = ibis.cases((t.customer_id_then.isnull(), NOT_YET), else_=t.label_then)
    t = t.mutate(label_before=label_then, label_after=t.label)
    return t.group_by("label_before", "label_after").agg(
        customer_count=_.count(),
        year_net_spend_before=ibis.cases(
            (_.customer_id_then.count() == 0, 0.0), else_=_.year_net_spend_then.sum().cast("float64")
        ),
        year_net_spend_after=_.year_net_spend.sum().cast("float64"),
    )


def _direction(t: ir.Table, names: tuple[str, ...]) -> ir.StringValue:
    """New, rose, fell or stayed, by the places of the two labels; unknown where one of them is."""
    before, after = rank_of(t.label_before, names), rank_of(t.label_after, names)
    return ibis.cases(
        (t.label_before == NOT_YET, "new"),
        (after < before, "rose"),
        (after > before, "fell"),
        (after == before, "stayed"),
    )


@study(zh="层级迁移", source="C-046", rests_on=("amounts", "dates"))
def migration(
    customers: ir.Table,
    named_orders: ir.Table,
    returns: ir.Table,
    as_of: date,
    shop_rules: RuleBook,
    *,
    segment: str = "value_tier",
    at: str = "",
    days: int = 365,
    during: Any = None,
) -> ir.Table:
    """Customers by tier at two dates: who rose, who fell, who stayed and who was not yet known at the first.

    The dates are `at` (by default the as-of date) and so many `days` before, or the two ends of `during`. Both labels
    are worked out from what had happened before their own date. `from_share` is the part of the earlier tier
    (`from_count` people) that went there, with its interval (Wilson). `seen_days` says how much of the past was known
    at the first date: with less than a year its tiers are too low.
    """
    first, second = _dates(as_of, at, days, during)
    then = _labels(segment, standing_on(customers, named_orders, returns, first), shop_rules)
    now = _labels(segment, standing_on(customers, named_orders, returns, second), shop_rules)
    t = _count_moves(then, now).cross_join(named_orders.agg(first_day=named_orders.day.min()))
    from_count = t.customer_count.sum().over(group_by=t.label_before)
    low, high = wilson(t.customer_count, from_count)
    names = (*segment_named(segment).labels(shop_rules), NOT_YET)
    t = t.mutate(
        first_on=ibis.literal(first),
        second_on=ibis.literal(second),
        seen_days=day_number(first) - t.first_day,
        move=_direction(t, names),
        from_count=from_count,
        from_share=share(t.customer_count, from_count),
        low_share=low,
        high_share=high,
    ).drop("first_day")
    return t.order_by(rank_of(t.label_before, names), rank_of(t.label_after, names))


@study(zh="层级的预测力", source="C-046", rests_on=("amounts", "dates"))
def tier_outcomes(
    customers: ir.Table,
    named_orders: ir.Table,
    returns: ir.Table,
    as_of: date,
    shop_rules: RuleBook,
    *,
    segment: str = "value_tier",
    at: str = "",
    days: int = 90,
) -> ir.Table:
    """Does the tier still tell who buys: what customers of each tier did in the `days` after the tier was worked out.

    The tier is the one of `days` before `at` (by default the as-of date), known from what had happened before;
    `bought_rate` has its interval (Wilson), `customer_count` is its n.
    """
    first, second = _dates(as_of, at, days, None)
    then = _labels(segment, standing_on(customers, named_orders, returns, first), shop_rules)
    start, end = (day_number(day) for day in (first, second))
    later = named_orders.filter((named_orders.day >= start) & (named_orders.day < end))
    later = later.group_by(later_id=later.customer_id).agg(spend=later.net_amount.sum())
    t = then.left_join(later, then.customer_id == later.later_id)
    t = t.group_by(segment_label=t.label).agg(
        customer_count=_.count(), bought_count=_.later_id.count(), spend=_.spend.sum().cast("float64")
    )
    t = t.mutate(ordered_revenue=ibis.cases((t.bought_count == 0, 0.0), else_=t.spend)).drop("spend")
    low, high = wilson(t.bought_count, t.customer_count)
    t = t.mutate(
        first_on=ibis.literal(first),
        second_on=ibis.literal(second),
        bought_rate=share(t.bought_count, t.customer_count),
        low_rate=low,
        high_rate=high,
        revenue_per_customer=share(t.ordered_revenue, t.customer_count),
        revenue_share=share_of_all(t.ordered_revenue),
    )
    names = segment_named(segment).labels(shop_rules)
    return t.order_by(rank_of(t.segment_label, names)).rename(label="segment_label")
