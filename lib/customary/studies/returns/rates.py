"""What comes back: rates by the month of the order, held against the time that the orders had to come back."""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import day_number
from customary.declare import study
from customary.errors import Refused
from customary.stats.intervals import Z, clamp, clustered_ratio, share, share_of_all, shares
from customary.stats.survival import count_spans, survival

BESIDE = {"summary": "return_rates", "curve": "return_curve"}
MOST = 0.95  # of the delays seen: after so many days an order is taken as done


def _observed_orders(orders: ir.Table, as_of: date, present_frames: frozenset[str], window_days: int) -> ir.Table:
    """Orders that were sent, with days watched, days until something came back, and whether they are mature.

    An order cancelled before it was delivered was never in a customer's hands: it is neither kept nor returned. Where
    the shop has no returns at all nobody watched: there is no order, not a rate of 0.
    """
    if window_days < 0:
        raise Refused("a window for returns has at least one day, or 0 for the 95 % quantile of the delays seen")
    if "returns" not in present_frames:
        orders = orders.limit(0)
    t = orders.filter(~(orders.is_cancelled.fill_null(False) & orders.delivered_local.isnull()))
    delay = clamp(t.return_delay_days, 0)  # a refund dated before its order came back at once
    t = t.mutate(age=(day_number(as_of) - 1 - t.day).cast("int32"), delay=delay)  # the last day seen is the day before
    seen = t.delay.cast("float64").quantile(MOST).ceil().cast("int32").fill_null(30)
    t = t.mutate(window_days=seen.as_scalar() if window_days == 0 else ibis.literal(window_days, "int32"))
    return t.mutate(is_mature=t.age >= t.window_days)


def _curve(t: ir.Table) -> ir.Table:
    t = t.mutate(is_untimed=(t.delay.isnull() & t.is_returned).fill_null(False))  # it came back, on an unknown day
    t = t.mutate(knows_times=t.delay.notnull().any().over(ibis.window()) | ~t.is_untimed.any().over(ibis.window()))
    t = t.filter(~_.is_untimed & _.knows_times)
    spans = t.select(span=ibis.coalesce(t.delay, t.age), is_open=t.delay.isnull())
    return survival(count_spans(spans))


def _progress(t: ir.Table) -> ir.Table:
    """Age in days → the share of all that will ever come back that has come back by then."""
    curve = _curve(t).mutate(back=1 - _.still_open_rate)
    steps = curve.select("span", "back", is_age=ibis.literal(False))
    ages = t.select(span="age").distinct()
    ages = ages.mutate(back=ibis.null("float64"), is_age=ibis.literal(True))
    points = ibis.union(steps, ages.select("span", "back", "is_age"))
    so_far = ibis.cumulative_window(order_by=[points.span, points.is_age])
    points = points.mutate(reached=points.back.max().over(so_far)).filter(_.is_age)
    end = curve.agg(whole=_.back.max())
    return points.cross_join(end).select(aged="span", done=share(_.reached.fill_null(0.0), _.whole))


@study(zh="退货率（按下单月）", source="A-074, M24", beside=BESIDE, rests_on="returned orders")
def returns(orders: ir.Table, as_of: date, present_frames: frozenset[str], *, window_days: int = 0) -> ir.Table:
    """Share of orders, units and value that came back, by month of the order; months not yet done are marked.

    A month is mature when all its orders were watched for `window_days` (0: the 95 % quantile of the delays seen).
    `naive_rate` is what any report shows today; `return_rate` with its interval stands for mature months only;
    `expected_rate` divides what has come back of a fresh month by how far its orders are, by Kaplan–Meier's curve to
    its end: it is what the month will come to, late returns in; a mature month has its own rate.
    """
    t = _observed_orders(orders, as_of, present_frames, window_days)
    progress = _progress(t)
    t = t.left_join(progress, t.age == progress.aged)
    t = t.mutate(done=t.done.fill_null(0.0))
    sums = t.group_by("month_on", "window_days").agg(
        is_mature=_.is_mature.all(),
        done_sum=_.done.sum(),
        unit_count=_.unit_count.sum().cast("int64"),
        returned_unit_count=_.returned_unit_count.sum().cast("int64"),
        ordered_amount=_.net_amount.sum().cast("float64"),
        refund_amount=_.refund_amount.sum().cast("float64"),
    )
    rates = shares(t, ["month_on"], t.is_returned).rename(rated_month="month_on")
    t = sums.join(rates, sums.month_on == rates.rated_month)
    expected = ibis.cases((t.is_mature, t.rate), else_=clamp(share(t.event_count, t.done_sum), most=1.0))
    done = {name: ibis.cases((t.is_mature, t[name])) for name in ("rate", "low", "high")}
    return t.select(
        "month_on",
        "is_mature",
        order_count="n",
        returned_count="event_count",
        naive_rate="rate",
        return_rate=done["rate"],
        low_rate=done["low"],
        high_rate=done["high"],
        expected_rate=expected,
        unit_count="unit_count",
        returned_unit_count="returned_unit_count",
        unit_return_rate=share(t.returned_unit_count, t.unit_count),
        ordered_amount="ordered_amount",
        refund_amount="refund_amount",
        value_return_rate=share(t.refund_amount, t.ordered_amount),
        window_days="window_days",
    ).order_by("month_on")


@study(zh="退货率汇总", source="A-074, M24", rests_on="returned orders")
def return_rates(orders: ir.Table, as_of: date, present_frames: frozenset[str], *, window_days: int = 0) -> ir.Table:
    """Return rate by order, by unit and by value: of mature orders with its interval, and the naive one of all orders.

    Intervals are clustered by customer. The naive rate counts orders of yesterday as kept: it is always too low.
    """
    t = _observed_orders(orders, as_of, present_frames, window_days)
    pairs = {
        "orders": (t.is_returned.cast("int64"), ibis.literal(1)),
        "units": (t.returned_unit_count, t.unit_count),
        "value": (t.refund_amount, t.net_amount),
    }
    rows = []
    for position, (basis, (back, sold)) in enumerate(pairs.items()):
        both = t.mutate(back=back.cast("float64"), sold=sold.cast("float64"))
        mature = clustered_ratio(both.filter(_.is_mature), [], _.back, _.sold)
        everything = both.agg(naive_rate=share(_.back.sum(), _.sold.sum()), window_days=_.window_days.max())
        whole = mature.cross_join(everything)
        labels = {"position": ibis.literal(position, "int8"), "basis": ibis.literal(basis)}
        rows.append(whole.select(**labels, **_rate(whole)))
    return ibis.union(*rows).order_by("position").drop("position")


def _rate(t: ir.Table) -> dict[str, ir.Value | str]:
    half = Z * t.error
    return {
        "order_count": t.row_count.fill_null(0).cast("int64"),
        "sold": t.below_sum,
        "returned": t.above_sum,
        "return_rate": t.ratio,
        "low_rate": clamp(t.ratio - half, 0.0),
        "high_rate": clamp(t.ratio + half, most=1.0),
        "naive_rate": "naive_rate",
        "window_days": "window_days",
    }


@study(zh="退货曲线", source="M24", rests_on="returned orders")
def return_curve(orders: ir.Table, as_of: date, present_frames: frozenset[str]) -> ir.Table:
    """Share of orders of which something came back within so many days; younger orders count as long as watched.

    Orders whose returns have no date of their own are not among them.
    """
    t = _curve(_observed_orders(orders, as_of, present_frames, 0))
    back = 1 - t.still_open_rate
    return t.select(days="span", returned_count="closed", at_risk="at_risk", returned_rate=back).order_by("days")


@study(zh="退货原因", source="A-075")
def return_reasons(returns: ir.Table) -> ir.Table:
    """Returned lines by reason, those without one included: lines, refunds, share of lines and median delay."""
    t = returns.group_by("reason").agg(
        return_count=_.count(),
        refund_amount=_.refund_amount.sum().cast("float64"),
        median_days=_.delay_days.cast("float64").quantile(0.5),
    )
    t = t.mutate(return_share=share_of_all(t.return_count))
    return t.order_by(ibis.desc("return_count"), ibis.asc("reason", nulls_first=False))


@study(zh="退货时长", source="M24")
def return_delays(returns: ir.Table) -> ir.Table:
    """How returns found their order – named by the source, found by us, not at all – and after how many days."""
    t = returns.mutate(link=ibis.coalesce(returns.link, ibis.literal("no order")))
    days = t.delay_days.cast("float64")
    return (
        t.group_by("link")
        .agg(
            return_count=_.count(),
            refund_amount=_.refund_amount.sum().cast("float64"),
            median_days=days.quantile(0.5),
            most_days=days.quantile(0.9),
        )
        .order_by(ibis.desc("return_count"), "link")
    )
