"""Purchase histories of customers, and the few distinct ones that a model needs to see."""

from datetime import date

import ibis
import ibis.expr.types as ir

from customary.dates import Window, day_number
from customary.frames.calendar import epoch_day
from customary.stats.intervals import share

GROUP = ("repeats", "last_age_days", "age_days")  # what a model sees of a customer
BIN = 0.025  # of the logarithm of mean spend: with mean and variance kept, it costs less than 1e-6 of a parameter


def purchases_of(orders: ir.Table, customers: ir.Table, during: Window | None) -> ir.Table:
    """The orders; with a window `during` those of customers whose first order ever fell into it."""
    if not during:
        return orders
    first = customers.first_order_on
    return orders.semi_join(customers.filter(first >= during[0], first < during[1]), "customer_id")


def histories(
    orders: ir.Table, until_day: int, *, customers: ir.Table | None = None, log_began_on: date | None = None
) -> ir.Table:
    """One row per customer who bought by `until_day`, the last day observed, with purchases of one day as one.

    `repeats` x (purchase days after the first), `last_age_days` t_x, `age_days` T, `first_day`, and `mean_spend`, the
    net amount per repeat purchase day of known amount (NULL without one). `is_left_truncated`: registered before the
    log began, so that the first purchase seen may not be the first; false where that is unknown.
    """
    t = orders.filter(orders.day <= until_day)
    days = t.group_by("customer_id", "day").agg(amount=t.net_amount.sum())
    t = days.group_by("customer_id").agg(
        repeats=days.count() - 1,
        first_day=days.day.min(),
        last_day=days.day.max(),
        amount=days.amount.sum(),
        priced_days=days.amount.count(),
        first_amount=days.amount.argmin(days.day),
    )
    later = (t.amount - t.first_amount).cast("float64")
    t = t.select(
        "customer_id",
        repeats=t.repeats.cast("int32"),
        last_age_days=(t.last_day - t.first_day).cast("int32"),
        age_days=(until_day - t.first_day).cast("int32"),
        first_day=t.first_day.cast("int32"),
        mean_spend=share(later, t.priced_days - 1),
    )
    return _mark_left_truncated(t, customers, log_began_on)


def _mark_left_truncated(t: ir.Table, customers: ir.Table | None, log_began_on: date | None) -> ir.Table:
    if customers is None or log_began_on is None:
        return t.mutate(is_left_truncated=ibis.literal(False))
    before = epoch_day(customers.registered_local.date()) < day_number(log_began_on)
    known = customers.select(registered_id="customer_id", is_left_truncated=before)
    t = t.left_join(known, t.customer_id == known.registered_id).drop("registered_id")
    return t.mutate(is_left_truncated=t.is_left_truncated.fill_null(False))


def distinct_histories(histories: ir.Table) -> ir.Table:
    """The distinct (x, t_x, T) in whole days, each once with the number of its customers."""
    return histories.group_by(*GROUP).agg(customer_count=histories.count()).order_by(*GROUP)


def spends(histories: ir.Table) -> ir.Table:
    """Mean spend of repeat buyers in narrow bins of its logarithm: per x and bin its mean, variance and customers.

    Means of 0 or less, which refunds at the till can leave, have no logarithm and are not among them.
    """
    t = histories.filter(histories.repeats > 0, histories.mean_spend > 0)
    t = t.select("repeats", log_spend=t.mean_spend.ln())
    t = t.mutate(log_bin=(t.log_spend / BIN).floor().cast("int32"))
    t = t.group_by("repeats", "log_bin").agg(
        mean_log=t.log_spend.mean(),
        variance_log=t.log_spend.var(how="pop"),
        customer_count=t.count(),
    )
    return t.order_by("repeats", "log_bin").drop("log_bin")
