"""The year as the shop lives it: months and weekdays, seasons and holidays, and who buys only then."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import day_number
from customary.declare import study
from customary.errors import Refused
from customary.rules.book import RuleBook
from customary.stats.intervals import Z, byar, clamp, share, share_of_all
from customary.studies.seasons.almanac import HOLIDAY, SEASON, country_of, events
from customary.studies.shared.measures import measures

YEARS = 15  # how far back the calendar is made; older days are in no season
_SCHEMA = {"event": "string", "zh": "string", "kind": "string", "starts_on": "date", "ends_on": "date"}
_DAYS = {"start_day": "int64", "end_day": "int64"}


def _calendar(as_of: date, time_zone: str, country: str, almanac: Mapping[str, Any]) -> ir.Table:
    """Seasons and holidays of the last years as a table, with their days as numbers; `almanac` is seasons.toml."""
    where = country_of(time_zone, almanac["countries"], country)
    rows = [
        {
            "event": found.name,
            "zh": found.zh,
            "kind": found.kind,
            "starts_on": found.starts_on,
            "ends_on": found.ends_on,
            "start_day": day_number(found.starts_on),
            "end_day": day_number(found.ends_on),
        }
        for found in events(almanac["season"], as_of.year - YEARS, as_of.year, where)
    ]
    return ibis.memtable(rows, schema={**_SCHEMA, **_DAYS})


def _daily(orders: ir.Table, as_of: date) -> ir.Table:
    """Every day from the first order to the last, with its orders and revenue; a day without any is 0.

    Where no order has an amount, no day has a revenue.
    """
    sold = measures({"orders": orders}, ["order_count", "ordered_revenue"], ["day"])
    sold = sold.select("order_count", sold_day=sold.day.cast("int64"), revenue=sold.ordered_revenue.cast("float64"))
    span = orders.agg(first=_.day.min().cast("int64"), last=_.day.max().cast("int64"))
    days = span.select(day=ibis.range(span.first, span.last + 1).unnest())
    t = days.left_join(sold, days.day == sold.sold_day)
    tells = orders.net_amount.count().as_scalar() > 0
    revenue = ibis.cases((tells, t.revenue.fill_null(0.0)))
    return t.select("day", order_count=t.order_count.fill_null(0), revenue=revenue)


@study(zh="月份与星期指数", source="C-015", rests_on="dates")
def season_grid(orders: ir.Table, as_of: date) -> ir.Table:
    """Orders a day by month of the year and weekday (0 = Monday), as an index: 1 is the average day.

    Days without an order count; a month that was seen in one year only carries that year's mood. The interval takes
    days to scatter around their month and weekday as much as all do: a variance in proportion to the mean.
    """
    t = _daily(orders, as_of)
    on = (t.day * 86400).as_timestamp("s")
    t = t.mutate(month_no=on.month().cast("int32"), weekday=((t.day + 3) % 7).cast("int32"), year=on.year())
    t = t.group_by("month_no", "weekday").agg(
        day_count=_.count(),
        year_count=_.year.nunique(),
        order_count=_.order_count.sum().cast("int64"),
        scatter=(_.order_count.cast("float64").var(how="pop") * _.count()),
    )
    everything = ibis.window()
    average = share(t.order_count.sum().over(everything), t.day_count.sum().over(everything))
    per_day = share(t.order_count, t.day_count)
    free = (t.day_count - 1).sum().over(everything)  # days beyond the one that each mean costs
    dispersion = share(share(t.scatter.sum().over(everything), free), average)
    half = Z * share(dispersion * per_day, t.day_count).sqrt()
    t = t.mutate(
        orders_per_day=per_day,
        season_index=share(per_day, average),
        low_index=share(clamp(per_day - half, 0.0), average),
        high_index=share(per_day + half, average),
    )
    return t.drop("scatter").order_by("month_no", "weekday")


def _check_kind(kind: str) -> None:
    if kind not in (SEASON, HOLIDAY):
        raise Refused("kind is {season} or {holiday}", season=SEASON, holiday=HOLIDAY)


@study(zh="大促与节假日", source="C-015, M29")
def seasons(
    orders: ir.Table,
    as_of: date,
    time_zone: str,
    shop_rules: RuleBook,
    *,
    country: str = "",
    kind: str = SEASON,
    around_days: int = 14,
) -> ir.Table:
    """Each selling season or public holiday: orders a day, against the days around it that are in no other.

    `uplift` is the ratio with its 95 % interval; `extra_orders` is what came beyond the days around. Some of it was
    only bought earlier or later than usual. `is_whole` says whether all its days and a week on both sides of them are
    in the data.
    """
    _check_kind(kind)
    calendar, daily = _calendar(as_of, time_zone, country, shop_rules["seasons"]), _daily(orders, as_of)
    calendar = calendar.filter(calendar.kind == kind)
    busy = daily.inner_join(calendar, [daily.day >= calendar.start_day, daily.day < calendar.end_day])
    busy = busy.select(busy_day="day").distinct()
    everything = ibis.window()
    t = daily.mutate(first_day=_.day.min().over(everything), last_day=_.day.max().over(everything))
    t = t.left_join(busy, t.day == busy.busy_day)
    t = t.inner_join(
        calendar, [t.day >= calendar.start_day - around_days, t.day < calendar.end_day + around_days]
    ).mutate(inside=(_.day >= _.start_day) & (_.day < _.end_day))
    t = t.filter(t.inside | t.busy_day.isnull())
    count = t.order_count.cast("float64")
    t = t.group_by("event", "zh", "kind", "starts_on", "ends_on", "start_day", "end_day").agg(
        day_count=_.inside.sum(),
        around_count=(~_.inside).sum(),
        order_count=_.order_count.sum(where=_.inside).fill_null(0).cast("int64"),
        revenue=_.revenue.sum(where=_.inside),
        per_day=count.mean(where=t.inside),
        around_per_day=count.mean(where=~t.inside),
        spread=count.var(where=t.inside),
        around_spread=count.var(where=~t.inside),
        has_week_before=(t.first_day <= t.start_day - 7).any(),
        has_week_after=(t.last_day >= t.end_day + 6).any(),
    )
    return _uplifts(t.filter(t.day_count > 0))


def _uplifts(t: ir.Table) -> ir.Table:
    """The ratio of two daily means, its interval on the logarithm; days vary at least as Poisson counts do."""
    ratio = share(t.per_day, t.around_per_day)
    parts = (
        (t.per_day, t.spread, t.day_count),
        (t.around_per_day, t.around_spread, t.around_count),
    )
    noise = [share(ibis.cases((spread > mean, spread), else_=mean), n * mean * mean) for mean, spread, n in parts]
    error = (noise[0] + noise[1]).sqrt()
    closed = t.order_count == 0  # a shut shop: nothing for sure, at most what chance may hide behind no order
    most = share(byar(t.order_count)[1], t.day_count * t.around_per_day)
    low = ibis.cases((closed, ratio), else_=ratio * (-Z * error).exp())
    high = ibis.cases((closed, most), else_=ratio * (Z * error).exp())
    told = t.select(
        *("event", "zh", "kind", "starts_on", "ends_on", "day_count", "order_count", "revenue"),
        is_whole=(t.day_count == t.end_day - t.start_day)
        & t.has_week_before
        & t.has_week_after
        & (t.around_count >= 7),
        orders_per_day="per_day",
        around_per_day="around_per_day",
        around_count="around_count",
        uplift=ratio,
        uplift_low=low,
        uplift_high=high,
        extra_orders=t.order_count - t.day_count * t.around_per_day,
    )
    return told.order_by("starts_on", "event")


@study(zh="只在大促购买的客户", source="C-015, M28", rests_on="dates")
def season_buyers(
    named_orders: ir.Table,
    as_of: date,
    time_zone: str,
    shop_rules: RuleBook,
    *,
    country: str = "",
    kind: str = SEASON,
) -> ir.Table:
    """Buyers by when they bought: only in seasons, never in one, or both; those of one purchase day apart.

    `expected_count` is how many there would be if every purchase day fell into a season by the same chance as all do:
    of many one-time buyers some meet a season without seeking it.
    """
    _check_kind(kind)
    calendar = _calendar(as_of, time_zone, country, shop_rules["seasons"])
    calendar = calendar.filter(calendar.kind == kind)
    sold = named_orders.group_by("customer_id", "day").agg(spend=_.net_amount.sum())
    busy = sold.select("day").distinct().inner_join(calendar, [_.day >= calendar.start_day, _.day < calendar.end_day])
    busy = busy.select(busy_day="day").distinct()
    t = sold.left_join(busy, sold.day == busy.busy_day).mutate(is_season=_.busy_day.notnull())
    t = t.mutate(chance=t.is_season.cast("float64").mean().over(ibis.window()))
    t = t.group_by("customer_id", "chance").agg(
        days=_.count(), season_days=_.is_season.sum(), spend=_.spend.sum().cast("float64")
    )
    only, never = t.season_days == t.days, t.season_days == 0
    t = t.mutate(
        bought=ibis.cases((only, "only in seasons"), (never, "never in a season"), else_="in and out of seasons"),
        purchase_days=ibis.cases((t.days == 1, "one purchase day"), else_="several purchase days"),
        all_by_chance=t.chance**t.days,
        none_by_chance=(1 - t.chance) ** t.days,
    )
    return _season_shares(t)


def _season_shares(t: ir.Table) -> ir.Table:
    whole = t.group_by("purchase_days").agg(
        all_sum=_.all_by_chance.sum(), none_sum=_.none_by_chance.sum(), people=_.count()
    )
    found = t.group_by("purchase_days", "bought").agg(
        buyer_count=_.count(), purchase_day_count=_.days.sum().cast("int64"), spend=_.spend.sum()
    )
    t = found.join(whole, "purchase_days")
    expected = ibis.cases(
        (t.bought == "only in seasons", t.all_sum),
        (t.bought == "never in a season", t.none_sum),
        else_=t.people - t.all_sum - t.none_sum,
    )
    return t.select(
        *("purchase_days", "bought", "buyer_count"),
        expected_count=expected.cast("float64"),
        buyer_share=share_of_all(t.buyer_count),
        purchase_day_count="purchase_day_count",
        spend="spend",
        spend_share=share_of_all(t.spend),
    ).order_by("purchase_days", ibis.desc("buyer_count"), "bought")
