"""What was known of each buyer when a day began. What came after that day is made by another function."""

from collections.abc import Callable, Mapping
from typing import Any

import ibis
import ibis.expr.types as ir

from customary.errors import Refused

Tables = Mapping[str, ir.Table]

LOOK = 90  # days of recent behaviour; a table that begins later than this before a cut tells nothing sound there
YEAR = 365

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
        *("days_since_last_order", "overdue_ratio", "gap_days", "age_days", "purchase_day_count", "spend"),
        *("spend_trend", "discount_share"),
    ),
    "returns": ("return_share", "year_refund"),
    "sessions": ("late_visit_count", "early_visit_count", "cart_visit_count"),
    "tickets": ("complaint_count",),
}
SEASONAL = ("season_purchase_day_count",)


def _known_on(name: str, t: ir.Table) -> ir.IntegerValue:
    """The day on which a row was complete: an order is none before it is paid, a visit ends after it began."""
    if name == "orders":
        return ibis.greatest(t.day, (t.paid_local.epoch_seconds().cast("int64") // 86400).fill_null(t.day))
    if name == "sessions":
        return (t.started_local.epoch_seconds().cast("int64") + t.duration_seconds) // 86400
    return t.day


def known_before(tables: Tables, day: int) -> Tables:
    """The tables as they stood when `day` (days since 1970) began: rows complete before it, only final columns."""
    return {
        name: t.filter((_known_on(name, t) < day) & t.customer_id.notnull()).select(FINAL[name])
        for name, t in tables.items()
    }


def _purchases(orders: ir.Table, day: int, horizon: int) -> ir.Table:
    """Buyer → when, how often, how much."""
    t = orders.mutate(ago=day - orders.day)
    late, early = t.ago <= LOOK, (t.ago > LOOK) & (t.ago <= 2 * LOOK)
    season = (t.ago <= YEAR) & (t.ago > YEAR - horizon)
    t = t.group_by("customer_id").agg(
        days_since_last_order=t.ago.min(),
        age_days=t.ago.max(),
        purchase_day_count=t.day.nunique(),
        spend=t.net_amount.sum().cast("float64"),
        year_spend=t.net_amount.sum(where=t.ago <= YEAR).cast("float64"),
        late_spend=t.net_amount.sum(where=late).cast("float64").fill_null(0.0),
        early_spend=t.net_amount.sum(where=early).cast("float64").fill_null(0.0),
        discount_share=t.discount_amount.sum().cast("float64") / t.gross_amount.sum().cast("float64").nullif(0),
        season_purchase_day_count=t.day.nunique(where=season),
    )
    again = (t.purchase_day_count - 1).cast("float64")
    span = (t.age_days - t.days_since_last_order).cast("float64")
    common = (span / again.nullif(0)).mean().over(ibis.window())
    # One gap of the shop's beside the own ones: two purchases on two days in a row are not yet a rhythm of one day.
    usual = ibis.coalesce((span + common) / (again + 1), t.age_days.cast("float64"))
    moved, both = t.late_spend - t.early_spend, t.late_spend + t.early_spend
    return t.mutate(
        gap_days=usual,
        overdue_ratio=t.days_since_last_order / usual,
        spend_trend=ibis.cases((both > 0, moved / both.nullif(0)), else_=0.0),
    )


def _returned(returns: ir.Table, day: int) -> ir.Table:
    recent = returns.day >= day - YEAR
    return returns.group_by(key=returns.customer_id).agg(
        return_day_count=returns.day.nunique(),
        year_refund=returns.refund_amount.sum(where=recent).cast("float64"),
    )


def _visited(sessions: ir.Table, day: int) -> ir.Table:
    ago = day - sessions.day
    return sessions.group_by(key=sessions.customer_id).agg(
        late_visit_count=(ago <= LOOK // 3).sum(),
        early_visit_count=((ago > LOOK // 3) & (ago <= LOOK)).sum(),
        cart_visit_count=((ago <= LOOK) & sessions.has_add_to_cart).sum(),
    )


def _complained(tickets: ir.Table, day: int) -> ir.Table:
    found = (tickets.kind == "complaint") & (tickets.day >= day - YEAR)
    return tickets.group_by(key=tickets.customer_id).agg(complaint_count=found.sum())


PARTS: dict[str, Callable[[ir.Table, int], ir.Table]] = {
    "returns": _returned,
    "sessions": _visited,
    "tickets": _complained,
}


def features(known: Tables, day: int, horizon: int) -> ir.Table:
    """One row per buyer, as known when `day` began: counts, days and sums, none of them empty.

    `known` are tables that `known_before` cut; what a table is not there for, has no columns here.
    """
    t = _purchases(known["orders"], day, horizon)
    for name, part in PARTS.items():
        if name in known:
            found = part(known[name], day)
            t = t.left_join(found, t.customer_id == found.key).drop("key")
    if "returns" in known:
        t = t.mutate(return_share=ibis.least(t.return_day_count.cast("float64") / t.purchase_day_count, 1.0))
    return t.mutate(**{name: t[name].cast("float64").fill_null(0.0) for name in t.columns if name != "customer_id"})


def outcome(orders: ir.Table, day: int, horizon: int) -> ir.Table:
    """Who buys from `day` on within the horizon. It alone looks at what comes after the cut."""
    after = orders.filter((orders.day >= day) & (orders.day < day + horizon) & orders.customer_id.notnull())
    return after.select("customer_id").distinct()


# --- the proof that no feature sees the future ---------------------------------------------------

Build = Callable[[Tables, int], ir.Table]


def _garbled(column: ir.Column) -> ir.Value:
    """Another value of the same type, and one where there was none."""
    kind = column.type()
    if kind.is_boolean():
        return ~column.fill_null(False)
    if kind.is_numeric():
        return (column.fill_null(0) + 1).cast(kind)
    return ibis.null(kind)


def stopped(tables: Tables, day: int) -> Tables:
    """The tables of a shop that stopped when `day` began: later rows are gone, what later days write is garbled."""
    kept = {"day", "ts_s", "paid_local", "started_local", "duration_seconds"}
    found = {}
    for name, t in tables.items():
        later = [c for c in t.columns if c not in {*FINAL[name], *kept}]
        found[name] = t.filter(_known_on(name, t) < day).mutate(**{c: _garbled(t[c]) for c in later})
    return found


def differing(build: Build, tables: Tables, day: int) -> ir.Table:
    """One row: for each feature, how many customers have another value once the shop stops on that day."""
    whole, cut = build(tables, day), build(stopped(tables, day), day)
    names = [name for name in whole.columns if name != "customer_id"]
    cut = cut.rename({f"{name}_then": name for name in names} | {"key": "customer_id"})
    t = whole.outer_join(cut, whole.customer_id == cut.key)
    missing = t.customer_id.isnull() | t.key.isnull()
    near = {name: (t[name] - t[f"{name}_then"]).abs() <= 1e-9 * (1 + t[name].abs()) for name in names}
    return t.agg(**{name: (missing | ~same.fill_null(False)).sum().fill_null(0) for name, same in near.items()})


def refuse_leak(counts: Mapping[str, int]) -> None:
    """Refuse features that changed when the future was taken away; `counts` are the numbers of `differing`."""
    leaks = [f"{name} ({count:,} customers)" for name, count in counts.items() if count]
    if leaks:
        raise Refused(f"these features see what comes after the cut: {', '.join(leaks)}")


def proved_blind(fetch: Callable[[ir.Table], Any], build: Build, tables: Tables, day: int) -> None:
    """Prove `build` blind to the future on these tables, or refuse, naming each feature that sees it."""
    (counts,) = fetch(differing(build, tables, day)).to_pylist()
    refuse_leak(counts)
