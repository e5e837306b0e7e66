# chapter: Seasons
# 中文: 季节与节日
# question: When do they buy, what do seasons and discounts bring, and who buys only then?
# goal: Raise customer value contribution
# needs: orders

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Seasons")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, measure, metrics, open_shop, page, study
    from customary.declare import STUDIES
    from customary.shop import WEEKDAYS
    from customary.units import COUNT, RATE, RATIO

    shop = open_shop()
    values = page.varied(shop, "country", "region", "channel")
    offer = page.offered(shop, splits=values, wheres=values, period="all")
    days = [day.capitalize() for day in WEEKDAYS]
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "14_seasons",
        "When do they buy, what do seasons and discounts bring, and who buys only then?",
        "Months, weekdays, selling seasons (双十一, 618, Black Friday, 春节) and public holidays move orders (C-015); a "
        "season’s peak is partly bought from the days around it, and discounts go with both (M28).",
        serves="raise customer value contribution",
        needs="orders",
        query=choice.query,
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
    window = {"during": choice.during, "where": choice.where}
    when = choice.during_text
    orders = int(measure(shop, metrics.order_count, **choice.asked).first["order_count"])
    return choice, orders, when, window


@app.cell(hide_code=True)
def headline(choice, orders, when, window):
    mo.stop(not orders, page.empty("orders"))
    festive = study(shop, "seasons", **window)
    _whole = festive.to_pandas()[festive.to_pandas().is_whole & festive.to_pandas().uplift.notna()]
    _best = None if _whole.empty else _whole.sort_values("uplift_low").iloc[-1]
    _said = (
        page.sentence("No selling season lies whole in this time: {when}.", when=when)
        if _best is None
        else page.sentence(
            "{event} {zh} of {year} stands out most surely: {ratio} times the orders of the days around it.",
            event=_best.event,
            zh=_best.zh,
            year=str(_best.starts_on.year),
            ratio=f"{_best.uplift:.1f}",
        )
    )
    _tiles = (metrics.order_count, metrics.net_revenue, metrics.discount_rate, metrics.average_order_value)
    mo.vstack([_said, page.headline(shop, choice, *_tiles)])
    return (festive,)


@app.cell(hide_code=True)
def finding_months(orders, when, window):
    mo.stop(not orders)
    _grid = study(shop, "season_grid", **window)
    _rows = _grid.to_pandas().assign(
        day=[days[n] for n in _grid.to_pandas().weekday], month=[months[n - 1] for n in _grid.to_pandas().month]
    )
    _top, _once = _rows.loc[_rows.season_index.idxmax()], _rows[_rows.year_count < 2].month.unique()
    page.figure(
        _grid,
        charts.heatmap(_rows, "month", "day", "season_index", n="day_count", x_order=list(months), y_order=days),
        f"Busiest: {_top.day}s in {_top.month}, {_top.season_index:.1f} times the average day",
        f"Orders a day by month and weekday as an index, 1 is the average day, {shop.time_zone}, {when}; n = {orders:,} "
        f"orders." + (f" Seen in one year only: {', '.join(_once)}." if len(_once) else ""),
        frame=_rows,
        goal="Raise customer value contribution",
    )
    return


@app.cell(hide_code=True)
def finding_hours(orders, when, window):
    mo.stop(not orders)
    _hours = study(shop, "hours", **window)
    _grid = _hours.to_pandas().assign(weekday=[days[day] for day in _hours.to_pandas().weekday])
    _top, _timed = _grid.loc[_grid.order_count.idxmax()], _grid.hour.nunique() > 1
    _clock = [str(hour) for hour in range(24)]
    page.figure(
        _hours,
        charts.heatmap(_grid, "hour", "weekday", "order_count", x_order=_clock, y_order=days)
        if _timed
        else charts.ranked_bars(_grid, "weekday", "order_count", as_given=True, height=220),
        f"Busiest: {_top.weekday}{f' at {_top.hour}:00' if _timed else ''}, {_top.order_count:,} orders",
        f"Orders by weekday and hour, {shop.time_zone}, {when}; n = {orders:,} orders."
        + ("" if _timed else " The files know the day of an order, not its hour."),
        frame=_grid,
        goal="Optimise the conversion path",
    )
    return


@app.cell(hide_code=True)
def finding_seasons(festive, orders, when):
    mo.stop(not orders or festive.to_pandas().empty)
    _rows = festive.to_pandas()[festive.to_pandas().is_whole & festive.to_pandas().uplift.notna()]
    mo.stop(_rows.empty)
    _named = _rows.assign(season=_rows.event + " " + _rows.starts_on.map("{:%Y}".format))
    _extra, _aside = _rows.extra_orders.sum(), len(festive.to_pandas()) - len(_rows)
    _cut = f" {_aside} at the edge of the data are in the table only." if _aside else ""
    page.figure(
        festive,
        charts.ranked_intervals(
            _named,
            "season",
            "uplift",
            "uplift_low",
            "uplift_high",
            n="order_count",
            average=1.0,
            height=60 + 36 * len(_named),
        ),
        f"Seasons brought {abs(_extra):,.0f} orders {'more' if _extra > 0 else 'less'} than the days around them would have",
        f"Orders a day in a season, as a multiple of the {_rows.around_count.max()} days around it that are in none (dashed: as "
        f"many), 95 % interval, {when}; n = {_rows.order_count.sum():,} orders.{_cut}",
        frame=festive.to_pandas(),
        goal="Raise customer value contribution",
    )
    return


@app.cell(hide_code=True)
def finding_holidays(orders, when, window):
    mo.stop(not orders)
    _free = study(shop, "seasons", kind="public holiday", **window)
    _rows = _free.to_pandas()[_free.to_pandas().is_whole & _free.to_pandas().uplift.notna()]
    mo.stop(
        _rows.empty, page.sentence("No public holiday of this shop’s country lies in this time: {when}.", when=when)
    )
    _named = _rows.assign(
        holiday=_rows.starts_on.map("{:%Y-%m-%d} ".format) + _rows.event.str.split(" (", regex=False).str[0]
    ).tail(16)
    _quiet = _named[_named.uplift_high < 1]
    page.figure(
        _free,
        charts.ranked_intervals(
            _named,
            "holiday",
            "uplift",
            "uplift_low",
            "uplift_high",
            n="order_count",
            average=1.0,
            height=60 + 30 * len(_named),
        ),
        f"{len(_quiet)} of {len(_named)} public holidays are surely quieter than the days around them",
        f"Orders a day on public holidays, as a multiple of the days around (dashed: as many), 95 % interval, {when}; "
        f"the latest {len(_named)} of {len(_free.to_pandas())}; n = {_named.order_count.sum():,} orders.",
        frame=_free.to_pandas(),
        goal="Raise customer value contribution",
    )
    return


@app.cell(hide_code=True)
def finding_buyers(orders, when, window):
    mo.stop(not orders)
    only = study(shop, "season_buyers", **window)
    _rows = only.to_pandas()
    _then = _rows[_rows.bought == "only in seasons"]
    mo.stop(_then.empty, page.sentence("Nobody bought in selling seasons only: {when}.", when=when))
    _again = _then[_then.purchase_days == "several purchase days"]
    _more = f"; on several days {_again.buyer_count.sum():,} did, where chance gives {_again.expected_count.sum():,.0f}"
    page.figure(
        only,
        charts.stacked_bars(_rows, "purchase_days", "buyer_count", "bought", height=160),
        f"{_then.buyer_count.sum():,} buyers ({RATE.text(_then.buyer_share.sum())}) bought in seasons only and brought "
        f"{RATE.text(_then.spend_share.sum())} of the spend",
        f"Buyers by when they bought, {when}; n = {_rows.buyer_count.sum():,} buyers. If purchase days met seasons by chance, "
        f"{_then.expected_count.sum():,.0f} would have bought only then{_more if len(_again) else ''}.",
        goal="Strengthen stickiness and loyalty – repeat purchase rate",
    )
    return


@app.cell(hide_code=True)
def finding_discounts(orders, when, window):
    mo.stop(not orders)
    _bands = study(shop, "discount_bands", **window)
    mo.stop(len(_bands.to_pandas()) < 2, page.sentence("No order of this selection has a discount."))
    _rows, _weeks = _bands.to_pandas(), study(shop, "discount_weeks", **window).frame
    _linked = _weeks.correlation.dropna()
    _said = (
        f" By week it goes with visits that buy at r = {_linked.iloc[0]:.2f}, {len(_weeks)} weeks."
        if len(_linked)
        else ""
    )
    _none, _deep = _rows.iloc[0], _rows.iloc[-1]
    page.figure(
        _bands,
        charts.ranked_intervals(
            _rows[_rows.high_rate - _rows.low_rate < 0.5],
            "discount",
            "followed_rate",
            "low_rate",
            "high_rate",
            n="mature_count",
            height=260,
        ),
        f"Another purchase within 90 days follows {RATE.text(_none.followed_rate)} of orders with {_none.discount}, "
        f"{RATE.text(_deep.followed_rate)} of those {_deep.discount}",
        f"Orders by depth of discount, 95 % interval, {when}; n = {_rows.mature_count.sum():,} orders with 90 days behind "
        f"them; bands of a few orders are in the table only.{_said} This is correlation: discounts are not given by lot, and seasons move both.",
        goal="Raise customer value contribution",
    )
    return


@app.cell(hide_code=True)
def so_what(festive, orders):
    mo.stop(not orders or festive.to_pandas().empty)
    _columns = ["event", "zh", "starts_on", "day_count", "orders_per_day", "around_per_day", "uplift", "extra_orders"]
    page.action(
        "Plan stock, staff and reminders by the last round",
        "What a season brought last time, beyond the days around it, is the least surprising guess for the next. Write to those "
        "who bought only then shortly before it, and see in an experiment whether they come at another time.",
        festive.told(festive.to_pandas()[festive.to_pandas().is_whole][_columns].rename(columns={"zh": "中文"})),
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
def definitions():
    _metrics = (metrics.order_count, metrics.net_revenue, metrics.discount_rate, metrics.average_order_value)
    _studies = ("season_grid", "hours", "seasons", "season_buyers", "discount_bands", "discount_weeks")
    page.definitions([*_metrics, *(STUDIES[name] for name in _studies)])
    return


if __name__ == "__main__":
    app.run()
