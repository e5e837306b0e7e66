# chapter: Seasons
# 中文: 季节与节日
# question: When do they buy, what do seasons and discounts bring, and who buys only then?
# goal: Raise customer value contribution
# needs: orders
# figure: order_count

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Seasons")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, measure, open_shop, page, study
    from customary.page.superlatives import highest
    from customary.shop import WEEKDAYS
    from customary.units import RATE

    shop = open_shop()
    offer = page.offer(shop, "country", "region", "channel", period="all")
    value = "Raise customer value contribution"
    days = [day.capitalize() for day in WEEKDAYS]
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "14_seasons",
        "When do they buy, what do seasons and discounts bring, and who buys only then?",
        "Months, weekdays, selling seasons (双十一, 618, Black Friday, 春节) and public holidays move orders; a "
        "season’s peak is partly bought from the days around it, and discounts go with both.",
        serves="raise customer value contribution",
        needs="orders",
        choice=choice,
    )
    return


@app.cell(hide_code=True)
def controls():
    bar = page.controls(offer)
    bar
    return (bar,)


@app.cell(hide_code=True)
def chosen(bar):
    choice = page.choose(offer, bar.value)
    asked, when = choice.query_options, choice.during_text
    sums = measure(shop, "order_count", **asked)
    orders = int(sums.first["order_count"] or 0)
    return asked, choice, orders, sums, when


@app.cell(hide_code=True)
def answers(asked):
    festive, holidays = study(shop, "seasons", **asked), study(shop, "seasons", kind="public holiday", **asked)
    grid, clock = study(shop, "season_grid", **asked), study(shop, "hours", **asked)
    only = study(shop, "season_buyers", **asked)
    bands, weeks = study(shop, "discount_bands", **asked), study(shop, "discount_weeks", **asked)
    return bands, clock, festive, grid, holidays, only, weeks


@app.cell(hide_code=True)
def headline(choice, festive, orders, when):
    mo.stop(not orders, page.empty("orders"))
    _rows = festive.to_pandas()
    _rows = _rows[_rows.is_whole & _rows.uplift.notna()].sort_values("uplift_low")
    _said = page.sentence("No selling season lies whole in this time: {when}.", festive, when=when)
    _none = "None of {count} selling seasons had significantly more orders than the days around it: {when}."
    if len(_rows) and _rows.uplift_low.max() <= 1:
        _said = page.sentence(_none, festive, count=len(_rows), when=when)
    elif len(_rows):
        _best = _rows.iloc[-1]
        _said = page.sentence(
            "{event} {zh} of {year} had {ratio} times the orders of the days around it (95% interval {low} to {high}).",
            festive,
            event=_best.event,
            zh=_best.zh,
            year=str(_best.starts_on.year),
            ratio=f"{_best.uplift:.1f}",
            low=f"{_best.uplift_low:.1f}",
            high=f"{_best.uplift_high:.1f}",
        )
    mo.vstack(
        [_said, page.headline(shop, choice, "order_count", "net_revenue", "discount_rate", "average_order_value")]
    )
    return


@app.cell(hide_code=True)
def finding_months(grid, orders, when):
    mo.stop(not orders)
    _all = grid.to_pandas()
    _rows = _all.assign(day_name=[days[n] for n in _all.weekday], month_name=[months[n - 1] for n in _all.month_no])
    _once = _rows[_rows.year_count < 2].month_name.unique()
    _rows = _rows.assign(at=_rows.day_name + "s in " + _rows.month_name)
    _top = highest(_rows, "at", "season_index", n="order_count")
    _seen = f" Seen in one year only: {', '.join(_once)}." if len(_once) else ""
    _order = {"x_order": list(months), "y_order": days}
    page.figure(
        grid,
        charts.heatmap(_rows, "month_name", "day_name", "season_index", n="day_count", x_title="month", **_order),
        _top.say("Busiest: {names}, {value} times the average day", "No weekday of a month is clearly the busiest"),
        f"Orders a day by month and weekday as an index, 1 is the average day, {shop.time_zone}, {when}; n = {orders:,} "
        f"orders.{_seen}",
        goal=value,
    )
    return


@app.cell(hide_code=True)
def finding_hours(clock, orders, when):
    mo.stop(not orders)
    _all = clock.to_pandas()
    _rows, _has_hours = _all.assign(day_name=[days[day] for day in _all.weekday]), _all.hour.nunique() > 1
    _hours = [str(hour) for hour in range(24)]
    _rows = _rows.assign(at=_rows.day_name + (" at " + _rows.hour.astype(str) + ":00" if _has_hours else ""))
    _drawn = charts.ranked_bars(_rows, "day_name", "order_count", as_given=True, height=220)
    if _has_hours:
        _drawn = charts.heatmap(_rows, "hour", "day_name", "order_count", x_order=_hours, y_order=days)
    _note = "" if _has_hours else " The files know the day of an order, not its hour."
    page.figure(
        clock,
        _drawn,
        highest(_rows, "at", "order_count").say("Busiest: {names}, {value} orders", "No time is clearly the busiest"),
        f"Orders by weekday and hour, {shop.time_zone}, {when}; n = {orders:,} orders.{_note}",
        goal="Optimise the conversion path",
    )
    return


@app.cell(hide_code=True)
def finding_seasons(festive, orders, when):
    mo.stop(not orders or not festive.rows_total)
    _all = festive.to_pandas()
    _rows = _all[_all.is_whole & _all.uplift.notna()]
    mo.stop(_rows.empty, page.sentence("No selling season lies whole in this time: {when}.", festive, when=when))
    _rows = _rows.assign(season=_rows.event + " " + _rows.starts_on.map("{:%Y}".format))
    _extra, _aside = _rows.extra_orders.sum(), len(_all) - len(_rows)
    _cut = f" {_aside} at the edge of the data are in the table only." if _aside else ""
    _more = "more" if _extra > 0 else "fewer"
    page.figure(
        festive,
        charts.ranked_intervals(_rows, "season", "uplift", "uplift_low", "uplift_high", n="order_count", average=1.0),
        f"Seasons brought {abs(_extra):,.0f} orders {_more} than the days around them would have",
        f"Orders a day in a season, as a multiple of the {_rows.around_count.max()} days around it that are in none (dashed: as "
        f"many), 95% interval, {when}; n = {_rows.order_count.sum():,} orders.{_cut}",
        goal=value,
    )
    return


@app.cell(hide_code=True)
def finding_holidays(holidays, orders, when):
    mo.stop(not orders)
    _all = holidays.to_pandas()
    _rows = _all[_all.is_whole & _all.uplift.notna()].tail(16)
    mo.stop(
        _rows.empty,
        page.sentence("No public holiday of this shop’s country lies in this time: {when}.", holidays, when=when),
    )
    _names = _rows.starts_on.map("{:%Y-%m-%d} ".format) + _rows.event.str.split(" (", regex=False).str[0]
    _rows = _rows.assign(holiday=_names)
    _quiet, _n = int((_rows.uplift_high < 1).sum()), _rows.order_count.sum()
    page.figure(
        holidays,
        charts.ranked_intervals(_rows, "holiday", "uplift", "uplift_low", "uplift_high", n="order_count", average=1.0),
        f"{_quiet} of {len(_rows)} public holidays are significantly quieter than the days around them",
        f"Orders a day on public holidays, as a multiple of the days around (dashed: as many), 95% interval, {when}; the latest "
        f"{len(_rows)} of {holidays.rows_total}; n = {_n:,} orders.",
        goal=value,
    )
    return


@app.cell(hide_code=True)
def finding_buyers(only, orders, when):
    mo.stop(not orders)
    _rows = only.to_pandas()
    _then = _rows[_rows.bought == "only in seasons"]
    mo.stop(_then.empty, page.sentence("Nobody bought in selling seasons only: {when}.", only, when=when))
    _again = _then[_then.purchase_days == "several purchase days"]
    _spend = (
        f" and brought {RATE.text(_then.spend_share.sum())} of the spend" if _rows.spend_share.notna().any() else ""
    )
    _more = f"; on several days {_again.buyer_count.sum():,} did, where chance gives {_again.expected_count.sum():,.0f}"
    page.figure(
        only,
        charts.stacked_bars(_rows, "purchase_days", "buyer_count", "bought", height=160),
        f"{_then.buyer_count.sum():,} buyers ({RATE.text(_then.buyer_share.sum())}) bought in seasons only{_spend}",
        f"Buyers by when they bought, {when}; n = {_rows.buyer_count.sum():,} buyers. If purchase days met seasons by chance, "
        f"{_then.expected_count.sum():,.0f} would have bought only then{_more if len(_again) else ''}.",
        goal="Strengthen stickiness and loyalty – repeat purchase rate",
    )
    return


@app.cell(hide_code=True)
def finding_discounts(bands, orders, weeks, when):
    mo.stop(not orders)
    mo.stop(bands.rows_total < 2, page.sentence("No order of this selection has a discount.", bands))
    _rows, _linked = bands.to_pandas(), weeks.to_pandas().correlation.dropna()
    _said = "".join(f" By week, discount and conversion correlate at r = {r:.2f}." for r in _linked.head(1))
    _none, _deep = _rows.iloc[0], _rows.iloc[-1]
    _drawn = _rows[_rows.high_rate - _rows.low_rate < 0.5]
    page.figure(
        bands,
        charts.ranked_intervals(
            _drawn, "discount", "followed_rate", "low_rate", "high_rate", n="mature_count", as_given=True
        ),
        f"Another purchase within 90 days follows {RATE.text(_none.followed_rate)} of orders with {_none.discount}, "
        f"{RATE.text(_deep.followed_rate)} of those {_deep.discount}",
        f"Orders by depth of discount, 95% interval, {when}; n = {_rows.mature_count.sum():,} orders observed for 90 days; bands "
        f"of a few orders are in the table only.{_said} This is correlation: discounts are not given by "
        "lot, and seasons move both.",
        beside=[weeks],
        goal=value,
    )
    return


@app.cell(hide_code=True)
def so_what(festive, orders):
    mo.stop(not orders or not festive.rows_total)
    page.action(
        "Plan stock, staff and reminders by the last round",
        "What a season brought last time, beyond the days around it, is the plainest guess for the next. Write to those who "
        "bought only then shortly before it, and see in an experiment whether they come at another time.",
        festive,
        columns=["event", "zh", "starts_on", "day_count", "order_count", "orders_per_day", "uplift", "extra_orders"],
        file_name="seasons",
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Take the fortnight after a season apart: are its orders missing there that came in the season? What would tell a shift from
    a gain?

    Of buyers with one purchase day some met a season by chance. Compare how many there are with how many chance would give,
    and say whether “season hunters” exist in this shop.
    """)
    return


@app.cell(hide_code=True)
def definitions(bands, clock, festive, grid, only, sums, weeks):
    page.definitions(sums, grid, clock, festive, only, bands, weeks)
    return


if __name__ == "__main__":
    app.run()
