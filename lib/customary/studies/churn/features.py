"""What was known of each buyer when a cut day began. What came after that day is made by another function."""

from collections.abc import Callable, Mapping, Sequence

import ibis
import ibis.expr.types as ir

from customary.dates import YEAR
from customary.frames.calendar import epoch_day
from customary.stats.intervals import share

Tables = Mapping[str, ir.Table]

LOOK = 90  # days of recent behaviour; a table that begins later than this before a cut is too short to learn from
KEY = ("cut_day", "customer_id")

# Columns that nothing written on a later day changes. A refund, a delivery, an answer are facts of their own day:
# they stand in later columns of the order, and no feature can name those.
FINAL = {
    "orders": ("customer_id", "day", "net_amount", "gross_amount", "discount_amount"),
    "returns": ("customer_id", "day", "refund_amount"),
    "sessions": ("customer_id", "day", "has_add_to_cart"),
    "tickets": ("customer_id", "day", "kind"),
}

# The columns of a score that each table gives.
COLUMNS = {
    "orders": (
        "days_since_last_order",
        "overdue_ratio",
        "gap_days",
        "age_days",
        "purchase_day_count",
        "spend",
        "spend_trend",
        "discount_share",
    ),
    "returns": ("return_share", "year_refund"),
    "sessions": ("late_visit_count", "early_visit_count", "cart_visit_count"),
    "tickets": ("complaint_count",),
}
SEASONAL = ("season_purchase_day_count",)


def at_cuts(tables: Tables, days: Sequence[int]) -> Tables:
    """Every row of each table once per cut day (days since 1970), which is its column `cut_day`."""
    cuts = ibis.array([ibis.literal(day, "int32") for day in days])
    return {name: t.mutate(cut_day=cuts.unnest()) for name, t in tables.items()}


def day_known(name: str, t: ir.Table) -> ir.IntegerValue:
    """The day on which a row was complete: an order is none before it is paid, a visit ends after it began."""
    if name == "orders":
        return ibis.greatest(t.day, epoch_day(t.paid_local).fill_null(t.day))
    if name == "sessions":
        return (t.started_local.epoch_seconds().cast("int64") + t.duration_seconds) // 86400
    return t.day


def tables_before(tables: Tables) -> Tables:
    """The tables as they stood when each cut day began: rows complete before it, only columns that are final."""
    return {
        name: t.filter((day_known(name, t) < t.cut_day) & t.customer_id.notnull()).select("cut_day", *FINAL[name])
        for name, t in tables.items()
    }


def _purchases(orders: ir.Table, horizon: int) -> ir.Table:
    """Cut and buyer → when, how often, how much."""
    t = orders.mutate(ago=orders.cut_day - orders.day)
    late, early = t.ago <= LOOK, (t.ago > LOOK) & (t.ago <= 2 * LOOK)
    season = (t.ago <= YEAR) & (t.ago > YEAR - horizon)
    t = t.group_by(*KEY).agg(
        days_since_last_order=t.ago.min(),
        age_days=t.ago.max(),
        purchase_day_count=t.day.nunique(),
        spend=t.net_amount.sum().cast("float64"),
        year_spend=ibis.cases(
            (t.net_amount.count() > 0, t.net_amount.sum(where=t.ago <= YEAR).cast("float64").fill_null(0.0))
        ),
        late_spend=t.net_amount.sum(where=late).cast("float64").fill_null(0.0),
        early_spend=t.net_amount.sum(where=early).cast("float64").fill_null(0.0),
        discount_share=share(t.discount_amount.sum(), t.gross_amount.sum()),
        season_purchase_day_count=t.day.nunique(where=season),
        late_purchase_day_count=t.day.nunique(where=t.ago <= horizon),
    )
    usual = _usual_gap(t)
    moved, both = t.late_spend - t.early_spend, t.late_spend + t.early_spend
    return t.mutate(
        gap_days=usual,
        overdue_ratio=t.days_since_last_order / usual,
        spend_trend=ibis.cases((both > 0, share(moved, both)), else_=0.0),
    )


def _usual_gap(t: ir.Table) -> ir.FloatingValue:
    """The days between a buyer's purchases, with one gap of the shop's beside the own ones.

    So two purchases on two days in a row are not yet a rhythm of one day.
    """
    again = (t.purchase_day_count - 1).cast("float64")
    span = (t.age_days - t.days_since_last_order).cast("float64")
    # Exact decimals: a sum of floating numbers depends on the order of its rows.
    gaps = share(span, again).cast("decimal(30, 12)")
    mean = share(gaps.sum().over(group_by=t.cut_day), gaps.count().over(group_by=t.cut_day))
    return ibis.coalesce((span + mean) / (again + 1), t.age_days.cast("float64"))


def _return_features(returns: ir.Table) -> ir.Table:
    recent = returns.day >= returns.cut_day - YEAR
    return returns.group_by(*KEY).agg(
        return_day_count=returns.day.nunique(),
        year_refund=returns.refund_amount.sum(where=recent).cast("float64"),
    )


def _visit_features(sessions: ir.Table) -> ir.Table:
    t = sessions.mutate(ago=sessions.cut_day - sessions.day)
    t = t.filter(t.ago <= LOOK)
    return t.group_by(*KEY).agg(
        late_visit_count=(t.ago <= LOOK // 3).sum(),
        early_visit_count=(t.ago > LOOK // 3).sum(),
        cart_visit_count=t.has_add_to_cart.sum(),
    )


def _complaint_features(tickets: ir.Table) -> ir.Table:
    t = tickets.filter((tickets.kind == "complaint") & (tickets.day >= tickets.cut_day - YEAR))
    return t.group_by(*KEY).agg(complaint_count=t.count())


PARTS: dict[str, Callable[[ir.Table], ir.Table]] = {
    "returns": _return_features,
    "sessions": _visit_features,
    "tickets": _complaint_features,
}


def features(known: Tables, horizon: int) -> ir.Table:
    """One row per cut and buyer known then: counts, days and sums.

    None of them is empty but `year_spend`, of which no score learns: it is unknown where no order has an amount.
    `known` are tables that `tables_before` cut; a table that is not there gives no columns.
    """
    t = _purchases(known["orders"], horizon)
    for name, part in PARTS.items():
        if name in known:
            t = t.left_join(part(known[name]), KEY).drop(f"{key}_right" for key in KEY)
    if "returns" in known:
        t = t.mutate(return_share=ibis.least(t.return_day_count.cast("float64") / t.purchase_day_count, 1.0))
    filled = [name for name in t.columns if name not in (*KEY, "year_spend")]
    return t.mutate(**{name: t[name].cast("float64").fill_null(0.0) for name in filled})


def facts(tables: Tables, horizon: int) -> ir.Table:
    """The features of tables that `at_cuts` gave."""
    return features(tables_before(tables), horizon)


def outcome(orders: ir.Table, horizon: int) -> ir.Table:
    """Who buys from each cut day on within the horizon. It alone looks at what comes after the cut."""
    after = (orders.day >= orders.cut_day) & (orders.day < orders.cut_day + horizon)
    return orders.filter(after & orders.customer_id.notnull()).select(*KEY).distinct()
