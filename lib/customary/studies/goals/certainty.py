"""How far the drivers of a change are more than chance: each part of the driver tree with its interval."""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import Window, WindowLike, day_number
from customary.declare import study
from customary.stats.intervals import Z, clamp, share
from customary.studies.goals.drivers import FACTORS, contributions, facts, log_mean, windows_of
from customary.studies.shared.windows import within

WEEK = 7
FEWEST_WEEKS = 4  # of fewer pairs of weeks nobody can say how much they scatter
FEWEST_BUYERS = 30  # on each side; below that the logarithm of a count is no normal variable


def _weeks(orders: ir.Table, window: Window, whole: ir.IntegerValue, n: int) -> ir.Table:
    """Orders of each whole week of a window, counted from its end: the same season stands in the same place."""
    t = orders.filter(within(orders.day_on, window))
    return (
        t.group_by(week=(day_number(window[1]) - 1 - t.day) // WEEK).agg(**{f"n_{n}": _.count()}).filter(_.week < whole)
    )


def _week_scatter(orders: ir.Table, windows: tuple[Window, Window]) -> ir.Table:
    """One row, `week_scatter`: how many times chance the weeks of two windows differ in how they share their orders.

    Pearson's statistic of heterogeneity by its degrees of freedom (McCullagh & Nelder 1989, 4.5), at least 1. A season
    that comes in both windows at the same place is no scatter. Nothing where there are too few whole weeks.
    """
    # A type of its own: a number of weeks that happens to be another literal of the query is no part of it.
    whole = ibis.literal(max(min((end - start).days for start, end in windows) // WEEK, 1), "int64")
    weeks = ibis.range(ibis.literal(0, "int64"), whole).unnest().cast("int64").name("place").as_table()
    parts = [_weeks(orders, window, whole, n) for n, window in enumerate(windows)]
    t = weeks
    for n, part in enumerate(parts):
        t = t.left_join(part, t.place == part.week).select(*t.columns, **{f"n_{n}": part[f"n_{n}"].fill_null(0)})
    both, everything = (t.n_0 + t.n_1).cast("float64"), ibis.window()
    p = share(t.n_1.sum().over(everything), both.sum().over(everything))
    t = t.mutate(part=share((t.n_1 - both * p) ** 2, both * p * (1 - p)))
    t = t.agg(chi_square=t.part.sum(), weeks=t.part.count())
    found = share(t.chi_square, t.weeks - 1)
    return t.select(
        week_scatter=ibis.cases((t.weeks < FEWEST_WEEKS, ibis.null("float64")), (found < 1, 1.0), else_=found)
    )


def _errors(orders: ir.Table, returns: ir.Table, window: Window, n: int) -> ir.Table:
    """One row: the relative variances of the factors of a window by its customers, and the squares of its sums."""
    t = orders.filter(within(orders.day_on, window), orders.net_amount.notnull())
    t = t.group_by("customer_id").agg(x=_.count().cast("float64"), y=_.net_amount.sum().cast("float64"))
    sums = {"x": _.x.sum(), "y": _.y.sum(), "xx": (_.x * _.x).sum(), "xy": (_.x * _.y).sum(), "yy": (_.y * _.y).sum()}
    # The sum is cut and not the rows: the same rows read twice would stand in the query in an order of no meaning.
    refund = returns.refund_amount.cast("float64")
    back = returns.agg(back=(refund * refund).sum(where=within(returns.day_on, window)).fill_null(0.0))
    t = t.agg(buyers=_.count(), **sums).cross_join(back)
    m, ratio = t.buyers.cast("float64").nullif(0), share(t.y, t.x)
    value = share((t.yy - 2 * ratio * t.xy + ratio * ratio * t.xx) * m, m - 1)  # Cochran 1977, 6.4
    often = share((t.xx - t.x * t.x / m) * m, m - 1)
    return t.select(
        **{
            f"buyers_{n}": t.buyers,
            f"buyer_count_error_{n}": 1 / m,
            f"orders_per_buyer_error_{n}": share(clamp(often, 0.0), t.x * t.x),
            f"average_order_value_error_{n}": share(clamp(value, 0.0), t.y * t.y),
            f"squares_{n}": t.yy,
            f"back_{n}": t.back,
        }
    )


def _half_widths(t: ir.Table) -> dict[str, ir.Value]:
    """Half of each part's 95 % interval; nothing where one side has too few buyers, or too few weeks to tell.

    The log-mean weight is taken as it is: a part crosses nothing exactly where the logarithm of its ratio does.
    """
    weight = log_mean(t.ordered_revenue_0.nullif(0), t.ordered_revenue_1.nullif(0))
    many = {"buyer_count": t.week_scatter}
    spread = {
        name: weight * (many.get(name, 1) * (t[f"{name}_error_0"] + t[f"{name}_error_1"])).sqrt() for name in FACTORS
    }
    spread["returned_revenue"] = (t.week_scatter * (t.back_0 + t.back_1)).sqrt()
    spread["net_revenue"] = (t.week_scatter * (t.squares_0 + t.squares_1)).sqrt()
    enough = (t.buyers_0 >= FEWEST_BUYERS) & (t.buyers_1 >= FEWEST_BUYERS) & t.week_scatter.notnull()
    return {name: ibis.cases((enough, Z * error)) for name, error in spread.items()}


@study(zh="驱动因素的可信区间", source="A-012…A-014", rests_on=("amounts", "dates"))
def driver_certainty(
    named_orders: ir.Table,
    named_returns: ir.Table,
    as_of: date,
    present_frames: frozenset[str],
    *,
    during: WindowLike | None = None,
    against: WindowLike | None = None,
) -> ir.Table:
    """The parts of a change of net revenue as in driver_tree, each with what chance alone might have done to it.

    Buyers are counts that scatter `week_scatter` times as much as chance (1 at least); orders per buyer and order value
    differ from customer to customer. No interval with fewer than 30 buyers or four whole weeks on one side.
    """
    now, earlier = windows_of(as_of, during, against)
    t = _week_scatter(named_orders, (earlier, now))
    for n, window in enumerate((earlier, now)):
        t = t.cross_join(facts(named_orders, named_returns, window, n))
        t = t.cross_join(_errors(named_orders, named_returns, window, n))
    parts, half = contributions(t), _half_widths(t)
    back = ("returned_revenue",) if "returns" in present_frames else ()  # nobody knows of any: that is no 0
    rows = [
        t.select(
            position=ibis.literal(n, "int8"),
            driver=ibis.literal(name),
            before=t[f"{name}_0"],
            after=t[f"{name}_1"],
            contribution=parts[name],
            low_contribution=parts[name] - half[name],
            high_contribution=parts[name] + half[name],
            week_scatter=t.week_scatter,
        )
        for n, name in enumerate((*FACTORS, *back, "net_revenue"), 1)
    ]
    return ibis.union(*rows).order_by("position")
