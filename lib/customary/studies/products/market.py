"""Where the demand moves: categories against a year before, and what becomes of new products."""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import YEAR, WindowLike, day_number
from customary.declare import study
from customary.frames.calendar import epoch_day
from customary.stats.intervals import share, share_of_all, wilson
from customary.studies.shared.measures import measures
from customary.studies.shared.windows import day_count, days_of, inside


@study(zh="品类月度份额", source="C-061", rests_on="dates")
def category_months(items: ir.Table) -> ir.Table:
    """Categories month by month: revenue of their lines and share of the month's; a line without a category is NULL.

    Postage, fees and other charges are of no category and not in here.
    """
    t = measures(
        {"items": items.filter(items.charge.isnull())},
        ["item_revenue", "unit_count", "item_count"],
        ["month_on", "category"],
    )
    t = t.select(
        "month_on",
        "category",
        revenue=t.item_revenue.cast("float64"),
        unit_count=t.unit_count.cast("int64"),
        line_count="item_count",
    )
    t = t.mutate(revenue_share=share_of_all(t.revenue, t.month_on))
    return t.order_by("month_on", ibis.asc("category", nulls_first=False))


@study(zh="品类趋势", source="C-061, C-062", rests_on="dates")
def category_growth(items: ir.Table, as_of: date, *, during: WindowLike | None = None) -> ir.Table:
    """Categories in a window (the last 365 days) and in the same window a year before: revenue, share, growth.

    Growth is empty where a year before nothing was sold, and `is_whole` is false where the data do not reach back to
    the earlier window's first day: then growth is too high. Charges that are no products are not in here.
    """
    items = items.filter(items.charge.isnull())
    window = days_of(during) if during else (date.fromordinal(as_of.toordinal() - YEAR), as_of)
    start, end = map(day_count, window)
    now = (items.day >= start) & (items.day < end)
    before = (items.day >= start - YEAR) & (items.day < end - YEAR)
    amount = items.net_amount.cast("float64")
    t = items.mutate(now=ibis.cases((now, amount), else_=0.0), before=ibis.cases((before, amount), else_=0.0))
    t = t.mutate(is_now=now, first_day=t.day.min().over(ibis.window())).filter(now | before)
    buyers = t.customer_id.nunique(where=t.is_now)
    t = t.group_by("category", "first_day").agg(
        revenue=_.now.sum(),
        revenue_before=_.before.sum(),
        buyer_count=ibis.cases((t.customer_id.count() > 0, buyers)),
    )
    t = t.mutate(
        revenue_share=share_of_all(t.revenue),
        before_share=share_of_all(t.revenue_before),
        growth_rate=share(t.revenue, t.revenue_before) - 1,
        is_whole=t.first_day <= start - YEAR,
    )
    t = t.mutate(moved_share=t.revenue_share - t.before_share).drop("first_day")
    return t.order_by(ibis.desc("revenue"), ibis.asc("category", nulls_first=False))


def _launches(products: ir.Table, items: ir.Table, as_of: date, during: WindowLike | None) -> ir.Table:
    """Products launched after the shop's first sale and before `as_of` (and in the window), sold or not."""
    t = products.select("product_id", "product_name", "category", "launched_on")
    t = t.cross_join(items.agg(first_day=_.day.min())).mutate(launch_day=epoch_day(_.launched_on))
    t = t.filter((t.launch_day > t.first_day) & (t.launch_day < day_number(as_of)))
    return inside(t, during, "launched_on")


def _trials(items: ir.Table, launches: ir.Table, within: int) -> ir.Table:
    """Product and customer, where a customer bought it within so many days of its launch."""
    t = items.select("product_id", "customer_id", "net_amount", sold_day="day").inner_join(
        launches.select("product_id", "launch_day"), "product_id"
    )
    t = t.filter((t.sold_day >= t.launch_day) & (t.sold_day < t.launch_day + within))
    return t.group_by("product_id", "launch_day", "customer_id").agg(spent=_.net_amount.sum().cast("float64"))


def _active(orders: ir.Table, days: ir.Table, active: int) -> ir.Table:
    """Launch day and customer, where the customer had bought in the `active` days before that day."""
    bought = orders.select(active_id="customer_id", bought_day="day").distinct()
    t = days.inner_join(bought, (bought.bought_day < days.launch_day) & (bought.bought_day >= days.launch_day - active))
    return t.select(at_day="launch_day", active_id="active_id").distinct()


@study(zh="新品上市表现", source="B-082, M23", beside={"everybody": "new_product_trial"}, shown=50)
def product_launches(
    products: ir.Table,
    named_items: ir.Table,
    named_orders: ir.Table,
    as_of: date,
    *,
    during: WindowLike | None = None,
    within: int = 90,
    active: int = 180,
) -> ir.Table:
    """New products: of the customers active before the launch, the share that bought the product soon after it.

    Every product of the catalogue that has a launch day is among them, so that one never sold stands with zero buyers.
    Active is who bought in the `active` days before; soon is `within` days. A launch younger than that is not mature
    and has no rate yet. `buyer_count` and `revenue` are of those days and of everybody, new customers included.
    """
    launches = _launches(products, named_items, as_of, during)
    known = _active(named_orders, launches.select("launch_day").distinct(), active)
    sizes = known.group_by("at_day").agg(active_count=_.count())
    tried = _trials(named_items, launches, within)
    tried = tried.left_join(known, (tried.launch_day == known.at_day) & (tried.customer_id == known.active_id))
    tried = tried.group_by(tried_id=tried.product_id).agg(
        trier_count=_.active_id.notnull().sum(), buyer_count=_.count(), revenue=_.spent.sum()
    )
    t = launches.left_join(sizes, launches.launch_day == sizes.at_day).drop("at_day")
    t = t.left_join(tried, t.product_id == tried.tried_id).drop("tried_id", "first_day")
    counts = {name: t[name].fill_null(0) for name in ("active_count", "trier_count", "buyer_count")}
    t = t.mutate(**counts, revenue=t.revenue.fill_null(0.0), is_mature=t.launch_day + within <= day_number(as_of))
    low, high = wilson(t.trier_count, t.active_count)
    rate = share(t.trier_count, t.active_count)
    rates = {"trial_rate": rate, "low_rate": low, "high_rate": high}
    t = t.mutate(**{name: ibis.cases((t.is_mature, value)) for name, value in rates.items()})
    t = t.mutate(product_total=t.count().over(ibis.window())).drop("launch_day")
    return t.order_by(ibis.desc("trial_rate"), ibis.desc("launched_on"), "product_id")


@study(zh="新品尝试率", source="B-082, M23")
def new_product_trial(
    products: ir.Table,
    named_items: ir.Table,
    named_orders: ir.Table,
    as_of: date,
    *,
    during: WindowLike | None = None,
    within: int = 90,
    active: int = 180,
) -> ir.Table:
    """Of the customers who were active at some launch, the share that bought a new product within days of its launch.

    Only launches whose `within` days are over count, those of products never sold as well; active is who had bought in
    the `active` days before a launch.
    """
    launches = _launches(products, named_items, as_of, during).filter(_.launch_day + within <= day_number(as_of))
    known = _active(named_orders, launches.select("launch_day").distinct(), active)
    tried = _trials(named_items, launches, within).select("customer_id", "launch_day").distinct()
    t = known.left_join(tried, (known.at_day == tried.launch_day) & (known.active_id == tried.customer_id))
    t = t.group_by("active_id").agg(has_tried=_.customer_id.notnull().any())
    t = t.agg(active_count=_.count(), trier_count=_.has_tried.sum().fill_null(0))
    t = t.cross_join(launches.agg(launch_count=_.count()))
    low, high = wilson(t.trier_count, t.active_count)
    rate = share(t.trier_count, t.active_count)
    return t.mutate(trial_rate=rate, low_rate=low, high_rate=high)
